"""What is kept of the figures, sealed, for a short while: the bodies that the bank sent, as it sent them.

The list is one row per connection, each account's balances are another: an answer that arrives after its page has
gone is kept like every other, and the next page finds it. Nothing is kept of a connection that is gone, ended or
suspended. A store that cannot be written to costs the next page a call, never this page its figures.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.errors import StoreUnavailable
from tpp.model.grant import Grant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tpp.model.rows import Value, Vault

KEPT = timedelta(minutes=15)
"""An older figure is shown, with its time, where the bank does not answer; then it is gone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One account's balances as the bank sent them; `at`: epoch seconds, when they were asked for.

    `reading`: the word of the list that led to the question.
    """

    at: float
    reading: str
    body: Value


@dataclass(slots=True)
class Bodies:
    """What is known of one connection. `at`: epoch seconds, when the list was asked for; `reading`: its random word.

    `unfinished`: the page that asked for the list left before every balance had been asked for and answered.
    """

    at: float
    reading: str
    accounts: Value
    errors: dict[str, str] = field(default_factory=dict)
    unfinished: bool = False
    balances: dict[str, Answer] = field(default_factory=dict)

    def has(self, account_id: str) -> bool:
        """Whether the balances of an account have come since the list came."""
        answer = self.balances.get(account_id)
        return answer is not None and answer.reading == self.reading

    def error_of(self, account_id: str) -> str | None:
        """Return why there is no balance of this reading; what has arrived late makes an error pointless."""
        return None if self.has(account_id) else self.errors.get(account_id)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The kept figures of one browser."""

    vault: Vault

    def load(self, consent_id: str) -> Bodies | None:
        """Return what is kept of one connection."""
        kept = self.vault.get("figures", consent_id)
        if kept is None or "reading" not in kept.value:
            return None
        bodies = Bodies(**kept.value)
        for value in (row.value for row in self.vault.find("balances")):
            if value["consent_id"] == consent_id:
                bodies.balances[value["account_id"]] = Answer(value["at"], value["reading"], value["body"])
        return bodies

    def keep_list(self, consent_id: str, bodies: Bodies) -> None:
        """Keep the list, and what failed beside it."""
        value = {
            "at": bodies.at,
            "reading": bodies.reading,
            "accounts": bodies.accounts,
            "errors": bodies.errors,
            "unfinished": bodies.unfinished,
        }
        self._put(consent_id, [("figures", consent_id, value, bodies.at)])

    def keep_balances(self, consent_id: str, answers: Iterable[tuple[str, Answer]]) -> None:
        """Keep balances by account id."""
        rows: list[tuple[str, str, Value, float]] = []
        for account_id, answer in answers:
            value: Value = {
                "consent_id": consent_id,
                "account_id": account_id,
                "at": answer.at,
                "reading": answer.reading,
            }
            value["body"] = answer.body
            rows.append(("balances", _name(consent_id, account_id), value, answer.at))
        self._put(consent_id, rows)

    def drop(self, consent_id: str, account_id: str) -> None:
        """Forget one account's balances."""
        with suppress(StoreUnavailable):
            self.vault.delete("balances", _name(consent_id, account_id))

    def clear(self, consent_id: str) -> None:
        """Forget all figures of one connection."""
        with suppress(StoreUnavailable):
            self.vault.delete("figures", consent_id)
            for row in self.vault.find("balances"):
                if row.value["consent_id"] == consent_id:
                    self.vault.delete("balances", row.name)

    def _put(self, consent_id: str, rows: list[tuple[str, str, Value, float]]) -> None:
        """Write rows, and take them back where the connection was gone by then: signed out, ended, suspended."""
        with suppress(StoreUnavailable):
            for kind, name, value, at in rows:
                self.vault.put(kind, name, value, at + KEPT.total_seconds())
            if not stands(self.vault, consent_id):
                for kind, name, _value, _at in rows:
                    self.vault.delete(kind, name)


def stands(vault: Vault, consent_id: str) -> bool:
    """Whether figures of this connection may be kept: it is here, and the bank serves it as far as we know."""
    kept = vault.get("connection", consent_id)
    grant = Grant.from_json(kept.value) if kept else None
    return grant is not None and grant.tokens is not None and grant.halt is None


def _name(consent_id: str, account_id: str) -> str:
    return f"{consent_id}\0{account_id}"
