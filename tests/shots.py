"""`python -m tests.shots`: pictures of every page and state, into `shots/`, for people to look at.

`page-width-scheme.png`, at 360 and 1280 px, light and dark. The journey is a real one, through the real sandbox;
pages that move on by themselves are held back here and nowhere else. What only a pause or an outage brings about is
taken from the same store by an app whose clock is ahead, while the sandbox is down.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from app import create_app
from config import Settings
from tests.e2e.conftest import ARGUMENTS, find_chromium
from tests.e2e.expected import PEOPLE, THREE
from tests.e2e.person import Person, Profile, held_back
from tests.e2e.stack import ROOT, Stack
from tpp.web.failures_on_return import ON_THE_RETURN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]

TARGET = ROOT / "shots"
WIDTHS = {360: 780, 1280: 900}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PLAIN = {"not-connected": "/accounts", "privacy": "/privacy", "terms": "/terms", "no-such-page": "/no-such-page"}
AHEAD = timedelta(minutes=2)
"""Beyond the pause after which amounts are covered, and beyond the minute in which figures are not asked for again."""

LONG_AHEAD = timedelta(minutes=20)
"""Beyond the time for which figures are kept."""


class Camera:
    """Takes pictures of one person's pages and names them."""

    def __init__(self, person: Person, ending: str) -> None:
        self.person = person
        self._ending = ending

    @property
    def page(self) -> Page:
        """What is in front of the lens."""
        return self.person.page

    def take(self, name: str) -> None:
        """Take the whole page."""
        self.page.screenshot(path=TARGET / f"{name}-{self._ending}.png", full_page=True, animations="disabled")

    def take_at(self, name: str, path: str) -> None:
        """Go to one of our pages and take it."""
        self.person.open(path)
        self.take(name)


def main() -> int:
    """Take all pictures, at each width and in each scheme."""
    TARGET.mkdir(exist_ok=True)
    for old in TARGET.glob("*.png"):
        old.unlink()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="shots-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        stack = Stack(Path(folder) / "home")
        try:
            for width, height in WIDTHS.items():
                for scheme in SCHEMES:
                    stack.start()
                    visit(browser, stack, (width, height), scheme)
        finally:
            stack.stop()
            browser.close()
    print(f"{len(list(TARGET.glob('*.png')))} pictures in {TARGET.name}/")  # noqa: T201 - what was asked for
    return 0


def visit(browser: Browser, stack: Stack, size: tuple[int, int], scheme: Scheme) -> None:
    """Walk everywhere with one browser. The stack is down afterwards."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    camera = Camera(Person(Profile(context), stack), f"{width}-{scheme}")
    try:
        take_plain_pages(camera)
        with held_back(context):
            take_cancelled_journey(camera)
            take_journey(camera)
        take_sessions(camera)
        stack.stop()
        take_outage(camera, stack)
    finally:
        context.close()


def take_plain_pages(camera: Camera) -> None:
    """What everybody can open."""
    camera.take_at("home", "/")
    open_expanders(camera)
    camera.take("home-open")
    for name, path in PLAIN.items():
        camera.take_at(name, path)
    for reason in sorted(ON_THE_RETURN):
        camera.take_at(f"ended-{reason}", f"/connect/ended/{reason}")


def open_expanders(camera: Camera) -> None:
    """Open every row that opens."""
    camera.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def take_cancelled_journey(camera: Camera) -> None:
    """To the bank, wrong password, nothing ticked, cancelled."""
    person = camera.person
    start_and_log_in(camera, None)
    person.authorize()
    camera.page.get_by_text("Select at least one account").wait_for()
    camera.take("bank-nothing-ticked")
    person.press("Cancel")
    person.press("Continue to Mizan")
    camera.page.get_by_role("heading", name="You chose not to share").wait_for()
    camera.take("declined")


def take_journey(camera: Camera) -> None:
    """To the bank and back, with three accounts."""
    person = camera.person
    start_and_log_in(camera, "redirect")
    camera.take("bank-authorise")
    person.tick(THREE)
    open_expanders(camera)
    camera.take("bank-authorise-ticked")
    person.authorize()
    camera.page.get_by_role("link", name="Continue to Mizan").wait_for()
    camera.take("bank-back")
    person.press("Continue to Mizan")
    person.arrive()
    camera.take("accounts-3")


def start_and_log_in(camera: Camera, name: str | None) -> None:
    """Press the button, go on by the link, and log in; take the pages on the way where a name is given."""
    person = camera.person
    person.open("/connect")
    person.press("Proceed using AlTareq")
    camera.page.get_by_role("link", name="Continue to Model Bank").wait_for()
    if name:
        camera.take(name)
    person.press("Continue to Model Bank")
    camera.page.wait_for_url("**/login")
    if name:
        camera.take("bank-login")
        person.log_in(password="wrong")
        camera.page.get_by_text("is not right").wait_for()
        camera.take("bank-login-wrong")
    person.log_in()
    camera.page.get_by_role("button", name="Authorize using AlTareq").wait_for()


def take_sessions(camera: Camera) -> None:
    """All accounts, hidden ones, signing out; in the end somebody is connected again."""
    person = camera.person
    person.press("Sign out")
    camera.take("sign-out")
    camera.page.locator("main").get_by_role("button", name="Sign out").click()
    camera.page.wait_for_url("**/signed-out")
    camera.take("signed-out")
    person.connect(accounts=PEOPLE["rora"])
    camera.take("accounts-8")
    person.press("Hide amounts")
    camera.page.get_by_role("button", name="Show amounts").wait_for()
    camera.take("accounts-8-hidden")
    person.press("Show amounts")
    camera.page.get_by_role("button", name="Hide amounts").wait_for()
    camera.take_at("connect-again", "/connect")


def take_outage(camera: Camera, stack: Stack) -> None:
    """The same store, minutes later, without a bank: covered, older figures, none, no start, an old form."""
    person = camera.person
    with later_app(stack, AHEAD, idle_minutes=1):
        camera.take_at("welcome-back", "/accounts")
    with later_app(stack, AHEAD, idle_minutes=0):
        person.press("Show my accounts")
        camera.page.get_by_role("heading", name="Your accounts").wait_for()
        camera.take("accounts-older-figures")
        person.open("/connect")
        person.press("Proceed using AlTareq")
        camera.page.get_by_role("heading", name="The connection service is not running").wait_for()
        camera.take("not-started-unreachable")
        person.open("/connect")
        camera.page.evaluate("document.querySelector('[name=draft]').value = 'old'")
        person.press("Proceed using AlTareq")
        camera.page.get_by_role("heading", name="This page was open for too long").wait_for()
        camera.take("not-started-old-form")
    with later_app(stack, LONG_AHEAD, idle_minutes=0):
        camera.take_at("accounts-none-read", "/accounts")


@contextmanager
def later_app(stack: Stack, ahead: timedelta, idle_minutes: int) -> Iterator[None]:
    """Serve the app alone, at the stack's address and over its store, with its clock ahead."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]  # a developer's own settings are not meant here
        redirect_uri=f"{stack.origin}/hackathon-redirect",
        sandbox_kit_port=stack.kit_port,
        sandbox_bank_port=stack.bank_port,
        instance_path=stack.instance,
        idle_minutes=idle_minutes,
        log_level="ERROR",
    )
    app = create_app(settings, lambda: datetime.now(UTC) + ahead)
    server = make_server("127.0.0.1", stack.port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


if __name__ == "__main__":
    sys.exit(main())
