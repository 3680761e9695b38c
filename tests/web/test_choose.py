"""Choosing what is shared: from the page to what the Starter Kit is asked for, and back after a failure."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clock import machine
from tests.page import Reader
from tests.stack import plain, refresh_target
from tpp.model.permission import FOR_THE_PRODUCT, shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.clock import Clock
    from tests.stack import Browser, Stack

CREATE = "/consent-create/bank-data"
CHOOSE = "/connect/choose"
STORE = "mizan.sqlite"
ACCOUNTS = ["ReadAccountsBasic", "ReadAccountsDetail", "ReadBalances"]
Fields = dict[str, str | list[str]]


def send(browser: Browser, fields: Fields) -> BeautifulSoup:
    """Pick these on the page where it is chosen, as a browser does, and press Continue; returns where that leads."""
    soup = BeautifulSoup(browser.get(CHOOSE).text, "html.parser")
    form = soup.select_one("form.choose")
    assert form is not None
    for name, values in fields.items():
        offered = {str(each["value"]) for each in form.select(f'input[name="{name}"]')}
        assert set([values] if isinstance(values, str) else values) <= offered, name
    answer = browser.get(str(form["action"]), query_string=fields, follow_redirects=True)
    assert (form["method"], answer.status_code) == ("get", 200)
    return BeautifulSoup(answer.text, "html.parser")


def draft_of(page: BeautifulSoup) -> dict[str, str]:
    """Return the consent page's form."""
    return {"draft": str(page.select('form.consent input[name="draft"]')[0]["value"])}


