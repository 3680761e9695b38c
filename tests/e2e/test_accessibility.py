"""No page of app and bank has a fault that axe-core finds, and white letters on AlTareq's gradients can be read.

The fast tests see one of these combinations, on the tour of `test_every_page`.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

import app as wiring
from tests.e2e.inside import LOCALES
from tests.e2e.ruler import HEIGHT
from tests.e2e.tour import PAGES, Tour
from tests.sheet import PATH as SHEET
from tests.stack import make_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.inside import Inside

pytestmark = pytest.mark.browser

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
SMALL_TEXT, LARGE_TEXT = 4.5, 3.0
ON_A_GRADIENT = {
    ".altareq-button": SMALL_TEXT,
    ".pill.gradient": SMALL_TEXT,
    ".going": LARGE_TEXT,
    ".leave h1": LARGE_TEXT,
}

HIDE_WORDS = "(each) => { each.style.setProperty('color', 'transparent'); each.style.setProperty('outline', 'none'); }"
SHOW_WORDS = "(each) => { each.style.removeProperty('color'); each.style.removeProperty('outline'); }"
WORST_CONTRAST = """async ({ each, picture }) => {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
  canvas.drawImage(bitmap, 0, 0);
  const share = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const around = each.getBoundingClientRect();
  const range = document.createRange();
  const walker = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
  let worst = 21;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.data.trim() || node.parentElement.closest('[aria-hidden=true]')) continue;
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      const place = [box.left - around.left, box.top - around.top, box.width, box.height].map(Math.floor);
      const { data } = canvas.getImageData(...place);
      for (let i = 0; i < data.length; i += 4) {
        const light = 0.2126 * share(data[i]) + 0.7152 * share(data[i + 1]) + 0.0722 * share(data[i + 2]);
        worst = Math.min(worst, 1.05 / (light + 0.05));
      }
    }
  }
  return worst;
}"""


class Inspector:
    """Looks at pages with axe and writes down what it finds."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: list[str] = []
        self.faults: list[str] = []
        self._axe = Axe()

    def look(self, name: str) -> None:
        """Look at the page in front."""
        self.seen.append(name)
        for each in self._axe.run(self.page, options=OPTIONS).response["violations"]:
            places = "; ".join(" ".join(map(str, node["target"])) for node in each["nodes"])
            self.faults.append(f"{name}: {each['id']} ({each['help']}) at {places}")


class Light:
    """Measures white words on gradients, and keeps the worst contrast of each kind of place."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.worst: dict[str, float] = {}

    def look(self, _: str) -> None:
        """Look at the page in front; its words are hidden meanwhile."""
        for selector in ON_A_GRADIENT:
            for each in self.page.locator(selector).all():
                each.evaluate(HIDE_WORDS)
                picture = base64.b64encode(each.screenshot(animations="disabled")).decode()
                each.evaluate(SHOW_WORDS)
                worst = self.page.evaluate(WORST_CONTRAST, {"each": each.element_handle(), "picture": picture})
                self.worst[selector] = min(worst, self.worst.get(selector, 21.0))

    def too_faint(self) -> dict[str, float]:
        """Return the places where words cannot be read."""
        return {name: worst for name, worst in self.worst.items() if worst < ON_A_GRADIENT[name]}


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
@pytest.mark.parametrize("language", LOCALES)
def test_axe_finds_nothing_anywhere(
    open_page: Callable[..., Page], place: Inside, language: str, scheme: str, width: int
) -> None:
    """WCAG 2.2 A and AA, and good practice, on every page in every state."""
    inspector = Inspector(open_page(language, (width, HEIGHT), color_scheme=scheme))
    Tour(inspector.page, place, inspector.look).everywhere()
    assert not inspector.faults, "\n".join(inspector.faults)
    assert len(set(inspector.seen)) == PAGES


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", LOCALES)
def test_white_words_on_gradients_can_be_read(
    open_page: Callable[..., Page], place: Inside, language: str, width: int
) -> None:
    """CX-31, WCAG 1.4.3, which axe cannot judge there: the worst pixel behind each word, in either direction."""
    light = Light(open_page(language, (width, HEIGHT)))
    Tour(light.page, place, light.look).main_pages()
    assert light.worst.keys() == ON_A_GRADIENT.keys()
    assert light.too_faint() == {}


def test_the_product_has_no_component_sheet(made_keys: Path, tmp_path: Path) -> None:
    """It is added to the application by tests and pictures alone."""
    app = wiring.create_app(make_settings(tmp_path))
    answer = app.test_client().get(SHEET, base_url="http://localhost:1411")
    app.extensions["mizan"].pool.shutdown()
    assert answer.status_code == 404
