"""Own transfers: recognised by what the bank says of the other side, never by an amount alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clock import START
from tests.pages.movements import booked
from tests.shown import accounts_of, flows_of, held
from tpp.model.account import Account, AccountIdentifier
from tpp.model.banking.beneficiary import Counterparty
from tpp.model.banking.own_transfers import NEAR, OTHER_WAYS, Entry, Held, recognised

if TYPE_CHECKING:
    from tpp.model.banking.transaction import Transaction

NUMBERS = {"one": "AE070331234567890123456", "two": "AE600331234567890123457", "three": "10000109010109"}
ACCOUNTS = {
    name: Account(
        name, nickname=f"{name} of mine", holder_name="Rora", identifiers=(AccountIdentifier("IBAN", number),)
    )
    for name, number in NUMBERS.items()
}
TRANSFER = "LocalBankTransfer"


def numbered(number: str | None, name: str | None = None) -> Counterparty:
    """Return another side that is known by a number, by a name, or both."""
    return Counterparty(name, accounts=(AccountIdentifier("IBAN", number),) if number else ())


def entries(issuer: str = "bank", **transactions: list[Transaction]) -> list[Entry]:
    """Return the entries of accounts, by the accounts' short names."""
    return recognised([Held(ACCOUNTS[name], issuer, each) for name, each in transactions.items()])


def others(found: list[Entry]) -> list[str | None]:
    """Return the ids of the accounts on the other side."""
    return [each.own.account_id if each.own else None for each in found]


def pair(out: dict[str, Any], into: dict[str, Any]) -> list[str | None]:
    """Return what is said of ten dirhams that leave the first account and ten that come to the second."""
    leaving = booked("-10.00", **{"kind": TRANSFER, **out})
    coming = booked("10.00", **{"kind": TRANSFER, **into})
    return others(entries(one=[leaving], two=[coming]))


NAMES = ("Samir", "Leila", "Rora")
BOTH = ["two", "one"]
NEITHER = [None, None]


@pytest.mark.parametrize("username", ["rora", "mits", "layla", "faris", "noor"])
def test_the_sandboxes_own_transfers_are_recognised_on_both_sides_and_nothing_else_is(username: str) -> None:
    accounts = accounts_of(username)
    due = [flow.habit.pair or None for account in accounts for flow in flows_of(account) if flow.status != "Rejected"]

    found = [each for each in recognised(held(accounts)) if not each.transaction.is_rejected]

    assert any(due)
    assert others(found) == due


@pytest.mark.parametrize("username", ["rora", "layla"])
def test_one_half_is_recognised_where_the_other_half_was_not_read(username: str) -> None:
    accounts = accounts_of(username)
    due = [flow.habit.pair or None for each in accounts for flow in flows_of(each, 20) if flow.status != "Rejected"]

    assert others([each for each in recognised(held(accounts, 20)) if not each.transaction.is_rejected]) == due


def test_an_account_that_is_not_shown_is_nobodys_own() -> None:
    """The same entries, with the savings account left out: money that goes there goes away."""
    accounts = [each for each in accounts_of("rora") if each.nickname != "Rainy day"]
    away = next(each.account_id for each in accounts_of("rora") if each.nickname == "Rainy day")
    due = [flow.habit.pair for each in accounts for flow in flows_of(each) if flow.status != "Rejected"]

    found = others([each for each in recognised(held(accounts)) if not each.transaction.is_rejected])

    assert away in due
    assert found == [each if each and each != away else None for each in due]


def test_amount_direction_and_day_alone_make_no_transfer() -> None:
    assert pair({}, {}) == NEITHER
    assert pair({"counterparty": numbered(None, "Samir")}, {"counterparty": numbered(None, "Leila")}) == NEITHER
    assert pair({"reference": "REF4711"}, {"reference": "REF4712"}) == NEITHER
    assert pair({"reference": "12345"}, {"reference": "12345"}) == NEITHER


@pytest.mark.parametrize(
    ("out", "into"),
    [
        ({"counterparty": numbered(NUMBERS["two"])}, {"counterparty": numbered(NUMBERS["one"])}),
        ({"counterparty": numbered(NUMBERS["two"])}, {}),
        ({}, {"counterparty": numbered("AE07 0331 2345 6789 0123 456")}),
        ({"reference": "Ref 4711/8"}, {"reference": "REF 4711/8"}),
        ({"counterparty": numbered(None, "Rora")}, {"counterparty": numbered(None, "RORA")}),
        ({"counterparty": numbered(None, "two of mine")}, {}),
        ({}, {"counterparty": numbered(None, "one of mine")}),
    ],
)
def test_number_reference_or_name_make_a_pair(out: dict[str, Any], into: dict[str, Any]) -> None:
    assert pair(out, into) == BOTH
    assert pair(out | {"booked_at": START - NEAR}, into) == BOTH


def test_a_reference_hides_no_payment_to_or_from_somebody_else() -> None:
    samir, leila, rora = ({"counterparty": numbered(None, name), "reference": "INV-2026-11"} for name in NAMES)

    assert pair({"reference": "Salary November"}, {"reference": "Salary November"}) == NEITHER
    assert pair(samir, leila) == NEITHER
    assert pair(samir, rora) == NEITHER
    assert pair(rora, leila) == NEITHER
    assert pair(rora, rora) == BOTH
    assert pair(rora, {"reference": "INV-2026-11"}) == BOTH


