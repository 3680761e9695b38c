"""The way back to the client: what it carries, and second clicks. AUTH-15."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from tests.sandbox.helpers import ISSUER, REDIRECT_URI, csrf, way_back
from tests.sandbox.reading import MITS, refused_page, soup, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.sandbox.helpers import RelyingParty


def test_auth_15_the_interstitial_names_the_client_and_moves_on_by_itself_and_by_a_link(
    party: RelyingParty,
) -> None:
    answer = party.submit(party.log_in(), action="authorize", account=MITS)
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert words(answer.text, "h1") == ["You’ll be redirected back to Mizan"]
    assert words(answer.text, ".wait") == ["don’t close this window"]
    assert words(answer.text, ".powered p") == ["Powered by", "الطارق AlTareq"]
    link = soup(answer.text).select_one("a")
    assert link is not None
    assert str(link["href"]) in answer.text.replace("&amp;", "&").split("0;url=")[1]


@pytest.mark.parametrize(
    ("consent", "actions"),
    [({}, ["authorize"]), ({}, ["cancel"]), ({"AccountType": ["SME"]}, ["close"]), ({}, ["cancel", "cancel"])],
)
def test_the_interstitial_names_whom_the_page_named(
    party: RelyingParty, consent: dict[str, list[str]], actions: list[str]
) -> None:
    path = party.log_in("mits", consent | {"OnBehalfOf": {"TradingName": "<i>Bakery</i> \u202e"}})
    page = party.browser.get(path).text
    assert words(page, "h1 bdi, .sheet > p bdi") == ["<i>Bakery</i> \u202e"]
    form = {"csrf": csrf(page), "account": MITS[0]}
    for action in actions:
        answer = party.browser.post(path, data=form | {"action": action})
        assert words(answer.text, ".name bdi") == words(answer.text, ".go bdi") == ["<i>Bakery</i> \u202e"]


def test_the_interstitial_after_the_login_page_names_whom_the_consent_names(party: RelyingParty) -> None:
    path = party.begin(party.pushed({"OnBehalfOf": {"TradingName": "Bakery"}}))
    assert words(party.submit(path, action="cancel").text, ".name") == ["Bakery"]


def test_success_gives_code_state_and_iss(party: RelyingParty) -> None:
    told = party.authorized(ConsentId="c")
    assert list(told) == ["code", "state", "iss"]
    assert (told["state"], told["iss"]) == (party.state, ISSUER)
    assert party.consent_status("c") == "Authorized"


def test_a_state_with_any_characters_comes_back_unchanged(party: RelyingParty) -> None:
    party.state = "A&b=C+d e/ü%\"'<x>;0"
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
