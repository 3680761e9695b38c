"""Ledgers: what is booked stays, levels move with the clock, transfers have both sides, no level is too low."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.ground.amounts import minor_of
from sandbox.ground.instants import DUBAI
from sandbox.ledger import ledger, settling
from sandbox.ledger.flows import MOST_HABITS
from sandbox.ledger.ledger import ledger_at, ledger_of, level_before, levels_at, midnight_of
from sandbox.people.everyone import ACCOUNTS, PEOPLE
from sandbox.people.stories import STORIES
from sandbox.people.story import Habit
from sandbox.resources.balances import balances_of
from sandbox.resources.transactions import transaction

if TYPE_CHECKING:
    from sandbox.ledger.flows import Flow
    from sandbox.people.holders import Account

EVERY = [account for person in PEOPLE for account in person.accounts]
SOUND = [account for person in PEOPLE if person.username != "nasty" for account in person.accounts]
CARDS = [account for account in SOUND if account.limit is not None]
DAY = date(2026, 11, 22)
DAYS = [DAY, date(2026, 12, 31), date(2028, 2, 29), date(2027, 3, 28)]
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LAYLA, FARIS = PEOPLE[2].accounts, PEOPLE[3].accounts
Rows = dict[str, dict[str, Any]]


def ident(account: Account) -> str:
    """Return the id of a case."""
    return account.account_id[-2:]


def lines(account: Account, now: datetime) -> Rows:
    """Return the ledger as the bank would write it, by id."""
    rows = [transaction(flow, account, detail=True) for flow in ledger_at(account, now)]
    return {row["TransactionId"]: row for row in rows}


@lru_cache(maxsize=100)
def nine_years(account_id: str) -> tuple[Flow, ...]:
    """Return what an account has booked from 2024 to 2032, oldest first."""
    firsts = {
        settling.period_of(account_id, date(year, month, 1)) for year in range(2024, 2033) for month in (*range(1, 13),)
    }
    return tuple(flow for first in sorted(firsts) for flow in settling.walked(account_id, first).flows)


# What is booked stays


@pytest.mark.parametrize("account", SOUND, ids=ident)
@pytest.mark.parametrize("days", [1, 9, 40, 400])
def test_a_later_day_only_appends(account: Account, days: int) -> None:
    before, after = lines(account, NOW), lines(account, NOW + timedelta(days=days))
    oldest = min((row["BookingDateTime"] for row in after.values()), default="")
    booked = {
        key: row for key, row in before.items() if row["Status"] != "Pending" and row["BookingDateTime"] >= oldest
    }
    assert {key: after[key] for key in booked} == booked
    fresh = [row for key, row in after.items() if key not in before]
    assert all(row["BookingDateTime"] > NOW.isoformat(timespec="seconds") for row in fresh)


@pytest.mark.parametrize("account", SOUND, ids=ident)
def test_a_ledger_is_the_same_to_the_byte_when_it_is_made_anew(account: Account) -> None:
    first = json.dumps(lines(account, NOW))
    settling.walked.cache_clear()
    settling._spent.cache_clear()
    ledger._known.cache_clear()
    assert json.dumps(lines(account, NOW)) == first


@pytest.mark.parametrize("account", SOUND, ids=ident)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_running_balances_add_up_and_end_on_the_booked_balance(account: Account, day: date) -> None:
    now = datetime.combine(day, time(13, 30, tzinfo=DUBAI))
    booked = [flow for flow in reversed(ledger_at(account, now)) if flow.status == "Booked"]
    for before, flow in pairwise(booked):
        assert before.after is not None
        assert flow.after == before.after + flow.minor
    assert booked[-1].after == levels_at(account, now).booked
    yesterday = [flow.after for flow in booked if flow.booked < midnight_of(day)]
    assert yesterday[-1] == levels_at(account, now).closed


@pytest.mark.parametrize("account", SOUND, ids=ident)
def test_ids_are_unique_and_times_in_order_and_never_ahead(account: Account) -> None:
    flows = ledger_at(account, NOW)
    assert len({flow.key for flow in flows}) == len(flows) > 0
    times = [flow.booked for flow in flows]
    assert times == sorted(times, reverse=True)
    assert all(flow.minor and flow.happened <= flow.booked for flow in flows)
    assert all(flow.happened <= NOW and (flow.booked > NOW) == (flow.status == "Pending") for flow in flows)


def test_ids_are_unique_in_the_whole_bank() -> None:
    keys = [flow.key for account in SOUND for flow in ledger_of(account, DAY)]
    assert len(keys) == len(set(keys)) >= 5000


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_window_is_two_years_or_since_the_account_was_opened(day: date) -> None:
    till, student = PEOPLE[4].accounts[0], PEOPLE[5].accounts[0]
    assert timedelta(days=725) <= day - ledger_of(till, day)[-1].booked.astimezone(DUBAI).date() <= timedelta(days=731)
    assert date(2026, 7, 27) <= ledger_of(student, day)[-1].booked.astimezone(DUBAI).date() <= date(2026, 8, 5)
    assert ledger_of(student, date(2026, 7, 26)) == ()
    assert level_before(student, midnight_of(date(2026, 7, 27))) == 0


# What is pending


def test_a_pending_one_is_booked_under_its_id() -> None:
    met, days = 0, 0
    for number in range(60):
        now = NOW + timedelta(days=number, hours=8)
        before, after = (lines(LAYLA[0], at) for at in (now, now + timedelta(days=1)))
        held = {key: row for key, row in before.items() if row["Status"] == "Pending"}
        days += bool(held)
        for key, row in held.items():
            met += 1
            assert (row["TransactionMutability"], "Balance" in row, "ValueDateTime" in row) == ("Mutable", False, False)
            booked = after[key]
            assert (booked["Status"], booked["TransactionMutability"]) == ("Booked", "Immutable")
            kept = ("Amount", "TransactionDateTime", "BookingDateTime", "CreditDebitIndicator")
            assert [row[name] for name in kept] == [booked[name] for name in kept]
    assert met >= 4
    assert 1 < days < 60


@pytest.mark.parametrize("account", SOUND, ids=ident)
def test_what_is_held_lies_between_booked_and_available(account: Account) -> None:
    for number in range(40):
        now = NOW + timedelta(days=number)
        interim, booked = (
            Decimal(balance["Amount"]["Amount"]) * (-1 if balance["CreditDebitIndicator"] == "Debit" else 1)
            for balance in balances_of(account, now)[:2]
        )
        held = [flow.minor for flow in ledger_at(account, now) if flow.status == "Pending" and flow.minor < 0]
        between = minor_of(booked + (account.overdraft or 0) - interim, account.currency)
        assert between == -sum(held)


def test_layla_has_one_pending_on_the_tests_day() -> None:
    assert [flow.habit.party for flow in ledger_at(LAYLA[0], NOW) if flow.status == "Pending"] == ["Oasis Fitness"]


# Levels


@pytest.mark.parametrize(
    "account", [a for a in SOUND if a.sub_type == "CurrentAccount" and a.currency == "AED"], ids=ident
)
def test_a_current_account_has_many_levels_in_ninety_days(account: Account) -> None:
    assert len({levels_at(account, NOW + timedelta(days=number)).booked for number in range(90)}) > 25


@pytest.mark.parametrize("account", EVERY, ids=lambda account: account.account_id[-3:])
def test_no_level_is_under_its_floor_nor_runs_away_from_2024_to_2032(account: Account) -> None:
    levels = [flow.after for flow in nine_years(account.account_id) if flow.after is not None]
    assert levels
    floor = account.limit if account.limit is not None else (account.overdraft or Decimal(0))
    assert min(levels) >= -minor_of(floor, account.currency)
    early, late = levels[: len(levels) // 3], levels[-len(levels) // 3 :]
    if account.limit is None:
        assert max(late) < 2 * max(early) + 10**6


@pytest.mark.parametrize("account", SOUND, ids=ident)
def test_every_settlement_leads_to_the_level_of_the_next_period(account: Account) -> None:
    for before, after in pairwise(nine_years(account.account_id)):
        if after.after is not None and before.after is not None:
            assert after.after == before.after + after.minor


# Both sides of a transfer


def test_every_own_transfer_has_its_counter_entry() -> None:
    sides = {
        account.account_id: {
            (flow.habit.pair, flow.minor, flow.booked)
            for flow in nine_years(account.account_id)
            if flow.habit.pair and flow.status == "Booked" and flow.booked.year in range(2025, 2032)
        }
        for account in SOUND
    }
    met = 0
    for account_id, entries in sides.items():
        for other, minor, booked in entries:
            met += 1
            assert (account_id, -minor, booked) in sides[other]
    assert met > 2000


def test_both_sides_name_each_others_account() -> None:
    current, savings = LAYLA[0], LAYLA[2]
    paid = [row for row in lines(current, NOW).values() if row.get("TransactionInformation") == "ادخار"]
    got = [row for row in lines(savings, NOW).values() if row.get("TransactionInformation") == "ادخار"]
    assert len(paid) == len(got) == 24
    assert {row["CreditorAccount"][0]["Identification"] for row in paid} == {savings.identification}
    assert {row["DebtorAccount"]["Identification"] for row in got} == {current.identification}
    assert {row["Flags"][0] for row in paid} == {"StandingOrder"}


@pytest.mark.parametrize("card", CARDS, ids=ident)
def test_a_card_is_repaid_each_month_from_the_current_account(card: Account) -> None:
    repaid = [flow for flow in ledger_of(card, DAY) if flow.habit.kind == "repaid"]
    assert 12 <= len(repaid) <= 24
    payer = ACCOUNTS[STORIES[card.account_id].into]
    paid = {(flow.minor, flow.booked) for flow in ledger_of(payer, DAY) if flow.habit.pair == card.account_id}
    for flow in repaid:
        assert (-flow.minor, flow.booked) in paid
        assert flow.minor == -level_before(card, midnight_of(flow.booked.date().replace(day=1)))


# Stories


def test_a_payment_is_returned_only_when_it_is_not_covered_and_comes_again() -> None:
    account = FARIS[0]
    flows = [flow for flow in nine_years(account.account_id) if flow.booked.year in range(2025, 2032)]
    returned = [flow for flow in flows if flow.status == "Rejected"]
    assert len(returned) >= 10
    for flow in returned:
        held = [each.minor for each in flows if each.happened < flow.booked < each.booked and each.minor < 0]
        assert level_before(account, flow.booked) + sum(held) + flow.minor < 0
        fee = settling.RETURNED[flow.habit.kind][1]
        assert [each for each in flows if each.habit is fee and each.booked - flow.booked == settling.FEE_AFTER]
        again = [each for each in flows if each.habit is flow.habit and each.booked == flow.happened + settling.AGAIN]
        assert [(each.status, each.minor) for each in again] == [("Booked", flow.minor)]
    cheques = [flow for flow in flows if flow.habit.kind == "cheque" and flow.status == "Booked"]
    assert len(cheques) == 4 * 7
    shown = [row for row in lines(account, NOW).values() if row["Status"] == "Rejected"]
    assert 2 <= len(shown) <= 14
    assert all("returned: insufficient funds" in row["TransactionInformation"] for row in shown)


def test_a_payment_abroad_takes_its_charge_and_names_a_foreign_account() -> None:
    rows = list(lines(FARIS[0], NOW).values())
    abroad = [row for row in rows if row["TransactionType"] == "InternationalTransfer"]
    assert len(abroad) >= 23
    fees = {
        row["BookingDateTime"]: row for row in rows if row["TransactionInformation"].startswith("Transfer abroad fee")
    }
    for row in abroad:
        at = datetime.fromisoformat(row["BookingDateTime"]) + timedelta(seconds=1)
        taken = Decimal(fees[at.isoformat()]["Amount"]["Amount"])
        assert taken == Decimal(row["ChargeAmount"]["Amount"]) + Decimal(row["ChargeAmountVat"]["Amount"])
        assert row["CreditorAccount"][0]["SchemeName"] == "AccountNumber"
        assert row["CreditorAgent"]["SchemeName"] == "BICFI"
        assert row["CurrencyExchange"]["TargetCurrency"] == "INR"


def test_a_salary_is_there_every_month_and_never_on_a_weekend() -> None:
    paid = [flow for flow in ledger_of(LAYLA[0], DAY) if flow.habit.kind == "salary"]
    assert len(paid) == 24
    assert all(flow.booked.weekday() < 5 and 23 <= flow.booked.day <= 25 for flow in paid)
    rent = [flow for flow in ledger_of(LAYLA[0], DAY) if flow.habit.kind == "cheque"]
    assert [(flow.booked.month, flow.booked.day) for flow in rent] == [(10, 1), (7, 1), (4, 1), (1, 1)] * 2


def test_each_kind_has_its_time_of_the_day() -> None:
    hours: dict[str, set[int]] = {}
    for flow in nine_years(LAYLA[0].account_id):
        hours.setdefault(flow.habit.kind, set()).add(flow.happened.astimezone(DUBAI).hour)
    assert hours["salary"] <= set(range(5, 8))
    assert hours["own_standing"] == {6}
    assert hours["atm"] <= set(range(17, 22))
    assert len(hours["card"]) > 10
    assert hours["card"] <= set(range(7, 23))


def test_the_stories_show() -> None:
    everything = {
        person.username: [flow for account in person.accounts for flow in ledger_of(account, DAY)] for person in PEOPLE
    }
    assert any(flow.habit.kind == "refund" for flow in everything["layla"])
    assert {account.currency for account in FARIS} == {"AED", "USD", "EUR"}
    assert len([account for account in LAYLA if account.joint]) == 1
    assert len(everything["noor"]) > 1000
    assert 30 < len(everything["zayd"]) < 80
    assert max(len(ledger_of(account, DAY)) for account in PEOPLE[-1].accounts) >= 5000


def test_an_account_has_its_status_since_it_was_opened() -> None:
    for account in SOUND:
        if account.opened:
            assert datetime.fromisoformat(account.status_updated) >= datetime.fromisoformat(account.opened)
    assert PEOPLE[0].accounts[0].status_updated == "2017-04-05T10:43:07+00:00"


def test_no_amount_is_a_float_and_a_returned_payment_can_come_again_in_its_month() -> None:
    for story in STORIES.values():
        assert len(story.habits) <= MOST_HABITS
        for habit in story.habits:
            assert type(habit.low) is type(habit.high) is int
            assert 0 <= habit.low <= habit.high
            assert not habit.may_bounce or max(habit.days) <= 28 - settling.AGAIN.days
            assert not habit.pair or not habit.chance


def test_an_early_habit_moves_to_friday() -> None:
    habit = Habit("salary", "x", 1, 1, (25,), early=True)
    assert habit.due(date(2026, 11, 25))  # a Wednesday
    assert habit.due(date(2026, 10, 23))  # the 25th is a Sunday
    assert not habit.due(date(2026, 10, 25))
    assert not habit.due(date(2026, 10, 24))
