"""What a customer had connected stays known, and nothing that opens anything stays with it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.clock import START
from tests.journey.conftest import DRAFT
from tests.routes import ROUTE
from tpp.journey import connections
from tpp.journey.edition import leave
from tpp.model import kinds
from tpp.model.grant import Grant, TokenSet
from tpp.store.sqlite import SqliteRows
from tpp.store.vault import SealedVault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.clock import Clock

DAY = timedelta(days=1)
UNTIL, ENDS = START + 30 * DAY, (START + 60 * DAY).timestamp()
RENEWABLE = TokenSet("secret-access", START + timedelta(seconds=600), "secret-refresh")
LAST = TokenSet("secret-access", START + timedelta(seconds=600))
GRANT = Grant("one", "issuer", UNTIL, START, DRAFT, RENEWABLE, client_id="c", subject="person", nonce="n", route=ROUTE)

REVOKED = GRANT.ended("consent-revoked", START + 2 * DAY)
OVER, SPENT = replace(GRANT, tokens=RENEWABLE), replace(GRANT, tokens=LAST)


@pytest.fixture
def vault(tmp_path: Path, clock: Clock) -> SealedVault:
    """Return a vault on a real store."""
    return SealedVault(SqliteRows(tmp_path / "rows.sqlite", clock.seconds), b"k" * 32, clock.seconds)


def lay(vault: SealedVault, *grants: Grant) -> None:
    """Keep grants as connections."""
    for grant in grants:
        vault.put(kinds.CONNECTION, grant.consent_id, connections.SHAPE.write(grant.to_json()), ENDS)


@pytest.mark.parametrize(
    ("grant", "days", "reason", "ended"),
    [
        (REVOKED, 3, "consent-revoked", START + 2 * DAY),
        (OVER, 31, "consent-ended", UNTIL),
        (replace(GRANT, tokens=None), 31, "consent-ended", UNTIL),
        (SPENT, 3, "reconnect", LAST.expires_at),
    ],
)
def test_a_connection_that_ended_stays_known_with_how_and_when(
    vault: SealedVault, clock: Clock, grant: Grant, days: int, reason: str, ended: object
) -> None:
    """The same before and after a new one has taken its place."""
    lay(vault, grant)
    clock.move(days=days)
    before = connections.history(vault, clock())
    assert connections.retire_ended(vault, clock(), ENDS) == ["one"]

    assert connections.listed(vault) == []
    assert connections.history(vault, clock()) == before
    (past,) = before
    assert past.halt is not None
    assert (past.halt.reason, past.halt.at, past.draft, past.until) == (reason, ended, DRAFT, UNTIL)


def test_history_holds_no_token_and_nobodys_name(vault: SealedVault, clock: Clock) -> None:
    lay(vault, SPENT, replace(REVOKED, consent_id="two"))
    clock.move(days=3)
    connections.retire_ended(vault, clock(), ENDS)

    rows = vault.find(kinds.HISTORY)
    told = json.dumps([row.value for row in rows])
    assert len(rows) == 2
    assert "secret" not in told
    assert "person" not in told
    assert {row.value["nonce"] for row in rows} == {row.value["client_id"] for row in rows} == {None}


def test_what_stands_is_no_history(vault: SealedVault, clock: Clock) -> None:
    """Nor is what the bank has suspended."""
    suspended = replace(GRANT, consent_id="two").suspended("consent-suspended", START)
    lay(vault, GRANT, suspended)

    assert connections.retire_ended(vault, clock(), ENDS) == []
    assert connections.history(vault, clock()) == []
    assert len(connections.listed(vault)) == 2


def test_the_last_one_that_ended_is_the_first_of_the_history(vault: SealedVault, clock: Clock) -> None:
    for number, name in enumerate(("b", "c", "a")):
        lay(vault, replace(GRANT, consent_id=name).ended("consent-revoked", START + number * DAY))
        if name != "a":
            connections.retire_ended(vault, clock(), ENDS)

    assert [past.consent_id for past in connections.history(vault, clock())] == ["a", "c", "b"]


def test_history_lives_as_long_as_the_browser_is_remembered_and_goes_with_a_sign_out(
    vault: SealedVault, clock: Clock
) -> None:
    lay(vault, REVOKED)
    connections.retire_ended(vault, clock(), (START + DAY).timestamp())
    connections.prolong(vault, (START + 5 * DAY).timestamp())
    clock.move(days=4)
    assert len(connections.history(vault, clock())) == 1
    leave(vault, clock())

    assert connections.history(vault, clock()) == []


def test_nothing_becomes_history_that_was_signed_out_meanwhile(vault: SealedVault, clock: Clock) -> None:
    """A return that is still under way writes no row into a vault that nobody opens again."""
    leave(vault, clock())
    lay(vault, REVOKED)
    connections.retire_ended(vault, clock(), ENDS)

    assert vault.find(kinds.HISTORY) == []
