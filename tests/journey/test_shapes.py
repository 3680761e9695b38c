"""Rows outlive the program that wrote them: earlier ones are read, later and damaged ones are dropped with a word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.clock import START, Clock
from tests.journey import first_rows
from tpp.errors import MizanError
from tpp.journey import attempt, connections
from tpp.journey import edition as editions
from tpp.journey.authorization_response import read_response
from tpp.journey.claims import Already, claim, recall
from tpp.journey.reading.asking import Asking
from tpp.journey.reading.pauses import WHOLE, Pauses
from tpp.journey.reading.shelf import Shelf
from tpp.journey.shapes import VERSION, Shape
from tpp.model import kinds
from tpp.model.consent import Route
from tpp.store.sqlite import SqliteRows
from tpp.store.vault import SealedVault

if TYPE_CHECKING:
    from pathlib import Path

    from tpp.model.rows import Kept, Value

CONSENT = first_rows.CONSENT
ENDS = (START + timedelta(days=30)).timestamp()


@pytest.fixture
def vault(tmp_path: Path, clock: Clock) -> SealedVault:
    """Return a vault on a real store."""
    return SealedVault(SqliteRows(tmp_path / "rows.sqlite", clock.seconds), b"k" * 32, clock.seconds)


def lay(vault: SealedVault, kind: str, value: dict[str, Any], name: str = CONSENT) -> None:
    """Put a row as another program wrote it."""
    vault.put(kind, name, value, ENDS)


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> None:
    """Hear the log at the level of this test, whatever an app of another test has set."""
    caplog.set_level("WARNING")


def words(log: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log says of rows."""
    return [each.getMessage() for each in log.records if each.name == "tpp.journey.shapes"]


def test_a_connection_of_the_first_shape_is_read_as_it_was_kept(vault: SealedVault) -> None:
    lay(vault, kinds.CONNECTION, first_rows.CONNECTION)

    (grant,) = connections.listed(vault)
    assert (grant.consent_id, grant.issuer, grant.client_id) == (CONSENT, first_rows.ISSUER, first_rows.CLIENT)
    assert grant.until == datetime(2026, 12, 22, 19, 59, 59, tzinfo=UTC)
    assert grant.tokens is not None
    assert grant.route == Route(first_rows.ISSUER, "starter-kit", "v1.2"), "as there was one way only"
    assert grant.draft.bank_id == first_rows.ISSUER
    assert grant.tokens.refresh_token == first_rows.CONNECTION["tokens"]["refresh_token"]


def test_a_connection_of_the_first_shape_is_written_in_todays_when_it_changes(vault: SealedVault) -> None:
    lay(vault, kinds.CONNECTION, first_rows.CONNECTION)
    (grant,) = connections.listed(vault)
    connections.change(vault, grant, lambda each: each.suspended("consent-suspended", START))

    kept = vault.get(kinds.CONNECTION, CONSENT)
    assert kept is not None
    assert kept.value[VERSION] == len(connections.SHAPE.upgrades)
    found = connections.find(vault, CONSENT)
    assert found is not None
    assert found.grant.halt is not None
    assert found.grant.tokens == grant.tokens


def test_an_attempt_of_the_first_shape_is_read_as_it_was_kept(vault: SealedVault) -> None:
    lay(vault, kinds.ATTEMPT, first_rows.ATTEMPT, "name")

    (found,) = attempt.live_attempts(vault)
    assert (found.name, found.consent_id, found.started_at) == ("name", CONSENT, START)
    assert (found.route, found.nonce) == (Route(first_rows.ISSUER, "starter-kit", "v1.2"), None)
    assert found.code_verifier == first_rows.ATTEMPT["code_verifier"]


