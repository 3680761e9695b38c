"""The return from the bank, through the whole product: the negative list and the races, in both forms of state.

The names in brackets are the modules of the OpenID conformance suite's relying-party plan that ask the same.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.stack import plain, query_of
from tpp.journey.authorization_response import read_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from werkzeug.test import TestResponse

    from tests.clock import Clock
    from tests.stack import Browser, Stack

CALLBACK = "/hackathon-redirect"
EXCHANGE = "/token/authorization-code"


@pytest.fixture(params=["opaque", "base64"])
def parts(request: pytest.FixtureRequest, start: Callable[..., AbstractContextManager[Stack]]) -> Iterator[Stack]:
    """Start the product once with each form of `state` that Starter Kits are known to use."""
    with start(kit={"state_form": request.param}) as running:
        yield running


@pytest.fixture
def person(parts: Stack) -> Browser:
    """Return a browser in front of it."""
    return parts.browser()


def reason_of(answer: TestResponse) -> str:
    """Return the reason in the clean address that a refused callback leads to."""
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/connect/ended/([a-z-]+)\?ref=[0-9a-f-]{36}", answer.location)
    assert found, answer.location
    return found[1]


def returned(person: Browser, **changes: str | list[str] | None) -> TestResponse:
    """Come back with an approved callback whose parameters are changed; None takes one away."""
    query: dict[str, Any] = query_of(person.approve(person.begin()))
    query |= changes
    kept = {name: value for name, value in query.items() if value is not None}
    return person.get(f"{CALLBACK}?{urlencode(kept, doseq=True)}")


def exchanges(parts: Stack) -> int:
    """Count the codes that were sent to the Starter Kit."""
    return parts.kit.count(EXCHANGE)


def test_callback_leads_to_the_accounts_at_a_clean_address(parts: Stack, person: Browser) -> None:
    answer = person.connect()

    assert (answer.status_code, answer.location) == (303, "/accounts")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert exchanges(parts) == 1


def test_callback_gives_the_session_a_new_id_and_retires_the_old_one(person: Browser) -> None:
    callback = person.approve(person.begin())
    before = person.client.get_cookie("mizan", domain="localhost")
    person.come_back(callback)
    after = person.client.get_cookie("mizan", domain="localhost")

    assert before is not None
    assert after is not None
    assert before.value != after.value
    person.client.set_cookie("mizan", before.value, domain="localhost")
    assert "Nothing is connected" in person.get("/accounts").text


def test_callback_rejects_a_forged_state_without_a_session(parts: Stack, person: Browser) -> None:
    """[fapi2-...-ensure-authorization-response-with-invalid-state-fails]."""
    answer = person.get(f"{CALLBACK}?code=abc&state=forged&iss={parts.bank_url}/auth1")

    assert reason_of(answer) == "no-cookie"
    assert exchanges(parts) == 0
    assert "Set-Cookie" not in answer.headers


def test_callback_rejects_a_missing_state(parts: Stack, person: Browser) -> None:
    """[...-ensure-authorization-response-without-state-fails]."""
    assert reason_of(returned(person, state=None)) == "unknown-attempt"
    assert exchanges(parts) == 0


def test_callback_rejects_a_return_to_another_browser(parts: Stack, person: Browser) -> None:
    stranger = parts.browser()
    callback = person.approve(person.begin())

    assert reason_of(stranger.come_back(callback)) == "no-cookie"
    assert exchanges(parts) == 0
    assert person.come_back(callback).location == "/accounts"


def test_callback_rejects_a_code_of_another_person_planted_in_this_browser(parts: Stack, person: Browser) -> None:
    """Login CSRF: the attacker's code reaches a victim who has an attempt under way (RFC 9700, 4.7)."""
    attacker = parts.browser()
    planted = attacker.approve(attacker.begin())
    callback = person.approve(person.begin())

    assert reason_of(person.come_back(planted)) in {"unknown-attempt", "other-window"}
    assert "Nothing is connected" in person.get("/accounts").text
    assert person.come_back(callback).location == "/accounts"


@pytest.mark.parametrize("iss", ["https://evil.example", "", "HTTP://127.0.0.1/auth1"])
def test_callback_rejects_a_wrong_issuer_and_leaves_the_attempt_alive(parts: Stack, person: Browser, iss: str) -> None:
    """[...-invalid-authorization-response-iss], RFC 9207 section 2.4."""
    callback = person.approve(person.begin())
    query = query_of(callback) | {"iss": iss}
    answer = person.get(f"{CALLBACK}?{urlencode(query)}")

    assert reason_of(answer) in {"wrong-issuer", "malformed-callback"}
    assert exchanges(parts) == 0
    assert person.come_back(callback).location == "/accounts"


