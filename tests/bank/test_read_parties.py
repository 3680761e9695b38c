"""Reading parties in both versions: names are there to be shown, and what is sensitive is in no printed object."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.ground.versions import V12, V21, VERSIONS
from tests.bank import sent
from tests.bank.hostile import mixtures
from tpp.bank.read_parties import parties, parties_v21, user, user_v21
from tpp.errors import MalformedResponse
from tpp.model.banking.beneficiary import Address
from tpp.model.banking.party import Claims, Party

OF_ACCOUNT: dict[str, Any] = {V12: parties, V21: parties_v21}
OF_USER: dict[str, Any] = {V12: user, V21: user_v21}
PERSON: dict[str, Any] = {
    "FullName": "Layla Saif Haddad",
    "GivenName": "Layla",
    "MiddleName": "Saif",
    "Surname": "Haddad",
    "Nickname": "ليلى",
    "Salutation": "Dr",
    "DateOfBirth": "1986-02-17",
    "Nationality": "AE",
    "EmiratesId": "784-0000-1002000-2",
    "EmiratesIdExpiryDate": "2028-02-16",
    "MobileNumber": "+971 00 000 1002",
    "Email": "layla@example.com",
    "MaritalStatus": "Married",
    "Language": "ar",
    "Profession": "Engineer",
    "EmployerName": "Northern Dunes",
    "EmploymentSinceDate": "2018-04-01",
    "SourceOfIncome": "Wages",
    "Salary": 17500.25,
    "SalaryTransfer": True,
    "PowerofAttorney": False,
    "UpdatedAt": "10:00:00Z",
}
HOME = {
    "Formatted": "Villa 12\nCoral Street\nDubai",
    "StreetAddress": "Coral Street 12",
    "Locality": "Dubai",
    "Region": "DXB",
    "PostalCode": {"PostalCode": "12345"},
    "Country": {"CountryCode": "AE"},
}
HOME_V21 = {"AddressType": "Residential", "AddressLine": ["Villa 12"], "TownName": "Dubai", "Country": "AE"}
BUSINESS = {
    "IdentityType": "Business",
    "BusinessName": "Rora Trading",
    "TradeLicenceNumber": "TL-1",
    "TaxIdentificationNumber": "100200",
    "DateOfIncorporation": "2014-01-01",
    "CountryOfIncorporation": "AE",
    "CorporateAddress": HOME_V21,
    "CorporateContactEmail": "office@example.com",
    "CorporateContactPhoneNumber": "+971 00 000 2000",
    "Industry": "Trade",
    "CompanyWebsite": "https://rora.example",
}


def party(claims: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Write one party."""
    verified = {"Verification": {"TrustFramework": "Undefined", "Evidence": [{"Type": "idcard"}]}, "Claims": claims}
    base = {"PartyId": "p-1", "PartyNumber": "7001", "PartyType": "Joint", "AccountRole": "Principal"}
    return base | {"VerifiedClaims": [verified]} | more


FULL = {V12: party(PERSON | {"ResidentialAddress": HOME})}
FULL[V21] = party(PERSON | BUSINESS | {"ResidentialAddress": HOME_V21}, PartyCategory="Retail")


def body(*rows: Any) -> dict[str, Any]:
    """Wrap the parties of an account as the API does."""
    return {"Data": {"AccountId": "a", "Party": list(rows)}, "Links": {"Self": "x"}, "Meta": {"TotalPages": 1}}


def claims_of(row: dict[str, Any], version: Any = V12) -> Claims:
    """Read the only claims of a party."""
    (read,) = OF_ACCOUNT[version](body(row)).items
    (claims,) = read.claims
    assert isinstance(claims, Claims)
    return claims


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", sent.SOUND)
def test_all_that_the_bank_sends_of_a_persons_parties_is_read(name: str, version: Any) -> None:
    for rows, answer in sent.sent(name, "Party", version):
        read = OF_ACCOUNT[version](answer)

        assert read.unreadable == ()
        assert [each.party_id for each in read.items] == [row["PartyId"] for row in rows]
        assert all(each.name and each.role and each.kind for each in read.items)
    row, answer = sent.user(name, version)
    read = OF_USER[version](answer)
    assert (read.unreadable, len(read.items)) == ((), 1)
    assert read.items[0].name == row["VerifiedClaims"][0]["Claims"]["FullName"]


@pytest.mark.parametrize("version", VERSIONS)
def test_hostile_parties_are_read_without_an_error(version: Any) -> None:
    for rows, answer in sent.sent("nasty", "Party", version):
        assert len(OF_ACCOUNT[version](answer).items) <= len(rows)
    assert len(OF_USER[version](sent.user("nasty", version)[1]).items) == 1


