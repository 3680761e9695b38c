"""What one visit could read: each connection's accounts and balances, how old they are, and what failed.

`error` is a reason word (`tpp.errors`, or `consent-ended`, `not-asked`, `odd-id`, `not-loaded`), never upstream text.
`wording`: in which words its client tells of failures; None where the way to the bank is offered no more.
`retry_at`: until when the bank wants to be left alone about it; before then nobody asks.
`unreadable` counts what the bank sent and could not be read; `more`: the bank has further pages that were not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from tpp.model.account import Account, Balance
    from tpp.model.bank_client import Wording
    from tpp.model.grant import Grant
    from tpp.model.resource import Parsed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """One account and its balances. `error`: why this visit got none; `at`: when the shown ones were asked for."""

    account: Account
    balances: tuple[Balance, ...] = ()
    error: str | None = None
    at: datetime | None = None
    unreadable: int = 0
    retry_at: datetime | None = None
    wording: Wording | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """One connection's figures. `error`: why none, or why only older ones (`accounts` with `at`), were read."""

    grant: Grant
    accounts: tuple[AccountFigures, ...] = ()
    at: datetime | None = None
    error: str | None = None
    more: bool = False
    unreadable: int = 0
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What was read of one resource. `parsed`: None where nothing came, and nothing older may be shown.

    `at`: when it was asked for; `error`: why nothing, or only something older, came just now.
    """

    grant: Grant
    parsed: Parsed[T] | None = None
    at: datetime | None = None
    error: str | None = None
    retry_at: datetime | None = None
    wording: Wording | None = None
