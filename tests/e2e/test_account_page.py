"""The page of one account in a browser: numbers to copy, and what is printed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.inside import LOCALES
from tests.e2e.tour import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.inside import Inside
    from tests.e2e.person import Profile

pytestmark = pytest.mark.browser

SALARY = next(each for each in EVERYTHING if each.nickname == "Salary account")
CLIPBOARD = ["clipboard-read", "clipboard-write"]
SAID = {"en": ("Copy IBAN", "Copied"), "ar": ("نسخ آيبان", "تم النسخ")}
REFUSED = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }"


def account_page(new_profile: Callable[..., Profile], place: Inside, **options: object) -> Page:
    """Open the page of one account in a fresh browser."""
    context = new_profile(**{"locale": LOCALES["en"], **options}).context
    place.sign_in(context, EVERYTHING)
    page = context.new_page()
    page.goto(f"{place.origin}/accounts/{SALARY.account_id}")
    return page


@pytest.mark.parametrize("language", sorted(LOCALES))
def test_a_number_is_copied_without_its_gaps_and_that_is_said(
    new_profile: Callable[..., Profile], place: Inside, language: str
) -> None:
    page = account_page(new_profile, place, locale=LOCALES[language], permissions=CLIPBOARD)
    button, said = page.locator(".copy"), page.locator(".numbers + [role=status]")
    expect(said).to_have_text("")
    button.focus()
    page.keyboard.press("Enter")

    expect(said).to_have_text(SAID[language][1])
    expect(button).to_have_accessible_name(SAID[language][0])
    assert page.evaluate("navigator.clipboard.readText()") == SALARY.identification


def test_where_copying_is_refused_the_number_is_marked_and_nothing_is_claimed(
    new_profile: Callable[..., Profile], place: Inside
) -> None:
    page = account_page(new_profile, place)
    page.evaluate(REFUSED)
    page.locator(".copy").click()

    page.wait_for_function("getSelection().toString().length > 0")
    assert page.evaluate("getSelection().toString().replace(/ /g, '')") == SALARY.identification
    expect(page.locator(".numbers + [role=status]")).to_have_text("")


def test_without_script_there_is_no_button_and_a_click_marks_the_number(
    new_profile: Callable[..., Profile], place: Inside
) -> None:
    page = account_page(new_profile, place, java_script_enabled=False)

    expect(page.locator(".numbers data")).to_be_visible()
    expect(page.locator(".copy")).to_have_count(0)
    assert page.locator(".numbers bdi").evaluate("(each) => getComputedStyle(each).userSelect") == "all"


@pytest.mark.parametrize("path", ["", "?q=salary"])
def test_an_account_is_printed_with_its_name_balances_and_list_and_nothing_to_press(
    new_profile: Callable[..., Profile], place: Inside, path: str
) -> None:
    page = account_page(new_profile, place)
    page.goto(page.url + path)
    page.emulate_media(media="print")

    for printed in (".brand", "h1", ".numbers", ".account-sum .money", ".found h2", ".movement", ".account-source"):
        expect(page.locator(printed).first).to_be_visible()
    left_out = "button, form, input, select, .tabs, .nav, .foot, .strip, .account-others, .action"
    assert page.locator(left_out).locator("visible=true").count() == 0
    assert page.locator(".movement details[open]").count() == 0
    assert page.locator(".filter-chip").count() == (1 if path else 0), "what the list is cut down to is printed"
