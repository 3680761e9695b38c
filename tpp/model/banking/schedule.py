"""What is regular on an account: collections, repeated orders, planned payments; as the bank tells it.

Every field is None where the bank left it out or sent something unreadable; moments are aware UTC, amounts unsigned:
each of them leaves the account. Source: account-information v1.2 and v2.1, the same in both: `AEDirectDebit`,
`AEStandingOrder`, `AEScheduledPayment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.banking.frequency import days_due

if TYPE_CHECKING:
    from datetime import date, datetime

    from tpp.model.banking.beneficiary import Counterparty
    from tpp.model.money import Money

_ACTIVE = {"Active": True, "Inactive": False}


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of an order: when, and how much."""

    at: datetime | None = None
    money: Money | None = None


@dataclass(frozen=True, slots=True)
class DirectDebit:
    """One entry of `DirectDebit[]`: `name` is who collects, `previous` the last collection. None to come is told."""

    direct_debit_id: str | None = None
    mandate: str | None = None
    status: str | None = None
    name: str | None = None
    frequency: str | None = None
    previous: Payment | None = None

    @property
    def is_active(self) -> bool | None:
        """Whether it may still be collected; None where that cannot be read."""
        return _ACTIVE.get(self.status or "")

    def days_expected(self, now: datetime, days: int) -> tuple[date, ...]:
        """List the days in Dubai, up to `days` ahead, that follow from the last collection by the frequency.

        They are expected, not promised: the bank names no coming day. None are of one that is not active.
        """
        known = self.previous.at if self.previous and self.is_active else None
        return days_due(self.frequency, known, now, days, made=True)


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """One entry of `StandingOrder[]`.

    `last` is the newest payment made, `final` the one that ends the order. `number_of_payments`: of the whole order,
    text as sent.
    """

    standing_order_id: str | None = None
    status: str | None = None
    kind: str | None = None
    frequency: str | None = None
    first: Payment | None = None
    next: Payment | None = None
    last: Payment | None = None
    final: Payment | None = None
    number_of_payments: str | None = None
    reference: str | None = None
    purpose: str | None = None
    payee: Counterparty | None = None

    @property
    def is_active(self) -> bool | None:
        """Whether it is still paid; None where that cannot be read."""
        return _ACTIVE.get(self.status or "")

    def days_due(self, now: datetime, days: int) -> tuple[date, ...]:
        """List the days in Dubai, from today to `days` ahead, on which it is paid; none of one that is not active.

        They follow from the next payment; where the bank names none, from the last, or from a first one still ahead.
        """
        if not self.is_active:
            return ()
        final = self.final.at if self.final else None
        if self.next and self.next.at:
            return days_due(self.frequency, self.next.at, now, days, last=final)
        if self.last and self.last.at:
            return days_due(self.frequency, self.last.at, now, days, made=True, last=final)
        ahead = self.first.at if self.first and self.first.at and self.first.at >= now else None
        return days_due(self.frequency, ahead, now, days, last=final)


@dataclass(frozen=True, slots=True)
class ScheduledPayment:
    """One entry of `ScheduledPayment[]`: `kind` is the standard's `ScheduledType`.

    `Execution`: it leaves the account on that day; `Arrival`: it reaches the payee then.
    """

    scheduled_payment_id: str | None = None
    kind: str | None = None
    at: datetime | None = None
    money: Money | None = None
    payee: Counterparty | None = None
    creditor_reference: str | None = None
    debtor_reference: str | None = None

    def days_due(self, now: datetime, days: int) -> tuple[date, ...]:
        """List its day in Dubai, if that is from today to `days` ahead."""
        return days_due(None, self.at, now, days)
