"""What is kept of the figures, sealed, for a short while: the bodies that the bank sent, as it sent them.

What one page knows is one row per connection. An answer that arrives after its page has gone is a row of its own, so
that it overwrites nothing, and the next page finds it. Nothing is kept of a connection that is gone, ended or
suspended. A store that cannot be written to costs the next page a call, never this page its figures.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.errors import StoreUnavailable
from tpp.journey import connections
from tpp.journey.shapes import Shape
from tpp.model import kinds
from tpp.model.rows import New

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tpp.model.rows import Kept, Value, Vault

KEPT = timedelta(minutes=15)
"""An older figure is shown, with its time, where the bank does not answer; then it is gone."""

TRIES = 5
"""A token may be renewed while we write; the connection stands all the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One account's balances as the bank sent them; `at`: epoch seconds, when they were asked for.

    `reading`: the word of the list that led to the question.
    """

    at: float
    reading: str
    body: Value

    def to_json(self) -> Value:
        """Turn into plain JSON, for a sealed row only."""
        return {"at": self.at, "reading": self.reading, "body": self.body}


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

    def to_json(self) -> Value:
        """Turn into plain JSON, for a sealed row only."""
        return {
            "at": self.at,
            "reading": self.reading,
            "accounts": self.accounts,
            "errors": self.errors,
            "unfinished": self.unfinished,
            "balances": {account_id: answer.to_json() for account_id, answer in self.balances.items()},
        }

    def has(self, account_id: str) -> bool:
        """Whether the balances of an account have come since the list came."""
        answer = self.balances.get(account_id)
        return answer is not None and answer.reading == self.reading

    def error_of(self, account_id: str) -> str | None:
        """Return why there is no balance of this reading; what has arrived late makes an error pointless."""
        return None if self.has(account_id) else self.errors.get(account_id)


@dataclass(frozen=True, slots=True)
class Late:
    """Balances that arrived after their page had gone; `name`: of their row."""

    name: str
    consent_id: str
    account_id: str
    answer: Answer


def _bodies(kept: Kept) -> Bodies:
    balances = {account_id: Answer(**each) for account_id, each in kept.value["balances"].items()}
    return Bodies(**{**kept.value, "balances": balances})


def _late(kept: Kept) -> Late:
    value = kept.value
    return Late(kept.name, value["consent_id"], value["account_id"], Answer(**value["answer"]))


FIGURES, LATE = Shape(kinds.FIGURES, _bodies), Shape(kinds.LATE, _late)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The kept figures of one browser."""

    vault: Vault
    now: Callable[[], datetime]

    def load(self, consent_id: str) -> Bodies | None:
        """Return what is kept of one connection, with what has arrived late for the same reading."""
        bodies = FIGURES.get(self.vault, consent_id)
        if bodies is None:
            return None
        for late in LATE.find(self.vault) if bodies.unfinished else []:
            if late.consent_id == consent_id and late.answer.reading == bodies.reading:
                bodies.balances[late.account_id] = late.answer
        bodies.balances = self._living(bodies.balances)
        return bodies

    def _living(self, balances: dict[str, Answer]) -> dict[str, Answer]:
        """Leave out what is older than a figure may become; the row around it may have been written later."""
        oldest = self.now().timestamp() - KEPT.total_seconds()
        return {account_id: answer for account_id, answer in balances.items() if answer.at > oldest}

    def keep(self, consent_id: str, bodies: Bodies) -> None:
        """Keep what one page knows, in one row."""
        self._put(consent_id, kinds.FIGURES, consent_id, FIGURES.write(bodies.to_json()), bodies.at)

    def keep_late(self, consent_id: str, account_id: str, answer: Answer) -> None:
        """Keep balances that arrived after their page had gone."""
        value = {"consent_id": consent_id, "account_id": account_id, "answer": answer.to_json()}
        self._put(consent_id, kinds.LATE, f"{consent_id}\0{account_id}", LATE.write(value), answer.at)

    def clear(self, consent_id: str) -> None:
        """Forget all figures of one connection."""
        with suppress(StoreUnavailable):
            self.vault.delete(kinds.FIGURES, consent_id)
            for late in LATE.find(self.vault):
                if late.consent_id == consent_id:
                    self.vault.delete(kinds.LATE, late.name)

    def _put(self, consent_id: str, kind: str, name: str, value: Value, at: float) -> None:
        """Write a row, but only while the connection stands: not once it is signed out, ended or suspended."""
        row = New(kind, name, value, at + KEPT.total_seconds())
        with suppress(StoreUnavailable):
            for _ in range(TRIES):
                standing = connections.while_served(self.vault, consent_id)
                if standing is None or self.vault.put_together([row], [standing]):
                    return
