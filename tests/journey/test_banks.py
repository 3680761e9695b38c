"""Each attempt and each grant has the client that it began with, beside others; or none, and says so."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.clock import START, Clock
from tests.journey.reading.figures_bank import Bank, read
from tests.routes import ROUTE, offering
from tpp.bank.resources import RESOURCES
from tpp.errors import IssuerMismatch, ReconnectNeeded, StateUnreadable, UnknownAttempt
from tpp.journey import connections
from tpp.journey.attempt import Arrival, begin, complete, live_attempts
from tpp.journey.reading.one import read_one
from tpp.model.bank_client import Begun
from tpp.model.consent import ConsentDraft, Route
from tpp.model.grant import Grant, TokenSet
from tpp.model.visit import Visit
from tpp.store.sessions import SealedVaults
from tpp.store.sqlite import SqliteRows

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tpp.journey.banks import Banks
    from tpp.journey.reading.ask import Desk
    from tpp.model.attempt import Attempt
    from tpp.model.bank_client import StateForm, Wording

DRAFT = ConsentDraft(
    ("ReadBalances",), START + timedelta(days=30), "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer"
)
TOKENS = TokenSet("t", START + timedelta(seconds=600))


@dataclass
class Way:
    """One bank and one way there; `reads` says whether its states can be read, where they are of its own form."""

    name: str
    reads: bool
    state_form: StateForm = "auto"
    wording: Wording = "starter-kit"
    subject: str | None = None
    codes: list[str] = field(default_factory=list)

    @property
    def route(self) -> Route:
        """Which way this is."""
        return Route(self.name, "starter-kit" if self.reads else "other", "v1.2")

    @property
    def way(self) -> str:
        """What it is known by."""
        return self.name

    @property
    def issuer(self) -> str:
        """The bank's."""
        return f"https://{self.name}.example"

    def begin(self, _draft: ConsentDraft, _visit: Visit) -> Begun:
        """Stage."""
        return Begun(f"{self.issuer}/auth", f"consent-{self.name}", "v" * 43, self.issuer, nonce=f"nonce-{self.name}")

    def recognises_state(self, state: str, attempt: Attempt) -> bool | None:
        """Read a state that says what it is for; anything else cannot be read."""
        if not self.reads or not state.startswith("for "):
            return None
        return state == f"for {attempt.consent_id}"

    def redeem(self, attempt: Attempt, code: str, _state: str | None, now: datetime, _visit: Visit) -> Grant:
        """Exchange."""
        self.codes.append(code)
        grant = Grant(attempt.consent_id, attempt.issuer, DRAFT.until, now, DRAFT, TOKENS, route=attempt.route)
        return replace(grant, subject=self.subject, nonce=attempt.nonce)


READABLE, OPAQUE = "readable", "opaque"
READ, UNREAD = {"code": "c", "state": "for consent-readable"}, {"code": "c", "state": "9c1d"}


@pytest.fixture
def ways() -> dict[str, Way]:
    """Return two ways, one of whose states can be read."""
    return {READABLE: Way(READABLE, reads=True), OPAQUE: Way(OPAQUE, reads=False)}


@pytest.fixture
def banks(ways: dict[str, Way]) -> Banks:
    """Offer both."""
    return offering(*ways.values())


@pytest.fixture
def arrival(tmp_path: Path, clock: Clock, banks: Banks) -> Arrival:
    """Return what a return from a bank works with."""
    vaults = SealedVaults(SqliteRows(tmp_path / "rows.sqlite", clock.seconds), [b"s" * 32], clock.seconds)
    days, vault = timedelta(days=30), vaults.open(b"k" * 32)
    return Arrival(
        vault, vaults.server, banks, clock, days, "word", lambda _meant: None, lambda _answer, _grant: None, Visit()
    )


def begin_both(arrival: Arrival, ways: dict[str, Way], clock: Clock, newest: str) -> None:
    """Leave for both banks, for `newest` last."""
    for name in sorted(ways, key=lambda each: each == newest):
        begin(arrival.vault, ways[name], DRAFT, clock, Visit())  # type: ignore[arg-type]
        clock.move(seconds=1)


def back(arrival: Arrival, way: Way, answer: dict[str, str]) -> Grant:
    """Come back from a bank."""
    result = complete(arrival, {**{name: [value] for name, value in answer.items()}, "iss": [way.issuer]})
    assert isinstance(result, Grant)
    return result


@pytest.mark.parametrize("newest", [READABLE, OPAQUE])
def test_a_readable_state_finds_its_attempt_beside_one_that_nobody_can_read(
    arrival: Arrival, ways: dict[str, Way], clock: Clock, newest: str
) -> None:
    begin_both(arrival, ways, clock, newest)

    assert back(arrival, ways[READABLE], READ).route == ways[READABLE].route
    assert (ways[READABLE].codes, ways[OPAQUE].codes) == (["c"], [])
    assert [each.route for each in live_attempts(arrival.vault)] == [ways[OPAQUE].route]


@pytest.mark.parametrize("newest", [READABLE, OPAQUE])
@pytest.mark.parametrize("shown", [False, True])
def test_an_opaque_state_finds_its_attempt_beside_one_whose_state_can_be_read(
    arrival: Arrival, ways: dict[str, Way], clock: Clock, newest: str, shown: bool
) -> None:
    """Also where the other way has shown a readable state, and so may bring no other."""
    if shown:
        begin(arrival.vault, ways[READABLE], DRAFT, clock, Visit())  # type: ignore[arg-type]
        back(arrival, ways[READABLE], {**READ, "code": "earlier"})
    begin_both(arrival, ways, clock, newest)

    grant = back(arrival, ways[OPAQUE], UNREAD)
    assert (grant.route, grant.nonce) == (ways[OPAQUE].route, "nonce-opaque")
    assert ways[OPAQUE].codes == ["c"]
    assert [each.route for each in live_attempts(arrival.vault)] == [ways[READABLE].route]


