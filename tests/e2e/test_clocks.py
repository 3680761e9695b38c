"""What a test expects stands at the time of what it looks at, whatever day it is on this machine."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from sandbox.ledger.ledger import ledger_at
from sandbox.people.published import RORA
from tests.clock import START
from tests.e2e.expected import THREE, rows_between, rows_of, rows_on
from tests.e2e.walker import SECONDS, connect

if TYPE_CHECKING:
    from tests.e2e.inside import Inside
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.days


def test_a_product_whose_clock_stands_shows_the_figures_of_that_day(place: Inside) -> None:
    page = connect(place.origin, "rora", RORA).get(f"{place.origin}/accounts", timeout=SECONDS).text
    assert rows_on(page) == rows_of(RORA, place.clock())


def test_a_product_that_runs_as_a_process_shows_the_figures_of_now(stack: Stack) -> None:
    page = connect(stack.origin, "rora", RORA).get(f"{stack.origin}/accounts", timeout=SECONDS).text
    assert rows_on(page) == stack.due(RORA, page)


def test_while_an_entry_is_booked_the_figures_before_and_after_it_are_right_and_no_others() -> None:
    account = THREE[0]
    booked = next(flow.booked for flow in ledger_at(account, START) if flow.status == "Booked" and flow.minor)
    span = (booked - timedelta(seconds=5), booked + timedelta(seconds=5))
    before, after = (rows_of([account], instant) for instant in span)
    older = rows_of([account], booked - timedelta(days=90))
    assert older not in (before, after)
    assert rows_between([account], *span, before) == before
    assert rows_between([account], *span, after) == after
    assert rows_between([account], *span, older) != older
