"""The journey in the browser. AUTH-n are the items of the bank-page checklist in the domain notes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import html5lib
import pytest
from bs4 import BeautifulSoup

from sandbox import people
from tests.sandbox.helpers import BASICS, ISSUER, REDIRECT_URI, csrf, offered, way_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import Claims, Clock, RelyingParty

WRONG = {"action": "login", "username": "mits", "password": "x"}
MITS = [f"1000040000000000000000{number}" for number in ("02", "03", "05")]
RORA = [f"1000040000000000000000{n}" for n in ("01", "04", "06", "07", "08", "09", "10", "11")]


def soup(page: str) -> BeautifulSoup:
    """Return the parsed page."""
    return BeautifulSoup(page, "html5lib")


def words(page: str, selector: str) -> list[str]:
    """Return the visible words of the elements, spaces made single."""
    return [" ".join(found.get_text(" ").split()) for found in soup(page).select(selector)]


def refused_page(response: TestResponse) -> None:
    """Assert the bank's own error page: status 400, no redirect of any kind."""
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert "http-equiv" not in response.text
    assert words(response.text, "h1") == ["This page cannot be used"]


def error_of(page: str) -> tuple[str, str]:
    """Return the error pair of an interstitial."""
    told = way_back(page)
    assert told["iss"] == ISSUER
    return told["error"], told["error_description"]


# The authorization endpoint


def open_auth(party: RelyingParty, **query: str) -> TestResponse:
    """Call the authorization endpoint."""
    return party.browser.get("/auth1/auth", query_string=query)


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


@pytest.mark.parametrize(
    "query", ["", "client_id=a", "request_uri=a", "client_id=a&client_id=b&request_uri=c"]
)
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


def test_auth_2_login_comes_before_cancel_so_that_enter_logs_in(party: RelyingParty) -> None:
    page = party.browser.get(party.begin(party.pushed())).text
    assert words(page, "form button") == ["Login", "Cancel"]


@pytest.mark.parametrize("form", [("mits", "x"), ("nobody", "mits"), ("rora", "mits"), ("", "")])
def test_auth_2_the_message_does_not_tell_which_field_was_wrong(
    party: RelyingParty, form: tuple[str, str]
) -> None:
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
    assert words(page, ".help dt") == ["mits / mits", "rora / rora"]


# The Authorisation page


def test_auth_4_logo_and_progress_with_step_two_active(party: RelyingParty) -> None:
    page = party.browser.get(party.log_in()).text
    assert words(page, ".altareq") == ["الطارق AlTareq"]
    assert words(page, ".progress .step") == ["Consent (done)", "Authorize", "Complete"]
    assert words(page, '.progress [aria-current="step"] .step') == ["Authorize"]


def test_auth_5_the_heading_names_the_client(party: RelyingParty) -> None:
    page = party.browser.get(party.log_in()).text
    assert words(page, "h1") == ["Select account(s) to share information with Mizan"]


def test_auth_5_the_heading_prefers_the_trading_name_and_escapes_it(party: RelyingParty) -> None:
    page = party.browser.get(party.log_in("mits", {"OnBehalfOf": {"TradingName": "<b>Bakery</b>"}})).text
    assert words(page, "h1") == ["Select account(s) to share information with <b>Bakery</b>"]


@pytest.mark.parametrize(
    ("user", "consent", "expected"),
    [
        ("mits", {}, MITS),
        ("rora", {}, RORA),
        ("rora", {"AccountType": ["Retail"]}, [RORA[0], RORA[3], RORA[5], RORA[7]]),
        ("rora", {"AccountSubType": ["Savings"]}, [RORA[5]]),
        ("rora", {"AccountType": ["Corporate"], "AccountSubType": ["CurrentAccount"]}, [RORA[4]]),
        ("rora", {"AccountType": []}, RORA),
    ],
)
def test_auth_6_the_filters_of_the_consent_choose_what_is_offered(
    party: RelyingParty, user: str, consent: Claims, expected: list[str]
) -> None:
    assert offered(party.browser.get(party.log_in(user, consent)).text) == expected