def test_callback_rejects_a_missing_issuer(parts: Stack, person: Browser) -> None:
    """[...-remove-authorization-response-iss]."""
    assert reason_of(returned(person, iss=None)) == "no-issuer"
    assert exchanges(parts) == 0


def test_callback_takes_an_issuer_with_a_slash_at_its_end_for_another_one(person: Browser, parts: Stack) -> None:
    assert reason_of(returned(person, iss=f"{parts.bank_url}/auth1/")) == "wrong-issuer"


@pytest.mark.parametrize("name", ["code", "state", "iss"])
def test_callback_rejects_a_doubled_parameter(parts: Stack, person: Browser, name: str) -> None:
    """RFC 6749 section 3.1: parameters must not be included more than once."""
    query = query_of(person.approve(person.begin()))
    answer = person.get(f"{CALLBACK}?{urlencode(query)}&{urlencode({name: query[name]})}")

    assert reason_of(answer) == "malformed-callback"
    assert exchanges(parts) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"code": None},
        {"code": ""},
        {"code": "ok\x00"},
        {"code": "é"},
        {"state": "\t"},
        {"iss": "i" * 2049},
        {"error": "access_denied"},
        {"code": None, "error": "no\ntext"},
    ],
)
def test_callback_rejects_parameters_that_no_bank_sends(
    parts: Stack, person: Browser, changes: dict[str, str | None]
) -> None:
    assert reason_of(returned(person, **changes)) == "malformed-callback"
    assert exchanges(parts) == 0


def test_callback_rejects_a_return_after_ten_minutes(parts: Stack, person: Browser, clock: Clock) -> None:
    redirect = person.begin()
    clock.move(minutes=9)
    callback = person.approve(redirect)
    clock.move(minutes=1, seconds=1)

    assert reason_of(person.come_back(callback)) == "late"
    assert exchanges(parts) == 0


def test_callback_accepts_a_return_just_before_ten_minutes(person: Browser, clock: Clock) -> None:
    redirect = person.begin()
    clock.move(minutes=9, seconds=30)

    assert person.come_back(person.approve(redirect)).location == "/accounts"


def test_callback_sends_a_reloaded_return_to_the_accounts_without_a_second_exchange(
    parts: Stack, person: Browser
) -> None:
    callback = person.approve(person.begin())
    person.come_back(callback)

    assert person.come_back(callback).location == "/accounts"
    assert person.come_back(callback).location == "/accounts"
    assert exchanges(parts) == 1
    assert "Salary account" in person.get("/accounts").text


def test_callback_shows_a_reloaded_refusal_again(person: Browser) -> None:
    callback = person.refuse(person.begin())

    assert reason_of(person.come_back(callback)) == "declined"
    assert reason_of(person.come_back(callback)) == "declined"


def test_callback_exchanges_one_code_once_among_twenty_identical_requests(parts: Stack, person: Browser) -> None:
    """Seed and settled rule: each code is sent once; the others answer 303 to the accounts."""
    callback = person.approve(person.begin())
    cookie = person.client.get_cookie("mizan", domain="localhost")
    assert cookie is not None
    answers: list[TestResponse] = []
    together = threading.Barrier(20)

    def come_back() -> None:
        double = parts.browser()
        double.client.set_cookie("mizan", cookie.value, domain="localhost")
        together.wait()
        answers.append(double.come_back(callback))

    threads = [threading.Thread(target=come_back) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.location for answer in answers] == ["/accounts"] * 20
    assert exchanges(parts) == 1


def test_callback_lets_every_double_that_waited_see_the_accounts(parts: Stack, person: Browser) -> None:
    """A reload cuts the first answer off: the second one's cookie must open the same connection."""
    callback = person.approve(person.begin())
    cookie = person.client.get_cookie("mizan", domain="localhost")
    assert cookie is not None
    doubles = [parts.browser(), parts.browser()]
    for double in doubles:
        double.client.set_cookie("mizan", cookie.value, domain="localhost")
    inside, go_on = threading.Event(), threading.Event()

    def slow(environ: Any, start_response: Any) -> Any:
        inside.set()
        go_on.wait(30)
        return parts.kit.inner(environ, start_response)

    parts.kit.faults[EXCHANGE] = slow
    threads = [threading.Thread(target=double.come_back, args=(callback,)) for double in doubles]
    threads[0].start()
    assert inside.wait(30)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join()

    assert all("Salary account" in double.get("/accounts").text for double in doubles)
    assert exchanges(parts) == 1


