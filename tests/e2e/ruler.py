"""Measuring pages: `measures.js` runs inside them, for only a browser knows where everything came to stand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

MEASURES = Path(__file__).with_name("measures.js")
LAYOUT = ("sideways", "clipped", "overlaps")
HEIGHT = 844


class Ruler:
    """Measures one page after another and writes down what is wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: set[str] = set()
        self.faults: list[str] = []

    def measure(self, name: str, what: Iterable[str] = LAYOUT, argument: object = None) -> None:
        """Measure the page in front."""
        self.seen.add(name)
        for each in what:
            found = self.page.evaluate(f"(argument) => measures.{each}(argument)", argument)
            self.faults += [f"{name}, {each}: {fault}" for fault in dict.fromkeys(found)]
