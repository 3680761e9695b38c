"""Managing consents over the wire: what is shown, whose it is, and that stopping is done at once and tells no bank."""

from __future__ import annotations

import base64
import logging
import re
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from tests.page import Page, Reader
from tests.stack import cookie_of, plain, with_cookie
from tpp.errors import StoreUnavailable
from tpp.model import kinds
from tpp.store.sqlite import SqliteRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.clock import Clock
    from tests.stack import Browser, Stack
    from tpp.model.rows import Vault

CARD = ".connection h2 a"
READ = (kinds.FIGURES, kinds.LATE, kinds.RESOURCE)


def page(browser: Browser, path: str, status: int = 200) -> Page:
    """Open a page and check its markup."""
    return Reader(browser.client).get(path, status)


def cards(browser: Browser, tab: str = "") -> list[str]:
    """Return where the cards of a tab lead, in their order."""
    return [str(each["href"]) for each in page(browser, f"/connections{tab}").soup.select(CARD)]


def stop(browser: Browser, path: str) -> Page:
    """Stop sharing by the confirmation screen's own form."""
    return Reader(browser.client).submit(page(browser, f"{path}/stop"), f"{path}/stop")


def vault_of(stack: Stack, browser: Browser) -> Vault:
    """Open a browser's vault, whatever session may."""
    services = stack.app.extensions["mizan"]
    value = services.sessions.load(cookie_of(browser))
    vault: Vault = services.vaults.open(base64.b64decode(value["vault"]))
    return vault


def consent_of(stack: Stack, browser: Browser) -> str:
    """Return the id of a browser's only consent."""
    (row,) = vault_of(stack, browser).find(kinds.CONNECTION)
    return str(row.value["consent_id"])


def test_connections_stand_in_the_navigation_and_current_opens_first(browser: Browser) -> None:
    """CMI-1, CMI-2, CMI-3, CMI-4, CMI-18."""
    browser.connect()
    assert page(browser, "/accounts").one('.nav a[href="/connections"]').get_text() == "Connections"
    shown = page(browser, "/connections")

    assert shown.heading == "AlTareq Connections"
    assert "These are the account providers we are connected to for data sharing" in shown.text
    assert shown.all("summary") == ["Tap Manage to view, update or disconnect"]
    assert "This page gives you an overview of the data-sharing permissions you have given to us." in shown.text
    assert "until the permission ends or you cancel." in shown.text
    assert shown.all(".tabs a") == ["Current", "History"]
    assert shown.all(".tabs [aria-current]") == ["Current"]
    assert shown.one('.actions a[href="/connect"]').get_text() == "Connect another account"


@pytest.mark.parametrize(("accounts", "count"), [(1, "1 Account Connected"), (3, "3 Accounts Connected")])
def test_a_card_tells_what_the_standard_wants_and_no_number_of_an_account(
    browser: Browser, accounts: int, count: str
) -> None:
    """CMI-6, CMI-7, CMI-12, CMI-13, CMI-15."""
    browser.connect(accounts=accounts)
    browser.get("/accounts")
    (told,) = page(browser, "/connections").all(".connection")

    for words in ("Model Bank", "Active", count, "Consent Type: Data Sharing", "Last data received: 22/11/2026"):
        assert words in told
    assert "Connection expires: 22/12/2026" in told
    assert "AE" not in told
    assert "Authorized" not in told


def test_what_is_not_known_yet_is_no_date_and_no_count(browser: Browser) -> None:
    """CMI-13."""
    browser.connect()
    (told,) = page(browser, "/connections").all(".connection")

    assert "Last data received: --/--/----" in told
    assert "Connected" not in told


def test_last_data_received_moves_with_what_the_bank_gives_and_not_with_what_fails(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock
) -> None:
    """CMI-14, over a restart as well."""
    with start() as stack:
        browser = stack.browser()
        browser.connect()
        browser.get("/accounts")
        clock.move(days=1)
        assert "Last data received: 22/11/2026" in page(browser, "/connections").text
        stack.kit.faults["/open-finance"] = plain("503 Service Unavailable", b"")
        browser.refresh()
        assert "Last data received: 22/11/2026" in page(browser, "/connections").text
        del stack.kit.faults["/open-finance"]
        clock.move(minutes=5)
        browser.refresh()
        cookie = cookie_of(browser)
    with start() as stack:
        assert "Last data received: 23/11/2026" in page(with_cookie(stack, cookie), "/connections").text


def test_without_a_connection_each_tab_says_that_it_is_empty(browser: Browser) -> None:
    """CMI-17."""
    assert "Nothing is connected in this browser" in page(browser, "/connections").text
    browser.connect()
    stop(browser, cards(browser)[0])

    assert "No connections yet" in page(browser, "/connections").text
    browser.connect()
    stopped = cards(browser, "?tab=past")
    assert len(stopped) == 1
    assert "No connections yet" not in page(browser, "/connections").text


