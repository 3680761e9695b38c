"""What is regular on an account: collections, repeated orders, planned payments; as the bank tells it.

Every field is None where the bank left it out or sent something unreadable; moments are aware UTC, amounts unsigned:
each of them leaves the account. Source: account-information v1.2 and v2.1, the same in both: `AEDirectDebit`,
`AEStandingOrder`, `AEScheduledPayment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.banking.frequency import days_due, leads_on
from tpp.model.days import day_of

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

    def is_dated(self, now: datetime, days: int) -> bool:
        """Whether the days, up to `days` ahead, on which it may be collected can be told; an inactive one has none."""
        if self.is_active is False:
            return True
        known = self.previous.at if self.previous and self.is_active else None
        return known is not None and leads_on(self.frequency, known, now, days)


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

        They follow from the next payment; where the bank names none, from the last, or from a first one still ahead. Of
        an order for a number of payments whose final one is not named only the next is sure.
        """
        if not self.is_active:
            return ()
        known, made = self._named(now)
        return days_due(self.frequency, known, now, days, made=made, last=known if self._is_counted else self._ends)

    def is_dated(self, now: datetime, days: int) -> bool:
        """Whether all days on which it is paid, up to `days` ahead, can be told, and not the next alone, if that."""
        known, ends = self._named(now)[0], self._ends
        if self.is_active is False or (ends and day_of(ends) < day_of(now)):
            return True
        if known is None or self.is_active is None or self._is_counted:
            return False
        return leads_on(self.frequency, known, now, days) or (ends is not None and day_of(ends) == day_of(known))

    @property
    def _is_counted(self) -> bool:
        """Whether it ends by a number of payments alone: nobody tells how many of them are left."""
        return self.number_of_payments is not None and self._ends is None

    @property
    def _ends(self) -> datetime | None:
        return self.final.at if self.final else None

    def _named(self, now: datetime) -> tuple[datetime | None, bool]:
        """Return the payment from which the others are stepped to, and whether it is behind us."""
        if self.next and self.next.at:
            return self.next.at, False
        if self.last and self.last.at:
            return self.last.at, True
        return (self.first.at if self.first and self.first.at and self.first.at >= now else None), False

    def money_on(self, day: date) -> Money | None:
        """Return how much is paid on a day in Dubai; None where the bank's words do not tell.

        A payment that is named with its day has its own amount. Any other has the amount of the order, which is known
        where all that are named have the same.
        """
        for named in (self.final, self.next):
            if named and named.at and named.money and day_of(named.at) == day:
                return named.money
        amounts = {each.money for each in (self.first, self.last, self.next) if each and each.money}
        return amounts.pop() if len(amounts) == 1 else None


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
