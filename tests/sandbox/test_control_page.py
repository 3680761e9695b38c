"""The control: who may use it, what a form does, what is shown, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.helpers import csrf
from tests.sandbox.reading import soup, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import RelyingParty

OWN = "http://127.0.0.1:1413"
FAULT = {"application": "bank", "route": "accounts", "kind": "status", "status": "429", "count": "2"}
POSTS = ("faults", "faults/clear", "clock", "ending", "reset")


@pytest.fixture
def browser(bank_app: Flask) -> FlaskClient:
    """Return a browser."""
    return bank_app.test_client()


def send(browser: FlaskClient, path: str, token: str | None = None, **form: str) -> TestResponse:
    """Fill a form of the page and send it."""
    token = csrf(browser.get("/control").text) if token is None else token
    return browser.post(f"/control/{path}", data={"csrf": token} | form)


def state(browser: FlaskClient) -> dict[str, Any]:
    """Return what is set and seen."""
    body: dict[str, Any] = browser.get("/control/state").get_json()
    return body


@pytest.mark.parametrize("host", ["127.0.0.1:1413", "localhost:1413", "[::1]:1413", "localhost"])
def test_a_loopback_host_without_an_origin_is_let_in(browser: FlaskClient, host: str) -> None:
    assert browser.get("/control/state", headers={"Host": host}).status_code == 200
    assert browser.post("/control/reset", json={}, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:1413", "localhost.evil", "[::"])
@pytest.mark.parametrize("path", ["", "/state", "/reset"])
def test_another_host_is_refused(browser: FlaskClient, host: str, path: str) -> None:
    method = browser.post if path == "/reset" else browser.get
    assert method(f"/control{path}", headers={"Host": host}).status_code in (400, 403)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1411"},
        {"Origin": "http://127.0.0.1:1413.evil.example"},
        {"Origin": "https://127.0.0.1:1413"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_call_from_another_site_is_refused_with_and_without_a_token(
    browser: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    headers = {"Host": "127.0.0.1:1413"} | headers
    token = csrf(browser.get("/control").text)
    assert browser.post(f"/control/{path}", data={"csrf": token}, headers=headers).status_code == 403
    assert browser.post(f"/control/{path}", json={}, headers=headers).status_code == 403


def test_a_link_to_the_page_may_be_followed_from_anywhere(browser: FlaskClient) -> None:
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert browser.get("/control", headers=followed).status_code == 200
    assert browser.post("/control/reset", json={}, headers=followed).status_code == 403
    assert browser.get("/control/state", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_banks_own_origin_is_let_in(browser: FlaskClient) -> None:
    for host in ("127.0.0.1:1413", "localhost:1413"):
        headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        assert browser.post("/control/clock", json={"offset": 5}, headers=headers).status_code == 200


def test_a_public_host_needs_the_banks_own_origin(make_bank: Callable[..., Flask]) -> None:
    browser = make_bank(public_url="https://bank.example").test_client()
    host = {"Host": "bank.example"}
    assert browser.post("/control/reset", json={}, headers=host).status_code == 403
    own = host | {"Origin": "https://bank.example"}
    assert browser.post("/control/reset", json={}, headers=own).status_code == 200
    elsewhere = {"Host": "other.example", "Origin": "https://bank.example"}
    assert browser.post("/control/reset", json={}, headers=elsewhere).status_code == 403


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_form_without_its_token_changes_nothing(browser: FlaskClient, path: str, token: str) -> None:
    browser.post("/control/clock", json={"offset": 5})
    browser.get("/control")
    assert send(browser, path, token, **FAULT, offset="9", ending="blocked").status_code == 403
    seen = state(browser)
    assert (seen["clock_offset"], seen["faults"], seen["ending"]) == (5, [], "")


def test_a_token_of_another_browser_is_refused(browser: FlaskClient, bank_app: Flask) -> None:
    foreign = csrf(bank_app.test_client().get("/control").text)
    browser.get("/control")
    assert send(browser, "clock", foreign, offset="9").status_code == 403


def test_the_cookie_is_for_the_control_alone(browser: FlaskClient) -> None:
    cookie = browser.get("/control").headers["Set-Cookie"]
    assert cookie.startswith("model_bank_control=")
    assert {"HttpOnly", "Path=/control", "SameSite=Strict"} <= set(cookie.split("; "))


def test_every_form_of_the_page_does_its_work_and_comes_back(browser: FlaskClient) -> None:
    for path, form in (("faults", FAULT), ("clock", {"offset": "-60"}), ("ending", {"ending": "hub"})):
        answer = send(browser, path, **form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/control")
    seen = state(browser)
    assert (seen["clock_offset"], seen["ending"]) == (-60, "hub")
    (fault,) = seen["faults"]
    assert {name: fault[name] for name in ("application", "route", "kind", "status", "left")} == {
        "application": "bank",
        "route": "accounts",
        "kind": "status",
        "status": 429,
        "left": 2,
    }
    page = browser.get("/control").text
    assert words(page, ".set-fault p") == ["Bank accounts : Only a status, no answer 429 for 2 calls"]
    assert words(page, "#ending option[selected]") == ["The hub cannot be reached"]
    send(browser, "faults", **(FAULT | {"count": ""}))
    send(browser, "faults/clear", fault_id=fault["fault_id"])
    assert words(browser.get("/control").text, ".set-fault p") == [
        "Bank accounts : Only a status, no answer 429 until cleared"
    ]
    send(browser, "reset")
    assert state(browser)["faults"] == []


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("clock", {"offset": "soon"}),
        ("clock", {"offset": 10**12}),
        ("clock", {"offset": True}),
        ("clock", {"offset": 1.5}),
        ("ending", {"ending": "happy"}),
        ("ending", {"ending": ["blocked"]}),
        ("faults", {}),
        ("faults", FAULT | {"application": "app"}),
        ("faults", FAULT | {"kind": "fire"}),
        ("faults", FAULT | {"route": ""}),
        ("faults", FAULT | {"route": "/a\r\nb"}),
        ("faults", FAULT | {"count": 0}),
        ("faults", FAULT | {"status": 42}),
        ("faults", FAULT | {"latency_ms": -1}),
        ("faults/clear", {"fault_id": 7}),
    ],
)
def test_a_value_that_cannot_be_used_changes_nothing(browser: FlaskClient, path: str, values: dict[str, Any]) -> None:
    before = state(browser)
    answer = browser.post(f"/control/{path}", json=values)
    assert answer.status_code == 422
    assert set(answer.get_json()) == {"error"}
    assert state(browser)["faults"] == before["faults"]
    assert browser.post(f"/control/{path}", json=[]).status_code == 422


def test_a_form_with_a_wrong_value_says_so(browser: FlaskClient) -> None:
    answer = send(browser, "clock", offset="soon")
    assert answer.status_code == 422
    assert words(answer.text, "[role=alert]") == ["A value cannot be used. Nothing was changed."]


def test_people_consents_and_counters_are_shown(party: RelyingParty) -> None:
    party.connected("rora", ConsentId="c-1")
    seen = state(party.browser)
    assert seen["people"][0] == {"username": "mits", "password": "mits", "accounts": 3}
    (consent,) = seen["consents"]
    assert (consent["consent_id"], consent["status"], consent["username"]) == ("c-1", "Authorized", "rora")
    assert seen["counters"]["consents"] == {"Authorized": 1}
    assert seen["counters"]["calls"]["bank POST /as1/token 200"] == 1
    page = party.browser.get("/control").text
    assert "c-1" in page
    assert "bank POST /as1/token" in page


def test_the_page_shows_no_secret(party: RelyingParty) -> None:
    tokens = party.connected()
    shown = party.browser.get("/control").text + party.browser.get("/control/state").text
    for secret in (tokens["access_token"], tokens["refresh_token"], tokens["id_token"], party.state, party.nonce):
        assert secret not in shown


def test_the_page_keeps_to_the_rules_of_every_page(browser: FlaskClient) -> None:
    for _ in range(2):
        browser.post("/control/faults", json=FAULT)
    answer = browser.get("/control")
    page = soup(answer.text)
    assert words(answer.text, ".strip") == ["Simulated bank. For demonstrations only; no real money."]
    assert words(answer.text, "h1") == ["Control"]
    assert not page.select("script, style, [style], [onclick], iframe")
    for box in page.select("input:not([type=hidden]), select"):
        assert page.select_one(f'label[for="{box.get("id")}"]'), box
    ids = [each["id"] for each in page.select("[id]")]
    assert len(ids) == len(set(ids))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_language_link_comes_back_to_the_control(browser: FlaskClient) -> None:
    (link,) = soup(browser.get("/control").text).select("a.language")
    answer = browser.get(str(link["href"]))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/control")
    root = soup(browser.get("/control").text).html
    assert root is not None
    assert (root["lang"], root["dir"]) == ("ar", "rtl")
    assert browser.get("/control/language/xx").status_code == 404
