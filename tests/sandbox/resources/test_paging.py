"""Transactions in pages: filters, the consent's window, directions, and links that cannot be made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from sandbox.people import everyone
from tests.sandbox import specs
from tests.sandbox.helpers import DATA, ISSUER, START
from tests.sandbox.resources.test_data import pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.sandbox.helpers import Claims, Clock, RelyingParty

TRANSACTIONS = ["ReadAccountsBasic", "ReadTransactionsDetail"]
NOOR = everyone.BY_SUBJECT[everyone.PEOPLE[4].subject].accounts
BUSY, QUIET = NOOR[0].account_id, NOOR[1].account_id
PATH = f"/accounts/{BUSY}/transactions"


@pytest.fixture
def token(party: RelyingParty) -> str:
    """Return a token for everything of the baker's transactions."""
    return str(party.connected("noor", Permissions=TRANSACTIONS)["access_token"])


def rows(found: list[Claims]) -> list[dict[str, Any]]:
    """Return the transactions of all pages."""
    return [row for body in found for row in body["Data"]["Transaction"]]


def refused(party: RelyingParty, token: str, query: str) -> None:
    """Assert the 400 of the standard."""
    answer = party.read(PATH + query, token)
    assert answer.status_code == 400, query
    assert answer.get_json()["Errors"][0]["Code"] == "Resource.InvalidFormat"
    assert specs.faults(specs.DATA, "AEErrorResponse", answer.get_json()) == []


def test_following_next_gives_everything_once(party: RelyingParty, token: str) -> None:
    found = pages(party, PATH, token)
    assert len(found) > 10
    assert {len(body["Data"]["Transaction"]) for body in found[:-1]} == {100}
    assert {body["Meta"]["TotalPages"] for body in found} == {len(found)}
    keys = [row["TransactionId"] for row in rows(found)]
    assert len(keys) == len(set(keys))
    times = [row["BookingDateTime"] for row in rows(found)]
    assert times == sorted(times, reverse=True)
    assert found[0]["Meta"]["LastAvailableDateTime"] == times[0]
    assert found[0]["Meta"]["FirstAvailableDateTime"] == times[-1]


def test_the_links_of_the_first_a_middle_and_the_last_page(party: RelyingParty, token: str) -> None:
    found = pages(party, PATH, token)
    assert set(found[0]["Links"]) == {"Self", "First", "Last", "Next"}
    assert set(found[1]["Links"]) == {"Self", "First", "Last", "Prev", "Next"}
    assert set(found[-1]["Links"]) == {"Self", "First", "Last", "Prev"}
    assert found[1]["Links"]["Prev"] == found[0]["Links"]["Self"] == found[-1]["Links"]["First"]
    assert BUSY not in found[0]["Links"]["Next"].split("?")[1]


def test_a_page_is_the_same_each_time(party: RelyingParty, token: str) -> None:
    assert party.read(PATH, token).data == party.read(PATH, token).data


def test_a_reading_goes_on_over_midnight_as_it_began(
    make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty], clock: Clock
) -> None:
    party = make_party(make_bank(access_token_seconds=86400 * 2))
    token = str(party.connected("noor", Permissions=TRANSACTIONS)["access_token"])
    first = party.read(PATH, token).get_json()
    link = first["Links"]["Next"].partition("?")[2]
    second = party.read(f"{PATH}?{link}", token).data
    clock.advance(days=1)
    assert party.read(f"{PATH}?{link}", token).data == second
    assert party.read(PATH, token).get_json()["Data"] != first["Data"]


@pytest.mark.parametrize("size", [1, 7, 5000])
def test_the_page_size_is_set(
    make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty], size: int
) -> None:
    party = make_party(make_bank(page_size=size))
    token = str(party.connected("noor", Permissions=TRANSACTIONS)["access_token"])
    body = party.read(f"/accounts/{QUIET}/transactions", token).get_json()
    assert len(body["Data"]["Transaction"]) == min(size, 32)
    assert ("Next" in body["Links"]) == (size < 32)


