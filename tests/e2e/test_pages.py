"""What holds for pages in a browser: width, weight, the keyboard. Complaints of the browser fail every test here."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.expected import PEOPLE, THREE
from tests.e2e.keyboard import REACHABLE, Keyboard
from tests.e2e.person import Person, held_back
from tests.e2e.tour import OPEN
from tpp.pages import failures_return

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from tests.e2e.person import Profile
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

NARROW = 320
MOST_REQUESTS = 5
MOST_BYTES = 30_000

PLAIN_PAGES = ("/", "/connect", "/accounts", "/signed-out", "/privacy", "/terms", "/no-such-page")
FAILURES = tuple(f"/connect/ended/{reason}" for reason in sorted(failures_return.PAGES["starter-kit"]))


def scrolls_sideways(page: Page) -> bool:
    """Whether something is wider than the window, once the page is whole."""
    page.wait_for_load_state("load")
    wide, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return bool(wide > window)


@contextmanager
def weighed(person: Person) -> Iterator[list[int]]:
    """Collect the bytes over the wire, headers included, of every request inside."""
    sizes: list[int] = []
    channel = person.context.new_cdp_session(person.page)
    channel.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    channel.send("Network.enable")
    yield sizes
    person.page.wait_for_load_state("networkidle")
    channel.detach()


@pytest.fixture
def narrow(new_profile: Callable[..., Profile], stack: Stack) -> Person:
    """Return somebody with a small telephone."""
    return Person(new_profile(viewport={"width": NARROW, "height": 640}), stack)


def opened_wide(person: Person) -> bool:
    """Open every expander of the page in front; return whether it scrolls sideways then."""
    person.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    return scrolls_sideways(person.page)


def test_no_plain_page_scrolls_sideways_at_320_px(narrow: Person) -> None:
    """CX-55, WCAG 1.4.10: with every expander open."""
    wide = []
    for path in PLAIN_PAGES:
        narrow.open(path)
        wide += [path] if opened_wide(narrow) else []
    assert wide == []


@pytest.mark.slow  # the fast tests see these pages, in Arabic, on the tour past every page
def test_no_page_of_the_journey_scrolls_sideways_at_320_px(narrow: Person) -> None:
    """CX-55, WCAG 1.4.10: ours and the bank's, with every account and with the amounts hidden."""
    wide = []

    def look(name: str) -> None:
        if scrolls_sideways(narrow.page):
            wide.append(name)

    narrow.open("/")
    with held_back(narrow.context):
        narrow.press("Proceed using AlTareq")
        narrow.page.get_by_role("link", name="Continue to Model Bank").wait_for()
        look("interstitial")
        narrow.press("Continue to Model Bank")
        look("login")
        narrow.log_in()
        narrow.tick(PEOPLE["rora"])
        look("accounts at the bank")
        narrow.authorize()
        narrow.page.get_by_role("link", name="Continue to Mizan").wait_for()
        look("way back")
    narrow.press("Continue to Mizan")
    narrow.arrive()
    look("accounts")
    narrow.press("Hide amounts")
    look("hidden amounts")
    narrow.open("/sign-out")
    look("sign out")
    assert wide == []


def test_the_first_load_is_at_most_5_requests_and_30_kb(person: Person, stack: Stack) -> None:
    """The bar of the first visit, with an empty cache and compressed as a browser asks for it."""
    with weighed(person) as sizes:
        person.open("/")
    sheet = person.page.locator("link[rel=stylesheet]").count()
    assert len(sizes) > sheet, "the page and its style sheet were not measured"
    icon = person.page.locator("link[rel=icon]").get_attribute("href")
    sizes.append(len(person.context.request.get(f"{stack.origin}{icon}").body()) + 1000)
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES, sizes


def test_the_accounts_page_keeps_the_same_weight(person: Person) -> None:
    """With every account, on a first visit to it."""
    person.be_connected(accounts=PEOPLE["rora"])
    with weighed(person) as sizes:
        person.open("/accounts")
    assert 1 <= len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES, sizes


def test_the_page_of_one_account_keeps_the_same_weight(person: Person) -> None:
    """With its script and a whole page of transactions, on a first visit to it."""
    account_id = PEOPLE["rora"][0].account_id
    person.be_connected(accounts=PEOPLE["rora"])
    with weighed(person) as sizes:
        person.open(f"/accounts/{account_id}")
    expect(person.page.locator("script")).to_have_count(1)
    expect(person.page.locator(".movement")).to_have_count(25)
    assert 3 <= len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES, sizes


def test_the_whole_journey_goes_by_keyboard_with_a_visible_focus(person: Person, stack: Stack) -> None:
    """CX-12, CX-55: expanders, the button, the bank's pages, hiding and signing out, without a pointer."""
    keys = Keyboard(person.page)
    press = person.page.keyboard.press
    person.open("/")
    keys.to("Your Account Details")
    press("Enter")
    expect(person.page.locator("details[open]")).to_have_count(1)
    keys.to("Proceed using AlTareq")
    press("Enter")
    person.page.wait_for_url("**/login")
    keys.to("Login")
    person.page.keyboard.type("rora")
    keys.to("Password")
    person.page.keyboard.type("rora")
    press("Enter")
    person.page.wait_for_url("**/accounts")
    offered = [each.account_id for each in PEOPLE["rora"]]
    for account in sorted(THREE, key=lambda each: offered.index(each.account_id)):
        keys.to(account.account_id)
        press("Space")
    keys.to("Authorize using AlTareq")
    press("Enter")
    person.arrive()
    assert person.rows() == person.due(THREE)
    keys.to("Hide amounts")
    press("Enter")
    expect(person.page.get_by_role("button", name="Show amounts")).to_be_visible()
    keys.to("Sign out")
    press("Enter")
    person.page.wait_for_url("**/sign-out")
    person.page.locator("#main").focus()
    keys.to("Sign out")
    press("Enter")
    person.page.wait_for_url(f"{stack.origin}/signed-out")
    assert person.profile.presses == []


@pytest.mark.slow  # as above
def test_everything_that_can_be_pressed_is_a_stop_of_the_keyboard(person: Person) -> None:
    """CX-55: as many stops as there are links, buttons, fields and expanders, once all that folds is open."""
    keys = Keyboard(person.page)
    person.be_connected()
    for path in ("/accounts", "/sign-out", "/connect", "/privacy"):
        person.open(path)
        person.page.evaluate(OPEN)
        assert keys.all_stops() == person.page.locator(REACHABLE).count(), path


def test_the_first_stop_leads_past_the_letterhead(person: Person) -> None:
    """WCAG 2.4.1: the skip link appears with the focus and leads to the content."""
    person.open("/")
    person.page.keyboard.press("Tab")
    skip = person.page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box
    assert box["width"] > 24
    assert box["height"] >= 24
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#main")).to_be_focused()


def test_every_failure_fits_320_px_and_has_one_heading_one_action_and_a_reference(narrow: Person) -> None:
    """CX-42, CX-50, CX-55: logo, progress at the second step, one way on, something to quote."""
    wide = []
    for path in FAILURES:
        narrow.open(path)
        page = narrow.page
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.locator(".altareq-logo")).to_have_count(1)
        expect(page.locator(".progress li[aria-current=step]")).to_contain_text("Authorize")
        expect(page.locator("main a.button")).to_have_count(1)
        expect(page.locator("main code.reference")).to_have_count(1)
        wide += [path] if opened_wide(narrow) else []
    assert wide == []
