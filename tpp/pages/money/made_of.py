"""What the figures of money in and out are made of, and what is not in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.model.days import day_of, noon
from tpp.model.words import N_, NN_, Words
from tpp.pages.money.sources import gaps, unlisted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tpp.model.banking.own_transfers import Entry
    from tpp.pages.money.flows import Heaps
    from tpp.pages.money.sources import Ledger


def said(found: Heaps, chosen: Sequence[Entry], ledger: Ledger, accounts: Collection[str]) -> Iterator[Words]:
    """Say it. `found`: what the span has in the currency; `chosen`: all of the accounts that are counted."""
    yield from _sent(found)
    yield from _left_out(found)
    yield from _in_no_month(chosen)
    yield from gaps([each for each in ledger.sources if not accounts or each.account.account_id in accounts])
    yield from () if accounts else unlisted(ledger)
    if len(ledger.currencies) > 1:
        yield N_("Other currencies stand apart and are never added.")


def _sent(found: Heaps) -> Iterator[Words]:
    days = [
        day_of(each.transaction.listed_at)
        for heap in (found.counted, found.own, found.pending, found.others)
        for each in heap
        if each.transaction.listed_at
    ]
    if not days:
        yield N_("Your bank sent no transactions of this time in this currency.")
        return
    yield NN_(
        "From %(count)s transaction your bank sent in this currency, %(first)s to %(last)s.",
        "From %(count)s transactions your bank sent in this currency, %(first)s to %(last)s.",
        found.size,
        first=noon(min(days)),
        last=noon(max(days)),
    )


def _left_out(found: Heaps) -> Iterator[Words]:
    if found.own:
        yield NN_(
            "%(count)s of them is of a transfer between your own accounts and is not counted.",
            "%(count)s of them are of transfers between your own accounts and are not counted, on neither side.",
            len(found.own),
        )
    if found.pending:
        yield NN_(
            "%(count)s is pending and is not counted until the bank books it.",
            "%(count)s are pending and are not counted until the bank books them.",
            len(found.pending),
        )
    if found.others:
        yield NN_(
            "%(count)s is not booked, by its status, and is not counted.",
            "%(count)s are not booked, by their status, and are not counted.",
            len(found.others),
        )
    if found.size > len(found.counted):
        yield NN_("That leaves %(count)s.", "That leaves %(count)s.", len(found.counted))


def _in_no_month(chosen: Sequence[Entry]) -> Iterator[Words]:
    unreadable = sum(1 for each in chosen if each.transaction.money is None)
    if unreadable:
        yield NN_(
            "%(count)s transaction has an amount that cannot be read; it is in no sum.",
            "%(count)s transactions have amounts that cannot be read; they are in no sum.",
            unreadable,
        )
    undated = sum(1 for each in chosen if each.transaction.listed_at is None and each.transaction.counted)
    if undated:
        yield NN_(
            "%(count)s transaction has no date and is in no month.",
            "%(count)s transactions have no date and are in no month.",
            undated,
        )
