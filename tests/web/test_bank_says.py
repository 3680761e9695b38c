"""The accounts page when the bank ends, suspends, refuses, delays or spoils something: each said as it is."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from bs4 import BeautifulSoup, Tag

from tests.stack import plain
from tests.web.test_old_rows import vault_of
from tpp.errors import StoreUnavailable
from tpp.model import kinds
from tpp.store.sqlite import SqliteRows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from tests.clock import Clock
    from tests.stack import Browser, Stack

BASE = "/open-finance/account-information/v1.2/accounts"
BLOCKED = f"{BASE}/100004000000000000000004"
TITLE, FIGURE = "Salary account", "48,215"


def refusal(code: str, status: str = "403 Forbidden") -> WSGIApplication:
    """Make a bank that refuses with a code word."""
    return plain(status, json.dumps({"Errors": [{"Code": code, "Message": "secret-prose"}]}).encode())


def later(status: str, seconds: int) -> WSGIApplication:
    """Make a bank that wants to be asked later."""

    def answer(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, [("Retry-After", str(seconds)), ("Content-Length", "0")])
        return [b""]

    return answer


def main_of(html: str) -> Tag:
    """Return the page without its frame."""
    found = BeautifulSoup(html, "html.parser").select_one("main")
    assert found is not None
    return found


def words(html: str) -> str:
    """Return what a page says, on one line and without marks of direction."""
    said = " ".join(main_of(html).get_text(" ", strip=True).split())
    return said.translate(dict.fromkeys([0x2068, 0x2069]))


def ways_on(html: str) -> set[str]:
    """Return the names of the links that lead on."""
    links = main_of(html).select("a")
    return {each.get_text(" ", strip=True) for each in links} & {"Try again", "Refresh", "Connect again"}


def badges(html: str) -> list[str]:
    """Return how each connection stands."""
    return [each.get_text(strip=True) for each in main_of(html).select(".bank .badge")]


def at_the_bank(stack: Stack, step: str) -> None:
    """Stop, suspend or resume the newest consent on the bank's side."""
    created = [answer for seen, answer in zip(stack.kit.seen, stack.kit.answers, strict=True) if "create" in seen.path]
    values = {"consent_id": json.loads(created[-1])["consent_id"], "step": step}
    answer = requests.post(f"{stack.bank_url}/control/consent", json=values, timeout=30)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def shown(stack: Stack, browser: Browser) -> Browser:
    """Return a browser that has just seen its three accounts."""
    browser.connect()
    assert FIGURE in browser.get("/accounts").text
    assert stack.kit.count(BASE) == 1
    return browser


def test_sharing_that_was_stopped_at_the_bank_is_gone_from_the_page(stack: Stack, shown: Browser, clock: Clock) -> None:
    """Figures, names, sums and tokens; what is left is the day, and one way on."""
    at_the_bank(stack, "revoke")
    clock.move(minutes=2)
    page = shown.refresh().text

    assert "Sharing was stopped at Model Bank. We learned of it on 22/11/2026." in words(page)
    assert ways_on(page) == {"Connect again"}
    assert badges(page) == []
    for gone in (FIGURE, TITLE, "Rora", "You have", "loaded", "Thank you", "still stands"):
        assert gone not in words(page), gone
    calls = len(stack.kit.seen)
    clock.move(days=2)
    assert "We learned of it on 22/11/2026" in words(shown.refresh().text)
    assert len(stack.kit.seen) == calls, "nothing is left to ask with"


def test_an_account_of_a_connection_that_has_ended_is_told_of_once_and_is_then_not_found(
    stack: Stack, shown: Browser, clock: Clock
) -> None:
    """Who looks at it as the end comes to light is led where it is told; later on an id that nobody lists is a 404."""
    link = main_of(shown.get("/accounts").text).select(".entry-title a")[0]
    at_the_bank(stack, "revoke")
    clock.move(minutes=2)

    assert shown.get(f"{link['href']}?fresh=1").location == "/accounts"
    assert "Sharing was stopped at Model Bank" in words(shown.get("/accounts").text)
    clock.move(seconds=1)
    for path in (str(link["href"]), "/accounts/of-nobody"):
        assert shown.get(path).status_code == 404