@pytest.mark.parametrize("page", ["", "2", "x" * 50, "%00", "é", "A" * 5000])
def test_a_page_that_was_made_up_is_400(party: RelyingParty, token: str, page: str) -> None:
    refused(party, token, f"?page={page}")


def test_a_page_of_another_account_consent_or_twice_is_400(party: RelyingParty, token: str) -> None:
    link = party.read(PATH, token).get_json()["Links"]["Next"].partition("?")[2]
    other = str(party.connected("noor", Permissions=TRANSACTIONS)["access_token"])
    refused(party, other, f"?{link}")
    refused(party, token, f"?{link}&{link}")
    refused(party, token, f"?{link[:-3]}AAA")
    answer = party.read(f"/accounts/{QUIET}/transactions?{link}", token)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "?fromBookingDateTime=2026-10-02T00:00:00Z&toBookingDateTime=2026-10-01T00:00:00Z",
        "?toBookingDateTime=2026-11-22T09:30:01Z",
        "?toBookingDateTime=2027-01-01",
        "?fromBookingDateTime=yesterday",
        "?fromBookingDateTime=",
        "?fromBookingDateTime=2026-02-30",
        "?fromBookingDateTime=2026-01-01T25:00:00Z",
        "?fromBookingDateTime=%D9%A2%D9%A0%D9%A2%D9%A6-01-01",
        "?fromBookingDateTime=2026-01-01&fromBookingDateTime=2026-01-02",
    ],
)
def test_faulty_filters_are_400(party: RelyingParty, token: str, query: str) -> None:
    refused(party, token, query)


@pytest.mark.parametrize("name", ["fromBookingDateTime", "toBookingDateTime"])
def test_a_malformed_filter_beside_a_page_is_400_and_a_sound_one_changes_nothing(
    party: RelyingParty, token: str, name: str
) -> None:
    link = party.read(PATH, token).get_json()["Links"]["Next"].partition("?")[2]
    refused(party, token, f"?{link}&{name}=garbage")
    refused(party, token, f"?{name}=2026-01-01&{link}&{name}=2026-01-01")
    alone = party.read(f"{PATH}?{link}", token).get_json()
    assert party.read(f"{PATH}?{link}&{name}=2001-01-01", token).get_json() == alone


def test_the_last_available_time_is_that_of_the_newest_booked_row_of_the_past(party: RelyingParty) -> None:
    pending = 0
    for person in everyone.PEOPLE[:6]:
        token = str(party.connected(person.username, Permissions=TRANSACTIONS)["access_token"])
        for account in person.accounts:
            found = pages(party, f"/accounts/{account.account_id}/transactions", token)
            booked = [row["BookingDateTime"] for row in rows(found) if row["Status"] == "Booked"]
            past = [each for each in booked if each <= START.isoformat()]
            pending += any(row["BookingDateTime"] > START.isoformat() for row in rows(found))
            for body in found:
                assert body["Meta"].get("LastAvailableDateTime") == max(past, default=None)
    assert pending


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-10-01T00:00:00Z", "2026-10-31T00:00:00Z"),
        ("2026-10-01", "2026-10-31"),
        ("2026-10-01T00:00:00+04:00", "2026-10-31T00:00:00-11:00"),
        ("2026-10-01T00:00:00", "2026-10-31T00:00:00.000Z"),
        ("2026-10-01t00:00:00.0000000000z", "2026-10-31T00:00:00.00000000009Z"),
    ],
)
def test_filters_go_by_booking_time_and_ignore_an_offset(party: RelyingParty, token: str, start: str, end: str) -> None:
    query = f"?fromBookingDateTime={quote(start)}&toBookingDateTime={quote(end)}"
    everything = rows(pages(party, PATH, token))
    wanted = [row for row in everything if "2026-10-01" <= row["BookingDateTime"] < "2026-10-31"]
    assert rows(pages(party, PATH, token, query)) == wanted
    assert wanted


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", ""),
        ("?toBookingDateTime=2001-01-01", "?toBookingDateTime=2001-01-01"),
        (
            "?toBookingDateTime=2026-10-31T00:00:00%2B04:00&fromBookingDateTime=2026-10-01&x=%22",
            "?toBookingDateTime=2026-10-31T00:00:00%2B04:00&fromBookingDateTime=2026-10-01",
        ),
        ("?fromBookingDateTime=2026-10-01t00:00:00+04:00", "?fromBookingDateTime=2026-10-01t00:00:00+04:00"),
    ],
)
def test_the_only_page_names_the_filters_it_was_asked_with(
    party: RelyingParty, token: str, query: str, kept: str
) -> None:
    path = f"/accounts/{QUIET}/transactions"
    body = party.read(path + query, token).get_json()
    assert body["Links"] == {"Self": ISSUER.removesuffix("/auth1") + DATA + path + kept}
    again = party.read(path + kept, token).get_json()
    assert again == body


