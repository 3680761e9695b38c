"""Zayd: a student with a thin file. One young account, an allowance, small cards, nothing regular but the
phone. Nobody in here exists.
"""

from __future__ import annotations

from sandbox.people.holders import Account, Party
from sandbox.people.holders import made_id as _id
from sandbox.people.holders import made_number as _number
from sandbox.people.story import Habit, Story, every, monthly

ZAYD = Party(
    party_id="p-2401",
    number="70002401",
    given="Zayd",
    surname="Mansoor",
    native="زايد منصور",
    born="2006-03-28",
    nationality="EG",
    emirates_id="784-0000-2401000-1",
    id_expires="2027-03-27",
    mobile="+971 00 000 2401",
    email="zayd.mansoor@example.com",
    street="Hall C, University Road",
    city="Sharjah",
    profession="Student",
    employer="",
    since="",
    income="Family support",
)

ZAYD_ACCOUNTS = (
    Account(
        account_id=_id(51),
        scheme="IBAN",
        identification=_number(51),
        name="Zayd Student",
        account_type="Retail",
        sub_type="CurrentAccount",
        nickname="My first account",
        holder="زايد منصور",
        holder_short="زايد",
        description="Student account",
        opened="2026-07-27T00:00:00+04:00",
    ),
)

ZAYD_STORIES = {
    _id(51): Story(
        (
            monthly("in", "حسن منصور", 45000, 45000, 1, text="مصروف الشهر"),
            every("card", "مطعم الشراع", 1400, 4800, 330, code="5812"),
            every("card", "Metro Falcon Card", 2000, 5000, 60, text="Transport card", code="4111"),
            monthly("bill", "Falcon Telecom", 7500, 12500, 18, text="Prepaid phone", code="4814"),
        ),
        kept=27930,
        spread=22000,
        lacking=Habit("in", "حسن منصور", 0, 0, text="من بابا"),
        over=Habit("out", "حسن منصور", 0, 0, text="Paid back"),
    ),
}
