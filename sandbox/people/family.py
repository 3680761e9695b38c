"""Layla: a salaried family of four. A salary in the last week, rent by four cheques a year, school fees, a joint
account with her husband, a credit card, and savings that grow. Nobody in here exists.
"""

from __future__ import annotations

from decimal import Decimal

from sandbox.people.holders import Account, Party
from sandbox.people.holders import made_id as _id
from sandbox.people.holders import made_number as _number
from sandbox.people.story import Habit, Story, every, monthly

LAYLA = Party(
    party_id="p-2101",
    number="70002101",
    given="Layla",
    surname="Al Hashmi",
    native="ليلى الهاشمي",
    born="1989-06-04",
    nationality="AE",
    emirates_id="784-0000-2101000-1",
    id_expires="2029-06-03",
    mobile="+971 00 000 2101",
    email="layla.alhashmi@example.com",
    street="Villa 7, Jasmine Lane",
    city="Sharjah",
    profession="Pharmacist",
    employer="Green Crescent Clinics",
    since="2015-09-01",
    income="Salary",
    salary=18500,
)

OMAR = Party(
    party_id="p-2102",
    number="70002102",
    given="Omar",
    surname="Al Hashmi",
    native="عمر الهاشمي",
    born="1987-01-22",
    nationality="AE",
    emirates_id="784-0000-2102000-2",
    id_expires="2028-01-21",
    mobile="+971 00 000 2102",
    email="omar.alhashmi@example.com",
    street="Villa 7, Jasmine Lane",
    city="Sharjah",
    profession="Teacher",
    employer="Blue Lagoon School",
    since="2016-08-20",
    income="Salary",
    salary=14200,
)

LAYLA_ACCOUNTS = (
    Account(
        account_id=_id(21),
        scheme="IBAN",
        identification=_number(21),
        name="Layla Current",
        account_type="Retail",
        sub_type="CurrentAccount",
        nickname="حساب الراتب",
        holder="Layla Al Hashmi",
        holder_short="Layla",
        description="Salary current account",
        opened="2016-02-14T00:00:00+04:00",
    ),
    Account(
        account_id=_id(22),
        scheme="IBAN",
        identification=_number(22),
        name="Family Joint",
        account_type="Retail",
        sub_type="CurrentAccount",
        nickname="Family account",
        holder="Layla Al Hashmi and Omar Al Hashmi",
        holder_short="Layla & Omar",
        description="Joint current account",
        opened="2017-05-09T00:00:00+04:00",
        joint=True,
    ),
    Account(
        account_id=_id(23),
        scheme="IBAN",
        identification=_number(23),
        name="Layla Savings",
        account_type="Retail",
        sub_type="Savings",
        nickname="الادخار",
        holder="Layla Al Hashmi",
        holder_short="Layla",
        description="Profit savings account",
        opened="2018-01-03T00:00:00+04:00",
    ),
    Account(
        account_id=_id(24),
        scheme="IBAN",
        identification=_number(24),
        name="Layla Credit Card",
        account_type="Retail",
        sub_type="CreditCard",
        nickname="Family credit card",
        holder="Layla Al Hashmi",
        holder_short="Layla",
        description="Cashback credit card",
        opened="2019-11-20T00:00:00+04:00",
        owed=True,
        limit=Decimal("25000.00"),
    ),
)

LAYLA_STORIES = {
    _id(21): Story(
        (
            Habit("salary", "Green Crescent Clinics", 1850000, 1850000, (25,), text="Salary", early=True),
            Habit("cheque", "عقارات الياسمين", 1650000, 1650000, (1,), (1, 4, 7, 10), text="Rent cheque villa 7"),
            Habit("collected", "Blue Lagoon School", 720000, 720000, (5,), (1, 4, 9), text="School fees", code="8211"),
            monthly("own_standing", "Family account", 450000, 450000, 26, text="Household money", pair=_id(22)),
            monthly("own_standing", "الادخار", 100000, 100000, 27, text="ادخار", pair=_id(23)),
            monthly("online", "Oasis Fitness", 21975, 21975, 22, text="Family membership", code="7997"),
            monthly("collected", "Falcon Telecom", 41900, 41900, 8, text="Mobile and internet", code="4814"),
            monthly("loan", "Car finance", 168000, 168000, 3, text="Car finance instalment"),
            every("card", "Road Toll Tag", 5000, 10000, 110, text="Toll tag top-up", code="4784"),
            every("card", "Lighthouse Fuel", 7000, 16500, 140, code="5541"),
            every("card", "صيدلية النخيل", 2500, 18000, 60, code="5912"),
            Habit("atm", "Cash", 20000, 80000, chance=45, step=10000, text="Cash withdrawal"),
            every("out", "مريم السويدي", 10000, 60000, 25, text="Shared present"),
            Habit("planned", "Blue Lagoon School", 720000, 720000, (5,), (1, 4, 9), text="School fees, next term"),
        ),
        kept=1413291,
        spread=600000,
        into=_id(23),
    ),
    _id(22): Story(
        (
            monthly("in", "Omar Al Hashmi", 400000, 400000, 28, text="مصروف البيت"),
            monthly("collected", "Gulf Breeze Power and Water", 52000, 148000, 12, text="Power and water", code="4900"),
            monthly("collected", "Desert Rose Cooling", 21000, 74000, 15, text="District cooling", code="4900"),
            every("card", "Date Palm Grocers", 6000, 58000, 330, code="5411"),
            every("card", "مخبز الواحة", 800, 6500, 280, code="5462"),
            every("refund", "Date Palm Grocers", 1500, 9000, 14, text="Goods returned", code="5411"),
            monthly("standing", "Helping Hands Home Care", 180000, 180000, 1, text="House help"),
        ),
        kept=1023050,
        spread=300000,
        into=_id(23),
    ),
    _id(23): Story(
        (monthly("profit", "Profit", 6000, 9800, 28, text="Profit for the month"),),
        kept=6341651,
        spread=500000,
        over=Habit("out", "Pearl Sukuk Plan", 0, 0, text="Savings plan"),
        lacking=Habit("in", "Pearl Sukuk Plan", 0, 0, text="Savings plan redeemed"),
        months=3,
    ),
    _id(24): Story(
        (
            every("online", "Pearl Online", 4500, 62000, 180, code="5999"),
            every("card", "مطعم الشراع", 6000, 38000, 120, code="5812"),
            every("card", "Little Camel Toys", 3500, 24000, 40, code="5945"),
            every("refund", "Pearl Online", 4000, 22000, 16, text="Goods returned", code="5999"),
            monthly("cashback", "Cashback", 1500, 9000, 20, text="Cashback for the month"),
        ),
        into=_id(21),
    ),
}
