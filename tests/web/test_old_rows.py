"""Rows of an earlier, a later or a broken program, under the pages and the sign-out of today's."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.journey import first_rows
from tests.stack import cookie_of, with_cookie
from tests.web.test_session import sign_out
from tpp.journey.shapes import VERSION
from tpp.model import kinds
from tpp.store.vault import Seal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from tests.clock import Clock
    from tests.stack import Browser, Stack
    from tpp.model.rows import Value, Vault

END = 9e9
BAD = [{VERSION: 99}, {"consent_id": None}]


def session_of(stack: Stack, browser: Browser) -> Value:
    """Return what is kept of a browser's session."""
    value = stack.app.extensions["mizan"].sessions.load(cookie_of(browser))
    assert value is not None
    return dict(value)


def vault_of(stack: Stack, browser: Browser) -> Vault:
    """Open a browser's vault, whatever session may."""
    vault: Vault = stack.app.extensions["mizan"].vaults.open(base64.b64decode(session_of(stack, browser)["vault"]))
    return vault


def as_first(stack: Stack, browser: Browser) -> None:
    """Write a connected browser's rows anew as they were before they carried a version, with what they hold now."""
    now, vault = session_of(stack, browser), vault_of(stack, browser)
    word = vault.get(kinds.EDITION, "")
    assert word is not None
    assert (now["edition"], now[VERSION]) == (word.value["is"], 1), "what is written today"
    old = {**{name: now.get(name, value) for name, value in first_rows.SESSION.items()}, "epoch": word.value["is"]}
    stack.app.extensions["mizan"].sessions.update(cookie_of(browser), old, END)
    vault.put(kinds.EDITION, "", {"is": word.value["is"]}, END)
    for kept in vault.find(kinds.CONNECTION):
        vault.put(kinds.CONNECTION, kept.name, {name: kept.value[name] for name in first_rows.CONNECTION}, END)


def test_somebody_who_connected_before_rows_had_versions_is_still_there(
    stack: Stack, browser: Browser, clock: Clock
) -> None:
    """Read, renewed and signed out: as after an upgrade of the program, over a store from before."""
    browser.connect()
    as_first(stack, browser)
    clock.move(minutes=11)
    page = browser.get("/accounts")

    assert "Salary account" in page.text
    assert stack.kit.count("/token/refresh-token") == 1
    (kept,) = vault_of(stack, browser).find(kinds.CONNECTION)
    assert VERSION in kept.value
    browser.post("/amounts", browser.form("/sign-out"))
    assert session_of(stack, browser)[VERSION] == 1, "upgraded as soon as it is written"
    assert "epoch" not in session_of(stack, browser)
    assert sign_out(browser).location == "/signed-out"
    assert vault_rows(stack, kinds.CONNECTION) == vault_rows(stack, kinds.SESSION) == 0


def test_a_connection_to_a_bank_that_is_offered_no_more_asks_to_be_made_anew(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    """The settings name another bank since: the page says so, and signing out works."""
    with start() as stack:
        person = stack.browser()
        person.connect()
        cookie = cookie_of(person)
    with start(app={"bank_issuer": "https://another.example"}) as stack:
        person = with_cookie(stack, cookie)
        page = person.get("/accounts").text

        assert "Our access has ended." in page
        assert "Salary account" not in page
        assert stack.kit.paths() == []
        assert sign_out(person).location == "/signed-out"


def vault_rows(stack: Stack, kind: str) -> int:
    """Count the rows of a kind, whoever's they are."""
    rows = stack.app.extensions["mizan"].vaults.server._rows
    return len(rows._run("SELECT 1 FROM kept WHERE kind = ?", (kind,)))


@pytest.mark.parametrize("how", BAD, ids=str)
def test_pages_and_sign_out_work_over_a_connection_that_cannot_be_read(
    stack: Stack, browser: Browser, how: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    browser.connect()
    vault = vault_of(stack, browser)
    (kept,) = vault.find(kinds.CONNECTION)
    vault.put(kinds.CONNECTION, kept.name, {**kept.value, **how, "draft": None}, END)

    assert "Nothing is connected" in browser.get("/accounts").text
    assert browser.get("/").status_code == browser.get("/sign-out").status_code == 200
    assert sign_out(browser).location == "/signed-out"
    assert len([each for each in caplog.messages if each.startswith("row dropped: connection, ")]) == 1


def test_signing_out_works_at_once_over_a_connection_that_cannot_be_read(stack: Stack, browser: Browser) -> None:
    browser.connect()
    vault = vault_of(stack, browser)
    (kept,) = vault.find(kinds.CONNECTION)
    vault.put(kinds.CONNECTION, kept.name, {"consent_id": kept.name}, END)

    assert sign_out(browser).location == "/signed-out"
    assert vault_rows(stack, kinds.CONNECTION) == 0


@pytest.mark.parametrize("how", [{VERSION: 99}, {"vault": "no key"}, {"vault": "c2hvcnQ="}, {"seen": "noon"}], ids=str)
def test_a_session_that_cannot_be_read_is_nobodys(
    stack: Stack, browser: Browser, how: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    browser.connect()
    before = cookie_of(browser)
    stack.app.extensions["mizan"].sessions.update(before, {**session_of(stack, browser), **how}, END)

    assert "Nothing is connected" in browser.get("/accounts").text
    assert browser.get("/sign-out").location == "/signed-out"
    assert "Nothing is connected" in with_cookie(stack, before).get("/accounts").text
    assert len([each for each in caplog.messages if each.startswith("row dropped: session, ")]) == 1
    assert browser.connect().location == "/accounts", "and the journey can begin anew"


def test_every_row_carries_the_version_of_its_shape(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for marks, whose being there is all that they say."""
    written: list[tuple[str, Mapping[str, Any]]] = []
    close = Seal.close

    def noted(self: Seal, place: str, value: Mapping[str, Any]) -> bytes:
        kind, within = (place.partition("\0")[0], value["value"]) if "\0" in place else (kinds.SESSION, value)
        written.append((kind, within))
        return close(self, place, value)

    monkeypatch.setattr(Seal, "close", noted)
    browser.connect()
    browser.refresh()
    sign_out(browser)

    marks = {kinds.TIDY, kinds.SHOWN, kinds.GONE}
    assert {kind for kind, value in written if VERSION not in value} <= marks
    assert [value for kind, value in written if kind in marks and value] == []
    kept = {kinds.SESSION, kinds.ATTEMPT, kinds.CONNECTION, kinds.EDITION, kinds.FIGURES, kinds.ASKING, kinds.STUB}
    kept |= {kinds.RECEIPT}
    assert {kind for kind, _ in written} - marks == kept | {kinds.ANSWER, kinds.RETURN, kinds.CLAIM}
