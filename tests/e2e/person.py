"""A person at a browser: presses, types, ticks and reads; what they press on our pages is counted in the browser."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.e2e.expected import THREE, rows_on
from tests.e2e.walker import connect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from playwright.sync_api import BrowserContext, Page, Route

    from sandbox.people.holders import Account
    from tests.e2e.expected import Row
    from tests.e2e.stack import Stack

COUNT_PRESSES = "addEventListener('pointerdown', (event) => event.isTrusted && notePress(location.origin), true)"
MOVES_ON = re.compile(r'<meta http-equiv="refresh"[^>]*>')
HARMLESS = re.compile(r"^Failed to load resource: the server responded with a status of [45]\d\d")
"""Chromium's own line about a page whose status is an error: the failure pages say what they are."""


OUTAGE = re.compile(r"^Failed to load resource: net::ERR_CONNECTION_")


class Profile:
    """A fresh browser profile: what its pages complain about, and at which origins somebody pressed."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.complaints: list[str] = []
        self.presses: list[str] = []
        self.knows_of_outage = False
        """Set before the servers are stopped on purpose: a late request for an icon may then find nobody."""
        context.on("console", lambda line: self._note(line.type, line.text, line.page.url if line.page else ""))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.expose_binding("notePress", lambda _source, origin: self.presses.append(origin))
        context.add_init_script(COUNT_PRESSES)

    def _note(self, kind: str, text: str, url: str) -> None:
        if kind not in {"error", "warning"} or HARMLESS.match(text):
            return
        if not (self.knows_of_outage and OUTAGE.search(text)):
            self.complaints.append(f"{url}: {text}")


class Person:
    """One tab of one browser."""

    def __init__(self, profile: Profile, stack: Stack) -> None:
        self.profile = profile
        self.stack = stack
        self.page: Page = profile.context.new_page()

    @property
    def context(self) -> BrowserContext:
        """The browser's cookies, tabs and settings."""
        return self.profile.context

    def another_tab(self) -> Person:
        """Open a second tab of the same browser."""
        return Person(self.profile, self.stack)

    def open(self, path: str) -> None:
        """Go to one of our pages by its address."""
        self.page.goto(self.stack.origin + path)

    def press(self, name: str) -> None:
        """Press a button or follow a link by its name, in the tab in front."""
        page = self.page
        page.bring_to_front()
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()

    def proceed(self) -> None:
        """Press the one button of the consent page, and arrive at the bank's login."""
        self.press("Proceed using AlTareq")
        self.page.wait_for_url(re.compile(re.escape(self.stack.bank) + r"/auth1/interaction/[^/]+/login$"))

    def log_in(self, username: str = "rora", password: str | None = None) -> None:
        """Log in at the bank."""
        self.page.bring_to_front()
        self.page.locator("#username").fill(username)
        self.page.locator("#password").fill(username if password is None else password)
        self.press("Login")

    def tick(self, accounts: Iterable[Account]) -> None:
        """Tick accounts at the bank."""
        for account in accounts:
            self.page.locator(f'input[name="account"][value="{account.account_id}"]').check()

    def authorize(self) -> None:
        """Press the bank's last button."""
        self.press("Authorize using AlTareq")

    def approve(self, username: str = "rora", accounts: Iterable[Account] = THREE) -> None:
        """Do everything at the bank, from its login to its last button."""
        self.log_in(username)
        self.tick(accounts)
        self.authorize()

    def connect(self, username: str = "rora", accounts: Iterable[Account] = THREE) -> None:
        """Go the whole way from the start page to the accounts."""
        self.open("/")
        self.proceed()
        self.approve(username, accounts)
        self.arrive()

    def be_connected(self, username: str = "rora", accounts: Iterable[Account] = THREE) -> None:
        """Open the accounts with the session of somebody who has just been to the bank; the way there is not gone."""
        client = connect(self.stack.origin, username, accounts)
        session = {"name": "mizan", "value": str(client.cookies["mizan"]), "url": self.stack.origin}
        self.context.add_cookies([session])  # type: ignore[list-item]
        self.open("/accounts")
        self.arrive()

    def arrive(self) -> None:
        """Wait for the accounts page."""
        self.page.wait_for_url(f"{self.stack.origin}/accounts")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Your accounts")

    def sees_failure(self, title: str) -> None:
        """Wait for a failure page of ours, at an address without code or state."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        address = urlsplit(self.page.url)
        assert f"{address.scheme}://{address.netloc}" == self.stack.origin
        assert re.fullmatch(r"/connect/ended/[a-z-]+", address.path)
        assert re.fullmatch(r"ref=[0-9a-f-]{36}", address.query)

    def meet_restart(self) -> None:
        """Stay on the page while app and sandbox are stopped and started."""
        self.profile.knows_of_outage = True
        self.stack.restart()

    def rows(self) -> list[Row]:
        """Read the accounts on the page."""
        return rows_on(self.page.content())

    def due(self, accounts: Iterable[Account]) -> list[Row]:
        """Return the rows that must be on the page for these accounts."""
        return self.stack.due(accounts, self.page.content())

    def heading(self) -> str:
        """Read the page's heading."""
        return self.page.get_by_role("heading", level=1).inner_text()


@contextmanager
def held_back(context: BrowserContext) -> Iterator[None]:
    """Keep the pages that move on by themselves where they are, in this test only."""

    def strip(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        body = answer.text()
        route.fulfill(response=answer, body=MOVES_ON.sub("", body))

    addresses = re.compile(r"/connect$|/auth1/interaction/[^/]+/accounts$")
    context.route(addresses, strip)
    yield
    context.unroute(addresses, strip)
