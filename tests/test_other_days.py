"""The tests that depend on the time, as on other days: each in a process whose clock is moved (libfaketime)."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from sandbox.ground.instants import DUBAI
from tests.clock import machine
from tests.needs import FAKETIME
from tests.trees import tree_of

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "tests"
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time"), ("time", "time_ns")}

TODAY = machine().astimezone(DUBAI).date()
NOON = time(12, tzinfo=DUBAI)


def last_of_month(day: date) -> date:
    """Return the last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def next_leap_day(day: date) -> date:
    """Return the next 29 February."""
    year = next(year for year in range(day.year + 1, day.year + 10) if last_of_month(date(year, 2, 1)).day == 29)
    return date(year, 2, 29)


DAYS = {
    "tomorrow": datetime.combine(TODAY + timedelta(days=1), NOON),
    "last day of a month": datetime.combine(last_of_month(TODAY + timedelta(days=31)), NOON),
    "29 February": datetime.combine(next_leap_day(TODAY), NOON),
    "31 December": datetime.combine(date(TODAY.year, 12, 31), NOON),
    "a year ahead": datetime.combine(TODAY + timedelta(days=365), NOON),
    "23:59 in Dubai": datetime.combine(TODAY + timedelta(days=1), time(23, 59, tzinfo=DUBAI)),
}


def moved_to(moment: datetime) -> dict[str, str]:
    """Return an environment in which the clock stands at a moment now and goes on from there.

    The wrapper would share its clock through a lock that makes every look at it slow; a distance needs no sharing.
    """
    preload = [FAKETIME.find_or_skip(), "-m", "-f", "+0s", "printenv", "LD_PRELOAD"]
    library = subprocess.run(preload, capture_output=True, text=True, check=True).stdout.strip()
    ahead = round((moment - machine()).total_seconds())
    switches = {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1", "PYTHONPATH": str(HERE / "faketime")}
    return {**os.environ, **switches, "LD_PRELOAD": library, "FAKETIME": f"{ahead:+d}s"}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("moment", DAYS.values(), ids=DAYS)
def test_what_depends_on_the_time_holds_on_other_days(moment: datetime) -> None:
    """The product's own processes inherit the clock. Chromium would hang under it, so these go without a browser."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(HERE)]
    command += ["-m", "days and not browser"]
    ran = subprocess.run(command, cwd=ROOT, env=moved_to(moment), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-5000:] + ran.stderr[-2000:]


def test_no_test_asks_the_machine_for_the_day_but_by_the_one_clock() -> None:
    """A figure that is worked out at another time than that of the product is wrong from the next day on."""
    asked = []
    for path in HERE.rglob("*.py"):
        if path == HERE / "clock.py":
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                asked += [f"{path.name}:{node.lineno}"] * ((node.value.id, node.attr) in CLOCKS)
    assert asked == []
