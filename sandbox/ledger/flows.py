"""What an account's habits bring about in one month, by the calendar and by chance.

Chance is a digest of the account's id and the day, so a month is the same whenever it is asked for, and nothing in
here knows what day it is. A kind of flow has its hours in Dubai. Purchases by card are booked a minute later or, by
chance, in the early morning after; a cheque paid in clears then too. Nothing is held over the end of a month, so
that every month is whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from sandbox.ground.instants import DUBAI
from sandbox.people.everyone import ACCOUNTS
from sandbox.people.stories import STORIES, story_of
from sandbox.people.story import Habit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.people.holders import Account

MOST_HABITS = 24
ONE_DAY, MORE_THAN_A_MONTH = timedelta(days=1), timedelta(days=31)
NIGHT, MORNING, BUSINESS, DAYTIME = (2, 5), (7, 12), (9, 16), (8, 22)
HOURS = {
    **dict.fromkeys(("fee", "profit", "cashback", "collected", "loan"), NIGHT),
    **dict.fromkeys(("standing", "own_standing", "repaid"), (6, 7)),
    **dict.fromkeys(("salary", "payroll"), (5, 8)),
    **dict.fromkeys(("cheque", "cheque_in", "deposit", "abroad", "from_abroad"), BUSINESS),
    **dict.fromkeys(("in", "out", "bill"), (8, 19)),
    **dict.fromkeys(("own", "own_in"), (7, 9)),
    "atm": (17, 22),
    "online": (7, 23),
}
HELD_IN_256 = 70
ALWAYS_HELD = frozenset({"cheque_in"})
CLEARED, CLEARING_MINUTES = time(3, tzinfo=DUBAI), 120
COUNTER_KINDS = {"own": "own_in", "own_in": "own", "own_standing": "own_in", "repaid": "own"}


@dataclass(frozen=True, slots=True)
class Flow:
    """One movement: `minor` is signed; `after` is the running balance, none while nothing is booked."""

    key: str
    habit: Habit
    minor: int
    happened: datetime
    booked: datetime
    status: str = "Booked"
    after: int | None = None


def planned(account: Account, first: date) -> list[Flow]:
    """Return what the month from `first` on would bring if there were money for all of it, in no order."""
    flows = [_made(account, at, number, habit) for at, number, habit in _chosen(account, first)]
    for source, number, habit in PAIRS.get(account.account_id, ()):
        days = (at for at in days_of(first) if at >= source.since and habit.due(at))
        flows += [counter(_made(source, at, number, habit), source, account.account_id) for at in days]
    return flows


def due_at(account: Account, at: date, habit: Habit) -> datetime:
    """Return when a habit of an account is booked on a day on which it is due."""
    return _made(account, at, story_of(account.account_id).habits.index(habit), habit).booked


def counter(flow: Flow, source: Account, account_id: str) -> Flow:
    """Return the entry that a flow of `source` makes on the account of its other side."""
    habit = flow.habit
    kind = COUNTER_KINDS[habit.kind]
    other = Habit(kind, source.nickname, habit.low, habit.high, text=habit.text, pair=source.account_id)
    return Flow(key_of(account_id, flow.key), other, -flow.minor, flow.happened, flow.booked)


def days_of(first: date) -> Iterator[date]:
    """Return the days of the month that begins on `first`."""
    return (first + ONE_DAY * number for number in range((next_month(first) - first).days))


def next_month(first: date) -> date:
    """Return the first day of the next month."""
    return (first + MORE_THAN_A_MONTH).replace(day=1)


def key_of(account_id: str, what: str) -> str:
    """Return the id of a flow of an account."""
    return blake2b(f"{account_id}|{what}".encode(), digest_size=12).hexdigest()


def chance_of(text: str, below: int) -> int:
    """Return a number from 0 to `below` - 1 that belongs to a text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) % below


def _chosen(account: Account, first: date) -> Iterator[tuple[date, int, Habit]]:
    habits = story_of(account.account_id).habits
    if len(habits) > MOST_HABITS:
        raise ValueError(account.account_id)
    for at in days_of(first):
        if at < account.since:
            continue
        luck = blake2b(f"{account.account_id}|{at.isoformat()}".encode()).digest()
        for number, habit in enumerate(habits):
            drawn = int.from_bytes(luck[2 * number : 2 * number + 2])
            if habit.kind != "planned" and (habit.due(at) or drawn % 1000 < habit.chance):
                yield at, number, habit


def _made(account: Account, at: date, number: int, habit: Habit) -> Flow:
    """Return the flow of a habit on a day. The habit's number is in its seconds, so that a day's times differ."""
    luck = blake2b(f"{account.account_id}|{at}|{habit.kind}|{habit.party}|{habit.text}".encode(), digest_size=24)
    drawn = luck.digest()
    value = habit.low + int.from_bytes(drawn[12:18]) % ((habit.high - habit.low) // habit.step + 1) * habit.step
    subscribed = habit.named.side == "merchant" and not habit.chance
    begin, end = MORNING if subscribed else HOURS.get(habit.kind, DAYTIME)
    minute = int.from_bytes(drawn[18:20]) % ((end - begin) * 60)
    happened = datetime(at.year, at.month, at.day, begin + minute // 60, minute % 60, 2 * number, tzinfo=DUBAI)
    booked = happened
    if (at + ONE_DAY).month == at.month and _is_held(habit, drawn[20]):
        booked = datetime.combine(at + ONE_DAY, CLEARED) + timedelta(
            minutes=drawn[21] % CLEARING_MINUTES, seconds=2 * number
        )
    elif habit.named.side == "merchant":
        booked += timedelta(minutes=1)
    return Flow(luck.hexdigest()[:24], habit, value if habit.named.credit else -value, happened, booked)


def _is_held(habit: Habit, luck: int) -> bool:
    """Tell whether a flow is booked on the day after only: a card's subscription always is."""
    if habit.named.side == "merchant":
        return not habit.chance or luck < HELD_IN_256
    return habit.kind in ALWAYS_HELD


def _pairs() -> dict[str, list[tuple[Account, int, Habit]]]:
    """Return the habits of other accounts that have their counter-entry on an account, by its id."""
    found: dict[str, list[tuple[Account, int, Habit]]] = {}
    for account_id, story in STORIES.items():
        for number, habit in enumerate(story.habits):
            if habit.pair:
                found.setdefault(habit.pair, []).append((ACCOUNTS[account_id], number, habit))
    return found


PAIRS = _pairs()
