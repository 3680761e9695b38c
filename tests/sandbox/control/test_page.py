"""The control: who may use it, what a form does, what is shown, and what is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import pytest

from sandbox.control import guard
from sandbox.control.scenes import SCENES
from sandbox.stage.controls import APPLICATIONS, KINDS
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
POSTS = ("faults", "faults/clear", "clock", "ending", "consent", "account", "normal", "reset")


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


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.0.9", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_this_machine(browser: FlaskClient, peer: str) -> None:
    assert browser.post("/control/reset", json={}, environ_base={"REMOTE_ADDR": peer}).status_code == 200


@pytest.mark.parametrize("peer", ["192.0.2.7", "10.255.255.254", "::ffff:192.0.2.7", "2001:db8::7", "", "localhost"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "127.0.0.1:1413"},
        {"Host": "localhost:1413", "Origin": "http://localhost:1413"},
        {"Host": "127.0.0.1:1413", "Origin": OWN, "Sec-Fetch-Site": "same-origin"},
        {"Host": "127.0.0.1:1413", "X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"},
    ],
)
def test_another_machine_is_refused_whatever_its_headers_say(
    browser: FlaskClient, peer: str, headers: dict[str, str]
) -> None:
    there = {"REMOTE_ADDR": peer}
    for path in ("/control", "/control/state"):
        assert browser.get(path, headers=headers, environ_base=there).status_code == 403
    for path in POSTS:
        answer = browser.post(f"/control/{path}", json=FAULT | {"offset": 9}, headers=headers, environ_base=there)
        assert answer.status_code == 403
    assert (state(browser)["clock_offset"], state(browser)["faults"]) == (0, [])


def test_a_published_bank_refuses_other_machines_too(make_bank: Callable[..., Flask]) -> None:
    browser = make_bank(public_url="https://bank.example").test_client()
    own = {"Host": "bank.example", "Origin": "https://bank.example"}
    there = {"REMOTE_ADDR": "192.0.2.7"}
    assert browser.post("/control/reset", json={}, headers=own, environ_base=there).status_code == 403


def test_an_own_address_that_is_not_loopback_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel leaves for an own address from that address, and for another from an own one."""
    left: dict[str, str] = {"192.0.2.7": "192.0.2.7", "192.0.2.8": "192.0.2.7", "2001:db8::7": "2001:DB8::7"}

    class Probe:
        """A socket that is connected and sends nothing."""

        def __init__(self, *_: object) -> None:
            self.name = ""

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            """Close nothing."""

        def connect(self, address: tuple[str, int]) -> None:
            """Choose the way, or find none."""
            if address[0] not in left:
                raise OSError
            self.name = left[address[0]]

        def getsockname(self) -> tuple[str, int]:
            """Return the address that it would leave from."""
            return self.name, 1

    monkeypatch.setattr("sandbox.control.guard.socket.socket", Probe)
    found = [peer for peer in [*left, "198.51.100.1"] if guard.is_of_this_machine(peer)]
    assert found == ["192.0.2.7", "2001:db8::7"]


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
    for path, sheet, form in (
        ("faults", "faults", FAULT),
        ("clock", "clock", {"offset": "-60"}),
        ("ending", "next", {"ending": "hub"}),
    ):
        answer = send(browser, path, **form)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/control#{sheet}")
        assert soup(browser.get("/control").text).select_one(f"section#{sheet}")
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
        ("faults", FAULT | {"code": "Consent Revoked"}),
        ("faults", FAULT | {"code": "Consent.Revoked", "kind": "html"}),
        ("faults/clear", {"fault_id": 7}),
        ("consent", {}),
        ("consent", {"consent_id": "unknown", "step": "revoke"}),
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
    assert {name: seen["people"][0][name] for name in ("username", "password", "accounts")} == {
        "username": "mits",
        "password": "mits",
        "accounts": 3,
    }
    assert all(person["about"] for person in seen["people"])
    (consent,) = seen["consents"]
    assert (consent["consent_id"], consent["status"], consent["username"]) == ("c-1", "Authorized", "rora")
    assert seen["counters"]["consents"] == {"Authorized": 1}
    assert seen["counters"]["calls"]["bank POST /as1/token 200"] == 1
    page = party.browser.get("/control").text
    assert "c-1" in page
    assert "bank POST /as1/token" in page


def test_the_bank_itself_suspends_resumes_and_revokes(party: RelyingParty) -> None:
    token = party.connected(ConsentId="c-1")["access_token"]
    for step, status, answer in (
        ("suspend", "Suspended", 403),
        ("resume", "Authorized", 200),
        ("revoke", "Revoked", 403),
    ):
        assert send(party.browser, "consent", consent_id="c-1", step=step).status_code == 303
        assert party.consent_status("c-1") == status
        assert party.read("/accounts", token).status_code == answer
    client = party.token(grant_type="client_credentials", scope="accounts").get_json()["access_token"]
    assert party.read("/account-access-consents/c-1", client).get_json()["Data"]["RevokedBy"] == "LFI"
    assert send(party.browser, "consent", consent_id="c-1", step="resume").status_code == 422
    assert party.consent_status("c-1") == "Revoked"


