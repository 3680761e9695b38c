"""Reading the figures: accounts, then every balance, in two waves side by side, against one deadline.

What was read is kept for a short while (`tpp.journey.shelf`): a plain visit within a minute shows it again, and an
account that fails now still shows its figure of a few minutes ago, with its time. One account's failure is that
account's alone; what the bank says of the whole consent (`tpp.journey.halts`) counts for all of it at once.

A page waits nine seconds. Calls that have begun by then go on without it, and what they bring is kept: the next page
begins where this one ended, and asks only for what is missing.
"""

from __future__ import annotations

import secrets
import time
from concurrent.futures import wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from tpp.errors import BankTimeout, ConsentHalted, MizanError, NotConnected, ReconnectNeeded
from tpp.journey import connections, halts
from tpp.journey.ask import Question, Ticket, ask
from tpp.journey.asking import Asking
from tpp.journey.pauses import WHOLE, Pause, Pauses
from tpp.journey.shelf import Answer, Bodies, Shelf
from tpp.model.bank_client import Parsed
from tpp.model.figures import AccountFigures, Figures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from tpp.journey.ask import Desk
    from tpp.model.account import Account
    from tpp.model.grant import Grant
    from tpp.model.rows import Value

FRESH = timedelta(seconds=60)
"""A plain visit within this time does not ask the bank again."""

PAGE_SECONDS = 9.0
"""The deadline for all calls of one page together."""

POLL_SECONDS = 0.05

MOST_ACCOUNTS = 200
"""So many balances are asked for by one page; the next page goes on where it stopped."""

LONGEST_ID = 40
"""AccountId: 1 to 40 characters of any kind (account-information v1.2)."""

NOT_YET = frozenset({"timeout", "not-loaded"})
"""What the next page may still get from the same reading."""

PASSING = NOT_YET | {
    *("unreachable", "malformed", "token-rejected", "rate-limited", "bank-fault", "store-unavailable"),
    *("account-away", "recoverable", "generic"),
}
"""Failures that pass: an older figure stays, with its time. Where the bank refuses, none does."""


@dataclass(slots=True)
class _Source:
    """One connection during one visit: what is known of it, and how it is asked.

    `reading`: the random word of the list that this page reads or goes on with.
    `asks`: whether this page asks at all. `resumes`: it goes on where an earlier one ended. `late`: calls that
    outlive this page, and `settled` those of them whose answer has been seen to. `came`: the list came just now.
    """

    grant: Grant
    asking: Asking
    reading: str
    bodies: Bodies | None = None
    listed: tuple[str, Parsed[Account]] | None = None
    pauses: dict[str, Pause] = field(default_factory=dict)
    asks: bool = False
    resumes: bool = False
    error: str | None = None
    retry_at: datetime | None = None
    ticket: Ticket = field(default_factory=Ticket)
    late: list[tuple[Question, float, Future[Value]]] = field(default_factory=list)
    settled: list[Question] = field(default_factory=list)
    came: bool = False


def read_all(desk: Desk, *, fresh: bool) -> list[Figures]:
    """Read the figures of every connection in this browser, newest connection first, in two waves."""
    deadline = time.monotonic() + PAGE_SECONDS
    grants = connections.listed(desk.vault)
    sources = [_claimed(desk, _open(desk, grant, fresh=fresh), deadline) for grant in grants]
    try:
        _first_wave(desk, [source for source in sources if source.asks and not source.resumes], deadline)
        _second_wave(desk, [source for source in sources if source.came or source.resumes], deadline)
        for source in sources:
            _close(desk, source)
    finally:
        for source in sources:
            if source.asks and not source.late:
                source.asking.end()
    return [_figures(desk, source) for source in sources]


def _open(desk: Desk, grant: Grant, *, fresh: bool) -> _Source:
    """Look at what is known of a connection, and decide whether to ask."""
    word = secrets.token_hex(8)
    source = _Source(grant, Asking(desk.vault, grant.consent_id, word, desk.now), word)
    if desk.now() >= grant.until:
        source.error = "consent-ended"
        if grant.tokens:
            source.grant = halts.over(desk.vault, grant)
            _shelf(desk).clear(grant.consent_id)
    elif grant.tokens is None:
        source.error = grant.halt.reason if grant.halt else ReconnectNeeded.reason
    else:
        source.pauses = Pauses(desk.vault, grant.consent_id, desk.now).load()
        source.bodies = None if grant.halt else _shelf(desk).load(grant.consent_id)
        _decide(desk, source, fresh=fresh)
    return source


def _decide(desk: Desk, source: _Source, *, fresh: bool) -> None:
    """A firm pause is kept by all; what is a minute old, and whole, is asked for again on request only."""
    pause, bodies = source.pauses.get(WHOLE), source.bodies
    if pause and (pause.firm or not fresh):
        source.error = pause.error
        source.retry_at = pause.until if pause.firm else None
        return
    recent = bodies is not None and desk.now().timestamp() - bodies.at < FRESH.total_seconds()
    if bodies is not None and recent and bodies.unfinished:
        source.resumes, source.reading = True, bodies.reading
    source.asks = source.resumes or ((fresh or not recent) and not _all_paused(desk, source))


