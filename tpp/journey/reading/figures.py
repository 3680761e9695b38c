"""Reading the figures: accounts, then every balance, in two waves side by side, against one deadline.

What was read is kept for a short while (`tpp.journey.reading.shelf`): a plain visit within a minute shows it again,
and an account that fails now still shows its figure of a few minutes ago, with its time. One account's failure is
that account's alone; what the bank says of the whole consent (`tpp.journey.halts`) counts for all of it at once.

A page waits nine seconds. Calls that have begun by then go on without it, and what they bring is kept: the next page
begins where this one ended, and asks only for what is missing.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import wait
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from tpp.errors import BankTimeout, ConsentHalted, MizanError, NotConnected
from tpp.journey import connections, halts
from tpp.journey.reading.ask import Question, ask
from tpp.journey.reading.pauses import WHOLE, Pauses
from tpp.journey.reading.shelf import NOT_YET, PASSING, Answer, Bodies
from tpp.journey.reading.source import claimed, claimed_for_one, ids_of, listed, lose, open_source, shelf_of, why_not
from tpp.model.figures import AccountFigures, Figures
from tpp.model.resource import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from concurrent.futures import Future

    from tpp.journey.reading.ask import Desk, Read
    from tpp.journey.reading.source import Source
    from tpp.model.account import Account

log = logging.getLogger(__name__)

PAGE_SECONDS = 9.0
"""The deadline for all calls of one page together."""

MOST_ACCOUNTS = 200
"""So many balances are asked for by one page; the next page goes on where it stopped."""


def read_all(desk: Desk, *, fresh: bool) -> list[Figures]:
    """Read the figures of every connection in this browser, newest connection first, in two waves."""
    deadline = time.monotonic() + PAGE_SECONDS
    grants = connections.listed(desk.vault)
    return _read(desk, [claimed(desk, open_source(desk, grant, fresh=fresh), deadline) for grant in grants], deadline)


def opened(desk: Desk, *, fresh: bool) -> list[Source]:
    """Look at what is known of every connection in this browser, newest first; nothing is asked yet."""
    return [open_source(desk, grant, fresh=fresh) for grant in connections.listed(desk.vault)]


def as_kept(desk: Desk, sources: Iterable[Source]) -> list[Figures]:
    """Return the figures as they are kept, however old; nobody is asked."""
    return [_figures(desk, source) for source in sources]


def read_account(desk: Desk, account_id: str, *, fresh: bool, sources: list[Source] | None = None) -> list[Figures]:
    """Show every connection as it is kept, and ask for one account's balances alone where those are not new any more.

    `fresh`: ask for them in any case. `sources`: where they have been opened just now. Where a list is not kept all
    are read, as `read_all` does.
    """
    deadline = time.monotonic() + PAGE_SECONDS
    sources = opened(desk, fresh=fresh) if sources is None else sources
    if any(source.bodies is None and source.error is None for source in sources):
        return read_all(desk, fresh=fresh)

    def alone(source: Source) -> Source:
        source.asks = source.resumes = _asks_for(desk, source, account_id, fresh=fresh)
        source.only = account_id
        return source

    return _read(desk, [claimed_for_one(desk, alone(source), alone, deadline) for source in sources], deadline)


def unfinished(read: Iterable[Figures], account_id: str | None = None) -> bool:
    """Whether a later look at the same reading may bring more: answers are under way, or nobody has asked yet.

    `account_id`: of that account alone.
    """
    accounts = (each for figures in read for each in figures.accounts)
    return any(each.error in NOT_YET for each in accounts if account_id in {None, each.account.account_id})


def _asks_for(desk: Desk, source: Source, account_id: str, *, fresh: bool) -> bool:
    """Whether this page asks for one account: it may be asked for, and what is kept of it is not of this minute."""
    bodies = source.bodies
    if bodies is None or source.error or account_id not in ids_of(desk, source):
        return False
    source.reading = bodies.reading
    answer, at = bodies.balances.get(account_id), desk.now().timestamp()
    asked_at = answer.at if answer and bodies.has(account_id) else None
    if asked_at is None and bodies.errors.get(account_id, "not-loaded") not in NOT_YET:
        asked_at = bodies.at
    return fresh or asked_at is None or at - asked_at >= desk.resources.balances.fresh.total_seconds()


def _read(desk: Desk, sources: list[Source], deadline: float) -> list[Figures]:
    """Read what each connection asks for, in two waves, and keep it."""
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


def _first_wave(desk: Desk, sources: Sequence[Source], deadline: float) -> None:
    """Ask every connection for its accounts."""
    at = desk.now().timestamp()
    wanted = Wanted(desk.resources.accounts)
    asked = [(source, Question(source.grant.consent_id, wanted)) for source in sources]
    for (source, _), result in zip(asked, _side_by_side(desk, asked, deadline), strict=True):
        if isinstance(result, MizanError):
            _list_failed(desk, source, result)
        else:
            source.grant = halts.served(desk.vault, source.grant)
            if WHOLE in source.pauses:
                Pauses(desk.vault, source.grant.consent_id, desk.now).lift(WHOLE)
            older = source.bodies.balances if source.bodies else {}
            source.bodies = Bodies(_answer(source, at, result), balances=older)
            source.came = True


def _list_failed(desk: Desk, source: Source, error: MizanError) -> None:
    source.error = error.reason
    pause = Pauses(desk.vault, source.grant.consent_id, desk.now).note(WHOLE, error)
    source.retry_at = pause.until if pause and pause.firm else None
    if halts.ends_all(error, of_account=False):
        lose(desk, source, error)


def _second_wave(desk: Desk, sources: Sequence[Source], deadline: float) -> None:
    """Ask for every balance at once; where one fails for now, its older figure stays, with its own time."""
    at = desk.now().timestamp()
    asked = [
        (source, Question(source.grant.consent_id, Wanted(desk.resources.balances, each)))
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
            source.bodies.balances[question.account_id] = _answer(source, at, result)


def _answer(source: Source, at: float, read: Read[Any]) -> Answer[Any]:
    return Answer(at, read.body, source.reading, read.parsed)


def _wanted(desk: Desk, source: Source, bodies: Bodies) -> list[str]:
    """Return whose balances this page asks for, the longest unread first, and write down whose it does not."""
    if source.only is not None:
        return _wanted_alone(source, bodies, source.only)
    ids = ids_of(desk, source)
    if source.resumes:
        ids = [each for each in ids if not bodies.has(each) and bodies.errors.get(each, "timeout") in NOT_YET]
    paused = {each: source.pauses[each].error for each in ids if each in source.pauses and source.pauses[each].firm}
    ids = [each for each in ids if each not in paused]
    ids.sort(key=lambda each: bodies.balances[each].at if each in bodies.balances else 0.0)
    bodies.unfinished = len(ids) > MOST_ACCOUNTS
    bodies.errors |= paused | dict.fromkeys(ids[MOST_ACCOUNTS:], "not-loaded")
    return ids[:MOST_ACCOUNTS]


def _wanted_alone(source: Source, bodies: Bodies, account_id: str) -> list[str]:
    """Return the one account that is asked for; what is kept of it counts as older from here on."""
    if account_id in bodies.balances:
        bodies.balances[account_id].reading = ""
    pause = source.pauses.get(account_id)
    if pause and pause.firm:
        bodies.errors[account_id] = pause.error
        return []
    bodies.errors.pop(account_id, None)
    return [account_id]


def _balance_failed(desk: Desk, source: Source, bodies: Bodies, account_id: str, error: MizanError) -> None:
    """Note one account's failure. What the bank says of the whole consent here counts for all of it."""
    if halts.ends_all(error, of_account=True):
        lose(desk, source, error)
        return
    bodies.errors[account_id] = error.reason
    if pause := Pauses(desk.vault, source.grant.consent_id, desk.now).note(account_id, error):
        source.pauses[account_id] = pause
    if error.reason not in PASSING:
        bodies.balances.pop(account_id, None)


