"""Made-up transactions: any mixture of what a bank may leave out, send twice or send in words of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.clock import START
from tpp.model.account import AccountIdentifier
from tpp.model.banking.beneficiary import Agent, Counterparty
from tpp.model.banking.transaction import (
    BankCode,
    Bill,
    Card,
    Charge,
    Exchange,
    Merchant,
    RunningBalance,
    Transaction,
)
from tpp.model.money import Money

TEXTS = st.none() | st.text(max_size=20) | st.sampled_from(["", "Liwa Books", "سوق", "=1+1", "<b>", "\u202e%(x)s"])
CURRENCIES = st.sampled_from(["AED", "AED", "USD", "BHD", "JPY", "XXX", "ZZZ"])
MONEY = st.builds(Money, st.decimals(-9_999_999_999_999, 9_999_999_999_999, places=5), CURRENCIES)
MOMENTS = st.none() | st.sampled_from(
    [
        *(START - timedelta(hours=7 * each) for each in range(60)),
        *(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
    ]
)
KINDS = st.sampled_from([None, "POS", "ATM", "Cheque", "LocalBankTransfer", "SomethingNew", ""])
SUB_KINDS = st.sampled_from([None, "Purchase", "Refund", "Reversal", "Unheard", "NotApplicable"])
STATUSES = st.sampled_from(["Booked", "Booked", "Booked", "Pending", "Rejected", "Frozen", None])
COUNTERPARTIES = st.builds(
    Counterparty, TEXTS, TEXTS, st.just((AccountIdentifier("IBAN", "AE07"),)), st.none() | st.just(Agent(name="Bank"))
)
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "happened_at": MOMENTS,
    "booked_at": MOMENTS,
    "money": st.none() | MONEY,
    "status": STATUSES,
    "kind": KINDS,
    "sub_kind": SUB_KINDS,
    "information": TEXTS,
    "reference": TEXTS,
    "flags": st.sampled_from([(), ("Payroll",), ("Unheard", "OpenFinance")]),
    "payment_mode": TEXTS,
    "counterparty": st.none() | COUNTERPARTIES,
    "merchant": st.none() | st.builds(Merchant, TEXTS, TEXTS, st.sampled_from([None, "5411", "x"])),
    "card": st.none() | st.builds(Card, TEXTS, TEXTS, TEXTS, TEXTS),
    "bill": st.none() | st.builds(Bill, TEXTS, TEXTS, TEXTS),
    "charge": st.none() | st.builds(Charge, st.none() | MONEY, st.none() | st.booleans(), st.none() | MONEY),
    "exchange": st.none()
    | st.builds(Exchange, TEXTS, TEXTS, TEXTS, st.none() | st.just(Decimal("3.6725")), st.none() | MONEY, MOMENTS),
    "running_balance": st.none() | st.builds(RunningBalance, MONEY, st.sampled_from([None, "InterimBooked", "New"])),
    "bank_code": st.none() | st.builds(BankCode, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
}


def _signed(fields: dict[str, Any]) -> Transaction:
    """Make one whose indicator agrees with its amount; one without an amount tells it or not."""
    money: Money | None = fields["money"]
    return Transaction(**fields, is_credit=None if money is None else not money.is_debt)


TRANSACTION = st.fixed_dictionaries(PARTS).map(_signed)
TRANSACTIONS = st.lists(TRANSACTION, max_size=12)


def booked(amount: str = "-10.00", currency: str = "AED", **more: Any) -> Transaction:
    """Make one that is booked at the clock's start, a debit of ten dirhams unless told otherwise."""
    money = Money(Decimal(amount), currency)
    fields = {"status": "Booked", "kind": "POS", "booked_at": START, "is_credit": not money.is_debt, "money": money}
    return Transaction(**{**fields, **more})
