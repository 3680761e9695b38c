"""What money came in and went out: exact sums of booked entries of one currency, and of what they are not made.

Each entry of a period is in exactly one of four heaps: counted, own transfer, pending, or not counted for another
reason; the page says how many are in each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from tpp.model.days import day_of
from tpp.model.money import Money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tpp.model.banking.own_transfers import Entry

T = TypeVar("T")

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Flow:
    """What came in and what went out, the latter negative or nothing, and how many entries each is."""

    money_in: Money
    money_out: Money
    count_in: int = 0
    count_out: int = 0

    @property
    def net(self) -> Money:
        """Return the difference."""
        return self.money_in + self.money_out

    @property
    def count(self) -> int:
        """Return how many entries it is made of."""
        return self.count_in + self.count_out


@dataclass(slots=True)
class Heaps:
    """The entries of a period: what is counted, and the rest by the reason why it is not."""

    counted: list[Entry] = field(default_factory=list)
    own: list[Entry] = field(default_factory=list)
    pending: list[Entry] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return how many entries there are in all."""
        return len(self.counted) + len(self.own) + len(self.pending) + len(self.others)


def heaps(entries: Iterable[Entry]) -> Heaps:
    """Put each entry on its heap."""
    found = Heaps()
    for entry in entries:
        transaction = entry.transaction
        if transaction.is_pending:
            found.pending.append(entry)
        elif transaction.counted is None:
            found.others.append(entry)
        elif entry.own:
            found.own.append(entry)
        else:
            found.counted.append(entry)
    return found


def is_in(entry: Entry) -> bool:
    """Whether an entry that is counted is money in; nothing at all goes by the bank's word for the direction."""
    transaction = entry.transaction
    if transaction.is_credit is not None:
        return transaction.is_credit
    return transaction.money is not None and not transaction.money.is_debt


def flow(entries: Iterable[Entry], currency: str) -> Flow:
    """Add up entries of one currency. Raises ValueError for another one: there is no such sum."""
    money_in = money_out = Money(Decimal(), currency)
    count_in = count_out = 0
    for entry in entries:
        money = entry.transaction.counted
        if money is None:
            continue
        if is_in(entry):
            money_in, count_in = money_in + money, count_in + 1
        else:
            money_out, count_out = money_out + money, count_out + 1
    return Flow(money_in, money_out, count_in, count_out)


def by(entries: Iterable[Entry], key: Callable[[Entry], T]) -> dict[T, list[Entry]]:
    """Sort entries into groups; the groups stand in the order of their first entries."""
    found: dict[T, list[Entry]] = {}
    for entry in entries:
        found.setdefault(key(entry), []).append(entry)
    return found


def month_of(entry: Entry) -> date | None:
    """Return the first day of the Dubai month that an entry is listed in; None for one without a date."""
    at = entry.transaction.listed_at
    return day_of(at).replace(day=1) if at else None


def months_to(last: date, count: int) -> list[date]:
    """Return the first days of the months that end with the one of `last`; fewer at the beginning of the calendar."""
    number = last.year * _MONTHS + last.month - 1
    numbers = range(max(_MONTHS, number - count + 1), number + 1)
    return [date(each // _MONTHS, each % _MONTHS + 1, 1) for each in numbers]


def end_of(first: date) -> date:
    """Return the last day of the month that begins with a day."""
    year, month = divmod(first.year * _MONTHS + first.month, _MONTHS)
    return date.fromordinal(date(year, month + 1, 1).toordinal() - 1)
