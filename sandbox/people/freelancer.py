"""Faris: a freelancer. Income in dirhams, dollars and euros that comes late, a rent cheque and collections that
bounce and cost a fee, money sent home every month. Nobody in here exists.
"""

from __future__ import annotations

from sandbox.people.holders import Account, Party
from sandbox.people.holders import made_id as _id
from sandbox.people.holders import made_number as _number
from sandbox.people.story import Habit, Story, every, monthly

FARIS = Party(
    party_id="p-2201",
    number="70002201",
    given="Faris",
    surname="Rahman",
    native="فارس رحمن",
    born="1992-12-11",
    nationality="IN",
    emirates_id="784-0000-2201000-1",
    id_expires="2027-12-10",
    mobile="+971 00 000 2201",
    email="faris.rahman@example.com",
    street="Studio 305, Canal Walk",
    city="Dubai",
    profession="Product designer",
    employer="Self-employed",
    since="2020-03-01",
    income="Freelance work",
)

FARIS_ACCOUNTS = (
    Account(
        account_id=_id(31),
        scheme="IBAN",
        identification=_number(31),
        name="Faris Current",
        account_type="Retail",
        sub_type="CurrentAccount",
        nickname="Everyday",
        holder="Faris Rahman",
        holder_short="Faris",
        description="Current account",
        opened="2020-03-15T00:00:00+04:00",
    ),
    Account(
        account_id=_id(32),
        scheme="IBAN",
        identification=_number(32),
        name="Faris Dollar",
        account_type="Retail",
        sub_type="CurrentAccount",
        nickname="US clients",
        holder="Faris Rahman",
        holder_short="Faris",
        description="Foreign currency current account",
        opened="2021-01-10T00:00:00+04:00",
        currency="USD",
    ),
    Account(
        account_id=_id(33),
        scheme="IBAN",
        identification=_number(33),
        name="Faris Euro",
        account_type="Retail",
        sub_type="CurrentAccount",
        nickname="EU clients",
        holder="Faris Rahman",
        holder_short="Faris",
        description="Foreign currency current account",
        opened="2022-07-01T00:00:00+04:00",
        currency="EUR",
    ),
    Account(
        account_id=_id(34),
        scheme="IBAN",
        identification=_number(34),
        name="Faris Reserve",
        account_type="Retail",
        sub_type="Savings",
        nickname="احتياطي",
        holder="Faris Rahman",
        holder_short="Faris",
        description="Instant access savings",
        opened="2021-02-02T00:00:00+04:00",
    ),
)

RENT = ("Canal Walk Properties", 1300000, 1300000)
FARIS_STORIES = {
    _id(31): Story(
        (
            every("in", "استوديو الخليج", 250000, 1100000, 45, text="Invoice paid"),
            every("in", "Canal Walk Media", 120000, 480000, 40, text="Invoice paid"),
            Habit("cheque", *RENT, (2,), (1, 4, 7, 10), text="Rent cheque studio 305", may_bounce=True),
            Habit(
                "collected",
                "Falcon Telecom",
                32900,
                32900,
                (11,),
                text="Mobile and internet",
                code="4814",
                may_bounce=True,
            ),
            Habit(
                "abroad",
                "Anwar Rahman",
                100000,
                220000,
                (28,),
                step=5000,
                text="To family",
                foreign="INR",
                rate="0.0434",
            ),
            every("card", "Pearl Bay Cafe", 1500, 6500, 340, code="5812"),
            every("card", "سوق الواحة", 2500, 19000, 230, code="5411"),
            every("card", "Metro Falcon Card", 5000, 10000, 70, text="Transport card", code="4111"),
            monthly("standing", "مريم رحمن", 50000, 50000, 6, text="Rent for desk"),
            Habit("planned", *RENT, (2,), (1, 4, 7, 10), text="Next rent"),
        ),
        kept=170000,
        spread=1500000,
        into=_id(34),
    ),
    _id(32): Story(
        (
            monthly("from_abroad", "Harbour Street Design Inc", 180000, 260000, 7, text="Design retainer"),
            every("online", "Cloud Kettle Software", 1900, 7900, 60, code="5734"),
        ),
        kept=336883,
        spread=90000,
        over=Habit("out", "Harbour Exchange", 0, 0, text="Dollars sold"),
        lacking=Habit("in", "Harbour Exchange", 0, 0, text="Dollars bought"),
    ),
    _id(33): Story(
        (
            every("from_abroad", "Atelier Linden", 60000, 190000, 25, text="Rechnung beglichen"),
            monthly("fee", "Account fee", 500, 500, 3, text="Foreign currency account fee"),
        ),
        kept=261704,
        spread=60000,
        over=Habit("out", "Harbour Exchange", 0, 0, text="Euros sold"),
        lacking=Habit("in", "Harbour Exchange", 0, 0, text="Euros bought"),
    ),
    _id(34): Story(
        (monthly("profit", "Profit", 900, 1700, 28, text="Profit for the month"),),
        kept=1836767,
        spread=400000,
        over=Habit("out", "Pearl Sukuk Plan", 0, 0, text="Savings plan"),
        lacking=Habit("in", "Pearl Sukuk Plan", 0, 0, text="Savings plan redeemed"),
        months=3,
    ),
}
