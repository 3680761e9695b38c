"""A bank for the figures: accounts with a balance each, and every fault that a test wants."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.routes import ROUTE
from tpp.errors import BankError, TokenRejected
from tpp.journey.reading.figures import read_all
from tpp.model.grant import Grant, TokenSet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tpp.journey.reading.ask import Desk
    from tpp.model.bank_client import Wording
    from tpp.model.consent import Route
    from tpp.model.figures import Figures
    from tpp.model.resource import Wanted
    from tpp.model.visit import Visit


@dataclass
class Bank:
    """Accounts a, b, c, each with a balance, and the user; `faults` by account id, `accounts` or `parties`.

    `gates`, by the same names, hold an answer back until they open; `held` counts those, of at most `threads`.
    `says`: the AccountId that an answer names; `amount`: every balance.
    """

    ids: list[str] = field(default_factory=lambda: ["a", "b", "c"])
    faults: dict[str, BankError] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    amount: str = "5"
    asked: list[tuple[str, ...]] = field(default_factory=list)
    good_token: str | None = None
    refreshed: int = 0
    route: Route = ROUTE
    wording: Wording = "starter-kit"
    encodes_ids: bool = False
    takes_queries: bool = False
    queries: list[Mapping[str, str]] = field(default_factory=list)
    refusal: BankError | None = None
    gates: dict[str, threading.Event] = field(default_factory=dict)
    threads: int = 64
    held: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, access_token: str, wanted: Wanted[Any], _visit: Visit) -> Mapping[str, Any]:
        """Answer."""
        path = wanted.segments
        with self._lock:
            self.asked.append(path)
            self.queries.append(wanted.query)
        if gate := self.gates.get(path[1] if len(path) > 1 else path[0]):
            self._hold(gate)
        return self._answer(access_token, path)

    def _hold(self, gate: threading.Event) -> None:
        with self._lock:
            self.held += 1
        assert gate.wait(30), "a gate that no test opens"
        with self._lock:
            self.held -= 1

    def _answer(self, access_token: str, path: tuple[str, ...]) -> Mapping[str, Any]:
        if self.good_token and access_token != self.good_token:
            raise TokenRejected(401)
        fault = self.faults.get(path[1] if len(path) > 1 else path[0])
        if fault:
            raise fault
        if path == ("parties",):
            return {"Data": {"Party": {"PartyId": "p"}}}
        if len(path) == 1:
            return {"Data": {"Account": [{"AccountId": each} for each in self.ids]}}
        entry = {"Type": "InterimAvailable", "CreditDebitIndicator": "Credit"}
        balance = {**entry, "Amount": {"Amount": self.amount, "Currency": "AED"}}
        return {"Data": {"AccountId": self.says.get(path[1], path[1]), "Balance": [balance]}}

    def refresh(self, _grant: Grant, now: datetime, _visit: Visit) -> TokenSet:
        """Renew."""
        self.refreshed += 1
        if self.refusal:
            raise self.refusal
        return TokenSet(f"new-{self.refreshed}", now + timedelta(seconds=600), "refresh")


def read(desk: Desk, *, fresh: bool = False) -> Figures:
    """Read the one connection."""
    (found,) = read_all(desk, fresh=fresh)
    return found


def errors(found: Figures) -> dict[str, str | None]:
    """Return each account's error."""
    return {each.account.account_id: each.error for each in found.accounts}
