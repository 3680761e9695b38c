"""What is kept of a bank's answers, sealed, for a short while: the bodies that the bank sent, as it sent them.

What one page of figures knows is one row per connection: the list and the balances. An answer that arrives after its
page has gone is a row of its own, so that it overwrites nothing, and the next page finds it. Whatever else is read of
an account is a row of its own as well, one for each resource and query: a long list never lies in the row that every
page opens. A body is read once per visit. Nothing is kept of a connection that is gone, ended or
suspended. A store that cannot be written to costs the next page a call, never this page its figures.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlencode

from tpp.errors import StoreUnavailable
from tpp.journey import connections, receipts
from tpp.journey.shapes import Shape
from tpp.model import kinds
from tpp.model.grant import Receipt
from tpp.model.resource import joined
from tpp.model.rows import New

if TYPE_CHECKING:
    from collections.abc import Callable

    from tpp.model.account import Account, Balance
    from tpp.model.resource import Parsed, Resource, Wanted
    from tpp.model.rows import Kept, Value, Vault

T = TypeVar("T")

KEPT = timedelta(minutes=15)
"""An older figure is shown, with its time, where the bank does not answer; then it is gone."""

TRIES = 5
"""A token may be renewed while we write; the connection stands all the same."""


NOT_YET = frozenset({"timeout", "not-loaded"})
"""What the next page may still get from the same reading."""

PASSING = NOT_YET | {
    *("unreachable", "malformed", "token-rejected", "rate-limited", "bank-fault", "store-unavailable"),
    *("account-away", "recoverable", "generic"),
}
"""Failures that pass: an older answer stays, with its time. Where the bank refuses, none does."""


@dataclass(slots=True)
class Answer(Generic[T]):
    """One body as the bank sent it; `at`: epoch seconds, when it was asked for.

    `reading`: the word of the list that led to the question. `later`: the bodies of the pages that follow, and `cut`
    why there are no more of them (`tpp.model.resource`). `parsed`: what could be read of it, once somebody has.
    """

    at: float
    body: Value = field(repr=False)
    reading: str = ""
    parsed: Parsed[T] | None = field(default=None, repr=False)
    later: list[Value] = field(default_factory=list, repr=False)
    cut: str | None = None

    def read(self, resource: Resource[T]) -> Parsed[T]:
        """Read the bodies, the first time; `resource`: what was asked for."""
        if self.parsed is None:
            self.parsed = joined([resource.read(body) for body in (self.body, *self.later)], self.cut)
        return self.parsed

    def to_json(self) -> Value:
        """Turn into plain JSON, for a sealed row only."""
        further = {"later": self.later, "cut": self.cut} if self.later or self.cut else {}
        return {"at": self.at, "reading": self.reading, "body": self.body, **further}


@dataclass(slots=True)
class Bodies:
    """What is known of one connection: the list of its accounts, and their balances.

    `unfinished`: the page that asked for the list left before every balance had been asked for and answered.
    """

    listed: Answer[Account]
    errors: dict[str, str] = field(default_factory=dict)
    unfinished: bool = False
    balances: dict[str, Answer[Balance]] = field(default_factory=dict)

    @property
    def at(self) -> float:
        """Epoch seconds: when the list was asked for."""
        return self.listed.at

    @property
    def reading(self) -> str:
        """The random word of the list."""
        return self.listed.reading

    def to_json(self) -> Value:
        """Turn into plain JSON, for a sealed row only."""
        return {
            "at": self.at,
            "reading": self.reading,
            "accounts": self.listed.body,
            "errors": self.errors,
            "unfinished": self.unfinished,
            "balances": {account_id: answer.to_json() for account_id, answer in self.balances.items()},
        }

    def has(self, account_id: str) -> bool:
        """Whether the balances of an account have come since the list came."""
        answer = self.balances.get(account_id)
        return answer is not None and answer.reading == self.reading

    def take_late(self, account_id: str | None, answer: Answer[Balance]) -> None:
        """Take balances that came when their page had gone, unless something later is known of their account."""
        if account_id is None or self.errors.get(account_id, "timeout") not in NOT_YET:
            return
        known = self.balances.get(account_id)
        if known is None or known.reading != self.reading or known.at < answer.at:
            self.balances[account_id] = answer

    def error_of(self, account_id: str) -> str | None:
        """Return why there is no balance of this reading; what has arrived late makes an error pointless."""
        return None if self.has(account_id) else self.errors.get(account_id)


@dataclass(frozen=True, slots=True)
class Single:
    """One answer in a row of its own, called `name`; `account_id`: whose balances came late."""

    name: str
    consent_id: str
    answer: Answer[Any]
    account_id: str | None = None


def _bodies(kept: Kept) -> Bodies:
    value = kept.value
    balances: dict[str, Answer[Balance]]
    balances = {account_id: Answer(**each) for account_id, each in value["balances"].items()}
    listed: Answer[Account] = Answer(value["at"], value["accounts"], value["reading"])
    return Bodies(listed, value["errors"], value["unfinished"], balances)


def _late(kept: Kept) -> Single:
    return replace(_resource(kept), account_id=kept.value["account_id"])


def _resource(kept: Kept) -> Single:
    return Single(kept.name, kept.value["consent_id"], Answer(**kept.value["answer"]))


FIGURES = Shape(kinds.FIGURES, _bodies)
LATE, RESOURCE = Shape(kinds.LATE, _late), Shape(kinds.RESOURCE, _resource)


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
                bodies.take_late(late.account_id, late.answer)
        bodies.balances = self._living(bodies.balances)
        return bodies

    def _living(self, balances: dict[str, Answer[Balance]]) -> dict[str, Answer[Balance]]:
        """Leave out what is older than a figure may become; the row around it may have been written later."""
        oldest = self.now().timestamp() - KEPT.total_seconds()
        return {account_id: answer for account_id, answer in balances.items() if answer.at > oldest}

    def keep(self, consent_id: str, bodies: Bodies) -> None:
        """Keep what one page knows, in one row."""
        row = _row(kinds.FIGURES, consent_id, FIGURES.write(bodies.to_json()), bodies.at)
        known = bodies.listed.parsed
        last = max([bodies.at, *(answer.at for answer in bodies.balances.values())])
        self._put(consent_id, row, last, accounts=len(known.items) if known else None)

    def keep_late(self, consent_id: str, account_id: str, answer: Answer[Balance]) -> None:
        """Keep balances that arrived after their page had gone."""
        value = {"consent_id": consent_id, "account_id": account_id, "answer": answer.to_json()}
        row = _row(kinds.LATE, f"{consent_id}\0{account_id}", LATE.write(value), answer.at)
        self._put(consent_id, row, answer.at)

    def load_one(self, consent_id: str, wanted: Wanted[T]) -> Answer[T] | None:
        """Return what is kept of one resource; nothing of one that may not be kept."""
        if not wanted.resource.kept:
            return None
        kept = RESOURCE.get(self.vault, _name_of(consent_id, wanted))
        return kept.answer if kept else None

    def keep_one(self, consent_id: str, wanted: Wanted[T], answer: Answer[T]) -> None:
        """Keep one resource, as it was asked for, in a row of its own, if it may be kept."""
        value = {"consent_id": consent_id, "answer": answer.to_json()}
        row = _row(kinds.RESOURCE, _name_of(consent_id, wanted), RESOURCE.write(value), answer.at)
        self._put(consent_id, row if wanted.resource.kept else None, answer.at)

    def drop_one(self, consent_id: str, wanted: Wanted[T]) -> None:
        """Forget one resource."""
        with suppress(StoreUnavailable):
            self.vault.delete(kinds.RESOURCE, _name_of(consent_id, wanted))

    def clear(self, consent_id: str) -> None:
        """Forget all that is kept of the answers for one connection."""
        with suppress(StoreUnavailable):
            self.erase(consent_id)

    def erase(self, consent_id: str) -> None:
        """Forget the same where that was promised. Raises StoreUnavailable where it could not be done."""
        self.vault.delete(kinds.FIGURES, consent_id)
        for shape in (LATE, RESOURCE):
            for row in shape.find(self.vault):
                if row.consent_id == consent_id:
                    self.vault.delete(shape.kind, row.name)

    def _put(self, consent_id: str, row: New | None, at: float, accounts: int | None = None) -> None:
        """Write a row, and that the bank gave something `at` (epoch seconds), but only while the connection stands.

        Not once it is signed out, ended or suspended. `row`: None for what may not be kept.
        """
        receipt = Receipt(datetime.fromtimestamp(at, UTC), accounts)
        with suppress(StoreUnavailable):
            for _ in range(TRIES):
                standing = connections.served(self.vault, consent_id)
                if standing is None:
                    return
                told = receipts.row(self.vault, consent_id, receipt, standing.row.expires_at)
                demand = connections.while_unchanged(standing)
                if self.vault.put_together([row, told] if row else [told], [demand]):
                    return


def _row(kind: str, name: str, value: Value, at: float) -> New:
    return New(kind, name, value, at + KEPT.total_seconds())


def _name_of(consent_id: str, wanted: Wanted[T]) -> str:
    resource, query = wanted.resource, urlencode(sorted(wanted.query.items()))
    return "\0".join((consent_id, resource.version, resource.name, wanted.account_id or "", query))
