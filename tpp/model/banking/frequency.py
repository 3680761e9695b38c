"""How often a regular payment is made, in words, and the days on which it falls as far as these can be known.

A direct debit says it in a word, a standing order in a coded string (account-information v1.2 and v2.1, `Frequency` of
`AEDirectDebit` and `AEStandingOrder`). No source says which weekday is 1, which days are no working days, or what is
paid in a month that lacks the day. So nothing is worked out from a weekday: days are stepped to from one that the bank
named, by the interval, and where the interval does not tell the next day, the one that was named is all.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tpp.model.days import day_of
from tpp.model.words import N_, NN_, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODED = re.compile(r"(IntervalDay|IntervalWeekDay|WeekInMonthDay|IntervalMonthDay|QuarterDay)((?::-?[0-9A-Z]{1,9})+)")
_NUMBER = re.compile(r"-?[0-9]{1,2}")
_DURATION = re.compile(r"P([1-9][0-9]{0,2})([YMWD])")
"""One span alone, as `P1M`; a mixture is not put in words."""

MOST_DAYS, MOST_WEEKS, DAYS_OF_WEEK, WEEKS_OF_MONTH = 31, 51, 7, 5
INTERVALS_IN_MONTHS = frozenset({1, 2, 3, 4, 5, 6, 12, 24})
DAYS_OF_MONTH = frozenset({*range(-5, 0), *range(1, 32)})
QUARTER_DAYS = ((3, 20), (6, 19), (9, 24), (12, 20))
"""Month and day of `QuarterDay:RECEIVED`."""

LAST_DAY = -1
LONGEST_MONTH, YEAR, LEAP_YEAR = 31, 12, 2028


@dataclass(frozen=True, slots=True)
class Frequency:
    """One frequency. One of `days`, `months` and `on_quarter_days`, or none, leads from a payment to the next.

    `day`: the day of the month, from its end if negative; None: the day of the payment before.
    """

    words: Words
    days: int = 0
    months: int = 0
    day: int | None = None
    on_quarter_days: bool = False


def _days(count: int) -> Frequency:
    return Frequency(NN_("Every day", "Every %(count)s days", count), days=count)


def _weeks(count: int) -> Frequency:
    return Frequency(NN_("Every week", "Every %(count)s weeks", count), days=count * DAYS_OF_WEEK)


def _months(count: int) -> Frequency:
    return Frequency(NN_("Every month", "Every %(count)s months", count), months=count)


_YEARLY = Frequency(N_("Every year"), months=12)

_PLAIN = {
    "NotKnown": Frequency(N_("How often is not known")),
    "EveryDay": _days(1),
    "EveryWorkingDay": Frequency(N_("Every working day")),
    "BiAnnual": _months(6),
    "Annual": _YEARLY,
    "Daily": _days(1),
    "Weekly": _weeks(1),
    "Fortnightly": _weeks(2),
    "Monthly": _months(1),
    "Quarterly": _months(3),
    "HalfYearly": _months(6),
}


def decoded(code: str | None) -> Frequency | None:
    """Decode a frequency; None for a code that the standard does not have."""
    code = (code or "").strip()
    coded = _CODED.fullmatch(code)
    if coded is None:
        return _PLAIN.get(code)
    name, values = coded[1], coded[2][1:].split(":")
    if name == "QuarterDay":
        return _quarter_days() if values == ["RECEIVED"] else None
    numbers = [int(value) for value in values if _NUMBER.fullmatch(value)]
    return _interval(name, *numbers) if len(numbers) == len(values) else None


def frequency_words(code: str) -> Words | str:
    """Say a frequency in words; a code that the standard does not have stays as it is."""
    known = decoded(code)
    return known.words if known else code


def duration_words(code: str) -> Words | str:
    """Say in words how often something comes that comes after each duration (ISO 8601), or by a word of a frequency.

    What is neither stays as it is.
    """
    found = _DURATION.fullmatch(code.strip())
    if found is None:
        return frequency_words(code)
    count, unit = int(found[1]), found[2]
    match unit:
        case "D":
            return _days(count).words
        case "W":
            return _weeks(count).words
        case "M":
            return _months(count).words
        case _:
            return _YEARLY.words if count == 1 else _months(12 * count).words


def leads_on(code: str | None, known: datetime, now: datetime, days: int) -> bool:
    """Whether the day of a payment tells all days, from today to `days` ahead, on which one falls after it.

    It does not where one is due in a month that lacks the day and ends within that time: it is paid some day near. Nor
    does the last day of a short month tell which day is meant, where the bank names none: it may stand for the 31st.
    """
    frequency, first = decoded(code), day_of(known)
    if frequency is None:
        return False
    if frequency.months and not frequency.day and _may_be_moved(frequency.months, first):
        return False
    if frequency.months:
        day, earliest = frequency.day or first.day, day_of(now)
        latest = earliest + timedelta(days=days)
        due = [each for each in _months_due(frequency, first, earliest, latest) if _in_month(each, day) is None]
        ends = [_in_month(each, LAST_DAY) or latest for each in due]
        return _in_month(_month(first), day) == first and not any(earliest <= each <= latest for each in ends)
    return bool(frequency.days) or (frequency.on_quarter_days and (first.month, first.day) in QUARTER_DAYS)


def days_due(
    code: str | None,
    known: datetime | None,
    now: datetime,
    days: int,
    *,
    made: bool = False,
    last: datetime | None = None,
) -> tuple[date, ...]:
    """List the days in Dubai, from today to `days` ahead, on which a payment falls.

    `known`: when one payment is made, aware as `now`; `made`: whether it is behind us. `last`: the final one. Nothing
    falls before `known`, and a month that lacks the day is passed over.
    """
    if known is None:
        return ()
    first, earliest = day_of(known), day_of(now)
    latest = min(earliest + timedelta(days=days), day_of(last) if last else date.max)
    found = _following(decoded(code), first, earliest, latest)
    return tuple(day for day in [*([] if made else [first]), *found] if earliest <= day <= latest)


def _interval(name: str, first: int, second: int | None = None, *more: int) -> Frequency | None:
    """Decode an interval with one number (days) or two."""
    if more or (second is None) != (name == "IntervalDay"):
        return None
    if second is None:
        return _days(first) if 1 < first <= MOST_DAYS else None
    if name == "IntervalMonthDay":
        return _day_of_month(first, second) if first in INTERVALS_IN_MONTHS and second in DAYS_OF_MONTH else None
    if not 1 <= second <= DAYS_OF_WEEK:
        return None
    if name == "IntervalWeekDay":
        return _weeks(first) if 1 <= first <= MOST_WEEKS else None
    in_month = N_("Every month, in its week %(week)s", week=first)
    return Frequency(in_month) if 1 <= first <= WEEKS_OF_MONTH else None


def _day_of_month(months: int, day: int) -> Frequency:
    """Say a day of the month; the count from the end begins with -1, the last day."""
    interval = _months(months).words
    if day == LAST_DAY:
        words = N_("%(interval)s, on the last day of the month", interval=interval)
    elif day < 0:
        words = N_("%(interval)s, on day %(day)s counted back from the end of the month", interval=interval, day=-day)
    else:
        words = N_("%(interval)s, on day %(day)s", interval=interval, day=day)
    return Frequency(words, months=months, day=day)


def _quarter_days() -> Frequency:
    return Frequency(N_("Four times a year: 20 March, 19 June, 24 September and 20 December"), on_quarter_days=True)


def _following(frequency: Frequency | None, first: date, earliest: date, latest: date) -> Iterator[date]:
    """Return the days that follow from the first one; those before the earliest may be passed over."""
    if frequency is None:
        return
    if frequency.days:
        begin = max(1, (earliest - first).days // frequency.days)
        end = (latest - first).days // frequency.days
        yield from (first + timedelta(days=frequency.days * number) for number in range(begin, end + 1))
    elif frequency.months:
        yield from _by_months(frequency, first, earliest, latest)
    elif frequency.on_quarter_days and (first.month, first.day) in QUARTER_DAYS:
        years = range(max(first.year, earliest.year), latest.year + 1)
        yield from (day for year in years for pair in QUARTER_DAYS if (day := date(year, *pair)) > first)


def _by_months(frequency: Frequency, first: date, earliest: date, latest: date) -> Iterator[date]:
    """Step by months, if the first payment falls on the day that the frequency names: else it was moved, and from
    which month cannot be told.
    """
    day = frequency.day or first.day
    if _in_month(_month(first), day) != first:
        return
    found = (_in_month(each, day) for each in _months_due(frequency, first, earliest, latest))
    yield from (each for each in found if each)


def _months_due(frequency: Frequency, first: date, earliest: date, latest: date) -> Iterator[int]:
    """Return the months in which a payment falls that follows the first one; those before the earliest may be there."""
    month = _month(first)
    begin = max(1, (_month(earliest) - month) // frequency.months)
    end = (_month(latest) - month) // frequency.months
    yield from (month + frequency.months * number for number in range(begin, end + 1))


def _month(day: date) -> int:
    """Count the months since the year 0."""
    return day.year * 12 + day.month - 1


def _may_be_moved(months: int, first: date) -> bool:
    """Whether a day may stand for a later one that its month lacks: of every month, or of its own in a leap year."""
    longest = monthrange(LEAP_YEAR, first.month)[1] if months % YEAR == 0 else LONGEST_MONTH
    return first.day < longest and first == _in_month(_month(first), LAST_DAY)


def _in_month(month: int, day: int) -> date | None:
    """Return a day of a month, counted from its end if negative; None where the month has no such day."""
    year, month = month // 12, month % 12 + 1
    last = monthrange(year, month)[1]
    number = day if day > 0 else last + 1 + day
    return date(year, month, number) if number <= last else None
