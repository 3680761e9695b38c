"""Direct debits, standing orders and scheduled payments out of their JSON bodies, the same in v1.2 and v2.1.

Shapes: `{"Data": {"AccountId", "DirectDebit": [...]}}`, and `StandingOrder` and `ScheduledPayment` alike. What cannot
be read is noted and left out; an entry stays as long as it says anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.bank.read_parts import identity, listed, payee, unless_blank
from tpp.model.banking.schedule import DirectDebit, Payment, ScheduledPayment, StandingOrder

if TYPE_CHECKING:
    from tpp.bank.read import Fields
    from tpp.model.resource import Parsed


def direct_debits(body: object) -> Parsed[DirectDebit]:
    """Read `GET /accounts/{AccountId}/direct-debits`."""
    return listed(body, "DirectDebit", "DirectDebitId", _direct_debit, DirectDebit())


def standing_orders(body: object) -> Parsed[StandingOrder]:
    """Read `GET /accounts/{AccountId}/standing-orders`."""
    return listed(body, "StandingOrder", "StandingOrderId", _standing_order, StandingOrder())


def scheduled_payments(body: object) -> Parsed[ScheduledPayment]:
    """Read `GET /accounts/{AccountId}/scheduled-payments`."""
    return listed(body, "ScheduledPayment", "ScheduledPaymentId", _scheduled_payment, ScheduledPayment())


def _direct_debit(fields: Fields) -> tuple[str | None, DirectDebit]:
    direct_debit_id = identity(fields, "DirectDebitId")
    return direct_debit_id, DirectDebit(
        direct_debit_id=direct_debit_id,
        mandate=fields.text("MandateIdentification"),
        status=fields.text("DirectDebitStatusCode"),
        name=fields.text("Name"),
        frequency=fields.text("Frequency"),
        previous=_payment(fields, "Previous"),
    )


def _standing_order(fields: Fields) -> tuple[str | None, StandingOrder]:
    standing_order_id = identity(fields, "StandingOrderId")
    return standing_order_id, StandingOrder(
        standing_order_id=standing_order_id,
        status=fields.text("StandingOrderStatusCode"),
        kind=fields.text("StandingOrderType"),
        frequency=fields.text("Frequency"),
        first=_payment(fields, "First"),
        next=_payment(fields, "Next"),
        last=_payment(fields, "Last"),
        final=_payment(fields, "Final"),
        number_of_payments=fields.code("NumberOfPayments"),
        reference=fields.text("CreditorReference"),
        purpose=fields.text("Purpose"),
        payee=payee(fields),
    )


def _scheduled_payment(fields: Fields) -> tuple[str | None, ScheduledPayment]:
    scheduled_payment_id = identity(fields, "ScheduledPaymentId")
    return scheduled_payment_id, ScheduledPayment(
        scheduled_payment_id=scheduled_payment_id,
        kind=fields.text("ScheduledType"),
        at=fields.moment("ScheduledPaymentDateTime"),
        money=fields.unsigned_money("InstructedAmount"),
        payee=payee(fields),
        creditor_reference=fields.text("CreditorReference"),
        debtor_reference=fields.text("DebtorReference"),
    )


def _payment(fields: Fields, which: str) -> Payment | None:
    """Read one of the payments that an entry names by a moment and an amount."""
    found = Payment(fields.moment(f"{which}PaymentDateTime"), fields.unsigned_money(f"{which}PaymentAmount"))
    return unless_blank(found, Payment())