@pytest.mark.parametrize(
    ("out", "into"),
    [
        ({"counterparty": numbered("AE999", "Rora")}, {"counterparty": numbered(None, "Rora")}),
        ({"counterparty": numbered("AE999"), "reference": "REF4711"}, {"reference": "REF4711"}),
        ({"counterparty": numbered(None, "Samir")}, {"counterparty": numbered(None, "Rora")}),
        ({"counterparty": numbered(None, "Rora")}, {"counterparty": numbered("AE999")}),
        ({"counterparty": numbered(None, "Rora"), "booked_at": START - NEAR - timedelta(seconds=1)}, {}),
        ({"counterparty": numbered(None, "Rora"), "status": "Rejected"}, {}),
        *(({"counterparty": numbered(None, "Rora")}, {"kind": kind}) for kind in sorted(OTHER_WAYS)),
    ],
)
def test_money_that_goes_elsewhere_or_at_another_time_is_no_pair(out: dict[str, Any], into: dict[str, Any]) -> None:
    assert pair(out, into) == NEITHER


def test_other_amounts_currencies_and_accounts_make_no_pair() -> None:
    named: dict[str, Any] = {"kind": TRANSFER, "counterparty": numbered(None, "Rora")}

    assert others(entries(one=[booked("-10.00", **named)], two=[booked("10.01", **named)])) == NEITHER
    assert others(entries(one=[booked("-10.00", **named)], two=[booked("10.00", "USD", **named)])) == NEITHER
    assert others(entries(one=[booked("-10.00", **named)], two=[booked("-10.00", **named)])) == NEITHER
    assert others(entries(one=[booked("-10.00", **named), booked("10.00", **named)])) == NEITHER


def test_one_side_alone_needs_a_number_that_no_other_bank_can_have() -> None:
    def alone(issuer: str, **fields: Any) -> list[str | None]:
        shown = [Held(ACCOUNTS["one"], "bank", [booked("-10.00", **fields)]), Held(ACCOUNTS["three"], issuer, [])]
        return others(recognised([*shown, Held(ACCOUNTS["two"], issuer, [])]))

    assert alone("other", kind=TRANSFER, counterparty=numbered(NUMBERS["two"])) == ["two"]
    assert alone("bank", kind="SameBankTransfer", counterparty=numbered(NUMBERS["three"])) == ["three"]
    assert alone("other", kind="SameBankTransfer", counterparty=numbered(NUMBERS["three"])) == [None]
    assert alone("bank", kind=TRANSFER, counterparty=numbered(NUMBERS["three"])) == [None]
    assert alone("bank", kind=TRANSFER, counterparty=numbered(None, "Rora")) == [None]
    assert alone("bank", kind=TRANSFER, counterparty=numbered(NUMBERS["one"])) == [None]


def test_an_entry_is_in_one_pair_at_most() -> None:
    named: dict[str, Any] = {"kind": TRANSFER, "counterparty": numbered(None, "Rora")}

    found = entries(one=[booked("-10.00", **named)] * 2, two=[booked("10.00", **named)] * 3)

    assert Counter(others(found)) == {"two": 2, "one": 2, None: 1}


SIDES = st.fixed_dictionaries(
    {
        "booked_at": st.sampled_from([None, *(START - timedelta(days=each) for each in range(9))]),
        "kind": st.sampled_from([None, TRANSFER, "SameBankTransfer", "ATM"]),
        "status": st.sampled_from(["Booked", "Booked", "Pending", "Rejected", None]),
        "reference": st.sampled_from([None, "", "REF4711", "REF4712"]),
        "counterparty": st.none()
        | st.builds(
            numbered, st.sampled_from([None, "AE999", *NUMBERS.values()]), st.sampled_from([None, "Rora", "X"])
        ),
    }
)
LISTS = st.lists(
    st.builds(
        lambda amount, currency, fields: booked(amount, currency, **fields),
        st.sampled_from(["-10.00", "10.00", "-7", "7", "0"]),
        st.sampled_from(["AED", "USD"]),
        SIDES,
    ),
    max_size=8,
)


@given(LISTS, LISTS, LISTS)
@settings(deadline=None, max_examples=150)
def test_every_entry_stays_and_own_ones_without_a_number_come_in_pairs(
    first: list[Transaction], second: list[Transaction], third: list[Transaction]
) -> None:
    found = entries(one=first, two=second, three=third)

    assert [each.transaction for each in found] == [*first, *second, *third]
    assert all(each.own is None or each.own != each.account for each in found)
    assert all(each.own is None for each in found if each.transaction.status not in {"Booked", "Pending"})
    unnumbered: Counter[tuple[Any, ...]] = Counter()
    for each in found:
        money, other = each.transaction.money, each.transaction.counterparty
        if each.own and each.account and money:
            whole = [number.identification for number in other.accounts] if other else []
            assert whole in ([], [NUMBERS[each.own.account_id]]), "never against the number that is named"
            if not whole:
                unnumbered[each.account.account_id, each.own.account_id, money] += 1
    partners = Counter(
        (each.account.account_id, each.own.account_id, each.transaction.money)
        for each in found
        if each.account and each.own and each.transaction.money
    )
    for (mine, theirs, money), count in unnumbered.items():
        assert partners[theirs, mine, replace(money, amount=-money.amount)] >= count


@given(LISTS, LISTS)
@settings(deadline=None, max_examples=60)
def test_amounts_alone_never_make_a_pair_in_any_mixture(first: list[Transaction], second: list[Transaction]) -> None:
    bare = [[replace(each, counterparty=None, reference=None) for each in made] for made in (first, second)]

    assert set(others(entries(one=bare[0], two=bare[1]))) <= {None}
