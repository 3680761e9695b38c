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

from tpp.errors import BankTimeout, MizanError, ReconnectNeeded, TokenRejected
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


def read_all(desk: Desk, *, fresh: bool) -> list[Figures]:
    """Read the figures of every connection in this browser, newest connection first."""
    grants = [Grant.from_json(kept.value) for kept in desk.vault.find("connection")]
    grants.sort(key=lambda grant: grant.authorized_at, reverse=True)
    deadline = time.monotonic() + PAGE_SECONDS
    return [_read(desk, grant, deadline, fresh=fresh) for grant in grants]


def _read(desk: Desk, grant: Grant, deadline: float, *, fresh: bool) -> Figures:
    if desk.now() >= grant.until:
        return Figures(grant, error="consent-ended")
    old = _kept(desk, grant)
    if old and not fresh and desk.now().timestamp() - old.at < FRESH.total_seconds():
        return _figures(desk, grant, old, None)
    first = _side_by_side(desk, [lambda: _ask(desk, grant, ("accounts",), desk.reader.accounts)], deadline)[0]
    if isinstance(first, MizanError):
        if isinstance(first, ReconnectNeeded) or old is None:
            return Figures(grant, error=first.reason)
        return _figures(desk, grant, old, first.reason)
    new = _with_balances(desk, grant, _Bodies(desk.now().timestamp(), first), old, deadline)
    _keep(desk, grant, new)
    return _figures(desk, grant, new, None)


def _with_balances(desk: Desk, grant: Grant, new: _Bodies, old: _Bodies | None, deadline: float) -> _Bodies:
    """Ask for every balance at once; where one fails, its older figure stays, with its own time."""
    accounts = desk.reader.accounts(new.accounts).items
    ids = [each.account_id for each in accounts if each.can_be_asked][:MOST_ACCOUNTS]
    calls = [_balance_call(desk, grant, account_id) for account_id in ids]
    for account_id, result in zip(ids, _side_by_side(desk, calls, deadline), strict=True):
        if not isinstance(result, MizanError):
            new.balances[account_id] = {"at": new.at, "body": result}
            continue
        new.errors[account_id] = result.reason
        if old and account_id in old.balances:
            new.balances[account_id] = old.balances[account_id]
    return new


def _keep(desk: Desk, grant: Grant, bodies: _Bodies) -> None:
    """Keep the bodies for a short while, unless the customer signed out while we were asking."""
    ends = (desk.now() + KEPT).timestamp()
    desk.vault.put("figures", grant.consent_id, bodies.to_json(), ends)
    if desk.vault.get("connection", grant.consent_id) is None:
        desk.vault.delete("figures", grant.consent_id)


def _balance_call(desk: Desk, grant: Grant, account_id: str) -> Callable[[], Value]:
    return lambda: _ask(desk, grant, ("accounts", account_id, "balances"), desk.reader.balances)


def _ask(desk: Desk, grant: Grant, path: Sequence[str], read: Callable[[object], object]) -> Value:
    """Ask once; on a 401 renew the token and ask once more, no oftener. The body must be one we can read."""
    token = desk.keyring.fresh_token(grant.consent_id)
    try:
        body = desk.connection.get(token, path, desk.visit)
    except TokenRejected:
        token = desk.keyring.fresh_token(grant.consent_id, spent=token)
        body = desk.connection.get(token, path, desk.visit)
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


def _kept(desk: Desk, grant: Grant) -> _Bodies | None:
    kept = desk.vault.get("figures", grant.consent_id)
    return _Bodies(**kept.value) if kept else None


def _figures(desk: Desk, grant: Grant, bodies: _Bodies, error: str | None) -> Figures:
    accounts = desk.reader.accounts(bodies.accounts).items
    shown = tuple(_account_figures(desk, each, bodies) for each in accounts)
    return Figures(grant, shown, datetime.fromtimestamp(bodies.at, UTC), error)


def _account_figures(desk: Desk, account: Account, bodies: _Bodies) -> AccountFigures:
    kept = bodies.balances.get(account.account_id)
    error = bodies.errors.get(account.account_id)
    if kept is None:
        return AccountFigures(account, (), error or ("not-loaded" if account.can_be_asked else "not-asked"))
    balances = desk.reader.balances(kept["body"]).items
    at = datetime.fromtimestamp(kept["at"], UTC)
    return AccountFigures(account, balances, error or (None if balances else "malformed"), at)
