"""A walk past every page of app and bank, in whatever language the browser asks for: nothing is found by its words.

At each page `look` is called with its name. Pages that move on by themselves are held back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.e2e.expected import PEOPLE
from tests.e2e.inside import IDLE_MINUTES, RESOURCES, down
from tests.e2e.person import held_back
from tests.sheet import PATH as SHEET

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.inside import Inside

EVERYTHING = PEOPLE["rora"]
PLAIN = {
    "not connected": "/accounts",
    "signed out": "/signed-out",
    "choose": "/connect/choose",
    "choose, groups": "/connect/choose?what=own&group=transactions&days=90",
    "choose, unreadable": "/connect/choose?what=all&days=0",
    "privacy": "/privacy",
    "terms": "/terms",
    "404": "/no-such-page",
    "declined": "/connect/ended/declined",
    "failed on the return": "/connect/ended/unreachable",
}
FINDS = {"found": "a", "not found": "nowhere"}
"""Searches with hits in every language, and without."""

TABS = ("regular", "payees", "people")
"""Of one account, beside those that the first page of it shows."""

OPEN = "for (const each of document.querySelectorAll('details')) each.open = true"
PAGES = 39
"""So many stations has the tour: a page that is no longer reached must not go unnoticed."""

MONTHS = timedelta(days=70)
SPOIL = "document.querySelector('[name=draft]').value = 'old'"


@dataclass(frozen=True)
class Tour:
    """One tab on its way."""

    page: Page
    place: Inside
    look: Callable[[str], None]

    def everywhere(self) -> None:
        """See every page and every state of it."""
        self.before()
        self.at_the_bank()
        self.accounts()
        self.troubles()
        self.leaving()

    def main_pages(self) -> None:
        """See what everybody sees who goes the whole way."""
        self.start()
        self.at_the_bank()
        self.accounts()

    def start(self) -> None:
        """The start page, as it comes and with everything open."""
        self._open("/")
        self._see("home")
        self.page.evaluate(OPEN)
        self._see("home, open")

    def before(self) -> None:
        """What everybody can open, and a start that fails."""
        self.start()
        for name, path in {**PLAIN, "components": SHEET}.items():
            self._open(path)
            self._see(name)
        self._open("/connect")
        self.page.evaluate(SPOIL)
        self._press(".altareq-button", "**/connect")
        self._see("not started")

    def at_the_bank(self) -> None:
        """To the bank and back, with every account: the person is connected afterwards."""
        page = self.page
        self._open("/connect")
        with held_back(page.context):
            self._press(".altareq-button", "**/connect")
            page.locator(".onward").wait_for()
            self._see("redirect")
            self._press(".onward", re.compile(r"/login$"))
            self._see("bank: login")
            self._log_in("wrong")
            page.locator("#problem").wait_for()
            self._see("bank: wrong password")
            self._log_in("rora")
            self._press("button[value=authorize]")
            page.locator("#problem").wait_for()
            self._see("bank: nothing ticked")
            for box in page.locator("input[name=account]").all():
                box.check()
            page.evaluate(OPEN)
            self._see("bank: authorise")
            self._press("button[value=authorize]")
            page.locator(".go a").wait_for()
            self._see("bank: way back")
        self._press(".go a", f"{self.place.origin}/accounts")

    def accounts(self) -> None:
        """All accounts, with figures and without; then one, with the transactions of three months.

        All fifty of its rows would show no more, and cost as much to look at as ten pages.
        """
        self._see("accounts")
        self._press(".hide button")
        self.page.locator(".icon-eye").wait_for()
        self._see("accounts, hidden")
        self._open(f"/accounts/{EVERYTHING[0].account_id}/transactions.csv?direction=out")
        self._see("export, hidden")
        self._open("/accounts")
        self._press(".hide button")
        self.page.locator(".icon-eye-off").wait_for()
        for name, text in FINDS.items():
            self._open(f"/accounts?find={text}")
            self._see(f"accounts, {name}")
        since = (self.place.clock() - MONTHS).date()
        self._open(f"/accounts/{EVERYTHING[1].account_id}?from={since}")
        self._see("one account")
        for tab in TABS:
            self._open(f"/accounts/{EVERYTHING[0].account_id}/{tab}")
            self.page.evaluate(OPEN)
            self._see(f"one account, {tab}, open")
        self.of_all_accounts()

    def of_all_accounts(self) -> None:
        """The transactions of all accounts, and what they add up to, with figures and without."""
        self._open("/transactions")
        self._see("transactions")
        self._open("/transactions?currency=AED&own=no&least=x&direction=out&q=500.00")
        self.page.evaluate(OPEN)
        self._see("transactions, filtered")
        self._open("/money?months=12")
        self.page.evaluate(OPEN)
        self._see("money, open")
        self._press(".hide button")
        self.page.locator(".icon-eye").wait_for()
        self._see("money, hidden")
        self._press(".hide button")
        self.page.locator(".icon-eye-off").wait_for()

    def troubles(self) -> None:
        """One account fails, then the whole bank; then a pause, after which nothing is left to show."""
        failing = f"{RESOURCES}/{EVERYTHING[0].account_id}"
        self.place.clock.move(minutes=2)
        self.place.kit.faults[RESOURCES] = down()
        self._open("/accounts?fresh=1")
        self.page.locator(".notice-stale").wait_for()
        self._see("accounts, older figures")
        self.place.clock.move(minutes=IDLE_MINUTES + 1)
        self._open("/accounts")
        self.page.wait_for_url("**/welcome-back")
        self._see("welcome back")
        self._press("main form button")
        self.page.locator(".notice-failed").wait_for()
        self._see("accounts, none")
        del self.place.kit.faults[RESOURCES]
        self.place.kit.faults[failing] = down()
        self._open("/accounts?fresh=1")
        self.page.locator(".entry-failure").wait_for()
        self._see("accounts, one failed")
        del self.place.kit.faults[failing]

    def leaving(self) -> None:
        """Out, and a page of the bank that has been used already."""
        self._open("/sign-out")
        self._see("sign out")
        self._press("main form button", "**/signed-out")
        self.page.goto(f"{self.place.bank}/auth1/interaction/none/login")
        self._see("bank: used link")

    def _see(self, name: str) -> None:
        """Let the page come to rest, style sheet and all, before anybody judges it."""
        self.page.wait_for_load_state("load")
        self.look(name)

    def _open(self, path: str) -> None:
        self.page.goto(self.place.origin + path)

    def _press(self, selector: str, arrives: str | re.Pattern[str] | None = None) -> None:
        self.page.locator(selector).click()
        if arrives is not None:
            self.page.wait_for_url(arrives)

    def _log_in(self, password: str) -> None:
        self.page.locator("#username").fill("rora")
        self.page.locator("#password").fill(password)
        self._press("button[value=login]")
