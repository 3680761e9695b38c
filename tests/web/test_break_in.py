"""What somebody tries who wants to see, take over or end another person's session: each try through the product."""

from __future__ import annotations

import json
import logging
import re
import threading
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from tests.stack import (
    COOKIE,
    ORIGIN,
    OWN_FORM,
    Browser,
    Stack,
    cookie_of,
    hidden_fields,
    plain,
    query_of,
    refresh_target,
    with_cookie,
)
from tpp.model import kinds
from tpp.store.sqlite import SqliteRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.clock import Clock
    from tpp.store.rows import Address, Row

CALLBACK = "/hackathon-redirect"
EXCHANGE = "/token/authorization-code"
OWN_ACCOUNT = "Salary account"


def planted(stack: Stack, clock: Clock) -> tuple[Browser, Browser]:
    """Let an attacker post one form twice; return a victim with the first cookie, and the attacker with the second."""
    attacker, other = stack.browser(), stack.browser()
    form = attacker.form("/")
    for browser in (attacker, other):
        browser.post("/connect", {"draft": form["draft"]})
    clock.move(seconds=5)
    return with_cookie(stack, cookie_of(attacker)), other


@pytest.mark.parametrize("path", ["/accounts", "/accounts?fresh=1", "/sign-out", "/"])
def test_a_session_over_the_same_vault_sees_nothing_of_what_is_connected_while_it_looks(
    stack: Stack, clock: Clock, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """The vault was open when the request began, and the connection is written just before its rows are read."""
    victim, attacker = planted(stack, clock)
    callback = victim.approve(victim.begin())
    find, waiting = SqliteRows.find_beside, [callback]

    def found(rows: SqliteRows, kind: str, other: Address) -> tuple[list[Row], Row | None]:
        if kind == "connection" and waiting:
            assert victim.come_back(waiting.pop()).location == "/accounts"
        return find(rows, kind, other)

    monkeypatch.setattr(SqliteRows, "find_beside", found)
    answer = attacker.get(path)

    assert not waiting, "the connection was to be made in between"
    assert answer.status_code == 303
    assert "22/12/2026" not in answer.text
    assert OWN_ACCOUNT not in attacker.get("/accounts", follow_redirects=True).text
    assert OWN_ACCOUNT in victim.get("/accounts").text


def test_a_planted_return_that_ends_last_does_not_take_the_victims_vault_over(stack: Stack, clock: Clock) -> None:
    """The attacker's own exchange is slow; what it writes at its end must not open what the victim connected."""
    victim, attacker = planted(stack, clock)
    own = attacker.approve(attacker.begin(), user="mits")
    clock.move(seconds=5)
    callback = victim.approve(victim.begin())
    inside, go_on, answers, slow = threading.Event(), threading.Event(), list[Any](), [True]

    def held(environ: Any, start_response: Any) -> Any:
        if slow and slow.pop():
            inside.set()
            go_on.wait(10)
        return stack.kit.inner(environ, start_response)

    stack.kit.faults[EXCHANGE] = held
    thief = threading.Thread(target=lambda: answers.append(attacker.come_back(own)))
    thief.start()
    assert inside.wait(10)
    assert victim.come_back(callback).location == "/accounts"
    go_on.set()
    thief.join()

    assert "/connect/ended/other-window" in answers[0].location
    assert OWN_ACCOUNT not in attacker.get("/accounts").text
    assert OWN_ACCOUNT in victim.get("/accounts").text


def test_a_foreign_link_with_a_used_code_neither_changes_the_session_nor_signs_anyone_out(
    stack: Stack, browser: Browser
) -> None:
    browser.connect()
    before, attacker = cookie_of(browser), stack.browser()
    used = attacker.approve(attacker.begin(), user="mits")
    attacker.come_back(used)

    assert "Set-Cookie" not in browser.come_back(used).headers
    assert cookie_of(browser) == before
    assert OWN_ACCOUNT in browser.get("/accounts").text


def test_a_foreign_link_with_a_used_code_does_nothing_to_a_try_that_is_under_way(
    stack: Stack, browser: Browser
) -> None:
    callback = browser.approve(browser.begin())
    before, attacker = cookie_of(browser), stack.browser()
    used = attacker.approve(attacker.begin(), user="mits")
    attacker.come_back(used)

    assert "Set-Cookie" not in browser.come_back(used).headers
    assert cookie_of(browser) == before
    assert browser.come_back(callback).location == "/accounts"
    assert OWN_ACCOUNT in browser.get("/accounts").text


def test_a_reloaded_return_does_not_change_a_session_that_is_in_already(browser: Browser) -> None:
    callback = browser.approve(browser.begin())
    browser.come_back(callback)
    assert "Set-Cookie" not in browser.come_back(callback).headers


@pytest.fixture
def lost(stack: Stack, browser: Browser) -> tuple[str, str]:
    """Connect, and lose the answer on its way: return the callback and the cookie that the browser still has."""
    callback = browser.approve(browser.begin())
    before = cookie_of(browser)
    assert browser.come_back(callback).location == "/accounts"
    return callback, before


@pytest.mark.parametrize("seconds", [0.3, 5, 3500])
def test_a_return_whose_answer_got_lost_leads_in_when_it_comes_again(
    stack: Stack, lost: tuple[str, str], clock: Clock, seconds: float
) -> None:
    """The browser gave up while the code was exchanged: it has the old cookie, whose session is no more."""
    callback, before = lost
    clock.move(seconds=seconds)
    again = with_cookie(stack, before)
    assert OWN_ACCOUNT not in again.get("/accounts").text, "the old cookie alone opens nothing"

    assert again.come_back(callback).location == "/accounts"
    assert cookie_of(again) != before
    assert OWN_ACCOUNT in again.get("/accounts").text
    assert stack.kit.count(EXCHANGE) == 1
    again.refresh()
    assert "x-fapi-auth-date" in {name.lower() for name in stack.kit.seen[-1].headers}


def test_a_repeated_return_needs_both_the_code_and_the_cookie_of_its_beginning(
    stack: Stack, lost: tuple[str, str]
) -> None:
    """Who planted the cookie does not know the code; who saw the code does not have the cookie."""
    callback, before = lost
    own = query_of(callback)
    for cookie, code in ((before, str(uuid.uuid4())), ("x" * 43, own["code"]), ("", own["code"])):
        stranger = with_cookie(stack, cookie)
        stranger.get(f"{CALLBACK}?{urlencode(own | {'code': code})}")
        assert OWN_ACCOUNT not in stranger.get("/accounts").text


def test_a_repeated_return_opens_nothing_after_signing_out(stack: Stack, browser: Browser) -> None:
    callback = browser.approve(browser.begin())
    before = cookie_of(browser)
    browser.come_back(callback)
    browser.post("/sign-out", browser.form("/sign-out"))

    again = with_cookie(stack, before)
    assert "Set-Cookie" not in again.come_back(callback).headers
    assert "Nothing is connected" in again.get("/accounts").text


def test_a_repeated_return_opens_nothing_that_was_connected_later(stack: Stack, browser: Browser, clock: Clock) -> None:
    callback = browser.approve(browser.begin())
    before = cookie_of(browser)
    browser.come_back(callback)
    clock.move(seconds=5)
    browser.connect(user="mits")

    again = with_cookie(stack, before)
    assert "Set-Cookie" not in again.come_back(callback).headers
    assert "Nothing is connected" in again.get("/accounts").text


def token_of(browser: Browser) -> str:
    """Return the token of the page's forms."""
    return browser.form("/sign-out")["csrf_token"]


def test_the_token_of_the_forms_changes_with_the_session_id(stack: Stack, browser: Browser) -> None:
    """Whoever knew the session before the return, cookie and token, knows neither afterwards."""
    callback = browser.approve(browser.begin())
    before = token_of(browser)
    browser.come_back(callback)

    assert browser.post("/sign-out", {"csrf_token": before}).status_code == 400
    assert OWN_ACCOUNT in browser.get("/accounts").text
    assert browser.post("/sign-out", {"csrf_token": token_of(browser)}).location == "/signed-out"


FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": ORIGIN},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "none", "Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:1411"},
    {"Origin": "null"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", ["/sign-out", "/amounts", "/welcome-back"])
def test_no_form_from_somewhere_else_changes_anything_even_with_the_right_token(
    browser: Browser, path: str, headers: dict[str, str]
) -> None:
    browser.connect()
    token = token_of(browser)
    answer = browser.client.post(path, data={"csrf_token": token}, base_url=ORIGIN, headers=headers)

    assert answer.status_code == 403
    page = browser.get("/accounts").text
    assert OWN_ACCOUNT in page
    assert "••••••" not in page


def test_every_address_that_takes_a_form_asks_where_it_comes_from(stack: Stack, browser: Browser) -> None:
    """Also the ones that somebody adds later."""
    rules = [rule for rule in stack.app.url_map.iter_rules() if rule.methods and "POST" in rule.methods]
    answers = [browser.client.post(str(rule.rule), base_url=ORIGIN, headers={"Origin": "null"}) for rule in rules]

    assert len(rules) > 3
    assert {answer.status_code for answer in answers} == {403}


def sealed_bytes(stack: Stack) -> list[bytes]:
    """Return how each row begins that opens with this browser's cookie; a long one's rest lies on other pages."""
    rows = stack.app.extensions["mizan"].vaults.server._rows
    kept = (kinds.SESSION, kinds.CONNECTION, kinds.FIGURES, kinds.EDITION)
    marks = ",".join("?" * len(kept))
    return [bytes(row[0])[:64] for row in rows._run(f"SELECT blob FROM kept WHERE kind IN ({marks})", kept)]


def all_files(folder: Path) -> bytes:
    """Return the bytes of the store's files, its write-ahead log among them."""
    return b"".join(path.read_bytes() for path in folder.glob("mizan.sqlite*"))


def test_signing_out_leaves_nothing_in_any_file_of_the_store(stack: Stack, browser: Browser) -> None:
    """A page of the write-ahead log holds what a row held before it was renewed, or deleted."""
    browser.connect()
    browser.get("/accounts")
    first = sealed_bytes(stack)
    browser.post("/amounts", {"csrf_token": token_of(browser)})
    browser.refresh()
    sealed = {*first, *sealed_bytes(stack)}
    assert len(sealed) > len(first) == 4
    held = all_files(stack.settings.instance_path)
    assert all(blob in held for blob in first), "what was written over is still in the log"
    browser.post("/sign-out", browser.form("/sign-out"))

    held = all_files(stack.settings.instance_path)
    assert [blob for blob in sealed if blob in held] == []


def test_signing_out_takes_the_cookie_away_although_the_store_cannot_be_written(
    stack: Stack, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """As on a full disk: the session ends, the page says what could not be erased, and that is done later."""
    browser.connect()
    browser.get("/accounts")
    before, form = cookie_of(browser), browser.form("/sign-out")
    rows = stack.app.extensions["mizan"].vaults.server._rows
    rows._run("PRAGMA query_only = ON", ())
    answer = browser.post("/sign-out", form)

    assert answer.status_code == 503
    assert "You are signed out" in answer.text
    assert "could not be erased yet" in answer.text
    assert "22/12/2026" in answer.text
    assert "are erased" not in answer.text
    assert browser.client.get_cookie(COOKIE, domain="localhost") is None
    assert "not erased yet: store-unavailable SQLITE_READONLY" in caplog.text
    assert "Nothing is connected" in browser.get("/accounts").text
    assert "Nothing is connected" in with_cookie(stack, before).get("/accounts").text

    rows._run("PRAGMA query_only = OFF", ())
    browser.get("/privacy")
    assert sealed_bytes(stack) == []


def test_a_page_is_shown_although_the_session_cannot_be_written(stack: Stack, browser: Browser, clock: Clock) -> None:
    """Once a day a view moves the session's end on: a full disk is no reason to show nothing."""
    browser.connect()
    clock.move(hours=25)
    rows = stack.app.extensions["mizan"].vaults.server._rows
    rows._run("PRAGMA query_only = ON", ())
    answer = browser.get("/sign-out")

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_the_kit_may_not_choose_the_bank_where_no_issuer_is_set(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    """Any https host in `redirect` was shown as the Model Bank, and its own `iss` accepted."""
    created = {
        "redirect": "https://evil.example/auth?client_id=https://rp.example/1&response_type=code&request_uri=urn:1",
        "consent_id": str(uuid.uuid4()),
        "code_verifier": "v" * 64,
    }
    with start(app={"bank_issuer": None}) as stack:
        stack.kit.faults["/consent-create"] = plain("200 OK", json.dumps(created).encode())
        browser = stack.browser()
        answer = browser.press_proceed()
        assert answer.status_code == 502
        assert "We did not send you on" in answer.text
        assert "evil.example" not in answer.text

        model_bank = created["redirect"].replace("evil.example", "auth1.altareq1.sandbox.apihub.openfinance.ae")
        stack.kit.faults["/consent-create"] = plain("200 OK", json.dumps(created | {"redirect": model_bank}).encode())
        assert refresh_target(browser.press_proceed().text) == model_bank


def reason_of(answer: TestResponse) -> str:
    """Return the reason in the clean address that a refused callback leads to."""
    found = re.fullmatch(r"/connect/ended/([a-z-]+)\?ref=[0-9a-f-]{36}", answer.location)
    assert found, answer.location
    return found[1]


def test_a_kit_whose_state_was_readable_is_not_believed_with_an_unreadable_one(
    start: Callable[..., AbstractContextManager[Stack]], caplog: pytest.LogCaptureFixture
) -> None:
    """An attacker who cannot read the verifier makes the state opaque, and the newest attempt would be meant."""
    with start(kit={"state_form": "base64"}) as stack:
        assert stack.browser().connect().location == "/accounts"
        browser = stack.browser()
        callback = browser.approve(browser.begin())
        query = query_of(callback) | {"state": str(uuid.uuid4())}

        assert reason_of(browser.get(f"{CALLBACK}?{urlencode(query)}")) == "unknown-attempt"
        assert "STATE_FORM" in caplog.text
        assert stack.kit.count(EXCHANGE) == 1
        assert browser.come_back(callback).location == "/accounts", "the true return is still good"


def test_a_forged_readable_state_does_not_lock_an_opaque_kit_out(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    with start(kit={"state_form": "base64"}) as other:
        forged = query_of(other.browser().approve(other.browser().begin()))["state"]
    with start(kit={"state_form": "opaque"}) as stack:
        browser = stack.browser()
        callback = browser.approve(browser.begin())
        query = query_of(callback) | {"state": forged}
        assert reason_of(browser.get(f"{CALLBACK}?{urlencode(query)}")) == "unknown-attempt"
        assert browser.come_back(callback).location == "/accounts"


def test_an_id_token_that_is_missing_or_of_another_state_is_named_in_the_log(
    stack: Stack, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """The sandbox's ID token holds `at_hash` and `s_hash`; the log names the claim and holds no value."""
    caplog.set_level(logging.INFO)
    browser.connect()
    other = stack.browser()
    query = query_of(other.approve(other.begin()))
    foreign = str(uuid.uuid4())
    answer = other.get(f"{CALLBACK}?{urlencode(query | {'state': foreign})}")
    assert reason_of(answer) == "consent-mismatch"
    assert "return ended: consent-mismatch: id_token s_hash" in caplog.text
    assert foreign not in caplog.text

    third = stack.browser()
    callback = third.approve(third.begin())
    stack.kit.faults[EXCHANGE] = plain("200 OK", b'{"access_token": "tok", "token_type": "Bearer"}')
    assert reason_of(third.come_back(callback)) == "consent-mismatch"
    assert "return ended: consent-mismatch: id_token " in caplog.text
    assert "Nothing is connected" in third.get("/accounts").text


@pytest.mark.parametrize("length", [1025, 2100, 60_000])
def test_a_code_of_any_length_leads_to_the_accounts(stack: Stack, browser: Browser, length: int) -> None:
    query = query_of(browser.approve(browser.begin())) | {"code": "c" * length}
    stack.kit.faults[EXCHANGE] = plain("200 OK", b'{"access_token": "tok", "token_type": "Bearer"}')

    assert browser.get(f"{CALLBACK}?{urlencode(query)}").location == "/accounts"
    assert json.loads(next(each.body for each in stack.kit.seen if each.path == EXCHANGE))["code"] == "c" * length


def test_the_forms_of_the_pages_are_sent_from_our_own_origin(browser: Browser) -> None:
    """The other side of the checks above: what a browser sends of itself is enough."""
    browser.connect()
    page = browser.get("/accounts").text
    for headers in (OWN_FORM, {"Origin": ORIGIN}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        token = hidden_fields(page)["csrf_token"]
        answer = browser.client.post("/amounts", data={"csrf_token": token}, base_url=ORIGIN, headers=headers)
        assert answer.location == "/accounts"
