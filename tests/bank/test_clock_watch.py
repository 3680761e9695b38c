"""A clock that is off is said once, with how much, and again when that changes."""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from tests.bank.test_transport import get
from tests.clock import START
from tests.stack import serving
from tpp.bank.clock_watch import ClockWatch
from tpp.bank.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tests.clock import Clock


def date(seconds: float) -> str:
    """Return a `Date` header of a clock that is so many seconds ahead."""
    return format_datetime(START + timedelta(seconds=seconds), usegmt=True)


def told(caplog: pytest.LogCaptureFixture, *offsets: float) -> list[str]:
    """Let a watch see these clocks one after another; return what it logged."""
    caplog.set_level(logging.INFO)
    watch = ClockWatch()
    for offset in offsets:
        watch.note(date(offset), START)
    return [record.getMessage() for record in caplog.records]


def test_a_clock_that_is_off_is_said_once_per_change(caplog: pytest.LogCaptureFixture) -> None:
    lines = told(caplog, 0, 59, -60, 3600, 3601, 3599, 3630, -7200, 0, 1)

    assert len(lines) == 3
    assert "3600 s ahead of this one" in lines[0]
    assert "7200 s behind this one" in lines[1]
    assert "agree again" in lines[2]


@pytest.mark.parametrize("header", [None, "", "yesterday", "Sun, 99 Nov 2026"])
def test_an_answer_without_a_date_says_nothing(caplog: pytest.LogCaptureFixture, header: str | None) -> None:
    watch = ClockWatch()
    watch.note(header, START)

    assert caplog.records == []


def test_the_transport_says_when_the_other_clock_is_off(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    def answer(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [("Date", date(-90)), ("Content-Length", "2")])
        return [b"{}"]

    with serving(answer) as (url, _):
        client = Transport(now=clock)
        client.send(get(url))
        client.send(get(url))
    assert len([line for line in caplog.messages if "90 s behind this one" in line]) == 1
