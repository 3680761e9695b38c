"""The bank's own page for its customers: the list, and what revoke, suspend and resume do to a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.helpers import csrf
from tests.sandbox.reading import MITS, RORA, refused, refused_page, soup, words

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import Claims, Clock, RelyingParty

PAGE = "/auth1/consents"


def enter(party: RelyingParty, user: str = "mits") -> FlaskClient:
    """Log in at the bank with a browser of its own."""
    browser = party.app.test_client()
    assert browser.get(PAGE).headers["Location"] == f"{PAGE}/login"
    form = {"csrf": csrf(browser.get(f"{PAGE}/login").text), "username": user, "password": user}
    answer = browser.post(f"{PAGE}/login", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    return browser


def act(browser: FlaskClient, consent: str, action: str) -> TestResponse:
    """Press a button of the list."""
    form = {"csrf": csrf(browser.get(PAGE).text), "consent": consent, "action": action}
    return browser.post(PAGE, data=form)


def refresh(party: RelyingParty, tokens: Claims) -> TestResponse:
    """Use the refresh token."""
    return party.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])


def test_the_list_names_client_state_accounts_and_end(party: RelyingParty) -> None:
    party.connected("mits", [MITS[1], MITS[2]])
    party.connected("mits", [MITS[0]], OnBehalfOf={"TradingName": "<i>Bakery</i>"})
    party.connected("rora", [RORA[0]], ConsentId="of-rora")
    party.submit(party.log_in("mits"), action="cancel")
    page = enter(party).get(PAGE).text
    assert words(page, "h1") == ["Your consents"]
    assert sorted(words(page, ".consent .who")) == ["<i>Bakery</i>", "Mizan"]
    (facts,) = [each for each in words(page, ".consent") if each.startswith("Mizan")]
    assert facts.startswith(
        "Mizan Given 22/11/2026, 13:30 Active Accounts Current Account Household account 10000109010103 "
        "Savings School fees 10000109010105 Until 21/05/2027 Suspend Stop sharing"
    )
    assert "of-rora" not in page


def test_the_list_is_folded_dated_in_dubai_and_begins_with_the_newest(party: RelyingParty, clock: Clock) -> None:
    for trader in ("Oldest", "Middle", "Newest"):
        party.connected("mits", OnBehalfOf={"TradingName": trader})
        clock.advance(hours=6)
    page = enter(party).get(PAGE).text
    assert words(page, ".consent > summary .about") == [
        "Newest Given 23/11/2026, 01:30",
        "Middle Given 22/11/2026, 19:30",
        "Oldest Given 22/11/2026, 13:30",
    ]
    assert "Times are those of Dubai (UTC+4)." in words(page, ".lead")[0]
    assert not soup(page).select("details[open]")
    assert [each.name for each in soup(page).select(".consent")] == ["details"] * 3


def test_to_stop_sharing_is_asked_once_more_without_a_script(party: RelyingParty) -> None:
    party.connected(ConsentId="c")
    page = enter(party).get(PAGE).text
    (stop,) = soup(page).select("button[value=revoke]")
    asked = stop.find_parent("details", class_="confirm")
    assert asked is not None
    assert not asked.has_attr("open")
    assert words(str(asked), "summary") == ["Stop sharing"]
    assert words(str(asked), "p") == ["Access ends at once and for good. To share again, connect anew at the app."]
    (pause,) = soup(page).select("button[value=suspend]")
    assert pause.find_parent("details", class_="confirm") is None


def test_who_shares_nothing_is_told_so(party: RelyingParty) -> None:
    assert "You are sharing no data with anybody." in enter(party).get(PAGE).text


def test_a_revoked_consent_ends_tokens_and_data_at_once(party: RelyingParty) -> None:
    tokens = party.connected(ConsentId="c")
    code = party.authorized(ConsentId="d")["code"]
    browser = enter(party)
    assert act(browser, "c", "revoke").headers["Location"] == PAGE
    answer = party.read("/accounts", tokens["access_token"])
    assert (answer.status_code, answer.get_json()["Errors"][0]["Code"]) == (403, "Consent.Revoked")
    refused(refresh(party, tokens), "invalid_grant")
    act(browser, "d", "revoke")
    refused(party.exchange(code), "invalid_grant")
    assert party.consent_status("c") == "Revoked"
    with party.app.app_context():
        consent = party.app.extensions["sandbox_bank"].state.get("consent", "c")
    assert consent["revoked_by"] == "LFI.InitiatedByUser"


def test_a_suspended_consent_rests_until_it_is_resumed(party: RelyingParty) -> None:
    tokens = party.connected(ConsentId="c")
    browser = enter(party)
    act(browser, "c", "suspend")
    assert party.read("/accounts", tokens["access_token"]).status_code == 403
    renewed = refresh(party, tokens)
    assert renewed.status_code == 200
    assert party.read("/accounts", renewed.get_json()["access_token"]).status_code == 403
    assert words(browser.get(PAGE).text, ".steps button") == ["Resume sharing", "Yes, stop sharing"]
    act(browser, "c", "resume")
    assert party.read("/accounts", tokens["access_token"]).status_code == 200
    assert party.consent_status("c") == "Authorized"


def test_what_is_revoked_stays_revoked(party: RelyingParty) -> None:
    party.connected(ConsentId="c")
    browser = enter(party)
    for action in ("suspend", "revoke", "resume", "suspend"):
        assert act(browser, "c", action).status_code == 303
    assert party.consent_status("c") == "Revoked"
    assert words(browser.get(PAGE).text, ".steps") == []


@pytest.mark.parametrize(("consent", "action"), [("of-rora", "revoke"), ("c", "delete"), ("nothing", "revoke")])
def test_only_ones_own_consents_and_known_steps(party: RelyingParty, consent: str, action: str) -> None:
    party.connected("mits", ConsentId="c")
    party.connected("rora", ConsentId="of-rora")
    refused_page(act(enter(party), consent, action))
    assert party.consent_status("of-rora") == party.consent_status("c") == "Authorized"


@pytest.mark.parametrize("token", ["", "x"])
def test_a_form_without_its_token_changes_nothing(party: RelyingParty, token: str) -> None:
    party.connected(ConsentId="c")
    browser = enter(party)
    refused_page(browser.post(PAGE, data={"csrf": token, "consent": "c", "action": "revoke"}))
    refused_page(browser.post(f"{PAGE}/logout", data={"csrf": token}))
    refused_page(party.app.test_client().post(PAGE, data={"csrf": token, "consent": "c", "action": "revoke"}))
    assert party.consent_status("c") == "Authorized"
    assert browser.get(PAGE).status_code == 200


def test_before_the_login_no_step_can_be_taken(party: RelyingParty) -> None:
    party.connected(ConsentId="c")
    browser = party.app.test_client()
    token = csrf(browser.get(f"{PAGE}/login").text)
    refused_page(browser.post(PAGE, data={"csrf": token, "consent": "c", "action": "revoke"}))


def test_a_wrong_password_is_told_and_the_session_changes_its_name_at_the_login(party: RelyingParty) -> None:
    browser = party.app.test_client()
    page = browser.get(f"{PAGE}/login").text
    before = browser.get_cookie("model_bank_customer", path="/auth1")
    assert [each["value"] for each in soup(page).select(".actions button")] == ["login"]
    form = {"csrf": csrf(page), "username": "mits", "password": "rora"}
    answer = browser.post(f"{PAGE}/login", data=form)
    assert answer.status_code == 422
    assert words(answer.text, "[role=alert]") == ["The login or the password is not right. Try again."]
    answer = browser.post(f"{PAGE}/login", data=form | {"password": "mits"})
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/auth1", "SameSite=Lax"} <= set(cookie.split("; "))
    after = browser.get_cookie("model_bank_customer", path="/auth1")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    stranger = party.app.test_client()
    stranger.set_cookie("model_bank_customer", before.value, path="/auth1")
    assert stranger.get(PAGE).headers["Location"] == f"{PAGE}/login"
    refused_page(stranger.post(PAGE, data={"csrf": form["csrf"], "consent": "c", "action": "revoke"}))
    refused_page(stranger.post(f"{PAGE}/login", data=form | {"password": "mits"}))
    assert browser.get(PAGE).status_code == 200


def test_three_wrong_tries_end_the_session_and_a_new_one_begins(party: RelyingParty) -> None:
    browser = party.app.test_client()
    form = {"csrf": csrf(browser.get(f"{PAGE}/login").text), "username": "mits", "password": "rora"}
    before = browser.get_cookie("model_bank_customer", path="/auth1")
    assert [browser.post(f"{PAGE}/login", data=form).status_code for _ in range(3)] == [422, 422, 403]
    refused_page(browser.post(f"{PAGE}/login", data=form | {"password": "mits"}))
    assert before is not None
    browser.set_cookie("model_bank_customer", before.value, path="/auth1")
    answer = browser.get(f"{PAGE}/login")
    assert answer.status_code == 200
    good = {"csrf": csrf(answer.text), "username": "mits", "password": "mits"}
    assert browser.post(f"{PAGE}/login", data=good).status_code == 303


def test_the_third_wrong_try_is_told_with_a_way_to_begin_again(party: RelyingParty) -> None:
    browser = party.app.test_client()
    form = {"csrf": csrf(browser.get(f"{PAGE}/login").text), "username": "mits", "password": "rora"}
    page = [browser.post(f"{PAGE}/login", data=form).text for _ in range(3)][-1]
    assert words(page, "h1") == ["Too many wrong tries"]
    assert [link["href"] for link in soup(page).select("main a")] == [f"{PAGE}/login"]


def test_the_session_ends_by_log_out_and_by_time(party: RelyingParty, clock: Clock) -> None:
    browser = enter(party)
    browser.post(f"{PAGE}/logout", data={"csrf": csrf(browser.get(PAGE).text)})
    assert browser.get(PAGE).status_code == 303
    browser = enter(party)
    clock.advance(minutes=30)
    assert browser.get(PAGE).status_code == 303


def test_the_journeys_session_is_another_one(party: RelyingParty) -> None:
    party.log_in()
    assert party.browser.get(PAGE).headers["Location"] == f"{PAGE}/login"
