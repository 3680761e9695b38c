"""The list as a file over the wire: the bank's own rows, the page's filter, and nobody's amounts unasked."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest

from tests.page import Reader
from tests.stack import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from werkzeug.test import TestResponse

    from tests.clock import Clock
    from tests.stack import Browser, Stack

PERMISSIONS = ("ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail")
AMOUNT = re.compile(r"\d\.\d{2}")


@pytest.fixture
def sharing(start: Callable[..., AbstractContextManager[Stack]]) -> Iterator[Stack]:
    """Return the whole product, connected with transactions."""
    with start(app={"permissions": PERMISSIONS}) as parts:
        yield parts


def connected(stack: Stack, user: str = "rora", accounts: int = 40) -> tuple[Browser, list[str]]:
    """Return a browser that has connected, and the addresses of its accounts."""
    browser = stack.browser()
    browser.connect(accounts=accounts, user=user)
    rows = Reader(browser.client).get("/accounts").soup.select(".entry-title a")
    return browser, [str(each["href"]) for each in rows]


def sent(stack: Stack, path: str) -> list[dict[str, Any]]:
    """Return what the bank sent of an account's transactions, the last time, as it was on the wire."""
    ending = f"{path.rpartition('/')[2]}/transactions"
    places = [place for place, each in enumerate(stack.kit.seen) if each.path.endswith(ending)]
    found: list[dict[str, Any]] = json.loads(stack.kit.answers[places[-1]])["Data"]["Transaction"]
    return found


def rows(answer: TestResponse) -> list[dict[str, str]]:
    """Read a file of comma-separated values by their headings, as another program would."""
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def amount(row: dict[str, Any]) -> tuple[str, str]:
    """Return an amount of the bank with its sign, and its currency."""
    sign = "-" if row["CreditDebitIndicator"] == "Debit" else ""
    return f"{sign}{row['Amount']['Amount']}", row["Amount"]["Currency"]


