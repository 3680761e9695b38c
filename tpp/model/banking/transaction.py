"""One movement on an account, as the bank tells it; nothing here is invented, and where it happened is not kept.

Every field but the lists is None where the bank left it out or sent something unreadable. A transaction whose amount
cannot be read is there all the same, with `money` None: to be shown as unreadable, and in no sum.
Source: account-information v1.2 and v2.1, `AETransaction`; of the same shape in both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from tpp.model.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from tpp.model.banking.beneficiary import Counterparty
    from tpp.model.money import Money
    from tpp.model.words import Words

_CODE = re.compile(r"[0-9]{3,4}")

CATEGORY_GROUPS = (
    (1, 1499, N_("Agricultural services")),
    (1500, 2999, N_("Contractors and trades")),
    (3000, 3350, N_("Airlines")),
    (3351, 3500, N_("Car rental")),
    (3501, 3999, N_("Hotels")),
    (4000, 4799, N_("Transport and travel")),
    (4800, 4999, N_("Utilities and telecoms")),
    (5000, 5599, N_("Retail outlets")),
    (5600, 5699, N_("Clothing")),
    (5700, 5999, N_("Other shops and restaurants")),
    (6000, 7299, N_("Financial and personal services")),
    (7300, 7529, N_("Business services")),
    (7530, 7799, N_("Repair services")),
    (7800, 7999, N_("Amusement and entertainment")),
    (8000, 8999, N_("Professional services and membership")),
    (9000, 9999, N_("Government services")),
)
"""Merchant category codes from and to, by group: ISO 18245, and the card schemes' own lists in its private range (3000
to 3999) and within its wide ranges from 5700 on. The words are ours."""


def category_group(code: str | None) -> Words | None:
    """Return the group of a merchant category code of three or four digits; None for anything else."""
    number = int(code) if code is not None and _CODE.fullmatch(code) else 0
    return next((words for low, high, words in CATEGORY_GROUPS if low <= number <= high), None)


@dataclass(frozen=True, slots=True)
class Merchant:
    """The shop: its name, the acquirer's number for it, and its category code (ISO 18245)."""

    name: str | None = None
    merchant_id: str | None = None
    category_code: str | None = None

    @property
    def category(self) -> Words | None:
        """Return the group of the category code in words."""
        return category_group(self.category_code)


@dataclass(frozen=True, slots=True)
class Card:
    """The card that was used; `identification` is masked by the bank."""

    scheme: str | None = None
    kind: str | None = None
    identification: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What the payment cost, unsigned. `included`: whether the amount is less this charge already; None: not told."""

    money: Money | None = None
    included: bool | None = None
    vat: Money | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A change of money: one `unit` is `rate` of the other currency. `instructed`: the amount as ordered, unsigned."""

    source: str | None = None
    target: str | None = None
    unit: str | None = None
    rate: Decimal | None = None
    instructed: Money | None = None
    quoted_at: datetime | None = None
    contract: str | None = None


@dataclass(frozen=True, slots=True)
class RunningBalance:
    """The bank's own balance after the entry, signed; `kind` is a balance type of the standard."""

    money: Money
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """The bill that was paid; `kind` is the standard's `BillPaymentType`."""

    biller_id: str | None = None
    number: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class BankCode:
    """What the bank files the entry under: codes of ISO 20022, or its own with its issuer."""

    domain: str | None = None
    family: str | None = None
    sub_family: str | None = None
    proprietary: str | None = None
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """One entry of `Transaction[]`; moments are aware UTC.

    `money`: with the sign of `CreditDebitIndicator`; None where the two cannot be read together. `is_credit`: the
    indicator alone. `kind`, `sub_kind`, `status`: the standard's `TransactionType`, `SubTransactionType` and `Status`,
    raw. `counterparty`: whoever got a debit or sent a credit.
    """

    transaction_id: str | None = None
    happened_at: datetime | None = None
    booked_at: datetime | None = None
    value_at: datetime | None = None
    money: Money | None = None
    is_credit: bool | None = None
    status: str | None = None
    kind: str | None = None
    sub_kind: str | None = None
    information: str | None = None
    reference: str | None = None
    statement_reference: str | None = None
    flags: tuple[str, ...] = ()
    payment_mode: str | None = None
    purpose_code: str | None = None
    counterparty: Counterparty | None = None
    merchant: Merchant | None = None
    card: Card | None = None
    bill: Bill | None = None
    charge: Charge | None = None
    exchange: Exchange | None = None
    running_balance: RunningBalance | None = None
    bank_code: BankCode | None = None

    @property
    def is_booked(self) -> bool:
        """Whether it is on the books; one of an unknown status is not said to be."""
        return _spelt(self.status) == "booked"

    @property
    def is_pending(self) -> bool:
        """Whether it is still to be booked."""
        return _spelt(self.status) == "pending"

    @property
    def is_rejected(self) -> bool:
        """Whether it never took place."""
        return _spelt(self.status) == "rejected"

    @property
    def counted(self) -> Money | None:
        """Return the amount that is summed: of what is booked, where the amount can be read."""
        return self.money if self.is_booked else None

    @property
    def title(self) -> str | None:
        """Return the best title that the bank sent: merchant, other side, information, reference; or None."""
        merchant = self.merchant.name if self.merchant else None
        other = self.counterparty.title if self.counterparty else None
        return merchant or other or self.information or self.reference

    @property
    def listed_at(self) -> datetime | None:
        """Return the moment by which it is listed: of booking, else of happening, else of value."""
        return self.booked_at or self.happened_at or self.value_at


def newest_first(transactions: Iterable[Transaction]) -> list[Transaction]:
    """Sort by `BookingDateTime`, then `TransactionId`, newest and highest first: a list's own order is not promised.

    One without a booking time goes by `listed_at`; one without any time comes last.
    """
    return sorted(transactions, key=order_of, reverse=True)


def order_of(each: Transaction) -> tuple[bool, float, str]:
    """Return what transactions are sorted by; the newest has the greatest."""
    at = each.listed_at
    return at is not None, at.timestamp() if at else 0.0, each.transaction_id or ""


@lru_cache(maxsize=64)
def _spelt(status: str | None) -> str:
    return re.sub("[^a-z]", "", (status or "").lower())
