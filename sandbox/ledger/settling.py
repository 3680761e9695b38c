"""One period of an account, a month or a quarter, walked from a level that is known to one that is known.

At the end of its period an account is settled to the level that its story keeps, so no period needs another one of
the same account to be worked out, and levels stay bounded for ever. What is over goes to another account of the bank,
which has the counter-entry, or to somebody else. A credit card is repaid on a day of the next month with all that
was owed at the end of the last.

What can be spent never falls below the floor: nobody goes shopping without money, so a flow of chance that is not
covered does not happen; a dated one is covered by a transfer first, or is returned, costs a fee and is presented again
some days later. Levels are signed whole minor units: owed money is negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from sandbox.ground.amounts import minor_of, unit_of
from sandbox.ground.instants import DUBAI
from sandbox.ledger.flows import ONE_DAY, Flow, chance_of, counter, key_of, next_month, planned
from sandbox.people.everyone import ACCOUNTS
from sandbox.people.stories import STORIES, story_of
from sandbox.people.story import Habit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.people.holders import Account

SETTLED, EARLIER = time(23, 50, tzinfo=DUBAI), timedelta(minutes=12)
REPAID_DAY, REPAID = 20, time(6, 30, tzinfo=DUBAI)
CARD_PART = (9, 20)
COVER_UNITS, COVERED_BEFORE = 500, timedelta(seconds=1)
AGAIN = timedelta(days=5)
FEE_AFTER = timedelta(minutes=10)
CHARGE, CHARGE_VAT = 1500, 75
CHARGED = Habit("fee", "Transfer fee", 0, 0, text="Transfer abroad fee incl. VAT")
RETURNED = {
    "cheque": (10500, Habit("fee", "Returned cheque fee", 0, 0, text="Returned cheque fee incl. VAT")),
    "collected": (2625, Habit("fee", "Returned collection fee", 0, 0, text="Returned collection fee incl. VAT")),
}


@dataclass(frozen=True, slots=True)
class Walked:
    """A period: the level before it, its flows as they were booked, and those that go to or come from `into`."""

    start: int
    flows: tuple[Flow, ...]
    passed: tuple[Flow, ...]


@lru_cache(maxsize=4096)
def walked(account_id: str, first: date) -> Walked:
    """Return the period of an account that begins on `first`."""
    account, story = ACCOUNTS[account_id], story_of(account_id)
    start = _start(account, first)
    if account.limit is not None:
        passed = [*_repayment(account, first, start)]
        taken = [*_spent(account_id, first), *passed]
    else:
        flows = [flow for month in _months(first, story.months) for flow in _of_month(account, month)]
        taken, level = _decided(account, flows, start)
        taken += _settlement(account, first, level)
        passed = [flow for flow in taken if flow.habit in _evening(account_id) and story.into]
    return Walked(start, tuple(_with_levels(taken, start)), tuple(passed))


def period_of(account_id: str, day: date) -> date:
    """Return the first day of the period in which a day lies."""
    months = story_of(account_id).months
    return date(day.year, day.month - (day.month - 1) % months, 1)


def charge_of(flow: Flow) -> Flow | None:
    """Return the fee that is taken with a payment abroad."""
    if flow.habit.kind != "abroad":
        return None
    late = timedelta(seconds=1)
    key = key_of(flow.key, "charge")
    return Flow(key, CHARGED, -CHARGE - CHARGE_VAT, flow.happened + late, flow.booked + late)


def _start(account: Account, first: date) -> int:
    """Return the level before a period; nothing is on an account that was not there before."""
    story = story_of(account.account_id)
    if first <= account.since:
        return 0
    if account.limit is not None:
        before = (first - ONE_DAY).replace(day=1)
        return sum(flow.minor for flow in _spent(account.account_id, before))
    return story.kept + chance_of(f"{account.account_id}|level|{first}", story.spread + 1)


def _of_month(account: Account, first: date) -> Iterator[Flow]:
    """Return what may happen in a month, and what other accounts pass on."""
    yield from planned(account, first)
    for other in PASSING.get(account.account_id, ()):
        for flow in walked(other, period_of(other, first)).passed:
            if flow.booked.date().replace(day=1) == first:
                yield counter(flow, ACCOUNTS[other], account.account_id)


def _decided(account: Account, flows: Iterable[Flow], level: int) -> tuple[list[Flow], int]:
    """Return what happens, in the order of the decisions, and the level after all of it is booked."""
    floor, ceiling = _bounds(account)
    queue = [(_decision(flow), number, flow, True) for number, flow in enumerate(flows)]
    heapify(queue)
    taken: list[Flow] = []
    while queue:
        _, number, flow, fresh = heappop(queue)
        charge = charge_of(flow)
        entries = [flow] if charge is None else [flow, charge]
        change = sum(each.minor for each in entries)
        missing = floor - level - change if change < 0 else 0
        if missing > 0 and flow.habit.may_bounce and fresh:
            taken.append(replace(flow, status="Rejected"))
            again = replace(flow, key=key_of(flow.key, "again"), happened=flow.happened + AGAIN)
            again = replace(again, booked=again.happened)
            heappush(queue, (_decision(again), number, again, False))
            fee = _fee(flow)
            heappush(queue, (_decision(fee), len(taken) - 10**6, fee, True))
            continue
        if missing > 0:
            cover = None if flow.habit.chance else _cover(account, flow, missing)
            if cover is None:
                continue
            taken.append(cover)
            level += cover.minor
        if ceiling is not None and change > 0 and level + change > ceiling:
            continue
        taken += entries
        level += change
    return taken, level


def _decision(flow: Flow) -> datetime:
    """Return when money that goes stops being spendable, or money that comes can be spent."""
    return flow.happened if flow.minor < 0 else flow.booked


def _bounds(account: Account) -> tuple[int, int | None]:
    """Return the floor, and for a card's own month the ceiling: two months of the most stay within the limit."""
    if account.limit is not None:
        part, whole = CARD_PART
        return -minor_of(account.limit, account.currency) * part // whole, 0
    return (0 if account.overdraft is None else -minor_of(account.overdraft, account.currency)), None


