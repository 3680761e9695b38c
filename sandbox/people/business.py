"""Noor: a small bakery. Takings every day, wages in a batch, suppliers, rent, an overdraft, money set aside for
tax, and a company card. Nobody in here exists.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.people.holders import Account, Party
from sandbox.people.holders import made_id as _id
from sandbox.people.holders import made_number as _number
from sandbox.people.story import Habit, Story, every, monthly

NOOR = Party(
    party_id="p-2301",
    number="70002301",
    given="Noor",
    surname="Karim",
    native="نور كريم",
    born="1984-08-19",
    nationality="JO",
    emirates_id="784-0000-2301000-1",
    id_expires="2028-08-18",
    mobile="+971 00 000 2301",
    email="noor.karim@example.com",
    street="Shop 4, Lantern Market",
    city="Ajman",
    profession="Owner of a bakery",
    employer="Noor Bakery",
    since="2019-02-01",
    income="Business",
)

NOOR_ACCOUNTS = (
    Account(
        account_id=_id(41),
        scheme="IBAN",
        identification=_number(41),
        name="Noor Bakery Current",
        account_type="SME",
        sub_type="CurrentAccount",
        nickname="Bakery till",
        holder="مخبز نور",
        holder_short="Noor Bakery",
        description="Business current account",
        opened="2019-02-18T00:00:00+04:00",
        overdraft=Decimal("20000.00"),
    ),
    Account(
        account_id=_id(42),
        scheme="IBAN",
        identification=_number(42),
        name="Noor Tax Reserve",
        account_type="SME",
        sub_type="Savings",
        nickname="Tax reserve",
        holder="مخبز نور",
        holder_short="Noor Bakery",
        description="Business savings account",
        opened="2019-03-04T00:00:00+04:00",
    ),
    Account(
        account_id=_id(43),
        scheme="IBAN",
        identification=_number(43),
        name="Noor Business Card",
        account_type="SME",
        sub_type="CreditCard",
        nickname="بطاقة المخبز",
        holder="مخبز نور",
        holder_short="Noor Bakery",
        description="Business credit card",
        opened="2020-10-12T00:00:00+04:00",
        owed=True,
        limit=Decimal("18000.00"),
    ),
)

NOOR_STORIES = {
    _id(41): Story(
        (
            every("deposit", "Cash deposit", 60000, 210000, 420, text="Takings, Lantern Market"),
            every("in", "Card Takings Settlement", 110000, 380000, 850, text="Card takings"),
            every("cheque_in", "فندق الشاطئ", 300000, 900000, 30, text="Cheque paid in: catering"),
            every("out", "Golden Mill Flour", 150000, 620000, 160, text="Flour and sugar"),
            every("out", "مزارع الوادي", 80000, 260000, 190, text="Milk and eggs"),
            monthly("payroll", "Wages batch", 2140000, 2140000, 28, text="Wages, 6 people"),
            monthly("standing", "Lantern Market Estates", 850000, 850000, 1, text="Shop rent"),
            monthly(
                "collected", "Gulf Breeze Power and Water", 160000, 340000, 13, text="Power and water", code="4900"
            ),
            monthly("collected", "Falcon Telecom", 59900, 59900, 17, text="Shop lines", code="4814"),
            monthly("fee", "Account fee", 10500, 10500, 5, text="Business account fee"),
            Habit(
                "abroad",
                "Levant Ovens",
                200000,
                900000,
                chance=8,
                text="Oven parts",
                foreign="EUR",
                rate="4.0512",
            ),
            monthly("own_standing", "Tax reserve", 180000, 180000, 28, text="Set aside for tax", pair=_id(42)),
            monthly("loan", "Equipment finance", 245000, 245000, 20, text="Oven instalment"),
            Habit("bill", "Trade Licence Office", 1285000, 1285000, (18,), (2,), text="Trade licence", code="9399"),
            Habit("planned", "Trade Licence Office", 1285000, 1285000, (18,), (2,), text="Trade licence renewal"),
        ),
        kept=-100000,
        spread=1200000,
        over=Habit("out", "Noor Karim", 0, 0, text="Profit drawn by the owner"),
        lacking=Habit("in", "Noor Karim", 0, 0, text="Paid in by the owner"),
    ),
    _id(42): Story(
        (),
        kept=2035000,
        over=Habit("bill", "Tax Office", 0, 0, text="Tax of the quarter", code="9311"),
        lacking=Habit("in", "Noor Karim", 0, 0, text="Paid in by the owner"),
        months=3,
    ),
    _id(43): Story(
        (
            every("card", "Lighthouse Fuel", 9000, 24000, 150, code="5541"),
            every("online", "Kitchen Dune Supplies", 8000, 96000, 50, code="5046"),
            every("reversal", "Kitchen Dune Supplies", 8000, 30000, 8, text="Charged twice", code="5046"),
        ),
        into=_id(41),
    ),
}