def test_only_the_steps_that_fit_are_offered(party: RelyingParty) -> None:
    party.connected(ConsentId="c-1")
    (consent,) = state(party.browser)["consents"]
    assert consent["steps"] == ["revoke", "suspend"]
    assert words(party.browser.get("/control").text, ".granted button") == ["Suspend", "Yes, revoke"]
    send(party.browser, "consent", consent_id="c-1", step="suspend")
    assert words(party.browser.get("/control").text, ".granted button") == ["Resume", "Yes, revoke"]
    send(party.browser, "consent", consent_id="c-1", step="revoke")
    assert words(party.browser.get("/control").text, ".granted button") == []


def test_every_button_of_the_clock_moves_it_and_the_last_one_back(browser: FlaskClient) -> None:
    def offered() -> list[str]:
        return [str(each["value"]) for each in soup(browser.get("/control").text).select('button[name="offset"]')]

    first = offered()
    assert first == ["600", "86400", "2678400", "0"]
    send(browser, "clock", offset=first[1])
    assert offered() == ["87000", "172800", "2764800", "0"]
    send(browser, "clock", offset="0")
    assert offered() == first


def test_every_scene_sets_its_fault_until_cleared(browser: FlaskClient) -> None:
    scenes = list(soup(browser.get("/control").text).select(".smalls > form"))
    assert len(scenes) == len(SCENES)
    for form, (_label, values) in zip(scenes, SCENES, strict=True):
        fields = {str(each["name"]): str(each["value"]) for each in form.select("input") if each["name"] != "csrf"}
        assert send(browser, "faults", **fields).status_code == 303
        (fault,) = state(browser)["faults"]
        assert {name: fault[name] for name in values} == dict(values)
        assert fault["left"] is None
        send(browser, "faults/clear")


def test_the_page_shows_no_secret(party: RelyingParty) -> None:
    tokens = party.connected()
    shown = party.browser.get("/control").text + party.browser.get("/control/state").text
    for secret in (tokens["access_token"], tokens["refresh_token"], tokens["id_token"], party.state, party.nonce):
        assert secret not in shown


def test_the_forms_say_faults_in_words_and_send_values(browser: FlaskClient) -> None:
    page = browser.get("/control").text
    for name, values in (("kind", KINDS), ("application", APPLICATIONS)):
        options = soup(page).select(f"#{name} option")
        assert [str(option["value"]) for option in options] == list(values)
        assert not {option.get_text() for option in options} & set(values)


def test_each_kind_of_fault_has_a_word_of_its_own_in_arabic(browser: FlaskClient) -> None:
    browser.set_cookie("bank_language", "ar", domain="localhost", path="/control")
    browser.post("/control/faults", json=FAULT | {"kind": "drop"})
    page = browser.get("/control").text
    said = [option.get_text() for option in soup(page).select("#kind option")]
    assert len(set(said)) == len(KINDS)
    assert not re.search("[a-z]", "".join(said))
    assert words(page, ".set-fault p")[0].startswith("البنك accounts : إغلاق الاتصال فورًا")


def test_the_words_of_a_fault_stand_apart(browser: FlaskClient) -> None:
    browser.post("/control/faults", json=FAULT | {"latency_ms": 5})
    (line,) = soup(browser.get("/control").text).select(".set-fault p")
    assert " ".join(line.get_text().split()) == "Bank accounts: Only a status, no answer 429 5 ms for 2 calls"


def test_one_account_is_one_account(browser: FlaskClient) -> None:
    assert words(browser.get("/control").text, ".facts dd").count("1 account") == 1


def test_switched_off_there_is_no_control(make_bank: Callable[..., Flask]) -> None:
    browser = make_bank(control=False).test_client()
    for path in ("", "/state", "/language/ar", "/nowhere"):
        answer = browser.get(f"/control{path}")
        assert answer.status_code == 404
        assert words(answer.text, "h1") == ["This page cannot be used"]
    for path in POSTS:
        assert browser.post(f"/control/{path}", json=FAULT).status_code == 404


def test_switched_off_nothing_counts_that_was_set_before(
    make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty], make_kit: Callable[..., Flask]
) -> None:
    """Or a presenter's clock and faults would stay for good, with no page to take them back."""
    before = make_bank().test_client()
    for application in APPLICATIONS:
        before.post("/control/faults", json=FAULT | {"application": application, "route": "*", "count": None})
    before.post("/control/clock", json={"offset": 86400})
    before.post("/control/ending", json={"ending": "blocked"})
    party = make_party(make_bank(control=False))
    assert "code" in party.authorized()
    bank = party.app.extensions["sandbox_bank"]
    assert bank.now() == party.clock()
    kits = [make_kit(control=on).test_client().get("/nowhere").status_code for on in (True, False)]
    assert kits == [429, 404]


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
