"""Reading accounts and balances: incomplete and hostile data is left out, and nothing is invented."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.seed import ACCOUNTS as SEED
from tpp.bank.answers import parse
from tpp.bank.read import Fields
from tpp.bank.read_accounts import accounts, balances
from tpp.errors import MalformedResponse
from tpp.model.account import Servicer
from tpp.model.money import Money


def body(*found: Any, kind: str = "Account", **top: Any) -> dict[str, Any]:
    """Wrap entries as the API does."""
    return {"Data": {kind: list(found)}, "Links": {"Self": "x"}, "Meta": {"TotalPages": 1}, **top}


def test_the_seeds_example_is_read_whole() -> None:
    read = accounts(SEED)
    (account,) = read.items

    assert read.unreadable == ()
    assert not read.more
    assert account.account_id == "100004000000000000000002"
    assert (account.status, account.currency, account.account_type) == ("Inactive", "AED", "Corporate")
    assert account.identifiers[0].name == "Luigi International"


def test_only_the_account_id_is_needed() -> None:
    (account,) = accounts(body({"AccountId": "a"})).items

    assert account.account_id == "a"
    assert account.own_title is None
    assert account.identifiers == ()


@pytest.mark.parametrize(
    "entry",
    [{}, {"AccountId": None}, {"AccountId": 7}, {"AccountId": "  "}, {"AccountId": ["a"]}, "text", None, 3],
)
def test_an_account_without_an_id_is_left_out_alone(entry: Any) -> None:
    read = accounts(body(entry, {"AccountId": "good"}))

    assert [each.account_id for each in read.items] == ["good"]


HOSTILE: list[Any] = [
    "Sav \ud83d",
    None,
    7,
    True,
    [],
    {},
    [[]],
    {"a": {}},
    "",
    " ",
    "x" * 100_000,
    "\u202egnp\u202c",
    "<script>",
]


@pytest.mark.parametrize("name", sorted(SEED["Data"]["Account"][0]))
@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_any_field_may_be_anything(name: str, value: Any) -> None:
    entry = {**SEED["Data"]["Account"][0], name: value}
    read = accounts(body(entry))

    assert len(read.items) == (0 if name == "AccountId" and not (isinstance(value, str) and value.strip()) else 1)
    assert all(pointer.startswith("/Data/Account/0") for pointer in read.unreadable)
    assert not any("script" in pointer for pointer in read.unreadable)


def test_dates_and_who_keeps_the_account_are_read() -> None:
    dates = {"OpeningDate": "2018-09-02T00:00:00+04:00", "MaturityDate": "2030-01-01T00:00:00Z"}
    dates["StatusUpdateDateTime"] = "2024-02-29T12:00:00+00:00"
    keeper = {"SchemeName": "BICFI", "Identification": "MODLAEAD"}
    (account,) = accounts(body({"AccountId": "a", "AccountHolderShortName": "R", "Servicer": keeper, **dates})).items

    assert account.opened == datetime(2018, 9, 1, 20, tzinfo=UTC)
    assert account.matures == datetime(2030, 1, 1, tzinfo=UTC)
    assert account.status_at == datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert account.servicer == Servicer("BICFI", "MODLAEAD")
    assert account.holder_short_name == "R"


@pytest.mark.parametrize("odd", [None, 5, [], {}, "soon", {"SchemeName": "BICFI"}, {"Identification": ["x"]}])
def test_odd_dates_and_an_odd_keeper_are_left_out(odd: Any) -> None:
    """None of them is in a row, so none of them counts as a detail that the row leaves out."""
    names = ("OpeningDate", "MaturityDate", "StatusUpdateDateTime", "Servicer")
    read = accounts(body({"AccountId": "a", **dict.fromkeys(names, odd)}))

    assert (read.items[0].opened, read.items[0].matures, read.items[0].status_at) == (None, None, None)
    assert read.items[0].servicer is None
    assert read.unreadable == ()


def test_an_id_that_comes_twice_is_kept_once() -> None:
    assert len(accounts(body({"AccountId": "a"}, {"AccountId": "a", "Nickname": "b"})).items) == 1


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"Data": []}, {"Data": None}, {"Data": {"Account": "x"}}])
def test_a_body_without_data_is_no_answer_at_all(answer: Any) -> None:
    with pytest.raises(MalformedResponse):
        accounts(answer)
    with pytest.raises(MalformedResponse):
        balances({"Data": {"Balance": {}}})


def test_a_bank_that_shares_no_account_is_read_as_none() -> None:
    assert accounts({"Data": {}}).items == ()
    assert accounts(body()).items == ()


def test_more_pages_are_noticed() -> None:
    assert accounts(body({"AccountId": "a"}, Links={"Self": "x", "Next": "y"})).more


@pytest.mark.parametrize(
    ("links", "following"),
    [
        ({"Self": "https://b.example/a", "Next": "https://b.example/a?page=2&size=5#x"}, "page=2&size=5"),
        ({"Self": "/a?page=2", "Next": "/a?page=3"}, "page=3"),
        ({"Self": "/a/1", "Next": "/a/2"}, ""),
        ({"Self": "/a?page=2", "Next": "//[/a?page=2"}, "page=2"),
        ({"Self": "https://b.example/a?page=2", "Next": "http://127.0.0.1:1/a?page=2"}, None),
        ({"Self": "/a"}, None),
        ({}, None),
        (5, None),
    ],
)
def test_the_next_page_is_named_by_its_query(links: Any, following: str | None) -> None:
    for read in (accounts(body({"AccountId": "a"}, Links=links)), balances(body(kind="Balance", Links=links))):
        assert read.next == following
        assert read.more is (following is not None)


def balance(**changes: Any) -> dict[str, Any]:
    """Make one good balance, then spoil it."""
    good = {
        "CreditDebitIndicator": "Credit",
        "Type": "InterimAvailable",
        "DateTime": "2026-11-22T10:00:00+04:00",
        "Amount": {"Amount": "1234.5", "Currency": "AED"},
    }
    return {name: value for name, value in (good | changes).items() if value is not ...}


def test_a_balance_takes_its_sign_from_the_indicator() -> None:
    credit, debit = balances(body(balance(), balance(CreditDebitIndicator="Debit"), kind="Balance")).items

    assert credit.money == Money(Decimal("1234.5"), "AED")
    assert debit.money == Money(Decimal("-1234.5"), "AED")
    assert credit.at == datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


BAD_AMOUNTS: list[Any] = [
    *("1e5", "-5.00", "+5", "1,000.00", "٥٠٠", "５", "0x10", "NaN", "Infinity", "", " 5", "5 ", "5\n", ".5", "5."),
    *("12345678901234", "0.123456", 1000.0, 5, None, True, [], {"Amount": "5"}),
]


@pytest.mark.parametrize("amount", BAD_AMOUNTS, ids=repr)
def test_an_amount_of_another_form_is_not_guessed_at(amount: Any) -> None:
    read = balances(body(balance(Amount={"Amount": amount, "Currency": "AED"}), balance(), kind="Balance"))

    assert len(read.items) == 1
    assert any(pointer.startswith("/Data/Balance/0/Amount") for pointer in read.unreadable)


@pytest.mark.parametrize(
    "changes",
    [
        {"CreditDebitIndicator": ...},
        {"CreditDebitIndicator": "Maybe"},
        {"Type": ...},
        {"Amount": ...},
        {"Amount": {"Amount": "5", "Currency": "aed"}},
        {"Amount": {"Amount": "5"}},
        {"Amount": "5 AED"},
    ],
)
def test_a_balance_without_sign_type_or_amount_is_left_out(changes: dict[str, Any]) -> None:
    assert balances(body(balance(**changes), kind="Balance")).items == ()


@pytest.mark.parametrize("amount", ["5", "0", "0.001", "9999999999999.99999", "1234567890123"])
def test_amounts_stay_exact(amount: str) -> None:
    (read,) = balances(body(balance(Amount={"Amount": amount, "Currency": "BHD"}), kind="Balance")).items

    assert str(read.money.amount) == amount


def test_a_credit_line_that_does_not_say_so_is_not_included() -> None:
    lines = [{"Type": "Credit", "Amount": {"Amount": "5", "Currency": "AED"}}, {"Included": False}, "x"]
    (read,) = balances(body(balance(CreditLine=lines), kind="Balance")).items

    assert [line.included for line in read.credit_lines] == [False, False]


@pytest.mark.parametrize(
    "moment", ["2026-11-22", "2026-11-22T10:00:00", "yesterday", "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z"]
)
def test_a_moment_without_an_offset_is_no_moment(moment: str) -> None:
    unreadable: list[str] = []

    assert Fields({"At": moment}, "", unreadable).moment("At") is None
    assert unreadable == ["/At"]


DOUBLED = [
    '"Amount":{"Amount":"50.00","Amount":"5000.00","Currency":"AED"}',
    '"Amount":{"Amount":"5","Currency":"AED","Currency":"USD"}',
    '"Amount":{"Amount":"5","Currency":"AED"},"Amount":{"Amount":"6","Currency":"AED"}',
    '"Amount":{"Amount":"5","Currency":"AED"},"CreditDebitIndicator":"Debit"',
    '"Amount":{"Amount":"5","Currency":"AED"},"Type":"InterimBooked"',
]


@pytest.mark.parametrize("doubled", DOUBLED)
def test_two_values_under_one_name_are_no_value(doubled: str) -> None:
    one = '{"CreditDebitIndicator":"Credit","Type":"InterimAvailable",' + doubled + "}"
    read = balances(parse(('{"Data":{"Balance":[' + one + "]}}").encode()))

    assert read.items == ()
    assert len(read.unreadable) == 1


@pytest.mark.parametrize(
    "text", ['{"Data":{"Balance":[]},"Data":{"Balance":[]}}', '{"Data":{"Balance":[],"Balance":[]}}']
)
def test_a_list_that_comes_twice_is_no_answer(text: str) -> None:
    assert parse(b'{"a":1,"b":2}') == {"a": 1, "b": 2}
    with pytest.raises(MalformedResponse):
        balances(parse(text.encode()))
