"""The management interface of consents: a card for each connection, and a page of its own (CMI-1 to CMI-31)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.pages import consent, troubles
from tpp.pages.numbers import number
from tpp.pages.rows import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from tpp.model.account import Account
    from tpp.model.consent import ConsentDraft
    from tpp.model.grant import Grant, Receipt
    from tpp.model.words import Words
    from tpp.pages.consent import ConsentPage
    from tpp.pages.numbers import Number

PAST = "past"
"""The tab of what has ended, in addresses."""

EXPIRED = frozenset({"consent-expired", "consent-ended", "reconnect"})
"""Ends that time has brought: the consent's, or that of a token which nothing could renew."""


@dataclass(frozen=True, slots=True)
class Card:
    """One connection as a card prints it. `handle`: its name in addresses; `state`: a badge's name.

    `accounts`: how many the bank's last list had, and `received` when it last gave something; None while not known.
    """

    handle: str
    bank_name: str
    state: str
    accounts: int | None
    received: datetime | None
    expires: datetime


@dataclass(frozen=True, slots=True)
class Detail:
    """The page of one connection.

    `accounts`: title and numbers of those that are known just now. `shared`: what was agreed to, as the consent page
    prints it. `ended`: how and when it ended, None while it stands, and then `ended_at`. `stopped`: the customer ended
    it here. `asked`, `since`: so that a new consent can ask for the same.
    """

    card: Card
    consent_id: str
    accounts: tuple[tuple[Words | str, tuple[Number, ...]], ...]
    shared: ConsentPage
    asked: ConsentDraft
    since: datetime
    ended: Words | None = None
    ended_at: datetime | None = None
    stopped: bool = False
    bank_until: datetime | None = None

    @property
    def short_id(self) -> str:
        """Return the consent's id as the standard shortens it (CMI-20); one that is no longer than that, whole."""
        whole = self.consent_id
        return f"{whole[:8]}...{whole[-4:]}" if len(whole) > len("12345678...1234") else whole


def state_of(grant: Grant, now: datetime) -> str:
    """Return the badge of a grant (CMI-5, CMI-6): ended is expired or cancelled, else active or suspended."""
    if not grant.has_ended(now):
        return "suspended" if grant.halt else "active"
    return "expired" if reason_of(grant) in EXPIRED else "cancelled"


def reason_of(grant: Grant) -> str:
    """Return the reason word of a grant that has ended."""
    halt = grant.past().halt
    return halt.reason if halt else "consent-ended"


def card(grant: Grant, receipt: Receipt | None, now: datetime) -> Card:
    """Build one card."""
    return Card(
        handle=grant.handle,
        bank_name=grant.draft.bank_name,
        state=state_of(grant, now),
        accounts=receipt.accounts if receipt else None,
        received=receipt.at if receipt else None,
        expires=grant.until,
    )


def detail(grant: Grant, receipt: Receipt | None, accounts: Sequence[Account], now: datetime) -> Detail:
    """Build the page of one connection; `accounts`: those that are known without asking anybody."""
    past = grant.past() if grant.has_ended(now) else None
    return Detail(
        card=card(grant, receipt, now),
        consent_id=grant.consent_id,
        accounts=() if past else tuple(_listed(accounts)),
        shared=consent.build(grant.draft),
        asked=grant.draft,
        since=grant.authorized_at,
        ended=troubles.how_ended(reason_of(past), past) if past else None,
        ended_at=past.halt.at if past and past.halt else None,
        stopped=past is not None and reason_of(past) == "stopped-here",
        bank_until=grant.bank_until,
    )


def _listed(accounts: Iterable[Account]) -> Iterable[tuple[Words | str, tuple[Number, ...]]]:
    for each in accounts:
        yield title_of(each), tuple(number(identifier, card=each.is_card) for identifier in each.identifiers)