def _all_paused(desk: Desk, source: _Source) -> bool:
    """Whether the bank wants to be left alone about every account that is known: then the list is no use either."""
    ids = _ids(desk, source)
    return bool(ids) and all(each in source.pauses and source.pauses[each].firm for each in ids)


def _claimed(desk: Desk, source: _Source, deadline: float) -> _Source:
    """See that this page alone asks; where another is at it, wait for what that one brings."""
    while source.asks and not source.asking.begin():
        while source.asking.others() and time.monotonic() < deadline:
            desk.sleep(POLL_SECONDS)
        source = _open(desk, source.grant, fresh=False)
        if time.monotonic() >= deadline and source.asks:
            source.asks = source.resumes = False
            source.error = None if source.bodies and source.bodies.unfinished else BankTimeout.reason
    return source


def _first_wave(desk: Desk, sources: Sequence[_Source], deadline: float) -> None:
    """Ask every connection for its accounts."""
    at = desk.now().timestamp()
    asked = [(source, Question(source.grant.consent_id)) for source in sources]
    for (source, _), result in zip(asked, _side_by_side(desk, asked, deadline), strict=True):
        if isinstance(result, MizanError):
            _list_failed(desk, source, result)
        else:
            source.grant = halts.served(desk.vault, source.grant)
            older = source.bodies.balances if source.bodies else {}
            source.bodies = Bodies(at, source.reading, result, balances=older)
            source.came = True


def _list_failed(desk: Desk, source: _Source, error: MizanError) -> None:
    source.error = error.reason
    pause = Pauses(desk.vault, source.grant.consent_id, desk.now).note(WHOLE, error)
    source.retry_at = pause.until if pause and pause.firm else None
    if isinstance(error, ConsentHalted | ReconnectNeeded | NotConnected):
        _lose(desk, source, error)


def _lose(desk: Desk, source: _Source, error: MizanError) -> None:
    """Show nothing any more, and keep nothing: the bank has ended or suspended the consent, or our access to it."""
    source.bodies, source.came, source.error = None, False, error.reason
    if isinstance(error, ConsentHalted):
        source.grant = halts.halted(desk.vault, source.grant, error, desk.now())
    elif kept := connections.find(desk.vault, source.grant.consent_id):
        source.grant = kept.grant
        source.error = source.grant.halt.reason if source.grant.halt else error.reason
    _shelf(desk).clear(source.grant.consent_id)


def _second_wave(desk: Desk, sources: Sequence[_Source], deadline: float) -> None:
    """Ask for every balance at once; where one fails for now, its older figure stays, with its own time."""
    at = desk.now().timestamp()
    asked = [
        (source, Question(source.grant.consent_id, each))
        for source in sources
        if source.bodies
        for each in _wanted(desk, source, source.bodies)
    ]
    for (source, question), result in zip(asked, _side_by_side(desk, asked, deadline), strict=True):
        if source.bodies is None or question.account_id is None:
            continue
        if isinstance(result, MizanError):
            _balance_failed(desk, source, source.bodies, question.account_id, result)
        else:
            source.bodies.balances[question.account_id] = Answer(at, source.reading, result)


def _wanted(desk: Desk, source: _Source, bodies: Bodies) -> list[str]:
    """Return whose balances this page asks for, the longest unread first, and write down whose it does not."""
    ids = _ids(desk, source)
    if source.resumes:
        ids = [each for each in ids if not bodies.has(each) and bodies.errors.get(each, "timeout") in NOT_YET]
    paused = {each: source.pauses[each].error for each in ids if each in source.pauses and source.pauses[each].firm}
    ids = [each for each in ids if each not in paused]
    ids.sort(key=lambda each: bodies.balances[each].at if each in bodies.balances else 0.0)
    bodies.unfinished = len(ids) > MOST_ACCOUNTS
    bodies.errors |= paused | dict.fromkeys(ids[MOST_ACCOUNTS:], "not-loaded")
    return ids[:MOST_ACCOUNTS]


def _balance_failed(desk: Desk, source: _Source, bodies: Bodies, account_id: str, error: MizanError) -> None:
    """Note one account's failure. What the bank says of the whole consent here counts for all of it.

    But for `Consent.Invalid`, since the list of the same visit has shown that the consent stands.
    """
    whole = isinstance(error, ConsentHalted) and error.code != "Consent.Invalid"
    if whole or isinstance(error, ReconnectNeeded | NotConnected):
        _lose(desk, source, error)
        return
    bodies.errors[account_id] = error.reason
    if pause := Pauses(desk.vault, source.grant.consent_id, desk.now).note(account_id, error):
        source.pauses[account_id] = pause
    if error.reason not in PASSING:
        bodies.balances.pop(account_id, None)


