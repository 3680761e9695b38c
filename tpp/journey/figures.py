"""Reading the figures: accounts, then every balance, in two waves side by side, against one deadline.

What was read is kept sealed for a short while beside the connection, as the bodies the bank sent: a plain visit
within a minute shows it again, and an account that fails now still shows its figure of a few minutes ago, with
its time. One account's failure is that account's alone.
"""

from __future__ import annotations

import time
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tpp.errors import BankTimeout, MizanError, RateLimited, ReconnectNeeded, TokenRejected
from tpp.model.figures import AccountFigures, Figures
from tpp.model.grant import Grant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tpp.journey.tokens import Keyring
    from tpp.model.account import Account
    from tpp.model.connection import Connection, Reader, Visit
    from tpp.model.rows import Value, Vault

FRESH = timedelta(seconds=60)
"""A plain visit within this time does not ask the bank again."""

KEPT = timedelta(minutes=15)
"""An older figure is shown, with its time, where the bank does not answer; then it is gone."""

PAUSE = timedelta(seconds=5)
LIMITED = timedelta(seconds=60)
"""How long a bank that failed, or asked us to wait, is not asked again by plain visits; the latter by none."""

PAGE_SECONDS = 9.0
"""The deadline for all calls of one page together."""

MOST_ACCOUNTS = 200
"""So many balances are asked for at most, however many accounts a bank lists."""


@dataclass(slots=True)
class _Bodies:
    """What is kept: `accounts` as the bank sent it, per account its balances body with its time, what failed."""

    at: float
    accounts: Value
    balances: dict[str, Value] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> Value:
        return {"at": self.at, "accounts": self.accounts, "balances": self.balances, "errors": self.errors}


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading needs. `pool` is shared by all pages and bounds the calls that are under way."""

    vault: Vault
    connection: Connection
    keyring: Keyring
    reader: Reader
    pool: Executor
    visit: Visit
    now: Callable[[], datetime]


@dataclass(slots=True)
class _Source:
    """One connection during one visit: what was kept, the token in use, and what is read now."""

    grant: Grant
    old: _Bodies | None
    must_ask: bool
    error: str | None = None
    token: str | None = None
    new: _Bodies | None = None


def read_all(desk: Desk, *, fresh: bool) -> list[Figures]:
    """Read the figures of every connection in this browser, newest connection first, in two waves."""
    deadline = time.monotonic() + PAGE_SECONDS
    grants = [Grant.from_json(kept.value) for kept in desk.vault.find("connection")]
    grants.sort(key=lambda grant: grant.authorized_at, reverse=True)
    sources = [_source(desk, grant, fresh=fresh) for grant in grants]
    _first_wave(desk, [source for source in sources if source.must_ask], deadline)
    _second_wave(desk, [source for source in sources if source.new], deadline)
    for source in sources:
        _keep(desk, source)
    return [_figures(desk, source) for source in sources]


def _source(desk: Desk, grant: Grant, *, fresh: bool) -> _Source:
    if desk.now() >= grant.until:
        _drop_tokens(desk, grant)
        return _Source(grant, None, must_ask=False, error="consent-ended")
    kept = desk.vault.get("figures", grant.consent_id)
    old = _Bodies(**kept.value) if kept else None
    wait = desk.vault.get("wait", grant.consent_id)
    if wait and (not fresh or wait.value["error"] == RateLimited.reason):
        return _Source(grant, old, must_ask=False, error=wait.value["error"])
    recent = old is not None and desk.now().timestamp() - old.at < FRESH.total_seconds()
    return _Source(grant, old, must_ask=fresh or not recent)


def _drop_tokens(desk: Desk, grant: Grant) -> None:
    """After the consent's last day its tokens are no longer kept."""
    kept = desk.vault.get("connection", grant.consent_id)
    if kept and grant.tokens:
        desk.vault.replace("connection", kept, grant.with_tokens(None).to_json(), kept.expires_at)


def _first_wave(desk: Desk, sources: Sequence[_Source], deadline: float) -> None:
    """Ask every connection for its accounts."""
    calls = [_call(desk, source, ("accounts",), desk.reader.accounts) for source in sources]
    for source, result in zip(sources, _side_by_side(desk, calls, deadline), strict=True):
        if isinstance(result, MizanError):
            source.error = result.reason
            source.old = None if isinstance(result, ReconnectNeeded) else source.old
            _hold_back(desk, source, result)
        else:
            source.new = _Bodies(desk.now().timestamp(), result)


