"""The accounts page over the wire: equal to the bank's data, partial, stale, hostile."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup

from tests.stack import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.clock import Clock
    from tests.stack import Browser, Stack

BASE = "/open-finance/account-information/v1.2/accounts"


def words(html: str) -> str:
    """Return a page's text."""
    main = BeautifulSoup(html, "html.parser").select_one("main")
    assert main is not None
    return main.get_text(" ", strip=True)


def test_three_ticked_accounts_are_shown_and_no_other(browser: Browser) -> None:
    browser.connect(accounts=3)
    page = words(browser.get("/accounts").text)

    for name in ("Salary account", "Team prepaid card", "Company charge card"):
        assert name in page
    for name in ("Dollar account", "Rainy day"):
        assert name not in page
    assert "3 of 3 accounts loaded" in page


def test_the_completion_card_comes_first_in_the_standards_order(browser: Browser) -> None:
    """CX-40, CX-41."""
    browser.connect()
    page = words(browser.get("/accounts").text)
    order = [
        *("Consent", "Authorize", "Complete", "Thank you"),
        "We are able to access the specified information from your selected account(s)",
        *("Bank Name", "Model Bank", "View the data"),
        "We will access your information from your accounts until 22/12/2026",
        "Your accounts",
    ]
    places = [page.find(each) for each in order]

    assert -1 not in places
    assert places == sorted(places)


def test_a_plain_visit_within_a_minute_costs_no_call_and_fresh_does(
    stack: Stack, browser: Browser, clock: Clock
) -> None:
    browser.connect()
    browser.get("/accounts")
    calls = len(stack.kit.seen)
    clock.move(seconds=30)
    browser.get("/accounts")
    assert len(stack.kit.seen) == calls
    browser.refresh()
    assert len(stack.kit.seen) == calls + 4


def test_one_failing_account_is_named_and_the_others_stay(stack: Stack, browser: Browser) -> None:
    browser.connect()
    stack.kit.faults[f"{BASE}/100004000000000000000004"] = plain("500 Internal Server Error", b'{"error": "prose"}')
    page = words(browser.get("/accounts").text)

    assert "2 of 3 accounts loaded" in page
    assert "Did not load: the bank had a technical problem" in page
    assert "Team prepaid card\u2069 did not load and is missing here" in page
    assert "48,215" in page
    assert "prose" not in page


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("500 Internal Server Error", b'{"error": "prose"}'),
        ("502 Bad Gateway", b"<html>prose"),
        ("403 Forbidden", b'{"Errors": [{"Code": "Made.Up", "Message": "prose"}]}'),
        ("429 Too Many Requests", b""),
        ("200 OK", b'{"Data": {"Account": [{"Acc'),
        ("200 OK", b""),
        ("200 OK", b"{}"),
        ("200 OK", b'{"Data": {"Account": "prose"}}'),
    ],
)
def test_a_bank_that_fails_has_a_clear_page_and_the_session_stays(
    stack: Stack, browser: Browser, clock: Clock, status: str, body: bytes
) -> None:
    browser.connect()
    stack.kit.faults[BASE] = plain(status, body)
    answer = browser.get("/accounts")

    assert answer.status_code == 200
    assert "prose" not in answer.text
    assert re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-4", answer.text), "a reference to quote"
    assert "Set-Cookie" not in answer.headers
    stack.kit.faults.clear()
    clock.move(seconds=61)
    assert "Salary account" in browser.get("/accounts").text


def test_figures_of_a_few_minutes_ago_are_shown_with_their_time_when_the_bank_is_away(
    stack: Stack, browser: Browser, clock: Clock
) -> None:
    browser.connect()
    browser.get("/accounts")
    clock.move(minutes=5)
    stack.kit.faults[BASE] = plain("503 Service Unavailable", b"")
    page = words(browser.get("/accounts").text)

    assert "These figures are from 14:30" in page
    assert "48,215" in page
    assert "Your connection still stands" in page