def test_rows_of_the_second_shape_name_the_bank_in_their_draft_from_now_on(vault: SealedVault) -> None:
    """Read, and renewed in today's shape; what else they say of the way stays."""
    lay(vault, kinds.CONNECTION, first_rows.SECOND_CONNECTION)
    lay(vault, kinds.ATTEMPT, first_rows.SECOND_ATTEMPT, "name")

    (grant,), (found,) = connections.listed(vault), attempt.live_attempts(vault)
    for each in (grant, found):
        assert each.draft.bank_id == each.route.bank_id == first_rows.ISSUER
        assert each.draft.to_json() == {**first_rows.DRAFT, "bank_id": first_rows.ISSUER}
        assert each.nonce == "of the request"
    connections.change(vault, grant, lambda each: each.suspended("consent-suspended", START))
    kept = vault.get(kinds.CONNECTION, CONSENT)
    assert kept is not None
    assert kept.value[VERSION] == 2
    assert kept.value["draft"]["bank_id"] == first_rows.ISSUER


def test_figures_of_the_first_shape_are_read_with_what_came_late(vault: SealedVault, clock: Clock) -> None:
    lay(vault, kinds.FIGURES, first_rows.FIGURES)
    lay(vault, kinds.LATE, first_rows.LATE, "late")

    found = Shelf(vault, clock).load(CONSENT)
    assert found is not None
    assert found.listed.body == first_rows.FIGURES["accounts"]
    assert found.balances[first_rows.ACCOUNT].body == first_rows.BALANCES["body"]


def test_a_pause_of_the_first_shape_is_kept_to(vault: SealedVault, clock: Clock) -> None:
    lay(vault, kinds.WAIT, first_rows.WAIT)

    pause = Pauses(vault, CONSENT, clock).load()[WHOLE]
    assert (pause.error, pause.firm, pause.until.timestamp()) == ("rate-limited", True, ENDS)


def test_a_claim_of_the_first_shape_still_claims(vault: SealedVault) -> None:
    answer = read_response({"code": ["c"], "iss": ["https://bank.example"]})
    lay(vault, kinds.CLAIM, {"outcome": "declined"}, answer.claim)

    assert not claim(vault, answer, "starter-kit", START)
    assert recall(vault, answer) == Already("declined")


def test_a_word_of_the_first_shape_opens_the_vault_to_who_knows_it(vault: SealedVault) -> None:
    lay(vault, kinds.EDITION, {"is": "word"}, "")

    assert editions.open_to(vault, "another") is None
    opened = editions.open_to(vault, "word")
    assert opened is not None
    assert opened.find(kinds.CONNECTION) == []


BAD: list[dict[str, Any]] = [{VERSION: 99}, {VERSION: "1"}, {VERSION: -1}, {VERSION: True}, {"other": 1}]


def spoilt(value: dict[str, Any], how: dict[str, Any]) -> dict[str, Any]:
    """Return a row with a version that is none of ours, or one that holds something else altogether."""
    return {**value, **how} if VERSION in how else how


