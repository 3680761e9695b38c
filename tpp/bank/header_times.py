"""Times in the headers of an answer: until when the bank wants to be left alone, and what its clock says.

Source: RFC 9110, sections 5.6.7 (HTTP-date), 6.6.1 (Date) and 10.2.3 (Retry-After).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 7 * 86_400.0
"""Seconds. A bank that names a later moment is asked again after this: it may have meant something else."""

_SECONDS = re.compile(r"[0-9]+")


def retry_after(text: str | None, now: datetime) -> float | None:
    """Return in how many seconds to ask again, 0 to LONGEST_WAIT; None where the header is missing or unreadable.

    `text`: whole seconds, or a date that is compared with `now` (aware); one that has passed means 0.
    """
    if text is None:
        return None
    if _SECONDS.fullmatch(text.strip()):
        return LONGEST_WAIT if len(text.strip()) > len(str(int(LONGEST_WAIT))) else min(float(text), LONGEST_WAIT)
    moment = http_date(text)
    if moment is None:
        return None
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_WAIT)


def http_date(text: str | None) -> datetime | None:
    """Return an HTTP-date of any of its three forms as aware UTC; None for anything else."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
