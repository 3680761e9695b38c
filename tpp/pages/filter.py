"""Which transactions are asked for, as a value read from the parameters of a link.

A field that cannot be read says so beside itself, keeps what was typed and filters nothing; the others still count.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tpp.model.days import day_of, noon
from tpp.model.money import Bare, Money
from tpp.model.text import clean, normalised
from tpp.model.words import N_, Words
from tpp.pages import labels
from tpp.pages.money import scope as scopes
from tpp.pages.money.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tpp.model.banking.own_transfers import Entry
    from tpp.model.banking.transaction import Transaction

NAMES = ("q", "direction", "type", "least", "most", "from", "to")
_WITHOUT_FIELD = frozenset({"payee", "unnamed", "group", "category"})
"""Parts of a scope that a link asks for, and no field."""

DIRECTIONS = {"in": N_("Money in"), "out": N_("Money out")}
LONGEST = 100
"""What may be searched for, in characters."""

_AMOUNT = re.compile(r"(?:[0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,5})?")
_ARABIC_MARKS = str.maketrans({"\N{ARABIC THOUSANDS SEPARATOR}": ",", "\N{ARABIC DECIMAL SEPARATOR}": "."})
_DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_PRINTED_DAY = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")
_NO_CURRENCY = "XXX"
"""ISO 4217's code for none: a limit is compared with amounts of every currency."""
_PLACES = (2, 3)


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of a filter that can be taken off: `query` is what remains without it."""

    label: Words
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for; None and "" ask for nothing. Amounts are unsigned and of any currency, days are of Dubai.

    `scope`: what is asked of a list over several accounts.
    `typed`: what stands in the fields, also what could not be read. `errors`: a word beside a field, by its name.
    """

    text: str = ""
    direction: str | None = None
    kind: str | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    start: date | None = None
    end: date | None = None
    scope: Scope = field(default_factory=Scope)
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Words] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        """Return the parameters that lead here again: those that filter, and no other."""
        values = {
            "q": self.text,
            "direction": self.direction,
            "type": self.kind,
            "least": f"{self.least:f}" if self.least is not None else None,
            "most": f"{self.most:f}" if self.most is not None else None,
            "from": self.start.isoformat() if self.start else None,
            "to": self.end.isoformat() if self.end else None,
        }
        return {name: value for name, value in values.items() if value} | self.scope.query

    def without(self, name: str) -> dict[str, str]:
        """Return the parameters of the same filter without one of them."""
        return {other: value for other, value in self.query.items() if other != name}

    @property
    def chips(self) -> tuple[Chip, ...]:
        """Return every part that filters, in words, with the way to take it off."""
        return tuple(Chip(self._said(name), self.without(name)) for name in self.query)

    @property
    def folded(self) -> int:
        """Return how many of the parts filter whose fields are folded away at first."""
        return len(self.query.keys() - {"q", "direction"} - scopes.IN_SIGHT)

    @property
    def kept(self) -> dict[str, str]:
        """Return the parts that no field shows, which a form must hand on."""
        return {name: value for name, value in self.scope.query.items() if name in _WITHOUT_FIELD}

    @property
    def is_amount_sought(self) -> bool:
        """Whether the text that is searched for is an amount, which is hidden as any other."""
        return _amount(self.text) is not None

    def matches(self, transaction: Transaction) -> bool:
        """Whether a transaction is asked for; one that does not tell what a field asks for is not."""
        return self._fits(transaction) and self._fits_amount(transaction.money) and self._fits_day(transaction)

    def finds(self, entry: Entry) -> bool:
        """Whether an entry of a list over several accounts is asked for."""
        return self.scope.fits(entry) and self.matches(entry.transaction)

    def _fits(self, transaction: Transaction) -> bool:
        if self.kind and (transaction.kind or "") != self.kind:
            return False
        if self.direction and transaction.is_credit is not (self.direction == "in"):
            return False
        return not self.text or normalised(self.text) in haystack(transaction)

    def _fits_amount(self, money: Money | None) -> bool:
        if self.least is None and self.most is None:
            return True
        if money is None:
            return False
        amount = abs(money.amount)
        return (self.least is None or amount >= self.least) and (self.most is None or amount <= self.most)

    def _fits_day(self, transaction: Transaction) -> bool:
        if self.start is None and self.end is None:
            return True
        if transaction.listed_at is None:
            return False
        day = day_of(transaction.listed_at)
        return (self.start is None or day >= self.start) and (self.end is None or day <= self.end)

    def _said(self, name: str) -> Words:
        match name:
            case "q":
                amount = _amount(self.text)
                return N_("Search: %(text)s", text=self.text if amount is None else _bare(amount))
            case "direction":
                return DIRECTIONS[self.direction or "in"]
            case "type":
                return N_("Type: %(type)s", type=labels.label(labels.TRANSACTION_TYPES, self.kind))
            case "least" | "most":
                return self._limit_said(name)
            case "from" | "to":
                return self._day_said(name)
        return self.scope.said(name)

    def _day_said(self, name: str) -> Words:
        if name == "from":
            return N_("From %(day)s", day=noon(self.start or date.min))
        return N_("To %(day)s", day=noon(self.end or date.max))

    def _limit_said(self, name: str) -> Words:
        if name == "least":
            return N_("At least %(amount)s", amount=_bare(self.least or Decimal()))
        return N_("At most %(amount)s", amount=_bare(self.most or Decimal()))