def test_an_unknown_account_is_not_found_beside_a_connection_that_has_ended(
    stack: Stack, shown: Browser, clock: Clock
) -> None:
    at_the_bank(stack, "revoke")
    clock.move(minutes=2)
    shown.refresh()
    vault = vault_of(stack, shown)
    (ended,) = vault.find(kinds.CONNECTION)
    shown.connect()
    vault_of(stack, shown).put(kinds.CONNECTION, ended.name, ended.value, ended.expires_at)
    clock.move(seconds=1)
    page = shown.get("/accounts").text

    assert "Sharing was stopped at Model Bank" in words(page)
    assert FIGURE in page
    assert shown.get("/accounts/of-nobody").status_code == 404
    stack.kit.faults[BASE] = plain("500 Internal Server Error", b"{}")
    clock.move(minutes=20)
    assert shown.get("/accounts/of-nobody").location == "/accounts", "nobody can tell just now"


def test_one_button_connects_again_after_an_end(stack: Stack, shown: Browser) -> None:
    at_the_bank(stack, "revoke")
    shown.refresh()
    before = [json.loads(each.body) for each in stack.kit.seen if "create" in each.path]
    shown.connect()
    after = [json.loads(each.body) for each in stack.kit.seen if "create" in each.path]
    page = shown.get("/accounts").text

    assert before == after[1:], "the old choices"
    assert "3 of 3 accounts loaded" in words(page)
    assert badges(page) == ["Active"]
    assert "Connect again" not in ways_on(page)


def test_an_end_that_only_a_balance_tells_of_ends_everything(stack: Stack, shown: Browser) -> None:
    stack.kit.faults[BLOCKED] = refusal("Consent.Revoked")
    page = shown.refresh().text

    assert "Sharing was stopped at Model Bank" in words(page)
    assert FIGURE not in page
    stack.kit.faults.clear()
    assert FIGURE not in shown.refresh().text


def test_sharing_that_was_suspended_at_the_bank_shows_nothing(stack: Stack, shown: Browser) -> None:
    """v1.2 has no word of its own for it: the bank answers `Consent.Invalid`."""
    at_the_bank(stack, "suspend")
    page = shown.refresh().text

    assert "stopped or suspended there, or has run out" in words(page)
    assert FIGURE not in page
    assert ways_on(page) == {"Connect again"}


def test_a_suspension_with_its_own_word_waits_for_its_end(stack: Stack, shown: Browser) -> None:
    stack.kit.faults[BASE] = refusal("Consent.Suspended")
    page = shown.refresh().text
    assert "Sharing is suspended at Model Bank" in words(page)
    assert badges(page) == ["Suspended"]
    assert FIGURE not in page
    assert "Try again" in ways_on(page)
    stack.kit.faults.clear()
    page = shown.refresh().text

    assert FIGURE in page
    assert badges(page) == ["Active"]


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request"])
def test_a_refused_renewal_ends_the_connection_at_whatever_status(
    stack: Stack, shown: Browser, clock: Clock, status: str
) -> None:
    stack.kit.faults["/token/refresh-token"] = plain(status, b'{"error": "invalid_grant"}')
    clock.move(minutes=11)
    page = shown.refresh().text

    assert "Model Bank has ended our access. We learned of it on 22/11/2026." in words(page)
    assert FIGURE not in page
    shown.refresh()
    assert stack.kit.count("/token/refresh-token") == 1


CODES = {
    "Consent.TransientAccountAccessFailure": ("cannot get at this account just now", True),
    "Consent.AccountTemporarilyBlocked": ("has blocked this account for now", True),
    "Consent.PermanentAccountAccessFailure": ("gives nothing about this account any more", False),
    "Consent.BusinessRuleViolation": ("a rule of the bank does not allow it", False),
    "AccessToken.InvalidScope": ("what you share does not cover this balance", False),
    "Resource.InvalidResourceId": ("does not know this account", False),
    "GenericRecoverableError": ("a problem that will pass", True),
    "GenericError": ("a problem that it does not name", True),
    "Made.Up": ("does not give this balance", False),
}


@pytest.mark.parametrize("status", ["403 Forbidden", "400 Bad Request"])
@pytest.mark.parametrize(("code", "right"), CODES.items(), ids=CODES)
def test_each_code_word_about_an_account_has_its_own_words_and_way_on(
    stack: Stack, browser: Browser, code: str, right: tuple[str, bool], status: str
) -> None:
    browser.connect()
    stack.kit.faults[BLOCKED] = refusal(code, status)
    page = browser.get("/accounts").text

    assert right[0] in words(page)
    assert bool(main_of(page).select(".entry-retry")) is right[1]
    assert "2 of 3 accounts loaded" in words(page)
    assert badges(page) == ["Active"]
    assert "secret-prose" not in page


