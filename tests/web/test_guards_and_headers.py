"""Hosts, headers, error pages, health, robots, static files."""

from __future__ import annotations

import gzip
import logging
import re
import time
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

import config
from tests.page import Reader
from tests.stack import HOST, ORIGIN
from tpp.errors import StoreUnavailable
from tpp.pages import failures_return
from tpp.store.sqlite import SqliteRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.clock import Clock
    from tests.stack import Browser, Stack

PAGES = ["/", "/connect", "/accounts", "/privacy", "/terms", "/signed-out", "/connect/ended/declined", "/nope"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_reads_well_and_is_sealed_off(browser: Browser, path: str) -> None:
    page = Reader(browser.client).get(path, 404 if path == "/nope" else 200)

    assert page.heading


@pytest.mark.parametrize("path", ["/accounts", "/sign-out", "/connect"])
def test_every_page_of_the_connected_reads_well(browser: Browser, path: str) -> None:
    browser.connect(accounts=8)

    assert Reader(browser.client).get(path).heading


@pytest.mark.parametrize("path", [*PAGES, "/healthz", "/robots.txt", "/hackathon-redirect"])
def test_every_answer_has_the_security_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["127.0.0.1:1411", "localhost", "[::1]:1411", "evil.example"])
def test_a_page_opened_at_another_host_moves_to_the_canonical_one(browser: Browser, host: str) -> None:
    """Or the cookie would not be there on the return from the bank."""
    answer = browser.client.get("/accounts?fresh=1", base_url=f"http://{host}")

    assert (answer.status_code, answer.location) == (307, f"{ORIGIN}/accounts?moved")
    arrived = browser.get("/accounts?moved")
    assert (arrived.status_code, arrived.location) == (307, "/accounts"), "the mark goes again"
    assert browser.get("/accounts").status_code == 200


@pytest.mark.parametrize("headers", [{}, {"X-Forwarded-Host": HOST}])
def test_a_proxy_that_hides_the_host_is_told_and_no_redirect_goes_on_for_ever(
    browser: Browser, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    """The browser is at the right address all the time; only we are told another one."""
    there = "http://backend:1411"
    first = browser.client.get("/accounts", base_url=there, headers=headers)
    second = browser.client.get(first.location.removeprefix(ORIGIN), base_url=there, headers=headers)

    assert (first.status_code, second.status_code) == (307, 421)
    assert "The proxy in front of this app hides its address" in second.text
    assert f"requests for {ORIGIN} come in with the Host 'backend:1411'" in caplog.text
    assert ("is not believed" in caplog.text) is bool(headers)


def test_a_request_without_any_host_is_told_at_once(browser: Browser) -> None:
    answer = browser.client.get("/", base_url=ORIGIN, environ_overrides={"HTTP_HOST": ""})

    assert answer.status_code == 421
    assert "hides its address" in answer.text


def test_a_proxy_whose_word_counts_is_followed(start: Callable[..., AbstractContextManager[Stack]]) -> None:
    with start(app={"trusted_proxies": 1}) as parts:
        headers = {"X-Forwarded-Host": HOST, "X-Forwarded-For": "192.0.2.1"}
        answer = parts.app.test_client().get("/", base_url="http://backend:1411", headers=headers)

    assert answer.status_code == 200


def test_a_callback_at_another_host_moves_without_its_code(browser: Browser) -> None:
    answer = browser.client.get("/hackathon-redirect?code=secret&state=s", base_url="http://127.0.0.1:1411")

    assert "secret" not in answer.location


def test_a_form_at_another_host_is_refused(browser: Browser) -> None:
    assert browser.client.post("/connect", base_url="http://evil.example").status_code == 421


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "/%0d%0aSet-Cookie:%20a=b", "/.//evil.example"])
def test_no_path_leads_somewhere_else(browser: Browser, path: str) -> None:
    answer = browser.client.get(path, base_url="http://127.0.0.1:1411")

    if answer.status_code == 307:
        assert re.fullmatch(rf"{ORIGIN}/[A-Za-z0-9/_.-]*\?moved", answer.location)
        assert "//" not in answer.location.removeprefix("http://")
    assert "a=b" not in str(answer.headers)


def test_a_long_path_on_another_host_costs_no_time(browser: Browser) -> None:
    started = time.thread_time()
    for path in ("/" + "a" * 190 + "!", "/" + "a/" * 90 + "!", "/" + "." * 199):
        browser.client.get(path, base_url="http://127.0.0.1:1411")

    assert time.thread_time() - started < 2


BACK = [
    ("/accounts", "/accounts"),
    ("/a/b-c.d/", "/a/b-c.d/"),
    ("//evil", "/"),
    ("/\\evil", "/"),
    ("https://e", "/"),
    ("", "/"),
]


@pytest.mark.parametrize(("wanted", "led"), BACK)
def test_a_language_is_remembered_without_a_session_and_leads_back_inside(
    browser: Browser, wanted: str, led: str
) -> None:
    answer = browser.get("/language/ar", query_string={"next": wanted})

    assert (answer.status_code, answer.location) == (303, led)
    assert [header.split("=")[0] for header in answer.headers.getlist("Set-Cookie")] == ["mizan_language"]
    assert browser.get("/language/xx").status_code == 404