def test_a_state_that_looks_readable_is_left_to_the_attempt_whose_client_cannot_read(
    arrival: Arrival, ways: dict[str, Way], clock: Clock
) -> None:
    """The other client sees that it is none of its own, which says nothing of this one."""
    begin_both(arrival, ways, clock, READABLE)

    assert back(arrival, ways[OPAQUE], {"code": "c", "state": "for somebody"}).route == ways[OPAQUE].route


@pytest.mark.parametrize("newest", [READABLE, OPAQUE])
def test_a_way_that_showed_readable_states_gets_away_with_no_other_beside_an_opaque_one(
    arrival: Arrival, ways: dict[str, Way], clock: Clock, newest: str
) -> None:
    begin(arrival.vault, ways[READABLE], DRAFT, clock, Visit())  # type: ignore[arg-type]
    back(arrival, ways[READABLE], {**READ, "code": "earlier"})
    begin_both(arrival, ways, clock, newest)

    with pytest.raises(StateUnreadable):
        back(arrival, ways[READABLE], UNREAD)
    assert (ways[READABLE].codes, ways[OPAQUE].codes) == (["earlier"], [])


def test_no_code_goes_to_another_bank_than_the_one_that_answers(
    arrival: Arrival, ways: dict[str, Way], clock: Clock
) -> None:
    """Neither by a state that names the other's attempt, nor by an issuer that nobody left for."""
    begin_both(arrival, ways, clock, OPAQUE)
    with pytest.raises(IssuerMismatch):
        back(arrival, ways[OPAQUE], READ)
    with pytest.raises(IssuerMismatch):
        back(arrival, Way("third", reads=False), UNREAD)

    assert ways[READABLE].codes == ways[OPAQUE].codes == []


def test_what_one_way_has_shown_is_not_demanded_of_another(
    arrival: Arrival, ways: dict[str, Way], clock: Clock
) -> None:
    """An ID token here says nothing of the way over there."""
    ways[READABLE].subject = "person"
    begin_both(arrival, ways, clock, OPAQUE)

    assert back(arrival, ways[READABLE], READ).subject == "person"
    assert back(arrival, ways[OPAQUE], {**UNREAD, "code": "d"}).subject is None


def test_an_attempt_on_a_way_that_is_offered_no_more_counts_as_none(
    arrival: Arrival, ways: dict[str, Way], clock: Clock
) -> None:
    begin_both(arrival, ways, clock, OPAQUE)
    left = replace(arrival, banks=offering(ways[READABLE]))

    with pytest.raises(UnknownAttempt):
        complete(left, {"code": ["c"], "state": ["for nobody"], "iss": [ways[OPAQUE].issuer]})
    assert back(left, ways[READABLE], READ).route == ways[READABLE].route


def test_banks_start_with_the_first_that_is_offered(banks: Banks, ways: dict[str, Way]) -> None:
    assert banks.default.route == ways[READABLE].route
    assert len(banks.offered) == 2


ELSEWHERE = [
    replace(ROUTE, bank_id="another"),
    replace(ROUTE, client="direct"),
    replace(ROUTE, api_version="v2.1"),
]


@pytest.mark.parametrize("route", ELSEWHERE, ids=str)
def test_a_connection_whose_way_is_offered_no_more_asks_to_be_made_anew(desk: Desk, bank: Bank, route: Route) -> None:
    """Nothing goes anywhere else with its tokens, and they stay: the way may be offered again."""
    assert read(desk).error is None
    asked, there = len(bank.asked), replace(desk, banks=offering(Bank(route=route)))
    found = read(there, fresh=True)

    assert (found.error, found.accounts) == (ReconnectNeeded.reason, ())
    assert read_one(there, found.grant, RESOURCES.balances, "a").error == ReconnectNeeded.reason
    with pytest.raises(ReconnectNeeded):
        there.banks.of(found.grant)
    assert len(bank.asked) == asked
    kept = connections.find(desk.vault, "consent")
    assert kept is not None
    assert kept.grant.tokens is not None
    assert read(desk, fresh=True).error is None


def test_each_connection_is_read_and_renewed_by_its_own_client(desk: Desk, bank: Bank, clock: Clock) -> None:
    other = Bank(route=replace(ROUTE, bank_id="other"), ids=["x"])
    tokens = TokenSet("other's", START + timedelta(days=1), "refresh")
    grant = Grant("second", "other", START + timedelta(days=30), START, DRAFT, tokens, route=other.route)
    connections.keep(desk.vault, grant, "word", (START + timedelta(days=60)).timestamp())
    both = offering(bank, other)
    clock.move(days=1)
    look = replace(desk, banks=both, keyring=replace(desk.keyring, banks=both))

    for consent_id, way in (("consent", bank), ("second", other)):
        kept = connections.find(desk.vault, consent_id)
        assert kept is not None
        assert read_one(look, kept.grant, RESOURCES.balances, way.ids[0]).error is None
    assert (bank.asked, other.asked) == ([("accounts", "a", "balances")], [("accounts", "x", "balances")])
    assert (bank.refreshed, other.refreshed) == (1, 1)