@pytest.mark.parametrize("how", BAD, ids=str)
def test_a_later_or_damaged_connection_is_dropped_with_one_word(
    vault: SealedVault, how: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    lay(vault, kinds.CONNECTION, spoilt(first_rows.CONNECTION, how))
    lay(vault, kinds.CONNECTION, {**first_rows.CONNECTION, "consent_id": "other"}, "other")

    for _ in range(3):
        assert [grant.consent_id for grant in connections.listed(vault)] == ["other"], "the others are not in its way"
        assert connections.find(vault, CONSENT) is None
    assert vault.get(kinds.CONNECTION, CONSENT) is None
    (word,) = words(caplog)
    assert word.startswith("row dropped: connection, ")


@pytest.mark.parametrize("how", BAD, ids=str)
def test_later_or_damaged_rows_of_a_visit_are_dropped_with_one_word_each(
    vault: SealedVault, clock: Clock, how: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    lay(vault, kinds.ATTEMPT, spoilt(first_rows.ATTEMPT, how))
    lay(vault, kinds.FIGURES, spoilt(first_rows.FIGURES, how))
    lay(vault, kinds.LATE, spoilt(first_rows.LATE, how), "late")
    lay(vault, kinds.WAIT, spoilt(first_rows.WAIT, how))
    lay(vault, kinds.RESOURCE, spoilt(first_rows.LATE, how), "resource")

    for _ in range(2):
        assert attempt.live_attempts(vault) == []
        assert Shelf(vault, clock).load(CONSENT) is None
        assert Pauses(vault, CONSENT, clock).load() == {}
        Shelf(vault, clock).clear(CONSENT)
    assert [word.split()[2] for word in words(caplog)] == ["attempt,", "figures,", "wait,", "late,", "resource,"]


@pytest.mark.parametrize("how", BAD, ids=str)
def test_a_vault_whose_word_cannot_be_read_stays_shut(vault: SealedVault, how: dict[str, Any]) -> None:
    """Dropping it would open the vault to every session over it."""
    lay(vault, kinds.EDITION, spoilt({"is": "word"}, how), "")

    for word in ("word", "another", None):
        assert editions.open_to(vault, word) is None
    assert not editions.is_edition(vault, "word")


@pytest.mark.parametrize("how", BAD, ids=str)
def test_a_claim_that_cannot_be_read_still_claims(vault: SealedVault, how: dict[str, Any]) -> None:
    """Dropping it would send its code a second time."""
    answer = read_response({"code": ["c"], "iss": ["https://bank.example"]})
    lay(vault, kinds.CLAIM, spoilt({"outcome": "connected"}, how), answer.claim)

    assert recall(vault, answer) == Already(MizanError.reason)
    assert not claim(vault, answer, "starter-kit", START)


def test_a_word_of_asking_that_cannot_be_read_is_not_ours(vault: SealedVault, clock: Clock) -> None:
    lay(vault, kinds.ASKING, {"other": 1})
    mine = Asking(vault, CONSENT, "mine", clock)

    mine.go_on()
    mine.end()
    assert not mine.begin()


def test_the_log_says_what_is_wrong_with_a_row_and_nothing_that_it_holds(
    vault: SealedVault, caplog: pytest.LogCaptureFixture
) -> None:
    lay(vault, kinds.CONNECTION, {**first_rows.CONNECTION, VERSION: 7}, "one")
    lay(vault, kinds.CONNECTION, {**first_rows.CONNECTION, "until": "secret-4711"}, "two")
    lay(vault, kinds.CONNECTION, {**first_rows.CONNECTION, "until": 1e300}, "three")
    assert connections.listed(vault) == []

    today = len(connections.SHAPE.upgrades)
    assert set(words(caplog)) == {
        f"row dropped: connection, version 7 is newer than {today}",
        "row dropped: connection, TypeError",
        "row dropped: connection, OverflowError",
    }


def test_upgrades_are_made_in_their_order_from_the_version_that_is_there(vault: SealedVault) -> None:
    def second(value: Value) -> Value:
        return {"names": [value["name"]]}

    def third(value: Value) -> Value:
        return {**value, "count": len(value["names"])}

    def parse(kept: Kept) -> tuple[list[str], int]:
        return kept.value["names"], kept.value["count"]

    shape = Shape("things", parse, (second, third))
    earlier: dict[str, dict[str, Any]] = {"0": {"name": "a"}, "1": {"names": ["b", "c"], VERSION: 1}}
    for name, value in earlier.items():
        lay(vault, "things", value, name)
    lay(vault, "things", shape.write({"names": [], "count": 5}), "2")

    assert [shape.get(vault, each) for each in "012"] == [(["a"], 1), (["b", "c"], 2), ([], 5)]
    assert shape.get(vault, "3") is None


def test_a_session_that_knows_the_word_by_its_first_name_still_knows_it() -> None:
    assert editions.renamed({"epoch": "word", "vault": "key"}) == {"edition": "word", "vault": "key"}
    assert editions.renamed({"vault": "key"}) == {"vault": "key"}, "nothing has been connected yet"