def _ids(desk: Desk, source: _Source) -> list[str]:
    listed = _listed(desk, source)
    return [each.account_id for each in listed.items if _why_not(desk, each) is None]


def _listed(desk: Desk, source: _Source) -> Parsed[Account]:
    """Read the list, once for each that came."""
    if source.bodies is None:
        return Parsed(())
    if source.listed is None or source.listed[0] != source.bodies.reading:
        source.listed = source.bodies.reading, desk.reader.accounts(source.bodies.accounts)
    return source.listed[1]


def _why_not(desk: Desk, account: Account) -> str | None:
    """Return why nothing is asked about an account; None where its id can be a part of a path."""
    if len(account.account_id) > LONGEST_ID or not account.account_id.strip("."):
        return "odd-id"
    return None if account.can_be_asked or desk.client.encodes_ids else "not-asked"


def _side_by_side(desk: Desk, asked: Sequence[tuple[_Source, Question]], deadline: float) -> list[Value | MizanError]:
    """Run calls in the shared pool until the deadline. What has not begun by then is called off; what has, goes on."""
    at = desk.now().timestamp()
    futures = [desk.pool.submit(ask, desk, source.ticket, question) for source, question in asked]
    wait(futures, timeout=max(0.0, deadline - time.monotonic()))
    results: list[Value | MizanError] = []
    for (source, question), future in zip(asked, futures, strict=True):
        if not future.done():
            if not future.cancel():
                source.late.append((question, at, future))
            if source.bodies and question.account_id is not None:
                source.bodies.unfinished = True
            results.append(BankTimeout())
        else:
            results.append(_outcome(future))
    return results


def _outcome(future: Future[Value]) -> Value | MizanError:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, MizanError):
        return error
    raise error


def _close(desk: Desk, source: _Source) -> None:
    """Keep what came, and see to what is still under way."""
    name, bodies = source.grant.consent_id, source.bodies
    if bodies is not None and (source.came or source.resumes):
        _shelf(desk).keep(name, bodies)
    if source.late:
        source.asking.go_on()
        for question, at, future in source.late:
            future.add_done_callback(partial(_arrived_late, desk, source, question, at))


def _arrived_late(desk: Desk, source: _Source, question: Question, at: float, future: Future[Value]) -> None:
    """Keep what a call brought after its page had gone; whoever signed out meanwhile has nothing kept."""
    try:
        result = _outcome(future)
        if isinstance(result, MizanError):
            _failed_late(desk, source, question, result)
        elif question.account_id is None:
            halts.served(desk.vault, source.grant)
            older = source.bodies.balances if source.bodies else {}
            _shelf(desk).keep(question.consent_id, Bodies(at, source.reading, result, {}, True, older))
        else:
            _shelf(desk).keep_late(question.consent_id, question.account_id, Answer(at, source.reading, result))
    except NotConnected:
        pass  # the vault has shut: a sign-out, or another return from the bank, was faster
    finally:
        source.settled.append(question)  # a call is done before what it brought is kept, so `done` would be too early
        if len(source.settled) == len(source.late):
            source.asking.end()


def _failed_late(desk: Desk, source: _Source, question: Question, error: MizanError) -> None:
    Pauses(desk.vault, question.consent_id, desk.now).note(question.account_id or WHOLE, error)
    if isinstance(error, ConsentHalted) and (question.account_id is None or error.code != "Consent.Invalid"):
        _lose(desk, source, error)


def _shelf(desk: Desk) -> Shelf:
    return Shelf(desk.vault, desk.now)


def _figures(desk: Desk, source: _Source) -> Figures:
    if source.bodies is None:
        return Figures(source.grant, error=source.error, retry_at=source.retry_at)
    read = _listed(desk, source)
    shown = tuple(_account_figures(desk, source, each, source.bodies) for each in read.items)
    at = datetime.fromtimestamp(source.bodies.at, UTC)
    return Figures(source.grant, shown, at, source.error, read.more, len(read.unreadable), source.retry_at)


def _account_figures(desk: Desk, source: _Source, account: Account, bodies: Bodies) -> AccountFigures:
    answer = bodies.balances.get(account.account_id)
    error = _why_not(desk, account) or bodies.error_of(account.account_id)
    pause = source.pauses.get(account.account_id)
    retry_at = pause.until if pause and pause.firm else None
    if answer is None:
        return AccountFigures(account, (), error or "not-loaded", retry_at=retry_at)
    read = desk.reader.balances(answer.body)
    at = datetime.fromtimestamp(answer.at, UTC)
    nothing = None if read.items else ("malformed" if read.unreadable else "no-balance")
    return AccountFigures(account, read.items, error or nothing, at, len(read.unreadable), retry_at)
