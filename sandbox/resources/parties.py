"""Who holds an account, and who the person is.

The widest party permission decides the claims, after the consent texts: `ReadParty` gives the name,
`ReadPartyUser` adds birth date, contact and address, `ReadPartyUserIdentity` adds Emirates ID,
nationality, work and income. Source: UAE Open Finance Standard v1.2, `AEReadParty2`, `AEReadParty4`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.people.holders import Account, Party, Person

IDENTITY, USER = "ReadPartyUserIdentity", "ReadPartyUser"


def party_of(person: Person, permissions: Collection[str]) -> dict[str, Any]:
    """Return the one `Party` of `/parties`."""
    return _party(person.parties[0], permissions)


def parties_of(person: Person, account: Account, permissions: Collection[str]) -> list[dict[str, Any]]:
    """Return `Party[]` of an account: a joint account has two, the second as `SecondaryOwner`."""
    return [_party(party, permissions) | role for party, role in holders_of(person, account)]


def holders_of(person: Person, account: Account) -> list[tuple[Party, dict[str, str]]]:
    """Return who holds an account, each with `PartyType` and `AccountRole`."""
    holders = person.parties if account.joint else person.parties[:1]
    kind = "Joint" if account.joint else "Sole"
    roles = ["Principal", *["SecondaryOwner"] * (len(holders) - 1)]
    return [(party, {"PartyType": kind, "AccountRole": role}) for party, role in zip(holders, roles, strict=True)]


def particulars(party: Party) -> dict[str, Any]:
    """Return every claim that both versions know, but for the address; empty ones are left out."""
    claims = _name(party) | _contact(party) | _identity(party)
    return {name: value for name, value in claims.items() if value}


def _party(party: Party, permissions: Collection[str]) -> dict[str, Any]:
    claims: dict[str, Any] = _name(party)
    if {IDENTITY, USER} & set(permissions):
        claims |= _contact(party) | {"ResidentialAddress": _address(party)}
    if IDENTITY in permissions:
        claims |= _identity(party)
    shown = {name: value for name, value in claims.items() if value}
    verified = {"Verification": {"TrustFramework": "Undefined"}, "Claims": shown}
    return {"PartyId": party.party_id, "PartyNumber": party.number, "VerifiedClaims": [verified]}


def _name(party: Party) -> dict[str, Any]:
    return {"FullName": party.full_name, "GivenName": party.given, "Surname": party.surname, "Nickname": party.native}


def _contact(party: Party) -> dict[str, Any]:
    return {"DateOfBirth": party.born, "MobileNumber": party.mobile, "Email": party.email}


def _address(party: Party) -> dict[str, Any]:
    return {
        "Formatted": f"{party.street}, {party.city}, United Arab Emirates",
        "StreetAddress": party.street,
        "Locality": party.city,
        "Country": {"CountryCode": "AE"},
    }


def _identity(party: Party) -> dict[str, Any]:
    """Return the particulars of identity and work; empty ones are left out by the caller."""
    return {
        "Nationality": party.nationality,
        "EmiratesId": party.emirates_id,
        "EmiratesIdExpiryDate": party.id_expires,
        "Profession": party.profession,
        "EmployerName": party.employer,
        "EmploymentSinceDate": party.since,
        "SourceOfIncome": party.income,
        "Salary": party.salary,
    }
