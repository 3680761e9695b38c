"""Layout: every page at every width, in both directions, enlarged, respaced, in few colours, at rest, by keyboard.

The fast tests see one of these combinations, all on one tour: `test_every_page`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.expected import THREE, rows_of, rows_on
from tests.e2e.keyboard import REACHABLE, Keyboard
from tests.e2e.ruler import HEIGHT, LAYOUT, Ruler
from tests.e2e.tour import PAGES, Tour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.e2e.inside import Inside

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = (320, 360, 390, 768, 959, 960, 1280, 1440)
ENLARGED = (320, 256)
"""A window of 1280 x 1024 at 400 % (WCAG 1.4.10)."""

TOUCH = 44

SPACED = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-block-end: 2em !important; }
"""
"""WCAG 1.4.12. Arabic joins its letters and need not stand the second, but it does."""


def walk(page: Page, place: Inside, look: Callable[[str], None], ruler: Ruler) -> None:
    """Take the whole tour; nothing may be wrong at the end, and nothing left out."""
    Tour(page, place, look).everywhere()
    assert not ruler.faults, "\n".join(ruler.faults)
    assert len(ruler.seen) == PAGES


def unreachable(keys: Keyboard, name: str) -> list[str]:
    """Go through the page in front from its beginning; return whether something to press is no stop."""
    keys.page.locator("body").evaluate(
        "(body) => { body.tabIndex = -1; body.focus(); body.removeAttribute('tabindex'); }"
    )
    stops, things = keys.all_stops(), keys.page.locator(REACHABLE).locator("visible=true").count()
    return [f"{name}: {stops} stops for {things} things"] if stops != things else []


@contextmanager
def respaced(page: Page) -> Iterator[None]:
    """Give the text of the page in front the spacing that a reader may set."""
    style = page.add_style_tag(content=SPACED)
    yield
    style.evaluate("(each) => each.remove()")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_at_every_width_everything_fits(open_page: Callable[..., Page], place: Inside, language: str) -> None:
    """CX-55, WCAG 1.4.10: nothing scrolls sideways, reaches out of its box or lies upon anything else."""
    page = open_page(language)
    ruler = Ruler(page)

    def look(name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            ruler.measure(name, LAYOUT)

    walk(page, place, look, ruler)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_at_400_percent_everything_fits_and_can_be_reached(
    open_page: Callable[..., Page], place: Inside, language: str
) -> None:
    """WCAG 1.4.10, 2.4.7, 2.4.11, 2.1.1: as many visible stops of the keyboard as there are things to press."""
    page = open_page(language, ENLARGED)
    ruler, keys = Ruler(page), Keyboard(page)

    def look(name: str) -> None:
        ruler.measure(name)
        ruler.faults += unreachable(keys, name)

    walk(page, place, look, ruler)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_readers_own_spacing_cuts_nothing_off(
    open_page: Callable[..., Page], place: Inside, language: str, width: int
) -> None:
    """WCAG 1.4.12."""
    page = open_page(language, (width, HEIGHT))
    ruler = Ruler(page)

    def look(name: str) -> None:
        with respaced(page):
            ruler.measure(name)

    walk(page, place, look, ruler)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_to_press_is_as_large_as_a_finger(
    open_page: Callable[..., Page], place: Inside, language: str, width: int
) -> None:
    """WCAG 2.5.8 wants 24 px, we want 44; links inside a sentence may be as small as its words."""
    page = open_page(language, (width, HEIGHT))
    ruler = Ruler(page)
    walk(page, place, lambda name: ruler.measure(name, ["small"], TOUCH), ruler)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_in_forced_colours_controls_keep_an_edge_and_steps_differ(
    open_page: Callable[..., Page], place: Inside, language: str, scheme: str
) -> None:
    """WCAG 1.4.1, 1.4.11: the system's colours replace ours, and nothing depended on them."""
    page = open_page(language, forced_colors="active", color_scheme=scheme)
    ruler = Ruler(page)
    walk(page, place, lambda name: ruler.measure(name, ["faint", "alike"]), ruler)


def test_who_wants_no_motion_gets_none(open_page: Callable[..., Page], place: Inside) -> None:
    """WCAG 2.3.3, CX-55: what turns for others stands still."""
    page = open_page("en", reduced_motion="reduce")
    ruler = Ruler(page)
    walk(page, place, lambda name: ruler.measure(name, ["moving"]), ruler)


def test_only_the_interstitials_move(open_page: Callable[..., Page], place: Inside) -> None:
    """The measure of the test above does see motion: the spinner, which tells that something goes on."""
    page = open_page("en", reduced_motion="no-preference")
    ruler = Ruler(page)
    Tour(page, place, lambda name: ruler.measure(name, ["moving"])).everywhere()
    assert sorted(ruler.faults) == [
        'bank: way back, moving: div.spinner "" moves',
        'redirect, moving: div.spinner "" moves',
    ]


def test_the_whole_journey_goes_by_keyboard_in_arabic(open_page: Callable[..., Page], place: Inside) -> None:
    """CX-12, CX-55: right to left the order of the stops is that of reading, and each is visible."""
    page = open_page("ar")
    keys, press = Keyboard(page), page.keyboard.press

    def to(selector: str) -> None:
        keys.to(page.locator(selector).first.inner_text())

    page.goto(f"{place.origin}/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    to(".with-icon summary")
    press("Enter")
    expect(page.locator("details[open]")).to_have_count(1)
    to(".altareq-button")
    press("Enter")
    page.wait_for_url("**/login")
    for field in ("username", "password"):
        to(f"label[for={field}]")
        page.keyboard.type("rora")
    press("Enter")
    page.wait_for_url("**/accounts")
    offered = [str(box.get_attribute("value")) for box in page.locator("input[name=account]").all()]
    for account in sorted(THREE, key=lambda each: offered.index(each.account_id)):
        keys.to(account.account_id)
        press("Space")
    to("button[value=authorize]")
    press("Enter")
    page.wait_for_url(f"{place.origin}/accounts")
    assert rows_on(page.content()) == rows_of(THREE, place.clock())
    to(".hide button")
    press("Enter")
    page.locator(".icon-eye").wait_for()
    to(".foot a[href='/sign-out']")
    press("Enter")
    page.wait_for_url("**/sign-out")
    page.locator("#main").focus()
    to("main form button")
    press("Enter")
    page.wait_for_url("**/signed-out")