def rows(stack: Stack) -> int:
    """Count everything that the app keeps, in every table of its own store."""
    with closing(sqlite3.connect(stack.settings.instance_path / STORE)) as store:
        tables = [str(name) for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return sum(int(store.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in tables)


def link(page: BeautifulSoup, start: str) -> str:
    """Return the only link that begins with an address."""
    (found,) = {str(each["href"]) for each in page.select("a") if str(each["href"]).startswith(start)}
    return found


CHOICES: list[tuple[Fields, list[str], str]] = [
    ({"what": "balances", "days": "7"}, ACCOUNTS, "29/11/2026"),
    ({"what": "everything", "days": "364"}, list(FOR_THE_PRODUCT), "21/11/2027"),
    (
        {"what": "own", "group": ["transactions", "parties"], "days": "90"},
        [*ACCOUNTS, "ReadTransactionsBasic", "ReadTransactionsDetail", "ReadPartyUser"],
        "20/02/2027",
    ),
    ({"what": "own", "days": "30"}, ACCOUNTS, "22/12/2026"),
]


@pytest.mark.parametrize(("fields", "permissions", "until"), CHOICES, ids=str)
def test_what_was_chosen_is_what_is_shown_and_what_the_bank_is_asked_for(
    stack: Stack, browser: Browser, fields: Fields, permissions: list[str], until: str
) -> None:
    """CX-23, through to the accounts, which are all there with any choice."""
    page = send(browser, fields)
    sentences = [each.get_text(strip=True) for each in page.select(".with-icon p")]
    assert stack.kit.seen == []
    begun = browser.post("/connect", draft_of(page))
    asked = json.loads(stack.kit.seen[0].body)

    assert asked["data_permissions"] == permissions
    assert sentences == [each.line.msgid for each in shown(permissions)]
    assert [each.get_text(strip=True) for each in page.select(".until strong")] == [until]
    day = "-".join(reversed(until.split("/")))
    assert asked["valid_until"] == f"{day}T19:59:59.000Z"
    assert browser.come_back(browser.approve(refresh_target(begun.text))).location == "/accounts"
    assert "Salary account" in browser.get("/accounts").text


def test_looking_and_choosing_keep_nothing_and_set_no_cookie(stack: Stack, browser: Browser) -> None:
    """Nothing is kept, and nobody is asked, before the button of the consent page is pressed."""
    before = rows(stack)
    for path in (CHOOSE, f"{CHOOSE}?what=own&days=x", "/connect?what=own&group=parties&days=90", "/connect?what=x"):
        answer = browser.get(path, follow_redirects=True)
        assert "Set-Cookie" not in answer.headers, path
        assert answer.headers["Cache-Control"] == "no-store", path

    assert rows(stack) == before
    assert stack.kit.seen == []


def test_pressing_the_button_does_keep_something(stack: Stack, browser: Browser) -> None:
    """The counter of the test above counts."""
    before = rows(stack)
    browser.press_proceed()

    assert rows(stack) > before


@pytest.mark.parametrize("path", ["/", "/connect"])
def test_one_link_of_the_consent_page_leads_to_the_choice(browser: Browser, path: str) -> None:
    page = Reader(browser.client).get(path)

    assert link(page.soup, CHOOSE) == CHOOSE
    assert "Choose what to share, and for how long" in page.text


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("query", ["", "?what=own&group=transactions&days=45", "?what=x&group=y&days=z"])
def test_the_page_reads_well_with_any_choice(browser: Browser, language: str, query: str) -> None:
    page = Reader(browser.client).get(f"{CHOOSE}{query}", headers={"Accept-Language": language})

    assert len(page.soup.select("fieldset legend")) == 3
    assert len(page.soup.select("input[type=radio][checked]")) == 2


def test_a_choice_is_picked_when_the_page_is_opened_again_and_back_leads_to_it(browser: Browser) -> None:
    """From the consent page to the choice and back, nothing that was chosen is lost."""
    page = send(browser, {"what": "own", "group": ["parties"], "days": "180"})
    again = link(page, CHOOSE)
    soup = BeautifulSoup(browser.get(again).text, "html.parser")
    picked = {(str(each["name"]), str(each["value"])) for each in soup.select("input[checked]")}

    assert picked == {("what", "own"), ("group", "parties"), ("days", "180")}
    assert parse_qs(urlsplit(link(soup, "/connect?")).query) == parse_qs(urlsplit(again).query)


def test_a_group_that_the_kit_does_not_ask_for_is_shown_with_the_reason_and_has_no_box(browser: Browser) -> None:
    page = Reader(browser.client).get(CHOOSE)
    (row,) = page.all(".pick-refused")

    assert "Your Product Information" in row
    assert "Cannot be chosen: the Starter Kit does not ask banks for it." in row
    assert page.soup.select(".pick-refused input") == []


BAD = [
    ("what=all", "Choose one of these."),
    ("what=own&group=product", "One of the groups is not offered here."),
    ("days=0", "Choose one of these."),
    ("days=365", "Choose one of these."),
    ("days=30&days=90", "Choose one of these."),
]


@pytest.mark.parametrize(("query", "word"), BAD)
def test_a_choice_that_cannot_be_read_is_shown_again_with_a_word(
    stack: Stack, browser: Browser, query: str, word: str
) -> None:
    """Never a consent page that shows something else than what was sent."""
    answer = browser.get(f"/connect?{query}")

    assert (answer.status_code, urlsplit(answer.location).path) == (303, CHOOSE)
    (error,) = BeautifulSoup(browser.get(answer.location).text, "html.parser").select(".field-error")
    assert error.get_text(strip=True).startswith(word)
    assert stack.kit.seen == []


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(["what", "group", "days"]),
        st.lists(st.text(max_size=60) | st.sampled_from(["own", "parties", "30", "%s", "\x00", "<b>"]), max_size=30),
    )
)
def test_no_form_of_any_values_is_a_fault(browser: Browser, fields: dict[str, list[str]]) -> None:
    for path in ("/connect", CHOOSE, "/connect/ended/declined"):
        assert browser.get(path, query_string=fields, follow_redirects=True).status_code in {200, 403, 409}


CHOSEN: Fields = {"what": "own", "group": ["transactions"], "days": "7"}
ASKED = [*ACCOUNTS, "ReadTransactionsBasic", "ReadTransactionsDetail"]


def assert_chosen(stack: Stack, browser: Browser, page: BeautifulSoup) -> None:
    """Assert that the way on of a failure page leads to the consent page with what had been chosen."""
    consent = BeautifulSoup(browser.get(link(page, "/connect")).text, "html.parser")
    browser.post("/connect", draft_of(consent))
    asked = json.loads(stack.kit.seen[-1].body)

    assert (asked["data_permissions"], asked["valid_until"]) == (ASKED, "2026-11-29T19:59:59.000Z")


