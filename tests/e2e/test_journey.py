"""The way from the start page to the balances, and every way out of it, as a person goes them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from tests.e2e.expected import PEOPLE, THREE
from tests.e2e.person import Person, held_back
from tests.e2e.walker import SECONDS, new_client, submit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Cookie

    from tests.e2e.person import Profile
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

AT_ONCE = 8


def session_cookie(person: Person) -> Cookie:
    """Return the session's cookie."""
    found = [each for each in person.context.cookies() if each["name"] == "mizan"]
    assert len(found) == 1
    return found[0]


def test_one_own_click_leads_from_the_start_page_to_exactly_the_ticked_accounts(person: Person, stack: Stack) -> None:
    """CX-22: nothing stands between Proceed and the bank but the interstitial; the bar of one own click."""
    since = stack.mark()
    person.connect(accounts=THREE)
    assert person.rows() == person.due(THREE)
    assert person.profile.presses.count(stack.origin) == 1
    assert stack.consents(since) == stack.exchanges(since) == 1


def test_thank_you_stands_above_the_balances_right_after_the_return(person: Person) -> None:
    """CX-39, CX-40, CX-41: the completion card first, three ticks, the bank's name, the last day."""
    person.open("/")
    until = person.page.locator(".until strong").inner_text()
    person.proceed()
    person.approve()
    person.arrive()
    page = person.page
    titles = page.locator("h1, h2").all_inner_texts()
    assert titles.index("Thank you") < titles.index("Your accounts")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        card, figures = (page.locator(each).bounding_box() for each in (".thanks", ".overview"))
        assert card
        assert figures
        assert card["y"] <= figures["y"], f"the card is below the figures at {width} px"
        assert card["y"] < 200, f"the card is not on top at {width} px"
    assert page.locator(".progress li.done").count() == 3
    expect(page.locator(".thanks .facts")).to_contain_text("Model Bank")
    expect(page.locator(".thanks")).to_contain_text(f"We will access your information from your accounts until {until}")


def test_the_interstitial_names_the_bank_and_goes_there_by_link_too(person: Person, stack: Stack) -> None:
    """CX-33, CX-34: the words of the standard, and a link where the page does not move on."""
    with held_back(person.context):
        person.open("/")
        person.press("Proceed using AlTareq")
        expect(person.page.get_by_role("heading", level=1)).to_contain_text("You’ll be redirected to")
        for words in ("Model Bank", "don’t close this window", "Powered by"):
            expect(person.page.locator("body")).to_contain_text(words)
        person.press("Continue to Model Bank")
        expect(person.page).to_have_title(re.compile("^Login"))
        assert person.page.url.startswith(stack.bank)


def test_cancelling_at_the_bank_is_answered_calmly_and_can_be_taken_back(person: Person) -> None:
    """CX-42, CX-43: `user_rejected_consent` has a page of its own, without blame; a second try works (CX-49)."""
    person.open("/")
    person.proceed()
    person.log_in()
    person.press("Cancel")
    person.sees_failure("You chose not to share")
    expect(person.page.locator("main")).to_contain_text("Nothing was shared")
    expect(person.page.locator(".progress li[aria-current=step]")).to_contain_text("Authorize")
    person.press("Back to what we ask for")
    person.proceed()
    person.approve()
    person.arrive()
    assert person.rows() == person.due(THREE)


def test_cancelling_at_the_login_is_choosing_not_to_share(person: Person, stack: Stack) -> None:
    """CX-42, CX-43: nobody failed to prove who they are; no code was sent anywhere."""
    since = stack.mark()
    person.open("/")
    person.proceed()
    person.press("Cancel")
    person.sees_failure("You chose not to share")
    expect(person.page.locator("main")).to_contain_text("Nothing was shared")
    assert stack.exchanges(since) == 0


def test_three_wrong_passwords_lead_back_with_an_explanation(person: Person) -> None:
    """CX-42: the bank gives up, and we say so."""
    person.open("/")
    person.proceed()
    for _ in range(3):
        person.log_in(password="wrong")
        person.page.wait_for_load_state()
    person.sees_failure("Your bank could not confirm that it was you")


def test_the_whole_journey_needs_no_javascript(new_profile: Callable[..., Profile], stack: Stack) -> None:
    """CX-34: links and forms are all it takes."""
    person = Person(new_profile(java_script_enabled=False), stack)
    person.connect(accounts=THREE)
    assert person.rows() == person.due(THREE)
    person.press("Hide amounts")
    expect(person.page.get_by_role("button", name="Show amounts")).to_be_visible()


def test_a_visit_to_127_0_0_1_is_moved_to_the_registered_host_and_goes_on(person: Person, stack: Stack) -> None:
    """A cookie of 127.0.0.1 would be missing at the callback on localhost."""
    person.page.goto(f"http://127.0.0.1:{stack.port}/")
    assert person.page.url == f"{stack.origin}/"
    person.proceed()
    person.approve()
    person.arrive()


def test_a_double_click_on_proceed_makes_one_consent(person: Person, stack: Stack) -> None:
    """CX-35: a person who clicks twice is asked once."""
    since = stack.mark()
    person.open("/")
    person.page.get_by_role("button", name="Proceed using AlTareq").dblclick()
    expect(person.page.locator("#username")).to_be_visible()
    assert stack.consents(since) == 1
    person.approve()
    person.arrive()


