"""One call for one resource of one connection: the renewal after a 401, and the checks of every answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tpp.errors import MalformedResponse, OtherAccount, TokenRejected

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from datetime import datetime

    from tpp.journey.tokens import Keyring
    from tpp.model.bank_client import BankClient, Reader
    from tpp.model.rows import Value, Vault
    from tpp.model.visit import Visit


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading needs. `pool` is shared by all pages and bounds the calls that are under way."""

    vault: Vault
    client: BankClient
    keyring: Keyring
    reader: Reader
    pool: Executor
    visit: Visit
    now: Callable[[], datetime]
    sleep: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: the list of accounts, or the balances of one."""

    consent_id: str
    account_id: str | None = None

    @property
    def path(self) -> tuple[str, ...]:
        """The resource below `account-information/v1.2`."""
        return ("accounts",) if self.account_id is None else ("accounts", self.account_id, "balances")


@dataclass(slots=True)
class Ticket:
    """The access token that one visit uses for one connection: read once, replaced by whoever renews it."""

    token: str | None = field(default=None, repr=False)


def ask(desk: Desk, ticket: Ticket, question: Question) -> Value:
    """Ask once; on a 401 renew the token and ask once more, no oftener. Returns a body that can be read.

    Raises OtherAccount where `Data.AccountId` is not the one that was asked for, MalformedResponse, any other
    BankError, ReconnectNeeded, NotConnected, StoreUnavailable.
    """
    token = ticket.token or desk.keyring.fresh_token(question.consent_id)
    try:
        body = desk.client.get(token, question.path, desk.visit)
    except TokenRejected:
        token = desk.keyring.fresh_token(question.consent_id, spent=token)
        body = desk.client.get(token, question.path, desk.visit)
    ticket.token = token
    _check(desk.reader, question, dict(body))
    return dict(body)


def _check(reader: Reader, question: Question, body: Value) -> None:
    read = reader.accounts if question.account_id is None else reader.balances
    try:
        read(body)
    except RecursionError as err:
        raise MalformedResponse("") from err
    named = body["Data"].get("AccountId") if question.account_id is not None else None
    if named is not None and named != question.account_id:
        raise OtherAccount
