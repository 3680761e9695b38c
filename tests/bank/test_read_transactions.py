"""Reading transactions: every one stays, no amount is guessed at, and sums are those of the bank's own JSON."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.ground.versions import VERSIONS
from tests.bank import sent
from tests.bank.hostile import mixtures
from tpp.bank.answers import parse
from tpp.bank.read_transactions import transactions
from tpp.errors import MalformedResponse
from tpp.model.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.ground.versions import Version
    from tpp.model.banking.transaction import Transaction


def amount(digits: str, currency: str = "AED") -> dict[str, Any]:
    """Write an amount."""
    return {"Amount": digits, "Currency": currency}


FULL: dict[str, Any] = {
    "TransactionId": "T1",
    "TransactionDateTime": "2026-11-20T10:00:00+04:00",
    "BookingDateTime": "2026-11-21T00:30:00+04:00",
    "ValueDateTime": "2026-11-21T00:00:00Z",
    "LocalTimeZone": "UTC+04:00",
    "CreditDebitIndicator": "Debit",
    "Status": "Booked",
    "TransactionMutability": "Immutable",
    "Amount": amount("12.50"),
    "TransactionType": "POS",
    "SubTransactionType": "Purchase",
    "PaymentModes": "Online",
    "TransactionInformation": "DATE PALM 4711",
    "TransactionReference": "REF1",
    "StatementReference": "S1",
    "Flags": ["Cashback", "SomethingNew"],
    "PaymentPurposeCode": "FAM",
    "ChargeAmount": amount("1.00") | {"ChargeIncluded": True},
    "ChargeAmountVat": amount("0.05"),
    "CurrencyExchange": {
        "SourceCurrency": "AED",
        "TargetCurrency": "USD",
        "UnitCurrency": "USD",
        "ExchangeRate": 3.6725,
        "InstructedAmount": amount("3.40", "USD"),
        "ContractIdentification": "FX1",
        "QuotationDate": "2026-11-20T06:00:00Z",
    },
    "BankTransactionCode": {"DomainCode": "PMNT", "FamilyCode": "CCRD", "SubFamily": "Point of sale"},
    "ProprietaryBankTransactionCode": {"Code": "0815", "Issuer": "Bank"},
    "Balance": {"CreditDebitIndicator": "Debit", "Type": "InterimBooked", "Amount": amount("80.00")},
    "MerchantDetails": {"MerchantId": 10000000, "MerchantName": "Date Palm Grocers", "MerchantCategoryCode": "5411"},
    "CreditorAgent": {"SchemeName": "BICFI", "Identification": "SMPLXX1X", "Name": "Sample Bank"},
    "CreditorAccount": [{"SchemeName": "IBAN", "Identification": "AE07", "Name": "Grocers Ltd"}],
    "DebtorAgent": {"SchemeName": "Other", "Identification": "99900"},
    "DebtorAccount": {"SchemeName": "IBAN", "Identification": "AE08", "Name": "Mits Haddad"},
    "CardInstrument": {
        "CardSchemeName": "VISA",
        "InstrumentType": "Chip",
        "Name": "MITS HADDAD",
        "Identification": "************0103",
    },
    "BillDetails": {"BillerId": 12.0, "BillNumber": "B1", "BillPaymentType": "Post-Paid"},
    "TerminalId": 12345678,
    "GeoLocation": {"Latitude": "25.2048", "Longitude": "55.2708"},
    "SupplementaryData": {"Any": "thing"},
}


def body(*rows: Any) -> dict[str, Any]:
    """Wrap transactions as the API does."""
    links = {"Self": "https://bank.example/x"}
    return {"Data": {"AccountId": "a", "Transaction": list(rows)}, "Links": links, "Meta": {"TotalPages": 1}}


def one(**changes: Any) -> Transaction:
    """Read the full transaction with changes; `...` takes a member away."""
    (read,) = transactions(body({k: v for k, v in (FULL | changes).items() if v is not ...})).items
    return read


def sums(read: Iterable[Transaction]) -> dict[str, Decimal]:
    """Add up what counts, by currency."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for each in read:
        if each.counted:
            found[each.counted.currency] += each.counted.amount
    return found


