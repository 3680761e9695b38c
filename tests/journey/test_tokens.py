"""The life of an access token, with a real store and many threads."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.clock import START, Clock
from tests.routes import ROUTE, offering
from tpp.errors import BankError, BankTimeout, BankUnreachable, GrantRefused, NotConnected, ReconnectNeeded
from tpp.journey import connections
from tpp.journey.edition import leave
from tpp.journey.tokens import Keyring
from tpp.model.consent import ConsentDraft
from tpp.model.grant import Grant, TokenSet
from tpp.model.visit import Visit
from tpp.store.sqlite import SqliteRows
from tpp.store.vault import SealedVault

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from tpp.model.consent import Route

DRAFT = ConsentDraft(("ReadBalances",), START, "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer")


@dataclass
class Bank:
    """A bank that rotates refresh tokens and ends the grant when an old one comes again."""

    route: Route = ROUTE
    valid: str = "refresh-0"
    count: int = 0
    pause: float = 0
    fault: BankError | None = None
    before_answer: Callable[[], None] = field(default=lambda: None)

    def refresh(self, grant: Grant, now: datetime, _visit: Visit) -> TokenSet:
        """Renew, rotate, remember."""
        self.count += 1
        time.sleep(self.pause)
        self.before_answer()
        if self.fault:
            raise self.fault
        if grant.tokens is None or grant.tokens.refresh_token != self.valid:
            self.valid = "dead"
            raise GrantRefused(400, "invalid_grant")
        self.valid = f"refresh-{self.count}"
        return TokenSet(f"access-{self.count}", now + timedelta(seconds=600), self.valid)


@pytest.fixture
def vault(tmp_path: Path, clock: Clock) -> SealedVault:
    """Return a browser's vault on a real file."""
    return SealedVault(SqliteRows(tmp_path / "rows.sqlite", clock.seconds), b"k" * 32, clock.seconds)


@pytest.fixture
def bank() -> Bank:
    """Return the bank."""
    return Bank()


@pytest.fixture
def keyring(vault: SealedVault, bank: Bank, clock: Clock) -> Keyring:
    """Return a keyring whose waiting takes real time."""
    return Keyring(vault, offering(bank), clock, time.sleep, Visit())


def keep(vault: SealedVault, seconds: float = 600, refresh: str | None = "refresh-0") -> None:
    """Keep a connection whose access token ends in so many seconds."""
    tokens = TokenSet("access-0", START + timedelta(seconds=seconds), refresh)
    grant = Grant("consent", "issuer", START + timedelta(days=30), START, DRAFT, tokens, route=ROUTE)
    vault.put("connection", "consent", grant.to_json(), (START + timedelta(days=30)).timestamp())


def test_a_fresh_token_is_used_as_it_is(vault: SealedVault, keyring: Keyring, bank: Bank) -> None:
    keep(vault)

    assert keyring.fresh_token("consent") == "access-0"
    assert bank.count == 0


def test_a_token_is_renewed_a_minute_before_its_end(
    vault: SealedVault, keyring: Keyring, bank: Bank, clock: Clock
) -> None:
    keep(vault)
    clock.move(seconds=539)
    assert keyring.fresh_token("consent") == "access-0"
    clock.move(seconds=1)
    assert keyring.fresh_token("consent") == "access-1"
    assert keyring.fresh_token("consent") == "access-1"
    assert bank.count == 1


def test_a_token_that_the_bank_refused_is_renewed_once(vault: SealedVault, keyring: Keyring, bank: Bank) -> None:
    keep(vault)

    assert keyring.fresh_token("consent", spent="access-0") == "access-1"
    assert keyring.fresh_token("consent", spent="access-0") == "access-1"
    assert bank.count == 1