def test_auth_7_cards_show_title_identifier_and_amounts(party: RelyingParty) -> None:
    cards = words(party.browser.get(party.log_in("rora")).text, ".card")
    assert cards[0] == "Current Account 1000 0109 0101 01 Balance 48,702.35"
    assert cards[2] == "Company charge card **** **** **** 0106 Outstanding 3,812.45 Available 16,187.55"
    assert cards[3] == "Current Account (USD) 1000 0109 0101 07 Balance USD 12,400.00"
    assert cards[4] == "Current Account 1000 0109 0101 08 Balance 1,340.15 Overdraft 5,000.00"
    assert cards[7] == "Travel prepaid card (BHD) **** **** **** 0111 Balance BHD 1,940.500"


def test_auth_7_the_dirham_sign_is_named_for_those_who_cannot_see_it(party: RelyingParty) -> None:
    page = soup(party.browser.get(party.log_in("rora")).text)
    signs = page.select(".money svg")
    assert len(signs) == 9
    assert {(sign["role"], sign["aria-label"]) for sign in signs} == {("img", "AED")}


def test_auth_8_nothing_is_ticked_at_first(party: RelyingParty) -> None:
    page = soup(party.browser.get(party.log_in("rora")).text)
    assert len(page.select("input[type=checkbox]")) == 8
    assert not page.select("input[checked]")


def test_auth_8_no_account_cannot_be_authorised(party: RelyingParty) -> None:
    answer = party.submit(party.log_in("mits", {"ConsentId": "c"}), action="authorize")
    assert answer.status_code == 422
    assert words(answer.text, "[role=alert]") == ["Select at least one account to continue."]
    assert party.consent_status("c") == "AwaitingAuthorization"


@pytest.mark.parametrize("foreign", [RORA[0], "1", "", "100004000000000000000002'"])
def test_auth_9_a_foreign_account_is_refused_and_the_choice_kept(party: RelyingParty, foreign: str) -> None:
    path = party.log_in("mits", {"ConsentId": "c"})
    answer = party.submit(path, action="authorize", account=[MITS[0], foreign])
    assert answer.status_code == 422
    assert [box["value"] for box in soup(answer.text).select("input[checked]")] == [MITS[0]]
    assert party.consent_status("c") == "AwaitingAuthorization"


def test_auth_9_an_account_outside_the_filter_is_refused(party: RelyingParty) -> None:
    path = party.log_in("mits", {"AccountType": ["Retail"]})
    assert party.submit(path, action="authorize", account=[MITS[0]]).status_code == 422


def test_auth_10_the_review_is_open_and_shows_the_groups_of_the_permissions(party: RelyingParty) -> None:
    asked = [*BASICS, "ReadAccountsDetail", "ReadDirectDebits", "ReadPartyUser", "ReadParty", "ReadConsents"]
    page = party.browser.get(party.log_in("mits", {"Permissions": asked})).text
    review = soup(page).select_one("details.review")
    assert review is not None
    assert review.has_attr("open")
    assert words(page, ".review > summary") == ["Review the information you will share"]
    titles = ["Your Account Details", "Your Regular Payments", "Contact and Party Details"]
    assert words(page, ".group > summary") == titles
    assert len(soup(page).select(".group")[0].select("p")) == 2


def test_auth_11_the_date_is_the_day_in_dubai(party: RelyingParty) -> None:
    late = datetime(2027, 3, 1, 21, 0, tzinfo=UTC)
    page = party.browser.get(party.log_in("mits", {"ExpirationDateTime": late.isoformat()})).text
    assert words(page, ".until p") == ["We will share your data until 02/03/2027"]


def test_auth_12_the_two_buttons_have_their_exact_labels_in_order(party: RelyingParty) -> None:
    page = soup(party.browser.get(party.log_in()).text)
    for mark in page.select("[aria-hidden=true]"):
        mark.decompose()
    assert [button.get_text().strip() for button in page.select(".actions button")] == [
        "Authorize using AlTareq",
        "Cancel",
    ]


def test_the_elements_come_in_the_order_of_the_standard(party: RelyingParty) -> None:
    page = party.browser.get(party.log_in()).text
    marks = ["strip", "bar", "altareq", "progress", "<h1", "cards", "review", "until", "gradient", "outline"]
    places = [page.index(mark if mark.startswith("<") else f'class="{mark}') for mark in marks[:-2]]
    places += [page.index(f"pill {mark}") for mark in marks[-2:]]
    assert places == sorted(places)


def test_cancel_rejects_the_consent(party: RelyingParty) -> None:
    answer = party.submit(party.log_in("mits", {"ConsentId": "c"}), action="cancel")
    assert error_of(answer.text) == ("access_denied", "user_rejected_consent")
    assert way_back(answer.text)["state"] == party.state
    assert party.consent_status("c") == "Rejected"


