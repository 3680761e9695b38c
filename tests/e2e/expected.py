"""What the accounts page must show of the sandbox's people, worked out here from their data and their levels now.

The rules: the title is the nickname; the number shows its last four characters; a credit card shows what is booked,
every other account what is available; what is owed has U+2212; a dinar of Bahrain has three places. A page made just
before an entry is booked has the levels of before: on the machine's clock one chance in thousands, and left at that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag

from sandbox.ledger import levels_at
from sandbox.people import MITS, RORA, Account

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def rows_of(accounts: Iterable[Account]) -> list[Row]:
    """Return the rows that must be there, sorted."""
    return sorted(
        Row(each.nickname, each.identification[-TAIL:], each.currency, _amount_text(each)) for each in accounts
    )


def rows_on(html: str) -> list[Row]:
    """Read the rows of an accounts page, sorted."""
    return sorted(_row(entry) for entry in BeautifulSoup(html, "html5lib").select("li.entry"))


def amounts_of(accounts: Iterable[Account]) -> set[str]:
    """Return every amount of these accounts in every form in which it could stand in a page."""
    found: set[str] = set()
    for each in accounts:
        levels = levels_at(each, datetime.now(UTC))
        now = [_major(level, each) for level in (levels.available, levels.booked, levels.closed)]
        for value in (*now, each.overdraft, each.limit):
            if value is not None:
                found |= {figures(value, each.currency), str(value), f"{value:f}", f"{int(value):,}"}
    return found


def figures(value: Decimal, currency: str) -> str:
    """Write an amount without its sign."""
    return f"{value:,.{PLACES.get(currency, 2)}f}"


def _amount_text(account: Account) -> str:
    levels = levels_at(account, datetime.now(UTC))
    level = levels.booked if account.sub_type == "CreditCard" else levels.available
    return f"{MINUS if level < 0 else ''}{figures(_major(level, account), account.currency)}"


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
