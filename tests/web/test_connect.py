"""The consent page and the press of its button."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup

from tests.clock import START, machine
from tests.stack import HOST, hidden_fields, plain, refresh_target
from tpp.model.consent import end_of_day
from tpp.model.permission import FOR_THE_PRODUCT, shown
from tpp.web.choices import offer
from tpp.web.routes_connect import sign_form

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from werkzeug.test import TestResponse

    from tests.clock import Clock
    from tests.stack import Browser, Stack

CREATE = "/consent-create/bank-data"


def staged(stack: Stack) -> int:
    """Count the consents that the kit was asked for."""
    return stack.kit.count(CREATE)


def test_the_start_page_holds_the_consent_page_in_the_standards_order(browser: Browser) -> None:
    """CX-5 to CX-12, CX-16, CX-19, CX-20."""
    soup = BeautifulSoup(browser.get("/").text, "html.parser")
    main = soup.select_one("main")
    assert main is not None
    words = main.get_text(" ", strip=True)
    order = [
        *("AlTareq", "Consent", "Authorize", "Complete", "Connect your account(s)"),
        *("For you to use this service,", "Why we need you to share your data", "What we need you to share"),
        *("Your Account Details", "We will access your data until", "22/12/2026", "Proceed using AlTareq"),
        "to share the specified account information",
    ]
    places = [words.find(each) for each in order]

    assert -1 not in places, order[places.index(-1)] if -1 in places else ""
    assert places == sorted(places)
    assert "For you to use this service, Mizan need to access information from your accounts at Model Bank" in words
    assert not main.select("details[open]")
    assert [each.get_text(strip=True) for each in main.select("details summary")][1:] == [
        *("Your Account Details", "Your Regular Payments", "Your Account Transactions", "Contact and Party Details"),
    ]


def sentences(page: str) -> list[str]:
    """Return what the expanders of a consent page say that is shared, in the page's order."""
    return [each.get_text(strip=True) for each in BeautifulSoup(page, "html.parser").select(".with-icon p")]


def test_what_is_shown_is_what_is_requested(stack: Stack, browser: Browser) -> None:
    """CX-23: the page and the pushed request have the same permissions and the same last day."""
    page = browser.get("/").text
    browser.post("/connect", {"draft": hidden_fields(page)["draft"]})
    sent = json.loads(stack.kit.seen[0].body)

    assert "22/12/2026" in page
    assert sent["valid_until"] == "2026-12-22T19:59:59.000Z"
    assert sentences(page) == [each.line.msgid for each in shown(sent["data_permissions"])]
    assert set(sent["data_permissions"]) == set(FOR_THE_PRODUCT)


def test_the_draft_that_was_shown_is_sent_even_after_midnight(stack: Stack, browser: Browser, clock: Clock) -> None:
    clock.move(hours=9, minutes=20)
    form = browser.form("/")
    clock.move(minutes=20)
    browser.post("/connect", {"draft": form["draft"]})

    assert json.loads(stack.kit.seen[0].body)["valid_until"] == "2026-12-22T19:59:59.000Z"


def test_looking_creates_nothing_and_sets_no_cookie(stack: Stack, browser: Browser) -> None:
    """CX-31, CX-35: the consent is made after the press, never by a view; no session for visitors who need none."""
    for path in ("/", "/connect", "/accounts", "/sign-out", "/signed-out", "/privacy", "/terms", "/healthz", "/nope"):
        assert "Set-Cookie" not in browser.get(path).headers, path

    assert stack.kit.seen == []


def test_the_button_leads_to_the_bank_by_an_interstitial(browser: Browser, stack: Stack) -> None:
    """CX-33, CX-34, CX-36: the seven elements, moves on by itself, a link besides, not stored, URL unaltered."""
    answer = browser.press_proceed()
    target = refresh_target(answer.text)
    soup = BeautifulSoup(answer.text, "html.parser")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert target == json.loads(stack.kit.answers[0])["redirect"]
    assert [link["href"] for link in soup.select("main a, body a") if str(link["href"]).startswith("http")] == [target]
    words = soup.get_text(" ", strip=True)
    for each in ("be redirected to", "Model Bank", "close this window", "Powered by", "AlTareq"):
        assert each in words


def test_a_second_press_gets_the_first_ones_answer(stack: Stack, browser: Browser) -> None:
    """CX-35: a double click gives one consent."""
    form = browser.form("/")
    first, second = (browser.post("/connect", {"draft": form["draft"]}) for _ in range(2))

    assert refresh_target(first.text) == refresh_target(second.text)
    assert staged(stack) == 1


