"""Transactions of all accounts, and money in and out, over the wire: exact, and only what the bank sent."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from sandbox.ground.amounts import major_of
from tests.clock import START
from tests.page import Reader
from tests.shown import accounts_of, flows_of
from tests.stack import plain
from tpp.web.filters import ISOLATE, POP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from bs4 import Tag

    from sandbox.ledger.flows import Flow
    from tests.clock import Clock
    from tests.page import Page
    from tests.stack import Browser, Stack

BASE = "/open-finance/account-information/v1.2/accounts"
PAGES = ("/transactions", "/money")
FIRST_PAGE = 100
"""So many transactions of each account the bank's first page has, and no other page is reached through the kit."""

FIGURE = re.compile(r"(?<!\d{3})\d\.\d{2}(?!\d)|\d,\d{3}")
IN_WORDS = re.compile(r"\d+(?:\.\d)?(?:k|m| ألف| مليون)\b")
EVERYBODY = ["noor", *(pytest.param(each, marks=pytest.mark.slow) for each in ("rora", "mits", "layla"))]
"""Whose every page and link is looked at: the one with the fewest accounts, and where there is time the others."""


def number(cell: Tag) -> Decimal:
    """Read an amount as a person does: with its sign; a dash is nothing."""
    digits = cell.select_one(".money-digits")
    if digits is None:
        return Decimal()
    return Decimal(digits.get_text().strip().replace(",", "").replace("\N{MINUS SIGN}", "-"))


def rows(page: Page, table: int) -> list[tuple[str, list[Decimal], str]]:
    """Read a table of the page of money: name, amounts, address."""
    found = page.soup.select("table.flow-table")[table].select("tbody tr")
    return [
        (
            row.select("th a")[0].get_text(" ", strip=True),
            [number(cell) for cell in row.select("td:not(.cell-count)")],
            str(row.select("th a")[0]["href"]),
        )
        for row in found
    ]


def total(page: Page) -> list[Decimal]:
    """Read the line under the table of months: in, out, difference."""
    return [number(cell) for cell in page.soup.select("table.flow-table")[0].select("tfoot td")]


def found_at(browser: Browser, path: str) -> list[Decimal]:
    """Follow a link to the list of transactions, and read its only line of sums: in and out."""
    answer = browser.get(path)
    assert answer.status_code == 200
    lines = BeautifulSoup(answer.text, "html.parser").select(".found .flows > div")
    assert len(lines) == 1, path
    return [number(lines[0].select(name)[0]) for name in (".flow-in", ".flow-out")]


def signed(flow: Flow, currency: str) -> Decimal:
    """Return the amount of an entry with its sign."""
    return abs(major_of(flow.minor, currency)) * (1 if flow.minor > 0 else -1)


def sent(user: str) -> Iterator[tuple[str, Flow]]:
    """Yield currency and flow of everything that the bank's first pages hold."""
    for account in accounts_of(user):
        for flow in flows_of(account, FIRST_PAGE):
            yield account.currency, flow


def due(user: str, currency: str, *, months: int) -> list[Decimal]:
    """Add up what money in and out must show, from the sandbox's own ledger."""
    last = START.year * 12 + START.month
    amounts = [
        signed(flow, currency)
        for code, flow in sent(user)
        if code == currency
        and flow.status == "Booked"
        and not flow.habit.pair
        and last - months < flow.booked.year * 12 + flow.booked.month <= last
    ]
    money_in, money_out = (sum((each for each in amounts if sign * each > 0), Decimal()) for sign in (1, -1))
    return [money_in, money_out, money_in + money_out]


@pytest.mark.parametrize(
    ("user", "language"),
    [
        *(("rora", "en"), ("layla", "ar"), ("faris", "en"), ("noor", "ar")),
        *(pytest.param(user, "ar", marks=pytest.mark.slow) for user in ("rora", "faris")),
        *(pytest.param(user, "en", marks=pytest.mark.slow) for user in ("layla", "noor")),
    ],
)
def test_money_in_and_out_is_what_the_sandbox_has(browser: Browser, user: str, language: str) -> None:
    browser.client.set_cookie("mizan_language", language, domain="localhost")
    browser.connect(accounts=40, user=user)
    page = Reader(browser.client).get("/money")
    year = Reader(browser.client).get("/money?months=12")

    assert total(page) == due(user, "AED", months=6)
    assert total(year) == due(user, "AED", months=12)
    assert [number(each) for each in page.soup.select(".names .name-total")] == [total(page)[0], -total(page)[1]]
    for side, sign in ((".names-in", 1), (".names-out", -1)):
        lines = page.soup.select(f"{side} li:not(.name-total)")
        assert sum(number(each) for each in lines) == sign * total(page)[0 if sign > 0 else 1]


