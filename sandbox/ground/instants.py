"""Instants on the wire and on the page.

On the wire every date-time carries an offset (RFC 3339 section 5.6); on a page the day is the day in
Dubai, day first. The UAE has kept UTC+4 without summer time, so a fixed offset is exact.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

DUBAI = timezone(timedelta(hours=4), "Asia/Dubai")
WITH_OFFSET = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def read_instant(text: object) -> datetime | None:
    """Return the aware instant of an RFC 3339 date-time with offset, else `None`."""
    if not isinstance(text, str) or WITH_OFFSET.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def write_instant(instant: datetime) -> str:
    """Return the instant as the bank writes it, for example `2017-04-05T10:43:07+00:00`."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def write_milliseconds(instant: datetime) -> str:
    """Return the instant as the kit writes it, for example `2025-12-25T00:00:00.000Z`."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def dubai_day(instant: datetime) -> str:
    """Return the day of the instant in Dubai as dd/mm/yyyy."""
    return instant.astimezone(DUBAI).strftime("%d/%m/%Y")


def dubai_minute(instant: datetime) -> str:
    """Return the day and the minute of the instant in Dubai as dd/mm/yyyy, hh:mm."""
    return instant.astimezone(DUBAI).strftime("%d/%m/%Y, %H:%M")


def one_year_after(instant: datetime) -> datetime:
    """Return the same day and time of the next year; from 29 February, 1 March."""
    try:
        return instant.replace(year=instant.year + 1)
    except ValueError:
        return instant.replace(year=instant.year + 1, month=3, day=1)
