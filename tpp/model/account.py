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
        """Return the amount without the borrowed part, or None where the bank does not say how much that is."""
        own = self.money
        for line in self.credit_lines:
            if not line.included:
                continue
            if line.amount is None or line.amount.currency != own.currency:
                return None
            own = own - line.amount
        return own


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


def headline(account: Account, balances: tuple[Balance, ...]) -> Balance | None:
    """Choose the one balance that stands for the account: by type, else the newest, else None.

    Two balances of one type (say in two currencies) are told apart by the account's currency.
    """
    order = PREFERRED_FOR_CREDIT if account.is_credit_product else PREFERRED
    for kind in order:
        same = [each for each in balances if each.kind == kind]
        if same:
            return next((each for each in same if each.money.currency == account.currency), same[0])
    dated = [each for each in balances if each.at is not None]
    newest = max(dated, key=lambda each: each.at.timestamp() if each.at else 0.0, default=None)
    return newest or next(iter(balances), None)
