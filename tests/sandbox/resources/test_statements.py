"""Statements: they add up, they hang together, they agree with the transactions, and the filters hold."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.people.everyone import PEOPLE
from tests.sandbox.newer import NewerParty, code

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from sandbox.people.holders import Account
    from tests.sandbox.helpers import Clock

SOUND = [(person.username, account) for person in PEOPLE if person.username != "nasty" for account in person.accounts]
LAYLA, ZAYD = PEOPLE[2].accounts, PEOPLE[5].accounts
SALARY, CARD = LAYLA[0].account_id, LAYLA[3].account_id
PATH = f"/accounts/{SALARY}/statements"
BOTH = ("ReadStatements", "ReadTransactionsDetail")

Rows = list[dict[str, Any]]


def statements(newer: NewerParty, account_id: str, token: str, query: str = "") -> Rows:
    """Return the statements of all pages."""
    path = f"/accounts/{account_id}/statements{query}"
    return [row for body in newer.pages(path, token) for row in body["Data"]["Statements"]]


def signed(value: dict[str, Any]) -> Decimal:
    """Return an amount with the sign of its direction."""
    return Decimal(value["Amount"]["Amount"]) * (-1 if value["CreditDebitIndicator"] == "Debit" else 1)


def case(value: object) -> str:
    """Return the id of a case."""
    return str(getattr(value, "account_id", value))[-5:]


@pytest.mark.parametrize(("user", "account"), SOUND, ids=case)
def test_statements_add_up_hang_together_and_agree_with_the_transactions(
    newer: NewerParty, user: str, account: Account
) -> None:
    token = newer.token_for(user, *BOTH)
    found = statements(newer, account.account_id, token)[::-1]
    booked = [
        row
        for body in newer.pages(f"/accounts/{account.account_id}/transactions", token)
        for row in body["Data"]["Transaction"]
        if row["Status"] == "Booked"
    ]
    assert len(found) == (3 if account in ZAYD else 23)
    for before, after in pairwise(found):
        assert after["OpeningBalance"] == before["ClosingBalance"]
        assert date.fromisoformat(after["OpeningDate"]) - date.fromisoformat(before["ClosingDate"]) == timedelta(1)
    for each in found:
        moved = sum((signed(entry) for entry in each["Summary"]), Decimal(0))
        assert signed(each["OpeningBalance"]) + moved == signed(each["ClosingBalance"])
        inside = [row for row in booked if each["OpeningDate"] <= _day(row) <= each["ClosingDate"]]
        assert sum(entry["Count"] for entry in each["Summary"]) == len(inside)
        kinds = ("CreditDebitIndicator", "TransactionType", "SubTransactionType")
        groups = {tuple(row[name] for name in kinds) for row in inside}
        assert {tuple(entry[name] for name in kinds) for entry in each["Summary"]} == groups
        assert len(groups) == len(each["Summary"])
        if inside:
            assert signed(each["ClosingBalance"]) == signed(inside[0]["Balance"])


def _day(row: dict[str, Any]) -> str:
    """Return the day of a booking in Dubai."""
    return (datetime.fromisoformat(row["BookingDateTime"]) + timedelta(hours=4)).date().isoformat()


def test_the_newest_statement_is_of_the_month_before_and_issued_on_its_first_day(newer: NewerParty) -> None:
    newest, *_, oldest = statements(newer, SALARY, newer.token_for("layla", "ReadStatements"))
    names = ("OpeningDate", "ClosingDate", "StatementDate")
    assert [newest[name] for name in names] == ["2026-10-01", "2026-10-31", "2026-11-01"]
    assert [oldest[name] for name in names] == ["2024-12-01", "2024-12-31", "2025-01-01"]


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        (datetime(2026, 11, 30, 19, 59, tzinfo=UTC), "2026-10-31"),  # 23:59 in Dubai
        (datetime(2026, 11, 30, 20, 0, tzinfo=UTC), "2026-11-30"),
    ],
)
def test_a_month_ends_at_midnight_in_dubai(newer: NewerParty, clock: Clock, now: datetime, closed: str) -> None:
    clock.at = now
    token = newer.token_for("layla", "ReadStatements")
    assert statements(newer, SALARY, token)[0]["ClosingDate"] == closed


def test_the_same_day_gives_the_same_bytes_and_ids_stay(newer: NewerParty, clock: Clock) -> None:
    token = newer.token_for("layla", "ReadStatements")
    assert newer.read(PATH, token).data == newer.read(PATH, token).data
    ids = [each["StatementId"] for account in LAYLA for each in statements(newer, account.account_id, token)]
    assert len(set(ids)) == len(ids) == 4 * 23
    clock.advance(days=1)
    later = statements(newer, SALARY, newer.token_for("layla", "ReadStatements"))
    assert [each["StatementId"] for each in later] == ids[:23]


def test_a_card_asks_for_its_least_payment_within_what_is_owed(newer: NewerParty) -> None:
    token = newer.token_for("layla", "ReadStatements")
    asked = 0
    for each in statements(newer, CARD, token):
        assert each["CreditLine"] == {"Amount": "25000.00", "Currency": "AED"}
        owed = -signed(each["ClosingBalance"])
        assert owed >= 0
        assert ("NextPayment" in each) == (owed > 0)
        for payment in each.get("NextPayment", []):
            asked += 1
            assert payment["Type"] == "Minimum"
            assert date.fromisoformat(payment["Date"]) > date.fromisoformat(each["StatementDate"])
            least = Decimal(payment["Amount"]["Amount"])
            assert least == min(owed, max((owed / 20).quantize(Decimal("0.01"), ROUND_DOWN), Decimal(100)))
            parts = each["ClosingBalance"]["Components"]
            assert sum(Decimal(part["Amount"]["Amount"]) for part in parts) == owed
    assert asked > 10
    assert not [each for each in statements(newer, SALARY, token) if {"NextPayment", "CreditLine"} & set(each)]


# Filters, the window, and pages


@pytest.mark.parametrize(
    ("query", "first", "last", "count"),
    [
        ("?fromStatementDate=2026-01-01", "2026-01-01", "2026-10-01", 10),
        ("?fromStatementDate=2026-01-02", "2026-02-01", "2026-10-01", 9),
        ("?toStatementDate=2026-01-01", "2024-12-01", "2026-01-01", 14),
        ("?toStatementDate=2025-12-31", "2024-12-01", "2025-12-01", 13),
        ("?fromStatementDate=2026-03-01&toStatementDate=2026-03-01", "2026-03-01", "2026-03-01", 1),
        ("?toStatementDate=2026-11-22", "2024-12-01", "2026-10-01", 23),
    ],
)
def test_the_filters_go_by_opening_date_and_both_ends_count(
    newer: NewerParty, query: str, first: str, last: str, count: int
) -> None:
    found = statements(newer, SALARY, newer.token_for("layla", "ReadStatements"), query)
    assert (found[-1]["OpeningDate"], found[0]["OpeningDate"], len(found)) == (first, last, count)


def test_nothing_found_is_an_empty_list(newer: NewerParty) -> None:
    token = newer.token_for("layla", "ReadStatements")
    query = "?fromStatementDate=2026-03-02&toStatementDate=2026-03-31"
    body = newer.read(PATH + query, token).get_json()
    assert body["Data"] == {"AccountId": SALARY, "AccountSubType": "CurrentAccount", "Statements": []}
    assert body["Meta"]["TotalPages"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "?fromStatementDate=2026-03-02&toStatementDate=2026-03-01",
        "?toStatementDate=2026-11-23",
        "?fromStatementDate=",
        "?fromStatementDate=2026-02-30",
        "?fromStatementDate=2026-03-01T00:00:00Z",
        "?fromStatementDate=20260301",
        "?toStatementDate=yesterday",
        "?toStatementDate=2026-03-01&toStatementDate=2026-03-01",
        "?page=made-up",
        "?page=",
    ],
)
def test_a_faulty_query_is_refused(newer: NewerParty, query: str) -> None:
    token = newer.token_for("layla", "ReadStatements")
    assert code(newer.read(PATH + query, token), 400) == "Resource.InvalidFormat"


def test_the_window_of_the_consent_opens_whole_periods_alone(newer: NewerParty) -> None:
    asked = {"FromDate": "2026-03-02", "ToDate": "2026-09-29"}
    token = newer.token_for("layla", "ReadStatements", **asked)
    body = newer.read(PATH, token).get_json()
    opened = [each["OpeningDate"] for each in body["Data"]["Statements"]]
    assert opened == ["2026-08-01", "2026-07-01", "2026-06-01", "2026-05-01", "2026-04-01"]
    assert body["Meta"] == {
        "TotalPages": 1,
        "FirstAvailableDateTime": "2026-03-31T20:00:00+00:00",
        "LastAvailableDateTime": "2026-08-31T19:59:59+00:00",
    }


@pytest.fixture
def paged(make_bank: Callable[..., Flask], newer: NewerParty) -> NewerParty:
    """Return a client of a bank with five on a page."""
    app = make_bank(page_size=5)
    return NewerParty(app, newer.clock, newer.client_id, newer.key, newer.kid)


def test_following_next_gives_every_statement_once(paged: NewerParty) -> None:
    token = paged.token_for("layla", "ReadStatements")
    found = paged.pages(PATH, token)
    assert [len(body["Data"]["Statements"]) for body in found] == [5, 5, 5, 5, 3]
    assert {body["Meta"]["TotalPages"] for body in found} == {5}
    assert {body["Meta"]["FirstAvailableDateTime"] for body in found} == {"2024-11-30T20:00:00+00:00"}
    assert set(found[0]["Links"]) == {"Self", "First", "Last", "Next"}
    assert set(found[-1]["Links"]) == {"Self", "First", "Last", "Prev"}
    days = [each["OpeningDate"] for body in found for each in body["Data"]["Statements"]]
    assert days == sorted(days, reverse=True)
    assert len(set(days)) == 23


def test_a_page_opens_for_its_own_account_consent_and_resource_alone(paged: NewerParty) -> None:
    token, other = (paged.token_for("layla", *BOTH, ConsentId=str(uuid.uuid4())) for _ in range(2))
    query = paged.read(PATH, token).get_json()["Links"]["Next"].partition("?")[2]
    entries = f"/accounts/{SALARY}/transactions"
    entry_query = paged.read(entries, token).get_json()["Links"]["Next"].partition("?")[2]
    assert paged.read(f"{PATH}?{query}", token).status_code == 200
    assert paged.read(f"{PATH}?{query}&fromStatementDate=2026-03-01", token).status_code == 200
    assert code(paged.read(f"{PATH}?{query}&fromStatementDate=garbage", token), 400) == "Resource.InvalidFormat"
    for path, each in (
        (f"{PATH}?{query}", other),
        (f"/accounts/{CARD}/statements?{query}", token),
        (f"{entries}?{query}", token),
        (f"{PATH}?{entry_query}", token),
    ):
        assert code(paged.read(path, each), 400) == "Resource.InvalidFormat"