def _bare(amount: Decimal) -> Bare:
    """Return a limit as something to print, or to hide."""
    return Bare(Money(amount, _NO_CURRENCY))


def read(
    parameters: Mapping[str, str],
    titles: Mapping[str, Words | str] | None = None,
    currencies: Iterable[str] = (),
) -> Filter:
    """Read a filter from the parameters of a link, whatever stands in them; other parameters are left alone.

    `titles`, `currencies`: of the accounts, by id, and of the amounts on a list over several accounts; without them
    nothing is asked of a scope.
    """
    names = NAMES if titles is None else (*NAMES, *scopes.NAMES)
    typed = {name: clean(parameters.get(name, "")).strip() for name in names}
    errors: dict[str, Words] = {}
    least, most = (_limit(name, typed, errors) for name in ("least", "most"))
    start, end = (_day(name, typed, errors) for name in ("from", "to"))
    if least is not None and most is not None and least > most:
        most, errors["most"] = None, N_("This is less than “At least”, so it is not used.")
    if start and end and start > end:
        end, errors["to"] = None, N_("This day is before “From”, so it is not used.")
    return Filter(
        text=_text(typed, errors),
        direction=_direction(typed, errors),
        kind=_kind(typed, errors),
        least=least,
        most=most,
        start=start,
        end=end,
        scope=Scope() if titles is None else scopes.read(typed, titles, currencies, errors),
        typed={name: value for name, value in typed.items() if value},
        errors=errors,
    )


def _text(typed: Mapping[str, str], errors: dict[str, Words]) -> str:
    if len(typed["q"]) <= LONGEST:
        return typed["q"]
    errors["q"] = N_("Search for at most %(longest)s characters.", longest=LONGEST)
    return ""


def _direction(typed: Mapping[str, str], errors: dict[str, Words]) -> str | None:
    if typed["direction"] and typed["direction"] not in DIRECTIONS:
        errors["direction"] = N_("Choose one of these.")
        return None
    return typed["direction"] or None


def _kind(typed: Mapping[str, str], errors: dict[str, Words]) -> str | None:
    """Read a type, which may be one that only this bank knows."""
    if len(typed["type"]) > LONGEST:
        errors["type"] = N_("Choose one of these.")
        return None
    return typed["type"] or None


def _limit(name: str, typed: Mapping[str, str], errors: dict[str, Words]) -> Decimal | None:
    found = _amount(typed[name])
    if typed[name] and found is None:
        errors[name] = N_("Write an amount such as 100 or 1250.50.")
    return found


def _amount(text: str) -> Decimal | None:
    """Read an amount without sign, with thousands grouped or not, in Latin or Arabic digits."""
    plain = _latin(text).translate(_ARABIC_MARKS)
    return Decimal(plain.replace(",", "")) if _AMOUNT.fullmatch(plain) else None


def _latin(text: str) -> str:
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text.strip())


def _day(name: str, typed: Mapping[str, str], errors: dict[str, Words]) -> date | None:
    if not typed[name]:
        return None
    plain = _latin(typed[name])
    found = _DAY.fullmatch(plain) or _PRINTED_DAY.fullmatch(plain)
    try:
        return date(*(int(found[part]) for part in ("year", "month", "day"))) if found else _refused(name, errors)
    except ValueError:
        return _refused(name, errors)


def _refused(name: str, errors: dict[str, Words]) -> date | None:
    errors[name] = N_("Write a day such as 22/11/2026.")
    return None


def haystack(transaction: Transaction) -> str:
    """Return everything of a transaction that is searched, a line each, normalised."""
    merchant, other = transaction.merchant, transaction.counterparty
    texts = (
        *((merchant.name,) if merchant else ()),
        *((other.name, other.short_name) if other else ()),
        transaction.information,
        transaction.reference,
        transaction.statement_reference,
    )
    return "\n".join([*(normalised(text) for text in texts if text), *_printed(transaction.money)])


def _printed(money: Money | None) -> list[str]:
    """Return the ways an amount is written: as sent, and with the decimals that currencies have; grouped and not."""
    if money is None:
        return []
    amount = abs(money.amount)
    sign = "-" if money.is_debt else "+"
    forms = {f"{sign}{amount:,f}", f"{sign}{amount:f}"}
    for places in _PLACES:
        if amount == Decimal(f"{amount:.{places}f}"):
            forms |= {f"{sign}{amount:,.{places}f}", f"{sign}{amount:.{places}f}"}
    return sorted(forms)
