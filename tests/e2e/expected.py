"""What the accounts page must show of the sandbox's people, worked out here from their data and their levels.

The rules: the title is the nickname; the number shows its last four characters; a credit card shows what is booked,
every other account what is available, less the
overdraft that is in there; what is owed has U+2212; a dinar of Bahrain has three places. The time is that of
the product that is looked at: an instant where its clock stands, and where it goes, the span in which it read.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag

from sandbox.ground.instants import DUBAI
from sandbox.ledger.ledger import ledger_at, levels_at, midnight_of
from sandbox.people.published import MITS, RORA

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sandbox.people.holders import Account

PEOPLE = {"rora": RORA, "mits": MITS}
PLACES = {"BHD": 3}
MINUS = "\N{MINUS SIGN}"
TAIL = 4

THREE = tuple(account for account in RORA if account.nickname in {"Business current", "Business credit card"}) + tuple(
    account for account in RORA if account.currency == "BHD"
)
"""Three of rora's eight, each with a trap: an overdraft in the figure, a debt, three decimals."""


@dataclass(frozen=True, order=True)
class Row:
    """One account as a reader takes it from the page; `amount` with its sign."""

    title: str
    tail: str
    currency: str
    amount: str


def rows_of(accounts: Iterable[Account], now: datetime) -> list[Row]:
    """Return the rows that must be there where the product's clock stands at `now`, sorted."""
    return sorted(_due(each, now) for each in accounts)


def rows_between(accounts: Iterable[Account], since: datetime, until: datetime, seen: Iterable[Row]) -> list[Row]:
    """Return the rows that must be there where the product read at some time of a span, sorted.

    An entry may be booked meanwhile: then a row of `seen` that was right before or after it is the one.
    """
    shown, rows = frozenset(seen), []
    for each in accounts:
        right = [_due(each, instant) for instant in _instants(each, since, until)]
        rows.append(next((row for row in right if row in shown), right[-1]))
    return sorted(rows)


def rows_on(html: str) -> list[Row]:
    """Read the rows of an accounts page, sorted."""
    return sorted(_row(entry) for entry in BeautifulSoup(html, "html5lib").select("li.entry"))


def amounts_of(accounts: Iterable[Account], since: datetime, until: datetime) -> set[str]:
    """Return every amount that these accounts had in a span, in every form in which it could stand in a page."""
    found: set[str] = set()
    for each in accounts:
        levels = [levels_at(each, instant) for instant in _instants(each, since, until)]
        minors = {minor for level in levels for minor in (level.available, level.booked, level.closed)}
        for value in (*(_major(minor, each) for minor in minors), each.overdraft, each.limit):
            if value is not None:
                found |= {figures(value, each.currency), str(value), f"{value:f}", f"{int(value):,}"}
    return found


def figures(value: Decimal, currency: str) -> str:
    """Write an amount without its sign."""
    return f"{value:,.{PLACES.get(currency, 2)}f}"


def _due(account: Account, now: datetime) -> Row:
    return Row(account.nickname, account.identification[-TAIL:], account.currency, _amount_text(account, now))


def _instants(account: Account, since: datetime, until: datetime) -> list[datetime]:
    """Return the first instant of a span, and each later one at which the levels changed."""
    changes = {instant for flow in ledger_at(account, until) for instant in (flow.happened, flow.booked)}
    changes.add(midnight_of(until.astimezone(DUBAI).date()))
    return [since, *sorted(instant for instant in changes if since < instant <= until)]


def _amount_text(account: Account, now: datetime) -> str:
    levels = levels_at(account, now)
    level = levels.booked if account.sub_type == "CreditCard" else levels.available - _minor(account.overdraft, account)
    return f"{MINUS if level < 0 else ''}{figures(_major(level, account), account.currency)}"


def _minor(amount: Decimal | None, account: Account) -> int:
    return int((amount or Decimal()).scaleb(PLACES.get(account.currency, 2)))


def _major(level: int, account: Account) -> Decimal:
    return Decimal(abs(level)).scaleb(-PLACES.get(account.currency, 2))


def _row(entry: Tag) -> Row:
    title, number = _one(entry, ".entry-title bdi"), _one(entry, ".entry-id bdi")
    sign = _one(entry, ".money-currency").select_one("svg")
    currency = str(sign["aria-label"]) if sign else _words(_one(entry, ".money-currency"))
    return Row(_words(title), _words(number)[-TAIL:], currency, _words(_one(entry, ".money-digits")))


def _one(place: Tag, selector: str) -> Tag:
    found = place.select_one(selector)
    assert found is not None, f"{selector} is missing in {place}"
    return found


def _words(tag: Tag) -> str:
    return " ".join(tag.get_text().split())
