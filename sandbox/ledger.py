"""An account's movements over two years, worked out from its habits and its balances.

Same account and same day give the same ledger: all chance is a digest of the account's id and the
date. Days are counted back from the day in Dubai. The walk keeps a level between a floor and a ceiling by
transfers from and to another account, and ends on yesterday's closing balance exactly; today's booked
entry makes the booked balance, and a pending one what can be spent. A day's ordinary entries keep their
ids while the clock moves on. Levels are signed whole minor units: owed money is negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from sandbox.balances import PLACES
from sandbox.instants import DUBAI
from sandbox.stories import story_of
from sandbox.story import Habit

if TYPE_CHECKING:
    from datetime import date

    from sandbox.holders import Account

MOST_HABITS = 24
FIRST_HOUR = time(6, 0, tzinfo=DUBAI)
BETWEEN = timedelta(minutes=7)
FLOOR, ROUND = 50, 500
CARD_FLOOR_TENTHS = 8

TOP_UP = Habit("own_in", "Savings of your own", 0, 0, text="Transfer from your savings")
SWEEP = Habit("own", "Savings of your own", 0, 0, text="Transfer to your savings")
PAID_OFF = Habit("own_in", "Card repayment", 0, 0, text="Card payment received, thank you")
DRAWN = Habit("online", "Palm Leaf Online", 0, 0, text="Purchase online", code="5999")
TODAY_OUT = Habit("card", "Date Palm Grocers", 0, 0, text="Card purchase", code="5411")
TODAY_IN = Habit("in", "Amal Darwish", 0, 0, text="Transfer received")
HELD = Habit("card", "Lighthouse Fuel", 0, 0, text="Card authorisation", code="5541")
COMING = Habit("in", "Amal Darwish", 0, 0, text="Transfer under way")


@dataclass(frozen=True, slots=True)
class Flow:
    """One movement: ``minor`` is signed; ``after`` is the running balance, none while nothing is booked."""

    key: str
    habit: Habit
    minor: int
    happened: datetime
    booked: datetime
    status: str = "Booked"
    after: int | None = None


def minor_of(value: Decimal, currency: str) -> int:
    """Return an amount in whole minor units of its currency."""
    return int(value.scaleb(PLACES.get(currency, 2)))


def major_of(minor: int, currency: str) -> Decimal:
    """Return the unsigned amount in major units."""
    return Decimal(abs(minor)).scaleb(-PLACES.get(currency, 2))


@lru_cache(maxsize=128)
def ledger_of(account: Account, day: date) -> tuple[Flow, ...]:
    """Return the movements as of a day in Dubai, newest first."""
    past = _walked(account, _flows(account, day), day)
    return tuple(reversed([*past, *_today(account, day)]))


def last_of(account: Account, day: date, habit: Habit) -> Flow | None:
    """Return the newest booked movement of a habit."""
    return next((flow for flow in ledger_of(account, day) if flow.habit is habit and flow.status == "Booked"), None)


def _flows(account: Account, day: date) -> list[tuple[date, Habit, int]]:
    """Return what happened by habit, oldest first, as day, habit and signed minor units."""
    story = story_of(account.account_id)
    if len(story.habits) > MOST_HABITS:
        raise ValueError(account.account_id)
    flows = []
    for back in range(story.history, 0, -1):
        at = day - timedelta(days=back)
        luck = blake2b(f"{account.account_id}|{at.isoformat()}".encode()).digest()
        for number, habit in enumerate(story.habits):
            drawn = int.from_bytes(luck[2 * number : 2 * number + 2])
            if habit.kind != "planned" and (habit.due(at) or drawn % 1000 < habit.chance):
                flows.append((at, habit, _amount(habit, account.account_id, at)))
    return flows


def _amount(habit: Habit, account_id: str, at: date) -> int:
    drawn = int.from_bytes(blake2b(f"{account_id}|{at}|{habit.kind}|{habit.party}".encode(), digest_size=8).digest())
    value = habit.low + drawn % ((habit.high - habit.low) // habit.step + 1) * habit.step
    return value if habit.named.credit else -value


def _walked(account: Account, flows: list[tuple[date, Habit, int]], day: date) -> list[Flow]:
    """Return the flows with transfers that keep the level, and running balances that end on the closing one."""
    closing = minor_of(account.closed, account.currency) * (-1 if account.owed else 1)
    steps, level = _levelled(account, flows, closing)
    rest = closing - level
    opening = closing
    if rest > 0 and not account.owed:
        opening += rest
    elif rest:
        up, down = _evening(account)
        steps.append((day - timedelta(days=1), up if rest > 0 else down, rest))
    return _dated(account, steps, opening)


def _levelled(
    account: Account, flows: list[tuple[date, Habit, int]], level: int
) -> tuple[list[tuple[date, Habit, int]], int]:
    unit = 10 ** PLACES.get(account.currency, 2)
    up, down = _evening(account)
    floor, ceiling = FLOOR * unit, 2 * max([abs(minor) for *_, minor in flows] or [0]) + level
    if account.owed and account.limit is not None:
        floor, ceiling = -minor_of(account.limit, account.currency) * CARD_FLOOR_TENTHS // 10, 0
    steps = []
    for at, habit, minor in flows:
        if habit.rejected:
            steps.append((at, habit, minor))
            continue
        coming = level + minor
        if coming < floor:
            lift = -((coming - floor) // (ROUND * unit)) * ROUND * unit
            lift = -level // (100 * unit) * 100 * unit if account.owed else lift
            steps.append((at, up, lift))
            level += lift
        steps.append((at, habit, minor))
        level += minor
        surplus = (level - ceiling // 2) // (ROUND * unit) * ROUND * unit
        if level > ceiling and surplus > 0:
            steps.append((at, down, -surplus))
            level -= surplus
    return steps, level


def _evening(account: Account) -> tuple[Habit, Habit]:
    """Return what lifts and what lowers an account's level."""
    return (PAID_OFF, DRAWN) if account.owed else (TOP_UP, SWEEP)


