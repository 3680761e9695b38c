"""AUTH-2: the eye beside the bank's password, in a real browser: what it does, and that nobody needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.inside import LOCALES
from tests.e2e.ruler import HEIGHT
from tests.e2e.test_accessibility import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.e2e.inside import Inside
    from tests.e2e.person import Profile

pytestmark = pytest.mark.browser

NAMES = {"en": "Show password", "ar": "إظهار كلمة المرور"}
TOUCH = 44
LOGIN = "/auth1/consents/login"
NOTE_TYPE = """() => document.querySelector('form').addEventListener('submit', () =>
  sessionStorage.setItem('sent as', document.querySelector('#password').type))"""


@pytest.fixture
def page(new_profile: Callable[..., Profile], place: Inside) -> Page:
    """Return a tab at the bank's login, under the bank's own policy."""
    tab = new_profile(locale=LOCALES["en"]).context.new_page()
    tab.goto(place.bank + LOGIN)
    return tab


def eye_of(page: Page, language: str = "en") -> Locator:
    """Return the eye, by the role and name that everybody meets it by."""
    return page.get_by_role("button", name=NAMES[language], exact=True)


def test_a_click_shows_the_password_and_another_hides_it_while_typing_goes_on(page: Page) -> None:
    field, eye = page.locator("#password"), eye_of(page)
    field.press_sequentially("mts")
    field.press("ArrowLeft")
    field.press("ArrowLeft")
    eye.click()
    expect(field).to_have_attribute("type", "text")
    expect(eye).to_have_attribute("aria-pressed", "true")
    expect(field).to_be_focused()
    page.keyboard.type("i")
    expect(field).to_have_value("mits")
    eye.click()
    expect(field).to_have_attribute("type", "password")
    expect(eye).to_have_attribute("aria-pressed", "false")
    expect(field).to_have_value("mits")


@pytest.mark.parametrize("key", ["Space", "Enter"])
def test_the_keyboard_reaches_the_eye_after_the_password_and_stays_on_it(page: Page, key: str) -> None:
    field, eye = page.locator("#password"), eye_of(page)
    field.fill("mits")
    field.press("Tab")
    expect(eye).to_be_focused()
    for shown in ("text", "password"):
        page.keyboard.press(key)
        expect(field).to_have_attribute("type", shown)
        expect(eye).to_be_focused()
    assert page.url.endswith(LOGIN)
    page.keyboard.press("Tab")
    expect(page.locator("button[value=login]")).to_be_focused()


def test_enter_logs_in_and_the_password_is_hidden_before_it_is_sent(page: Page) -> None:
    page.evaluate(NOTE_TYPE)
    page.locator("#username").fill("mits")
    page.locator("#password").fill("mits")
    eye_of(page).click()
    page.locator("#password").press("Enter")
    expect(page.locator("h1")).to_have_text("Your consents")
    assert page.evaluate("sessionStorage.getItem('sent as')") == "password"


def test_after_a_wrong_password_the_eye_is_there_again_and_closed(page: Page) -> None:
    page.locator("#username").fill("mits")
    page.locator("#password").fill("wrong")
    eye_of(page).click()
    page.locator("button[value=login]").click()
    expect(page.locator("#problem")).to_be_visible()
    expect(eye_of(page)).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#password")).to_have_attribute("type", "password")


def test_without_javascript_there_is_no_eye_and_the_login_works(
    new_profile: Callable[..., Profile], place: Inside
) -> None:
    page = new_profile(java_script_enabled=False, locale=LOCALES["en"]).context.new_page()
    page.goto(place.bank + LOGIN)
    expect(page.locator(".eye")).to_be_hidden()
    expect(eye_of(page)).to_have_count(0)
    page.locator("#username").fill("mits")
    page.locator("#password").fill("mits")
    page.locator("button[value=login]").click()
    expect(page.locator("h1")).to_have_text("Your consents")


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        *(("en", "light"), ("ar", "dark")),
        *(pytest.param(*each, marks=pytest.mark.slow) for each in (("en", "dark"), ("ar", "light"))),
    ],
)
def test_the_eye_is_large_enough_at_the_end_of_the_field_and_clean_for_axe(
    open_page: Callable[..., Page], place: Inside, language: str, scheme: str
) -> None:
    """WCAG 2.5.8 and the house's 44 px, closed and open, in both directions."""
    page = open_page(language, (360, HEIGHT), color_scheme=scheme)
    page.goto(place.bank + LOGIN)
    eye = eye_of(page, language)
    for _ in range(2):
        assert Axe().run(page, options=OPTIONS).response["violations"] == []
        around, field = eye.bounding_box(), page.locator("#password").bounding_box()
        assert around
        assert field
        assert min(around["width"], around["height"]) >= TOUCH
        gap = around["x"] - field["x"]
        at_end = field["width"] - around["width"] - gap if language == "en" else gap
        assert 0 <= at_end <= 2
        eye.click()
