"""Times in headers: every form that RFC 9110 allows, and whatever else may stand there."""

from __future__ import annotations

import pytest

from tests.clock import START
from tpp.bank.header_times import http_date, retry_after

WEEK = 7 * 86_400
WAITS = [
    ("0", 0),
    ("120", 120),
    (" 120 ", 120),
    ("85092", 85_092),
    ("604801", WEEK),
    ("9" * 5000, WEEK),
    ("Sun, 22 Nov 2026 10:31:30 GMT", 90),
    ("Sunday, 22-Nov-26 10:31:30 GMT", 90),
    ("Sun Nov 22 10:31:30 2026", 90),
    ("Sun, 22 Nov 2026 10:29:00 GMT", 0),
    ("Wed, 01 Jan 2098 00:00:00 GMT", WEEK),
]


@pytest.mark.parametrize(("text", "seconds"), WAITS)
def test_a_wait_is_read_in_all_its_forms_and_bounded(text: str, seconds: float) -> None:
    assert retry_after(text, START) == seconds


@pytest.mark.parametrize(
    "text", ["soon", "-5", "1.5", "1e5", "120, 5", "٣٠", "+30", "30 s", "22 Nov", "Sun, 99 Nov 2026 10:00"]
)
def test_a_wait_that_cannot_be_read_is_one_all_the_same(text: str) -> None:
    assert retry_after(text, START) == 60


@pytest.mark.parametrize("text", [None, "", "  "])
def test_without_a_word_there_is_no_wait(text: str | None) -> None:
    assert retry_after(text, START) is None


@pytest.mark.parametrize(
    "text", [None, "", "x", "Sun, 22 Nov 99999 10:00:00 GMT", "\x00", "Sun, 22 Nov 2026 25:00:00 GMT"]
)
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert http_date(text) is None
