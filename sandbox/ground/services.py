"""What every view of the bank works with, kept in one place of the application.

Keys are loaded once per process: importing an RSA key costs some 30 ms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from joserfc.jwk import RSAKey

    from sandbox.ground.client import Client
    from sandbox.ground.settings import BankSettings
    from sandbox.ground.state import State

EXTENSION = "sandbox_bank"


@dataclass(frozen=True)
class Bank:
    """The bank of the current application: its settings, memory, key and its one registered client.

    `ledger_now` is the present instant of movements and balances, aware UTC: not ahead of the real one by part of a
    day, whatever the clock was moved by.
    """

    settings: BankSettings
    state: State
    key: RSAKey
    client: Client
    ledger_now: Callable[[], datetime]

    def now(self) -> datetime:
        """Return the bank's present instant, aware UTC."""
        return self.settings.now()

    def timestamp(self) -> int:
        """Return the bank's present instant in whole Unix seconds."""
        return int(self.now().timestamp())


def bank() -> Bank:
    """Return the services of the application that answers the current request."""
    return cast("Bank", current_app.extensions[EXTENSION])
