"""The two people of the Model Bank and their accounts, as pure data.

User names, ids, schemes, identifications, account types and identifier names are those that the
published Model Bank has; ``100004000000000000000002`` is the example account of the hackathon's guide,
field for field. Nicknames, sub-types and amounts are ours. The "IBAN" values have 14 digits, as
published: they are no real IBANs. Nobody in here exists.

Amounts are ``Decimal`` in major units of the account's currency and never negative: ``owed`` says
that the money is owed to the bank.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

SERVICER = {"SchemeName": "Other", "Identification": "10000109010101"}
SubType = Literal["CurrentAccount", "Savings", "CreditCard", "PrepaidCard"]


@dataclass(frozen=True)
class Account:
    """One account. ``available``, ``booked`` and ``closed`` (yesterday's end) are amounts without a sign.

    ``overdraft`` is part of ``available``; ``limit`` is a card's whole credit line, the owed amount not
    yet taken off. ``opened`` and ``status_updated`` are date-times with an offset, or empty.
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
    available: Decimal
    booked: Decimal
    closed: Decimal
    currency: str = "AED"
    status: str = "Active"
    status_updated: str = "2024-01-15T08:00:00+00:00"
    description: str = ""
    opened: str = ""
    owed: bool = False
    overdraft: Decimal | None = None
    limit: Decimal | None = None


@dataclass(frozen=True)
class Person:
    """A person who can log in. ``subject`` is their opaque name towards clients."""

    username: str
    password: str
    subject: str
    accounts: tuple[Account, ...]


def _id(number: int) -> str:
    return f"1000040000000000000000{number:02}"


MITS = (
    Account(
        account_id=_id(2),
        scheme="AccountNumber",
        identification="10000109010102",
        name="Luigi International",
        account_type="Corporate",
        sub_type="Savings",
        nickname="1000040000000000Jack",
        holder="Account001Jack",
        holder_short="000001Jack",
        status="Inactive",
        status_updated="2017-04-05T10:43:07+00:00",
        available=Decimal("26310.00"),
        booked=Decimal("26310.00"),
        closed=Decimal("26310.00"),
    ),
    Account(
        account_id=_id(3),
        scheme="AccountNumber",
        identification="10000109010103",
        name="Mario International",
        account_type="Retail",
        sub_type="CurrentAccount",
        nickname="Household account",
        holder="Mits Haddad",
        holder_short="Mits",
        description="Everyday current account",
        opened="2019-03-11T00:00:00+04:00",
        available=Decimal("9184.75"),
        booked=Decimal("9412.25"),
        closed=Decimal("9870.00"),
    ),
    Account(
        account_id=_id(5),
        scheme="IBAN",
        identification="10000109010105",
        name="Spectrum",
        account_type="Retail",
        sub_type="Savings",
        nickname="School fees",
        holder="Mits Haddad",
        holder_short="Mits",
        description="Goal savings account",
        opened="2022-08-28T00:00:00+04:00",
        available=Decimal("31500.00"),
        booked=Decimal("31500.00"),
        closed=Decimal("30000.00"),
    ),
)

RORA = (
    Account(
        account_id=_id(1),
        scheme="IBAN",
        identification="10000109010101",
        name="Mario Current",
        account_type="Retail",
        sub_type="CurrentAccount",
        nickname="Salary account",
        holder="Rora Nasser",
        holder_short="Rora",
        description="Salary current account",
        opened="2018-09-02T00:00:00+04:00",
        available=Decimal("48215.60"),
        booked=Decimal("48702.35"),
        closed=Decimal("48951.10"),
    ),
    Account(
        account_id=_id(4),
        scheme="AccountNumber",
        identification="10000109010104",
        name="Luigi PrePaid Card",
        account_type="Corporate",
        sub_type="PrepaidCard",
        nickname="Team prepaid card",
        holder="Rora Trading",
        holder_short="Rora Trading",
        description="Business prepaid card",
        opened="2023-02-14T00:00:00+04:00",
        available=Decimal("820.00"),
        booked=Decimal("820.00"),
        closed=Decimal("895.50"),
    ),
    Account(
        account_id=_id(6),
        scheme="AccountNumber",
        identification="10000109010106",
        name="Peach Charge Card",
        account_type="Corporate",
        sub_type="CreditCard",
        nickname="Company charge card",
        holder="Rora Trading",
        holder_short="Rora Trading",
        description="Corporate charge card",
        opened="2021-05-30T00:00:00+04:00",
        available=Decimal("3812.45"),
        booked=Decimal("3812.45"),
        closed=Decimal("3540.20"),
        owed=True,
        limit=Decimal("20000.00"),
    ),
    Account(
        account_id=_id(7),
        scheme="IBAN",
        identification="10000109010107",
        name="Bowser Other",
        account_type="Retail",
        sub_type="CurrentAccount",
        nickname="Dollar account",
        holder="Rora Nasser",
        holder_short="Rora",
        description="Foreign currency current account",
        opened="2020-01-19T00:00:00+04:00",
        available=Decimal("12400.00"),
        booked=Decimal("12400.00"),
        closed=Decimal("12400.00"),
        currency="USD",
    ),
    Account(
        account_id=_id(8),
        scheme="IBAN",
        identification="10000109010108",
        name="Toadstool Current",
        account_type="Corporate",
        sub_type="CurrentAccount",
        nickname="Business current",
        holder="Rora Trading",
        holder_short="Rora Trading",
        description="Business current account",
        opened="2020-11-08T00:00:00+04:00",
        available=Decimal("6340.15"),
        booked=Decimal("1340.15"),
        closed=Decimal("2115.65"),
        overdraft=Decimal("5000.00"),
    ),
    Account(
        account_id=_id(9),
        scheme="AccountNumber",
        identification="10000109010109",
        name="Yoshi Savings",
        account_type="Retail",
        sub_type="Savings",
        nickname="Rainy day",
        holder="Rora Nasser",
        holder_short="Rora",
        description="Instant access savings",
        opened="2018-09-02T00:00:00+04:00",
        available=Decimal("152000.00"),
        booked=Decimal("152000.00"),
        closed=Decimal("150000.00"),
    ),
    Account(
        account_id=_id(10),
        scheme="IBAN",
        identification="10000109010110",
        name="Koopa Credit Card",
        account_type="Corporate",
        sub_type="CreditCard",
        nickname="Business credit card",
        holder="Rora Trading",
        holder_short="Rora Trading",
        description="Business cashback credit card",
        opened="2022-06-21T00:00:00+04:00",
        available=Decimal("1250.00"),
        booked=Decimal("1250.00"),
        closed=Decimal("1180.00"),
        owed=True,
        limit=Decimal("15000.00"),
    ),
    Account(
        account_id=_id(11),
        scheme="IBAN",
        identification="10000109010111",
        name="Daisy PrePaid Card",
        account_type="Retail",
        sub_type="PrepaidCard",
        nickname="Travel prepaid card",
        holder="Rora Nasser",
        holder_short="Rora",
        description="Multi-currency travel card",
        opened="2024-10-06T00:00:00+04:00",
        available=Decimal("1940.500"),
        booked=Decimal("1940.500"),
        closed=Decimal("1940.500"),
        currency="BHD",
    ),
)

PEOPLE = (
    Person("mits", "mits", "8f0a7c1e-52f3-4d0e-9a36-0c5f4f0b6d11", MITS),
    Person("rora", "rora", "c3d1b9f4-7e28-4b5a-8f61-5a2e90d7c422", RORA),
)
BY_SUBJECT = {person.subject: person for person in PEOPLE}
SHAREABLE = frozenset({"Active", "Inactive", "Dormant"})


def eligible(subject: str, asked: dict[str, list[str]]) -> list[Account]:
    """Return the open accounts of a person that fit the consent's ``AccountType`` and ``AccountSubType``.

    A filter that is absent or empty lets every account through.
    """
    types, sub_types = asked.get("AccountType"), asked.get("AccountSubType")
    return [
        account
        for account in BY_SUBJECT[subject].accounts
        if account.status in SHAREABLE
        and (not types or account.account_type in types)
        and (not sub_types or account.sub_type in sub_types)
    ]


def account_of(subject: str, account_id: str) -> Account | None:
    """Return the person's account of that id, if it is theirs."""
    return next((a for a in BY_SUBJECT[subject].accounts if a.account_id == account_id), None)