def test_auth_14_no_fitting_account_is_said_after_the_login_and_rejected_on_close(
    party: RelyingParty,
) -> None:
    path = party.log_in("mits", {"ConsentId": "c", "AccountType": ["SME"]})
    page = party.browser.get(path).text
    assert words(page, "h1") == ["Something went wrong"]
    assert words(page, ".actions button") == ["Close"]
    assert words(page, ".caption") == [
        "By pressing Close you will be returned to Mizan. No data will be shared."
    ]
    answer = party.submit(path, action="close")
    assert error_of(answer.text) == ("invalid_request", "user_lacks_eligible_accounts")
    assert party.consent_status("c") == "Rejected"


def test_a_closed_account_is_not_offered(party: RelyingParty, monkeypatch: pytest.MonkeyPatch) -> None:
    mits = people.PEOPLE[0]
    closed = replace(mits, accounts=(replace(mits.accounts[0], status="Closed"), *mits.accounts[1:]))
    monkeypatch.setitem(people.BY_SUBJECT, mits.subject, closed)
    assert offered(party.browser.get(party.log_in()).text) == MITS[1:]


@pytest.mark.parametrize("method", ["get", "post"])
def test_auth_17_ten_minutes_on_the_page_end_the_session_and_reject(
    party: RelyingParty, clock: Clock, method: str
) -> None:
    path = party.log_in("mits", {"ConsentId": "c"})
    form = {"csrf": csrf(party.browser.get(path).text), "action": "authorize", "account": MITS[0]}
    clock.advance(minutes=10)
    answer = party.browser.get(path) if method == "get" else party.browser.post(path, data=form)
    assert error_of(answer.text) == ("access_denied", "session_expired")
    assert party.consent_status("c") == "Rejected"


def test_a_consent_that_lapses_on_the_page_is_not_authorised(party: RelyingParty, clock: Clock) -> None:
    path = party.log_in("mits", {"ConsentId": "c", "ExpirationDateTime": "2026-11-22T09:33:00Z"})
    clock.advance(minutes=4)
    assert error_of(party.browser.get(path).text) == ("access_denied", "session_expired")
    assert party.consent_status("c") == "Expired"


# The way back


def test_auth_15_the_interstitial_names_the_client_and_moves_on_by_itself_and_by_a_link(
    party: RelyingParty,
) -> None:
    answer = party.submit(party.log_in(), action="authorize", account=MITS)
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert words(answer.text, "h1") == ["You'll be redirected back to M Mizan"]
    assert words(answer.text, ".wait") == ["don't close this window"]
    assert words(answer.text, ".powered p") == ["Powered by", "الطارق AlTareq"]
    link = soup(answer.text).select_one("a")
    assert link is not None
    assert str(link["href"]) in answer.text.replace("&amp;", "&").split("0;url=")[1]


def test_success_gives_code_state_and_iss(party: RelyingParty) -> None:
    told = party.authorized(ConsentId="c")
    assert list(told) == ["code", "state", "iss"]
    assert (told["state"], told["iss"]) == (party.state, ISSUER)
    assert party.consent_status("c") == "Authorized"


def test_a_state_with_any_characters_comes_back_unchanged(party: RelyingParty) -> None:
    party.state = "a&b=c+d e/ü%\"'<x>;0"
    assert party.authorized()["state"] == party.state


def test_a_redirect_uri_with_a_query_keeps_it(
    make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty]
) -> None:
    uri = REDIRECT_URI + "?here=1"
    party = make_party(make_bank(redirect_uri=uri))
    response = party.push(redirect_uri=uri)
    path = party.begin(response.get_json()["request_uri"])
    page = unquote(party.submit(path, action="cancel").text.replace("&amp;", "&"))
    assert f"0;url={uri}&error=access_denied" in page


def test_a_second_click_on_authorize_gets_the_same_answer(party: RelyingParty) -> None:
    path = party.log_in()
    form = {"csrf": csrf(party.browser.get(path).text), "action": "authorize", "account": MITS[0]}
    first, second = (way_back(party.browser.post(path, data=form).text) for _ in range(2))
    assert first == second


