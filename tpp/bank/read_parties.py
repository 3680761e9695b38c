"""Parties out of their JSON bodies; one reader a resource and version.

Shapes: `{"Data": {"AccountId", "Party": [...]}}` of an account, `{"Data": {"Party": {...}}}` of the user. Of what was
verified only the claims are read: evidence and how it was checked are nobody's business here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tpp.bank.read import Fields, details
from tpp.bank.read_parts import address_v21, identity, listed, told, unless_blank
from tpp.errors import MalformedResponse
from tpp.model.banking.beneficiary import Address
from tpp.model.banking.party import Business, Claims, Party, Personal
from tpp.model.resource import Parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def parties(body: object) -> Parsed[Party]:
    """Read `GET /accounts/{AccountId}/parties` of v1.2."""
    return listed(body, "Party", "PartyId", _party, Party())


def parties_v21(body: object) -> Parsed[Party]:
    """Read `GET /accounts/{AccountId}/parties` of v2.1."""
    return listed(body, "Party", "PartyId", _party_v21, Party())


def user(body: object) -> Parsed[Party]:
    """Read `GET /parties` of v1.2: one party, or none where the bank has none."""
    return _only(body, _party)


def user_v21(body: object) -> Parsed[Party]:
    """Read `GET /parties` of v2.1."""
    return _only(body, _party_v21)


def _only(body: object, read: Callable[[Fields], tuple[str | None, Party]]) -> Parsed[Party]:
    """Read the one object that `/parties` has. Raises MalformedResponse where something else stands there."""
    unreadable: list[str] = []
    top = Fields(body, "", unreadable)
    data = top.inside("Data") if top.has("Data", dict) else None
    if data is None or not (data.has("Party", dict) or data.lacks("Party")):
        raise MalformedResponse("/Data/Party")
    fields = data.part("Party")
    party = read(fields)[1] if fields else Party()
    return Parsed((party,) if party != Party() else (), details(unreadable))


def _party(fields: Fields) -> tuple[str | None, Party]:
    return _with(fields, None, tuple(_claims(each) for each in fields.each("VerifiedClaims")))


def _party_v21(fields: Fields) -> tuple[str | None, Party]:
    claims = tuple(_claims_v21(each) for each in fields.each("VerifiedClaims"))
    return _with(fields, fields.text("PartyCategory"), claims)


def _with(fields: Fields, category: str | None, claims: tuple[Claims, ...]) -> tuple[str | None, Party]:
    party_id = identity(fields, "PartyId")
    return party_id, Party(
        party_id=party_id,
        number=fields.code("PartyNumber"),
        kind=fields.text("PartyType"),
        role=fields.text("AccountRole"),
        category=category,
        claims=told(claims, Claims()),
    )


def _claims(fields: Fields) -> Claims:
    inner = fields.part("Claims")
    return _person(fields, inner, _home(inner)) if inner else Claims()


def _claims_v21(fields: Fields) -> Claims:
    """Read the claims about a person or a company: which one it is, its members tell."""
    inner = fields.part("Claims")
    if inner is None:
        return Claims()
    person = _person(fields, inner, address_v21(inner, "ResidentialAddress"))
    return replace(person, business_name=inner.text("BusinessName"), business=_business(inner))


def _person(fields: Fields, inner: Fields, home: Address | None) -> Claims:
    """Read what both versions say of a person in the same words."""
    verification = fields.part("Verification")
    return Claims(
        framework=verification.text("TrustFramework") if verification else None,
        full_name=inner.text("FullName"),
        given_name=inner.text("GivenName"),
        middle_name=inner.text("MiddleName"),
        surname=inner.text("Surname"),
        nickname=inner.text("Nickname"),
        salutation=inner.text("Salutation"),
        personal=unless_blank(_personal(inner, home), Personal()),
    )


def _personal(inner: Fields, home: Address | None) -> Personal:
    return Personal(
        born=inner.day("DateOfBirth"),
        nationality=inner.text("Nationality"),
        emirates_id=inner.text("EmiratesId"),
        emirates_id_expires=inner.day("EmiratesIdExpiryDate"),
        home=home,
        mobile=inner.text("MobileNumber"),
        email=inner.text("Email"),
        marital_status=inner.text("MaritalStatus"),
        language=inner.text("Language"),
        profession=inner.text("Profession"),
        employer=inner.text("EmployerName"),
        employed_since=inner.day("EmploymentSinceDate"),
        source_of_income=inner.text("SourceOfIncome"),
        salary=inner.number("Salary"),
        has_salary_transfer=inner.truth("SalaryTransfer"),
        has_power_of_attorney=inner.truth("PowerofAttorney"),
    )


def _home(inner: Fields) -> Address | None:
    """Read the address of v1.2 (OpenID Connect Core 1.0, 5.1.1): as the bank has formatted it, else in its parts."""
    found = inner.part("ResidentialAddress")
    if found is None:
        return None
    code, country = found.part("PostalCode"), found.part("Country")
    parts: list[str | None] = [found.text("StreetAddress"), found.text("Locality"), found.text("Region")]
    parts.append(code.text("PostalCode") if code else None)
    lines: Iterable[str | None] = (found.text("Formatted") or "").splitlines() or parts
    known = Address(tuple(each for each in lines if each), country.text("CountryCode") if country else None)
    return unless_blank(known, Address())


def _business(inner: Fields) -> Business | None:
    found = Business(
        trade_licence=inner.code("TradeLicenceNumber"),
        tax_number=inner.code("TaxIdentificationNumber"),
        incorporated=inner.day("DateOfIncorporation"),
        country=inner.text("CountryOfIncorporation"),
        address=address_v21(inner, "CorporateAddress"),
        email=inner.text("CorporateContactEmail"),
        phone=inner.text("CorporateContactPhoneNumber"),
        industry=inner.text("Industry"),
        website=inner.text("CompanyWebsite"),
    )
    return unless_blank(found, Business())