def in_order(transactions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort what the bank sent as the page lists it: what is pending first, then the newest."""
    by_time = sorted(transactions, key=lambda each: (each["BookingDateTime"], each["TransactionId"]), reverse=True)
    return sorted(by_time, key=lambda each: each["Status"] != "Pending")


@pytest.mark.parametrize("user", ["rora", "mits", "layla"])
def test_the_file_has_every_row_that_the_bank_sent_with_its_exact_amount(sharing: Stack, user: str) -> None:
    browser, paths = connected(sharing, user)
    compared = 0
    for path in paths:
        found = rows(browser.get(f"{path}/transactions.csv"))
        expected = in_order(sent(sharing, path))
        compared += len(found)
        assert [each["Transaction number"] for each in found] == [each["TransactionId"] for each in expected]
        assert [(each["Amount"], each["Currency"]) for each in found] == [amount(each) for each in expected]
        assert [each["Booked at"].removesuffix("Z") for each in found] == [
            each["BookingDateTime"][:19] for each in expected
        ]
    assert compared > 100


def test_the_file_for_programs_has_the_same_rows_and_says_what_they_are_made_of(sharing: Stack, clock: Clock) -> None:
    browser, paths = connected(sharing)
    answer = browser.get(f"{paths[0]}/transactions.json")
    found, expected = json.loads(answer.data), in_order(sent(sharing, paths[0]))

    assert answer.content_type == "application/json"
    assert (found["format"], found["version"], found["count"]) == ("mizan-transactions", 1, len(expected))
    assert [each["transaction_id"] for each in found["transactions"]] == [each["TransactionId"] for each in expected]
    assert [(each["money"]["amount"], each["money"]["currency"]) for each in found["transactions"]] == [
        amount(each) for each in expected
    ]
    (coverage,) = found["coverage"]
    assert (coverage["read"], coverage["bank"], coverage["bank_has_more"]) == (len(expected), "Model Bank", True)
    assert (coverage["first"], coverage["last"]) == (
        min(each["day"] for each in found["transactions"]),
        max(each["day"] for each in found["transactions"]),
    )
    assert found["exported_at"] == coverage["read_at"] == clock().isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("query", ["direction=out", "least=100&most=500", "q=salary", "type=POS", "to=2026-11-10"])
def test_the_file_has_what_the_pages_filter_leaves_on_all_its_pages(sharing: Stack, query: str) -> None:
    browser, paths = connected(sharing)
    page = Reader(browser.client).get(f"{paths[0]}/transactions?{query}")
    link = str(page.one('a[href*="transactions.csv"]')["href"])
    found = rows(browser.get(link))

    assert f"{len(found)} transaction" in page.text
    assert 0 < len(found) < len(sent(sharing, paths[0]))
    assert json.loads(browser.get(link.replace(".csv", ".json")).data)["count"] == len(found)
    assert rows(browser.get(f"{link}&page=2")) == found


def test_a_filter_that_leaves_nothing_has_no_file_to_offer(sharing: Stack) -> None:
    browser, paths = connected(sharing)
    page = Reader(browser.client).get(f"{paths[0]}/transactions?q=nothing-like-this")

    assert page.soup.select('a[href*="transactions.csv"]') == []
    assert rows(browser.get(f"{paths[0]}/transactions.csv?q=nothing-like-this")) == []


def test_the_file_is_sent_as_it_is_made_kept_by_nobody_and_named(sharing: Stack) -> None:
    browser, paths = connected(sharing)
    for kind, media_type in (("csv", "text/csv; charset=utf-8; header=present"), ("json", "application/json")):
        answer = browser.get(f"{paths[0]}/transactions.{kind}")
        name = answer.headers["Content-Disposition"]
        tail, days = paths[0][-2:], sorted(each["BookingDateTime"][:10] for each in sent(sharing, paths[0]))

        assert answer.is_streamed
        assert "Content-Length" not in answer.headers
        assert (answer.content_type, answer.headers["Cache-Control"]) == (media_type, "no-store")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        found = re.fullmatch(r"attachment; filename=\"([\w.-]+)\"; filename\*=UTF-8''([\w.%-]+)", name)
        assert found is not None, name
        assert found[1] == unquote(found[2])
        assert re.fullmatch(rf"Model-Bank-\w*{tail}-{days[0][:4]}-\d\d-\d\d-2026-11-\d\d\.{kind}", found[1]), found[1]


def test_the_headings_are_in_the_readers_language_and_excel_sees_which_letters_they_are(sharing: Stack) -> None:
    browser, paths = connected(sharing)
    browser.client.set_cookie("mizan_language", "ar", domain="localhost")
    answer = browser.get(f"{paths[0]}/transactions.csv")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.data.count(b"\xef\xbb\xbf") == 1
    found = rows(answer)
    assert {"حساب", "المبلغ"} <= set(found[0])
    assert [each["المبلغ"] for each in found] == [amount(each)[0] for each in in_order(sent(sharing, paths[0]))]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_hidden_amounts_are_in_no_file_that_nobody_asked_for_again(sharing: Stack, kind: str) -> None:
    """The page that asks has none, its form leads to the file, and nothing is shown that was hidden before."""
    browser, paths = connected(sharing)
    address = f"{paths[0]}/transactions.{kind}?direction=out"
    shown = browser.get(address).data
    browser.post("/amounts", Reader(browser.client).get(paths[0]).form("/amounts"))
    calls = len(sharing.kit.seen)
    page = Reader(browser.client).get(address)

    assert page.heading == "Amounts are hidden"
    assert not AMOUNT.search(page.text)
    assert "Content-Disposition" not in page.headers
    assert page.one(f'main a[href="{paths[0]}/transactions?direction=out"]')
    assert len(sharing.kit.seen) == calls
    fields = {"csrf_token": str(page.one('main form input[name="csrf_token"]')["value"])}
    assert browser.post(address, {}).status_code == 400, "not without the page's own token"
    assert browser.post(address, fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    answer = browser.post(address, fields)
    assert _without_time(answer.data) == _without_time(shown)
    assert "•" not in answer.text
    assert not AMOUNT.search(Reader(browser.client).get(f"{paths[0]}/transactions").text)


def _without_time(data: bytes) -> bytes:
    return re.sub(rb'"exported_at":"[^"]*"', b"", data)


def test_a_session_behind_its_click_gives_no_file(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock
) -> None:
    with start(app={"permissions": PERMISSIONS, "idle_minutes": 15}) as stack:
        browser, paths = connected(stack)
        clock.move(minutes=16)
        answer = browser.get(f"{paths[0]}/transactions.csv")

    assert (answer.status_code, answer.location) == (303, "/welcome-back")


def test_what_was_not_shared_and_what_is_anothers_is_no_file(sharing: Stack, browser: Browser) -> None:
    mine, paths = connected(sharing)
    other, foreign = connected(sharing, "mits")
    calls = len(sharing.kit.seen)

    assert other.get(f"{paths[0]}/transactions.csv").status_code == 404
    assert mine.get(f"{foreign[0]}/transactions.json").status_code == 404
    for odd in ("/accounts/a%20b/transactions.csv", f"{paths[0]}/transactions.exe", f"{paths[0]}/about.csv"):
        assert mine.get(odd).status_code == 404
    assert [each.path for each in sharing.kit.seen[calls:] if each.path.endswith("/transactions")] == []


def test_accounts_without_transactions_in_their_consent_have_no_file(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    with start(app={"permissions": PERMISSIONS[:2]}) as stack:
        browser, paths = connected(stack)

        assert browser.get(f"{paths[0]}/transactions.csv").status_code == 404
        assert browser.get("/transactions.csv").location == "/transactions", "which says so"
        assert "Nothing is connected" in stack.browser().get(f"{paths[0]}/transactions.csv").text


def test_where_the_bank_fails_the_page_says_why_in_place_of_a_file(sharing: Stack) -> None:
    browser, paths = connected(sharing)
    account_id = paths[0].rpartition("/")[2]
    failing = f"/open-finance/account-information/v1.2/accounts/{account_id}/transactions"
    sharing.kit.faults[failing] = plain("500 Internal Server Error", b"prose")
    answer = browser.get(f"{paths[0]}/transactions.csv?direction=in")

    assert (answer.status_code, answer.location) == (303, f"{paths[0]}/transactions?direction=in")
    assert "Did not load" in browser.get(answer.location).text


def test_what_a_hostile_bank_sends_is_no_formula_in_a_file(sharing: Stack) -> None:
    """Every account of the nasty person: nothing but amounts begins like a formula, and every file can be read."""
    browser, paths = connected(sharing, "nasty")
    texts = 0
    for path in paths:
        answer = browser.get(f"{path}/transactions.csv")
        if answer.status_code != 200:
            continue
        for row in rows(answer):
            texts += len(row)
            for name, text in row.items():
                if name not in {"Amount", "Balance after it"}:
                    assert not re.match(r"[\s\u200b-\u200f\ufeff]*[=+\-@＝＋－＠]|[\t\r]", text), (name, text)
                assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
        json.loads(browser.get(f"{path}/transactions.json").data)
    assert texts > 100


def test_odd_filters_make_no_error(sharing: Stack) -> None:
    browser, paths = connected(sharing)
    everything = len(rows(browser.get(f"{paths[0]}/transactions.csv")))
    for query in (
        "least=x",
        "from=2026-13-40",
        "from=2026-11-20&to=2026-01-01",
        "q=" + "z" * 5000,
        f"type={quote('=1+1')}",
    ):
        assert len(rows(browser.get(f"{paths[0]}/transactions.csv?{query}"))) <= everything


@pytest.mark.parametrize("query", ["", "direction=in", "own=no", "type=POS&currency=AED"])
def test_the_file_of_all_accounts_has_every_row_of_their_list_each_with_its_account(sharing: Stack, query: str) -> None:
    browser, paths = connected(sharing)
    page = Reader(browser.client).get(f"/transactions?{query}")
    link = str(page.one('a[href*="transactions.csv"]')["href"])
    found, document = rows(browser.get(link)), json.loads(browser.get(link.replace(".csv", ".json")).data)
    everything = [row for path in paths for row in sent(sharing, path)]

    assert f"{len(found)} transaction" in page.text
    assert 0 < len(found) < len(everything) if query else len(found) == len(everything)
    wanted = {(each["TransactionId"], *amount(each)) for each in everything}
    assert {(each["Transaction number"], each["Amount"], each["Currency"]) for each in found} <= wanted
    assert len({each["Account"] for each in found}) > 1
    assert document["filter"] == {
        name: value for name, _, value in (each.partition("=") for each in query.split("&") if each)
    }
    assert [document["coverage"][each["account"]]["account"] for each in document["transactions"]] == [
        each["Account"] for each in found
    ]
    assert [each["transaction_id"] for each in document["transactions"]] == [
        each["Transaction number"] for each in found
    ]


def test_hidden_amounts_of_all_accounts_are_asked_for_with_the_whole_filter(sharing: Stack) -> None:
    browser, paths = connected(sharing)
    browser.post("/amounts", Reader(browser.client).get(paths[0]).form("/amounts"))
    page = Reader(browser.client).get("/transactions.csv?own=no&_scheme=javascript&currency=AED&fresh=1")
    form = page.one("main form")

    assert str(form["action"]) == "/transactions.csv?own=no&_scheme=javascript&currency=AED"
    assert page.one('main a[href^="/transactions?own=no"]')
    answer = browser.post(str(form["action"]), {"csrf_token": str(form.select("input")[0]["value"])})
    assert {each["Currency"] for each in rows(answer)} == {"AED"}