def test_a_store_that_fails_while_the_session_is_opened_has_a_page_too(
    stack: Stack, browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser.connect()

    def fail(*_: object) -> None:
        raise OSError("secret-value")

    monkeypatch.setattr(type(stack.app.extensions["mizan"].sessions), "load", fail)
    answer = browser.get("/accounts")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret-value" not in caplog.text


def test_health_answers_on_every_host_and_makes_no_session(stack: Stack) -> None:
    client = stack.app.test_client()
    for path in ("/healthz", "/readyz"):
        answer = client.get(path, base_url="http://10.0.0.7:9999")
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert "Set-Cookie" not in answer.headers


def test_a_full_disk_has_its_own_page_and_readiness_says_no(
    stack: Stack, browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser.connect()

    def full(*_: object) -> None:
        raise StoreUnavailable("SQLITE_FULL")

    monkeypatch.setattr(SqliteRows, "_run", full)
    answer = browser.get("/accounts")

    assert answer.status_code == 503
    assert "We cannot keep anything just now" in answer.text
    assert "store-unavailable SQLITE_FULL" in caplog.text
    ready = stack.app.test_client().get("/readyz", base_url=ORIGIN)
    assert (ready.status_code, ready.text) == (503, "store-unavailable SQLITE_FULL\n")


def test_housekeeping_that_fails_costs_no_page(
    browser: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> int:
        raise StoreUnavailable("SQLITE_FULL")

    clock.move(minutes=11)
    monkeypatch.setattr(SqliteRows, "sweep", full)

    assert browser.press_proceed().status_code == 200
    assert "not tidied: store-unavailable SQLITE_FULL" in caplog.text


def test_not_ready_when_the_store_cannot_be_written(stack: Stack, browser: Browser) -> None:
    path = stack.settings.instance_path / "mizan.sqlite"
    for each in path.parent.glob("mizan.sqlite*"):
        each.unlink()
    path.mkdir()
    stack.app.extensions["mizan"].vaults.server._rows._local.__dict__.clear()
    answer = browser.get("/readyz")

    assert answer.status_code == 503


def test_an_unexpected_fault_shows_a_page_and_logs_no_value(
    stack: Stack, browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        message = "secret-value"
        raise RuntimeError(message)

    monkeypatch.setitem(stack.app.view_functions, "legal.privacy", fail)
    answer = browser.get("/privacy")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret-value" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


def test_the_log_names_routes_and_never_a_query(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser.get("/hackathon-redirect?code=the-code&state=the-state&iss=x")

    assert "GET /hackathon-redirect 303" in caplog.text
    assert "the-code" not in caplog.text
    assert "the-state" not in caplog.text


ERRORS = [("POST", "/", 405), ("GET", "/x/y", 404), ("PUT", "/accounts", 405)]


@pytest.mark.parametrize(("method", "path", "status"), ERRORS)
def test_http_errors_have_pages_of_our_own(browser: Browser, method: str, path: str, status: int) -> None:
    headers = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
    answer = browser.client.open(path, method=method, base_url=ORIGIN, headers=headers)

    assert answer.status_code in {status, 400}
    assert BeautifulSoup(answer.text, "html.parser").select_one("h1")


def test_a_form_that_is_far_too_large_is_refused(browser: Browser) -> None:
    assert browser.post("/connect", {"draft": "x" * 200_000}).status_code in {400, 413}


def test_robots_may_read_what_is_the_same_for_everybody(browser: Browser) -> None:
    text = browser.get("/robots.txt").text

    assert "Disallow: /\n" in text
    assert "Allow: /accounts$" in text, "a robot has no cookie, and sees only that nothing is connected"


def test_static_files_are_hashed_compressed_and_kept_for_good(browser: Browser) -> None:
    page = browser.get("/").text
    sheet = re.search(r'href="(/static/app\.[0-9a-f]{16}\.css)"', page)
    assert sheet is not None
    answer = browser.get(sheet[1], headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"--paper" in gzip.decompress(answer.data)
    assert "Set-Cookie" not in answer.headers
    assert browser.get(sheet[1], headers={"Accept-Encoding": "br"}).headers["Content-Encoding"] == "br"


RETURNS = failures_return.PAGES["starter-kit"]


@pytest.mark.parametrize("reason", sorted(RETURNS))
def test_every_failure_page_reads_well(browser: Browser, reason: str) -> None:
    """CX-50: logo, progress stopped at the step, one action, a reference."""
    page = Reader(browser.client).get(f"/connect/ended/{reason}", RETURNS[reason].status)

    assert len(page.soup.select("main a.button, main button")) == 1
    assert HOST not in page.text


def test_a_callback_can_take_no_path_that_is_a_page_of_ours(stack: Stack) -> None:
    files = {f"transactions.{kind}" for kind in ("csv", "json")}
    rules = {rule.rule.split("/")[1] for rule in stack.app.url_map.iter_rules()}
    ours = {rule for rule in rules if "<" not in rule} - {"", "hackathon-redirect"} | files
    assert [rule for rule in rules if "<" in rule] == ["transactions.<any(csv, json):ending>"]

    assert ours <= config.TAKEN_PATHS
    assert config.TAKEN_PATHS - ours == {"static"}, "served before Flask sees it"
