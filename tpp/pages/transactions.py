"""The list of transactions: newest first, pending ones apart, then by month and day, with sums per currency.

Only what is booked is summed, and never across currencies. What is shown and not counted is said, and so is of which
transactions all this is: those that the bank sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from tpp.model.banking.transaction import newest_first
from tpp.model.days import day_of, noon
from tpp.model.money import Money
from tpp.model.words import N_, NN_, Words
from tpp.pages import labels
from tpp.pages.movement import Row, row
from tpp.pages.totals import HOME_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from tpp.model.banking.transaction import Transaction
    from tpp.pages.filter import Filter

PAGE_SIZE = 50

_MISSING = {
    None: N_("Your bank has more: only the newest page can be read through this connection."),
    "limit": N_("Your bank has more: this is as far as we read."),
    "slow": N_("Your bank has more: reading further took too long."),
    "failed": N_("Your bank has more: its next page could not be read just now."),
    "repeated": N_("Your bank sent the same page again, so reading ended there; there may be more."),
}
"""What is missing where the bank has further pages, by why they were not read."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What is booked in one currency: in and out, the latter negative or nothing, and how many entries those are."""

    label: Words | str
    money_in: Money
    money_out: Money
    count: int

    @property
    def net(self) -> Money:
        """Return the difference."""
        return self.money_in + self.money_out


@dataclass(frozen=True, slots=True)
class Day:
    """The rows of one Dubai day; None for those without any date."""

    at: date | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """One month on this page. `first`: its first day; None for what has no date.

    `sums` and `count`: of all hits of the month. `continues`: whether some of them are on another page.
    """

    first: date | None
    sums: tuple[Sum, ...]
    count: int
    continues: bool
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Pager:
    """Where this page is: rows `first` to `last` of `total`, and the links' parameters to its neighbours."""

    number: int
    pages: int
    first: int
    last: int
    total: int
    newer: dict[str, str] | None
    older: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Option:
    """One type to choose: the value to send, and what it is called."""

    value: str
    label: Words | str


@dataclass(frozen=True, slots=True)
class TransactionsView:
    """The list as it is shown. `found` counts all hits; `sums` add up the booked ones of them on every page."""

    filter: Filter
    types: tuple[Option, ...]
    found: Words
    pending_found: Words | None
    sums: tuple[Sum, ...]
    notes: tuple[Words, ...]
    coverage: tuple[Words, ...]
    pending: tuple[Row, ...]
    months: tuple[Month, ...]
    pager: Pager
    has_balances: bool


def build(
    transactions: Iterable[Transaction],
    wanted: Filter,
    page_number: int = 1,
    *,
    more: bool = False,
    cut: str | None = None,
    unreadable: int = 0,
) -> TransactionsView:
    """Build one page of the transactions that are wanted.

    `page_number`: from 1; beyond an end, that end. `more`: whether the bank has further pages that were not read, and
    `cut` why, where that was tried (`tpp.model.resource.CUTS`). `unreadable`: how many details of the bank's answer
    could not be read.
    """
    sent = newest_first(transactions)
    hits = [each for each in sent if wanted.matches(each)]
    pending = [each for each in hits if each.is_pending]
    listed = as_listed(hits)
    pager = _pager(len(listed), page_number, wanted)
    shown = [row(each) for each in listed[pager.first - 1 : pager.last]] if listed else []
    return TransactionsView(
        filter=wanted,
        types=_types(sent, wanted),
        found=NN_("%(count)s transaction found", "%(count)s transactions found", len(hits)),
        pending_found=NN_("%(count)s of them pending", "%(count)s of them pending", len(pending)) if pending else None,
        sums=_sums(hits),
        notes=tuple(_notes(hits)),
        coverage=tuple(_coverage(sent, more=more, cut=cut, unreadable=unreadable)),
        pending=tuple(each for each in shown if each.source.is_pending),
        months=tuple(_months([each for each in shown if not each.source.is_pending], listed[len(pending) :])),
        pager=pager,
        has_balances=any(each.balance for each in shown),
    )


def as_listed(hits: Sequence[Transaction]) -> list[Transaction]:
    """Put what was found in the order of the list: what is pending first, whatever its day."""
    return sorted(hits, key=lambda each: not each.is_pending)


