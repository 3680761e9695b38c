"""The journey under every combination: both forms of state, both people, with and without JavaScript, and so on."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from tests.e2e.expected import PEOPLE
from tests.e2e.person import Person, held_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.people.holders import Account
    from tests.e2e.person import Profile
    from tests.e2e.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLACES = ("consent page", "login", "choice", "way back", "accounts")


@pytest.fixture(scope="module", params=["opaque", "base64"])
def stack(request: pytest.FixtureRequest, new_stack: Callable[..., Stack]) -> Stack:
    """Run the Starter Kit with each form of its state."""
    return new_stack(SANDBOX_STATE_FORM=request.param).start()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("username", sorted(PEOPLE))
def test_everybody_reaches_all_their_accounts(
    new_profile: Callable[..., Profile], stack: Stack, username: str, width: int, scheme: str, script: bool
) -> None:
    """One own click, whatever the browser is."""
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "java_script_enabled": script}
    person = Person(new_profile(**options), stack)
    person.connect(username, PEOPLE[username])
    assert person.rows() == person.due(PEOPLE[username])


@pytest.mark.parametrize(
    ("username", "accounts"),
    [(name, chosen) for name in sorted(PEOPLE) for size in (1, 2) for chosen in combinations(PEOPLE[name], size)],
    ids=lambda each: each if isinstance(each, str) else "+".join(one.account_id[-2:] for one in each),
)
def test_exactly_the_ticked_accounts_are_shown(person: Person, username: str, accounts: tuple[Account, ...]) -> None:
    """Every single account and every pair."""
    person.connect(username, accounts)
    assert person.rows() == person.due(accounts)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("times", [1, 2])
def test_a_restart_anywhere_is_survived(person: Person, stack: Stack, place: str, times: int) -> None:
    """App and sandbox restarted, once or twice, while the person is at this place."""

    def pause(here: str) -> None:
        if here == place:
            for _ in range(times):
                person.meet_restart()

    person.open("/")
    pause("consent page")
    person.proceed()
    pause("login")
    person.log_in()
    person.tick(PEOPLE["rora"])
    pause("choice")
    with held_back(person.context):
        person.authorize()
        person.page.get_by_role("link", name="Continue to Mizan").wait_for()
    pause("way back")
    person.press("Continue to Mizan")
    person.arrive()
    pause("accounts")
    person.open("/accounts?fresh=1")
    assert person.rows() == person.due(PEOPLE["rora"])


def tabs_at_the_bank(person: Person, number: int) -> list[Person]:
    """Start in so many tabs, one after another; all wait at the bank's login."""
    people = [person, *(person.another_tab() for _ in range(number - 1))]
    for each in people:
        each.open("/")
        each.proceed()
    return people


@pytest.mark.parametrize("tabs", [2, 3])
@pytest.mark.parametrize("order", ["oldest first", "newest first"])
def test_of_many_tabs_the_newest_always_succeeds(person: Person, stack: Stack, tabs: int, order: str) -> None:
    """With a readable state all do; with an opaque one, at least the newest that has not come back."""
    people = tabs_at_the_bank(person, tabs)
    wanted = PEOPLE["rora"][:1]
    opaque = stack.settings["SANDBOX_STATE_FORM"] == "opaque"
    for each in people if order == "oldest first" else reversed(people):
        each.approve(accounts=wanted)
        if opaque and order == "oldest first" and each is not people[-1]:
            each.sees_failure("Continue in your other window")
        else:
            each.arrive()
    people[-1].open("/accounts")
    assert people[-1].rows() == people[-1].due(wanted)


def test_four_tabs_oldest_first_leave_a_way_on(person: Person, stack: Stack) -> None:
    """With an opaque state three strays use the newest attempt up (`MOST_TRIES`); starting again always helps."""
    people = tabs_at_the_bank(person, 4)
    wanted = PEOPLE["rora"][:1]
    opaque = stack.settings["SANDBOX_STATE_FORM"] == "opaque"
    for each in people:
        each.approve(accounts=wanted)
        if opaque:
            each.sees_failure("Continue in your other window")
        else:
            each.arrive()
    last = people[-1]
    if opaque:
        last.press("Start again")
        last.proceed()
        last.approve(accounts=wanted)
        last.arrive()
    assert last.rows() == last.due(wanted)