def test_fifty_pages_at_expiry_cause_one_renewal(vault: SealedVault, keyring: Keyring, bank: Bank) -> None:
    keep(vault, seconds=0)
    bank.pause = 0.2
    tokens: list[str] = []
    together = threading.Barrier(50)

    def page() -> None:
        together.wait()
        tokens.append(keyring.fresh_token("consent"))

    threads = [threading.Thread(target=page) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tokens == ["access-1"] * 50
    assert bank.count == 1


def test_invalid_grant_ends_access_and_asks_for_a_new_consent(vault: SealedVault, keyring: Keyring, bank: Bank) -> None:
    keep(vault, seconds=0, refresh="stolen and used")

    for _ in range(3):
        with pytest.raises(ReconnectNeeded):
            keyring.fresh_token("consent")
    assert bank.count == 1, "a refused token is not tried again"
    kept = vault.get("connection", "consent")
    assert kept is not None
    assert kept.value["tokens"] is None


@pytest.mark.parametrize("fault", [BankUnreachable(), BankTimeout()])
def test_a_passing_fault_leaves_the_connection_alive(
    vault: SealedVault, keyring: Keyring, bank: Bank, fault: BankError
) -> None:
    keep(vault, seconds=0)
    bank.fault = fault
    with pytest.raises(type(fault)):
        keyring.fresh_token("consent")
    bank.fault = None

    assert keyring.fresh_token("consent") == "access-2"


def test_a_fault_while_renewing_early_uses_the_token_that_still_lives(
    vault: SealedVault, keyring: Keyring, bank: Bank
) -> None:
    keep(vault, seconds=30)
    bank.fault = BankUnreachable()

    assert keyring.fresh_token("consent") == "access-0"


def test_without_a_refresh_token_access_lasts_to_its_very_end(
    vault: SealedVault, keyring: Keyring, bank: Bank, clock: Clock
) -> None:
    keep(vault, refresh=None)
    clock.move(seconds=599)
    assert keyring.fresh_token("consent") == "access-0"
    clock.move(seconds=1)
    with pytest.raises(ReconnectNeeded):
        keyring.fresh_token("consent")
    assert bank.count == 0


def test_without_a_refresh_token_a_refused_token_means_reconnect(vault: SealedVault, keyring: Keyring) -> None:
    keep(vault, refresh=None)
    with pytest.raises(ReconnectNeeded):
        keyring.fresh_token("consent", spent="access-0")


def test_a_late_renewal_does_not_bring_a_signed_out_connection_back(
    vault: SealedVault, keyring: Keyring, bank: Bank
) -> None:
    keep(vault, seconds=0)
    bank.before_answer = lambda: leave(vault, START)

    with pytest.raises(NotConnected):
        keyring.fresh_token("consent")
    assert vault.find("connection") == []


def test_a_word_of_the_bank_during_a_renewal_costs_no_token(
    vault: SealedVault, keyring: Keyring, bank: Bank, clock: Clock
) -> None:
    """The spent refresh token would end the grant at the next renewal."""
    keep(vault, seconds=0)

    def suspend() -> None:
        if found := connections.find(vault, "consent"):
            connections.change(vault, found.grant, lambda each: each.suspended("consent-suspended", clock()))

    bank.before_answer = suspend

    assert keyring.fresh_token("consent") == "access-1"
    found = connections.find(vault, "consent")
    assert found is not None
    assert found.grant.tokens is not None
    assert found.grant.tokens.refresh_token == "refresh-1"
    assert found.grant.halt is not None, "and the word is not lost either"


def test_an_end_at_the_bank_during_a_renewal_stays_one(
    vault: SealedVault, keyring: Keyring, bank: Bank, clock: Clock
) -> None:
    keep(vault, seconds=0)

    def end() -> None:
        if found := connections.find(vault, "consent"):
            connections.change(vault, found.grant, lambda each: each.ended("consent-revoked", clock()))

    bank.before_answer = end

    with pytest.raises(NotConnected):
        keyring.fresh_token("consent")
    found = connections.find(vault, "consent")
    assert found is not None
    assert found.grant.tokens is None


def test_a_holder_that_dies_loses_the_lease_and_another_renews(vault: SealedVault, bank: Bank, clock: Clock) -> None:
    keep(vault, seconds=0)
    assert vault.lease("connection", "consent", "dead worker", 5)
    waiting = Keyring(vault, offering(bank), clock, clock.sleep, Visit())

    assert waiting.fresh_token("consent") == "access-1"


def test_waiting_for_a_holder_has_an_end(vault: SealedVault, bank: Bank, clock: Clock) -> None:
    keep(vault, seconds=0)
    assert vault.lease("connection", "consent", "slow worker", 3600)
    waiting = Keyring(vault, offering(bank), clock, clock.sleep, Visit())

    with pytest.raises(BankTimeout):
        waiting.fresh_token("consent")
    assert bank.count == 0


def test_an_unknown_connection_is_not_connected(keyring: Keyring) -> None:
    with pytest.raises(NotConnected):
        keyring.fresh_token("consent")
