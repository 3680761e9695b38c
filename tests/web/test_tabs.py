"""The tabs of one account over the wire: what was granted, read in one wave, with the bank's own data."""

from __future__ import annotations

import re
import threading
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from tests.page import Reader
from tests.stack import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from wsgiref.types import StartResponse, WSGIEnvironment

    from tests.clock import Clock
    from tests.stack import Browser, Stack

BASE = "/open-finance/account-information/v1.2/accounts"
TABS = "nav.tabs a"
REFUSED = b'{"Errors": [{"ErrorCode": "AccessToken.InvalidScope"}]}'


def first(browser: Browser) -> str:
    """Connect, and return the address of the first account."""
    browser.connect(accounts=40)
    return str(Reader(browser.client).get("/accounts").soup.select(".entry-title a")[0]["href"])


def figure(text: str) -> Decimal:
    """Read an amount as a person does."""
    return Decimal(re.sub(r"[^\d.\u2212+-]", "", text).replace("\N{MINUS SIGN}", "-"))


def figures(found: Iterable[object]) -> list[Decimal]:
    """Read the amounts of some elements."""
    return [figure(str(getattr(each, "text", ""))) for each in found]


def test_the_first_tab_that_was_granted_opens_with_the_account(browser: Browser) -> None:
    page = Reader(browser.client).get(first(browser))

    assert page.soup.select(TABS)[0].get_text() == "Transactions"
    assert page.soup.select_one(f"{TABS}[aria-current]") == page.soup.select(TABS)[0]
    assert page.soup.select(".movement")


@pytest.mark.parametrize(
    ("permission", "label", "path"),
    [
        ("ReadStandingOrdersBasic", "Regular payments", "standing-orders"),
        ("ReadBeneficiariesBasic", "Payees", "beneficiaries"),
        ("ReadPartyUser", "People", "parties"),
    ],
)
def test_whatever_tab_comes_first_is_read_when_it_opens_with_the_account(
    start: Callable[..., AbstractContextManager[Stack]], permission: str, label: str, path: str
) -> None:
    with start(app={"permissions": f"ReadAccountsDetail,ReadBalances,{permission}"}) as stack:
        browser = stack.browser()
        page = Reader(browser.client).get(first(browser))

        assert page.soup.select(TABS)[0].get_text() == label
        assert page.soup.select(".tab-panel .due, .tab-panel .card")
        assert [each for each in stack.kit.seen if each.path.endswith(f"/{path}")]