def _side_by_side(
    desk: Desk, asked: Sequence[tuple[Source, Question[Any]]], deadline: float
) -> list[Read[Any] | MizanError]:
    """Run calls in the shared pool until the deadline. What has not begun by then is called off; what has, goes on."""
    at = desk.now().timestamp()
    futures = [desk.pool.submit(ask, desk, source.ticket, question) for source, question in asked]
    wait(futures, timeout=max(0.0, deadline - time.monotonic()))
    results: list[Read[Any] | MizanError] = []
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


def _outcome(future: Future[Read[Any]]) -> Read[Any] | MizanError:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, MizanError):
        return error
    raise error


def _close(desk: Desk, source: Source) -> None:
    """Keep what came, and see to what is still under way."""
    name, bodies = source.grant.consent_id, source.bodies
    if bodies is not None and (source.came or source.resumes):
        shelf_of(desk).keep(name, bodies)
    if source.late:
        source.asking.go_on()
        for question, at, future in source.late:
            future.add_done_callback(partial(_arrived_late, desk, source, question, at))


def _arrived_late(desk: Desk, source: Source, question: Question[Any], at: float, future: Future[Read[Any]]) -> None:
    """Keep what a call brought after its page had gone; whoever signed out meanwhile has nothing kept."""
    try:
        result = _outcome(future)
        if isinstance(result, MizanError):
            _failed_late(desk, source, question, result)
        elif question.account_id is None:
            halts.served(desk.vault, source.grant)
            older = source.bodies.balances if source.bodies else {}
            shelf_of(desk).keep(question.consent_id, Bodies(_answer(source, at, result), {}, True, older))
        else:
            shelf_of(desk).keep_late(question.consent_id, question.account_id, _answer(source, at, result))
    except NotConnected:
        pass  # the vault has shut: a sign-out, or another return from the bank, was faster
    except Exception as error:  # noqa: BLE001 - nobody waits for this any more; the pool would log what the bank said
        log.error("late answer lost: %(type)s", {"type": type(error).__name__})  # noqa: TRY400
    finally:
        source.settled.append(question)  # a call is done before what it brought is kept, so `done` would be too early
        if len(source.settled) == len(source.late):
            source.asking.end()