def test_a_second_try_after_a_failed_start_asks_for_what_was_chosen(stack: Stack, browser: Browser) -> None:
    form = draft_of(send(browser, CHOSEN))
    stack.kit.faults[CREATE] = plain("500 Internal Server Error", b"")
    failed = BeautifulSoup(browser.post("/connect", form).text, "html.parser")
    stack.kit.faults.clear()

    assert_chosen(stack, browser, failed)


@pytest.mark.parametrize("form", ["opaque", "base64"])
def test_a_second_try_after_a_refusal_at_the_bank_asks_for_what_was_chosen(
    start: Callable[..., AbstractContextManager[Stack]], form: str
) -> None:
    """By the attempt that the bank's answer belongs to, with either kind of state."""
    with start(kit={"state_form": form}) as stack:
        browser = stack.browser()
        begun = browser.post("/connect", draft_of(send(browser, CHOSEN)))
        ended = browser.come_back(browser.refuse(refresh_target(begun.text)))
        page = BeautifulSoup(browser.get(ended.location).text, "html.parser")

        assert "You chose not to share" in page.get_text()
        assert_chosen(stack, browser, page)


def test_a_page_left_open_for_long_leads_to_what_was_chosen(
    stack: Stack, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = draft_of(send(browser, CHOSEN))
    now = machine().timestamp()
    monkeypatch.setattr(time, "time", lambda: now + 3601)
    old = browser.post("/connect", form)
    monkeypatch.undo()

    assert old.status_code == 400
    assert_chosen(stack, browser, BeautifulSoup(old.text, "html.parser"))


@pytest.mark.parametrize("path", [CHOOSE, "/connect", "/connect/ended/declined"])
def test_another_language_keeps_what_was_chosen(browser: Browser, path: str) -> None:
    """Nobody shares more for reading in Arabic."""
    page = browser.get(path, query_string=CHOSEN)
    switch = link(BeautifulSoup(page.text, "html.parser"), "/language/")
    led = urlsplit(browser.get(switch).location)

    assert led.path == path
    assert parse_qs(led.query) == {"what": ["own"], "group": ["transactions"], "days": ["7"]}


def test_the_one_click_way_has_a_clean_address(browser: Browser) -> None:
    page = send(browser, {"what": "everything", "days": "30"})

    assert link(page, CHOOSE) == CHOOSE


def test_what_was_left_out_is_not_read_and_its_page_says_so(stack: Stack, browser: Browser) -> None:
    """The grant covers what was chosen: nothing else is asked of the bank afterwards."""
    begun = browser.post("/connect", draft_of(send(browser, {"what": "balances", "days": "7"})))
    browser.come_back(browser.approve(refresh_target(begun.text)))
    soup = BeautifulSoup(browser.get("/accounts").text, "html.parser")
    rows: list[Any] = soup.select('a[href^="/accounts/"]')
    assert rows
    for row in rows:
        assert browser.get(str(row["href"])).status_code == 200

    assert {each.path.rpartition("/")[2] for each in stack.kit.seen if each.method == "GET"} == {"accounts", "balances"}


def again(browser: Browser) -> BeautifulSoup:
    """Follow the way to a new consent from the accounts page."""
    page = BeautifulSoup(browser.get("/accounts").text, "html.parser")
    (way,) = {str(each["href"]) for each in page.select("a") if each.get_text(strip=True) == "Connect again"}
    return BeautifulSoup(browser.get(way).text, "html.parser")


def test_connecting_again_asks_for_what_was_chosen_and_for_as_many_days(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock
) -> None:
    """By a consent that gave no refresh token, and by one whose last day is over."""
    with start(bank={"issue_refresh": False}) as stack:
        browser = stack.browser()
        begun = browser.post("/connect", draft_of(send(browser, CHOSEN)))
        browser.come_back(browser.approve(refresh_target(begun.text)))
        clock.move(minutes=10, seconds=1)
        pages = [again(browser)]
        clock.move(days=8)
        pages.append(again(browser))

    for page, until in zip(pages, ("29/11/2026", "07/12/2026"), strict=True):
        assert [each.get_text(strip=True) for each in page.select(".with-icon p")] == [
            each.line.msgid for each in shown(ASKED)
        ]
        assert [each.get_text(strip=True) for each in page.select(".until strong")] == [until]
