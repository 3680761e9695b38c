"""How often in words, and on which days: stepped to from a day that the bank named, and nothing guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bodies import english
from tpp.model.banking.frequency import days_due, decoded, frequency_words

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


def at(text: str) -> datetime:
    """Return the morning of a day in Dubai."""
    return datetime.fromisoformat(f"{text}T06:00:00+04:00")


def due(code: str | None, known: str, days: int = 30, **more: Any) -> list[str]:
    """List the days as text."""
    return [day.isoformat() for day in days_due(code, at(known), NOW, days, **more)]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        *(("Annual", "Every year"), ("Daily", "Every day"), ("Fortnightly", "Every 2 weeks")),
        *(("HalfYearly", "Every 6 months"), ("Monthly", "Every month"), ("Quarterly", "Every 3 months")),
        *(("Weekly", "Every week"), ("NotKnown", "How often is not known"), ("EveryDay", "Every day")),
        *(("EveryWorkingDay", "Every working day"), ("IntervalDay:2", "Every 2 days")),
        *(("IntervalDay:31", "Every 31 days"), ("IntervalWeekDay:1:7", "Every week")),
        *(("IntervalWeekDay:51:1", "Every 51 weeks"), ("WeekInMonthDay:5:3", "Every month, in its week 5")),
        *(("IntervalMonthDay:1:27", "Every month, on day 27"), ("IntervalMonthDay:24:1", "Every 24 months, on day 1")),
        ("IntervalMonthDay:1:-1", "Every month, on the last day of the month"),
        ("IntervalMonthDay:6:-1", "Every 6 months, on the last day of the month"),
        ("IntervalMonthDay:1:-5", "Every month, on day 5 counted back from the end of the month"),
        ("IntervalMonthDay:2:-2", "Every 2 months, on day 2 counted back from the end of the month"),
        ("QuarterDay:RECEIVED", "Four times a year: 20 March, 19 June, 24 September and 20 December"),
        *(("BiAnnual", "Every 6 months"), (" Monthly ", "Every month")),
    ],
)
def test_every_frequency_of_the_standard_is_said_in_words(code: str, said: str) -> None:
    assert english(frequency_words(code)) == said
    assert decoded(code) is not None


@pytest.mark.parametrize(
    "code",
    [
        *("", "Sometimes", "IntervalDay", "IntervalDay:", "IntervalDay:1", "IntervalDay:32", "IntervalDay:2:2"),
        *("IntervalWeekDay:0:1", "IntervalWeekDay:52:1", "IntervalWeekDay:1:8", "IntervalWeekDay:1", "QuarterDay"),
        *("WeekInMonthDay:0:1", "WeekInMonthDay:6:1", "WeekInMonthDay:1:0", "IntervalMonthDay:7:1", "NotKnown:1"),
        *("IntervalMonthDay:1:0", "IntervalMonthDay:1:32", "IntervalMonthDay:1:-6", "IntervalMonthDay:1:1:1"),
        *("QuarterDay:ENGLISH", "QuarterDay:RECEIVED:1", "IntervalDay:٣", "IntervalMonthDay:1:--1", "EveryDay:1"),
        *("IntervalDay:999999999", "IntervalDay:-2", "IntervalMonthDay:1:1\n:2", "<script>"),
    ],
)
def test_a_code_that_the_standard_does_not_have_stays_as_it_is(code: str) -> None:
    assert frequency_words(code) == code
    assert due(code, "2026-11-25") == ["2026-11-25"]


@pytest.mark.parametrize(
    ("code", "known", "days"),
    [
        ("IntervalDay:10", "2026-11-25", ["2026-11-25", "2026-12-05", "2026-12-15"]),
        ("Weekly", "2026-12-08", ["2026-12-08", "2026-12-15", "2026-12-22"]),
        ("IntervalWeekDay:2:1", "2026-11-22", ["2026-11-22", "2026-12-06", "2026-12-20"]),
        ("Monthly", "2026-11-22", ["2026-11-22", "2026-12-22"]),
        ("IntervalMonthDay:1:1", "2026-12-01", ["2026-12-01"]),
        ("IntervalMonthDay:1:-1", "2026-11-30", ["2026-11-30"]),
        ("QuarterDay:RECEIVED", "2026-09-24", ["2026-12-20"]),
        ("Annual", "2025-12-10", ["2026-12-10"]),
        ("Quarterly", "2026-09-15", ["2026-12-15"]),
        ("BiAnnual", "2026-06-01", ["2026-12-01"]),
    ],
)
def test_days_are_stepped_to_by_the_interval(code: str, known: str, days: list[str]) -> None:
    assert due(code, known) == days


@pytest.mark.parametrize("code", ["EveryWorkingDay", "WeekInMonthDay:2:3", "NotKnown", None])
def test_where_the_interval_does_not_tell_the_day_only_the_named_one_is_listed(code: str | None) -> None:
    assert due(code, "2026-11-25") == ["2026-11-25"]
    assert due(code, "2026-11-01") == []


def test_a_month_that_lacks_the_day_is_passed_over() -> None:
    assert due("IntervalMonthDay:1:31", "2026-10-31", days=80) == ["2026-12-31", "2027-01-31"]
    assert due("Monthly", "2026-12-30", days=130) == ["2026-12-30", "2027-01-30", "2027-03-30"]


def test_days_count_back_from_the_end_of_each_month() -> None:
    assert due("IntervalMonthDay:1:-2", "2026-12-30", days=100) == ["2026-12-30", "2027-01-30", "2027-02-27"]


def test_a_payment_that_was_moved_does_not_tell_the_next_month() -> None:
    assert due("IntervalMonthDay:1:1", "2026-11-30", days=60) == ["2026-11-30"]
    assert due("QuarterDay:RECEIVED", "2026-12-21", days=200) == ["2026-12-21"]


def test_days_are_those_of_dubai() -> None:
    late = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)

    assert days_due("NotKnown", late, NOW, 30) == (date(2026, 11, 25),)
    assert days_due("NotKnown", late, datetime(2026, 11, 24, 21, tzinfo=UTC), 30) == (date(2026, 11, 25),)


def test_a_payment_of_today_is_due_and_one_that_is_made_is_not() -> None:
    assert due("Weekly", "2026-11-22", days=7) == ["2026-11-22", "2026-11-29"]
    assert due("Weekly", "2026-11-22", days=7, made=True) == ["2026-11-29"]


def test_nothing_falls_before_the_named_payment_nor_after_the_final_one() -> None:
    assert due("EveryDay", "2026-12-20", days=29) == ["2026-12-20", "2026-12-21"]
    assert due("Weekly", "2026-11-24", last=at("2026-12-01")) == ["2026-11-24", "2026-12-01"]
    assert due("Weekly", "2026-11-24", last=at("2026-11-01")) == []


def test_without_a_named_payment_nothing_is_known() -> None:
    assert days_due("EveryDay", None, NOW, 30) == ()


@pytest.mark.parametrize("known", ["0001-01-02", "9999-12-30"])
@pytest.mark.parametrize("code", ["EveryDay", "Monthly", "IntervalMonthDay:1:-1", "QuarterDay:RECEIVED", "Annual", "x"])
def test_a_payment_of_the_first_or_the_last_year_does_no_harm(code: str, known: str) -> None:
    assert len(due(code, known)) <= 31


CODES = [
    *("EveryDay", "IntervalDay:3", "Weekly", "IntervalWeekDay:5:2", "Monthly", "HalfYearly", "Annual"),
    *("IntervalMonthDay:1:15", "IntervalMonthDay:2:31", "IntervalMonthDay:1:-1", "IntervalMonthDay:3:-5"),
    *("QuarterDay:RECEIVED", "NotKnown", "Other"),
]


@given(st.sampled_from(CODES), st.dates(date(2024, 1, 1), date(2027, 3, 1)), st.integers(0, 120), st.booleans())
@settings(deadline=None, max_examples=80)
def test_the_days_are_those_of_stepping_one_by_one(code: str, known: date, days: int, made: bool) -> None:
    today = date(2026, 11, 22)
    window = {today + timedelta(days=number) for number in range(days + 1)}
    stepped = {known} if not made else set()
    frequency = decoded(code)
    if frequency and frequency.days:
        stepped |= {known + timedelta(days=frequency.days * number) for number in range(1, 1400)}
    elif frequency and frequency.months:
        stepped |= _by_months(known, frequency.months, frequency.day)
    elif frequency and frequency.on_quarter_days and _is_quarter_day(known):
        later = {known + timedelta(days=number) for number in range(1, 1400)}
        stepped |= {day for day in later if _is_quarter_day(day)}

    assert due(code, known.isoformat(), days, made=made) == sorted(day.isoformat() for day in stepped & window)


def _by_months(known: date, months: int, day: int | None) -> set[date]:
    """Look at every day after `known`: is it of a month that counts, and the day that is meant?"""
    wanted = day or known.day
    if not _is_day(known, wanted):
        return set()
    later = (known + timedelta(days=number) for number in range(1, 1400))
    return {
        each
        for each in later
        if ((each.year - known.year) * 12 + each.month - known.month) % months == 0
        and (each.year, each.month) != (known.year, known.month)
        and _is_day(each, wanted)
    }


def _is_day(each: date, wanted: int) -> bool:
    """Whether it is that day of its month: so many days before the next one begins, if counted from the end."""
    return each.day == wanted if wanted > 0 else (each + timedelta(days=-wanted)).day == 1


def _is_quarter_day(each: date) -> bool:
    return f"{each:%d %B}" in {"20 March", "19 June", "24 September", "20 December"}
