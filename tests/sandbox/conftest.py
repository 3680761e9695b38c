"""Fixtures: a standing clock, an instance with keys already made, a bank and a client in-process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.bank import create_bank
from sandbox.ground.keys import key_id
from sandbox.ground.services import EXTENSION
from sandbox.ground.settings import BankSettings, KitSettings
from sandbox.kit.starter_kit import create_kit
from tests.sandbox.helpers import Clock, RelyingParty, origin, served
from tests.sandbox.newer import NewerParty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from cheroot.wsgi import Server
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def clock() -> Clock:
    """Return the clock of this test."""
    return Clock()


@pytest.fixture
def make_bank(instance: Path, clock: Clock) -> Callable[..., Flask]:
    """Return a maker of banks on the same instance directory."""

    def make(**changes: Any) -> Flask:
        settings: dict[str, Any] = {"instance": instance, "now": clock, **changes}
        return create_bank(BankSettings(**settings))

    return make


@pytest.fixture
def bank_app(make_bank: Callable[..., Flask]) -> Flask:
    """Return the bank."""
    return make_bank()


@pytest.fixture
def make_party(clock: Clock) -> Callable[[Flask], RelyingParty]:
    """Return a maker of relying parties for a bank."""

    def make(app: Flask) -> RelyingParty:
        client = app.extensions[EXTENSION].client
        return RelyingParty(app, clock, client.client_id, client.key, key_id(client.key))

    return make


@pytest.fixture
def party(bank_app: Flask, make_party: Callable[[Flask], RelyingParty]) -> RelyingParty:
    """Return the registered client of the bank."""
    return make_party(bank_app)


@pytest.fixture
def newer(party: RelyingParty) -> NewerParty:
    """Return the registered client of the bank, speaking v2.1."""
    return NewerParty(party.app, party.clock, party.client_id, party.key, party.kid)


@pytest.fixture(scope="session")
def bank_server() -> Iterator[Server]:
    """Return a server for the bank of the moment: stopping one takes half a second."""
    with served() as server:
        yield server


@pytest.fixture(scope="session")
def spy_server() -> Iterator[Server]:
    """Return a server for whatever a test puts in the bank's place."""
    with served() as server:
        yield server


@pytest.fixture
def bank_url(bank_server: Server, make_bank: Callable[..., Flask]) -> str:
    """Serve the bank over HTTP; return its address."""
    bank_server.wsgi_app = make_bank(public_url=origin(bank_server))
    return origin(bank_server)


@pytest.fixture
def make_kit(instance: Path, clock: Clock, bank_url: str) -> Callable[..., Flask]:
    """Return a maker of Starter Kits in front of the served bank."""

    def make(**changes: Any) -> Flask:
        settings: dict[str, Any] = {"instance": instance, "now": clock, "bank_url": bank_url, **changes}
        return create_kit(KitSettings(**settings))

    return make


@pytest.fixture
def kit_app(make_kit: Callable[..., Flask]) -> Flask:
    """Return the Starter Kit."""
    return make_kit()


@pytest.fixture
def kit(kit_app: Flask) -> FlaskClient:
    """Return a caller of the kit."""
    return kit_app.test_client()
