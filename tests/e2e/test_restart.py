"""App and sandbox restarted in the middle of somebody's journey: they go on as if nothing had been."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.expected import THREE
from tests.e2e.person import held_back

if TYPE_CHECKING:
    from tests.e2e.person import Person
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser


def test_restarted_between_the_consent_and_the_login(person: Person, stack: Stack) -> None:
    """The attempt lies in the store, the bank's in its own."""
    person.open("/")
    person.proceed()
    person.meet_restart()
    person.approve()
    person.arrive()
    assert person.rows() == person.due(THREE)


def test_restarted_between_the_consent_page_and_the_click(person: Person, stack: Stack) -> None:
    """The form that was shown is still good: its key is kept."""
    person.open("/")
    person.meet_restart()
    person.proceed()


def test_restarted_between_authorising_and_the_return(person: Person, stack: Stack) -> None:
    """The bank knows its code again, and we know our attempt."""
    person.open("/")
    person.proceed()
    with held_back(person.context):
        person.approve()
        person.page.get_by_role("link", name="Continue to Mizan").wait_for()
    person.meet_restart()
    person.press("Continue to Mizan")
    person.arrive()
    assert person.rows() == person.due(THREE)


def test_a_connection_survives_a_restart(person: Person, stack: Stack) -> None:
    """Kept figures and fresh ones are both there afterwards, and no new consent is needed."""
    person.be_connected()
    person.meet_restart()
    since = stack.mark()
    person.open("/accounts")
    assert person.rows() == person.due(THREE)
    person.open("/accounts?fresh=1")
    assert person.rows() == person.due(THREE)
    assert stack.readings(since) == 1 + len(THREE)
    assert stack.consents(since) == stack.exchanges(since) == 0