def plain_sums(rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Add up the same out of the bank's own objects, in another way: in hundred-thousandths, as whole numbers."""
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        value, sign = row.get("Amount"), {"Credit": 1, "Debit": -1}.get(str(row.get("CreditDebitIndicator")))
        digits, currency = (value.get("Amount"), value.get("Currency")) if isinstance(value, dict) else (None, None)
        parts = re.fullmatch(r"([0-9]{1,13})(?:\.([0-9]{1,5}))?", digits) if isinstance(digits, str) else None
        if parts and sign and row.get("Status") == "Booked" and re.fullmatch("[A-Z]{3}", str(currency)):
            found[str(currency)] += sign * int(parts[1] + (parts[2] or "").ljust(5, "0"))
    return {currency: Decimal(minor).scaleb(-5) for currency, minor in found.items()}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", sent.SOUND)
def test_all_that_the_bank_sends_of_a_person_is_read_and_adds_up(name: str, version: Version) -> None:
    for rows, answer in sent.sent(name, "Transaction", version):
        read = transactions(answer)

        assert read.unreadable == ()
        assert [each.transaction_id for each in read.items] == [row["TransactionId"] for row in rows]
        assert all(each.money and each.booked_at and each.is_credit == (each.money.amount > 0) for each in read.items)
        assert sums(read.items) == plain_sums(rows)


@pytest.mark.parametrize("version", VERSIONS)
def test_hostile_transactions_all_stay_and_what_can_be_read_of_them_adds_up(version: Version) -> None:
    for rows, answer in sent.sent("nasty", "Transaction", version):
        read = transactions(answer)

        assert len(read.items) == len(rows)
        assert any(each.money is None for each in read.items)
        assert sums(read.items) == plain_sums(rows)
        assert all(re.fullmatch(r"/Data/Transaction/[0-9]+/[A-Za-z]+(/.*)?", pointer) for pointer in read.unreadable)


def test_every_field_of_a_transaction_is_read() -> None:
    read = one()

    assert transactions(body(FULL)).unreadable == ()
    assert read.happened_at == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert read.booked_at == datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
    assert read.value_at == datetime(2026, 11, 21, tzinfo=UTC)
    assert (read.money, read.is_credit) == (Money(Decimal("-12.50"), "AED"), False)
    assert (read.status, read.kind, read.sub_kind) == ("Booked", "POS", "Purchase")
    assert (read.information, read.reference, read.statement_reference) == ("DATE PALM 4711", "REF1", "S1")
    assert (read.flags, read.payment_mode, read.purpose_code) == (("Cashback", "SomethingNew"), "Online", "FAM")
    assert read.merchant
    assert (read.merchant.name, read.merchant.merchant_id) == ("Date Palm Grocers", "10000000")
    assert read.merchant.category_code == "5411"
    assert read.card
    assert (read.card.scheme, read.card.kind) == ("VISA", "Chip")
    assert (read.card.identification, read.card.name) == ("************0103", "MITS HADDAD")
    assert read.bill
    assert (read.bill.biller_id, read.bill.number, read.bill.kind) == ("12", "B1", "Post-Paid")
    assert read.bank_code
    assert (read.bank_code.domain, read.bank_code.sub_family) == ("PMNT", "Point of sale")
    assert (read.bank_code.proprietary, read.bank_code.issuer) == ("0815", "Bank")


def test_charge_exchange_and_running_balance_are_read_to_the_last_digit() -> None:
    read = one()

    assert read.charge
    assert (read.charge.money, read.charge.included) == (Money(Decimal("1.00"), "AED"), True)
    assert read.charge.vat == Money(Decimal("0.05"), "AED")
    assert read.exchange
    assert (read.exchange.source, read.exchange.target, read.exchange.unit) == ("AED", "USD", "USD")
    assert read.exchange.rate == Decimal("3.6725")
    assert read.exchange.instructed == Money(Decimal("3.40"), "USD")
    assert read.exchange.quoted_at == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert read.running_balance
    assert (read.running_balance.money, read.running_balance.kind) == (Money(Decimal("-80.00"), "AED"), "InterimBooked")


def test_of_a_debit_the_other_side_is_the_creditor_and_of_a_credit_the_debtor() -> None:
    paid, got = one().counterparty, one(CreditDebitIndicator="Credit").counterparty

    assert paid
    assert got
    assert (paid.name, paid.accounts[0].scheme, paid.accounts[0].identification) == ("Grocers Ltd", "IBAN", "AE07")
    assert paid.agent
    assert paid.agent.name == "Sample Bank"
    assert (got.name, [each.identification for each in got.accounts]) == ("Mits Haddad", ["AE08"])


def test_without_a_direction_nobody_is_called_the_other_side() -> None:
    read = one(CreditDebitIndicator="Maybe")

    assert (read.counterparty, read.is_credit, read.money) == (None, None, None)


def test_another_side_without_a_number_still_has_its_name() -> None:
    read = one(CreditorAccount=[{"Name": "Grocers Ltd"}, {"Identification": "77"}], CreditorAgent=...)

    assert read.counterparty
    assert read.counterparty.name == "Grocers Ltd"
    assert [(each.scheme, each.identification) for each in read.counterparty.accounts] == [("", "77")]


@pytest.mark.parametrize("spoilt", [..., None, 12.5, "12.50", {"Amount": 12.5, "Currency": "AED"}, amount("-1"), []])
def test_a_transaction_without_a_readable_amount_stays_without_one(spoilt: Any) -> None:
    row = {k: v for k, v in (FULL | {"Amount": spoilt}).items() if v is not ...}
    read = transactions(body(row))

    assert [(each.transaction_id, each.money, each.counted) for each in read.items] == [("T1", None, None)]
    assert [pointer for pointer in read.unreadable if pointer.startswith("/Data/Transaction/0/Amount")]


def test_a_json_number_is_never_money() -> None:
    text = json.dumps(body(FULL)).replace('"12.50"', "12.50").replace('"80.00"', "80.00").replace('"1.00"', "1.00")
    (read,) = transactions(parse(text.encode())).items

    assert (read.money, read.running_balance) == (None, None)
    assert read.charge
    assert read.charge.money is None


@pytest.mark.parametrize("rate", ["3.6725", True, float("inf"), 1e-40, 10**40, None, [3.6]])
def test_a_rate_that_is_no_number_is_no_rate(rate: Any) -> None:
    read = one(CurrencyExchange=FULL["CurrencyExchange"] | {"ExchangeRate": rate})

    assert read.exchange
    assert read.exchange.rate is None


def test_a_transaction_without_an_id_stays_and_one_that_says_nothing_does_not() -> None:
    nameless = {"Amount": amount("5"), "CreditDebitIndicator": "Credit", "Status": "Booked"}
    read = transactions(body(nameless, nameless, {}, {"GeoLocation": {"Latitude": "1"}}, "text", None))

    assert [each.money for each in read.items] == [Money(Decimal(5), "AED")] * 2
    assert {"/Data/Transaction/2/Amount", "/Data/Transaction/2/TransactionId", "/Data/Transaction/4"} <= set(
        read.unreadable
    )


def test_an_id_that_comes_twice_is_kept_once_and_a_different_twin_is_told_of() -> None:
    same = transactions(body(FULL, FULL))
    other = transactions(body(FULL, FULL | {"Amount": amount("99.00")}))

    assert (len(same.items), same.unreadable) == (1, ())
    assert [each.money for each in other.items] == [Money(Decimal("-12.50"), "AED")]
    assert other.unreadable == ("/Data/Transaction/1/TransactionId",)


def test_where_it_happened_is_not_kept() -> None:
    assert "25.2048" in repr(FULL)
    assert "25.2048" not in repr(one())
    assert "55.2708" not in repr(one())


@pytest.mark.parametrize("member", ["Amount", "CreditDebitIndicator"])
def test_a_member_that_comes_twice_is_no_amount(member: str) -> None:
    text = json.dumps(body(FULL))[:-1]
    doubled = text.replace('"LocalTimeZone"', f'"{member}": {json.dumps(FULL[member])}, "LocalTimeZone"') + "}"
    (read,) = transactions(parse(doubled.encode())).items

    assert (read.transaction_id, read.money) == ("T1", None)


@pytest.mark.parametrize("answer", [None, [], {}, {"Data": []}, {"Data": {"Transaction": {}}}])
def test_a_body_without_a_list_of_transactions_is_no_answer(answer: Any) -> None:
    with pytest.raises(MalformedResponse):
        transactions(answer)


def test_an_account_without_transactions_has_none() -> None:
    assert transactions(body()).items == transactions({"Data": {}}).items == ()


@given(mixtures(FULL))
@settings(deadline=None, max_examples=60)
def test_any_mixture_of_bad_values_is_read_without_an_error(rows: list[dict[str, Any]]) -> None:
    read = transactions(body(*rows))

    assert len(read.items) <= len(rows)
    assert sums(read.items) == plain_sums([row for row, kept in zip(rows, _first_of(rows), strict=True) if kept])
    assert not any("script" in pointer or "700" in pointer for pointer in read.unreadable)


def _first_of(rows: list[dict[str, Any]]) -> list[bool]:
    """Tell which rows are the first under their id; one without an id is always one of its own."""
    ids = [row.get("TransactionId") for row in rows]
    return [not (isinstance(each, str) and each.strip(" \u200b")) or each not in ids[:n] for n, each in enumerate(ids)]


DIGITS: st.SearchStrategy[Any] = st.one_of(
    st.decimals(0, 9_999_999, places=2).map(lambda value: f"{value:.2f}"),
    st.sampled_from(["5", "0", "0.00001", "9999999999999.99999", "1e5", "-5.00", "", "NaN", 12.5, 7, None, []]),
)


@given(
    st.lists(
        st.tuples(
            DIGITS,
            st.sampled_from(["AED", "AED", "USD", "aed", None, 7]),
            st.sampled_from(["Credit", "Debit", "credit", None]),
            st.sampled_from(["Booked", "Booked", "Pending", "Rejected", None]),
        ),
        max_size=8,
    )
)
@settings(deadline=None, max_examples=60)
def test_sums_are_those_of_an_independent_reading(made: list[Any]) -> None:
    rows = [
        {
            "TransactionId": str(place),
            "Amount": {"Amount": digits, "Currency": currency},
            "CreditDebitIndicator": indicator,
            "Status": status,
        }
        for place, (digits, currency, indicator, status) in enumerate(made)
    ]
    read = transactions(parse(json.dumps(body(*rows)).encode()))

    assert [each.transaction_id for each in read.items] == [row["TransactionId"] for row in rows]
    assert sums(read.items) == plain_sums(rows)
