"""The session: its cookie, its races, signing out, the pause, hidden amounts."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from app import create_app
from tests.page import Reader
from tests.stack import COOKIE, HOST, Browser, Stack, cookie_of, refresh_target, with_cookie
from tpp.journey import precedents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from werkzeug.test import TestResponse

    from tests.clock import Clock


def sign_out(browser: Browser) -> TestResponse:
    """Sign out by the page's own form."""
    return browser.post("/sign-out", browser.form("/sign-out"))


def test_the_cookie_is_private_and_survives_the_way_back(browser: Browser) -> None:
    answer = browser.press_proceed()
    header = answer.headers["Set-Cookie"]

    assert re.match(r"mizan=[A-Za-z0-9_-]{43};", header)
    for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in header
    assert "Domain" not in header


def test_over_tls_the_cookie_is_bound_to_the_host(start: Callable[..., AbstractContextManager[Stack]]) -> None:
    """`__Host-`, Secure, HSTS; and forms work over https though no Referer is asked for."""
    with start(app={"redirect_uri": "https://tpp.example/hackathon-redirect"}) as stack:
        client, base = stack.app.test_client(), "https://tpp.example"
        page = client.get("/", base_url=base)
        draft = re.search(r'name="draft" value="([^"]+)"', page.text)
        assert draft is not None
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = client.post("/connect", data={"draft": draft[1]}, base_url=base, headers=headers)
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-out", base_url=base).text)
        assert token is not None
        gone = client.post("/sign-out", data={"csrf_token": token[1]}, base_url=base, headers=headers)

    assert answer.headers["Set-Cookie"].startswith("__Host-mizan=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert page.headers["Strict-Transport-Security"]
    assert gone.location == "/signed-out"


@pytest.mark.parametrize("value", ["x" * 43, "short", "../../etc", "a" * 3000, "é" * 43, ""])
def test_an_unknown_cookie_opens_nothing_and_gets_no_new_one(stack: Stack, value: str) -> None:
    stranger = with_cookie(stack, value)
    for path in ("/", "/accounts", "/sign-out", "/hackathon-redirect?code=a&state=b&iss=c"):
        answer = stranger.get(path)
        assert "Set-Cookie" not in answer.headers, path
    assert stranger.press_proceed().headers["Set-Cookie"]
    assert cookie_of(stranger) != value


def test_a_planted_cookie_value_is_never_adopted(stack: Stack) -> None:
    """Session fixation: an unknown id is replaced at the start and again on the return."""
    planted = "P" * 43
    person = with_cookie(stack, planted)
    callback = person.approve(person.begin())
    started = cookie_of(person)
    person.come_back(callback)

    assert len({planted, started, cookie_of(person)}) == 3
    for old in (planted, started):
        assert "Nothing is connected" in with_cookie(stack, old).get("/accounts").text


def test_a_session_that_somebody_else_began_over_the_same_form_sees_nothing(stack: Stack, clock: Clock) -> None:
    """An attacker posts a form twice, plants the first cookie in a shared browser and keeps the second."""
    attacker, victim = stack.browser(), stack.browser()
    form = attacker.form("/")
    attacker.post("/connect", {"draft": form["draft"]})
    planted = cookie_of(attacker)
    other = stack.browser()
    other.post("/connect", {"draft": form["draft"]})
    victim.client.set_cookie(COOKIE, planted, domain="localhost")
    clock.move(seconds=5)
    assert victim.connect().location == "/accounts"

    assert "Salary account" in victim.get("/accounts").text
    assert "Salary account" not in other.get("/accounts").text
    assert "Salary account" not in with_cookie(stack, planted).get("/accounts").text


def test_signing_out_while_the_code_is_exchanged_wins(stack: Stack, browser: Browser) -> None:
    browser.connect()
    callback = browser.approve(browser.begin())
    double = with_cookie(stack, cookie_of(browser))
    inside, go_on, answers = threading.Event(), threading.Event(), []

    def slow(environ: Any, start_response: Any) -> Any:
        inside.set()
        go_on.wait(30)
        return stack.kit.inner(environ, start_response)

    stack.kit.faults["/token/authorization-code"] = slow
    returning = threading.Thread(target=lambda: answers.append(double.come_back(callback)))
    returning.start()
    assert inside.wait(30)
    assert sign_out(browser).location == "/signed-out"
    go_on.set()
    returning.join()

    assert answers[0].location.startswith(("/connect/ended/signed-out", "/connect/ended/unknown-attempt"))
    assert "Set-Cookie" not in answers[0].headers
    assert "Nothing is connected" in double.get("/accounts").text


def test_two_requests_that_change_different_things_both_count(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock
) -> None:
    """A slow page that notes the visit must not undo "Hide amounts"."""
    with start(app={"idle_minutes": 15}) as stack:
        person = stack.browser()
        person.connect()
        slow = with_cookie(stack, cookie_of(person))
        inside, go_on = threading.Event(), threading.Event()

        def wait(environ: Any, start_response: Any) -> Any:
            inside.set()
            go_on.wait(30)
            return stack.kit.inner(environ, start_response)

        clock.move(minutes=2)
        stack.kit.faults["/open-finance"] = wait
        reader = threading.Thread(target=slow.get, args=("/accounts?fresh=1",))
        reader.start()
        assert inside.wait(30)
        token = person.form("/sign-out")["csrf_token"]
        person.post("/amounts", {"csrf_token": token})
        go_on.set()
        reader.join()
        stack.kit.faults.clear()

        assert "48,215" not in person.get("/accounts").text


def test_a_session_that_never_led_anywhere_ends_with_its_attempt(stack: Stack, browser: Browser, clock: Clock) -> None:
    assert "Max-Age=3600" in browser.press_proceed().headers["Set-Cookie"]
    clock.move(hours=1, seconds=1)
    stack.browser().get("/accounts")

    rows = stack.app.extensions["mizan"].vaults.server._rows
    assert "session" not in {row[0] for row in rows._run("SELECT kind FROM kept", ())}


def test_signing_out_leaves_nothing_that_opens(stack: Stack, browser: Browser) -> None:
    browser.connect()
    browser.get("/accounts")
    before = cookie_of(browser)
    answer = sign_out(browser)

    assert (answer.status_code, answer.location) == (303, "/signed-out")
    assert browser.client.get_cookie(COOKIE, domain="localhost") is None
    assert "Nothing is connected" in with_cookie(stack, before).get("/accounts").text
    rows = stack.app.extensions["mizan"].vaults.server._rows
    kinds = [row[0] for row in rows._run("SELECT kind FROM kept", ())]
    assert set(kinds) <= {"gone", "stub", "claim", "answer", "return", "shown", "tidy"}


def test_the_way_out_stands_at_the_foot_of_each_page_of_somebody_who_is_connected(browser: Browser) -> None:
    link = "a[href='/sign-out']"
    assert not Reader(browser.client).get("/privacy").soup.select(f".foot {link}")
    browser.connect()
    for path in ("/accounts", "/sign-out", "/privacy"):
        page = Reader(browser.client).get(path)
        assert page.one(f".foot {link}").get_text() == "Sign out"
        assert not page.soup.select(f".letterhead {link}")


def test_sign_out_says_what_goes_and_what_stays_at_the_bank(browser: Browser) -> None:
    browser.connect()
    page = browser.get("/sign-out").text

    assert "erased" in page
    assert "22/12/2026" in page
    assert "unless you revoke it at the bank" in page


@pytest.mark.parametrize("path", ["/sign-out", "/amounts", "/welcome-back"])
def test_a_change_needs_the_pages_own_token(browser: Browser, path: str) -> None:
    browser.connect()
    assert browser.post(path, {}).status_code == 400
    assert browser.post(path, {"csrf_token": "forged"}).status_code == 400

    assert "Salary account" in browser.get("/accounts").text


def test_a_slow_page_does_not_bring_a_signed_out_session_back(stack: Stack, browser: Browser) -> None:
    browser.connect()
    slow = with_cookie(stack, before := cookie_of(browser))
    inside, go_on = threading.Event(), threading.Event()

    def wait(environ: Any, start_response: Any) -> Any:
        inside.set()
        go_on.wait(30)
        return stack.kit.inner(environ, start_response)

    stack.kit.faults["/open-finance"] = wait
    reader = threading.Thread(target=slow.get, args=("/accounts",))
    reader.start()
    assert inside.wait(30)
    sign_out(browser)
    go_on.set()
    reader.join()

    assert "Nothing is connected" in with_cookie(stack, before).get("/accounts").text
    rows = stack.app.extensions["mizan"].vaults.server._rows
    kinds = {row[0] for row in rows._run("SELECT kind FROM kept", ())}
    assert not {"session", "connection", "figures"} & kinds


def test_a_slow_writer_does_not_bring_a_signed_out_session_back(stack: Stack, browser: Browser) -> None:
    """A request that changes the session and ends after the sign-out writes nothing."""
    browser.connect()
    before = cookie_of(browser)
    with stack.app.test_request_context(
        "/amounts", base_url=f"http://{HOST}", headers={"Cookie": f"{COOKIE}={before}"}
    ) as context:
        opened = stack.app.session_interface.open_session(stack.app, context.request)
        sign_out(browser)
        assert opened is not None
        opened["hidden"] = True
        answer = stack.app.response_class()
        stack.app.session_interface.save_session(stack.app, opened, answer)

    assert "Set-Cookie" not in answer.headers
    assert "Nothing is connected" in with_cookie(stack, before).get("/accounts").text


def test_the_cookie_is_renewed_once_a_day_and_so_are_the_rows(browser: Browser, clock: Clock) -> None:
    """Thirty days count from the last visit; pages in between do not set it again."""
    browser.connect()
    assert "Set-Cookie" not in browser.get("/privacy").headers
    clock.move(hours=23)
    assert "Set-Cookie" not in browser.get("/privacy").headers
    clock.move(hours=2)
    renewed = browser.get("/privacy")
    assert "Max-Age=2592000" in renewed.headers["Set-Cookie"]
    assert "Set-Cookie" not in browser.get("/privacy").headers


def test_somebody_who_comes_back_within_thirty_days_is_still_there(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock
) -> None:
    with start(app={"consent_days": 90}) as stack:
        person = stack.browser()
        person.connect()
        for _ in range(2):
            clock.move(days=29)
            assert "Salary account" in person.get("/accounts").text
        clock.move(days=31)
        assert "Nothing is connected" in person.get("/accounts").text


def test_the_rows_of_somebody_who_stays_away_are_swept(stack: Stack, browser: Browser, clock: Clock) -> None:
    browser.connect()
    clock.move(days=31)
    stack.browser().get("/accounts")

    rows = stack.app.extensions["mizan"].vaults.server._rows
    kinds = {row[0] for row in rows._run("SELECT kind FROM kept", ())}
    assert kinds == {"tidy", "shown"}, "what a Starter Kit has shown is nobody's"


@pytest.fixture
def idle(start: Callable[..., AbstractContextManager[Stack]]) -> Iterator[Browser]:
    """Return a connected browser of an app that locks after a quarter of an hour."""
    with start(app={"idle_minutes": 15}) as stack:
        person = stack.browser()
        person.connect()
        yield person


def test_a_pause_puts_names_and_amounts_behind_one_click(idle: Browser, clock: Clock) -> None:
    assert "Salary account" in idle.get("/accounts").text
    clock.move(minutes=15, seconds=1)
    answer = idle.get("/accounts")
    assert (answer.status_code, answer.location) == (303, "/welcome-back")
    page = idle.get("/welcome-back").text
    assert "Salary" not in page
    assert not re.search(r"\d{1,3},\d{3}", page)
    assert idle.get("/accounts").status_code == 303, "also the second time"

    assert idle.post("/welcome-back", idle.form("/welcome-back")).location == "/accounts"
    assert "Salary account" in idle.get("/accounts").text


def test_visits_without_a_pause_do_not_lock(idle: Browser, clock: Clock) -> None:
    for _ in range(4):
        clock.move(minutes=10)
        assert idle.get("/accounts").status_code == 200


def test_signing_out_works_from_behind_the_click(idle: Browser, clock: Clock) -> None:
    clock.move(hours=1)
    idle.get("/accounts")

    assert sign_out(idle).location == "/signed-out"


def test_hidden_amounts_are_not_in_the_page_at_all(browser: Browser) -> None:
    browser.connect(accounts=8)
    shown = browser.get("/accounts").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token is not None
    amounts = set(re.findall(r"\d{1,3}(?:,\d{3})+|48|152", re.sub(r"<[^>]+>", " ", shown)))
    assert "48,215" in amounts
    browser.post("/amounts", {"csrf_token": token[1]})
    hidden = re.sub(r"<[^>]+>", " ", browser.get("/accounts").text)

    assert "Salary account" in hidden
    assert not re.search(r"\d{1,3},\d{3}", hidden)
    assert "••••••" in hidden
    browser.post("/amounts", {"csrf_token": token[1]})
    assert "48,215" in browser.get("/accounts").text


def test_a_session_of_one_server_key_is_read_after_rotation(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    with start(app={"secret_key": "o" * 40}) as stack:
        person = stack.browser()
        person.connect()
        value = cookie_of(person)
    with start(app={"secret_key": f"{'n' * 40},{'o' * 40}"}) as stack:
        person = with_cookie(stack, value)
        assert person.get("/sign-out").status_code == 200


def test_a_page_that_was_open_while_the_key_was_replaced_still_works(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    """Its forms carry a token that the older key has signed; without that key they are asked for once more."""
    old, new = "o" * 40, "n" * 40
    with start(app={"secret_key": old}) as stack:
        person = stack.browser()
        person.connect()
        value, form = cookie_of(person), person.form("/sign-out")
    for keys, status in ((f"{new},{old}", 303), (new, 400)):
        with start(app={"secret_key": keys}) as stack:
            person = with_cookie(stack, value)
            assert person.post("/amounts", form).status_code == status


def test_claims_stubs_precedents_and_forms_are_found_again_after_rotation(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock
) -> None:
    """What lies under the server's key is looked for under every key of the list."""
    old, new = "o" * 40, "n" * 40
    with start(app={"secret_key": old}, kit={"state_form": "base64"}) as stack:
        person = stack.browser()
        form = person.form("/")["draft"]
        callback = person.approve(refresh_target(person.post("/connect", {"draft": form}).text))
        person.come_back(callback)
        value, way = cookie_of(person), stack.app.extensions["mizan"].banks.default.way
        rotated = stack.settings.model_copy(update={"secret_key": SecretStr(f"{new},{old}")})
        beside, unused = replace(stack, app=create_app(rotated, clock)), stack.browser().form("/")["draft"]
        begun = [beside.browser().post("/connect", {"draft": each}).status_code for each in (form, unused)]
        assert (begun, stack.kit.count("/consent-create/bank-data")) == ([200, 200], 2), "the first one had begun"
    with start(app={"secret_key": f"{new},{old}"}, kit={"state_form": "base64"}) as stack:
        parts = stack.app.extensions["mizan"]
        assert precedents.has_shown(parts.vaults.server, way, precedents.STATE)
        assert [each.value["state"] for each in parts.vaults.server.find("stub")] == ["Authorized"]
        exchanged = len(stack.kit.seen)
        assert with_cookie(stack, value).come_back(callback).location == "/accounts", (
            "the claim still tells the outcome"
        )
        assert len(stack.kit.seen) == exchanged, "and no code is sent again"
    with start(app={"secret_key": new}, kit={"state_form": "base64"}) as stack:
        assert stack.app.extensions["mizan"].vaults.server.find("stub"), "brought over to the new key"
