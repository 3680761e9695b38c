"""What the bank keeps of people and accounts: the shapes, and nobody in them.

Amounts are `Decimal` in major units of the account's currency and never negative. `owed` says that the account is
one whose money is owed to the bank.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from sandbox.ground.instants import DUBAI, write_instant
from sandbox.ground.versions import V21

if TYPE_CHECKING:
    from decimal import Decimal

    from sandbox.ground.versions import Version

SERVICER = {"SchemeName": "Other", "Identification": "10000109010101"}
FIRST_KNOWN = "2024-01-15T08:00:00+00:00"
SubType = Literal["CurrentAccount", "Savings", "CreditCard", "PrepaidCard"]


@dataclass(frozen=True)
class Account:
    """One account; its money is in its ledger. `overdraft` and `limit` are amounts without a sign.

    `limit` is a card's whole credit line, the owed amount not yet taken off. `opened` and `status_updated`
    are date-times with an offset, or empty. An account has its status since it was opened, unless it says else.
    """

    account_id: str
    scheme: Literal["IBAN", "AccountNumber"]
    identification: str
    name: str
    account_type: Literal["Retail", "SME", "Corporate"]
    sub_type: SubType
    nickname: str
    holder: str
    holder_short: str
    currency: str = "AED"
    status: str = "Active"
    status_updated: str = ""
    description: str = ""
    opened: str = ""
    owed: bool = False
    overdraft: Decimal | None = None
    limit: Decimal | None = None
    joint: bool = False

    def __post_init__(self) -> None:
        """Fill in since when the account has its status."""
        if not self.status_updated:
            since = write_instant(datetime.fromisoformat(self.opened)) if self.opened else FIRST_KNOWN
            object.__setattr__(self, "status_updated", since)

    @property
    def since(self) -> date:
        """Return the day in Dubai on which the account was opened; where it is not known, the first of all days."""
        return datetime.fromisoformat(self.opened).astimezone(DUBAI).date() if self.opened else date.min

    def sub_type_in(self, version: Version) -> str:
        """Return `AccountSubType`. v2.1 has a closed list without prepaid cards: their money is the holder's own."""
        return "CurrentAccount" if version == V21 and self.sub_type == "PrepaidCard" else self.sub_type


@dataclass(frozen=True)
class Party:
    """Who somebody is. `native` is the name in Arabic, `salary` whole dirhams a month; days are `yyyy-mm-dd`."""

    party_id: str
    number: str
    given: str
    surname: str
    native: str
    born: str
    nationality: str
    emirates_id: str
    id_expires: str
    mobile: str
    email: str
    street: str
    city: str
    profession: str
    employer: str
    since: str
    income: str
    salary: int = 0

    @property
    def full_name(self) -> str:
        """Return the name as on the papers."""
        return f"{self.given} {self.surname}"


@dataclass(frozen=True)
class Person:
    """A person who can log in. `subject` is their opaque name towards clients.

    The first of `parties` is the person; a second one holds the `joint` accounts with them.
    """

    username: str
    password: str
    subject: str
    accounts: tuple[Account, ...]
    parties: tuple[Party, ...]


def made_id(number: int) -> str:
    """Return the account id of a person that only this bank has, shaped as the published ones."""
    return f"1000040000000000000000{number:02}"


def made_number(number: int) -> str:
    """Return an invented IBAN of the invented bank 999. Source: ISO 13616, ISO 7064 mod 97-10."""
    account = f"9990000010000109{number:03}"
    check = 98 - int(f"{account}101400") % 97  # A and E are 10 and 14
    return f"AE{check:02}{account}"
