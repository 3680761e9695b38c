"""The list of transactions: newest first, pending ones apart, then by month and day, with sums per currency.

Only what is booked is summed, and never across currencies. What is shown and not counted is said, and so is of which
transactions all this is: those that the bank sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from tpp.model.banking.own_transfers import Entry
from tpp.model.banking.transaction import newest_first, order_of
from tpp.model.days import day_of
from tpp.model.money import Money
from tpp.model.words import NN_, Words
from tpp.pages import labels
from tpp.pages.money import said, sources
from tpp.pages.movement import Row, row
from tpp.pages.totals import HOME_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from tpp.model.banking.transaction import Transaction
    from tpp.pages.filter import Filter
    from tpp.pages.money.sources import Ledger, Reach

PAGE_SIZE = 25


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
    """One thing to choose: the value to send, and what it is called."""

    value: str
    label: Words | str


@dataclass(frozen=True, slots=True)
class TransactionsView:
    """The list as it is shown. `found` counts all hits; `sums` add up the booked ones of them on every page.

    Of a list over several accounts: `accounts` and `currencies` to choose from, `reaches`: how far each goes, and
    `own_note`: what becomes of transfers between them.
    """

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
    accounts: tuple[Option, ...] = ()
    currencies: tuple[Option, ...] = ()
    reaches: tuple[Reach, ...] = ()
    own_note: Words | None = None


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
    listed = [Entry(each) for each in sent]
    coverage = tuple(said.coverage(sent, more=more, cut=cut, unreadable=unreadable))
    hits = found_in(listed, wanted)
    return _view(listed, hits, wanted, page_number, coverage)


def build_all(read: Ledger, wanted: Filter, page_number: int = 1) -> TransactionsView:
    """Build one page of the transactions of several accounts; the rest as `build`.

    A sum is of both sides of a transfer between these accounts, unless the filter leaves those out.
    """
    listed = sorted(read.entries, key=lambda each: order_of(each.transaction), reverse=True)
    coverage = (
        *said.coverage([each.transaction for each in listed], more=False, unreadable=read.unreadable),
        *sources.gaps(read.sources),
        *sources.unlisted(read),
    )
    hits = found_in(listed, wanted)
    return replace(
        _view(listed, hits, wanted, page_number, coverage),
        accounts=tuple(_accounts(read, wanted)),
        currencies=tuple(Option(code, labels.CURRENCIES.get(code, code)) for code in read.currencies),
        reaches=read.reaches,
        own_note=said.on_own_transfers(hits, without=wanted.scope.without_own),
    )


def _accounts(read: Ledger, wanted: Filter) -> Iterator[Option]:
    """Yield the accounts to choose from, and the several that are asked for as one choice."""
    chosen = wanted.scope.query.get("account", "")
    if chosen and chosen not in read.titles:
        yield Option(chosen, wanted.scope.said("account"))
    yield from (Option(account_id, title) for account_id, title in read.titles.items())


def _view(
    sent: Sequence[Entry], hits: Sequence[Entry], wanted: Filter, page_number: int, coverage: tuple[Words, ...]
) -> TransactionsView:
    """Build the list of what is sorted already. `hits`: those that are wanted, pending ones first."""
    pending = [each for each in hits if each.transaction.is_pending]
    booked = hits[len(pending) :]
    pager = _pager(len(hits), page_number, wanted)
    shown = [row(each) for each in hits[pager.first - 1 : pager.last]] if hits else []
    found = [each.transaction for each in hits]
    return TransactionsView(
        filter=wanted,
        types=_types((each.transaction for each in sent), wanted),
        found=NN_("%(count)s transaction found", "%(count)s transactions found", len(hits)),
        pending_found=NN_("%(count)s of them pending", "%(count)s of them pending", len(pending)) if pending else None,
        sums=_sums(found),
        notes=tuple(said.notes(found)),
        coverage=coverage,
        pending=tuple(each for each in shown if each.source.is_pending),
        months=tuple(
            _months([each for each in shown if not each.source.is_pending], [each.transaction for each in booked])
        ),
        pager=pager,
        has_balances=any(each.balance for each in shown),
    )


def found_in(sent: Iterable[Entry], wanted: Filter) -> list[Entry]:
    """Return what is wanted of entries that are sorted already, in the order of the list: pending ones first."""
    hits = [each for each in sent if wanted.finds(each)]
    return sorted(hits, key=lambda each: not each.transaction.is_pending)


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
