"""Of which accounts the transactions are: each shown account once, with what was read of it, how far, and what failed.

Source of the sums' honesty: a bank that sends one page of a hundred sends other months of one account than of another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.banking.own_transfers import Held, recognised
from tpp.model.days import day_of, noon
from tpp.model.permission import TRANSACTION_READS
from tpp.model.words import N_, NN_, Moment, Words
from tpp.pages import troubles
from tpp.pages.doubles import without_doubles
from tpp.pages.rows import title_of
from tpp.pages.tabs.state import NOT_SHARED, state
from tpp.pages.totals import HOME_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from tpp.model.account import Account
    from tpp.model.banking.own_transfers import Entry
    from tpp.model.banking.transaction import Transaction
    from tpp.model.figures import Figures, Found


@dataclass(frozen=True, slots=True)
class Source:
    """One shown account and what was read of its transactions; `found`: None where they were not asked for.

    `is_granted`: whether its connection shares transactions at all.
    """

    account: Account
    issuer: str
    found: Found[Transaction] | None
    is_granted: bool = True

    @property
    def title(self) -> str | Words:
        """Return what the account is called."""
        return title_of(self.account)

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """Return what was read, in the bank's order."""
        return self.found.parsed.items if self.found and self.found.parsed else ()

    @property
    def more(self) -> bool:
        """Whether the bank has older ones that were not read."""
        return bool(self.found and self.found.parsed and self.found.parsed.more)

    @property
    def is_read(self) -> bool:
        """Whether anything was read of it."""
        return bool(self.found and self.found.parsed)

    @property
    def days(self) -> list[date]:
        """Return the Dubai days of its transactions, in no order."""
        return [day_of(each.listed_at) for each in self.transactions if each.listed_at]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the transactions of one account go, in words; `failure`: why nothing, or nothing newer, came.

    `account_id`: None where it has no page of its own.
    """

    title: str | Words
    account_id: str | None
    said: Words
    failure: Words | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that was read: the accounts, and their transactions as entries with own transfers recognised.

    `unlisted`: the banks that share transactions of accounts which could not even be listed. `more`: whether a bank has
    more accounts than it listed. `unshared`: how many shown accounts share no transactions.
    """

    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]
    unlisted: tuple[str, ...] = ()
    more: bool = False
    unshared: int = 0

    @property
    def titles(self) -> dict[str, str | Words]:
        """Return what the accounts are called, by id."""
        return {each.account.account_id: each.title for each in self.sources}

    @property
    def currencies(self) -> list[str]:
        """Return the currencies of the accounts and of the amounts, by code; never none."""
        found = {each.transaction.money.currency for each in self.entries if each.transaction.money}
        return sorted(found | {each.account.currency for each in self.sources if each.account.currency}) or [
            HOME_CURRENCY
        ]

    @property
    def unreadable(self) -> int:
        """Return how many details could not be read."""
        return sum(len(each.found.parsed.unreadable) for each in self.sources if each.found and each.found.parsed)

    @property
    def reaches(self) -> tuple[Reach, ...]:
        """Return how far each account's transactions go."""
        return tuple(reach_of(each) for each in self.sources)


def ledger(looked: Iterable[tuple[Figures, Mapping[str, Found[Transaction]]]]) -> Ledger:
    """Gather what was read of every connection. An account that several consents share is there once.

    A transfer to a shown account is an own one, also where that account's transactions are not shared.

    `looked`: each connection's accounts, and by AccountId what was read of their transactions.
    """
    pairs = [(figures, found) for figures, found in looked if not troubles.ended(figures)]
    by_consent = {figures.grant.consent_id: found for figures, found in pairs}
    soles = without_doubles(
        (figures for figures, _ in pairs),
        lambda figures, each: _has_any(by_consent[figures.grant.consent_id].get(each.account.account_id)),
    )
    shown = [
        Source(each.account, sole.figures.grant.issuer, found.get(each.account.account_id), is_granted=bool(found))
        for sole in soles
        for found in [by_consent[sole.figures.grant.consent_id]]
        for each in sole.figures.accounts
    ]
    entries = recognised([Held(each.account, each.issuer, each.transactions) for each in shown])
    sharing = [each for each, _ in pairs if TRANSACTION_READS & set(each.grant.draft.permissions)]
    return Ledger(
        tuple(each for each in shown if each.is_granted),
        tuple(entries),
        tuple(dict.fromkeys(each.grant.draft.bank_name for each in sharing if each.error and not each.accounts)),
        any(each.more for each in sharing),
        sum(1 for each in shown if not each.is_granted),
    )


def _has_any(found: Found[Transaction] | None) -> bool:
    return found is not None and found.parsed is not None


def reach_of(source: Source) -> Reach:
    """Say how far one account's transactions go."""
    failure = state(source.found).failure if source.found else NOT_SHARED
    account_id = source.account.account_id if source.account.can_be_asked else None
    return Reach(source.title, account_id, _reach_said(source), failure)


def _reach_said(source: Source) -> Words:
    days, count = source.days, len(source.transactions)
    if not source.is_read:
        return N_("Nothing was read")
    if not days:
        return NN_("%(count)s transaction", "%(count)s transactions", count)
    first, last = noon(min(days)), noon(max(days))
    if source.more:
        return NN_(
            "%(count)s transaction, %(first)s to %(last)s; the bank has older ones that were not read",
            "%(count)s transactions, %(first)s to %(last)s; the bank has older ones that were not read",
            count,
            first=first,
            last=last,
        )
    return NN_(
        "%(count)s transaction, %(first)s to %(last)s",
        "%(count)s transactions, %(first)s to %(last)s",
        count,
        first=first,
        last=last,
    )


def unlisted(read: Ledger) -> Iterator[Words]:
    """Say of which banks whole accounts are not known, so that no sum passes for that of all of them."""
    for bank in read.unlisted:
        yield N_("The accounts of %(bank)s could not be read just now and are missing here.", bank=bank)
    if read.unshared:
        yield NN_(
            "%(count)s account shares no transactions and is missing here.",
            "%(count)s accounts share no transactions and are missing here.",
            read.unshared,
        )
    if read.more:
        yield N_("Your bank has more accounts than it sent; only its first page can be read.")


def gaps(sources: Sequence[Source]) -> Iterator[Words]:
    """Say what was not read at all, so that no sum passes for the whole."""
    missing = [each for each in sources if not each.is_read]
    if len(missing) == 1:
        yield N_("Transactions of %(title)s are missing here.", title=missing[0].title)
    elif missing:
        yield NN_(
            "Transactions of %(count)s account are missing here.",
            "Transactions of %(count)s accounts are missing here.",
            len(missing),
        )
    cut_short = sum(1 for each in sources if each.more)
    if cut_short:
        yield NN_(
            "Of %(count)s account your bank has older transactions that were not read.",
            "Of %(count)s accounts your bank has older transactions that were not read.",
            cut_short,
        )
    old = [each.found for each in sources if each.found and each.found.parsed and each.found.error]
    if old and (at := min(each.at for each in old if each.at)):
        yield NN_(
            "%(count)s account could not be read just now and is as of %(when)s.",
            "%(count)s accounts could not be read just now; the oldest is as of %(when)s.",
            len(old),
            when=Moment(at),
        )