def test_every_field_of_a_person_is_read() -> None:
    (read,) = parties(body(FULL[V12])).items
    claims = claims_of(FULL[V12])

    assert parties(body(FULL[V12])).unreadable == ()
    assert (read.party_id, read.number, read.kind, read.role) == ("p-1", "7001", "Joint", "Principal")
    assert (read.name, claims.framework, claims.salutation) == ("Layla Saif Haddad", "Undefined", "Dr")
    personal = claims.personal
    assert personal
    assert (personal.born, personal.emirates_id_expires) == (date(1986, 2, 17), date(2028, 2, 16))
    assert (personal.emirates_id, personal.nationality) == ("784-0000-1002000-2", "AE")
    assert (personal.mobile, personal.email) == ("+971 00 000 1002", "layla@example.com")
    assert (personal.marital_status, personal.language) == ("Married", "ar")
    assert (personal.profession, personal.employer, personal.employed_since) == (
        *("Engineer", "Northern Dunes", date(2018, 4, 1)),
    )
    assert (personal.source_of_income, personal.salary) == ("Wages", Decimal("17500.25"))
    assert (personal.has_salary_transfer, personal.has_power_of_attorney) == (True, False)
    assert personal.home == Address(("Villa 12", "Coral Street", "Dubai"), "AE")


def test_an_address_that_is_not_formatted_is_put_together() -> None:
    home = {name: value for name, value in HOME.items() if name != "Formatted"}
    claims = claims_of(party({"ResidentialAddress": home}))

    assert claims.personal
    assert claims.personal.home == Address(("Coral Street 12", "Dubai", "DXB", "12345"), "AE")


def test_the_newer_version_knows_companies_and_its_own_address() -> None:
    (read,) = parties_v21(body(FULL[V21])).items
    claims = claims_of(FULL[V21], V21)

    assert parties_v21(body(FULL[V21])).unreadable == ()
    assert (read.category, read.name) == ("Retail", "Rora Trading")
    assert claims.personal
    assert claims.personal.home == Address(("Villa 12", "Dubai"), "AE", "Residential")
    business = claims.business
    assert business
    assert (business.trade_licence, business.tax_number, business.incorporated) == ("TL-1", "100200", date(2014, 1, 1))
    assert (business.country, business.industry, business.website) == ("AE", "Trade", "https://rora.example")
    assert (business.email, business.phone) == ("office@example.com", "+971 00 000 2000")
    assert business.address == claims.personal.home


def test_neither_version_is_read_by_the_others_rules() -> None:
    older, newer = claims_of(party(PERSON | BUSINESS)), claims_of(FULL[V12], V21)

    assert (older.business_name, older.business) == (None, None)
    assert newer.personal
    assert newer.personal.home is None


def test_nothing_sensitive_is_in_a_printed_party() -> None:
    for version in VERSIONS:
        (read,) = OF_ACCOUNT[version](body(FULL[version])).items
        printed = repr(read) + repr([(each.personal, each.business) for each in read.claims])

        assert "Layla" in printed
        for secret in ("784-", "17500", "1986", "Coral", "Villa", "example.com", "+971", "Northern", "TL-1", "100200"):
            assert secret not in printed


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"FullName": "Layla S"}, "Layla S"),
        ({"GivenName": "Layla", "MiddleName": "Saif", "Surname": "Haddad"}, "Layla Saif Haddad"),
        ({"Surname": "Haddad", "Nickname": "ليلى"}, "Haddad"),
        ({"Nickname": "ليلى"}, "ليلى"),
        ({"Email": "layla@example.com"}, None),
        ({}, None),
    ],
)
def test_a_name_is_the_full_one_or_made_of_its_parts(claims: dict[str, str], name: str | None) -> None:
    (read,) = parties(body(party(claims))).items

    assert read.name == name


def test_a_name_is_looked_for_in_all_claims() -> None:
    row = party({}, VerifiedClaims=[{}, {"Claims": {"Email": "a@b"}}, {"Claims": {"FullName": "Layla"}}])
    (read,) = parties(body(row)).items

    assert (read.name, len(read.claims)) == ("Layla", 2)


@pytest.mark.parametrize("day", ["1986-2-17", "19860217", "1986-W07-1", "1986-02-30", "17.02.1986", "١٩٨٦-٠٢-١٧", 1986])
def test_a_day_of_another_form_is_not_guessed_at(day: Any) -> None:
    row = party({"DateOfBirth": day, "Email": "a@b"})

    assert parties(body(row)).unreadable == ("/Data/Party/0/VerifiedClaims/0/Claims/DateOfBirth",)
    claims = claims_of(row)
    assert claims.personal
    assert claims.personal.born is None


@pytest.mark.parametrize("read", OF_USER.values())
def test_the_users_own_party_is_one_object(read: Any) -> None:
    assert read({"Data": {}}).items == ()
    assert read({"Data": {"Party": {}}}).items == ()
    assert isinstance(read({"Data": {"Party": {"PartyId": "p"}}}).items[0], Party)
    wrong: list[Any] = [None, [], {"Data": []}, {"Data": {"Party": []}}, {"Data": {"Party": "x"}}]
    for answer in wrong:
        with pytest.raises(MalformedResponse):
            read(answer)


@pytest.mark.parametrize("read", OF_ACCOUNT.values())
@pytest.mark.parametrize("answer", [None, {}, {"Data": {"Party": {"PartyId": "p"}}}])
def test_the_parties_of_an_account_are_a_list(read: Any, answer: Any) -> None:
    with pytest.raises(MalformedResponse):
        read(answer)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_any_mixture_of_bad_values_is_read_without_an_error(data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(VERSIONS))
    rows = data.draw(mixtures(FULL[version]))
    read = OF_ACCOUNT[version](body(*rows))

    assert len(read.items) <= len(rows)
    assert all(each.name is None or each.name.strip() for each in read.items)
    for row in rows:
        OF_USER[version]({"Data": {"Party": row}})
