"""The bank's pages beside the journey: its customers' list and the control, on a small telephone and for axe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe

from sandbox.stage.controls import KINDS
from tests.e2e.expected import PEOPLE
from tests.e2e.inside import LOCALES
from tests.e2e.person import held_back
from tests.e2e.ruler import Ruler
from tests.e2e.test_accessibility import OPTIONS
from tests.e2e.test_pages import scrolls_sideways
from tests.e2e.tour import OPEN
from tests.e2e.walker import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.e2e.inside import Inside

pytestmark = pytest.mark.browser

LANGUAGES = [pytest.param(each, marks=pytest.mark.slow if each == "en" else ()) for each in LOCALES]
"""The fast tests go from right to left."""

NARROW = 320
BLANK = 3
"""The least width of a blank in the bank's type, in pixels."""

BEYOND = """() => [...document.querySelectorAll('body *')]
  .filter((each) => !each.closest('.unseen, svg'))
  .filter((each) => each.getClientRects().length)
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5 || each.getBoundingClientRect().left < -0.5)
  .map((each) => each.outerHTML.slice(0, 80))"""
"""What reaches over an edge of the window."""


GAP = """() => {
  const link = document.querySelector('.go a'), name = link.querySelector('bdi'), words = document.createRange();
  words.setStart(link, 0);
  words.setEnd(link.firstChild, link.firstChild.data.trimEnd().length);
  const [a, b] = [words.getBoundingClientRect(), name.getBoundingClientRect()];
  return Math.max(b.left - a.right, a.left - b.right);
}"""
"""How many pixels lie between the words of the link and the name."""


@pytest.fixture(scope="module")
def crowded(place: Inside) -> Iterator[Inside]:
    """Return a bank with a consent, and with every kind of fault set for a path as long as they come."""
    connect(place.origin, "rora", PEOPLE["rora"])
    route = "/rs1/open-finance/account-information/v1.2/accounts/100004000000000000000001/"
    for kind in KINDS:
        fault = {"application": "bank", "route": route + "x" * 80, "kind": kind, "latency_ms": 30_000}
        requests.post(f"{place.bank}/control/faults", json=fault, timeout=5).raise_for_status()
    requests.post(f"{place.bank}/control/clock", json={"offset": 86_461}, timeout=5).raise_for_status()
    yield place
    requests.post(f"{place.bank}/control/normal", json={}, timeout=5).raise_for_status()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_back_has_a_blank_before_the_name(open_page: Callable[..., Page], place: Inside, language: str) -> None:
    page = open_page(language, (390, 700))
    page.goto(f"{place.origin}/connect")
    with held_back(page.context):
        page.locator(".altareq-button").click()
        page.locator(".onward").click()
        page.locator("#username").fill("rora")
        page.locator("#password").fill("rora")
        page.locator("button[value=login]").click()
        page.locator(".actions button[value=cancel]").click()
        page.locator(".go a").wait_for()
        assert page.evaluate(GAP) > BLANK


@pytest.mark.parametrize("width", [NARROW, *(pytest.param(wide, marks=pytest.mark.slow) for wide in (360, 1280))])
@pytest.mark.parametrize("language", LANGUAGES)
def test_control_and_consents_fit_and_are_clean_for_axe(
    open_page: Callable[..., Page], crowded: Inside, language: str, width: int
) -> None:
    """WCAG 1.4.10 and 2.2 AA: with everything opened and the clock moved, nothing is cut and nothing scrolls aside."""
    page = open_page(language, (width, 700))
    page.goto(f"{crowded.bank}/auth1/consents")
    page.locator("#username").fill("rora")
    page.locator("#password").fill("rora")
    page.locator("button[value=login]").click()
    page.locator(".consent").first.wait_for()
    faults, ruler = [], Ruler(page)
    for path in ("/auth1/consents", "/control"):
        page.goto(crowded.bank + path)
        assert page.locator("html").get_attribute("lang") == language
        page.evaluate(OPEN)
        ruler.measure(path)
        faults += [path] if scrolls_sideways(page) else []
        faults += page.evaluate(BEYOND)
        faults += [each["id"] for each in Axe().run(page, options=OPTIONS).response["violations"]]
    assert faults + ruler.faults == []
