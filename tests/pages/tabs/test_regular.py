"""Regular payments in one view: what each says of itself, and why a kind is not there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.bodies import english
from tests.clock import START
from tests.pages.tabs.regular_payments import (
    DEBITS,
    IBAN,
    ORDERS,
    PLANS,
    aed,
    any_found,
    at,
    debit,
    failed,
    found,
    holding,
    order,
    plan,
    sources,
)
from tpp.bank import read_regular
from tpp.model.banking.beneficiary import Agent, Counterparty
from tpp.model.banking.schedule import DirectDebit, Payment, ScheduledPayment, StandingOrder
from tpp.model.words import Words
from tpp.pages.tabs.coming import Sources
from tpp.pages.tabs.regular import Kind, Order, RegularView, build

PLANNED, ORDERED, COLLECTED = range(3)


def view(**kinds: Any) -> RegularView:
    """Build the tab of an account with 1,000 dirhams."""
    return build(holding(), sources(**kinds), START)


def only(kind: int, item: Any) -> Order:
    """Return the row of one payment of a kind."""
    name = ("plans", "orders", "debits")[kind]
    (row,) = view(**{name: [item]}).kinds[kind].orders or ()
    return row


def said(row: Order) -> tuple[str, str | None, str, list[str]]:
    """Return a row in English: title, chip, of when its amount is, and the details."""
    chip = english(row.chip) if row.chip else None
    return english(row.title), chip, english(row.when), [english(each) for each in row.details]


def facts(row: Order) -> dict[str, str]:
    """Return what a row has folded away, in English."""
    return {english(label): english(value).replace("\N{NO-BREAK SPACE}", " ") for label, value in row.facts}


def test_a_direct_debit_says_who_collects_how_often_and_what_it_was_last() -> None:
    row = only(COLLECTED, debit(mandate="M1"))

    assert said(row) == ("Telecom", None, "Last collected on 02/11/2026", ["Every month"])
    assert row.money == aed("50")
    assert facts(row) == {"Mandate": "M1"}
    assert said(only(COLLECTED, DirectDebit(status="Inactive"))) == (
        "Direct debit",
        "Inactive",
        "No collection is told",
        [],
    )


def test_a_standing_order_says_who_is_paid_how_often_and_what_is_next() -> None:
    payee = Counterparty("Rent LLC", None, (IBAN,), Agent("BICFI", "MODLAEAD"))
    row = only(
        ORDERED,
        order(
            "IntervalMonthDay:1:23",
            1,
            "8500",
            kind="LocalBankTransfer",
            first=Payment(at(-30), aed("8500")),
            last=Payment(at(-30)),
            final=Payment(None, aed("1")),
            number_of_payments="12",
            purpose="Rent",
            reference="Flat 7",
            payee=payee,
        ),
    )

    assert said(row) == (
        "Rent LLC",
        None,
        "Next on 23/11/2026",
        ["Every month, on day 23", "Transfer within the UAE"],
    )
    assert row.money == aed("8500")
    assert facts(row) == {
        "First payment": "AED 8,500.00 on 23/10/2026",
        "Last payment made": "23/10/2026",
        "Final payment": "AED 1.00",
        "Payments in all": "12",
        "Purpose": "Rent",
        "Reference": "Flat 7",
        "IBAN": "AE07 0331 2345 6789 0123 456",
        "Code of the bank": "BIC MODLAEAD",
    }


def test_an_order_without_a_next_payment_shows_the_last_and_one_without_either_says_so() -> None:
    paid = only(ORDERED, StandingOrder(status="Odd", last=Payment(at(-1), aed("5")), frequency="Every:1"))
    bare = only(ORDERED, StandingOrder())

    assert said(paid) == ("Standing order", "Odd", "Last paid on 21/11/2026", ["Every:1"])
    assert paid.money == aed("5")
    assert said(bare) == ("Standing order", "Not told whether active", "No day is told", [])
    assert (bare.money, bare.facts) == (None, ())


@pytest.mark.parametrize(
    ("kind", "when"), [("Execution", "Leaves on"), ("Arrival", "Arrives on"), ("Odd", "On"), (None, "On")]
)
def test_a_planned_payment_says_whether_it_leaves_or_arrives_on_its_day(kind: str | None, when: str) -> None:
    row = only(PLANNED, plan(13, "7200", kind, creditor_reference="Fees", debtor_reference="Mine"))

    assert said(row) == ("Fees", None, f"{when} 05/12/2026", [])
    assert row.money == aed("7200")
    assert facts(row) == {"Reference for the payee": "Fees", "Your reference": "Mine"}
    assert said(only(PLANNED, ScheduledPayment(kind=kind)))[2] == "No day is told"


def test_each_kind_that_did_not_come_says_why_and_the_others_stay() -> None:
    older = found([debit()], error="timeout", at=at(-0.01), unreadable=("/x",), next="page=2")
    shown = build(holding(), Sources(older, failed("refused"), None), START)
    plans, orders, debits = shown.kinds

    assert shown.coming is not None
    assert (plans.state, plans.orders) == (None, None)
    assert failure(orders) == "Your bank did not share this"
    assert orders.orders is None
    assert orders.state is not None
    assert not orders.state.retry
    assert failure(debits) == "Did not load: no answer in time"
    assert debits.state is not None
    assert debits.state.as_of is not None
    assert debits.state.as_of.at == at(-0.01)
    assert debits.state.retry
    assert english(debits.state.unreadable or "") == "1 detail that your bank sent could not be read and is left out."
    assert (len(debits.orders or ()), debits.more) == (1, True)


def failure(kind: Kind) -> str:
    """Return why a kind is not there, or not new, in English."""
    assert kind.state is not None
    return english(kind.state.failure or "")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("not-shared", "Your bank did not share this"),
        ("unheard", "Your bank did not share this"),
        ("consent-revoked", "Did not load: sharing has ended"),
        ("consent-suspended", "Did not load: sharing is suspended at your bank"),
        ("consent-invalid", "Did not load: the bank says that what you share does not hold for this account"),
        ("rate-limited", "Did not load: the bank asks us to wait a little"),
    ],
)
def test_why_a_kind_did_not_come_is_said_in_words_without_a_full_stop(reason: str, words: str) -> None:
    """The sentence ends where it is printed."""
    shown = build(holding(), Sources(*(failed(reason) for _ in range(3))), START)

    assert shown.coming is None
    assert [failure(each) for each in shown.kinds] == [words] * 3


BAD: tuple[Any, ...] = (
    {},
    {"DirectDebitStatusCode": ["Active"], "Name": None, "Frequency": 7, "PreviousPaymentAmount": {"Amount": "1e5"}},
    {"DirectDebitStatusCode": "Active", "Frequency": "Monthly", "PreviousPaymentDateTime": "2026-02-30T00:00:00Z"},
    {"Name": "<script>", "PreviousPaymentAmount": {"Amount": "-5.00", "Currency": "AED"}},
    {"Name": "\u202eevil", "PreviousPaymentAmount": {"Amount": "5", "Currency": "aed"}},
)


@pytest.mark.parametrize("row", BAD)
def test_bad_values_are_left_out_and_counted_and_never_guessed(row: dict[str, Any]) -> None:
    parsed = read_regular.direct_debits({"Data": {"DirectDebit": [row, {"DirectDebitId": "1", "Name": "Good"}]}})
    shown = build(holding(), Sources(found(parsed.items, unreadable=parsed.unreadable), found(), found()), START)
    rows = shown.kinds[COLLECTED].orders or ()

    assert [row.title for row in rows][-1] == "Good"
    assert all(row.money is None for row in rows)
    state = shown.kinds[COLLECTED].state
    assert state is not None
    assert state.unreadable is not None
    assert shown.coming is not None
    assert shown.coming.days == ()


@given(any_found(DEBITS), any_found(ORDERS), any_found(PLANS))
def test_no_mixture_of_answers_breaks_the_tab(debits: Any, orders: Any, plans: Any) -> None:
    shown = build(holding(), Sources(debits, orders, plans), START)

    for kind, source in zip(shown.kinds, (plans, orders, debits), strict=True):
        parsed = source.parsed if source else None
        assert (kind.orders is None) is (parsed is None)
        assert len(kind.orders or ()) == (len(parsed.items) if parsed else 0)
        for row in kind.orders or ():
            assert isinstance(row.title, Words) or len(row.title) <= 80
