"""App and sandbox restarted in the middle of somebody's journey: they go on as if nothing had been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.e2e.conftest import profiles
from tests.e2e.expected import THREE
from tests.e2e.person import Person, held_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class People:
    """Four people, each in a browser of their own, by how far they were when app and sandbox were restarted."""

    on_the_page: Person
    at_the_login: Person
    on_the_way_back: Person
    connected: Person


@pytest.fixture(scope="module")
def people(browser: Browser, stack: Stack) -> Iterator[People]:
    """Let everybody come as far as they are to come, and restart everything once."""
    with profiles(browser) as make:
        people = People(*(Person(make(), stack) for _ in range(4)))
        people.on_the_page.open("/")
        people.at_the_login.open("/")
        people.at_the_login.proceed()
        leaving = people.on_the_way_back
        leaving.open("/")
        leaving.proceed()
        with held_back(leaving.context):
            leaving.approve()
            leaving.page.get_by_role("link", name="Continue to Mizan").wait_for()
        people.connected.be_connected()
        for person in (people.on_the_page, people.at_the_login, leaving, people.connected):
            person.profile.knows_of_outage = True
        stack.restart()
        yield people


def test_restarted_between_the_consent_and_the_login(people: People) -> None:
    """The attempt lies in the store, the bank's in its own."""
    person = people.at_the_login
    person.approve()
    person.arrive()
    assert person.rows() == person.due(THREE)


def test_restarted_between_the_consent_page_and_the_click(people: People) -> None:
    """The form that was shown is still good: its key is kept."""
    people.on_the_page.proceed()


def test_restarted_between_authorising_and_the_return(people: People) -> None:
    """The bank knows its code again, and we know our attempt."""
    person = people.on_the_way_back
    person.press("Continue to Mizan")
    person.arrive()
    assert person.rows() == person.due(THREE)


def test_a_connection_survives_a_restart(people: People, stack: Stack) -> None:
    """Kept figures and fresh ones are both there afterwards, and no new consent is needed."""
    person = people.connected
    since = stack.mark()
    person.open("/accounts")
    assert person.rows() == person.due(THREE)
    person.open("/accounts?fresh=1")
    assert person.rows() == person.due(THREE)
    assert stack.readings(since) == 1 + len(THREE)
    assert stack.consents(since) == stack.exchanges(since) == 0