@pytest.mark.parametrize("code", [*CODES, "Consent.Expired", "Consent.Invalid"])
def test_each_code_word_about_the_list_is_a_page_without_the_banks_prose(
    stack: Stack, browser: Browser, code: str
) -> None:
    browser.connect()
    stack.kit.faults[BASE] = refusal(code)
    page = browser.get("/accounts")

    assert page.status_code == 200
    assert ways_on(page.text) & {"Try again", "Connect again"}
    assert "secret-prose" not in page.text
    assert "Thank you" not in words(page.text)


def test_old_figures_say_so_above_the_sum(stack: Stack, shown: Browser, clock: Clock) -> None:
    clock.move(minutes=5)
    stack.kit.faults[BASE] = plain("500 Internal Server Error", b"")
    page = shown.refresh().text
    said = words(page)

    assert "These figures are from 14:30. 3 of 3 accounts loaded." in said
    assert said.index("These figures are from 14:30") < said.index("You have")
    assert "These figures are from 14:30. Model Bank has a technical problem." in said
    assert "As of" not in said
    assert badges(page) == ["Active"], "only a fetch has failed"


def test_a_sum_over_old_and_new_figures_names_the_oldest(stack: Stack, shown: Browser, clock: Clock) -> None:
    clock.move(minutes=5)
    stack.kit.faults[BLOCKED] = plain("500 Internal Server Error", b"")

    assert "As of 14:35, 1 account as of 14:30. 3 of 3 accounts loaded." in words(shown.refresh().text)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_bank_that_wants_to_be_left_alone_is_and_the_page_says_until_when(
    stack: Stack, browser: Browser, clock: Clock, status: str
) -> None:
    """For every balance, with Refresh pressed six times: one call for each, and no button before the time."""
    browser.connect(accounts=5)
    stack.kit.faults[f"{BASE}/"] = later(status, 85092)
    pages = [browser.refresh().text for _ in range(6)]
    asked = [each.path for each in stack.kit.seen if each.path.startswith(f"{BASE}/")]

    assert len(asked) == len(set(asked)) == 5
    assert stack.kit.count(BASE) == 1
    for page in pages:
        assert "We can ask again on 23/11/2026 at 14:08." in words(page)
        assert not ways_on(page)
        assert badges(page) == ["Active"]
        assert "Thank you" not in words(page)
    stack.kit.faults.clear()
    clock.move(seconds=85092)
    assert "5 of 5 accounts loaded" in words(browser.get("/accounts").text)


def test_a_wait_for_the_list_says_until_when_beside_the_older_figures(
    stack: Stack, shown: Browser, clock: Clock
) -> None:
    clock.move(minutes=5)
    stack.kit.faults[BASE] = later("429 Too Many Requests", 600)
    calls = stack.kit.count(BASE)
    for _ in range(3):
        page = shown.refresh().text

    assert "These figures are from 14:30. Model Bank asks us to wait." in words(page)
    assert "We can ask again at 14:45." in words(page)
    assert not ways_on(page)
    assert FIGURE in page
    assert stack.kit.count(BASE) == calls + 1


def test_one_account_that_must_wait_names_its_time_and_has_no_button(stack: Stack, browser: Browser) -> None:
    browser.connect()
    stack.kit.faults[BLOCKED] = later("429 Too Many Requests", 900)
    page = browser.get("/accounts").text

    assert "the bank lets us ask again at 14:45" in words(page)
    assert not main_of(page).select(".entry-retry")
    assert ways_on(page) == {"Refresh"}, "the others may be asked"


