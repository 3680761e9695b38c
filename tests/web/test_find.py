"""The search for accounts over the wire: an address of its own, whatever its text is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.page import Reader

if TYPE_CHECKING:
    from tests.page import Page
    from tests.stack import Browser

FIELD = "form.find input[name=find]"
DIGITS = re.compile(r"\d\.\d{2}(?!\d)|\d,\d{3}")


def found(browser: Browser, text: str) -> Page:
    """Open the page under a search."""
    return Reader(browser.client).get(f"/accounts?find={quote(text)}")


def rows(page: Page) -> list[str]:
    """Return the titles of the rows."""
    return [each.get_text() for each in page.soup.select(".entry-title > :first-child")]


def sums(page: Page) -> str:
    """Return the words of the totals."""
    return " ".join(page.one(".sum").get_text(" ").split())


def test_a_search_shows_its_hits_and_counts_them_and_can_be_left(browser: Browser) -> None:
    browser.connect(accounts=40, user="nasty")
    every = Reader(browser.client).get("/accounts")
    page = found(browser, "user")

    assert every.one(FIELD)["value"] == ""
    assert 0 < len(rows(page)) < len(rows(every))
    assert page.one("[role=status]").get_text() == f"{len(rows(page))} accounts found for user."
    assert "The totals above are those of all your accounts" in page.text
    assert sums(page) == sums(every)
    assert page.one(FIELD)["value"] == "user"
    assert page.one(".find-hits a")["href"] == "/accounts"
    nothing = found(browser, "nowhere")
    assert (rows(nothing), "No account found" in nothing.text) == ([], True)
    assert sums(nothing) == sums(every)


def test_a_search_is_a_form_that_needs_no_script(browser: Browser) -> None:
    browser.connect(accounts=40, user="nasty")
    form = Reader(browser.client).get("/accounts").one("form.find")

    assert (form["method"], form["action"], form["role"]) == ("get", "/accounts#find", "search")
    assert [each["name"] for each in form.select("input")] == ["find"]


def test_few_accounts_have_no_search(browser: Browser) -> None:
    browser.connect(accounts=8)

    assert not Reader(browser.client).get("/accounts").soup.select(FIELD)
    assert found(browser, "salary").one(FIELD)["value"] == "salary"


TEXTS = [
    *("<script>alert(1)</script>", "%(count)s %s %", '"><img src=x>', "\u202e\u2066", "\x00\ufffe", "a" * 5000),
    *("()[]*+?", "١٢٣", "-1.50", "{{ 7 * 7 }}", "' OR 1=1 --"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_may_be_looked_for(browser: Browser, text: str) -> None:
    browser.connect(accounts=40, user="nasty")
    page = found(browser, text)

    assert page.status == 200
    assert not page.soup.select("main script, main img")


def test_asking_anew_keeps_the_search_and_leads_to_an_address_that_asks_nobody(browser: Browser) -> None:
    browser.connect(accounts=40, user="nasty")
    page = found(browser, "live user & more")
    again = page.one('.overview-ways a[href*="fresh"]')["href"]
    answer = browser.get(str(again))

    assert parse_qs(urlsplit(str(again)).query) == {"fresh": ["1"], "find": ["live user & more"]}
    assert answer.status_code == 303
    assert (urlsplit(answer.location).path, parse_qs(urlsplit(answer.location).query)) == (
        "/accounts",
        {"find": ["live user & more"]},
    )
    calls = len(browser.parts.kit.seen)
    browser.get(answer.location)
    assert len(browser.parts.kit.seen) == calls


def test_hidden_amounts_stay_hidden_under_a_search_and_are_not_searched(browser: Browser) -> None:
    browser.connect(accounts=40, user="nasty")
    shown = Reader(browser.client).get("/accounts")
    amount = shown.soup.select(".entry-money .money-digits")[0].get_text()
    browser.post("/amounts", shown.form("/amounts"))
    page = found(browser, "user")

    assert rows(page)
    assert not DIGITS.search(page.text), page.text
    assert rows(found(browser, amount)) == []


@pytest.mark.parametrize(("language", "word"), [("en", "savings"), ("ar", "توفير")])
def test_a_kind_is_found_in_the_readers_language(browser: Browser, language: str, word: str) -> None:
    browser.connect(accounts=8)
    browser.client.set_cookie("mizan_language", language, domain="localhost")

    assert rows(found(browser, word)) == ["Rainy day"]


def test_each_holder_heads_their_accounts(browser: Browser) -> None:
    """Layla's bank shares what she holds alone and what she holds with another."""
    browser.connect(accounts=8, user="layla")
    page = Reader(browser.client).get("/accounts")
    heads = [each.get_text() for each in page.soup.select(".holder-name")]

    assert heads == ["Layla Al Hashmi", "Layla Al Hashmi and Omar Al Hashmi"]
    assert [len(each.select(".entry")) for each in page.soup.select(".holder")] == [3, 1]
    assert [each.get_text() for each in page.soup.select(".holder-kind")] == ["Personal", "Personal"]