def test_what_was_not_granted_has_no_tab_and_is_not_asked_for(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    with start(app={"permissions": "ReadAccountsDetail,ReadBalances"}) as stack:
        browser = stack.browser()
        path = first(browser)
        page = Reader(browser.client).get(path)

        assert [each.get_text() for each in page.soup.select(TABS)] == ["About"]
        assert browser.get(f"{path}/transactions").status_code == 404
        assert not [each for each in stack.kit.seen if each.path.endswith("/transactions")]


def test_a_tab_that_there_is_not_is_a_404(browser: Browser) -> None:
    path = first(browser)

    for tab in ("nonsense", "a%20b", "x" * 300):
        assert browser.get(f"{path}/{tab}").status_code == 404


def test_a_refused_resource_says_that_the_bank_did_not_share_it(stack: Stack, browser: Browser) -> None:
    path = first(browser)
    stack.kit.faults[f"{BASE}/{path.rpartition('/')[2]}/transactions"] = plain("403 Forbidden", REFUSED)
    page = Reader(browser.client).get(path)

    assert "Your bank did not share this." in page.text
    assert "InvalidScope" not in page.html
    assert page.soup.select(".sum-hero .money-digits")


def test_older_transactions_stay_with_their_time_where_the_bank_fails_for_now(
    stack: Stack, browser: Browser, clock: Clock
) -> None:
    path = first(browser)
    rows = len(Reader(browser.client).get(path).soup.select(".movement"))
    clock.move(minutes=5)
    stack.kit.faults[f"{BASE}/{path.rpartition('/')[2]}/transactions"] = plain("500 Internal Server Error", b"prose")
    page = Reader(browser.client).get(path)

    assert "What you see is from 14:30." in page.text
    assert len(page.soup.select(".movement")) == rows
    assert "prose" not in page.html


def test_balances_and_transactions_are_asked_for_in_one_wave(stack: Stack, browser: Browser, clock: Clock) -> None:
    """Both are under way before either is answered: the two wait for each other."""
    path = first(browser)
    clock.move(minutes=5)
    both, inner = threading.Barrier(2, timeout=8), stack.kit.inner

    def waits(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        both.wait()
        return inner(environ, start_response)

    stack.kit.faults[f"{BASE}/{path.rpartition('/')[2]}/"] = waits
    page = Reader(browser.client).get(path)

    assert "Did not load" not in page.text
    assert page.soup.select(".movement")
    assert not both.broken


def test_loading_the_page_again_asks_nobody(stack: Stack, browser: Browser) -> None:
    path = first(browser)
    browser.get(path)
    calls = len(stack.kit.seen)
    browser.get(f"{path}?q=salary")
    browser.get(f"{path}?page=2")

    assert len(stack.kit.seen) == calls


def test_asking_again_keeps_the_filter_and_leads_to_a_clean_address(stack: Stack, browser: Browser) -> None:
    path = first(browser)
    answer = browser.get(f"{path}?q=pearl&page=2&fresh=1&x=y")

    assert (answer.status_code, answer.location) == (303, f"{path}?q=pearl&page=2")
    calls = len(stack.kit.seen)
    browser.get(answer.location)
    assert len(stack.kit.seen) == calls


@pytest.mark.parametrize("user", ["rora", "mits", "layla"])
def test_the_sums_are_those_of_the_rows_on_all_pages(browser: Browser, user: str) -> None:
    """Added up from the printed rows of every page, pending and rejected ones left out."""
    browser.connect(accounts=40, user=user)
    for link in Reader(browser.client).get("/accounts").soup.select(".entry-title a")[:3]:
        address: str | None = str(link["href"])
        total, printed = Decimal(), None
        while address:
            soup = BeautifulSoup(browser.get(address).text, "html.parser")
            if printed is None:
                printed = [figures(each.select(".money-digits")) for each in soup.select(".found .flows > div")]
            for month in soup.select(".movements .month:has(h4)"):
                for row in month.select(".movement"):
                    if not row.select(".chip"):
                        total += sum(figures(row.select(".movement-money .money-digits")), Decimal())
            older = soup.select_one(".pager a[rel=next]")
            address = str(older["href"]) if older else None
        if printed:
            assert len(printed) == 1
            out, came, net = printed[0]
            assert (out + came, net) == (total, total)


def test_any_filter_is_a_page(browser: Browser) -> None:
    path = first(browser)
    queries = (
        *("from=yesterday", "from=2026-11-20&to=2026-11-01", "least=1e9", "most=-5", "least=9&most=1"),
        *("type=%00", "page=0", "page=99999999", "q=" + "x" * 500, "direction=sideways", "q=%F0%9F%98%80%E2%80%AE"),
    )
    for query in queries:
        answer = browser.get(f"{path}?{query}")
        assert answer.status_code == 200, query
        assert BeautifulSoup(answer.text, "html.parser").select("form.filter"), query


def test_hiding_amounts_and_another_language_keep_the_filter(browser: Browser) -> None:
    """And nothing that would ask the bank again."""
    path = f"{first(browser)}?q=pearl&page=2"
    page = Reader(browser.client).get(path)
    hidden = browser.post("/amounts", page.form("/amounts"))
    switched = browser.get(str(page.one(".language")["href"]))

    assert (hidden.location, switched.location) == (path, path)
    assert "kept" not in Reader(browser.client).get("/accounts").form("/amounts")


@pytest.mark.parametrize(
    ("kept", "location"),
    [
        ("q=a%0d%0aX-Evil: 1&b=\r\nc", "/accounts?q=a%0D%0AX-Evil%3A+1&b=%0D%0Ac"),
        ("fresh=1&find=x", "/accounts?find=x"),
        ("x" * 5000, "/accounts"),
        ("&".join(["a=1"] * 200), "/accounts"),
    ],
)
def test_a_way_back_takes_along_parameters_and_nothing_else(browser: Browser, kept: str, location: str) -> None:
    answer = browser.get("/language/ar", query_string={"next": "/accounts", "kept": kept})

    assert answer.location == location
    assert "X-Evil" not in answer.headers
