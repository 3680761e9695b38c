"""A desk with one connection, on a real store."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.clock import START, Clock
from tests.journey.reading.figures_bank import Bank
from tests.routes import ROUTE, offering
from tpp.bank.resources import RESOURCES
from tpp.journey.reading.ask import Desk
from tpp.journey.tokens import Keyring
from tpp.model.consent import ConsentDraft
from tpp.model.grant import Grant, TokenSet
from tpp.model.visit import Visit
from tpp.store.sqlite import SqliteRows
from tpp.store.vault import SealedVault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DRAFT = ConsentDraft(("ReadBalances",), START, "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer")


@pytest.fixture
def bank() -> Bank:
    """Return the bank."""
    return Bank()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, bank: Bank) -> Iterator[Desk]:
    """Return a desk with one connection on a real store."""
    vault = SealedVault(SqliteRows(tmp_path / "rows.sqlite", clock.seconds), b"k" * 32, clock.seconds)
    tokens = TokenSet("tok", START + timedelta(days=1), "refresh")
    grant = Grant("consent", "issuer", START + timedelta(days=30), START, DRAFT, tokens, route=ROUTE)
    vault.put("connection", "consent", grant.to_json(), (START + timedelta(days=60)).timestamp())
    banks = offering(bank)
    with ThreadPoolExecutor(64) as pool:
        keyring = Keyring(vault, banks, clock, time.sleep, Visit())
        yield Desk(vault, banks, keyring, RESOURCES, pool, Visit(), clock, time.sleep)