def _dated(account: Account, steps: list[tuple[date, Habit, int]], level: int) -> list[Flow]:
    flows: list[Flow] = []
    nth, before = 0, None
    for at, habit, minor in steps:
        nth, before = (nth + 1 if at == before else 0), at
        booked = datetime.combine(at, FIRST_HOUR) + nth * BETWEEN
        late = timedelta(hours=10 + nth % 7) if habit.named.side == "merchant" else timedelta(minutes=3)
        key = _key(account.account_id, at, f"{habit.kind}|{habit.party}|{habit.text}|{nth if not habit.high else 0}")
        flow = Flow(key, habit, minor, booked - late, booked, "Rejected" if habit.rejected else "Booked")
        if not habit.rejected:
            level += minor
            flow = replace(flow, after=level)
        flows.append(flow)
    return flows


def _today(account: Account, day: date) -> list[Flow]:
    """Return what makes the booked balance out of yesterday's, and what waits between it and the available one."""
    midnight = datetime.combine(day, time(tzinfo=DUBAI))
    evening = midnight - timedelta(hours=4)
    sign = -1 if account.owed else 1
    flows = []
    moved = sign * minor_of(account.booked - account.closed, account.currency)
    if moved:
        habit = (PAID_OFF if account.owed else TODAY_IN) if moved > 0 else TODAY_OUT
        after = sign * minor_of(account.booked, account.currency)
        flows.append(Flow(_key(account.account_id, day, "today"), habit, moved, evening, midnight, after=after))
    spare = account.available - (account.overdraft or 0) - account.booked
    held = sign * minor_of(spare, account.currency)
    if held:
        habit = COMING if held > 0 else HELD
        expected = midnight + timedelta(days=1)
        flows.append(Flow(_key(account.account_id, day, "held"), habit, held, midnight, expected, "Pending"))
    return flows


def _key(account_id: str, at: date, what: str) -> str:
    return blake2b(f"{account_id}|{at.isoformat()}|{what}".encode(), digest_size=12).hexdigest()