def page_number(text: str | None) -> int:
    """Read the number of a page from a link; whatever is none leads to the first."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < len("1000000") else 1


def _pager(total: int, number: int, wanted: Filter) -> Pager:
    pages = max(1, -(-total // PAGE_SIZE))
    here = min(max(number, 1), pages)
    return Pager(
        number=here,
        pages=pages,
        first=min(total, (here - 1) * PAGE_SIZE + 1),
        last=min(total, here * PAGE_SIZE),
        total=total,
        newer=_query(wanted, here - 1) if here > 1 else None,
        older=_query(wanted, here + 1) if here < pages else None,
    )


def _query(wanted: Filter, number: int) -> dict[str, str]:
    return {**wanted.query, **({"page": str(number)} if number > 1 else {})}


def _types(sent: Iterable[Transaction], wanted: Filter) -> tuple[Option, ...]:
    """Return the types to choose from: those that were sent, the known ones first, and the one that is asked for."""
    found = {each.kind for each in sent if each.kind} | ({wanted.kind} if wanted.kind else set())
    known = [code for code in labels.TRANSACTION_TYPES if code in found]
    codes = [*known, *sorted(found - set(known))]
    return tuple(Option(code, labels.label(labels.TRANSACTION_TYPES, code) or code) for code in codes)


def _sums(transactions: Iterable[Transaction]) -> tuple[Sum, ...]:
    """Add up what is booked, per currency: the home currency first, the others by code."""
    found: dict[str, Sum] = {}
    for each in transactions:
        if each.counted is not None:
            currency = each.counted.currency
            found[currency] = _with(found.get(currency) or _nothing(currency), each.counted)
    return tuple(found[code] for code in sorted(found, key=lambda code: (code != HOME_CURRENCY, code)))


def _nothing(currency: str) -> Sum:
    zero = Money(Decimal(), currency)
    return Sum(labels.CURRENCIES.get(currency, currency), zero, zero, 0)


def _with(total: Sum, money: Money) -> Sum:
    if money.is_debt:
        return replace(total, money_out=total.money_out + money, count=total.count + 1)
    return replace(total, money_in=total.money_in + money, count=total.count + 1)


def _months(shown: Sequence[Row], listed: Iterable[Transaction]) -> Iterator[Month]:
    """Sort this page's rows by month; each month's sums are of all its hits."""
    hits: dict[date | None, list[Transaction]] = {}
    for each in listed:
        hits.setdefault(_month_of(each), []).append(each)
    for first, group in groupby(shown, key=lambda each: _month_of(each.source)):
        rows = list(group)
        days = tuple(Day(at, tuple(each)) for at, each in groupby(rows, key=lambda each: _day_of(each.source)))
        yield Month(first, _sums(hits[first]), len(hits[first]), len(rows) < len(hits[first]), days)


def _day_of(transaction: Transaction) -> date | None:
    return day_of(transaction.listed_at) if transaction.listed_at else None


def _month_of(transaction: Transaction) -> date | None:
    day = _day_of(transaction)
    return day.replace(day=1) if day else None


def _notes(hits: Sequence[Transaction]) -> Iterator[Words]:
    """Say what the sums leave out."""
    if len({each.counted.currency for each in hits if each.counted}) > 1:
        yield N_("Currencies are never added together.")
    unreadable = sum(1 for each in hits if each.money is None)
    if unreadable:
        yield NN_(
            "%(count)s transaction has an amount that cannot be read; it is in no sum.",
            "%(count)s transactions have amounts that cannot be read; they are in no sum.",
            unreadable,
        )
    rejected = sum(1 for each in hits if each.is_rejected)
    if rejected:
        yield NN_(
            "%(count)s rejected transaction is shown and not counted.",
            "%(count)s rejected transactions are shown and not counted.",
            rejected,
        )
    unknown = sum(1 for each in hits if not (each.is_booked or each.is_pending or each.is_rejected))
    if unknown:
        yield NN_(
            "%(count)s transaction has a status that we do not know; it is shown and not counted.",
            "%(count)s transactions have a status that we do not know; they are shown and not counted.",
            unknown,
        )


def _coverage(sent: Sequence[Transaction], *, more: bool, cut: str | None, unreadable: int) -> Iterator[Words]:
    """Say which transactions all this is made of, and what is missing."""
    days = [day_of(each.listed_at) for each in sent if each.listed_at]
    if not sent:
        yield N_("Your bank sent no transactions.")
    elif days:
        yield NN_(
            "From the %(count)s transaction your bank sent, %(first)s to %(last)s.",
            "From the %(count)s transactions your bank sent, %(first)s to %(last)s.",
            len(sent),
            first=noon(min(days)),
            last=noon(max(days)),
        )
    else:
        yield NN_(
            "From the %(count)s transaction your bank sent, without a date.",
            "From the %(count)s transactions your bank sent, all without a date.",
            len(sent),
        )
    if more:
        yield _MISSING.get(cut, _MISSING[None])
    if unreadable:
        yield NN_(
            "%(count)s detail that your bank sent could not be read and is left out.",
            "%(count)s details that your bank sent could not be read and are left out.",
            unreadable,
        )
