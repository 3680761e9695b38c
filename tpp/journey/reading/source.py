"""One connection during one visit: what is known of it when the page begins, and whether the page asks for more."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tpp.errors import BankTimeout, ReconnectNeeded
from tpp.journey import connections, halts
from tpp.journey.reading.ask import Ticket
from tpp.journey.reading.asking import Asking
from tpp.journey.reading.pauses import WHOLE, Pause, Pauses
from tpp.journey.reading.shelf import Shelf
from tpp.journey.waiting import wait_for
from tpp.model.resource import Parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from datetime import datetime

    from tpp.errors import MizanError
    from tpp.journey.reading.ask import Desk, Question, Read
    from tpp.journey.reading.shelf import Bodies
    from tpp.model.account import Account
    from tpp.model.grant import Grant

POLL_SECONDS = 0.05

LONGEST_ID = 40
"""AccountId: 1 to 40 characters of any kind (account-information v1.2)."""


@dataclass(slots=True)
class Source:
    """One connection during one visit: what is known of it, and how it is asked.

    `reading`: the random word of the list that this page reads or goes on with.
    `asks`: whether this page asks at all. `resumes`: it goes on where an earlier one ended. `late`: calls that
    outlive this page, and `settled` those of them whose answer has been seen to. `came`: the list came just now.
    `only`: the one account that this page asks about. `fresh`: it asks in any case.
    """

    grant: Grant
    ticket: Ticket
    asking: Asking
    reading: str
    bodies: Bodies | None = None
    pauses: dict[str, Pause] = field(default_factory=dict)
    asks: bool = False
    resumes: bool = False
    error: str | None = None
    retry_at: datetime | None = None
    late: list[tuple[Question[Any], float, Future[Read[Any]]]] = field(default_factory=list)
    settled: list[Question[Any]] = field(default_factory=list)
    came: bool = False
    only: str | None = None
    fresh: bool = False


def open_source(desk: Desk, grant: Grant, *, fresh: bool) -> Source:
    """Look at what is known of a connection, and decide whether to ask."""
    word = secrets.token_hex(8)
    source = Source(grant, Ticket(grant), Asking(desk.vault, grant.consent_id, word, desk.now), word, fresh=fresh)
    source.error = closed(desk, grant)
    if source.error is None:
        source.pauses = Pauses(desk.vault, grant.consent_id, desk.now).load()
        source.bodies = None if grant.halt else shelf_of(desk).load(grant.consent_id)
        _decide(desk, source, fresh=fresh)
    elif grant.tokens and halts.closed(grant, desk.now()):
        source.grant = halts.over(desk.vault, grant)
        shelf_of(desk).clear(grant.consent_id)
    return source


def closed(desk: Desk, grant: Grant) -> str | None:
    """Return why nothing is asked about a connection: it has ended, or the way to it is offered no more."""
    return halts.closed(grant, desk.now()) or (None if desk.banks.offers(grant) else ReconnectNeeded.reason)


def _decide(desk: Desk, source: Source, *, fresh: bool) -> None:
    """A firm pause is kept by all; what is a minute old, and whole, is asked for again on request only."""
    pause, bodies = source.pauses.get(WHOLE), source.bodies
    if pause and (pause.firm or not fresh):
        source.error = pause.error
        source.retry_at = pause.until if pause.firm else None
        return
    recent = bodies is not None and desk.now().timestamp() - bodies.at < desk.resources.accounts.fresh.total_seconds()
    if bodies is not None and recent and bodies.unfinished:
        source.resumes, source.reading = True, bodies.reading
    source.asks = source.resumes or ((fresh or not recent) and not _all_paused(desk, source))


def _all_paused(desk: Desk, source: Source) -> bool:
    """Whether the bank wants to be left alone about every account that is known: then the list is no use either."""
    ids = ids_of(desk, source)
    return bool(ids) and all(each in source.pauses and source.pauses[each].firm for each in ids)


def claimed(desk: Desk, source: Source, deadline: float) -> Source:
    """See that this page alone asks; where another is at it, wait for what that one brings."""
    while source.asks and not source.asking.begin():
        source = _after_the_other(desk, source, deadline)
        if time.monotonic() >= deadline and source.asks:
            source.asks = source.resumes = False
            source.error = None if source.bodies and source.bodies.unfinished else BankTimeout.reason
    return _anew(desk, source, lambda newer: newer) if source.asks else source


def claimed_for_one(desk: Desk, source: Source, decide: Callable[[Source], Source], deadline: float) -> Source:
    """See that this page alone asks for its one account; where another is at it, wait for what that one brings.

    `decide`: sets what the page asks of a source, as it was decided for this one.
    """
    if not source.asks:
        return source
    if source.asking.begin():
        return _anew(desk, source, decide)
    source = _after_the_other(desk, source, deadline)
    source.asks = source.resumes = False
    return source


def _anew(desk: Desk, source: Source, decide: Callable[[Source], Source]) -> Source:
    """Look again now that nobody else may ask: what another page has kept since is not to be overwritten with less."""
    kept = connections.find(desk.vault, source.grant.consent_id)
    newer = decide(open_source(desk, kept.grant if kept else source.grant, fresh=source.fresh))
    newer.asking = source.asking
    if not newer.asks:
        newer.asking.end()
    return newer


def _after_the_other(desk: Desk, source: Source, deadline: float) -> Source:
    """Wait until the other page has asked, and look at the connection anew: it may have ended meanwhile."""

    def gone() -> bool | None:
        return None if source.asking.others() else True

    wait_for(gone, desk.sleep, every=POLL_SECONDS, patience=max(0.0, deadline - time.monotonic()))
    kept = connections.find(desk.vault, source.grant.consent_id)
    return open_source(desk, kept.grant if kept else source.grant, fresh=False)


def lose(desk: Desk, source: Source, error: MizanError) -> None:
    """Show nothing any more, and keep nothing: the bank has ended or suspended the consent, or our access to it."""
    source.bodies, source.came = None, False
    source.grant, source.error = halts.lost(desk.vault, source.grant, error, desk.now())
    shelf_of(desk).clear(source.grant.consent_id)


def ids_of(desk: Desk, source: Source) -> list[str]:
    """Return the ids of the accounts that can be asked about."""
    return [each.account_id for each in listed(desk, source).items if why_not(desk, source.grant, each) is None]


def listed(desk: Desk, source: Source) -> Parsed[Account]:
    """Return the list of accounts, empty where none is known."""
    return source.bodies.listed.read(desk.resources.accounts) if source.bodies else Parsed(())


def why_not(desk: Desk, grant: Grant, account: Account) -> str | None:
    """Return why nothing is asked about an account; None where its id can be a part of a path."""
    if len(account.account_id) > LONGEST_ID or not account.account_id.strip("."):
        return "odd-id"
    return None if account.can_be_asked or desk.banks.of(grant).encodes_ids else "not-asked"


def shelf_of(desk: Desk) -> Shelf:
    """Return what is kept of a bank's answers in this browser."""
    return Shelf(desk.vault, desk.now)
