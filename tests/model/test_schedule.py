"""Standing orders and direct debits: what is paid on a day, and whether all the days can be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.bodies import english
from tests.clock import START
from tpp.model.banking.frequency import duration_words, leads_on
from tpp.model.banking.schedule import DirectDebit, Payment, StandingOrder
from tpp.model.days import day_of
from tpp.model.money import Money

FIVE, SIX = Money(Decimal(5), "AED"), Money(Decimal(6), "AED")


def at(days: int) -> datetime:
    """Return the moment so many days from the start."""
    return START + timedelta(days=days)


def order(**more: Any) -> StandingOrder:
    """Return an active order every ten days, the next payment tomorrow."""
    return StandingOrder(**{"status": "Active", "frequency": "IntervalDay:10", "next": Payment(at(1), FIVE), **more})


@pytest.mark.parametrize(
    ("more", "day", "money"),
    [
        ({}, 1, FIVE),
        ({}, 11, FIVE),
        ({"first": Payment(at(-9), FIVE)}, 11, FIVE),
        ({"first": Payment(at(-9), SIX)}, 11, None),
        ({"first": Payment(at(-9), SIX)}, 1, FIVE),
        ({"next": Payment(at(1), None), "last": Payment(at(-9), SIX)}, 1, SIX),
        ({"final": Payment(at(11), SIX)}, 11, SIX),
        ({"final": Payment(at(1), SIX)}, 1, SIX),
        ({"final": Payment(at(11), SIX)}, 1, FIVE),
        ({"final": Payment(at(11), None)}, 11, FIVE),
        ({"next": None}, 1, None),
    ],
)
def test_an_amount_of_a_day_is_the_one_named_with_it_or_the_one_that_all_have(
    more: dict[str, Any], day: int, money: Money | None
) -> None:
    assert order(**more).money_on(day_of(at(day))) == money


@pytest.mark.parametrize(
    ("more", "dated"),
    [
        ({}, True),
        ({"frequency": "EveryWorkingDay"}, False),
        ({"frequency": None}, False),
        ({"frequency": "EveryWorkingDay", "final": Payment(at(1))}, True),
        ({"frequency": "EveryWorkingDay", "final": Payment(at(2))}, False),
        ({"frequency": None, "final": Payment(at(-1))}, True),
        ({"frequency": None, "status": "Inactive"}, True),
        ({"status": "Odd"}, False),
        ({"next": None}, False),
        ({"next": None, "first": Payment(at(2))}, True),
        ({"next": None, "first": Payment(at(-2))}, False),
        ({"next": None, "last": Payment(at(-2))}, True),
    ],
)
def test_the_days_of_an_order_can_be_told_from_a_named_one_and_a_step(more: dict[str, Any], dated: bool) -> None:
    assert order(**more).is_dated(START, 30) is dated


@pytest.mark.parametrize(
    ("status", "frequency", "previous", "dated"),
    [
        ("Active", "Monthly", Payment(at(-1)), True),
        ("Active", "NotKnown", Payment(at(-1)), False),
        ("Active", "Monthly", None, False),
        ("Active", "Monthly", Payment(None, FIVE), False),
        (None, "Monthly", Payment(at(-1)), False),
        ("Inactive", "NotKnown", None, True),
    ],
)
def test_the_days_of_a_direct_debit_can_be_told_from_its_last_collection(
    status: str | None, frequency: str, previous: Payment | None, *, dated: bool
) -> None:
    assert DirectDebit(status=status, frequency=frequency, previous=previous).is_dated(START, 30) is dated


@pytest.mark.parametrize(
    ("code", "leads"),
    [
        *(("Daily", True), ("Weekly", True), ("Monthly", True), ("Annual", True), ("IntervalDay:31", True)),
        *(("IntervalMonthDay:1:22", True), ("IntervalMonthDay:1:21", False), ("IntervalMonthDay:1:-1", False)),
        *(("EveryWorkingDay", False), ("WeekInMonthDay:1:1", False), ("QuarterDay:RECEIVED", False), (None, False)),
    ],
)
def test_a_day_leads_to_the_next_where_the_frequency_fits_it(code: str | None, *, leads: bool) -> None:
    """The start is a 22nd of November."""
    assert leads_on(code, START, START, 30) is leads
    assert leads_on("QuarterDay:RECEIVED", START.replace(month=9, day=24), START, 30)


@pytest.mark.parametrize(
    ("code", "known", "today", "leads"),
    [
        ("Monthly", datetime(2027, 1, 31, 8, tzinfo=UTC), datetime(2027, 2, 10, tzinfo=UTC), False),
        ("Monthly", datetime(2027, 1, 29, 8, tzinfo=UTC), datetime(2027, 2, 10, tzinfo=UTC), False),
        ("Monthly", datetime(2028, 1, 29, 8, tzinfo=UTC), datetime(2028, 2, 10, tzinfo=UTC), True),
        ("Monthly", datetime(2027, 1, 28, 8, tzinfo=UTC), datetime(2027, 2, 10, tzinfo=UTC), True),
        ("Monthly", datetime(2026, 12, 31, 8, tzinfo=UTC), datetime(2027, 1, 6, tzinfo=UTC), True),
        ("Monthly", datetime(2026, 10, 31, 8, tzinfo=UTC), datetime(2026, 12, 4, tzinfo=UTC), True),
        ("IntervalMonthDay:01:30", datetime(2027, 1, 30, 8, tzinfo=UTC), datetime(2027, 2, 10, tzinfo=UTC), False),
        ("IntervalMonthDay:01:-1", datetime(2027, 1, 31, 8, tzinfo=UTC), datetime(2027, 2, 10, tzinfo=UTC), True),
        ("Annual", datetime(2028, 2, 29, 8, tzinfo=UTC), datetime(2029, 2, 10, tzinfo=UTC), False),
        ("Annual", datetime(2028, 2, 29, 8, tzinfo=UTC), datetime(2032, 2, 10, tzinfo=UTC), True),
        ("Annual", datetime(2027, 2, 28, 8, tzinfo=UTC), datetime(2028, 2, 10, tzinfo=UTC), False),
        ("Annual", datetime(2027, 4, 30, 8, tzinfo=UTC), datetime(2028, 4, 10, tzinfo=UTC), True),
        ("Monthly", datetime(2027, 2, 28, 8, tzinfo=UTC), datetime(2027, 3, 10, tzinfo=UTC), False),
        ("Monthly", datetime(2027, 4, 30, 8, tzinfo=UTC), datetime(2027, 5, 10, tzinfo=UTC), False),
        ("Monthly", datetime(2027, 4, 29, 8, tzinfo=UTC), datetime(2027, 5, 10, tzinfo=UTC), True),
        ("IntervalMonthDay:01:28", datetime(2027, 2, 28, 8, tzinfo=UTC), datetime(2027, 3, 10, tzinfo=UTC), True),
    ],
)
def test_a_month_that_lacks_the_day_and_ends_in_these_days_leaves_a_day_untold(
    code: str, known: datetime, today: datetime, *, leads: bool
) -> None:
    assert leads_on(code, known, today, 30) is leads
    assert DirectDebit(status="Active", frequency=code, previous=Payment(known)).is_dated(today, 30) is leads


@pytest.mark.parametrize(
    ("code", "words"),
    [
        *(("P1D", "Every day"), ("P3D", "Every 3 days"), ("P1W", "Every week"), ("P2W", "Every 2 weeks")),
        *(("P1M", "Every month"), ("P3M", "Every 3 months"), ("P1Y", "Every year"), ("P2Y", "Every 24 months")),
        *(("Monthly", "Every month"), ("P0M", "P0M"), ("P1Y2M", "P1Y2M"), ("", ""), ("PT1H", "PT1H"), ("p1m", "p1m")),
    ],
)
def test_a_duration_is_said_in_words_and_anything_else_stays(code: str, words: str) -> None:
    assert english(duration_words(code)) == words


def test_of_an_order_that_ends_by_a_number_of_payments_only_the_next_is_sure() -> None:
    counted = order(number_of_payments="12")

    assert counted.days_due(at(0), 30) == (day_of(at(1)),)
    assert not counted.is_dated(at(0), 30)
    assert len(order().days_due(at(0), 30)) == 3
    assert order(number_of_payments="12", final=Payment(at(11), FIVE)).is_dated(at(0), 30)