@pytest.mark.parametrize("user", EVERYBODY)
def test_every_link_of_money_in_and_out_finds_the_very_sum_that_was_pressed(browser: Browser, user: str) -> None:
    browser.connect(accounts=40, user=user)
    page = Reader(browser.client).get("/money?months=3")

    for name, amounts, path in [*rows(page, 0), *rows(page, 1), *rows(page, 2)]:
        if any(amounts):
            assert found_at(browser, path) == amounts[:2], name
    for side, sign in ((".names-in", 1), (".names-out", -1)):
        for line in page.soup.select(f"{side} li:not(.name-total)"):
            for link in line.select("a"):
                assert sum(found_at(browser, str(link["href"]))) == sign * number(line)


def test_another_currency_is_another_page(browser: Browser) -> None:
    browser.connect(accounts=40, user="faris")
    home = Reader(browser.client).get("/money")
    others = {link.get_text(strip=True): str(link["href"]) for link in home.soup.select(".made-of a")}

    assert set(others) == {"US dollars", "Euros"}
    for name, currency in (("US dollars", "USD"), ("Euros", "EUR")):
        assert total(Reader(browser.client).get(others[name])) == due("faris", currency, months=6)


def ids_on(page: Page) -> list[str]:
    """Read the bank's number of every transaction on a page of the list."""
    facts = [each.select("dt, dd") for each in page.soup.select(".movement .facts > div")]
    return [dd.get_text(strip=True) for dt, dd in facts if dt.get_text(strip=True) == "Transaction number"]


@pytest.mark.parametrize("user", EVERYBODY)
def test_the_list_over_all_accounts_has_every_transaction_once_and_adds_up(browser: Browser, user: str) -> None:
    browser.connect(accounts=40, user=user)
    first = page = Reader(browser.client).get("/transactions")
    shown_ids = ids_on(first)
    while older := page.soup.select("a[rel=next]"):
        page = Reader(browser.client).get(str(older[0]["href"]))
        shown_ids += ids_on(page)

    assert sorted(shown_ids) == sorted(flow.key for _, flow in sent(user))
    for line, currency in zip(
        first.soup.select(".found .flows > div"), sorted({code for code, _ in sent(user)}), strict=True
    ):
        booked = [signed(flow, code) for code, flow in sent(user) if code == currency and flow.status == "Booked"]
        shown = [number(line.select(name)[0]) for name in (".flow-in", ".flow-out")]
        assert shown == [sum(each for each in booked if each > 0), sum(each for each in booked if each < 0)]


def test_both_pages_ask_each_account_once_and_not_again_within_a_minute(stack: Stack, browser: Browser) -> None:
    browser.connect(accounts=40)
    browser.get("/accounts")
    calls = len(stack.kit.seen)
    for path in (*PAGES, "/transactions?direction=in", "/money?months=12"):
        assert browser.get(path).status_code == 200

    asked = [each.path for each in stack.kit.seen[calls:]]
    assert sorted(asked) == sorted(f"{BASE}/{each.account_id}/transactions" for each in accounts_of("rora"))


@pytest.mark.parametrize("path", PAGES)
def test_refreshing_asks_and_leads_to_the_clean_address(
    stack: Stack, browser: Browser, clock: Clock, path: str
) -> None:
    browser.connect(accounts=40)
    browser.get(path)
    clock.move(seconds=30)
    calls = len(stack.kit.seen)
    kept = "direction=in&account=1&account=2&endpoint=x&_scheme=ftp&_external=1"
    answer = browser.get(f"{path}?fresh=1&{kept}")

    assert (answer.status_code, answer.location) == (303, f"{path}?{kept}")
    assert len(stack.kit.seen) - calls == len(accounts_of("rora"))
    browser.get(answer.location)
    assert len(stack.kit.seen) - calls == len(accounts_of("rora"))


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", [*PAGES, "/money?months=12&currency=USD", "/transactions?q=500.00&least=10&most=9000"])
def test_hidden_amounts_are_hidden_everywhere_and_no_bar_gives_them_away(
    browser: Browser, path: str, language: str
) -> None:
    browser.client.set_cookie("mizan_language", language, domain="localhost")
    browser.connect(accounts=40)
    shown = Reader(browser.client).get(path)
    browser.post("/amounts", shown.form("/amounts"))
    hidden = Reader(browser.client).get(path)

    assert FIGURE.search(shown.text)
    assert not FIGURE.search(hidden.text)
    assert not IN_WORDS.search(hidden.text)
    assert hidden.soup.select(".chart, .name-bar, .sum-count") == []
    assert bool(shown.soup.select(".chart")) is path.startswith("/money")