def test_the_page_of_a_connection_shows_what_was_agreed_to(stack: Stack, browser: Browser) -> None:
    """CMI-16, CMI-19, CMI-20, CMI-21, CMI-22, CMI-23, CMI-24, CMI-27."""
    asked = [*page(browser, "/connect").all(".consent .details-row.with-icon")]
    browser.connect(accounts=40, user="layla")
    listed = page(browser, "/accounts").all(".entry")
    shown = page(browser, cards(browser)[0])
    whole = consent_of(stack, browser)

    assert shown.heading == "Model Bank"
    assert shown.all(".badge") == ["Active"]
    assert shown.one("data").get_text() == f"{whole[:8]}...{whole[-4:]}"
    assert shown.one("data")["value"] == whole
    assert shown.all(".whole-id") == [whole]
    assert len(shown.soup.select(".connection-accounts li")) == len(listed)
    assert any(re.fullmatch(r"AE\d\d( \d{4}){4} \d{3}", each) for each in shown.all(".connection-accounts bdi"))
    assert asked
    assert shown.all(".details-row.with-icon") == asked
    assert "Connection valid until 22/12/2026" in shown.text
    assert "First Connected22/11/2026" in shown.text.replace("First Connected ", "First Connected")
    assert "Last Updated" not in shown.text
    assert shown.all("main .actions a") == ["Stop Sharing"]


def test_accounts_that_are_no_longer_kept_are_not_asked_for(stack: Stack, browser: Browser, clock: Clock) -> None:
    browser.connect()
    browser.get("/accounts")
    clock.move(hours=1)
    calls = len(stack.kit.seen)
    shown = page(browser, cards(browser)[0])

    assert "The list of accounts is kept for a few minutes only." in shown.text
    assert len(stack.kit.seen) == calls


def test_a_connection_of_another_browser_is_a_404(stack: Stack, browser: Browser) -> None:
    """CMI-42."""
    browser.connect()
    other = stack.browser()
    other.connect(user="mits")
    (foreign,) = cards(browser)
    form = other.form(f"{cards(other)[0]}/stop")

    assert foreign not in cards(other)
    for path in (foreign, f"{foreign}/stop", "/connections/none", f"/connections/{consent_of(stack, browser)}"):
        page(other, path, 404)
        page(stack.browser(), path, 404)
    assert other.post(f"{foreign}/stop", form).status_code == 404
    assert cards(browser) == [foreign]


def test_no_log_and_no_address_holds_the_id_of_a_consent(
    stack: Stack, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    browser.connect()
    whole = consent_of(stack, browser)
    caplog.clear()
    with caplog.at_level(logging.DEBUG):
        (path,) = cards(browser)
        stop(browser, path)

    assert whole not in path
    assert not [each for each in caplog.records if whole in each.getMessage() or path in each.getMessage()]


def test_a_look_at_the_confirmation_changes_nothing(stack: Stack, browser: Browser) -> None:
    """CMI-28, CMI-29, CMI-30."""
    browser.connect()
    browser.get("/accounts")
    (path,) = cards(browser)
    shown = page(browser, f"{path}/stop")

    assert shown.heading == "Stop sharing"
    assert "Are you sure you want to proceed?" in shown.text
    assert "What this will mean" in shown.text
    assert "what we have already read are deleted at once" in shown.text
    assert "The bank may go on listing the consent until 22/12/2026" in shown.text
    assert "connect Model Bank again" in shown.text
    assert shown.all("main .actions button, main .actions a") == ["Confirm stop sharing", "Go back"]
    assert shown.one("main .actions a")["href"] == path
    assert cards(browser) == [path]
    assert vault_of(stack, browser).find(kinds.FIGURES)


def test_stopping_without_a_token_of_the_form_changes_nothing(browser: Browser) -> None:
    """CMI-30."""
    browser.connect()
    (path,) = cards(browser)

    assert browser.post(f"{path}/stop", {}).status_code == 400
    assert browser.post(f"{path}/stop", {"csrf_token": "forged"}).status_code == 400
    assert cards(browser) == [path]


def test_stopping_deletes_tokens_and_data_at_once_and_tells_nobody(
    stack: Stack, browser: Browser, clock: Clock
) -> None:
    """CMI-27, CMI-29, CMI-32 as far as a Starter Kit goes: it has no way to revoke, so no call is made."""
    browser.connect()
    browser.get("/transactions")
    (path,) = cards(browser)
    vault, calls = vault_of(stack, browser), len(stack.kit.seen)
    assert vault.find(kinds.FIGURES)
    assert vault.find(kinds.RESOURCE)
    cookie = cookie_of(browser)
    shown = stop(browser, path)

    assert vault.find(kinds.CONNECTION) == []
    assert [row for kind in READ for row in vault.find(kind)] == []
    (past,) = vault.find(kinds.HISTORY)
    assert past.value["tokens"] is None
    assert past.value["halt"]["reason"] == "stopped-here"
    assert shown.all(".badge") == ["Cancelled"]
    assert "You stopped sharing from \u2068Model Bank\u2069 here on 22/11/2026." in shown.text
    assert "The bank may go on listing the consent until 22/12/2026" in shown.text
    assert "You cancelled this connection" in shown.text
    assert shown.all("main .actions a") == ["Connect again"]
    clock.move(minutes=20)
    for view in ("/accounts", "/accounts?fresh=1", "/transactions", "/money", path, "/connections"):
        browser.get(view, follow_redirects=True)
    assert len(stack.kit.seen) == calls
    assert cookie_of(browser) == cookie


def test_what_was_stopped_stays_in_the_history_with_its_day(browser: Browser, clock: Clock) -> None:
    """CMI-5: cancelled, in History, and in it alone; "Last data received" stands still."""
    browser.connect()
    browser.get("/accounts")
    (path,) = cards(browser)
    stop(browser, path)
    clock.move(days=2)
    (told,) = page(browser, "/connections?tab=past").all(".connection")

    assert cards(browser) == []
    assert cards(browser, "?tab=past") == [path]
    assert "Cancelled" in told
    assert "Last data received: 22/11/2026" in told
    assert "Ended22/11/2026" in page(browser, path).text.replace("Ended ", "Ended")


def test_a_second_press_is_harmless(stack: Stack, browser: Browser) -> None:
    """CMI-30: two tabs stood on the same confirmation; the day of the first one stays."""
    browser.connect()
    (path,) = cards(browser)
    form = browser.form(f"{path}/stop")
    first = browser.post(f"{path}/stop", form)
    (before,) = vault_of(stack, browser).find(kinds.HISTORY)
    second = browser.post(f"{path}/stop", form)

    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, path)
    (after,) = vault_of(stack, browser).find(kinds.HISTORY)
    assert after.value == before.value
    assert browser.get(f"{path}/stop").location == path