def _hold_back(desk: Desk, source: _Source, error: MizanError) -> None:
    """Leave a failing bank alone for a moment: a kit passes no `Retry-After` on, so the rule is ours."""
    pause = LIMITED if isinstance(error, RateLimited) else PAUSE
    ends = (desk.now() + pause).timestamp()
    desk.vault.put("wait", source.grant.consent_id, {"error": error.reason}, ends)


def _second_wave(desk: Desk, sources: Sequence[_Source], deadline: float) -> None:
    """Ask for every balance at once; where one fails, its older figure stays, with its own time."""
    wanted = [(source, source.new, each) for source in sources if source.new for each in _ids(desk, source.new)]
    calls = [
        _call(desk, source, ("accounts", account_id, "balances"), desk.reader.balances)
        for source, _, account_id in wanted
    ]
    for (source, new, account_id), result in zip(wanted, _side_by_side(desk, calls, deadline), strict=True):
        if not isinstance(result, MizanError):
            new.balances[account_id] = {"at": new.at, "body": result}
            continue
        new.errors[account_id] = result.reason
        older = source.old.balances.get(account_id) if source.old else None
        if older and new.at - older["at"] < KEPT.total_seconds():
            new.balances[account_id] = older


def _ids(desk: Desk, bodies: _Bodies) -> list[str]:
    accounts = desk.reader.accounts(bodies.accounts).items
    return [each.account_id for each in accounts if each.can_be_asked][:MOST_ACCOUNTS]


def _keep(desk: Desk, source: _Source) -> None:
    """Keep the bodies for a short while, unless the customer signed out while we were asking."""
    if source.new is None:
        return
    name = source.grant.consent_id
    desk.vault.put("figures", name, source.new.to_json(), (desk.now() + KEPT).timestamp())
    if desk.vault.get("connection", name) is None:
        desk.vault.delete("figures", name)


def _call(desk: Desk, source: _Source, path: Sequence[str], read: Callable[[object], object]) -> Callable[[], Value]:
    return lambda: _ask(desk, source, path, read)


def _ask(desk: Desk, source: _Source, path: Sequence[str], read: Callable[[object], object]) -> Value:
    """Ask once; on a 401 renew the token and ask once more, no oftener. The body must be one we can read."""
    name = source.grant.consent_id
    token = source.token or desk.keyring.fresh_token(name)
    try:
        body = desk.connection.get(token, path, desk.visit)
    except TokenRejected:
        token = desk.keyring.fresh_token(name, spent=token)
        body = desk.connection.get(token, path, desk.visit)
    source.token = token
    read(body)
    return dict(body)


def _side_by_side(desk: Desk, calls: Sequence[Callable[[], Value]], deadline: float) -> list[Value | MizanError]:
    """Run calls in the shared pool until the deadline; what is not there by then counts as timed out."""
    futures = [desk.pool.submit(call) for call in calls]
    wait(futures, timeout=max(0.0, deadline - time.monotonic()))
    return [_outcome(future) for future in futures]


def _outcome(future: Future[Value]) -> Value | MizanError:
    if not future.done():
        future.cancel()
        return BankTimeout()
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, MizanError):
        return error
    raise error


def _figures(desk: Desk, source: _Source) -> Figures:
    bodies = source.new or source.old
    if bodies is None:
        return Figures(source.grant, error=source.error)
    read = desk.reader.accounts(bodies.accounts)
    shown = tuple(_account_figures(desk, each, bodies) for each in read.items)
    at = datetime.fromtimestamp(bodies.at, UTC)
    return Figures(source.grant, shown, at, source.error, read.more, len(read.unreadable))


def _account_figures(desk: Desk, account: Account, bodies: _Bodies) -> AccountFigures:
    kept = bodies.balances.get(account.account_id)
    error = bodies.errors.get(account.account_id)
    if kept is None:
        return AccountFigures(account, (), error or ("not-loaded" if account.can_be_asked else "not-asked"))
    read = desk.reader.balances(kept["body"])
    at = datetime.fromtimestamp(kept["at"], UTC)
    nothing = None if read.items else ("malformed" if read.unreadable else "no-balance")
    return AccountFigures(account, read.items, error or nothing, at, len(read.unreadable))
