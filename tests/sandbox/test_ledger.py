"""Ledgers: the same each time, sums that add up, and stories that show in the figures."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from sandbox.balances import balances_of
from sandbox.instants import DUBAI
from sandbox.ledger import ledger_of
from sandbox.people import PEOPLE
from sandbox.stories import STORIES
from sandbox.story import Habit
from sandbox.transactions import transaction

if TYPE_CHECKING:
    from sandbox.holders import Account

SOUND = [account for person in PEOPLE if person.username != "nasty" for account in person.accounts]
DAYS = [date(2026, 11, 22), date(2026, 12, 31), date(2028, 2, 29), date(2027, 3, 28)]
DAY = DAYS[0]
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def ident(account: Account) -> str:
    """Return the id of a case."""
    return account.account_id[-2:]


def lines(account: Account, day: date) -> str:
    """Return the whole ledger as the bank would write it."""
    return json.dumps([transaction(flow, account, detail=True) for flow in ledger_of(account, day)])


@pytest.mark.parametrize("account", SOUND, ids=ident)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_running_balances_add_up_to_the_balances(account: Account, day: date) -> None:
    booked = [flow for flow in reversed(ledger_of(account, day)) if flow.status == "Booked"]
    for before, flow in pairwise(booked):
        assert before.after is not None
        assert flow.after == before.after + flow.minor
    sign = -1 if account.owed else 1
    assert booked[-1].after == sign * minor_of(account.booked, account.currency)
    midnight = datetime.combine(day, time(tzinfo=DUBAI))
    yesterday = [flow for flow in booked if flow.booked < midnight]
    assert yesterday[-1].after == sign * minor_of(account.closed, account.currency)


@pytest.mark.parametrize("account", SOUND, ids=ident)
def test_pending_is_what_lies_between_booked_and_available(account: Account) -> None:
    interim, booked = (
        Decimal(balance["Amount"]["Amount"]) * (-1 if balance["CreditDebitIndicator"] == "Debit" else 1)
        for balance in balances_of(account, NOW)[:2]
    )
    pending = [flow for flow in ledger_of(account, DAY) if flow.status == "Pending"]
    held = sum((major_of(flow.minor, account.currency).copy_sign(flow.minor) for flow in pending), Decimal(0))
    assert interim - (account.overdraft or 0) == booked + held


@pytest.mark.parametrize("account", SOUND, ids=ident)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_levels_stay_plausible(account: Account, day: date) -> None:
    after = [flow.after for flow in ledger_of(account, day) if flow.after is not None]
    if account.limit is not None:
        assert -minor_of(account.limit, account.currency) <= min(after)
    else:
        assert min(after) >= 0


@pytest.mark.parametrize("account", SOUND, ids=ident)
def test_the_same_day_gives_the_same_bytes(account: Account) -> None:
    first = lines(account, DAY)
    ledger_of.cache_clear()
    assert lines(account, DAY) == first


@pytest.mark.parametrize("account", SOUND, ids=ident)
def test_ids_are_unique_and_times_in_order(account: Account) -> None:
    flows = ledger_of(account, DAY)
    assert len({flow.key for flow in flows}) == len(flows)
    times = [flow.booked for flow in flows]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == len(times)
    assert all(flow.minor and flow.happened <= flow.booked for flow in flows)


def test_ids_are_unique_in_the_whole_bank() -> None:
    keys = [flow.key for account in SOUND for flow in ledger_of(account, DAY)]
    assert len(keys) == len(set(keys)) >= 5000


def test_an_ordinary_entry_keeps_its_id_and_amount_the_next_day() -> None:
    account = PEOPLE[2].accounts[0]
    today, later = (
        {flow.key: flow.minor for flow in ledger_of(account, day) if flow.habit.high}
        for day in (DAY, DAY + timedelta(days=1))
    )
    kept = set(today) & set(later)
    assert len(kept) >= len(today) - 5
    assert {key: today[key] for key in kept} == {key: later[key] for key in kept}


def test_dates_count_back_two_years_from_the_clock() -> None:
    for day in DAYS:
        oldest = ledger_of(PEOPLE[4].accounts[0], day)[-1].booked.date()
        assert timedelta(days=720) <= day - oldest <= timedelta(days=732)


def test_the_stories_show() -> None:
    by_name = {person.username: person for person in PEOPLE}
    everything = {
        name: [flow for account in person.accounts for flow in ledger_of(account, DAY)]
        for name, person in by_name.items()
    }
    assert any(flow.status == "Rejected" for flow in everything["faris"])
    assert any(flow.habit.kind == "fee" for flow in everything["faris"])
    assert {account.currency for account in by_name["faris"].accounts} == {"AED", "USD", "EUR"}
    assert any(flow.habit.kind == "refund" for flow in everything["layla"])
    assert any(flow.habit.kind == "abroad" for flow in everything["faris"])
    assert len([account for account in by_name["layla"].accounts if account.joint]) == 1
    assert len(everything["noor"]) > 1000
    assert len(everything["zayd"]) < 80
    assert {"Pending", "Booked"} <= {flow.status for flow in everything["layla"]}


def test_a_salary_never_falls_on_a_weekend() -> None:
    paid = [flow for flow in ledger_of(PEOPLE[2].accounts[0], DAY) if flow.habit.kind == "salary"]
    assert len(paid) == 24
    assert all(flow.booked.weekday() < 5 and 23 <= flow.booked.day <= 25 for flow in paid)


def test_no_amount_is_a_float() -> None:
    for story in STORIES.values():
        assert all(
            type(habit.low) is type(habit.high) is int and 0 <= habit.low <= habit.high for habit in story.habits
        )


def test_an_early_habit_moves_to_friday() -> None:
    habit = Habit("salary", "x", 1, 1, (25,), early=True)
    assert habit.due(date(2026, 11, 25))  # a Wednesday
    assert habit.due(date(2026, 10, 23))  # the 25th is a Sunday
    assert not habit.due(date(2026, 10, 25))
    assert not habit.due(date(2026, 10, 24))


def test_one_account_has_five_thousand_entries() -> None:
    assert max(len(ledger_of(account, DAY)) for account in PEOPLE[-1].accounts) >= 5000
