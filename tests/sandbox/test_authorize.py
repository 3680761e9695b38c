"""The journey in the browser. AUTH-n are the items of the checklist for the pages of a bank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.helpers import csrf, way_back
from tests.sandbox.reading import MITS, RORA, WRONG, error_of, open_auth, refused_page, soup, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.sandbox.helpers import Clock, RelyingParty


# The authorization endpoint


def test_auth_needs_only_client_id_and_request_uri(party: RelyingParty) -> None:
    response = open_auth(party, client_id=party.client_id, request_uri=party.pushed())
    assert response.status_code == 303
    assert re.fullmatch(r"/auth1/interaction/[\w-]{32}/login", response.headers["Location"])


def test_auth_takes_the_query_unencoded_as_the_kit_writes_it(party: RelyingParty) -> None:
    query = f"client_id={party.client_id}&response_type=code&scope=openid&request_uri={party.pushed()}"
    assert party.browser.get(f"/auth1/auth?{query}").status_code == 303


def test_auth_16_an_unknown_request_uri_gets_an_error_page(party: RelyingParty) -> None:
    uri = "urn:ietf:params:oauth:request_uri:x"
    refused_page(open_auth(party, client_id=party.client_id, request_uri=uri))


def test_auth_16_a_request_uri_works_once(party: RelyingParty) -> None:
    uri = party.pushed()
    party.begin(uri)
    refused_page(open_auth(party, client_id=party.client_id, request_uri=uri))


def test_auth_16_an_expired_request_uri_gets_an_error_page(party: RelyingParty, clock: Clock) -> None:
    uri = party.pushed()
    clock.advance(seconds=600)
    refused_page(open_auth(party, client_id=party.client_id, request_uri=uri))


def test_auth_16_a_foreign_client_gets_an_error_page_and_spends_nothing(party: RelyingParty) -> None:
    uri = party.pushed()
    refused_page(open_auth(party, client_id="https://rp.example/other", request_uri=uri))
    assert open_auth(party, client_id=party.client_id, request_uri=uri).status_code == 303


@pytest.mark.parametrize("query", ["", "client_id=a", "request_uri=a", "client_id=a&client_id=b&request_uri=c"])
def test_auth_without_its_two_parameters_once_gets_an_error_page(party: RelyingParty, query: str) -> None:
    refused_page(party.browser.get(f"/auth1/auth?{query}"))


def test_a_head_request_does_not_spend_the_request_uri(party: RelyingParty) -> None:
    query = {"client_id": party.client_id, "request_uri": party.pushed()}
    assert party.browser.head("/auth1/auth", query_string=query).status_code == 200
    assert open_auth(party, **query).status_code == 303


def test_a_consent_that_lapsed_meanwhile_gets_an_error_page(party: RelyingParty, clock: Clock) -> None:
    uri = party.pushed({"ExpirationDateTime": "2026-11-22T09:31:00Z"})
    clock.advance(seconds=61)
    refused_page(open_auth(party, client_id=party.client_id, request_uri=uri))


# The login


def test_auth_1_the_first_screen_is_the_login_form_of_the_bank(party: RelyingParty) -> None:
    page = party.browser.get(party.begin(party.pushed())).text
    assert words(page, "h1") == ["Login"]
    assert words(page, ".bank") == ["Model Bank"]
    assert words(page, "label") == ["Login *", "Password *"]


def test_auth_1_nothing_else_is_on_the_first_screen(party: RelyingParty) -> None:
    """No landing page, no advert: one form, the other language, and the sandbox's own hint."""
    page = soup(party.browser.get(party.begin(party.pushed())).text)
    assert len(page.select("form")) == 1
    assert [link.get_text() for link in page.select("a")] == ["العربية"]
    assert [part.name for part in page.select("main > *")] == ["form", "section"]
    assert words(str(page), "main > section h2") == ["Sandbox help: people to log in as"]
    assert not page.select("img, video, iframe, dialog")


def test_auth_2_login_comes_before_cancel_so_that_enter_logs_in(party: RelyingParty) -> None:
    page = party.browser.get(party.begin(party.pushed())).text
    assert words(page, ".actions button") == ["Login", "Cancel"]
    assert [button.get_text() for button in soup(page).select("button[type=submit]")] == ["Login", "Cancel"]


def test_auth_2_without_its_script_the_page_has_no_eye(party: RelyingParty) -> None:
    """The button waits in the page, hidden, with a name that stays while its state changes; it sends nothing."""
    page = soup(party.browser.get(party.begin(party.pushed())).text)
    (eye,) = page.select("button.eye")
    assert eye.has_attr("hidden")
    assert (eye["type"], eye["aria-label"], eye["aria-pressed"]) == ("button", "Show password", "false")
    (field,) = page.select(f"#{eye['aria-controls']}")
    assert field["type"] == "password"


