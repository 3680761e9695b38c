"""What the control tells a presenter: what is set, the time in Dubai, what a press loses, and the way back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.control.scenes import SCENES
from sandbox.control.words import AHEAD
from tests.sandbox.helpers import csrf, details
from tests.sandbox.reading import MITS, soup, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import Clock, RelyingParty

DAY = 86_400


def tell(party: RelyingParty, path: str, **values: Any) -> dict[str, Any]:
    """Set something; return what is set and seen."""
    answer = party.machine.post(f"/control/{path}", json=values)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def press(party: RelyingParty, path: str, **form: str) -> TestResponse:
    """Send a form of the page."""
    return party.browser.post(f"/control/{path}", data={"csrf": csrf(party.browser.get("/control").text)} | form)


def now(party: RelyingParty) -> str:
    """Return the words of the sheet on top."""
    (said,) = words(party.browser.get("/control").text, ".now dl")
    return said


def test_as_usual_is_said_when_nothing_is_set(party: RelyingParty) -> None:
    assert now(party) == (
        "The bank As usual Clock at the bank 13:30 22/11/2026 in Dubai (UTC+4) The real time "
        "Consents 0 active 0 suspended 0 ended"
    )
    assert words(party.browser.get("/control").text, ".right button") == ["Back to normal"]


def test_everything_that_is_set_is_in_sight_on_top(party: RelyingParty) -> None:
    tell(party, "faults", **SCENES[0][1])
    tell(party, "faults", application="kit", route="*", kind="html", count=2)
    tell(party, "ending", ending="blocked")
    tell(party, "account", account_id=MITS[1], status="Closed")
    assert words(party.browser.get("/control").text, ".now .set") == [
        "The bank is slow",
        "Starter Kit: A web page in place of the answer",
        "Next authorization: The login is blocked",
        "\u2068Household account\u2069 0103: Closed",
    ]
    assert now(party).startswith("The bank Not as usual")


def test_a_scene_that_runs_is_marked_and_its_button_ends_it(party: RelyingParty) -> None:
    for label, values in SCENES:
        tell(party, "faults", **values)
        page = party.browser.get("/control").text
        (running,) = soup(page).select(".smalls .on")
        assert running.get_text() == f"End: {label}"
        form = running.find_parent("form")
        assert form is not None
        fields = {str(each["name"]): str(each["value"]) for each in form.select("input")}
        answer = party.browser.post(str(form["action"]), data=fields)
        assert answer.status_code == 303
        assert not soup(party.browser.get("/control").text).select(".smalls .on, .set-fault")


def test_a_fault_for_some_calls_is_no_scene(party: RelyingParty) -> None:
    tell(party, "faults", **SCENES[0][1], count=3)
    assert not soup(party.browser.get("/control").text).select(".smalls .on")


def test_back_to_normal_takes_back_all_that_is_set_and_keeps_consents_and_tokens(party: RelyingParty) -> None:
    token = party.connected("mits", ConsentId="c")["access_token"]
    tell(party, "faults", application="bank", route="accounts", kind="status", status=500)
    tell(party, "clock", offset=60)
    tell(party, "ending", ending="blocked")
    tell(party, "account", account_id=MITS[1], status="Closed")
    answer = press(party, "normal")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/control")
    seen = party.machine.get("/control/state").get_json()
    assert (seen["faults"], seen["clock_offset"], seen["ending"]) == ([], 0, "")
    assert not [each for each in seen["accounts"] if each["set"]]
    assert party.read("/accounts", token).status_code == 200
    assert party.consent_status("c") == "Authorized"


@pytest.mark.parametrize(
    ("offset", "said"),
    [
        (31 * DAY, "31 days ahead of the real time"),
        (600, "10 minutes ahead of the real time"),
        (DAY + 3600, "1 day + 1 hour ahead of the real time"),
        (400 * DAY, "400 days ahead of the real time"),
        (-61, "1 minute + 1 second behind the real time"),
        (0, "The real time"),
    ],
)
def test_the_page_says_exactly_how_far_the_clock_is_moved(party: RelyingParty, offset: int, said: str) -> None:
    tell(party, "clock", offset=offset)
    page = party.browser.get("/control").text
    assert said in words(page, ".now dd")
    assert said in words(page, "#clock p")


@pytest.mark.parametrize("seconds", [seconds for seconds, _label in AHEAD])
def test_a_moved_clock_is_offered_to_be_put_back_on_top(party: RelyingParty, seconds: int) -> None:
    tell(party, "clock", offset=seconds)
    page = soup(party.browser.get("/control").text)
    (form,) = [each for each in page.select(".right form") if "Put the clock back" in each.get_text()]
    fields = {str(each["name"]): str(each["value"]) for each in form.select("input")}
    party.browser.post(str(form["action"]), data=fields)
    assert party.machine.get("/control/state").get_json()["clock_offset"] == 0


def test_what_the_page_says_of_a_moved_clock_is_so(party: RelyingParty, clock: Clock) -> None:
    """A client by the real time cannot ask for a month when the bank's month is over; put back, it can."""
    said = "The app goes by the real time, so what it asks for may be over at the bank already."
    assert said not in now(party)
    tell(party, "clock", offset=31 * DAY)
    assert said in now(party)
    ahead = party.request_claims(nbf=clock.seconds + 31 * DAY, exp=clock.seconds + 31 * DAY + 300)
    month = {"ExpirationDateTime": (clock() + timedelta(days=30)).isoformat()}
    clock.advance(days=31)  # what the client signs is taken for fresh: the kit's clock moves with the bank's
    proof = party.proof()
    clock.advance(days=-31)
    form = {"client_id": party.client_id, "request": party.sign(ahead | {"authorization_details": details(month)})}
    refused = party.push_form(form | proof)
    assert (refused.status_code, refused.get_json()["error_description"]) == (
        400,
        "ExpirationDateTime must be in the future",
    )
    tell(party, "clock", offset=0)
    assert party.push(authorization_details=details(month)).status_code == 201


