"""Payees, product and parties as v2.1 rebuilt them.

A payee tells whether a payment of Open Finance made it (`AddedViaOF`: never, this bank serves none) and has the
new address. A product has no name and no number; its rates of finance need a certification and are left out.

The schema knows a person only with the Emirates ID and the address. So a person's claims are given for
`ReadPartyUserIdentity` alone: for the two lesser permissions, to which the customer agreed on a page that names no
Emirates ID, `VerifiedClaims` is empty. What holds the account of a company is a business, whose name is given with
each of the three. Rates are JSON numbers in percent, as the schema wants; no amount is made from them.
Source: UAE Open Finance Standard v2.1, `AEBeneficiary`, `AEProduct`, `AEPartyIdentityAssurance2`,
`AEPartyIdentityAssurance4`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zlib import crc32

from sandbox.resources.parties import IDENTITY, holders_of, particulars
from sandbox.resources.products import DEPOSIT, FEES, fee_amount

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.people.holders import Account, Party, Person

ADDRESS = {
    "AddressType": "Postal",
    "AddressLine": ["Harbour Road"],
    "TownName": "Dubai",
    "CountrySubDivision": "Dubai",
    "Country": "AE",
}
CHARGED = {
    "CurrentAccount": ("MonthlyFees", "Taken from the account at the end of each month."),
    "CreditCard": ("AnnualFees", "Added to the first bill of each year."),
    "PrepaidCard": ("Other", "Taken once, when the card is issued."),
}
CASHBACK = {
    "Type": "Cashback",
    "Name": "Cashback",
    "FrequencyPaid": "Monthly",
    "RewardBasis": ["A part of what is paid with the card comes back."],
}
VERIFICATION = {"TrustFramework": "FI"}


def beneficiary_in_v21(row: dict[str, Any]) -> dict[str, Any]:
    """Return a payee of v1.2 as v2.1 has it."""
    moved = {"CreditorAgent": row["CreditorAgent"] | {"PostalAddress": ADDRESS}} if "CreditorAgent" in row else {}
    return row | {"AddedViaOF": False} | moved


def products_in_v21(account: Account) -> list[dict[str, Any]]:
    """Return `Product[]`: one product."""
    row: dict[str, Any] = {"IsSalaryTransferRequired": False}
    if account.sub_type in FEES:
        kind, description = CHARGED[account.sub_type]
        charge = {"Type": kind, "Name": FEES[account.sub_type][0], "Description": description}
        row["Charges"] = [charge | {"Charge": [{"Amount": fee_amount(account)}]}]
    if account.sub_type == "Savings":
        detail = {
            "RateCategory": "Applied",
            "AnnualRate": float(Decimal(DEPOSIT["Rate"]) * 100),
            "CalculationMethod": "DailyClosingBalance",
            "CalculationFrequency": "Daily",
            "ApplicationFrequency": "Monthly",
        }
        row["DepositRates"] = {"RateType": "VariableProfit", "RateDetails": [detail]}
    if account.limit is not None or account.overdraft is not None:
        row["IsSecured"] = False
    if account.sub_type == "CreditCard":
        row["RewardsBenefits"] = [CASHBACK]
    return [row]


def party_in_v21(person: Person, permissions: Collection[str]) -> dict[str, Any]:
    """Return the one `Party` of `/parties`: the person."""
    return _person(person.parties[0], permissions)


def parties_in_v21(person: Person, account: Account, permissions: Collection[str]) -> list[dict[str, Any]]:
    """Return `Party[]` of an account: its people, or the one business."""
    if account.account_type != "Retail":
        return [_business(account)]
    return [_person(party, permissions) | role for party, role in holders_of(person, account)]


def _person(party: Party, permissions: Collection[str]) -> dict[str, Any]:
    known = [{"Verification": VERIFICATION, "Claims": _claims(party)}] if IDENTITY in permissions else []
    return {
        "PartyId": party.party_id,
        "PartyNumber": party.number,
        "PartyCategory": "Retail",
        "VerifiedClaims": known,
    }


def _claims(party: Party) -> dict[str, Any]:
    address = {
        "AddressType": "Residential",
        "AddressLine": [party.street],
        "TownName": party.city,
        "CountrySubDivision": party.city.replace(" ", ""),
        "Country": "AE",
    }
    return {"IdentityType": "Person"} | particulars(party) | {"ResidentialAddress": address}


def _business(account: Account) -> dict[str, Any]:
    claims = {"IdentityType": "Business", "BusinessName": account.holder}
    return {
        "PartyId": f"b-{crc32(account.holder.encode())}",
        "PartyType": "Sole",
        "PartyCategory": account.account_type,
        "AccountRole": "Principal",
        "VerifiedClaims": [{"Verification": VERIFICATION, "Claims": claims}],
    }