@pytest.mark.parametrize("form", [("mits", "x"), ("nobody", "mits"), ("rora", "mits"), ("", "")])
def test_auth_2_the_message_does_not_tell_which_field_was_wrong(party: RelyingParty, form: tuple[str, str]) -> None:
    response = party.submit(party.begin(party.pushed()), action="login", username=form[0], password=form[1])
    assert response.status_code == 422
    assert words(response.text, "[role=alert]") == ["The login or the password is not right. Try again."]
    assert 'value="mits"' not in response.text or form[0] == "mits"


def test_auth_3_three_wrong_passwords_end_the_journey_and_leave_the_consent(party: RelyingParty) -> None:
    path = party.begin(party.pushed({"ConsentId": "c"}))
    for _ in range(2):
        assert party.submit(path, **WRONG).status_code == 422
    last = party.submit(path, **WRONG)
    assert error_of(last.text) == ("access_denied", "user_failed_to_authenticate")
    assert party.consent_status("c") == "AwaitingAuthorization"


def test_auth_3_cancel_at_the_login_leaves_the_consent(party: RelyingParty) -> None:
    path = party.begin(party.pushed({"ConsentId": "c"}))
    answer = party.submit(path, action="cancel")
    assert error_of(answer.text) == ("access_denied", "user_failed_to_authenticate")
    assert party.consent_status("c") == "AwaitingAuthorization"


def test_a_login_that_takes_too_long_leaves_the_consent(party: RelyingParty, clock: Clock) -> None:
    path = party.begin(party.pushed({"ConsentId": "c"}))
    token = csrf(party.browser.get(path).text)
    clock.advance(minutes=10)
    form = {"csrf": token, "action": "login", "username": "mits", "password": "mits"}
    answer = party.browser.post(path, data=form)
    assert error_of(answer.text) == ("access_denied", "user_failed_to_authenticate")
    assert party.consent_status("c") == "AwaitingAuthorization"


def test_the_sandbox_says_who_can_log_in(party: RelyingParty) -> None:
    page = party.browser.get(party.begin(party.pushed())).text
    people = ("mits", "rora", "layla", "faris", "noor", "zayd", "nasty")
    assert words(page, ".help dt") == [f"{name} / {name}" for name in people]


# Binding


def test_two_interactions_work_side_by_side_in_one_browser(party: RelyingParty) -> None:
    first = party.log_in("mits", {"ConsentId": "one"})
    second = party.log_in("rora", {"ConsentId": "two"})
    assert first != second
    answer = way_back(party.submit(first, action="authorize", account=MITS[1]).text)
    assert "code" in answer
    assert party.consent_status("two") == "AwaitingAuthorization"
    assert "code" in way_back(party.submit(second, action="authorize", account=RORA[0]).text)


def test_another_browser_cannot_take_over_an_interaction(party: RelyingParty) -> None:
    path = party.begin(party.pushed())
    stranger = party.app.test_client()
    refused_page(stranger.get(path))
    party.begin(party.pushed(), stranger)
    refused_page(stranger.get(path))


@pytest.mark.parametrize("token", ["", "x", None])
def test_a_form_without_its_token_changes_nothing(party: RelyingParty, token: str | None) -> None:
    path = party.log_in("mits", {"ConsentId": "c"})
    form = {"csrf": token, "action": "authorize", "account": MITS[0]}
    refused_page(party.browser.post(path, data={k: v for k, v in form.items() if v is not None}))
    assert party.consent_status("c") == "AwaitingAuthorization"


def test_the_cookie_is_for_the_bank_alone(party: RelyingParty) -> None:
    response = open_auth(party, client_id=party.client_id, request_uri=party.pushed())
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("model_bank_browser=")
    assert {"HttpOnly", "Path=/auth1", "SameSite=Lax"} <= set(cookie.split("; "))


def test_the_cookie_is_secure_over_https(
    make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty]
) -> None:
    party = make_party(make_bank(public_url="https://bank.example"))
    response = party.push(aud="https://bank.example/auth1")
    assert response.status_code == 400  # the assertion still names the other issuer
    claims = party.assertion_claims(aud="https://bank.example/auth1")
    request = party.sign(party.request_claims(aud="https://bank.example/auth1"))
    form = {
        "request": request,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": party.sign(claims),
    }
    uri = party.push_form(form).get_json()["request_uri"]
    answer = open_auth(party, client_id=party.client_id, request_uri=uri)
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")
