"""An account's movements as of an instant: those of two years, or since it was opened; and its levels.

What is booked stays: with the clock, entries come in front and fall out behind, and nothing else changes. One that
has happened and is booked later is `Pending` until then, under the same id. Days are those of Dubai.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from sandbox.ground.amounts import minor_of
from sandbox.ground.instants import DUBAI
from sandbox.ledger.flows import ONE_DAY, Flow, next_month
from sandbox.ledger.settling import period_of, walked
from sandbox.people.everyone import ACCOUNTS

if TYPE_CHECKING:
    from sandbox.people.holders import Account
    from sandbox.people.story import Habit

TWO_YEARS = timedelta(days=731)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Levels:
    """Signed minor units: what is booked, what can be spent, and what was booked at the end of the day before."""

    booked: int
    available: int
    closed: int


def ledger_at(account: Account, now: datetime) -> tuple[Flow, ...]:
    """Return the movements as of an instant, newest first; what is pending comes first of all."""
    known = _known(account.account_id, now.astimezone(DUBAI).date())
    newer = 0
    while newer < len(known) and known[newer].booked > now:
        newer += 1
    pending = (
        replace(flow, status="Pending", after=None)
        for flow in known[:newer]
        if flow.happened <= now and flow.status == "Booked"
    )
    return (*pending, *known[newer:])


def ledger_of(account: Account, day: date) -> tuple[Flow, ...]:
    """Return the movements as of the end of a day."""
    return ledger_at(account, midnight_of(day + ONE_DAY) - INSTANT)


def last_of(account: Account, now: datetime, habit: Habit) -> Flow | None:
    """Return the newest booked movement of a habit."""
    return next((flow for flow in ledger_at(account, now) if flow.habit is habit and flow.status == "Booked"), None)


def levels_at(account: Account, now: datetime) -> Levels:
    """Return the levels as of an instant. Money that is still to come cannot be spent yet."""
    booked = level_before(account, now + INSTANT)
    held = sum(flow.minor for flow in _pending(account, now) if flow.minor < 0)
    overdraft = 0 if account.overdraft is None else minor_of(account.overdraft, account.currency)
    day = now.astimezone(DUBAI).date()
    return Levels(booked, booked + held + overdraft, level_before(account, midnight_of(day)))


def level_before(account: Account, instant: datetime) -> int:
    """Return the level of all that was booked before an instant."""
    account_id = account.account_id
    period = walked(account_id, period_of(account_id, instant.astimezone(DUBAI).date()))
    booked = (flow.after for flow in reversed(period.flows) if flow.booked < instant and flow.after is not None)
    return next(booked, period.start)


def window_of(account: Account, day: date) -> date:
    """Return the first day that is shown on `day`."""
    return max(day - TWO_YEARS, account.since)


def midnight_of(day: date) -> datetime:
    """Return the instant at which a day begins."""
    return datetime.combine(day, time(tzinfo=DUBAI))


def _pending(account: Account, now: datetime) -> list[Flow]:
    found = []
    for flow in ledger_at(account, now):
        if flow.status == "Booked":
            break
        if flow.status == "Pending":
            found.append(flow)
    return found


@lru_cache(maxsize=128)
def _known(account_id: str, day: date) -> tuple[Flow, ...]:
    """Return what has happened by the end of a day, the newest booking first."""
    begin, end = midnight_of(window_of(ACCOUNTS[account_id], day)), midnight_of(day + ONE_DAY)
    found: list[Flow] = []
    first = begin.date().replace(day=1)
    first = period_of(account_id, first)
    while first <= day:
        flows = walked(account_id, first).flows
        whole = begin.date() <= first and flows and flows[-1].booked < end
        found += flows if whole else [flow for flow in flows if flow.booked >= begin and flow.happened < end]
        following = next_month(first)
        while period_of(account_id, following) == first:
            following = next_month(following)
        first = following
    return tuple(reversed(found))
