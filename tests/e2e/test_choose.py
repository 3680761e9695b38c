"""Choosing by mouse and by keyboard, without any script: the summary follows what is picked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.inside import LOCALES
from tests.e2e.keyboard import Keyboard
from tests.e2e.test_pages import scrolls_sideways

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.e2e.inside import Inside
    from tests.e2e.person import Profile

pytestmark = pytest.mark.browser

GROUPS = ["accounts", "payments", "transactions", "parties"]
NARROW = 320


def seen(page: Page, kind: str) -> list[str]:
    """Return the groups that a list of the summary shows just now, by their keys."""
    return [key for key in GROUPS if page.locator(f".choice-card .{kind}-{key}").locator("visible=true").count()]


def pick(page: Page, name: str) -> None:
    """Click the label of a field."""
    page.locator(f"label:has(#{name})").click()


def boxes(page: Page) -> Locator:
    """Return the boxes that can be ticked just now."""
    return page.locator(".pick input").locator("visible=true")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_without_a_script_the_summary_says_what_is_picked_and_continue_leads_to_it(
    new_profile: Callable[..., Profile], place: Inside, language: str
) -> None:
    viewport = {"width": NARROW, "height": 640}
    page = new_profile(locale=LOCALES[language], viewport=viewport, java_script_enabled=False).context.new_page()
    page.goto(f"{place.origin}/")
    page.locator('a[href="/connect/choose"]').click()
    page.wait_for_url("**/connect/choose")
    assert (seen(page, "yes"), seen(page, "no"), boxes(page).count()) == (GROUPS, [], 0)
    assert not page.locator(".choice-no").is_visible()

    pick(page, "what-balances")
    assert (seen(page, "yes"), seen(page, "no"), boxes(page).count()) == (GROUPS[:1], GROUPS[1:], 0)

    pick(page, "what-own")
    assert (seen(page, "yes"), seen(page, "no"), boxes(page).count()) == (GROUPS[:1], GROUPS[1:], 3)
    pick(page, "group-transactions")
    assert (seen(page, "yes"), seen(page, "no")) == (["accounts", "transactions"], ["payments", "parties"])

    pick(page, "days-1")
    assert page.locator(".choice-card p").locator("visible=true").count() == 1
    until = page.locator(".choice-card strong").locator("visible=true").inner_text()
    assert until == "29/11/2026"
    assert not scrolls_sideways(page)
    page.locator(".choose .button").click()
    page.wait_for_url("**/connect?*")
    assert page.locator(".with-icon").count() == 2
    assert page.locator(".until strong").inner_text() == until
    assert not scrolls_sideways(page)


def test_a_choice_is_made_by_keyboard_alone(open_page: Callable[..., Page], place: Inside) -> None:
    """CX-55: the arrows go through the cards of a row, the space bar ticks a box, and the focus is seen."""
    page = open_page("en")
    keys, press = Keyboard(page), page.keyboard.press
    page.goto(f"{place.origin}/connect/choose")
    keys.to("Everything shown here")
    press("ArrowDown")
    keys.to("Contact and Party Details")
    press("Space")
    keys.to("30 days")
    press("ArrowDown")
    keys.to("Continue")
    press("Enter")
    page.wait_for_url("**/connect?*")
    assert page.url.endswith("?what=own&group=parties&days=90")
    assert page.locator(".until strong").inner_text() == "20/02/2027"
