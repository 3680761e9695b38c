"""Nasty: forty accounts of hostile and incomplete data, for clients that must not fall over.

The accounts below are sound, so that the bank's own pages can work with them; `spoil` breaks what leaves the
bank: markup, text that turns direction, wrong types, values unknown to the standard, amounts that are no
plain decimals, and missing fields. Which fault meets which object follows from its place alone. What this
person gets may break the schema, and is meant to. One account has more than 5,000 transactions.
"""

from __future__ import annotations

from typing import Any

from sandbox.people.holders import Account, Party, made_number
from sandbox.people.story import Habit, Story, every

COUNT = 40
NASTY_SUBJECT = "3fc26a1d-b874-4095-a2d9-07e5c1f83b77"
MARKUP = "<script>alert(1)</script>"
TURNED = "\u202eevil\u202c \u2066user\u2069"
TEXTS = (
    MARKUP,
    TURNED,
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} ${7*7} %s %(x)s",
    "'; DROP TABLE record; --",
    "=HYPERLINK(1)",
    "Z\u0351\u0343a\u0334l\u0335g\u0336o" * 6,
    "\u200b\u200b\u200b",
    "👨‍👩‍👧‍👦" * 8,
    "line\r\nSet-Cookie: a=b",
    " " * 30,
    "ﷺ" * 20 + "a" * 40,
)
AMOUNTS: tuple[Any, ...] = (
    "1e5",
    "١٢٣٫٤٥",
    "-5.00",
    "1,234.56",
    "NaN",
    "",
    "0x1F",
    12.5,
    None,
    "9" * 40,
    [],
    "Infinity",
)
ENUMS: tuple[Any, ...] = ("Frozen", "", 7, None, "credit", {"Code": "Credit"}, ["Active"], "أخرى")
DATES: tuple[Any, ...] = ("yesterday", "2026-02-30T00:00:00Z", "", 0, None, "0001-01-01T00:00:00-14:00", "٢٠٢٦-٠١-٠١")
FAULTS = 7
BUSY = 1

NASTY = Party(
    party_id="p-9001",
    number="70009001",
    given=MARKUP,
    surname=TURNED,
    native="\u202eاختبار",
    born="1900-02-29",
    nationality="ZZ",
    emirates_id="'; --",
    id_expires="0000-00-00",
    mobile="+" * 60,
    email="a@b@c",
    street="\u0000\u0007 bell",
    city="",
    profession="x" * 2000,
    employer=MARKUP,
    since="",
    income="",
    salary=-1,
)


def _account(number: int) -> Account:
    text = TEXTS[number % len(TEXTS)]
    return Account(
        account_id=f"100004000000000000009{number:03}",
        scheme="IBAN",
        identification=made_number(900 + number),
        name=text[:70],
        account_type="Retail",
        sub_type="CurrentAccount" if number % 2 else "Savings",
        nickname=text[:70],
        holder=text,
        holder_short=text,
        description=text[:35],
        currency=("AED", "BHD", "USD")[number % 3],
    )


RICH = 5_000_000  # more than a month can take
ODD: dict[str, Any] = {
    "over": Habit("out", MARKUP, 0, 0, text=TURNED),
    "lacking": Habit("in", MARKUP, 0, 0, text=TURNED),
}
NASTY_ACCOUNTS = tuple(_account(number) for number in range(1, COUNT + 1))
NASTY_STORIES = {
    account.account_id: Story(
        (every("card", TEXTS[number % len(TEXTS)], 1, 99999, 300, text=TURNED),), kept=RICH + number * 10000, **ODD
    )
    for number, account in enumerate(NASTY_ACCOUNTS)
} | {
    NASTY_ACCOUNTS[BUSY].account_id: Story(
        tuple(every("card", f"{MARKUP} {number}", 1, 9999, 1000, text=TEXTS[number]) for number in range(7)),
        kept=RICH,
        **ODD,
    )
}


def spoil(rows: list[dict[str, Any]], salt: int) -> list[dict[str, Any]]:
    """Return the objects of one answer with their faults; an object's place and `salt` choose the fault."""
    return [_spoilt(row, place + salt) for place, row in enumerate(rows)]


def _spoilt(row: dict[str, Any], place: int) -> dict[str, Any]:
    """Return one object with its fault: text, amount, enumeration, date, a missing field, `null`, a stranger."""
    names = sorted(row)
    chosen = names[place % len(names)] if names else "Nothing"
    changes = (
        {name: TEXTS[place % len(TEXTS)] for name in names if isinstance(row[name], str) and "Id" not in name},
        {name: _amounts(row[name], place) for name in names if isinstance(row[name], dict)},
        {name: ENUMS[place % len(ENUMS)] for name in names if name in ("Status", "Type", "CreditDebitIndicator")},
        {name: DATES[place % len(DATES)] for name in names if name.endswith("DateTime")},
        {chosen: [row.get(chosen)]},
        {chosen: None},
        {"Surprise": {"deep": [{"er": place}]}, "__proto__": {"polluted": True}},
    )
    spoilt = row | changes[place % FAULTS]
    if place % (FAULTS + 4) == 0:
        spoilt.pop(chosen, None)
    return spoilt


def _amounts(value: dict[str, Any], place: int) -> dict[str, Any]:
    return {name: AMOUNTS[place % len(AMOUNTS)] if name == "Amount" else each for name, each in value.items()}
