"""Reading direct debits, standing orders and scheduled payments: tolerant, exact, and nothing is made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.ground.versions import VERSIONS
from tests.bank import sent
from tests.bank.hostile import mixtures
from tests.clock import START
from tpp.bank.read_regular import direct_debits, scheduled_payments, standing_orders
from tpp.errors import MalformedResponse
from tpp.model.banking.frequency import decoded, frequency_words
from tpp.model.money import Money

if TYPE_CHECKING:
    from sandbox.ground.versions import Version

READERS: dict[str, Any] = {
    "DirectDebit": direct_debits,
    "StandingOrder": standing_orders,
    "ScheduledPayment": scheduled_payments,
}
ID_OF = {
    "DirectDebit": "direct_debit_id",
    "StandingOrder": "standing_order_id",
    "ScheduledPayment": "scheduled_payment_id",
}


def amount(digits: str) -> dict[str, str]:
    """Write an amount."""
    return {"Amount": digits, "Currency": "AED"}


def aed(digits: str) -> Money:
    """Make money."""
    return Money(Decimal(digits), "AED")


PAYEE = {
    "AccountHolderName": "Falcon Tower Residences",
    "AccountHolderShortName": "Falcon",
    "CreditorAgent": {"SchemeName": "BICFI", "Identification": "SMPLXX1X"},
    "CreditorAccount": [{"SchemeName": "IBAN", "Identification": "AE07"}],
}
DEBIT: dict[str, Any] = {
    "DirectDebitId": "D1",
    "MandateIdentification": "M1",
    "DirectDebitStatusCode": "Active",
    "Name": "Falcon Telecom",
    "Frequency": "Monthly",
    "PreviousPaymentDateTime": "2026-11-16T03:00:00+04:00",
    "PreviousPaymentAmount": amount("389.00"),
}
ORDER: dict[str, Any] = {
    "StandingOrderId": "S1",
    "StandingOrderType": "LocalBankTransfer",
    "Frequency": "IntervalMonthDay:1:2",
    "StandingOrderStatusCode": "Active",
    "FirstPaymentDateTime": "2025-01-02T06:00:00+04:00",
    "FirstPaymentAmount": amount("11000"),
    "NextPaymentDateTime": "2026-12-02T06:00:00+04:00",
    "NextPaymentAmount": amount("11000.00"),
    "LastPaymentDateTime": "2026-11-02T06:00:00+04:00",
    "LastPaymentAmount": amount("10500.00"),
    "FinalPaymentDateTime": "2027-12-02T06:00:00+04:00",
    "FinalPaymentAmount": amount("9000.00"),
    "NumberOfPayments": "36",
    "CreditorReference": "Flat 801",
    "Purpose": "Rent",
    **PAYEE,
}
PLANNED: dict[str, Any] = {
    "ScheduledPaymentId": "P1",
    "ScheduledType": "Execution",
    "ScheduledPaymentDateTime": "2026-12-10T09:00:00+04:00",
    "InstructedAmount": amount("9800.00"),
    "CreditorReference": "School fees",
    "DebtorReference": "Term 2",
    **PAYEE,
}
FULL = {"DirectDebit": DEBIT, "StandingOrder": ORDER, "ScheduledPayment": PLANNED}


def body(kind: str, *rows: Any) -> dict[str, Any]:
    """Wrap entries as the API does."""
    links = {"Self": "https://bank.example/x"}
    return {"Data": {"AccountId": "a", kind: list(rows)}, "Links": links, "Meta": {"TotalPages": 1}}


def one(kind: str, **changes: Any) -> Any:
    """Read one full entry with changes; `...` takes a member away."""
    row = {name: value for name, value in (FULL[kind] | changes).items() if value is not ...}
    (read,) = READERS[kind](body(kind, row)).items
    return read


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", READERS)
def test_all_that_the_bank_sends_of_everybody_is_read(kind: str, version: Version) -> None:
    counted = 0
    for name in sent.SOUND:
        for rows, answer in sent.sent(name, kind, version):
            read = READERS[kind](answer)
            counted += len(rows)

            assert read.unreadable == ()
            assert [getattr(each, ID_OF[kind]) for each in read.items] == [row[f"{kind}Id"] for row in rows]
            assert all(decoded(row["Frequency"]) for row in rows if "Frequency" in row)
    assert counted


@pytest.mark.parametrize("kind", READERS)
def test_hostile_entries_are_read_without_an_error(kind: str) -> None:
    for rows, answer in sent.sent("nasty", kind):
        assert len(READERS[kind](answer).items) <= len(rows)


def test_every_field_of_a_direct_debit_is_read() -> None:
    read = one("DirectDebit")

    assert direct_debits(body("DirectDebit", DEBIT)).unreadable == ()
    assert (read.direct_debit_id, read.mandate, read.name) == ("D1", "M1", "Falcon Telecom")
    assert (read.status, read.is_active, read.frequency) == ("Active", True, "Monthly")
    assert read.previous.money == aed("389.00")
    assert read.previous.at.isoformat() == "2026-11-15T23:00:00+00:00"


def test_every_field_of_a_standing_order_is_read() -> None:
    read = one("StandingOrder")

    assert standing_orders(body("StandingOrder", ORDER)).unreadable == ()
    assert (read.standing_order_id, read.kind, read.is_active) == ("S1", "LocalBankTransfer", True)
    assert [each.money for each in (read.first, read.next, read.last, read.final)] == [
        *(aed("11000"), aed("11000.00"), aed("10500.00"), aed("9000.00"))
    ]
    assert (read.number_of_payments, read.reference, read.purpose) == ("36", "Flat 801", "Rent")
    assert (read.payee.title, read.payee.accounts[0].identification) == ("Falcon Tower Residences", "AE07")
    assert read.payee.agent.identification == "SMPLXX1X"


def test_every_field_of_a_scheduled_payment_is_read() -> None:
    read = one("ScheduledPayment")

    assert scheduled_payments(body("ScheduledPayment", PLANNED)).unreadable == ()
    assert (read.scheduled_payment_id, read.kind, read.money) == ("P1", "Execution", aed("9800.00"))
    assert (read.creditor_reference, read.debtor_reference) == ("School fees", "Term 2")
    assert read.payee.short_name == "Falcon"


@pytest.mark.parametrize("kind", ["StandingOrder", "ScheduledPayment"])
def test_without_detail_a_payment_has_no_payee(kind: str) -> None:
    assert one(kind, **dict.fromkeys(PAYEE, ...)).payee is None


@pytest.mark.parametrize("spoilt", [9800.0, "9800.00", amount("-1"), amount("1e5"), [], ...])
def test_an_entry_whose_amount_cannot_be_read_stays_without_one(spoilt: Any) -> None:
    assert one("ScheduledPayment", InstructedAmount=spoilt).money is None
    read = one("StandingOrder", NextPaymentAmount=spoilt)
    assert (read.next.money, read.next.at is not None) == (None, True)


def test_an_entry_that_says_nothing_is_left_out() -> None:
    for kind, read in READERS.items():
        assert read(body(kind, {}, "text", None)).items == ()
        assert f"/Data/{kind}/0/{kind}Id" in read(body(kind, {})).unreadable


def test_a_standing_order_is_due_from_its_next_payment_on() -> None:
    assert one("StandingOrder").days_due(START, 30) == (date(2026, 12, 2),)
    assert one("StandingOrder", Frequency="IntervalDay:15").days_due(START, 30) == (
        *(date(2026, 12, 2), date(2026, 12, 17)),
    )


def test_without_a_next_payment_an_order_is_due_from_its_last_or_a_first_one_ahead() -> None:
    no_next = {"NextPaymentDateTime": ...}
    none_made = {**no_next, "LastPaymentDateTime": ...}

    assert one("StandingOrder", **no_next).days_due(START, 30) == (date(2026, 12, 2),)
    assert one("StandingOrder", **none_made).days_due(START, 30) == ()
    ahead = one("StandingOrder", **none_made, FirstPaymentDateTime="2026-12-02T06:00:00+04:00")
    assert ahead.days_due(START, 60) == (date(2026, 12, 2), date(2027, 1, 2))


@pytest.mark.parametrize("status", ["Inactive", "Frozen", None])
def test_what_is_not_active_is_not_due(status: str | None) -> None:
    assert one("StandingOrder", StandingOrderStatusCode=status).days_due(START, 60) == ()
    assert one("DirectDebit", DirectDebitStatusCode=status).days_expected(START, 60) == ()


def test_an_order_ends_with_its_final_payment() -> None:
    ending = one("StandingOrder", FinalPaymentDateTime="2026-12-02T06:00:00+04:00")

    assert ending.days_due(START, 90) == (date(2026, 12, 2),)


def test_a_direct_debit_is_expected_an_interval_after_the_last_one() -> None:
    assert one("DirectDebit").days_expected(START, 30) == (date(2026, 12, 16),)
    assert one("DirectDebit", PreviousPaymentDateTime=...).days_expected(START, 30) == ()
    assert one("DirectDebit", Frequency="NotKnown").days_expected(START, 30) == ()


def test_a_scheduled_payment_is_due_on_its_day_alone() -> None:
    assert one("ScheduledPayment").days_due(START, 30) == (date(2026, 12, 10),)
    assert one("ScheduledPayment").days_due(START, 3) == ()
    assert one("ScheduledPayment", ScheduledPaymentDateTime=...).days_due(START, 30) == ()


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("answer", [None, [], {"Data": []}, {"Data": 7}])
def test_a_body_without_data_is_no_answer(kind: str, answer: Any) -> None:
    with pytest.raises(MalformedResponse):
        READERS[kind](answer)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_any_mixture_of_bad_values_is_read_without_an_error(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(READERS)))
    rows = data.draw(mixtures(FULL[kind]))
    read = READERS[kind](body(kind, *rows))

    assert len(read.items) <= len(rows)
    for each in read.items:
        frequency_words(getattr(each, "frequency", None) or "")
        days = each.days_expected(START, 30) if kind == "DirectDebit" else each.days_due(START, 30)
        assert len(days) <= 31
