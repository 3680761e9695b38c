"""Programs of the system that tests use. Where one is missing its tests are skipped, and the run's end says so.

One line names what to install and how many tests went without, and the closing line counts them apart from other
skips. With `MIZAN_NEEDS_ALL` in the environment a missing program is an error: continuous integration skips none.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping

NEEDS_ALL = "MIZAN_NEEDS_ALL"


class MissingProgram(Exception):
    """A program is not on the path; the message says what to install."""


@dataclass(frozen=True)
class Program:
    """A program by its title, the names it may have on the path, and Debian's package of it."""

    title: str
    names: tuple[str, ...]
    package: str

    @property
    def advice(self) -> str:
        """What to do where it is missing."""
        return f"{self.title} is not installed: apt-get install {self.package}"

    @property
    def category(self) -> str:
        """How the closing line names the tests that went without."""
        return f"skipped without {self.title}"

    def find(self) -> str:
        """Return where it is. Raises MissingProgram."""
        found = next(filter(None, map(shutil.which, self.names)), None)
        if found is None:
            raise MissingProgram(self.advice)
        return found

    def find_or_skip(self) -> str:
        """Return where it is; else skip the test that asks, or fail it where nothing may be skipped."""
        try:
            return self.find()
        except MissingProgram as missing:
            if os.environ.get(NEEDS_ALL):
                pytest.fail(f"{missing} ({NEEDS_ALL} is set, so nothing is skipped)", pytrace=False)
            pytest.skip(str(missing))


CHROMIUM = Program(
    "Chromium", ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"), "chromium-headless-shell"
)
"""Without a window, and the tabs and menus around it, a page costs a third: that one is looked for first."""

FAKETIME = Program("faketime", ("faketime",), "faketime")
PROGRAMS = (CHROMIUM, FAKETIME)


def pytest_report_teststatus(report: Any) -> tuple[str, str, tuple[str, Mapping[str, bool]]] | None:
    """Count what is skipped for want of a program apart from other skips."""
    reason = report.longrepr[2] if report.skipped and isinstance(report.longrepr, tuple) else ""
    found = next((each for each in PROGRAMS if each.advice in reason), None)
    return (found.category, "s", ("SKIPPED", {"yellow": True})) if found else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line per program what to install, and how many tests were skipped."""
    for each in PROGRAMS:
        skipped = len(terminalreporter.stats.get(each.category, []))
        if skipped:
            terminalreporter.line(f"{skipped} tests skipped: {each.advice}", yellow=True)
