"""Whether our clock and the other side's agree: a clock that is off ends tokens early and certificates too.

Source: RFC 9110, section 6.6.1 (Date). A difference says that one of the two is off, not which.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tpp.bank.header_times import http_date

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)

MOST_SECONDS = 60.0
"""More than an answer takes on its way, and than clocks that are kept in step ever differ."""


class ClockWatch:
    """Compares the `Date` of each answer with our clock, and tells the log once per change."""

    def __init__(self) -> None:
        self._told = 0.0

    def note(self, date: str | None, now: datetime) -> None:
        """Take note of an answer's `Date`; one that is missing or unreadable says nothing."""
        theirs = http_date(date)
        if theirs is None:
            return
        ahead = (theirs - now).total_seconds()
        off = ahead if abs(ahead) > MOST_SECONDS else 0.0
        if abs(off - self._told) > MOST_SECONDS:
            self._told = off
            self._tell(off)

    @staticmethod
    def _tell(off: float) -> None:
        if not off:
            log.info("clock and the Starter Kit's clock agree again")
            return
        log.warning(
            "clock differs: the Starter Kit's machine is %(seconds)s s %(way)s this one; set the one that is off, "
            "or tokens, consents and certificates end at the wrong time",
            {"seconds": int(abs(off)), "way": "ahead of" if off > 0 else "behind"},
        )