def test_ten_presses_at_once_give_one_consent_and_every_cookie_can_finish_it(stack: Stack) -> None:
    form = stack.browser().form("/")
    people = [stack.browser() for _ in range(10)]
    answers: list[TestResponse] = []
    together = threading.Barrier(10)

    def press(person: Browser) -> None:
        together.wait()
        answers.append(person.post("/connect", {"draft": form["draft"]}))

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert staged(stack) == 1
    assert len({refresh_target(answer.text) for answer in answers}) == 1
    callback = people[3].approve(refresh_target(answers[0].text))
    assert people[7].come_back(callback).location == "/accounts"


def test_a_failed_press_can_be_repeated(stack: Stack, browser: Browser) -> None:
    form = browser.form("/")
    stack.kit.faults[CREATE] = plain("500 Internal Server Error", b'{"error": "connect ECONNREFUSED 10.0.0.1"}')
    answer = browser.post("/connect", {"draft": form["draft"]})
    assert answer.status_code == 502
    assert "ECONNREFUSED" not in answer.text
    assert "Set-Cookie" not in answer.headers
    stack.kit.faults.clear()

    assert browser.post("/connect", {"draft": form["draft"]}).status_code == 200


FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": f"http://{HOST}"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_from_somewhere_else_is_refused(stack: Stack, browser: Browser, headers: dict[str, str]) -> None:
    form = browser.form("/")
    answer = browser.client.post("/connect", data={"draft": form["draft"]}, base_url=f"http://{HOST}", headers=headers)

    assert answer.status_code == 403
    assert "Set-Cookie" not in answer.headers
    assert staged(stack) == 0


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(browser: Browser) -> None:
    form = browser.form("/")
    answer = browser.client.post(
        "/connect",
        data={"draft": form["draft"]},
        base_url=f"http://{HOST}",
        headers={"Origin": f"http://{HOST}"},
    )

    assert answer.status_code == 200


SPOILED = [lambda _: "", lambda draft: draft[:-2], lambda draft: "x" + draft, lambda _: "a.b.c"]


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_form_that_is_not_ours_is_refused(stack: Stack, browser: Browser, spoil: Callable[[str], str]) -> None:
    answer = browser.post("/connect", {"draft": spoil(browser.form("/")["draft"])})

    assert answer.status_code == 400
    assert staged(stack) == 0


def test_a_form_of_more_permissions_than_are_offered_now_is_refused(
    start: Callable[..., AbstractContextManager[Stack]], instance: Any
) -> None:
    with start() as stack:
        old = stack.browser().form("/")["draft"]
    with start(app={"permissions": ("ReadAccountsBasic",)}) as stack:
        assert_too_old(stack, old)


def assert_too_old(stack: Stack, form: str) -> None:
    """Assert that a form leads to the page that asks for another look, and that the bank hears nothing."""
    answer = stack.browser().post("/connect", {"draft": form})

    assert answer.status_code == 400
    assert "This page was open for too long" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert staged(stack) == 0


def signed(stack: Stack, **changes: Any) -> str:
    """Return the form of a page that shows today's draft with these changes."""
    with stack.app.test_request_context(base_url=f"http://{HOST}"):
        return sign_form(replace(offer().draft, **changes))


def test_a_signed_draft_of_fewer_permissions_goes_to_the_bank_with_exactly_those(
    stack: Stack, browser: Browser, clock: Clock
) -> None:
    """CX-23: whatever was shown is what is asked for, whichever draft that was."""
    fewer = ("ReadAccountsBasic", "ReadBalances")
    answer = browser.post("/connect", {"draft": signed(stack, permissions=fewer, until=end_of_day(clock(), 7))})
    sent = json.loads(stack.kit.seen[0].body)

    assert answer.status_code == 200
    assert (tuple(sent["data_permissions"]), sent["valid_until"]) == (fewer, "2026-11-29T19:59:59.000Z")
    browser.come_back(browser.approve(refresh_target(answer.text)))
    assert "29/11/2026" in browser.get("/accounts").text


@pytest.mark.parametrize(
    "change",
    [
        {"permissions": ("ReadBalances",)},
        {"permissions": ("ReadAccountsBasic", "ReadEverything")},
        {"permissions": ()},
        {"until": START},
        {"until": START + timedelta(days=366)},
        {"tpp_name": "A name of yesterday"},
        {"bank_name": "A bank of yesterday"},
        {"version": "1999-01"},
    ],
    ids=str,
)
def test_a_signed_draft_that_may_no_longer_be_asked_for_is_shown_again(stack: Stack, change: dict[str, Any]) -> None:
    assert_too_old(stack, signed(stack, **change))


