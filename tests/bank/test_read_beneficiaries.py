"""Reading payees in both versions: name, number, bank and address, as far as the bank tells them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.ground.versions import V12, V21, VERSIONS
from tests.bank import sent
from tests.bank.hostile import mixtures
from tpp.bank.read_beneficiaries import beneficiaries, beneficiaries_v21
from tpp.errors import MalformedResponse
from tpp.model.banking.beneficiary import Address

READERS: dict[str, Any] = {V12: beneficiaries, V21: beneficiaries_v21}
FULL: dict[str, Any] = {
    "BeneficiaryId": "B1",
    "BeneficiaryType": "Activated",
    "AccountHolderName": "Falcon Tower Residences",
    "AccountHolderShortName": "Falcon",
    "Reference": "Flat 801",
    "SupplementaryData": {"Any": "thing"},
    "CreditorAgent": {
        "SchemeName": "BICFI",
        "Identification": "SMPLXX1X",
        "Name": "Sample Bank One",
        "PostalAddress": {
            "AddressType": "Business",
            "ShortAddress": "ABCD1234",
            "BuildingNumber": "0012",
            "UnitNumber": 7,
            "StreetName": "Harbour Road",
            "SecondaryNumber": "0034",
            "District": "Marina",
            "PostalCode": "12345",
            "City": "Dubai",
            "Country": "AE",
        },
    },
    "CreditorAccount": [
        {"SchemeName": "IBAN", "Identification": "AE07"},
        {"SchemeName": "MobileNumber", "Identification": "+971 00"},
    ],
}
ADDRESS_V21 = {
    "AddressType": "Postal",
    "AddressLine": ["Harbour Road", "Gate 3"],
    "BuildingNumber": "12",
    "BuildingName": "Falcon Tower",
    "Floor": "8",
    "StreetName": "Harbour Road",
    "DistrictName": "Marina",
    "PostBox": "801",
    "TownName": "Dubai",
    "CountrySubDivision": "Dubai",
    "Country": "AE",
}
FULL_V21 = FULL | {"AddedViaOF": True, "CreditorAgent": FULL["CreditorAgent"] | {"PostalAddress": ADDRESS_V21}}
MADE = {V12: FULL, V21: FULL_V21}


def body(*rows: Any) -> dict[str, Any]:
    """Wrap payees as the API does."""
    return {"Data": {"AccountId": "a", "Beneficiary": list(rows)}, "Links": {"Self": "x"}, "Meta": {"TotalPages": 1}}


@pytest.mark.parametrize("version", VERSIONS)
def test_all_that_the_bank_sends_of_everybody_is_read(version: Any) -> None:
    counted = 0
    for name in sent.SOUND:
        for rows, answer in sent.sent(name, "Beneficiary", version):
            read = READERS[version](answer)
            counted += len(rows)

            assert read.unreadable == ()
            assert [each.beneficiary_id for each in read.items] == [row["BeneficiaryId"] for row in rows]
            assert all(each.payee.title and each.payee.agent.address.lines for each in read.items)
            assert {each.added_by_open_finance for each in read.items} <= {None if version == V12 else False}
    assert counted


@pytest.mark.parametrize("version", VERSIONS)
def test_hostile_payees_are_read_without_an_error(version: Any) -> None:
    for rows, answer in sent.sent("nasty", "Beneficiary", version):
        assert len(READERS[version](answer).items) <= len(rows)


def test_every_field_of_a_payee_is_read() -> None:
    (read,) = beneficiaries(body(FULL)).items

    assert beneficiaries(body(FULL)).unreadable == ()
    assert (read.beneficiary_id, read.reference, read.is_activated) == ("B1", "Flat 801", True)
    assert read.payee
    assert (read.payee.name, read.payee.short_name) == ("Falcon Tower Residences", "Falcon")
    assert [(each.scheme, each.identification) for each in read.payee.accounts] == [
        *(("IBAN", "AE07"), ("MobileNumber", "+971 00"))
    ]
    assert read.payee.agent
    assert (read.payee.agent.scheme, read.payee.agent.name) == ("BICFI", "Sample Bank One")
    lines = ("7", "0012", "Harbour Road", "0034", "Marina", "ABCD1234", "12345 Dubai")
    assert read.payee.agent.address == Address(lines, "AE", "Business")


def test_the_newer_version_has_its_own_address_and_tells_who_added_a_payee() -> None:
    (read,) = beneficiaries_v21(body(FULL_V21)).items

    assert beneficiaries_v21(body(FULL_V21)).unreadable == ()
    assert read.added_by_open_finance is True
    assert read.payee
    assert read.payee.agent
    lines = ("Harbour Road", "Gate 3", "12", "Falcon Tower", "8", "Harbour Road", "Marina", "801", "Dubai Dubai")
    assert read.payee.agent.address == Address(lines, "AE", "Postal")


def test_neither_version_is_read_by_the_others_rules() -> None:
    (older,) = beneficiaries(body(FULL_V21)).items
    (newer,) = beneficiaries_v21(body(FULL)).items

    assert older.added_by_open_finance is None
    assert newer.added_by_open_finance is None
    assert older.payee
    assert older.payee.agent
    assert older.payee.agent.address == Address(("12", "Harbour Road"), "AE", "Postal")


@pytest.mark.parametrize(("kind", "activated"), [("Activated", True), ("NotActivated", False), ("Other", None)])
def test_only_a_known_word_tells_how_a_payee_was_added(kind: str, activated: bool | None) -> None:
    (read,) = beneficiaries(body(FULL | {"BeneficiaryType": kind})).items

    assert read.is_activated is activated


def test_without_detail_a_payee_is_there_all_the_same() -> None:
    (read,) = beneficiaries(body({"BeneficiaryId": "B1", "BeneficiaryType": "Activated"})).items

    assert (read.beneficiary_id, read.payee, read.reference) == ("B1", None, None)


@pytest.mark.parametrize("read", READERS.values())
@pytest.mark.parametrize("answer", [None, [], {"Data": []}, {"Data": {"Beneficiary": {}}}])
def test_a_body_without_a_list_of_payees_is_no_answer(read: Any, answer: Any) -> None:
    with pytest.raises(MalformedResponse):
        read(answer)


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_any_mixture_of_bad_values_is_read_without_an_error(data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(VERSIONS))
    rows = data.draw(mixtures(MADE[version]))
    read = READERS[version](body(*rows))

    assert len(read.items) <= len(rows)
    assert all(pointer.startswith("/Data/Beneficiary/") for pointer in read.unreadable)
