"""What the views work with, made once in `app.py` and reached through one typed accessor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

from tpp.journey.banks import Banks

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from datetime import datetime, timedelta

    from tpp.model.bank_client import BankClient
    from tpp.model.resource import Resources
    from tpp.model.rows import SessionRows, Vaults
    from tpp.model.visit import Listener


@dataclass(frozen=True, slots=True)
class Facts:
    """The settings that pages and views need. `mode`: `sandbox`, `altareq` or `bank`, for the strip on top.

    `origin`: scheme, host and port of the redirect URI, the one host that the app answers on; `callback_path`:
    its path. `idle`: None where amounts are never put behind a click after a pause.
    """

    tpp_name: str
    mode: str
    origin: str
    callback_path: str
    permissions: tuple[str, ...]
    consent_days: int
    remembered: timedelta
    idle: timedelta | None
    altareq_logo: str = ""
    altareq_mark: str = ""

    @property
    def secure(self) -> bool:
        """Whether the app is reached over TLS."""
        return self.origin.startswith("https://")


@dataclass(frozen=True, slots=True)
class Services:
    """The ready-made parts. `pool` is made after the fork; `keep_tidy` does the store's housekeeping when due.

    `clients`: the ways to banks that are offered, the one to start with first. `listeners`: who hears of every
    call to a bank.
    """

    facts: Facts
    clients: tuple[BankClient, ...]
    resources: Resources
    vaults: Vaults
    sessions: SessionRows
    pool: Executor
    listeners: tuple[Listener, ...]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    keep_tidy: Callable[[], None]
    ping_store: Callable[[], None]
    asset: Callable[[str], str]

    @property
    def banks(self) -> Banks:
        """The client of each grant and each attempt, and the one to start with."""
        return Banks(self.clients)


def services() -> Services:
    """Return the running application's services."""
    found: Services = current_app.extensions["mizan"]
    return found
