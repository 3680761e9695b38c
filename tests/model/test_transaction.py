"""What a transaction is called, whether it counts, and in which order it is listed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tpp.model.banking.beneficiary import Agent, Counterparty
from tpp.model.banking.transaction import CATEGORY_GROUPS, Merchant, Transaction, category_group, newest_first
from tpp.model.money import Money

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
FIVE = Money(Decimal(5), "AED")


def test_the_title_is_merchant_else_other_side_else_information_else_reference() -> None:
    shop, other = Merchant("Date Palm"), Counterparty("Mits", "M")
    full = Transaction(merchant=shop, counterparty=other, information="Text", reference="Ref")

    assert full.title == "Date Palm"
    assert Transaction(merchant=Merchant(), counterparty=other, information="Text", reference="Ref").title == "Mits"
    assert Transaction(counterparty=Counterparty(short_name="M"), information="Text").title == "M"
    assert Transaction(information="Text", reference="Ref").title == "Text"
    assert Transaction(reference="Ref").title == "Ref"
    assert Transaction(transaction_id="T").title is None


def test_the_other_sides_bank_is_never_the_title() -> None:
    assert Transaction(counterparty=Counterparty(agent=Agent(name="Sample Bank"))).title is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        *((spelt, (True, False, False)) for spelt in ("Booked", "booked", " BOOKED ")),
        *((spelt, (False, True, False)) for spelt in ("Pending", "PENDING")),
        *((spelt, (False, False, True)) for spelt in ("Rejected", "rejected.")),
        *((spelt, (False, False, False)) for spelt in (None, "", "Frozen", "NotBooked", "أخرى")),
    ],
)
def test_a_status_is_known_however_it_is_spelt(status: str | None, expected: tuple[bool, ...]) -> None:
    read = Transaction(status=status, money=FIVE)

    assert (read.is_booked, read.is_pending, read.is_rejected) == expected
    assert read.counted == (FIVE if expected[0] else None)


def test_the_newest_booking_comes_first_and_of_one_moment_the_highest_id() -> None:
    expected = [
        Transaction("b", booked_at=AT),
        Transaction("a", booked_at=AT),
        Transaction(None, booked_at=AT),
        Transaction("z", happened_at=AT - timedelta(days=1)),
        Transaction("y", happened_at=AT, booked_at=AT - timedelta(days=2)),
        Transaction("x", value_at=AT - timedelta(days=3)),
        Transaction("w", booked_at=datetime.min.replace(tzinfo=UTC)),
        Transaction("v"),
    ]
    mixed = random.Random(7).sample(expected, len(expected))

    assert newest_first(mixed) == expected


@pytest.mark.parametrize(
    ("code", "group"),
    [
        *(("0742", "Agricultural services"), ("742", "Agricultural services"), ("1711", "Contractors and trades")),
        *(("3026", "Airlines"), ("3357", "Car rental"), ("3501", "Hotels"), ("4121", "Transport and travel")),
        *(("4511", "Transport and travel"), ("4814", "Utilities and telecoms"), ("5411", "Retail outlets")),
        *(("5651", "Clothing"), ("5812", "Other shops and restaurants"), ("6300", "Financial and personal services")),
        *(("7311", "Business services"), ("7538", "Repair services"), ("7832", "Amusement and entertainment")),
        *(("8220", "Professional services and membership"), ("9399", "Government services")),
    ],
)
def test_a_merchant_category_code_is_named_by_its_group(code: str, group: str) -> None:
    found = category_group(code)

    assert found
    assert found.msgid == group
    assert Merchant(category_code=code).category == found


@pytest.mark.parametrize("code", [None, "", "0", "0000", "54", "54111", "54 1", "٥٤١١", "-541", "541.", "abcd"])
def test_an_unknown_category_code_has_no_group(code: str | None) -> None:
    assert category_group(code) is None


def test_category_groups_follow_one_another_without_a_gap_or_an_overlap() -> None:
    edges = [(low, high) for low, high, _ in CATEGORY_GROUPS]

    assert all(low <= high for low, high in edges)
    assert [low for low, _ in edges[1:]] == [high + 1 for _, high in edges[:-1]]
    assert edges[-1][1] == 9999