def test_both_ends_count_and_now_is_not_the_future(party: RelyingParty, token: str) -> None:
    at = rows(pages(party, PATH, token))[5]["BookingDateTime"]
    query = f"?fromBookingDateTime={quote(at)}&toBookingDateTime={quote(at)}"
    assert [row["BookingDateTime"] for row in rows(pages(party, PATH, token, query))] == [at]
    assert party.read(f"{PATH}?toBookingDateTime=2026-11-22T09:30:00Z", token).status_code == 200


def test_nothing_found_is_an_empty_list(party: RelyingParty, token: str) -> None:
    body = party.read(f"{PATH}?toBookingDateTime=2001-01-01", token).get_json()
    assert body["Data"]["Transaction"] == []
    assert body["Meta"]["TotalPages"] == 0
    assert set(body["Links"]) == {"Self"}
    assert specs.faults(specs.DATA, "AEReadTransaction", body) == []


def test_the_window_of_the_consent_cuts_silently(party: RelyingParty) -> None:
    window: dict[str, Any] = {
        "TransactionFromDateTime": "2026-09-01T00:00:00+00:00",
        "TransactionToDateTime": "2026-10-01T00:00:00+00:00",
    }
    token = str(party.connected("noor", Permissions=TRANSACTIONS, **window)["access_token"])
    whole, wider = pages(party, PATH, token), pages(party, PATH, token, "?fromBookingDateTime=2026-01-01")
    assert rows(whole) == rows(wider)
    assert {row["BookingDateTime"][:7] for row in rows(whole)} == {"2026-09"}
    assert whole[0]["Meta"]["LastAvailableDateTime"] < "2026-10-01"


@pytest.mark.parametrize(
    ("permissions", "directions", "detail"),
    [
        (["ReadTransactionsCredits"], {"Credit"}, False),
        (["ReadTransactionsDebits"], {"Debit"}, False),
        (["ReadTransactionsDebits", "ReadTransactionsCredits"], {"Credit", "Debit"}, False),
        (["ReadTransactionsDetail", "ReadTransactionsCredits"], {"Credit"}, True),
        (["ReadTransactionsBasic", "ReadTransactionsDebits"], {"Debit"}, False),
        (["ReadTransactionsBasic", "ReadTransactionsDetail"], {"Credit", "Debit"}, True),
    ],
)
def test_credits_and_debits_narrow(
    party: RelyingParty, permissions: list[str], directions: set[str], *, detail: bool
) -> None:
    token = str(party.connected("noor", Permissions=["ReadAccountsBasic", *permissions])["access_token"])
    found = rows(pages(party, PATH, token))
    assert {row["CreditDebitIndicator"] for row in found} == directions
    assert any("TransactionInformation" in row for row in found) == detail