def test_the_token_is_renewed_in_time_and_once_for_pages_at_the_same_moment(
    stack: Stack, browser: Browser, clock: Clock
) -> None:
    browser.connect()
    clock.move(minutes=9, seconds=30)
    cookie = browser.client.get_cookie("mizan", domain="localhost")
    assert cookie is not None
    together, pages = threading.Barrier(8), list[str]()

    def view() -> None:
        other = stack.browser()
        other.client.set_cookie("mizan", cookie.value, domain="localhost")
        together.wait()
        pages.append(other.refresh().text)

    threads = [threading.Thread(target=view) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all("3 of 3 accounts loaded" in page for page in pages)
    assert stack.kit.count("/token/refresh-token") == 1


def test_a_bank_that_ends_everything_at_a_second_use_sees_each_refresh_token_once(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock
) -> None:
    """RFC 9700, 4.14.2: a replaced token that comes again would end the connection."""
    with start(bank={"rotate_refresh": True}) as stack:
        person = stack.browser()
        person.connect()
        for renewals in (1, 2, 3):
            clock.move(minutes=10)
            assert "3 of 3 accounts loaded" in person.refresh().text
            assert "3 of 3 accounts loaded" in person.refresh().text
            assert stack.kit.count("/token/refresh-token") == renewals


def test_a_401_before_the_end_renews_once_and_the_page_comes(stack: Stack, browser: Browser) -> None:
    browser.connect()
    refused: list[str] = []

    def refuse_the_first(environ: Any, start_response: Any) -> Any:
        token = environ["HTTP_AUTHORIZATION"]
        if not refused or token == refused[0]:
            refused.append(token)
            return plain("401 Unauthorized", b'{"error": "Request failed with status code 401"}')(
                environ, start_response
            )
        return stack.kit.inner(environ, start_response)

    stack.kit.faults[BASE] = refuse_the_first

    assert "3 of 3 accounts loaded" in browser.get("/accounts").text
    assert stack.kit.count("/token/refresh-token") == 1


def test_without_a_refresh_token_the_way_on_is_a_new_consent(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock
) -> None:
    """The seed shows no refresh token: then ten minutes are all there is."""
    with start(bank={"issue_refresh": False}) as stack:
        person = stack.browser()
        person.connect()
        assert "Salary account" in person.get("/accounts").text
        clock.move(minutes=10, seconds=1)
        page = BeautifulSoup(person.get("/accounts").text, "html.parser")

        assert "Our access has ended" in page.get_text()
        assert page.find("a", href="/connect")
        person.connect()
        assert "Our access has ended" not in person.get("/accounts").text


def test_a_consent_past_its_last_day_says_so(stack: Stack, browser: Browser, clock: Clock) -> None:
    browser.connect()
    clock.move(days=29)
    browser.get("/accounts")
    clock.move(days=2)

    assert "has reached its last day" in browser.get("/accounts").text


HOSTILE = [
    {"AccountId": "a", "Nickname": "<script>alert(1)</script>", "Status": "<b>x", "AccountSubType": '"><img src=x>'},
    {"AccountId": "b", "Nickname": "\u202eevil\u202c name", "Currency": "XX", "AccountType": ["x"]},
    {"AccountId": "c", "Nickname": "x" * 100_000},
    {"AccountId": "d"},
    {"AccountId": "../parties"},
    {"AccountId": "e", "AccountIdentifiers": [{"SchemeName": "{{7*7}}", "Identification": "%s%n"}]},
    {"AccountId": "f", "Nickname": None, "AccountIdentifiers": "no", "OpeningDate": 3},
    {"NoId": 1},
    {"AccountId": "g", "Nickname": "حساب الراتب مع اسم طويل جدا"},
]

BALANCE = {"Type": "InterimAvailable", "CreditDebitIndicator": "Credit"}
ODD: list[Any] = [
    {**BALANCE, "Amount": {"Amount": "1e5", "Currency": "AED"}},
    {**BALANCE, "Amount": {"Amount": "٥٠٠", "Currency": "AED"}},
    {**BALANCE, "Amount": {"Amount": "9999999999999.99999", "Currency": "BHD"}, "Type": "<i>odd"},
    {**BALANCE, "Amount": {"Amount": "5", "Currency": "ZZZ"}, "DateTime": "never"},
    None,
    "text",
]


def test_hostile_and_incomplete_data_breaks_nothing_and_invents_nothing(stack: Stack, browser: Browser) -> None:
    browser.connect()

    def answer(environ: Any, start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        assert "parties" not in path
        data: dict[str, Any] = {"Account": HOSTILE} if path == BASE else {"Balance": ODD}
        return plain("200 OK", json.dumps({"Data": data}).encode())(environ, start_response)

    stack.kit.faults["/open-finance"] = answer
    page = browser.get("/accounts")
    soup = BeautifulSoup(page.text, "html.parser")

    assert page.status_code == 200
    assert not soup.select("script, main img, main b, main i")
    assert "49" not in soup.get_text()
    assert "100,000" not in page.text
    assert "٥٠٠" not in page.text
    assert "7 of 8 accounts loaded" in words(page.text)
    assert len(page.text) < 60_000
    for name in soup.find_all(string=re.compile("evil")):
        assert name.find_parent("bdi"), "a bank's text is isolated"


@pytest.mark.parametrize("agent", ["Ünïcode", "a" * 5000, "x\x7fy", ""])
def test_odd_browser_names_do_not_break_the_calls(stack: Stack, browser: Browser, agent: str) -> None:
    browser.connect()
    environ = {"HTTP_USER_AGENT": agent.encode().decode("latin-1")}
    answer = browser.client.get("/accounts", base_url="http://localhost:1411", environ_overrides=environ)

    assert "3 of 3 accounts loaded" in answer.text
