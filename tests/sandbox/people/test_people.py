"""The people and their accounts, against the published table and the rules of balances."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from sandbox.people.everyone import BY_SUBJECT, PEOPLE
from sandbox.resources.balances import balances_of
from sandbox.stage.account_status import account_of

if TYPE_CHECKING:
    from sandbox.people.holders import Account

PUBLISHED = [
    ("mits", "02", "AccountNumber", "10000109010102", "Corporate", "Luigi International"),
    ("mits", "03", "AccountNumber", "10000109010103", "Retail", "Mario International"),
    ("mits", "05", "IBAN", "10000109010105", "Retail", "Spectrum"),
    ("rora", "01", "IBAN", "10000109010101", "Retail", "Mario Current"),
    ("rora", "04", "AccountNumber", "10000109010104", "Corporate", "Luigi PrePaid Card"),
    ("rora", "06", "AccountNumber", "10000109010106", "Corporate", "Peach Charge Card"),
    ("rora", "07", "IBAN", "10000109010107", "Retail", "Bowser Other"),
    ("rora", "08", "IBAN", "10000109010108", "Corporate", "Toadstool Current"),
    ("rora", "09", "AccountNumber", "10000109010109", "Retail", "Yoshi Savings"),
    ("rora", "10", "IBAN", "10000109010110", "Corporate", "Koopa Credit Card"),
    ("rora", "11", "IBAN", "10000109010111", "Retail", "Daisy PrePaid Card"),
]
EVERY = [account for person in PEOPLE for account in person.accounts]
NOON = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def account(number: str) -> Account:
    """Return the account whose id ends in these digits."""
    return next(found for found in EVERY if found.account_id.endswith(number))


def test_people_and_accounts_are_those_of_the_published_model_bank() -> None:
    held = [
        (person.username, a.account_id, a.scheme, a.identification, a.account_type, a.name)
        for person in PEOPLE[:2]
        for a in person.accounts
    ]
    assert held == [(user, f"1000040000000000000000{number}", *rest) for user, number, *rest in PUBLISHED]


def test_every_account_has_an_id_of_its_own() -> None:
    assert len({held.account_id for held in EVERY}) == len(EVERY) == 11 + 12 + 40


def test_the_story_people_have_sound_ibans() -> None:
    for held in (held for person in PEOPLE[2:] for held in person.accounts):
        digits = "".join(str(int(sign, 36)) for sign in held.identification[4:] + held.identification[:4])
        assert int(digits) % 97 == 1
        assert len(held.identification) == 23


def test_the_subject_tells_nothing_of_the_user_name() -> None:
    assert not [person for person in PEOPLE if person.username in person.subject]
    assert len({person.subject for person in PEOPLE}) == len(PEOPLE)
    assert set(BY_SUBJECT) == {person.subject for person in PEOPLE}


def test_an_account_is_found_only_for_its_owner() -> None:
    mits, rora, *_ = PEOPLE
    assert account_of(mits.subject, mits.accounts[0].account_id) is mits.accounts[0]
    assert account_of(rora.subject, mits.accounts[0].account_id) is None


@pytest.mark.parametrize("held", EVERY, ids=lambda held: held.account_id)
def test_balances_have_no_sign_one_currency_and_several_types(held: Account) -> None:
    balances = balances_of(held, NOON)
    types = [balance["Type"] for balance in balances]
    assert types == ["InterimAvailable", "InterimBooked", "OpeningBooked", "ClosingBooked"]
    for balance in balances:
        assert balance["CreditDebitIndicator"] == ("Debit" if held.owed else "Credit")
        assert balance["Amount"]["Currency"] == held.currency
        assert Decimal(balance["Amount"]["Amount"]) >= 0
        assert datetime.fromisoformat(balance["DateTime"]) <= NOON


def test_the_day_of_the_balances_begins_at_midnight_in_dubai() -> None:
    late = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)  # 23 November, 01:00 in Dubai
    opening, closing = balances_of(account("01"), late)[2:]
    assert opening["DateTime"] == "2026-11-22T20:00:00+00:00"
    assert closing["DateTime"] == "2026-11-22T19:59:59+00:00"


def test_balances_follow_the_clock() -> None:
    first, second = (balances_of(account("01"), NOON + timedelta(hours=n))[0] for n in (0, 1))
    assert first["DateTime"] != second["DateTime"]


def test_owed_money_is_debit_with_its_credit_lines() -> None:
    first = balances_of(account("06"), NOON)[0]
    assert first["CreditDebitIndicator"] == "Debit"
    assert first["Amount"] == {"Amount": "3216.46", "Currency": "AED"}
    assert first["CreditLine"] == [
        {"Included": False, "Type": "Credit", "Amount": {"Amount": "20000.00", "Currency": "AED"}},
        {"Included": False, "Type": "Available", "Amount": {"Amount": "16783.54", "Currency": "AED"}},
    ]


def test_an_overdraft_is_included_in_what_can_be_spent_alone() -> None:
    available, booked, *_ = balances_of(account("08"), NOON)
    assert available["Amount"]["Amount"] == "6340.15"
    assert available["CreditLine"] == [
        {"Included": True, "Type": "Pre-Agreed", "Amount": {"Amount": "5000.00", "Currency": "AED"}}
    ]
    assert booked["Amount"]["Amount"] == "1340.15"
    assert "CreditLine" not in booked


def test_dinars_of_bahrain_have_three_places() -> None:
    assert balances_of(account("11"), NOON)[0]["Amount"] == {"Amount": "1940.500", "Currency": "BHD"}
