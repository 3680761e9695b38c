"""The list of transactions as a file: the rows of every page of the list, in its order, as values.

One set of values is for a table that people open, with the words that the page says; the other for programs, with the
bank's own words under names of ours. Amounts are exact, as the bank sent them, with the sign that they have in the
list; a day is one of Dubai, as in the list, and a moment is aware UTC. What cannot be read is empty, never nought.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tpp.model.banking.own_transfers import Entry
from tpp.model.banking.transaction import newest_first, order_of
from tpp.model.days import day_of
from tpp.model.words import N_, Words
from tpp.pages.movement import Place, row
from tpp.pages.rows import masked
from tpp.pages.transactions import found_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tpp.model.banking.transaction import Transaction
    from tpp.model.money import Money
    from tpp.model.resource import Parsed
    from tpp.pages.filter import Filter
    from tpp.pages.money.sources import Ledger
    from tpp.pages.movement import Row

Cell = Words | str | Decimal | date | datetime | None
"""One value of the table: our words, the bank's text, an amount, a day of Dubai, a moment; or nothing."""

FORMAT, VERSION = "mizan-transactions", 1
"""What a program goes by: a name that is taken away, or means something else, makes another version."""

FACTS = (
    *(N_("Other side"), N_("Short name"), N_("Its account"), N_("Its bank")),
    *(N_("Shop"), N_("Number of the shop"), N_("Category code")),
    *(N_("Card"), N_("Card used by"), N_("Card number"), N_("Name on the card")),
    *(N_("Information"), N_("Reference"), N_("On the statement"), N_("Purpose code"), N_("Way of payment")),
    *(N_("Exchange contract"), N_("Rate of"), N_("Kind of the balance after it")),
    *(N_("Biller"), N_("Number of the bill"), N_("Kind of bill")),
    *(N_("Bank’s code"), N_("Bank’s own code"), N_("Transaction number")),
    *(N_("Happened"), N_("Booked at"), N_("Counts from")),
)
"""The details of a row that are folded away on the page, a column each."""

COLUMNS = (
    *(N_("Account"), N_("Bank"), N_("Date"), N_("Description"), N_("Direction"), N_("Amount"), N_("Currency")),
    *(N_("Status"), N_("Details"), N_("Notes"), N_("Balance after it"), N_("Currency of the balance")),
    *FACTS,
)


@dataclass(frozen=True, slots=True)
class Source:
    """One account whose list is exported: what it is called on its page, what was read of its list, and when."""

    bank: str
    account: Words | str
    tail: str | None
    read: Parsed[Transaction]
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Export:
    """The rows, each with its account's place among `sources`."""

    sources: tuple[Source, ...]
    wanted: Filter
    rows: tuple[tuple[int, Entry], ...]

    @property
    def span(self) -> tuple[date, date] | None:
        """Return the first and the last day of the rows; None where none has a day."""
        first = min(_days(each.transaction for _, each in self.rows), default=None)
        last = max(_days(each.transaction for _, each in self.rows), default=None)
        return (first, last) if first and last else None


def of_one(source: Source, wanted: Filter) -> Export:
    """Gather what is wanted of one account, in the order of its page."""
    hits = found_in((Entry(each) for each in newest_first(source.read.items)), wanted)
    return Export((source,), wanted, tuple((0, each) for each in hits))


def of_all(ledger: Ledger, wanted: Filter) -> Export:
    """Gather what is wanted of all accounts that were read, in the order of their one list."""
    sent = sorted(ledger.entries, key=lambda each: order_of(each.transaction), reverse=True)
    found = [(each, each.found, each.found.parsed) for each in ledger.sources if each.found and each.found.parsed]
    place = {id(each.account): number for number, (each, _, _) in enumerate(found)}
    sources = tuple(
        Source(answer.grant.draft.bank_name, each.title, masked(each.account)[1], read, answer.at)
        for each, answer, read in found
    )
    return Export(sources, wanted, tuple((place[id(each.account)], each) for each in found_in(sent, wanted)))


def table(export: Export) -> Iterator[tuple[Cell | tuple[Cell, ...], ...]]:
    """Return a row of values for each transaction, one for each of `COLUMNS`; several in one cell as a tuple."""
    for number, each in export.rows:
        source, shown = export.sources[number], row(each)
        facts: dict[str, list[Cell]] = {}
        for fact in shown.facts:
            if not isinstance(fact.value, Place):
                facts.setdefault(fact.label.msgid, []).append(_cell(fact.value))
        yield (
            *(source.account, source.bank, _day(shown.source), shown.title, shown.direction),
            *_money(shown.money),
            *_said(shown),
            *_money(shown.balance),
            *(tuple(facts.get(label.msgid, ())) for label in FACTS),
        )


def _said(shown: Row) -> tuple[Cell | tuple[Cell, ...], ...]:
    return shown.state or N_("Booked"), shown.details, shown.notes


def _cell(value: Words | str | Money | datetime) -> Cell:
    return value if isinstance(value, Words | str | datetime) else _exact(value.amount)


def _money(money: Money | None) -> tuple[Cell, Cell]:
    return (_exact(money.amount), money.currency) if money else (None, None)


def _exact(amount: Decimal) -> Decimal:
    """Return an amount as it is, but nought without a sign, as the page prints it."""
    return amount or abs(amount)


def _day(transaction: Transaction) -> date | None:
    return day_of(transaction.listed_at) if transaction.listed_at else None


def head(export: Export) -> dict[str, Any]:
    """Return what a program has to know of the list: its accounts, its filter, and what it is made of (`coverage`)."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "filter": export.wanted.query,
        "coverage": [_coverage(source) for source in export.sources],
        "count": len(export.rows),
    }


def _coverage(source: Source) -> dict[str, Any]:
    """Say which transactions of one account were read, and whether the bank has more."""
    read = source.read
    return {
        "bank": source.bank,
        "account": source.account,
        "number_ends": source.tail,
        "read_at": source.read_at,
        "read": len(read.items),
        "first": min(_days(read.items), default=None),
        "last": max(_days(read.items), default=None),
        "bank_has_more": read.more,
        "ended_by": read.cut,
        "unreadable_details": len(read.unreadable),
    }


def _days(transactions: Iterable[Transaction]) -> Iterator[date]:
    return (day for each in transactions if (day := _day(each)))


def objects(export: Export) -> Iterator[dict[str, Any]]:
    """Return each transaction as names and values: all that was read of it and is there, as in `Transaction`.

    `account`: the place of its account in `coverage`. `title`: the bank's best title. `between_own_accounts`: where the
    page says so.
    """
    for number, each in export.rows:
        transaction = each.transaction
        told = {"account": number, "day": _day(transaction), "title": transaction.title}
        own = {"between_own_accounts": True} if each.own else {}
        yield {name: value for name, value in told.items() if value is not None} | own | _plain(transaction)


def _plain(value: Any) -> Any:
    """Turn a value of the model into plain ones, without what is not there; a nought has no sign."""
    if is_dataclass(value):
        told = ((field.name, _plain(getattr(value, field.name))) for field in fields(value))
        return {name: each for name, each in told if each is not None and each != []}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return _exact(value) if isinstance(value, Decimal) else value