def test_many_presses_at_once_of_one_form_make_one_consent(stack: Stack) -> None:
    """CX-35: whatever a browser sends twice, the bank hears of once, and all are sent to the same place."""
    since = stack.mark()
    home = new_client().get(f"{stack.origin}/", timeout=SECONDS)

    def press(_: int) -> str:
        sent = submit(new_client(), home, {"class": "altareq-button"})
        return str(BeautifulSoup(sent.text, "html5lib").select("a.onward")[0]["href"])

    with ThreadPoolExecutor(AT_ONCE) as pool:
        places = list(pool.map(press, range(AT_ONCE)))
    assert len(set(places)) == 1
    assert places[0].startswith(f"{stack.bank}/auth1/auth?")
    assert stack.count("request POST /connect 200", since) == AT_ONCE
    assert stack.consents(since) == 1


def test_reloading_the_accounts_shows_them_again_without_the_bank(person: Person, stack: Stack) -> None:
    """No second exchange of the code, and within a minute no second reading."""
    person.be_connected()
    since = stack.mark()
    for _ in range(3):
        person.page.reload()
        assert person.rows() == person.due(THREE)
    assert stack.exchanges(since) == stack.readings(since) == 0


def test_fresh_asks_the_bank_again_and_a_plain_visit_does_not(person: Person, stack: Stack) -> None:
    """A minute's rest is the page's, the customer's wish comes first: one call for the list, one per balance."""
    person.be_connected()
    since = stack.mark()
    person.open("/accounts")
    assert stack.readings(since) == 0
    person.press("Refresh")
    assert person.rows() == person.due(THREE)
    assert stack.readings(since) == 1 + len(THREE)


def test_going_back_after_success_breaks_nothing(person: Person, stack: Stack) -> None:
    """CX-38: no page of the history sends the code again, and none of ours there is an error."""
    person.connect()
    since = stack.mark()
    seen = []
    while person.page.go_back():
        seen.append(person.page.url)
        if person.page.url.startswith(stack.origin):
            assert "/connect/ended/" not in person.page.url
            assert "code=" not in person.page.url
    assert seen, "there was nowhere to go back to"
    person.open("/")
    assert person.page.url == f"{stack.origin}/accounts"
    assert person.rows() == person.due(THREE)
    assert stack.exchanges(since) == 0


def test_hidden_amounts_are_nowhere_in_the_page(person: Person, stack: Stack) -> None:
    """Not a blur: the figures are not sent, in no form, on no page, until they are asked for again."""
    everything = PEOPLE["rora"]
    person.be_connected(accounts=everything)
    shown = {text.strip().strip("\N{MINUS SIGN}") for text in person.page.locator(".money-digits").all_text_contents()}
    shown |= {text.split(".")[0] for text in shown}
    assert len(shown) > len(everything), "the sums on top count too"
    person.press("Hide amounts")
    for path in ("/accounts", "/accounts?fresh=1", "/sign-out", "/connect"):
        answer = person.context.request.get(stack.origin + path)
        if path != "/connect":
            assert [amount for amount in sorted(shown | stack.amounts(everything)) if amount in answer.text()] == []
    person.open("/accounts")
    assert re.findall(r"\d[\d,]*\.\d\d", person.page.locator("body").inner_text()) == []
    assert person.page.locator("li.entry").count() == len(everything)
    person.press("Show amounts")
    assert person.rows() == person.due(everything)


def test_signing_out_shows_nothing_more_and_the_old_cookie_opens_nothing(
    person: Person, new_profile: Callable[..., Profile], stack: Stack
) -> None:
    """Neither this browser nor a stolen copy of its cookie sees anything any more, and no new cookie is given."""
    person.be_connected()
    cookie = session_cookie(person)
    person.press("Sign out")
    person.page.locator("main").get_by_role("button", name="Sign out").click()
    assert person.heading() == "You are signed out"
    person.open("/accounts")
    assert person.heading() == "Nothing is connected in this browser"
    assert [each for each in person.context.cookies() if each["name"] == "mizan"] == []

    thief = Person(new_profile(), stack)
    thief.context.add_cookies([{"name": "mizan", "value": cookie["value"], "url": stack.origin}])
    since = stack.mark()
    answer = thief.context.request.get(f"{stack.origin}/accounts")
    assert "Nothing is connected" in answer.text()
    assert "set-cookie" not in answer.headers
    assert stack.readings(since) == 0
    thief.open("/sign-out")
    assert thief.page.url == f"{stack.origin}/signed-out", "the old cookie still has a session"


def test_going_back_after_signing_out_brings_no_figures_back(person: Person, stack: Stack) -> None:
    """On a shared computer the history must not hold them: no page of figures may be stored."""
    person.be_connected()
    assert person.rows() == person.due(THREE)
    person.press("Sign out")
    person.page.locator("main").get_by_role("button", name="Sign out").click()
    expect(person.page).to_have_url(f"{stack.origin}/signed-out")
    seen = []
    while f"{stack.origin}/accounts" not in seen and person.page.go_back():
        seen.append(person.page.url)
        assert person.rows() == []
        assert person.page.locator(".money-digits").count() == 0
    assert f"{stack.origin}/accounts" in seen, "the history did not hold the page"


def test_an_old_session_id_opens_nothing_after_the_return_from_the_bank(
    person: Person, new_profile: Callable[..., Profile], stack: Stack
) -> None:
    """CX-38, against session fixation: who knew the cookie before the login has nothing after it."""
    person.open("/")
    person.proceed()
    before = session_cookie(person)
    person.approve()
    person.arrive()
    assert session_cookie(person)["value"] != before["value"]
    other = Person(new_profile(), stack)
    other.context.add_cookies([{"name": "mizan", "value": before["value"], "url": stack.origin}])
    other.open("/accounts")
    assert other.heading() == "Nothing is connected in this browser"
