"""What a bank tells us of an account and of its balances.

Only `account_id` is guaranteed; every other field is `None` or empty where the bank left it out or sent
something unreadable. Nothing here is invented. Source: account-information v1.2, `/accounts` and
`/accounts/{AccountId}/balances`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from tpp.model.money import Money

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")

CREDIT_PRODUCTS = frozenset({"CreditCard", "ChargeCard", "Mortgage", "Finance"})

UNUSED_PART = "Available"
"""The credit line type that says what is left of a limit."""

PREFERRED = ("InterimAvailable", "InterimBooked", "ClosingAvailable", "ClosingBooked")
"""The balance that heads an account, best first; the guide wants `InterimAvailable` where there is one."""

PREFERRED_FOR_CREDIT = ("InterimBooked", "ClosingBooked", "InterimAvailable", "ClosingAvailable")
"""For cards and loans the booked side is what is owed; "available" would count the bank's money as yours."""


@dataclass(frozen=True, slots=True)
class AccountIdentifier:
    """One entry of `AccountIdentifiers[]`, e.g. scheme `IBAN`."""

    scheme: str
    identification: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class CreditLine:
    """Borrowed money beside a balance; `included` says whether the balance already counts it."""

    included: bool
    kind: str | None
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Balance:
    """One entry of `Balance[]`: `kind` is the standard's `Type`; `money` carries the sign of the indicator."""

    kind: str
    money: Money
    at: datetime | None = None
    credit_lines: tuple[CreditLine, ...] = ()

    @property
    def includes_credit(self) -> bool:
        """Whether part of the amount is borrowed."""
        return any(line.included for line in self.credit_lines)

    def own_money(self) -> Money | None:
        """Return the amount without the borrowed part, or None where that cannot be told.

        `Available` is the unused part of a limit that another line names, so it is never taken off as well; two
        other lines may overlap, and what is not known is not guessed.
        """
        included = [line for line in self.credit_lines if line.included]
        limits = [line for line in included if line.kind != UNUSED_PART] or included
        if not limits:
            return self.money
        borrowed = limits[0].amount
        if len(limits) > 1 or borrowed is None or borrowed.currency != self.money.currency:
            return None
        return self.money - borrowed


@dataclass(frozen=True, slots=True)
class Account:
    """One entry of `Account[]`; strings are the bank's own, untouched."""

    account_id: str
    nickname: str | None = None
    holder_name: str | None = None
    description: str | None = None
    status: str | None = None
    currency: str | None = None
    account_type: str | None = None
    sub_type: str | None = None
    identifiers: tuple[AccountIdentifier, ...] = ()
    opened: datetime | None = None

    @property
    def can_be_asked(self) -> bool:
        """Whether the id may go into a path: the Starter Kit pastes it into a URL as it is."""
        return _SAFE_ID.fullmatch(self.account_id) is not None and self.account_id.strip(".") != ""

    @property
    def is_credit_product(self) -> bool:
        """Whether the account is a card, a loan or the like, whose booked balance is what is owed."""
        return self.sub_type in CREDIT_PRODUCTS

    @property
    def own_title(self) -> str | None:
        """Return the bank's or the holder's own title: nickname, identifier's name, description; or None."""
        names = [self.nickname, *(each.name for each in self.identifiers), self.description]
        return next((name for name in names if name and name.strip()), None)


def own_money(account: Account, balance: Balance) -> Money | None:
    """Return how much of a balance is the holder's own; None where it cannot be told.

    A card's or a loan's "available" amount is what the bank would still lend, unless a credit line says how much
    of it is borrowed.
    """
    lendable = account.is_credit_product and not balance.kind.endswith("Booked") and not balance.money.is_debt
    return None if lendable and not balance.includes_credit else balance.own_money()


def headline(account: Account, balances: tuple[Balance, ...]) -> Balance | None:
    """Choose the one balance that stands for the account: its own currency first, then by type, else the newest."""
    order = PREFERRED_FOR_CREDIT if account.is_credit_product else PREFERRED
    balances = tuple(each for each in balances if each.money.currency == account.currency) or balances
    for kind in order:
        same = next((each for each in balances if each.kind == kind), None)
        if same:
            return same
    dated = [each for each in balances if each.at is not None]
    newest = max(dated, key=lambda each: each.at.timestamp() if each.at else 0.0, default=None)
    return newest or next(iter(balances), None)
