"""The sealed memory: restart, races, and what a thief of the files would see."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest

from sandbox.ground.state import SCHEMA_VERSION, State, StateError
from tests.sandbox.helpers import csrf, offered, way_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

    from tests.sandbox.helpers import RelyingParty


@pytest.fixture
def state(tmp_path: Path) -> State:
    """Return an empty memory."""
    return State(tmp_path / "new")


def test_a_row_comes_back_after_a_restart(state: State, tmp_path: Path) -> None:
    state.put("code", "k", {"a": [1, "é"]})
    state.close()
    assert State(tmp_path / "new").get("code", "k") == {"a": [1, "é"]}


def test_insert_writes_only_the_first(state: State) -> None:
    assert state.insert("jti", "k", {"n": 1})
    assert not state.insert("jti", "k", {"n": 2})
    assert state.get("jti", "k") == {"n": 1}


def test_delete_tells_whether_there_was_a_row(state: State) -> None:
    state.put("code", "k", {})
    assert state.delete("code", "k")
    assert not state.delete("code", "k")
    assert state.get("code", "k") is None


def test_rows_go_with_their_owner_and_kind(state: State) -> None:
    state.put("access", "a", {}, owner="g")
    state.put("refresh", "r", {}, owner="g")
    state.put("access", "b", {}, owner="h")
    assert state.delete_owned("g", ("access",)) == 1
    assert state.get("refresh", "r") is not None
    assert state.get("access", "b") is not None


def test_purge_takes_what_is_over_and_leaves_what_has_no_end(state: State) -> None:
    state.put("jti", "old", {}, expires=10)
    state.put("jti", "new", {}, expires=11)
    state.put("consent", "c", {})
    assert state.purge(10) == 1
    assert state.get("jti", "new") is not None
    assert state.get("consent", "c") is not None


def test_a_failed_transaction_leaves_nothing(state: State) -> None:
    def fail() -> None:
        with state.transaction():
            state.put("code", "k", {})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert state.get("code", "k") is None


def test_the_files_are_for_their_owner_alone(state: State, tmp_path: Path) -> None:
    state.put("code", "k", {})
    folder = tmp_path / "new"
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in ("sandbox.sqlite", "sandbox.sqlite-wal", "sandbox.key"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    assert len((folder / "sandbox.key").read_bytes()) == 32


def test_the_schema_has_a_version_and_another_is_refused(state: State, tmp_path: Path) -> None:
    state.close()
    with sqlite3.connect(tmp_path / "new" / "sandbox.sqlite") as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(StateError, match="schema 99"):
        State(tmp_path / "new")


def test_another_key_is_refused_at_the_start(state: State, tmp_path: Path) -> None:
    state.close()
    (tmp_path / "new" / "sandbox.key").write_bytes(b"k" * 32)
    with pytest.raises(StateError, match="does not open"):
        State(tmp_path / "new")


def test_a_broken_key_file_is_refused(state: State, tmp_path: Path) -> None:
    state.close()
    (tmp_path / "new" / "sandbox.key").write_bytes(b"short")
    with pytest.raises(StateError, match="32 bytes"):
        State(tmp_path / "new")


def test_a_row_cannot_be_moved_to_another_name(state: State, tmp_path: Path) -> None:
    state.put("code", "a", {"user": "mits"})
    with sqlite3.connect(tmp_path / "new" / "sandbox.sqlite") as raw:
        raw.execute("UPDATE record SET kind = 'access' WHERE kind = 'code'")
    raw.close()
    with pytest.raises(StateError):
        state.get("access", "a")


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    barrier, states = Barrier(8), []

    def start() -> None:
        barrier.wait()
        states.append(State(tmp_path / "shared"))

    threads = [Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states[0].put("code", "k", {"ok": True})
    assert [state.get("code", "k") for state in states] == [{"ok": True}] * 8
    assert sorted(path.name for path in (tmp_path / "shared").glob("sandbox.key*")) == ["sandbox.key"]


def test_threads_write_side_by_side(state: State) -> None:
    def count() -> None:
        for _ in range(25):
            with state.transaction():
                row = state.get("n", "n") or {"n": 0}
                state.put("n", "n", {"n": row["n"] + 1})

    threads = [Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state.get("n", "n") == {"n": 200}


def test_no_secret_lies_in_the_files_or_in_the_log_at_debug(
    instance: Path,
    bank_url: str,
    make_kit: Callable[..., Flask],
    party: RelyingParty,
    caplog: pytest.LogCaptureFixture,
) -> None:
    import requests  # noqa: PLC0415

    caplog.set_level(logging.DEBUG)
    kit = make_kit().test_client()
    assert bank_url
    made = kit.post("/consent-create/bank-data", json={"data_permissions": ["ReadAccountsBasic"]}).get_json()
    with requests.Session() as browser:
        login = browser.get(made["redirect"], timeout=30)
        form = {"csrf": csrf(login.text), "action": "login", "username": "rora", "password": "rora"}
        page = browser.post(login.url, data=form, timeout=30)
        chosen = {"csrf": csrf(page.text), "action": "authorize", "account": offered(page.text)}
        told = way_back(browser.post(page.url, data=chosen, timeout=30).text)
        cookies = [browser.cookies[name] for name in ("model_bank_browser", "model_bank_session")]
    form = {"code": told["code"], "code_verifier": made["code_verifier"]}
    body = kit.post("/token/authorization-code", json=form).get_json()
    path = "/open-finance/account-information/v1.2/accounts"
    kit.get(path, headers={"Authorization": f"Bearer {body['access_token']}"})
    kit.post("/token/refresh-token", json={"refresh_token": body["refresh_token"]})
    private = party.key.as_dict(private=True)
    secrets = [
        told["code"],
        told["state"],
        made["code_verifier"],
        made["redirect"].split("request_uri=")[1].rsplit(":", 1)[1],
        body["access_token"],
        body["refresh_token"],
        body["id_token"],
        *cookies,
        csrf(page.text),
        login.url.split("/")[-2],
        str(private["d"]),
        str(private["p"]),
    ]
    copied = shutil.copytree(instance, instance.parent / "stolen")
    held = b"".join(file.read_bytes() for file in copied.rglob("*") if file.is_file() and file.name != "sandbox.key")
    assert b"SQLite format 3" in held
    assert len((copied / "sandbox.sqlite-wal").read_bytes()) > 10_000
    own = [record for record in caplog.records if record.name.startswith(("sandbox", "urllib3", "werkzeug"))]
    logged = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in own)
    assert "/auth1/interaction/<reference>/login" in logged
    for secret in secrets:
        assert len(secret) > 20
        assert secret.encode() not in held
        assert secret not in logged
