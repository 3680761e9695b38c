"""Two tabs of one browser, both on the way to the bank, coming back in either order.

With an opaque state nobody can tell whose code comes back: the newest attempt is meant (`tpp.journey.attempt`).
Then the first tab's early return may be turned away, but it must not spoil the second's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.expected import PEOPLE, THREE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.person import Person
    from tests.e2e.stack import Stack

pytestmark = pytest.mark.browser

OTHERS = tuple(account for account in PEOPLE["rora"] if account not in THREE)[:2]
BOTH_FORMS = pytest.mark.parametrize("stack", ["opaque", "base64"], indirect=True)
ONE_FAST = pytest.mark.parametrize("stack", ["opaque", pytest.param("base64", marks=pytest.mark.slow)], indirect=True)


@pytest.fixture(scope="module")
def stack(request: pytest.FixtureRequest, new_stack: Callable[..., Stack]) -> Stack:
    """Run the Starter Kit with each form of its state."""
    return new_stack(SANDBOX_STATE_FORM=request.param).start()


def two_tabs_at_the_bank(person: Person) -> tuple[Person, Person]:
    """Start in one tab, then in another; both wait at the bank's login."""
    second = person.another_tab()
    person.open("/")
    second.open("/")
    person.proceed()
    second.proceed()
    return person, second


@ONE_FAST
def test_the_newer_tab_returns_first_and_the_older_one_after_it(person: Person) -> None:
    """CX-38: each code goes with its own verifier; both tabs end at the accounts."""
    older, newer = two_tabs_at_the_bank(person)
    newer.approve(accounts=THREE)
    newer.arrive()
    assert newer.rows() == newer.due(THREE)
    older.approve(accounts=OTHERS)
    older.arrive()
    assert older.rows() == older.due((*THREE, *OTHERS))


@BOTH_FORMS
def test_the_older_tab_returns_first_and_the_newer_one_still_succeeds(person: Person, stack: Stack) -> None:
    """CX-38, CX-42: an opaque state sends the older tab to the newer one; a readable state lets both in."""
    older, newer = two_tabs_at_the_bank(person)
    older.approve(accounts=OTHERS)
    if stack.settings["SANDBOX_STATE_FORM"] == "opaque":
        older.sees_failure("Continue in your other window")
        expected = THREE
    else:
        older.arrive()
        expected = (*OTHERS, *THREE)
    newer.approve(accounts=THREE)
    newer.arrive()
    assert newer.rows() == newer.due(expected)


@ONE_FAST
def test_cancelling_in_one_tab_leaves_the_other_one_a_way_on(person: Person, stack: Stack) -> None:
    """CX-43: a refusal burns no other attempt; with an opaque state the cancelled one still counts as the newest."""
    older, newer = two_tabs_at_the_bank(person)
    newer.press("Cancel")
    newer.sees_failure("You chose not to share")
    older.approve(accounts=THREE)
    if stack.settings["SANDBOX_STATE_FORM"] == "opaque":
        older.sees_failure("Continue in your other window")
        older.press("Start again")
        older.proceed()
        older.approve(accounts=THREE)
    older.arrive()
    assert older.rows() == older.due(THREE)
