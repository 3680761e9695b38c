"""Times in the headers of an answer: until when the bank wants to be left alone, and what its clock says.

Source: RFC 9110, sections 5.6.7 (HTTP-date), 6.6.1 (Date) and 10.2.3 (Retry-After).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tpp.model import waits

_LONGEST = waits.LONGEST.total_seconds()
_SECONDS = re.compile(r"[0-9]+")


def retry_after(text: str | None, now: datetime) -> float | None:
    """Return in how many seconds to ask again, 0 to a week; None where the header is missing or empty.

    `text`: whole seconds, or a date that is compared with `now` (aware); one that has passed means 0. Whatever else
    stands there still asks for a pause, of a length that we choose.
    """
    if not text or not text.strip():
        return None
    if _SECONDS.fullmatch(text.strip()):
        return _LONGEST if len(text.strip()) > len(str(int(_LONGEST))) else min(float(text), _LONGEST)
    moment = http_date(text)
    if moment is None:
        return waits.UNSAID.total_seconds()
    return min(max((moment - now).total_seconds(), 0.0), _LONGEST)


def http_date(text: str | None) -> datetime | None:
    """Return an HTTP-date of any of its three forms as aware UTC; None for anything else."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