def test_a_draft_with_another_ones_signature_is_refused(stack: Stack) -> None:
    """Nobody can add a permission to what we have signed."""
    fewer, more = (signed(stack, permissions=each).rsplit(".", 2) for each in (("ReadAccountsBasic",), FOR_THE_PRODUCT))

    assert_too_old(stack, ".".join([more[0], *fewer[1:]]))
    assert_too_old(stack, ".".join([*more[:2], fewer[2]]))


ANSWERS: list[tuple[str, bytes, int]] = [
    ("400 Bad Request", b'{"description": "Inalid data_permissions"}', 502),
    ("400 Bad Request", b'{"error": "invalid_request", "error_description": "<b>prose</b>"}', 502),
    ("400 Bad Request", b"<!DOCTYPE html><pre>SyntaxError: <b>prose</b></pre>", 502),
    ("401 Unauthorized", b"", 502),
    ("403 Forbidden", b'{"Errors": [{"Code": "Consent.Invalid", "Message": "prose"}]}', 502),
    ("404 Not Found", b"Cannot POST /x", 502),
    ("429 Too Many Requests", b"", 503),
    ("500 Internal Server Error", b'{"error": "self signed certificate prose"}', 502),
    ("502 Bad Gateway", b"<html>nginx prose</html>", 502),
    ("200 OK", b"", 502),
    ("200 OK", b"<html>prose</html>", 502),
    ("201 Created", b'{"redirect": "https://', 502),
    ("201 Created", b"[]", 502),
    ("201 Created", b'{"redirect": "javascript:alert(1)", "consent_id": "c", "code_verifier": "v"}', 502),
    ("201 Created", b'{"redirect": "https://evil.example/auth?x", "consent_id": "c", "code_verifier": "v"}', 502),
]


@pytest.mark.parametrize(("status", "body", "shown"), ANSWERS)
def test_every_fault_of_the_kit_has_a_clear_page_before_any_redirect(
    stack: Stack, browser: Browser, status: str, body: bytes, shown: int
) -> None:
    """CX-47: failure page without a redirect, progress at step 1; no upstream text, a reference, one next step."""
    stack.kit.faults[CREATE] = plain(status, body, "text/html")
    answer = browser.press_proceed()

    assert answer.status_code == shown
    assert "refresh" not in answer.text.lower().split("<main")[0]
    for forbidden in ("prose", "Inalid", "evil", "javascript", "nginx", "Traceback"):
        assert forbidden not in answer.text
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", answer.text)
    assert "Set-Cookie" not in answer.headers


def test_a_kit_that_is_not_running_has_a_page_that_says_so(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    with start(app={"starter_kit_url": "http://127.0.0.1:9"}) as stack:
        answer = stack.browser().press_proceed()

    assert answer.status_code == 502
    assert "The connection service is not running" in answer.text


def test_the_real_kits_out_of_date_expiry_is_explained(start: Callable[..., AbstractContextManager[Stack]]) -> None:
    with start(kit={"expiry": "fixed"}) as stack:
        answer = stack.browser().press_proceed()

    assert answer.status_code == 502
    assert "25/12/2025" in answer.text


def test_a_fault_at_the_kit_leaves_a_live_session_intact(stack: Stack, browser: Browser) -> None:
    browser.connect()
    stack.kit.faults[CREATE] = plain("500 Internal Server Error", b"")
    assert browser.press_proceed().status_code == 502
    stack.kit.faults.clear()

    assert "Salary account" in browser.get("/accounts").text


def test_the_connected_go_on_to_their_accounts_and_can_still_ask_for_the_consent_page(browser: Browser) -> None:
    browser.connect()

    assert browser.get("/").location == "/accounts"
    assert browser.get("/connect").status_code == 200


def test_a_second_consent_stands_beside_the_first_and_no_account_counts_twice(browser: Browser, clock: Clock) -> None:
    browser.connect(accounts=1)
    clock.move(seconds=5)
    browser.connect(accounts=3)
    page = browser.get("/accounts").text

    assert page.count("Salary account") == 1


@pytest.mark.parametrize("expired", [3601, 7200])
def test_a_page_left_open_for_long_is_shown_again_before_anything_is_asked(
    stack: Stack, browser: Browser, expired: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = browser.form("/")
    now = machine().timestamp()
    monkeypatch.setattr(time, "time", lambda: now + expired)

    assert browser.post("/connect", {"draft": form["draft"]}).status_code == 400
    assert staged(stack) == 0
