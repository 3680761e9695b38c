"""Of which accounts, currency, kind and other side transactions are asked for: the part of a filter over all accounts.

The links from money in and out are made of it, so that what is found adds up to the figure that was pressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.words import N_, NN_, Words
from tpp.pages import labels
from tpp.pages.money.grouping import (
    category_of,
    category_words,
    kind_of,
    kind_words,
    payee_of,
    same_name,
    shown_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tpp.model.banking.own_transfers import Entry

NAMES = ("account", "currency", "own", "payee", "unnamed", "group", "category")
IN_SIGHT = frozenset({"account"})
"""Parameters whose field is in sight at once."""

LEFT_OUT, UNNAMED = "no", "yes"
BETWEEN = ","
"""Between the ids of several accounts; no id that may be asked for has it in it."""

_LONGEST_KIND = 140
_CHOOSE = N_("Choose one of these.")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for beside text, direction, amount and day; None, empty and False ask for nothing.

    `accounts`: by id, with their titles in `titles`. `kind`, `category`: as `tpp.pages.money.grouping` has them.
    """

    accounts: tuple[str, ...] = ()
    titles: tuple[Words | str, ...] = ()
    currency: str | None = None
    without_own: bool = False
    payee: str = ""
    unnamed: bool = False
    kind: str | None = None
    category: int | None = None

    @property
    def query(self) -> dict[str, str]:
        """Return the parameters that lead here again."""
        values = {
            "account": BETWEEN.join(self.accounts),
            "currency": self.currency,
            "own": LEFT_OUT if self.without_own else None,
            "payee": self.payee,
            "unnamed": UNNAMED if self.unnamed else None,
            "group": self.kind,
            "category": f"{self.category}" if self.category is not None else None,
        }
        return {name: value for name, value in values.items() if value}

    def fits(self, entry: Entry) -> bool:
        """Whether an entry is asked for; one that does not tell what is asked for is not."""
        transaction = entry.transaction
        if self.accounts and (entry.account is None or entry.account.account_id not in self.accounts):
            return False
        if self.currency and (transaction.money is None or transaction.money.currency != self.currency):
            return False
        if self.without_own and entry.own is not None:
            return False
        return self._fits_kind(entry) and self._fits_payee(entry)

    def _fits_kind(self, entry: Entry) -> bool:
        if self.kind is not None and kind_of(entry.transaction) != self.kind:
            return False
        return self.category is None or category_of(entry.transaction) == self.category

    def _fits_payee(self, entry: Entry) -> bool:
        if not (self.payee or self.unnamed):
            return True
        name = same_name(payee_of(entry.transaction))
        return not name if self.unnamed else name == same_name(self.payee)

    def said(self, name: str) -> Words:
        """Say one part of it, by the name of its parameter."""
        said = {
            "account": self._accounts_said(),
            "currency": N_("Currency: %(name)s", name=labels.CURRENCIES.get(self.currency or "", self.currency)),
            "own": N_("Own transfers left out"),
            "payee": N_("Other side: %(name)s", name=self.payee),
            "unnamed": N_("Other side not named"),
            "group": N_("Kind: %(name)s", name=kind_words(self.kind or "")),
            "category": N_("Shops: %(name)s", name=category_words(self.category or 0)),
        }
        return said[name]

    def _accounts_said(self) -> Words:
        if len(self.titles) == 1:
            return N_("Account: %(title)s", title=self.titles[0])
        return NN_("%(count)s account", "%(count)s accounts", len(self.titles))


def read(
    typed: Mapping[str, str], titles: Mapping[str, Words | str], currencies: Iterable[str], errors: dict[str, Words]
) -> Scope:
    """Read a scope from parameters, whatever stands in them. `titles`: of the accounts that there are, by id."""
    accounts = tuple(dict.fromkeys(each for each in typed["account"].split(BETWEEN) if each in titles))
    if typed["account"] and not accounts:
        errors["account"] = _CHOOSE
    return Scope(
        accounts=accounts,
        titles=tuple(titles[each] for each in accounts),
        currency=_one_of("currency", typed, currencies, errors),
        without_own=_one_of("own", typed, (LEFT_OUT,), errors) is not None,
        payee=shown_name(typed["payee"]),
        unnamed=typed["unnamed"] == UNNAMED,
        kind=typed["group"][:_LONGEST_KIND] or None,
        category=_category(typed["category"]),
    )


def _one_of(name: str, typed: Mapping[str, str], allowed: Iterable[str], errors: dict[str, Words]) -> str | None:
    if typed[name] and typed[name] not in allowed:
        errors[name] = _CHOOSE
        return None
    return typed[name] or None


def _category(text: str) -> int | None:
    found = int(text) if text.isascii() and text.isdigit() and len(text) <= len("9999") else -1
    return found if category_words(found) else None
