"""What happens at the bank is said on the accounts page: stopped, suspended, slow, busy, and who else connects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
from playwright.sync_api import expect

from tests.e2e.expected import PEOPLE, THREE
from tests.e2e.walker import SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.people.holders import Account
    from tests.e2e.person import Person
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

SIZES = ({"width": 360, "height": 800}, {"width": 1280, "height": 900})


@pytest.fixture(autouse=True)
def no_fault_left(stack: Stack) -> Iterator[None]:
    """Take every fault away after a test."""
    yield
    control(stack, "faults/clear")


def control(stack: Stack, path: str, **values: Any) -> None:
    """Set something in the sandbox's control."""
    requests.post(f"{stack.bank}/control/{path}", json=values, timeout=SECONDS).raise_for_status()


def connect_again(person: Person, username: str, accounts: Iterable[Account]) -> None:
    """Connect while something is connected already."""
    person.open("/connect")
    person.proceed()
    person.approve(username, accounts)
    person.arrive()


def at_the_bank(person: Person, *presses: str) -> None:
    """Log in where the bank's customers see what they share, and press in the newest card."""
    tab = person.another_tab()
    tab.page.goto(f"{person.stack.bank}/auth1/consents/login")
    tab.log_in("rora")
    tab.page.locator(".consent > summary").first.click()
    for name in presses:
        tab.page.locator(".consent").first.get_by_text(name, exact=True).click()
    expect(tab.page.locator(".consent .state").first).not_to_have_class(re.compile("state-authorized"))


def fits(person: Person) -> None:
    """Nothing reaches over the window, narrow or wide."""
    for size in SIZES:
        person.page.set_viewport_size(size)  # type: ignore[arg-type]
        assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_stopped_at_the_bank_is_gone_at_the_next_refresh(person: Person, stack: Stack) -> None:
    person.be_connected(accounts=THREE)
    at_the_bank(person, "Stop sharing", "Yes, stop sharing")
    person.press("Refresh")

    expect(person.page.locator("main")).to_contain_text("Sharing was stopped at")
    assert person.page.locator(".entry, .money").count() == 0
    fits(person)
    person.press("Connect again")
    person.proceed()
    person.approve(accounts=THREE)
    person.arrive()
    assert person.rows() == person.due(THREE)


def test_what_is_suspended_at_the_bank_is_not_shown_either(person: Person) -> None:
    person.be_connected(accounts=THREE)
    at_the_bank(person, "Suspend")
    person.press("Refresh")

    expect(person.page.locator("main")).to_contain_text(re.compile("stopped or suspended|is suspended"))
    assert person.page.locator(".entry, .money").count() == 0
    assert person.page.get_by_text("Active", exact=True).count() == 0
    fits(person)


def test_the_same_person_connecting_again_sees_each_account_once(person: Person) -> None:
    person.be_connected(accounts=THREE)
    connect_again(person, "rora", THREE)

    assert person.rows() == person.due(THREE)
    main = person.page.locator("main")
    expect(main).to_contain_text("shown under another one of yours")
    expect(main).not_to_contain_text("shares no account")
    fits(person)


def test_another_person_connecting_is_told_apart(person: Person) -> None:
    rora = [each for each in PEOPLE["rora"] if each.holder == PEOPLE["rora"][0].holder]
    mits = [each for each in PEOPLE["mits"] if each.holder == PEOPLE["mits"][1].holder]
    person.be_connected(accounts=rora)
    connect_again(person, "mits", mits)

    assert person.page.locator(".bank-name").all_inner_texts() == [mits[0].holder, rora[0].holder]
    assert person.rows() == person.due([*rora, *mits])
    fits(person)


def test_a_slow_bank_leads_to_figures_in_the_end(person: Person, stack: Stack) -> None:
    control(stack, "faults", application="bank", route="accounts", kind="latency", latency_ms=5_000)
    person.be_connected(accounts=THREE)
    for _ in range(4):
        if person.rows() == person.due(THREE):
            break
        person.open("/accounts?fresh=1")

    assert person.rows() == person.due(THREE)


def test_a_bank_that_asks_to_wait_is_left_alone_until_then(person: Person, stack: Stack) -> None:
    person.be_connected(accounts=THREE)
    control(stack, "faults", application="bank", route="accounts", kind="status", status=429)
    person.press("Refresh")
    expect(person.page.locator("main")).to_contain_text(re.compile(r"We can ask again at \d\d:\d\d"))
    since = stack.mark()
    for _ in range(3):
        person.open("/accounts?fresh=1")

    assert stack.readings(since) == 0
    assert person.rows() == person.due(THREE), "the figures of before stand, with their time"
    assert person.page.get_by_text("Try again").count() == 0
    fits(person)
