"""The journey in the browser. AUTH-n are the items of the checklist for the pages of a bank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sandbox.pages.authorize import COOKIE, SESSION
from tests.sandbox.helpers import csrf, offered, way_back
from tests.sandbox.reading import MITS, RORA, WRONG, error_of, open_auth, refused_page, soup, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

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


@pytest.mark.parametrize(
    ("ui_locales", "accepted", "language"),
    [
        ("ar", "en", "ar"),
        ("fr ar-AE en", "en", "ar"),
        ("EN-gb ar", "ar", "en"),
        ("fr", "ar", "ar"),
        ("", "ar", "ar"),
        ("  ar", "en", "ar"),
        ("<script> \u0661", "en", "en"),
    ],
)
def test_the_bank_speaks_the_language_that_the_client_hands_on(
    party: RelyingParty, ui_locales: str, accepted: str, language: str
) -> None:
    """The first of `ui_locales` that the bank speaks; with none of them, no error and the browser's own."""
    query = {"client_id": party.client_id, "request_uri": party.pushed(), "ui_locales": ui_locales}
    answer = open_auth(party, **query)
    assert answer.status_code == 303
    page = soup(party.browser.get(answer.headers["Location"], headers={"Accept-Language": accepted}).text)
    assert page.html is not None
    assert page.html["lang"] == language


def test_what_the_person_chooses_at_the_bank_counts_more_than_what_the_client_handed_on(party: RelyingParty) -> None:
    query = {"client_id": party.client_id, "request_uri": party.pushed(), "ui_locales": "ar"}
    path = open_auth(party, **query).headers["Location"]
    (link,) = soup(party.browser.get(path).text).select("a.language")
    party.browser.get(str(link["href"]))
    page = soup(party.browser.get(path).text)
    assert page.html is not None
    assert page.html["lang"] == "en"


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
    """No landing page, no advert: one form, the other language, and the sandbox's own hint, folded away."""
    page = soup(party.browser.get(party.begin(party.pushed())).text)
    assert len(page.select("form")) == 1
    assert [link.get_text() for link in page.select("a")] == ["العربية"]
    assert [part.name for part in page.select("main > *")] == ["form", "details"]
    (help_,) = page.select("main > details")
    assert not help_.has_attr("open")
    assert words(str(page), "main > details > summary h2") == ["Sandbox help: people to log in as"]
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


def test_auth_3_cancel_at_the_login_is_a_no_and_leaves_the_consent(party: RelyingParty) -> None:
    path = party.begin(party.pushed({"ConsentId": "c"}))
    answer = party.submit(path, action="cancel")
    assert error_of(answer.text) == ("access_denied", "user_rejected_consent")
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


def begun_by_another(party: RelyingParty, **consent: str) -> tuple[FlaskClient, str]:
    """Begin in a stranger's browser and plant its cookie in the person's; return the browser and the path."""
    stranger = party.app.test_client()
    path = party.begin(party.pushed({"ConsentId": "c", **consent}), stranger)
    planted = stranger.get_cookie(COOKIE, path=path.removesuffix("/login"))
    assert planted is not None
    party.browser.set_cookie(COOKIE, planted.value, path=path.removesuffix("/login"))
    return stranger, path


def test_who_planted_the_cookie_sees_nothing_after_the_login(party: RelyingParty) -> None:
    stranger, path = begun_by_another(party)
    known = csrf(stranger.get(path).text)
    assert party.submit(path, action="login", username="mits", password="mits").status_code == 303
    inside = path.replace("/login", "/accounts")
    own = csrf(party.browser.get(inside).text)
    assert own != known
    login = {"csrf": known, "action": "login"}
    wrong = login | {"username": "rora", "password": "rora"}  # a login of one's own takes nobody's place
    for answer in (stranger.get(path), stranger.get(inside)):
        refused_page(answer)
    assert stranger.post(path, data=wrong).status_code == 422
    for token in (known, own):
        refused_page(stranger.post(inside, data={"csrf": token, "action": "authorize", "account": MITS[0]}))
    assert party.consent_status("c") == "AwaitingAuthorization"
    assert "code" in way_back(party.submit(inside, action="authorize", account=MITS[0]).text)
    refused_page(stranger.post(path, data=login))
    refused_page(stranger.post(inside, data={"csrf": own, "action": "authorize", "account": MITS[0]}))


def test_a_planted_cookie_is_never_taken_over_at_the_beginning(party: RelyingParty) -> None:
    party.browser.set_cookie(COOKIE, "planted", path="/auth1")
    path = party.begin(party.pushed())
    stranger = party.app.test_client()
    stranger.set_cookie(COOKIE, "planted", path="/auth1")
    refused_page(stranger.get(path))
    assert party.browser.get(path).status_code == 200


def test_the_login_in_one_tab_leaves_the_login_in_another_alone(party: RelyingParty) -> None:
    first, second = (party.begin(party.pushed({"ConsentId": name})) for name in ("one", "two"))
    tokens = {path: csrf(party.browser.get(path).text) for path in (first, second)}
    for path, user, account in ((second, "rora", RORA[0]), (first, "mits", MITS[0])):
        form = {"csrf": tokens[path], "action": "login", "username": user, "password": user}
        assert party.browser.post(path, data=form).status_code == 303
        assert offered(party.browser.get(path.replace("/login", "/accounts")).text)[0] == account
    for path, account in ((first, MITS[0]), (second, RORA[0])):
        answer = party.submit(path.replace("/login", "/accounts"), action="authorize", account=account)
        assert "code" in way_back(answer.text)
    assert party.consent_status("one") == party.consent_status("two") == "Authorized"


def test_a_second_click_that_never_saw_the_sessions_cookie_logs_in_again(party: RelyingParty) -> None:
    path = party.begin(party.pushed())
    inside = path.removesuffix("/login")
    form = {"csrf": csrf(party.browser.get(path).text), "action": "login", "username": "mits", "password": "mits"}
    party.browser.post(path, data=form)
    party.browser.delete_cookie(SESSION, path=inside)
    refused_page(party.browser.get(f"{inside}/accounts"))
    assert party.browser.post(path, data=form).status_code == 303
    assert offered(party.browser.get(f"{inside}/accounts").text) == MITS


@pytest.mark.parametrize("token", ["", "x", None])
def test_a_form_without_its_token_changes_nothing(party: RelyingParty, token: str | None) -> None:
    path = party.log_in("mits", {"ConsentId": "c"})
    form = {"csrf": token, "action": "authorize", "account": MITS[0]}
    refused_page(party.browser.post(path, data={k: v for k, v in form.items() if v is not None}))
    assert party.consent_status("c") == "AwaitingAuthorization"


def test_the_cookies_are_for_one_interaction_alone(party: RelyingParty) -> None:
    response = open_auth(party, client_id=party.client_id, request_uri=party.pushed())
    path = response.headers["Location"]
    answer = party.submit(path, action="login", username="mits", password="mits")
    for name, cookie in ((COOKIE, response.headers["Set-Cookie"]), (SESSION, answer.headers["Set-Cookie"])):
        assert cookie.startswith(f"{name}=")
        assert {"HttpOnly", f"Path={path.removesuffix('/login')}", "SameSite=Lax"} <= set(cookie.split("; "))


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
