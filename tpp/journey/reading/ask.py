"""One call for one resource of one connection: the renewal after a 401, and the checks of every answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from tpp.errors import MalformedResponse, OtherAccount, TokenRejected

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from datetime import datetime

    from tpp.journey.banks import Banks
    from tpp.journey.tokens import Keyring
    from tpp.model.grant import Grant
    from tpp.model.resource import Parsed, Resources, Wanted
    from tpp.model.rows import Value, Vault
    from tpp.model.visit import Visit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading needs. `pool` is shared by all pages and bounds the calls that are under way."""

    vault: Vault
    banks: Banks
    keyring: Keyring
    resources: Resources
    pool: Executor
    visit: Visit
    now: Callable[[], datetime]
    sleep: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What is asked for, and of which connection."""

    consent_id: str
    wanted: Wanted[T]

    @property
    def account_id(self) -> str | None:
        """The account that it is about; None for the list of all."""
        return self.wanted.account_id


@dataclass(slots=True)
class Ticket:
    """The access token that one visit uses for one connection: read once, replaced by whoever renews it."""

    grant: Grant
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A body as the bank sent it, and what could be read of it."""

    body: Value = field(repr=False)
    parsed: Parsed[T]


def ask(desk: Desk, ticket: Ticket, question: Question[T]) -> Read[T]:
    """Ask once; on a 401 renew the token and ask once more, no oftener. Returns a body that can be read.

    Raises OtherAccount where `Data.AccountId` is not the one that was asked for, MalformedResponse, any other
    BankError, ReconnectNeeded, NotConnected, StoreUnavailable.
    """
    client = desk.banks.of(ticket.grant)
    token = ticket.token or desk.keyring.fresh_token(question.consent_id)
    try:
        body = client.get(token, question.wanted, desk.visit)
    except TokenRejected:
        token = desk.keyring.fresh_token(question.consent_id, spent=token)
        body = client.get(token, question.wanted, desk.visit)
    ticket.token = token
    return _checked(question, dict(body))


def _checked(question: Question[T], body: Value) -> Read[T]:
    try:
        parsed = question.wanted.resource.read(body)
    except RecursionError as err:
        raise MalformedResponse("") from err
    named = body["Data"].get("AccountId") if question.account_id is not None else None
    if named is not None and named != question.account_id:
        raise OtherAccount
    return Read(body, parsed)
