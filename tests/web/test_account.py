"""The page of one account over the wire: the bank's own data, this browser's accounts alone, and no more calls."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from tests.page import Reader
from tests.stack import plain

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.stack import Browser, Stack

BASE = "/open-finance/account-information/v1.2/accounts"
ROW = ".entry-title a"
HIDDEN = re.compile(r"\d\.\d{2}(?!\d)|\d,\d{3}")


def links(browser: Browser) -> list[str]:
    """Return where the rows of the page of all accounts lead, in their order."""
    page = Reader(browser.client).get("/accounts")
    return [str(each["href"]) for each in page.soup.select(ROW)]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("user", ["rora", "mits", "layla"])
def test_every_row_leads_to_a_page_of_its_own(browser: Browser, user: str, language: str) -> None:
    """With the row's own title and figure; only what a tab shows is asked for beyond the page of all accounts."""
    browser.client.set_cookie("mizan_language", language, domain="localhost")
    browser.connect(accounts=40, user=user)
    all_accounts = Reader(browser.client).get("/accounts")
    rows = [each for each in all_accounts.soup.select(".entry") if each.select(ROW)]
    calls = len(browser.parts.kit.seen)

    assert rows
    for row in rows:
        assert len(row.select(".entry-title a")) == 1
        page = Reader(browser.client).get(f"{row.select(ROW)[0]['href']}/about")
        assert page.heading == " ".join(row.select(ROW)[0].get_text().split())
        figures = row.select(".entry-money .money-digits")
        assert [each.get_text(strip=True) for each in page.soup.select(".sum-hero .money-digits")] == [
            each.get_text(strip=True) for each in figures
        ]
    assert len(browser.parts.kit.seen) == calls


def test_hostile_accounts_have_pages_on_which_nothing_runs(browser: Browser) -> None:
    browser.connect(accounts=40, user="nasty")
    paths = links(browser)

    assert paths
    for path in [*paths[:6], *(f"{each}/about" for each in paths)]:
        answer = browser.get(path)
        soup = BeautifulSoup(answer.text, "html.parser")
        assert answer.status_code == 200
        assert not soup.select("body script, img, [onerror]")


def test_an_account_of_another_browser_is_a_404(stack: Stack, browser: Browser) -> None:
    browser.connect()
    other = stack.browser()
    other.connect(user="mits")
    foreign = links(browser)[0]
    links(other)
    calls = len(stack.kit.seen)

    assert other.get(foreign).status_code == 404
    assert other.get(f"{foreign}?fresh=1", follow_redirects=True).status_code == 404
    assert other.get("/accounts/a%20b").status_code == 404
    assert len(stack.kit.seen) == calls


def test_an_account_page_without_a_connection_says_so(browser: Browser) -> None:
    assert "Nothing is connected in this browser" in browser.get("/accounts/1").text


def test_try_again_asks_for_that_account_alone_and_leads_to_the_clean_address(
    stack: Stack, browser: Browser, clock: Clock
) -> None:
    browser.connect()
    path = links(browser)[0]
    for minutes in (0, 5):
        clock.move(minutes=minutes)
        calls = len(stack.kit.seen)
        answer = browser.get(f"{path}?fresh=1")
        browser.get(answer.location)
        browser.get(answer.location)

        assert (answer.status_code, answer.location) == (303, path)
        account_id = path.rpartition("/")[2]
        asked = [f"{BASE}/{account_id}/{name}" for name in ("balances", "transactions")]
        assert sorted(each.path for each in stack.kit.seen[calls:]) == asked


def test_a_rows_try_again_asks_for_that_account_alone(stack: Stack, browser: Browser) -> None:
    browser.connect()
    path = links(browser)[0]
    account_id = path.rpartition("/")[2]
    calls = len(stack.kit.seen)
    answer = browser.get(f"/accounts?fresh=1&account={account_id}")

    assert (answer.status_code, answer.location) == (303, "/accounts")
    assert [each.path for each in stack.kit.seen[calls:]] == [f"{BASE}/{account_id}/balances"]


