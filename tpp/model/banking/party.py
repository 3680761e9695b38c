"""Who holds an account, and who the customer is, as the bank verified it.

What identifies a person, or tells of home, work and income, stands apart in `Personal` and is never part of what is
printed of an object: pages fold it away, and nothing of a party is kept. Every field but the lists is None where the
bank left it out or sent something unreadable. Source: account-information v1.2 and v2.1,
`AEPartyIdentityAssurance2` (of an account) and `AEPartyIdentityAssurance4` (the user).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from tpp.model.banking.beneficiary import Address


@dataclass(frozen=True, slots=True, repr=False)
class Personal:
    """The sensitive claims about a person. `salary`: a bare number, for which the standard names no currency."""

    born: date | None = None
    nationality: str | None = None
    emirates_id: str | None = None
    emirates_id_expires: date | None = None
    home: Address | None = None
    mobile: str | None = None
    email: str | None = None
    marital_status: str | None = None
    language: str | None = None
    profession: str | None = None
    employer: str | None = None
    employed_since: date | None = None
    source_of_income: str | None = None
    salary: Decimal | None = None
    has_salary_transfer: bool | None = None
    has_power_of_attorney: bool | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Business:
    """The claims about a company beside its name (v2.1 only)."""

    trade_licence: str | None = None
    tax_number: str | None = None
    incorporated: date | None = None
    country: str | None = None
    address: Address | None = None
    email: str | None = None
    phone: str | None = None
    industry: str | None = None
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Claims:
    """One set of verified claims; `framework` is the standard's `TrustFramework`. `business_name`: v2.1 only."""

    framework: str | None = None
    full_name: str | None = None
    given_name: str | None = None
    middle_name: str | None = None
    surname: str | None = None
    nickname: str | None = None
    salutation: str | None = None
    business_name: str | None = None
    personal: Personal | None = field(default=None, repr=False)
    business: Business | None = field(default=None, repr=False)

    @property
    def name(self) -> str | None:
        """Return the name in full, as the bank has it, or put together in the order of its parts."""
        parts = " ".join(part for part in (self.given_name, self.middle_name, self.surname) if part)
        return self.business_name or self.full_name or parts or self.nickname


@dataclass(frozen=True, slots=True)
class Party:
    """One entry of `Party[]`, or the user's own, which has neither `kind` nor `role` in v1.2.

    `kind`: the standard's `PartyType`; `role`: its `AccountRole`; `category`: its `PartyCategory` (v2.1); all raw.
    """

    party_id: str | None = None
    number: str | None = None
    kind: str | None = None
    role: str | None = None
    category: str | None = None
    claims: tuple[Claims, ...] = ()

    @property
    def name(self) -> str | None:
        """Return the first name that any of the claims has."""
        return next((each.name for each in self.claims if each.name), None)