def _fee(flow: Flow) -> Flow:
    value, habit = RETURNED[flow.habit.kind]
    at = flow.booked + FEE_AFTER
    return Flow(key_of(flow.key, "fee"), habit, -value, at, at)


def _cover(account: Account, flow: Flow, missing: int) -> Flow | None:
    """Return the transfer that comes just before a flow which must happen, in round hundreds."""
    habit, _ = _evening(account.account_id)
    if habit is None:
        return None
    unit = COVER_UNITS * unit_of(account.currency)
    at = flow.happened - COVERED_BEFORE
    return Flow(key_of(flow.key, "cover"), habit, -(-missing // unit) * unit, at, at)


def _settlement(account: Account, first: date, level: int) -> list[Flow]:
    """Return the transfer at the end of a period that brings the level to the one of the next period."""
    after = first
    for _ in range(story_of(account.account_id).months):
        after = next_month(after)
    rest = _start(account, after) - level
    lacking, over = _evening(account.account_id)
    habit = lacking if rest > 0 else over
    if not rest or habit is None:
        return []
    at = datetime.combine(after - ONE_DAY, SETTLED) - EARLIER * _hops(account.account_id)
    return [Flow(key_of(account.account_id, f"settled|{first}"), habit, rest, at, at)]


def _repayment(account: Account, first: date, owed: int) -> Iterator[Flow]:
    if owed < 0:
        payer = ACCOUNTS[story_of(account.account_id).into]
        habit = Habit("repaid", payer.nickname, 0, 0, text="Card repayment", pair=payer.account_id)
        at = datetime.combine(first.replace(day=REPAID_DAY), REPAID)
        yield Flow(key_of(account.account_id, f"repaid|{first}"), habit, -owed, at, at)


@lru_cache(maxsize=1024)
def _spent(account_id: str, first: date) -> tuple[Flow, ...]:
    """Return what a card is used for in a month."""
    account = ACCOUNTS[account_id]
    return tuple(_decided(account, planned(account, first), 0)[0])


@lru_cache(maxsize=256)
def _evening(account_id: str) -> tuple[Habit | None, Habit | None]:
    """Return what lifts an account's level and what lowers it."""
    story = story_of(account_id)
    if not story.into:
        return story.lacking, story.over
    other = ACCOUNTS[story.into]
    lacking, over = (
        Habit(kind, other.nickname, 0, 0, text="Transfer between own accounts", pair=story.into)
        for kind in ("own_in", "own")
    )
    return lacking, over


def _hops(account_id: str) -> int:
    """Return over how many accounts the money of an account is passed on: those settle later."""
    into = story_of(account_id).into
    return 1 + _hops(into) if into else 0


def _months(first: date, count: int) -> Iterator[date]:
    for _ in range(count):
        yield first
        first = next_month(first)


def _with_levels(taken: list[Flow], level: int) -> Iterator[Flow]:
    for flow in sorted(taken, key=lambda flow: flow.booked):
        if flow.status == "Rejected":
            yield flow
            continue
        level += flow.minor
        yield replace(flow, after=level)


def _passing() -> dict[str, list[str]]:
    """Return the accounts that settle into an account, by its id."""
    found: dict[str, list[str]] = {}
    for account_id, story in STORIES.items():
        if story.into:
            found.setdefault(story.into, []).append(account_id)
    return found


PASSING = _passing()