def test_an_older_figure_is_shown_with_its_time_where_the_bank_fails_for_one_account(
    stack: Stack, browser: Browser, clock: Clock
) -> None:
    browser.connect()
    path = next(each for each in links(browser) if each.endswith("04"))
    clock.move(minutes=5)
    stack.kit.faults[f"{BASE}/{path.rpartition('/')[2]}"] = plain("500 Internal Server Error", b"prose")
    page = Reader(browser.client).get(f"{path}/about")

    assert "As of 14:30" in page.text
    assert "Did not load: the bank had a technical problem" in page.text
    assert page.one(f'main a[href="{path}/about?fresh=1"]')
    assert "prose" not in page.html
    del stack.kit.faults[f"{BASE}/{path.rpartition('/')[2]}"]
    assert "Did not load" not in Reader(browser.client).get(f"{path}/about?fresh=1").text


def test_hidden_amounts_are_hidden_on_the_page_of_one_account(browser: Browser) -> None:
    """Title and credit lines too; the way back is the page itself."""
    browser.connect(accounts=40)
    paths = links(browser)
    shown = Reader(browser.client).get(paths[0])
    answer = browser.post("/amounts", shown.form("/amounts"))

    assert (answer.status_code, answer.location) == (303, paths[0])
    assert HIDDEN.search(shown.text)
    for path in [*paths[:3], *(f"{each}/about" for each in paths)]:
        page = Reader(browser.client).get(path)
        assert not HIDDEN.search(page.text), page.text
        assert not HIDDEN.search(page.one("title").get_text())


def test_the_log_does_not_hold_the_id_of_an_account(browser: Browser, caplog: pytest.LogCaptureFixture) -> None:
    browser.connect()
    with caplog.at_level(logging.DEBUG, logger="tpp.web"):
        path = links(browser)[0]
        browser.get(path)
        browser.get(f"/accounts?fresh=1&account={path.rpartition('/')[2]}")

    said = [each.getMessage() for each in caplog.records if each.name.startswith("tpp.web")]
    assert any("/accounts/<account_id>" in each for each in said)
    assert not any(path.rpartition("/")[2] in each for each in said)


def test_a_whole_number_can_be_handed_on_without_its_gaps_and_a_masked_one_cannot(browser: Browser) -> None:
    browser.connect(accounts=8)
    values: list[str] = []
    for path in links(browser):
        page = Reader(browser.client).get(f"{path}/about")
        for each in page.soup.select(".numbers data"):
            assert each["value"] == each.get_text().replace(" ", "")
            values.append(str(each["value"]))
        assert not [each for each in page.soup.select(".numbers data") if "•" in each.get_text()]
        assert not page.soup.select(".numbers button"), "the button comes with the script"
    assert values


def test_the_script_that_copies_is_on_the_page_of_one_account_alone(browser: Browser) -> None:
    browser.connect()
    path = links(browser)[0]
    script = Reader(browser.client).get(path).one("script")
    answer = browser.get(str(script["src"]))

    assert re.fullmatch(r"/static/js/copy\.[0-9a-f]{16}\.js", str(script["src"]))
    assert script.has_attr("defer")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.content_type.startswith("text/javascript")
    for other in ("/accounts", "/", "/sign-out"):
        assert not Reader(browser.client).get(other).soup.select("script")


def test_each_page_of_an_account_is_called_by_the_account_and_the_tab(browser: Browser) -> None:
    browser.connect()
    page = Reader(browser.client).get(links(browser)[0])
    tabs = page.soup.select(".tabs a")
    called = [Reader(browser.client).get(str(tab["href"])).one("title").get_text() for tab in tabs]

    assert called == [f"{page.heading} · {tab.get_text()} – Mizan" for tab in tabs]
    assert len(set(called)) == len(tabs) > 1
