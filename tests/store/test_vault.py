"""Sealing: who can open what, and what the disk holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tpp.model.rows import If, New
from tpp.store.sessions import SealedSessionRows, SealedVaults
from tpp.store.sqlite import SqliteRows
from tpp.store.vault import FORMAT, Seal, SealedVault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.clock import Clock
    from tpp.model.rows import Vault

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
def rows(tmp_path: Path, clock: Clock) -> SqliteRows:
    """Return a backend."""
    return SqliteRows(tmp_path / "rows.sqlite", clock.seconds)


def vault_of(rows: SqliteRows, clock: Clock, key: bytes = KEY) -> SealedVault:
    """Open a vault."""
    return SealedVault(rows, key, clock.seconds)


def test_vault_opens_what_it_sealed_and_no_other_vault_does(rows: SqliteRows, clock: Clock) -> None:
    vault_of(rows, clock).put("connection", "consent", {"token": "t"}, clock.seconds() + 60)

    kept = vault_of(rows, clock).get("connection", "consent")
    assert kept is not None
    assert (kept.name, kept.value) == ("consent", {"token": "t"})
    assert vault_of(rows, clock, OTHER).get("connection", "consent") is None
    assert vault_of(rows, clock, OTHER).find("connection") == []


def test_neither_names_nor_values_are_readable_on_disk(rows: SqliteRows, clock: Clock, tmp_path: Path) -> None:
    vault_of(rows, clock).put("connection", "consent-4711", {"access_token": "tok-4711"}, clock.seconds() + 60)

    for path in tmp_path.iterdir():
        assert b"4711" not in path.read_bytes(), path.name


def test_a_row_moved_to_another_place_does_not_open(rows: SqliteRows, clock: Clock) -> None:
    vault = vault_of(rows, clock)
    vault.put("connection", "one", {"a": 1}, clock.seconds() + 60)
    vault.put("connection", "two", {"a": 2}, clock.seconds() + 60)
    first, second = rows.find("connection", rows_owner(rows))
    rows.put(first.address, second.blob, clock.seconds() + 60)
    rows.put(second.address, first.blob, clock.seconds() + 60)

    assert vault.find("connection") == []


def rows_owner(rows: SqliteRows) -> str:
    """Return the one owner in the store."""
    return str(rows._run("SELECT DISTINCT owner FROM kept", ())[0][0])


@pytest.mark.parametrize(
    "spoil", [lambda blob: blob[:-1], lambda blob: b"\x02" + blob[1:], lambda _: b"", lambda _: FORMAT]
)
def test_a_damaged_row_counts_as_absent(spoil: object) -> None:
    seal = Seal(KEY)
    assert callable(spoil)

    assert seal.open("place", spoil(seal.close("place", {"a": 1}))) is None


def test_two_seals_of_one_value_differ() -> None:
    assert Seal(KEY).close("place", {"a": 1}) != Seal(KEY).close("place", {"a": 1})


def test_replace_and_take_and_clear_work_by_name(rows: SqliteRows, clock: Clock) -> None:
    vault, end = vault_of(rows, clock), clock.seconds() + 60
    vault.put("attempt", "a", {"tries": 0}, end)
    kept = vault.get("attempt", "a")
    assert kept is not None
    assert vault.replace("attempt", kept, {"tries": 1}, end)
    assert not vault.replace("attempt", kept, {"tries": 2}, end)
    taken = vault.take("attempt", "a")
    assert taken is not None
    assert taken.value == {"tries": 1}
    assert vault.take("attempt", "a") is None
    vault.put("attempt", "b", {}, end)
    vault.clear_but("gone")
    assert vault.find("attempt") == []


def test_rows_of_a_vault_are_put_together_under_demands_on_its_own_rows(rows: SqliteRows, clock: Clock) -> None:
    vault, end = vault_of(rows, clock), clock.seconds() + 60
    vault_of(rows, clock, OTHER).put("connection", "c", {}, end)
    pair = [New("figures", "c", {"a": 1}, end), New("note", "", {"b": 2}, end)]
    assert not vault.put_together(pair, [If("connection", "c")]), "another vault's row does not count"
    vault.put("connection", "c", {}, end)
    assert vault.put_together(pair, [If("connection", "c"), If("gone", there=False)])
    assert [kept.value for kind in ("figures", "note") for kept in vault.find(kind)] == [{"a": 1}, {"b": 2}]


def test_session_row_opens_with_its_cookie_only(rows: SqliteRows, clock: Clock) -> None:
    sessions = SealedSessionRows(rows, [KEY])
    sessions.create("cookie-value", {"vault": "key"}, clock.seconds() + 60)

    assert sessions.load("cookie-value") == {"vault": "key"}
    assert sessions.load("another") is None
    assert SealedSessionRows(rows, [OTHER]).load("cookie-value") is None


def test_session_that_was_deleted_is_not_written_back(rows: SqliteRows, clock: Clock) -> None:
    sessions = SealedSessionRows(rows, [KEY])
    sessions.create("cookie", {"a": 1}, clock.seconds() + 60)
    sessions.delete("cookie")

    assert not sessions.update("cookie", {"a": 2}, clock.seconds() + 60)
    assert sessions.load("cookie") is None


def test_session_written_under_an_old_server_key_is_read_and_written_on(rows: SqliteRows, clock: Clock) -> None:
    SealedSessionRows(rows, [OTHER]).create("cookie", {"a": 1}, clock.seconds() + 60)
    rotated = SealedSessionRows(rows, [KEY, OTHER])

    assert rotated.load("cookie") == {"a": 1}
    assert rotated.update("cookie", {"a": 2}, clock.seconds() + 60)
    assert rotated.load("cookie") == {"a": 2}
    rotated.delete("cookie")
    assert rotated.load("cookie") is None


def test_vault_under_a_secret_needs_secret_and_server_key(rows: SqliteRows, clock: Clock) -> None:
    vaults = SealedVaults(rows, [KEY], clock.seconds)
    vaults.under("nonce").put("answer", "", {"a": 1}, clock.seconds() + 60)

    assert vaults.under("nonce").get("answer", "")
    assert vaults.under("guess").get("answer", "") is None
    assert SealedVaults(rows, [OTHER], clock.seconds).under("nonce").get("answer", "") is None
    assert vaults.server.get("answer", "") is None


@pytest.fixture(params=["server", "under a secret"])
def rotation(request: pytest.FixtureRequest, rows: SqliteRows, clock: Clock) -> tuple[Vault, Vault]:
    """Return one vault as an older server key opens it, and as a list of keys does that begins with a newer one."""
    older, both = (SealedVaults(rows, keys, clock.seconds) for keys in ([OTHER], [KEY, OTHER]))
    if request.param == "server":
        return older.server, both.server
    return older.under("nonce"), both.under("nonce")


def test_rows_of_an_older_server_key_are_found_and_written_on(rotation: tuple[Vault, Vault], clock: Clock) -> None:
    older, both = rotation
    end = clock.seconds() + 60
    older.put("claim", "code", {"outcome": None}, end)
    assert not both.add("claim", "code", {}, end), "a claim that an older key has sealed still claims"
    kept = both.get("claim", "code")
    assert kept is not None
    assert (kept.value, kept.expires_at) == ({"outcome": None}, end)
    assert both.replace("claim", kept, {"outcome": "declined"}, end)
    assert [each.value for each in both.find("claim")] == [{"outcome": "declined"}]
    assert older.get("claim", "code") is None, "brought over, and not read twice"


@pytest.mark.parametrize("kind", ["one", "all"])
def test_a_row_of_an_older_server_key_is_taken_once_and_deleted_for_good(
    rotation: tuple[Vault, Vault], clock: Clock, kind: str
) -> None:
    older, both = rotation
    for name in ("a", "b", "c"):
        older.put("stub", name, {"name": name}, clock.seconds() + 60)
    taken = both.take("stub", "a")
    assert taken is not None
    assert both.take("stub", "a") is None
    if kind == "one":
        assert both.delete("stub", "b")
        assert [each.name for each in both.find("stub")] == ["c"]
    else:
        both.clear_but("gone")
        assert both.find("stub") == older.find("stub") == []


def test_demands_and_leases_count_rows_of_an_older_server_key(rotation: tuple[Vault, Vault], clock: Clock) -> None:
    older, both = rotation
    end = clock.seconds() + 60
    older.put("gone", "", {}, end)
    assert not both.put_together([New("stub", "a", {}, end)], [If("gone", there=False)])
    older.put("stub", "b", {}, end)
    assert both.lease("stub", "b", "me", 20)
    assert not both.lease("stub", "b", "another", 20)
    older.put("shown", "c", {"of": "old"}, end)
    both.put("shown", "c", {"of": "new"}, end)
    assert [each.value for each in both.find("shown")] == [{"of": "new"}]
    older.put("shown", "d", {}, end)
    assert both.get_beside("shown", "d", "gone") != (None, None)
    both.extend("shown", end + 60)
    clock.move(seconds=90)
    assert {each.name for each in both.find_beside("shown", "gone")[0]} == {"c", "d"}
