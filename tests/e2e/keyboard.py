"""Somebody without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_STOPS = 200

NOTE_LOOKS = """() => {
  for (const each of document.querySelectorAll('*')) {
    each.plainOutline = getComputedStyle(each).outline;
  }
}"""
FOCUSED = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const chain = [];
  for (let each = here; each && each !== document.body; each = each.parentElement) chain.push(each);
  const seen = chain.some((each) => {
    const style = getComputedStyle(each);
    return style.outline !== each.plainOutline && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  if (here.stopNumber === undefined) here.stopNumber = (window.stops = (window.stops || 0) + 1);
  const name = (here.labels && here.labels[0] || here).innerText || here.ariaLabel || '';
  const box = here.getBoundingClientRect();
  return { name, value: here.value || '', seen, number: here.stopNumber, top: box.top, bottom: box.bottom };
}"""
REACHABLE = "a[href], button, summary, input:not([type=hidden], [type=radio]:not(:checked)), select, textarea"


class Keyboard:
    """Somebody without a mouse: every stop must be visible."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> dict[str, Any] | None:
        """Go one stop on; None where the focus left the page's parts."""
        self.page.keyboard.press("Tab")
        stop: dict[str, Any] | None = self.page.evaluate(FOCUSED)
        if stop is not None:
            assert stop["seen"], f"the focus cannot be seen on {stop['name'] or stop['value']!r} of {self.page.url}"
            assert 0 <= stop["top"] < self.page.viewport_size["height"], f"{stop['name']!r} is off the screen"  # type: ignore[index]
        return stop

    def to(self, words: str) -> None:
        """Go on until the stop with this name or value."""
        self.page.evaluate(NOTE_LOOKS)
        for _ in range(MOST_STOPS):
            stop = self.tab()
            if stop and (words in stop["name"] or words == stop["value"]):
                return
        pytest.fail(f"{words!r} cannot be reached by keyboard on {self.page.url}")

    def all_stops(self) -> int:
        """Go through the whole page once; return how many different stops there are.

        A field for a day holds the focus for several strokes: one for each of its parts.
        """
        self.page.evaluate(NOTE_LOOKS)
        numbers: list[int] = []
        for _ in range(MOST_STOPS):
            stop = self.tab()
            if stop is None or stop["number"] in numbers[:-1]:
                break
            if stop["number"] not in numbers:
                numbers.append(stop["number"])
        return len(numbers)
