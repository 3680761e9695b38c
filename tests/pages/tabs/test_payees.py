"""The tab of payees: everybody whom the bank sent, with number and bank as far as they are told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bodies import english
from tests.pages.tabs.regular_payments import IBAN, PAYEES, TEXTS, any_found, failed, found
from tpp.bank import read_beneficiaries
from tpp.model.account import AccountIdentifier
from tpp.model.banking.beneficiary import Address, Agent, Beneficiary, Counterparty
from tpp.model.words import Words
from tpp.pages.tabs.payees import Payee, build


def only(beneficiary: Beneficiary) -> Payee:
    """Return the row of one payee."""
    (payee,) = build(found([beneficiary])).payees
    return payee


def test_a_payee_shows_number_and_bank_and_the_rest_opens() -> None:
    bank = Agent("BICFI", "MODLAEAD", "Model Bank", Address(("Harbour Road", "Dubai"), "AE"))
    payee = only(
        Beneficiary("1", "Activated", Counterparty("Maryam", "Mary", (IBAN,), bank), "Rent", added_by_open_finance=True)
    )

    assert (payee.title, payee.chip) == ("Maryam", None)
    assert payee.details == ("AE07 0331 2345 6789 0123 456", "Model Bank")
    assert {english(label): english(value) for label, value in payee.facts} == {
        "Short name": "Mary",
        "IBAN": "AE07 0331 2345 6789 0123 456",
        "Bank": "Model Bank",
        "Code of the bank": "BIC MODLAEAD",
        "Address of the bank": "Harbour Road, Dubai, AE",
        "Your reference": "Rent",
        "Added": "Through Open Finance",
    }


@pytest.mark.parametrize(
    ("kind", "chip"),
    [("Activated", None), ("NotActivated", "Not confirmed at the bank"), ("NewWord", "New Word"), (None, None)],
)
def test_a_payee_that_was_not_confirmed_says_so_and_an_unknown_word_stays(kind: str | None, chip: str | None) -> None:
    payee = only(Beneficiary("1", kind))

    assert english(payee.title) == "Payee without a name"
    assert (english(payee.chip) if payee.chip else None) == chip
    assert payee.facts == ()


@pytest.mark.parametrize(
    ("scheme", "number", "label", "text"),
    [
        ("IBAN", "AE070331234567890123456", "IBAN", "AE07 0331 2345 6789 0123 456"),
        ("AccountNumber", "1234567890", "Account", "1234 5678 90"),
        ("MaskedPAN", "451234XXXXXX7890", "Card", "451234XXXXXX7890"),
        ("MobileNumber", "00971501234567", "Mobile number", "00971501234567"),
        ("UtilityName", "CityWater", "Utility", "CityWater"),
        ("EWallet", "wallet7", "E-wallet", "wallet7"),
        ("NewScheme", "12345", "New Scheme", "1234 5"),
        ("", "12345", "Account", "1234 5"),
    ],
)
def test_a_number_is_named_by_its_scheme_and_grouped_only_where_it_is_an_account_number(
    scheme: str, number: str, label: str, text: str
) -> None:
    payee = only(Beneficiary("1", "Activated", Counterparty("A", accounts=(AccountIdentifier(scheme, number),))))

    assert [(english(name), value) for name, value in payee.facts] == [(label, text)]


def test_every_payee_is_counted_and_further_pages_are_said() -> None:
    view = build(found([Beneficiary(str(each)) for each in range(45)], next=""))

    assert len(view.payees) == 45
    assert english(view.count or "") == "45 payees"
    assert view.more
    assert english(build(found()).count or "") == "0 payees"


def test_payees_that_the_bank_refuses_are_said_to_be_not_shared() -> None:
    view = build(failed("refused"))

    assert english(view.state.failure or "") == "Your bank did not share this"
    assert (view.payees, view.count) == ((), None)


@pytest.mark.parametrize(
    "row",
    [
        {"BeneficiaryType": 7, "AccountHolderName": ["A"]},
        {"CreditorAccount": {"Identification": "1"}, "AccountHolderName": "B"},
        {"CreditorAccount": [None, 5, {"Identification": 5}], "AccountHolderName": "C"},
        {"CreditorAgent": "bank", "Reference": {}, "AccountHolderName": "D"},
    ],
)
def test_bad_values_of_a_payee_are_left_out_and_counted(row: dict[str, Any]) -> None:
    parsed = read_beneficiaries.beneficiaries({"Data": {"Beneficiary": [row, {"BeneficiaryId": "1"}]}})
    view = build(found(parsed.items, unreadable=parsed.unreadable))

    assert all(each.facts == () for each in view.payees)
    assert view.state.unreadable is not None


BENEFICIARIES = st.builds(Beneficiary, TEXTS, TEXTS, PAYEES, TEXTS, st.none() | st.booleans())


@given(any_found(BENEFICIARIES))
def test_no_mixture_of_values_breaks_the_tab(read: Any) -> None:
    if read is None:
        return
    view = build(read)

    assert len(view.payees) == (len(read.parsed.items) if read.parsed else 0)
    assert all(isinstance(each.title, Words) or 0 < len(each.title) <= 80 for each in view.payees)