@pytest.mark.slow
def test_a_bank_that_takes_five_seconds_for_each_answer_leads_to_figures(stack: Stack, browser: Browser) -> None:
    """Two waves do not fit into one page; what arrives late is there at the retry, and nothing is asked twice."""
    browser.connect()

    def slow(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        time.sleep(5)
        return stack.kit.inner(environ, start_response)

    stack.kit.faults[BASE] = slow
    first = words(browser.get("/accounts").text)
    second = words(browser.refresh().text)

    assert TITLE in first
    assert "0 of 3 accounts loaded" in first
    assert "3 of 3 accounts loaded" in second
    assert sum(1 for each in stack.kit.seen if each.path.startswith(BASE)) == 4


def test_json_a_thousand_deep_is_one_accounts_unreadable_answer(stack: Stack, browser: Browser) -> None:
    browser.connect()
    deep = b'{"Data": {"AccountId": "100004000000000000000004", "Balance": ' + b"[" * 1000 + b"]" * 1000 + b"}}"
    for body in (deep, b'{"Data": {"Balance": [' + b'{"a":' * 1000 + b"1" + b"}" * 1000 + b"]}}"):
        stack.kit.faults[BLOCKED] = plain("200 OK", body)
        page = browser.refresh()

        assert page.status_code == 200
        assert "2 of 3 accounts loaded" in words(page.text)
        assert "answer could not be read" in words(page.text)
    stack.kit.faults[BASE] = plain("200 OK", b'{"Data": {"Account": ' + b"[" * 1000 + b"]" * 1000 + b"}}")
    assert browser.refresh().status_code == 200


def test_a_balance_of_another_account_is_not_shown(stack: Stack, browser: Browser) -> None:
    """The same amount would stand in two rows, and count twice."""
    browser.connect()
    entry = {"Type": "InterimAvailable", "CreditDebitIndicator": "Credit"}
    balance = {**entry, "Amount": {"Amount": "987654.00", "Currency": "AED"}}
    body = {"Data": {"AccountId": "100004000000000000000001", "Balance": [balance]}}
    stack.kit.faults[BLOCKED] = plain("200 OK", json.dumps(body).encode())
    page = browser.get("/accounts").text

    assert "the bank answered about another account" in words(page)
    assert "987,654" not in page
    assert "2 of 3 accounts loaded" in words(page)


def test_an_id_that_the_kit_cannot_pass_on_is_named_as_such(stack: Stack, browser: Browser) -> None:
    browser.connect()
    stack.kit.faults[BASE] = plain("200 OK", b'{"Data": {"Account": [{"AccountId": "a/b"}]}}')
    page = browser.get("/accounts").text

    assert "Not asked for: the Starter Kit cannot pass this account’s number on" in words(page)
    assert not main_of(page).select(".entry-retry")


def test_a_consent_that_ends_later_at_the_bank_names_both_days(stack: Stack, browser: Browser) -> None:
    exchange = "/token/authorization-code"

    def longer(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        body = json.loads(b"".join(stack.kit.inner(environ, lambda *_: None)))  # type: ignore[arg-type]
        body["authorization_details"] = [{"consent": {"ExpirationDateTime": "2027-05-21T20:00:00+04:00"}}]
        return plain("200 OK", json.dumps(body).encode())(environ, start_response)

    stack.kit.faults[exchange] = longer
    browser.connect()
    said = words(browser.get("/accounts").text)

    assert "Shared until 22/12/2026. At the bank the consent itself runs until 21/05/2027" in said


def test_after_the_last_day_the_page_says_why_and_what_now(shown: Browser, clock: Clock) -> None:
    clock.move(days=29)
    shown.get("/accounts")
    clock.move(days=2)
    page = shown.get("/accounts").text

    assert "Your connection to Model Bank has reached its last day, 22/12/2026." in words(page)
    assert ways_on(page) == {"Connect again"}
    assert FIGURE not in page


def test_figures_are_shown_though_the_store_is_full(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.connect()
    run = SqliteRows._run

    def full(self: SqliteRows, statement: str, values: tuple[Any, ...]) -> list[Any]:
        if not statement.startswith("SELECT"):
            raise StoreUnavailable("SQLITE_FULL")
        return run(self, statement, values)

    monkeypatch.setattr(SqliteRows, "_run", full)
    for _ in range(2):
        page = browser.refresh()
        assert page.status_code == 200
        assert "3 of 3 accounts loaded" in words(page.text)


def test_nobody_is_thanked_before_anything_was_read(stack: Stack, browser: Browser) -> None:
    browser.connect()
    stack.kit.faults[f"{BASE}/"] = plain("500 Internal Server Error", b"")
    assert "Thank you" not in words(browser.get("/accounts").text)
    stack.kit.faults.clear()

    assert "Thank you" in words(browser.refresh().text)