def test_other_connections_stay(browser: Browser) -> None:
    browser.connect(user="rora")
    browser.connect(user="mits")
    first, second = cards(browser)
    stop(browser, first)

    assert cards(browser) == [second]
    assert [str(each["href"]) for each in page(browser, "/accounts").soup.select(".bank-terms > .action")] == [second]


def test_a_stop_that_the_store_does_not_take_is_no_success(stack: Stack, browser: Browser) -> None:
    """It is said, the connection is shown as it is, and the next press finishes it."""
    browser.connect()
    browser.get("/accounts")
    (path,) = cards(browser)
    form = browser.form(f"{path}/stop")
    with patch.object(SqliteRows, "delete", side_effect=StoreUnavailable("SQLITE_FULL")):
        assert browser.post(f"{path}/stop", form).status_code == 503
    assert cards(browser) == [path]
    assert cards(browser, "?tab=past") == []
    browser.post(f"{path}/stop", form)

    assert cards(browser) == []
    assert [row for kind in READ for row in vault_of(stack, browser).find(kind)] == []


def test_what_reached_its_last_day_is_expired_and_can_be_connected_again(browser: Browser, clock: Clock) -> None:
    """CMI-5, CMI-27, CMI-41."""
    browser.connect()
    (path,) = cards(browser)
    for _ in range(31):
        clock.move(days=1)
        browser.get("/accounts")
    assert cards(browser) == []
    shown = page(browser, path)

    assert shown.all(".badge") == ["Expired"]
    assert "Connection Expired22/12/2026" in shown.text.replace("Expired ", "Expired")
    assert shown.all("main .actions a") == ["Connect again"]


def test_after_a_pause_no_connection_is_shown(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock
) -> None:
    with start(app={"idle_minutes": 15}) as stack:
        browser = stack.browser()
        browser.connect()
        (path,) = cards(browser)
        form = browser.form(f"{path}/stop")
        clock.move(minutes=16)
        for view in ("/connections", path, f"{path}/stop"):
            assert browser.get(view).location == "/welcome-back"
        assert browser.post(f"{path}/stop", form).location == "/welcome-back"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_a_connection_stands_in_both_languages(browser: Browser, language: str) -> None:
    """Also with what a hostile bank says of its accounts."""
    browser.client.set_cookie("mizan_language", language, domain="localhost")
    browser.connect(accounts=40, user="nasty")
    browser.get("/accounts")
    (path,) = cards(browser)
    for view in ("/connections", "/connections?tab=past", path, f"{path}/stop"):
        assert page(browser, view).soup.html["lang"] == language  # type: ignore[index]
    stop(browser, path)