def _failed_late(desk: Desk, source: Source, question: Question[Any], error: MizanError) -> None:
    Pauses(desk.vault, question.consent_id, desk.now).note(question.account_id or WHOLE, error)
    of_account = question.account_id is not None
    if isinstance(error, ConsentHalted) and halts.ends_all(error, of_account=of_account):
        lose(desk, source, error)


def _figures(desk: Desk, source: Source) -> Figures:
    if source.bodies is None:
        return Figures(source.grant, error=source.error, retry_at=source.retry_at)
    read = listed(desk, source)
    shown = tuple(_account_figures(desk, source, each, source.bodies) for each in read.items)
    at = datetime.fromtimestamp(source.bodies.at, UTC)
    return Figures(source.grant, shown, at, source.error, read.more, len(read.unreadable), source.retry_at)


def _account_figures(desk: Desk, source: Source, account: Account, bodies: Bodies) -> AccountFigures:
    answer = bodies.balances.get(account.account_id)
    error = why_not(desk, source.grant, account) or bodies.error_of(account.account_id)
    pause = source.pauses.get(account.account_id)
    retry_at = pause.until if pause and pause.firm else None
    wording = desk.banks.wording_of(source.grant)
    if answer is None:
        return AccountFigures(account, (), error or "not-loaded", retry_at=retry_at, wording=wording)
    read = answer.read(desk.resources.balances)
    at = datetime.fromtimestamp(answer.at, UTC)
    nothing = None if read.items else ("malformed" if read.unreadable else "no-balance")
    return AccountFigures(account, read.items, error or nothing, at, len(read.unreadable), retry_at, wording)