def test_a_clock_that_was_ahead_and_is_put_back_ends_no_consent_for_good(party: RelyingParty) -> None:
    token = party.connected("mits", ConsentId="c")["access_token"]
    tell(party, "clock", offset=200 * DAY)
    own = party.app.test_client()
    clock_ahead = "0 active 0 suspended 1 ended"
    assert clock_ahead in now(party)
    login = {"csrf": csrf(own.get("/auth1/consents/login").text), "username": "mits", "password": "mits"}
    own.post("/auth1/consents/login", data=login)
    page = csrf(own.get("/auth1/consents").text)
    own.post("/auth1/consents", data={"csrf": page, "consent": "c", "action": "revoke"})
    tell(party, "clock", offset=0)
    assert party.read("/accounts", token).status_code == 200
    assert "1 active 0 suspended 0 ended" in now(party)


def test_every_time_of_the_page_is_that_of_dubai_and_says_so(party: RelyingParty, clock: Clock) -> None:
    clock.advance(hours=11)
    party.connected("mits", ConsentId="c")
    page = party.browser.get("/control").text
    assert words(page, ".granted dl") == ["Given 23/11/2026, 00:30 Until 21/05/2027, 13:30"]
    assert words(page, "#clock .clock") == ["00:30"]
    for sheet in (".now", "#clock", "#consents", "#calls"):
        assert "Dubai (UTC+4)" in words(page, sheet)[0], sheet
    assert not re.search(r"\d{4}-\d{2}-\d{2}|\+00:00", soup(page).get_text(" "))


def test_what_is_lost_is_asked_about_once_more_without_a_script(party: RelyingParty) -> None:
    party.connected("mits", ConsentId="c")
    page = soup(party.browser.get("/control").text)
    for button in page.select('form[action="/control/reset"] button, button[value="revoke"]'):
        asked = button.find_parent("details", class_="confirm")
        assert asked is not None, button
        assert not asked.has_attr("open")
    assert words(str(page), "#reset .asked p") == [
        "1 consent is forgotten for good, and whoever is connected in the app must connect again."
    ]
    assert words(str(page), ".granted .asked p") == ["For good: tokens and data of this consent end at once."]


def test_the_page_leads_back_to_the_app(make_bank: Callable[..., Flask]) -> None:
    bank = make_bank(redirect_uri="https://app.example:8443/hackathon-redirect", tpp_name="<b>Bakery</b>")
    page = bank.test_client().get("/control").text
    assert words(page, "a.home") == ["Back to <b>Bakery</b>"]
    (home,) = soup(page).select("a.home")
    assert home["href"] == "https://app.example:8443/"
    assert next(str(each["href"]) for each in soup(page).select(".links a")) == "https://app.example:8443/accounts"


def test_every_jump_of_the_page_arrives(party: RelyingParty) -> None:
    page = soup(party.browser.get("/control").text)
    for link in page.select('.links a[href^="#"]'):
        assert page.select_one(str(link["href"])), link


def test_older_consents_are_folded_behind_the_newest_five(party: RelyingParty, clock: Clock) -> None:
    for number in range(7):
        party.pushed({"ConsentId": f"c-{number}"})
        clock.advance(minutes=1)
    page = party.browser.get("/control").text
    assert words(page, ".granted .id") == [f"c-{number}" for number in range(6, -1, -1)]
    assert words(page, "#consents details .id") == ["c-1", "c-0"]
    assert words(page, "#consents summary") == ["2 older"]


def test_the_page_says_the_span_in_arabic(party: RelyingParty) -> None:
    tell(party, "clock", offset=31 * DAY)
    page = party.browser.get("/control", headers={"Accept-Language": "ar"}).text
    assert "متقدمة 31 يومًا على الوقت الحقيقي" in words(page, ".now .set")