def test_callback_ignores_head_requests_of_link_checkers(parts: Stack, person: Browser) -> None:
    callback = person.approve(person.begin())
    path = callback.removeprefix("http://localhost:1411")

    assert person.client.head(path, base_url="http://localhost:1411").status_code == 405
    assert exchanges(parts) == 0
    assert person.come_back(callback).location == "/accounts"


@pytest.mark.parametrize("first", [0, 1])
def test_callback_lets_two_tabs_come_back_in_either_order(person: Browser, clock: Clock, first: int) -> None:
    """Whichever tab returns first, the newest attempt ends well, and no return burns another tab's attempt."""
    callbacks = [person.approve(person.begin())]
    clock.move(seconds=5)
    callbacks.append(person.approve(person.begin()))
    answers = [person.come_back(callbacks[first]), person.come_back(callbacks[1 - first])]

    places = [answer.location if answer.location == "/accounts" else reason_of(answer) for answer in answers]
    assert "/accounts" in places
    assert set(places) <= {"/accounts", "other-window"}
    assert places[0 if first == 1 else 1] == "/accounts", "the newest attempt must end well"
    assert "Salary account" in person.get("/accounts").text


def test_callback_of_the_older_tab_says_continue_in_your_other_window(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock
) -> None:
    with start(kit={"state_form": "opaque"}) as parts:
        person = parts.browser()
        older = person.approve(person.begin())
        clock.move(seconds=5)
        newer = person.approve(person.begin())

        assert reason_of(person.come_back(older)) == "other-window"
        page = person.get("/connect/ended/other-window").text
        assert "Continue in your other window" in page
        assert person.come_back(newer).location == "/accounts"