def test_filters_with_any_text_are_a_page_and_a_word_beside_the_field(browser: Browser) -> None:
    browser.connect(accounts=40, user="mits")
    for query in (
        "account=<b>&currency=ZZZ&own=x",
        "from=x&to=2026-02-30&least=abc&page=-1",
        "category=9e9&payee=%00%FF",
    ):
        page = Reader(browser.client).get(f"/transactions?{query}")
        assert bool(page.soup.select(".field-error")) is ("payee" not in query)
        assert Reader(browser.client).get(f"/money?months=x&{query}").status == 200


@pytest.mark.parametrize("path", PAGES)
def test_hostile_transactions_are_a_page_on_which_nothing_runs(browser: Browser, path: str) -> None:
    browser.connect(accounts=40, user="nasty")
    soup = BeautifulSoup(browser.get(path).text, "html.parser")

    assert soup.select("main")
    assert not soup.select("script, img, [onerror], [style]")


def test_where_no_transactions_were_granted_there_is_no_way_to_them_and_the_pages_say_so(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    with start(app={"permissions": ("ReadAccountsBasic", "ReadBalances")}) as stack:
        browser = stack.browser()
        browser.connect()
        reader = Reader(browser.client)
        assert {"Transactions", "Money"}.isdisjoint(reader.get("/accounts").all(".nav a"))
        for path in PAGES:
            assert reader.get(path).heading == "No transactions are shared"
        assert not any(each.path.endswith("/transactions") for each in stack.kit.seen)


def test_where_they_were_granted_both_pages_stand_in_the_navigation(browser: Browser) -> None:
    browser.connect()
    reader = Reader(browser.client)

    for path, name in (("/accounts", "Accounts"), ("/transactions", "Transactions"), ("/money", "Money")):
        page = reader.get(path)
        assert {"Accounts", "Transactions", "Money"} <= set(page.all(".nav a"))
        assert page.all('.nav [aria-current="page"]') == [name]


@pytest.mark.parametrize("path", PAGES)
def test_one_account_that_fails_is_said_and_the_others_are_shown(stack: Stack, browser: Browser, path: str) -> None:
    browser.connect(accounts=40)
    failing = accounts_of("rora")[0]
    stack.kit.faults[f"{BASE}/{failing.account_id}/transactions"] = plain("500 Internal Server Error", b"prose")
    page = Reader(browser.client).get(path)

    assert f"Transactions of {ISOLATE}{failing.nickname}{POP} are missing here." in page.text
    assert "Did not load: the bank had a technical problem" in page.text
    assert FIGURE.search(page.text)
    assert "prose" not in page.html


@pytest.mark.parametrize("path", PAGES)
def test_where_no_account_can_be_listed_just_now_the_page_of_all_accounts_says_why(
    stack: Stack, browser: Browser, clock: Clock, path: str
) -> None:
    browser.connect()
    clock.move(minutes=20)
    stack.kit.faults[BASE] = plain("500 Internal Server Error", b"prose")
    answer = browser.get(path)

    assert (answer.status_code, answer.location) == (303, "/accounts")
    assert "No transactions are shared" not in browser.get(path, follow_redirects=True).text


@pytest.mark.parametrize("path", PAGES)
def test_without_a_connection_nothing_is_shown(browser: Browser, path: str) -> None:
    assert "Nothing is connected in this browser" in browser.get(path).text


def test_it_is_said_of_which_accounts_and_how_far_back(browser: Browser) -> None:
    browser.connect(accounts=40)
    for path in PAGES:
        page = Reader(browser.client).get(path)
        reaches = dict(zip(page.all(".reaches dt"), page.all(".reaches dd"), strict=True))
        for account in accounts_of("rora"):
            count = len(flows_of(account, FIRST_PAGE))
            older = "the bank has older ones that were not read" in reaches[account.nickname]
            assert reaches[account.nickname].startswith(f"{count} transaction")
            assert older is (len(flows_of(account)) > FIRST_PAGE)