def test_a_second_click_on_login_goes_on(party: RelyingParty) -> None:
    path = party.begin(party.pushed())
    token = csrf(party.browser.get(path).text)
    form = {"csrf": token, "action": "login", "username": "mits", "password": "mits"}
    answers = [party.browser.post(path, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert party.browser.get(path).status_code == 303


def test_the_browsers_back_button_after_the_end_finds_an_error_page(party: RelyingParty) -> None:
    path = party.log_in()
    party.submit(path, action="authorize", account=MITS)
    refused_page(party.browser.get(path))
    refused_page(party.browser.get(path.replace("/accounts", "/login")))


def test_the_accounts_cannot_be_reached_without_the_login(party: RelyingParty) -> None:
    path = party.begin(party.pushed())
    token = csrf(party.browser.get(path).text)
    aside = path.replace("/login", "/accounts")
    for answer in (
        party.browser.get(aside),
        party.browser.post(aside, data={"csrf": token, "action": "authorize", "account": MITS}),
    ):
        assert answer.status_code == 303
        assert answer.headers["Location"] == path


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


# All pages


def every_page(party: RelyingParty) -> dict[str, str]:
    """Return one copy of each page."""
    login = party.begin(party.pushed())
    path = party.log_in("rora")
    return {
        "login": party.browser.get(login).text,
        "wrong": party.submit(login, **WRONG).text,
        "accounts": party.browser.get(path).text,
        "none chosen": party.submit(path, action="authorize").text,
        "no accounts": party.browser.get(party.log_in("mits", {"AccountType": ["SME"]})).text,
        "leave": party.submit(path, action="cancel").text,
        "error": party.browser.get("/auth1/auth").text,
        "missing": party.browser.get("/auth1/nowhere").text,
    }


def test_auth_20_every_page_says_that_the_bank_is_simulated(party: RelyingParty) -> None:
    for name, page in every_page(party).items():
        said = words(page, "body > .strip")
        assert said == ["Simulated bank. For demonstrations only; no real money."], name


def test_every_page_has_one_heading_that_starts_its_title(party: RelyingParty) -> None:
    for name, page in every_page(party).items():
        (heading,) = words(page.replace('<span class="tile" aria-hidden="true">M</span>', ""), "h1")
        (title,) = words(page, "title")
        assert title == f"{heading} \N{EN DASH} Model Bank", name


def test_every_page_is_well_formed_and_names_its_language(party: RelyingParty) -> None:
    make_parser: Any = html5lib.HTMLParser
    for name, page in every_page(party).items():
        parser = make_parser()
        parser.parse(page)
        assert not parser.errors, (name, parser.errors)
        root = soup(page).select_one("html")
        assert root is not None
        assert (root["lang"], root["dir"]) == ("en", "ltr"), name


def test_no_page_holds_a_script_or_an_inline_style(party: RelyingParty) -> None:
    for name, page in every_page(party).items():
        assert not soup(page).select("script, style, [style], [onclick], iframe"), name


def test_every_field_has_a_label_and_every_id_is_single(party: RelyingParty) -> None:
    for name, page in every_page(party).items():
        whole = soup(page)
        for box in whole.select("input:not([type=hidden])"):
            labelled = box.find_parent("label") or whole.select_one(f'label[for="{box.get("id")}"]')
            assert labelled is not None, (name, box)
        ids = [element["id"] for element in whole.select("[id]")]
        assert len(ids) == len(set(ids)), name


def test_every_page_carries_the_headers_that_keep_it_to_itself(party: RelyingParty) -> None:
    for path in (party.begin(party.pushed()), party.log_in(), "/auth1/auth", "/auth1/nowhere"):
        headers = party.browser.get(path).headers
        policy = headers["Content-Security-Policy"].split("; ")
        assert policy == [
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_the_style_sheet_may_be_kept_and_its_address_changes_with_it(party: RelyingParty) -> None:
    link = soup(party.browser.get("/auth1/auth").text).select_one("link[rel=stylesheet]")
    assert link is not None
    assert re.fullmatch(r"/auth1/static/bank\.css\?v=[0-9a-f]{12}", str(link["href"]))
    answer = party.browser.get(str(link["href"]))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert not re.findall(r"(?<![-\w])(left|right|top|bottom|width|height)\s*:", answer.text)
    answer.close()


def test_a_fault_of_ours_shows_a_page_without_detail(
    party: RelyingParty, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = party.log_in()
    monkeypatch.setattr("sandbox.authorize.card_of", None)
    answer = party.browser.get(path)
    assert answer.status_code == 500
    assert words(answer.text, "h1") == ["This page cannot be used"]
    assert "TypeError" not in answer.text