def test_callback_with_an_opaque_state_leaves_the_attempt_alive_after_a_forged_refusal(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    with start(kit={"state_form": "opaque"}) as parts:
        person = parts.browser()
        callback = person.approve(person.begin())
        forged = {"error": "access_denied", "state": "anything", "iss": f"{parts.bank_url}/auth1"}

        assert reason_of(person.get(f"{CALLBACK}?{urlencode(forged)}")) == "not-approved"
        assert person.come_back(callback).location == "/accounts"


def test_callback_with_an_opaque_state_gives_up_after_three_foreign_codes(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    with start(kit={"state_form": "opaque"}) as parts:
        person = parts.browser()
        person.begin()
        base = {"state": "x", "iss": f"{parts.bank_url}/auth1"}
        reasons = [reason_of(person.get(f"{CALLBACK}?{urlencode(base | {'code': f'guess-{n}'})}")) for n in range(4)]

        assert reasons == ["other-window", "other-window", "other-window", "unknown-attempt"]
        assert exchanges(parts) == 3


def test_callback_with_a_known_state_does_not_look_at_another_attempt(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    """A state that can be read and names a consent that is not ours is foreign, not opaque."""
    with start(kit={"state_form": "base64"}) as parts:
        attacker, person = parts.browser(), parts.browser()
        foreign = query_of(attacker.approve(attacker.begin()))
        person.begin()

        assert reason_of(person.get(f"{CALLBACK}?{urlencode(foreign)}")) == "unknown-attempt"
        assert exchanges(parts) == 0


def test_callback_reports_a_refusal_at_the_bank_calmly(parts: Stack, person: Browser) -> None:
    answer = person.come_back(person.refuse(person.begin()))

    assert reason_of(answer) == "declined"
    page = person.get(answer.location)
    assert page.status_code == 200
    assert "You chose not to share" in page.text
    assert exchanges(parts) == 0


PAIRS = [
    ("access_denied", "user_rejected_consent", "declined"),
    ("access_denied", "The user rejected the consent", "declined"),
    ("access_denied", "The user cancelled the transaction or failed to login", "not-approved"),
    ("access_denied", "user_failed_to_authenticate", "not-authenticated"),
    ("access_denied", "user_account_blocked", "login-blocked"),
    ("access_denied", "consent_not_supported", "not-supported"),
    ("access_denied", "session_expired", "session-expired"),
    ("access_denied", "user_lacks_eligible_accounts", "no-eligible-account"),
    ("invalid_request", "user_lacks_eligible_accounts", "no-eligible-account"),
    ("server_error", "lfi_internal_error", "bank-error-on-the-way"),
    ("server_error", "api_hub_communication_error", "hub-error"),
    ("temporarily_unavailable", "lfi_temporarily_unavailable", "bank-unavailable"),
    ("access_denied", "<script>alert(1)</script>", "not-approved"),
    ("something_new", "", "request-refused"),
]


@pytest.mark.parametrize(("error", "description", "reason"), PAIRS)
def test_callback_has_a_page_for_every_refusal_and_never_shows_its_text(
    stack: Stack, browser: Browser, error: str, description: str, reason: str
) -> None:
    """CX-42 to CX-45: every row has its own message and next step; the raw description is never rendered."""
    browser.begin()
    query = {"error": error, "error_description": description, "state": "s", "iss": f"{stack.bank_url}/auth1"}
    answer = browser.get(f"{CALLBACK}?{urlencode(query)}")

    assert reason_of(answer) == reason
    page = browser.get(answer.location).text
    assert "<script" not in page
    assert description not in page or not description
    assert re.search(r"Reference|reference", page)


def test_callback_shows_a_refused_exchange_and_does_not_try_again(parts: Stack, person: Browser) -> None:
    callback = person.approve(person.begin())
    parts.kit.faults[EXCHANGE] = plain("400 Bad Request", b'{"error": "invalid_grant"}')

    assert reason_of(person.come_back(callback)) in {"grant-refused", "other-window"}
    assert reason_of(person.come_back(callback)) in {"grant-refused", "other-window"}
    assert exchanges(parts) == 1


FAULTS = [
    ("500 Internal Server Error", b'{"error": "connect ECONNREFUSED"}', "bank-fault"),
    ("500 Internal Server Error", b"<html>oops</html>", "bank-fault"),
    ("400 Bad Request", b'{"description": "code and code_verifier requred"}', "refused"),
    ("429 Too Many Requests", b"", "rate-limited"),
    ("401 Unauthorized", b'{"error": "invalid_client"}', "token-rejected"),
    ("200 OK", b"", "malformed"),
    ("200 OK", b"<html>", "malformed"),
    ("200 OK", b'{"access_token": "a', "malformed"),
    ("200 OK", b"[]", "malformed"),
    ("200 OK", b'{"access_token": 7, "token_type": "Bearer"}', "malformed"),
    ("200 OK", b'{"access_token": "a", "token_type": "mac"}', "malformed"),
    ("200 OK", b'{"access_token": "a\\r\\nX-Evil: 1", "token_type": "Bearer"}', "malformed"),
]


@pytest.mark.parametrize(("status", "body", "reason"), FAULTS)
def test_callback_has_a_clear_page_for_each_fault_of_the_exchange(
    stack: Stack, browser: Browser, status: str, body: bytes, reason: str
) -> None:
    callback = browser.approve(browser.begin())
    stack.kit.faults[EXCHANGE] = plain(status, body)
    answer = browser.come_back(callback)

    assert reason_of(answer) == reason
    page = browser.get(answer.location)
    assert page.status_code >= 400
    assert "ECONNREFUSED" not in page.text


GRANTED = b'{"access_token": "tok", "token_type": "bEARER", "authorization_details": [%s]}'


def test_callback_rejects_tokens_for_another_consent(stack: Stack, browser: Browser) -> None:
    callback = browser.approve(browser.begin())
    stack.kit.faults[EXCHANGE] = plain("200 OK", GRANTED % b'{"consent": {"Data": {"ConsentId": "another"}}}')

    assert reason_of(browser.come_back(callback)) == "consent-mismatch"
    assert "Nothing is connected" in browser.get("/accounts").text


@pytest.mark.parametrize("details", [b"{}", b'{"consent": {}}', b'"x"', b"null"])
def test_callback_accepts_a_token_answer_that_hides_its_consent_as_the_seed_does(
    stack: Stack, browser: Browser, details: bytes
) -> None:
    """No `refresh_token`, no `expires_in`, an odd-cased token type, no consent inside: all are about."""
    callback = browser.approve(browser.begin())
    stack.kit.faults[EXCHANGE] = plain("200 OK", GRANTED % details)

    assert browser.come_back(callback).location == "/accounts"


def test_ended_page_knows_only_our_own_reasons_and_references(browser: Browser) -> None:
    assert browser.get("/connect/ended/no-such-reason").status_code == 404
    page = browser.get("/connect/ended/declined?ref=<script>").text
    assert "<script>" not in page


def test_callback_whose_first_request_died_leads_to_the_accounts_and_pretends_nothing(
    stack: Stack, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process killed inside the exchange leaves a claim without an outcome."""
    callback = browser.approve(browser.begin())
    server = stack.app.extensions["mizan"].vaults.server
    answer = read_response({name: [value] for name, value in query_of(callback).items()})
    server.add("claim", answer.claim, {"outcome": None}, 9e9)
    monkeypatch.setattr("tpp.journey.claims.PATIENCE_SECONDS", 0.1)

    assert browser.come_back(callback).location == "/accounts"
    assert "Nothing is connected" in browser.get("/accounts").text
    assert browser.get("/").status_code == 200
    assert exchanges(stack) == 0
