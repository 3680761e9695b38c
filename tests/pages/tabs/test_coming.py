"""What leaves in the next 30 days: each payment on its day, exact remainders or none, and every gap said."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bodies import english
from tests.clock import START
from tests.pages.tabs.regular_payments import (
    DEBITS,
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
from tpp.model.account import CreditLine
from tpp.model.banking.beneficiary import Counterparty
from tpp.model.banking.schedule import Payment, ScheduledPayment, StandingOrder
from tpp.model.figures import AccountFigures
from tpp.model.words import Moment
from tpp.pages.tabs.coming import Coming, Sources, build

DUBAI = timezone(timedelta(hours=4))
TODAY = date(2026, 11, 22)


def view(figures: AccountFigures | None = None, **kinds: Any) -> Coming:
    """Build the view of an account with 1,000 dirhams."""
    return build(figures or holding(), sources(**kinds), START)


def lefts(coming: Coming) -> dict[int, str | None]:
    """Return what is left, by the number of days from today."""
    return {(day.at - TODAY).days: str(day.left.amount) if day.left else None for day in coming.days}


def notes(coming: Coming) -> list[str]:
    """Return what is said of the whole list, in English."""
    return [english(each) for each in coming.notes]


def test_what_is_left_after_each_day_is_the_balance_less_what_has_left() -> None:
    coming = view(plans=[plan(3, "250.50"), plan(1), plan(3, "0.25")], orders=[order("IntervalDay:10", 1, "49.25")])

    assert lefts(coming) == {1: "850.75", 3: "600.00", 11: "550.75", 21: "501.50"}
    assert [[each.money and str(each.money.amount) for each in day.payments] for day in coming.days] == [
        ["100", "49.25"],
        ["250.50", "0.25"],
        ["49.25"],
        ["49.25"],
    ]
    assert coming.sums == (aed("498.50"),)
    assert coming.start is not None
    assert (english(coming.start.label), coming.start.money) == ("Available", aed("1000"))
    assert notes(coming) == []
    assert [english(each) for each in coming.made_of] == ["0 direct debits", "1 standing order", "3 scheduled payments"]


def test_the_days_are_those_of_dubai_from_today_to_30_ahead() -> None:
    """At 20:30 in Greenwich it is the next day there."""
    late = START.replace(hour=20, minute=30)
    coming = build(holding(at=late), sources(plans=[plan(0.2), plan(30), plan(30.6), plan(31.6), plan(-1)]), late)

    assert (coming.first, coming.last) == (date(2026, 11, 23), date(2026, 12, 23))
    assert [day.at for day in coming.days] == [date(2026, 12, 22), date(2026, 12, 23)]


def test_a_direct_debit_has_no_amount_to_come_and_ends_what_can_be_said() -> None:
    coming = view(debits=[debit(days=-20)], plans=[plan(5), plan(20)])

    assert lefts(coming) == {5: "900", 10: None, 20: None}
    (payment,) = coming.days[1].payments
    assert (payment.title, payment.money) == ("Telecom", None)
    assert payment.note is not None
    assert english(payment.note) == "Last time it was AED\N{NO-BREAK SPACE}50.00"
    assert [english(day.note) if day.note else None for day in coming.days] == [
        None,
        "From this day on, what is left cannot be told",
        None,
    ]
    assert coming.sums == (aed("200"),)
    assert notes(coming) == ["1 payment has an amount that is not known, and is in no sum."]


@pytest.mark.parametrize("amount", [None, "10"])
def test_a_payment_that_is_unreadable_or_in_another_currency_ends_what_can_be_said(amount: str | None) -> None:
    odd = ScheduledPayment(kind="Execution", at=at(2), money=aed(amount, "USD") if amount else None)
    coming = view(plans=[plan(1), odd, plan(3)])

    assert lefts(coming) == {1: "900", 2: None, 3: None}
    assert coming.sums == ((aed("200"), aed("10", "USD")) if amount else (aed("200"),))
    wanted = "another currency" if amount else "not known"
    assert [wanted in note for note in notes(coming)] == [True]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("Arrival", "It may leave before this day, on which it arrives"),
        (None, "Your bank does not tell whether it leaves or arrives on this day"),
        ("Odd", "Your bank does not tell whether it leaves or arrives on this day"),
    ],
)
def test_a_payment_that_may_leave_early_makes_the_days_before_it_uncertain(kind: str | None, said: str) -> None:
    coming = view(plans=[plan(1), plan(2), plan(5, "1", kind), plan(6)])

    assert lefts(coming) == {1: None, 2: None, 5: "799", 6: "699"}
    assert english(coming.days[2].payments[0].note or "") == said
    assert [day.note is not None for day in coming.days] == [True, False, False, False]


def test_what_cannot_be_told_any_more_is_said_once_though_a_payment_may_leave_early() -> None:
    coming = view(plans=[plan(1), plan(2, None), plan(5, "1", "Arrival"), plan(6)])

    assert lefts(coming) == {1: None, 2: None, 5: None, 6: None}
    assert [english(day.note) if day.note else "" for day in coming.days] == [
        "What is left cannot be told: a later payment may leave before its day",
        "From this day on, what is left cannot be told",
        "",
        "",
    ]


@pytest.mark.parametrize(
    "figures",
    [
        holding(at=at(-1)),
        holding(kind="ClosingBooked", at=None),
        holding(kind="ClosingBooked"),
        holding(kind="ForwardAvailable"),
        holding(kind="Expected"),
        holding(kind="Information"),
        holding(at=at(1)),
        holding(sub_type="CreditCard"),
        AccountFigures(holding().account, error="timeout"),
    ],
    ids=["yesterday", "undated closing", "closing", "with coming", "expected", "information", "ahead", "card", "none"],
)
def test_nothing_is_left_of_a_balance_that_is_not_of_now(figures: AccountFigures) -> None:
    coming = view(figures, plans=[plan(1)])

    assert coming.start is None
    assert lefts(coming) == {1: None}
    assert coming.sums == (aed("100"),)
    assert notes(coming) == ["What is left is not worked out: your bank sent no running balance of today."]


def test_borrowed_money_is_not_in_what_the_payments_leave_from() -> None:
    lines = (CreditLine(included=True, kind="Pre-Agreed", amount=aed("400")),)
    coming = view(holding(lines=lines), plans=[plan(1)])

    assert coming.start is not None
    assert (english(coming.start.label), coming.start.money) == ("Available, without borrowed money", aed("600"))
    assert lefts(coming) == {1: "500"}


def test_more_than_there_is_leaves_less_than_nothing() -> None:
    assert lefts(view(plans=[plan(1, "1000.01")])) == {1: "-0.01"}


def test_an_order_has_the_amount_of_its_own_day_or_the_one_that_all_its_payments_have() -> None:
    def amounts(**more: Any) -> list[str | None]:
        coming = view(orders=[order("IntervalDay:10", 1, **more)])
        return [str(each.money.amount) if each.money else None for day in coming.days for each in day.payments]

    first, other = Payment(at(-9), aed("100")), Payment(at(-9), aed("70"))
    assert amounts() == ["100"] * 3
    assert amounts(last=first, first=first) == ["100"] * 3
    assert amounts(last=other) == ["100", None, None]
    assert amounts(amount=None, last=other) == ["70"] * 3
    assert amounts(final=Payment(at(21), aed("5"))) == ["100", "100", "5"]
    assert amounts(final=Payment(at(11), None)) == ["100", "100"]


@pytest.mark.parametrize("status", ["Inactive", "Odd", None])
def test_what_is_not_active_is_on_no_day_and_what_may_be_is_said(status: str | None) -> None:
    coming = view(orders=[order("IntervalDay:10", 1, status=status)], debits=[debit(status=status)])

    assert coming.days == ()
    assert [note.startswith("2 regular payments may also leave") for note in notes(coming)] == (
        [] if status == "Inactive" else [True]
    )


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ({"debits": [debit("NotKnown")]}, True),
        ({"debits": [debit("Monthly")]}, False),
        ({"debits": [debit(previous=None)]}, True),
        ({"orders": [order("EveryWorkingDay", 1)]}, True),
        ({"orders": [order("EveryWorkingDay", 1, final=Payment(at(1)))]}, False),
        ({"orders": [order("EveryWorkingDay", 1, final=Payment(at(-1)))]}, False),
        ({"orders": [order("IntervalMonthDay:1:5", 1)]}, True),
        ({"orders": [order("IntervalMonthDay:1:23", 1)]}, False),
        ({"orders": [order("Annual", 60)]}, False),
        ({"orders": [StandingOrder(status="Active", frequency="EveryDay")]}, True),
        ({"orders": [StandingOrder(status="Active", frequency="EveryDay", first=Payment(at(-5)))]}, True),
        ({"orders": [StandingOrder(status="Active", frequency="EveryDay", last=Payment(at(-1)))]}, False),
        ({"plans": [plan(1)]}, False),
        ({"plans": [ScheduledPayment(kind="Execution", money=aed("1"))]}, True),
    ],
)
def test_days_that_cannot_be_told_are_said(kinds: dict[str, Any], said: bool) -> None:
    assert any("on days that are not listed" in note for note in notes(view(**kinds))) is said


def test_kinds_that_did_not_come_are_named_and_older_ones_say_of_when_they_are() -> None:
    coming = build(
        holding(),
        Sources(None, failed("refused"), found([plan(1)], error="timeout", at=at(-0.01), unreadable=("/x",), next="")),
        START,
    )

    (what,) = coming.made_of
    assert english(what).startswith("1 scheduled payment, as of ")
    assert what.values["time"] == Moment(at(-0.01))
    assert notes(coming) == [
        "Not in this list: Direct debits.",
        "Not in this list: Standing orders.",
        "Not in this list: what your bank has on further pages of Scheduled payments.",
        "Some of what your bank sent could not be read, so a payment may be missing.",
    ]


def test_a_payment_is_called_by_the_best_name_there_is() -> None:
    named = Counterparty(name="Rent LLC")
    plans = [plan(1, payee=named), plan(1, creditor_reference="Fees"), plan(1, debtor_reference="Mine"), plan(1)]
    orders = [order("Annual", 1, payee=named), order("Annual", 1, purpose="House"), order("Annual", 1)]
    titles = [english(each.title) for each in view(plans=plans, orders=orders).days[0].payments]

    assert titles == ["Rent LLC", "Fees", "Mine", "Scheduled payment", "Rent LLC", "House", "Standing order"]


@given(
    plans=st.lists(PLANS, max_size=8), steps=st.lists(st.tuples(st.integers(2, 31), st.integers(-40, 40)), max_size=4)
)
@settings(max_examples=200)
def test_every_payment_is_on_one_day_and_every_remainder_is_an_independent_sum(
    plans: list[ScheduledPayment], steps: list[tuple[int, int]]
) -> None:
    orders = [order(f"IntervalDay:{every}", first, "3.125") for every, first in steps]
    coming = view(plans=plans, orders=orders)
    wanted = Counter((day, money) for day, money, _ in _expected(plans, steps))
    listed = Counter((each.day, each.money) for day in coming.days for each in day.payments)

    assert listed == wanted
    assert all(each.day == day.at for day in coming.days for each in day.payments)
    assert all(one.at < other.at for one, other in pairwise(coming.days))
    assert all(day.payments for day in coming.days)
    for day in coming.days:
        assert day.left == _left(day.at, _expected(plans, steps))


def _expected(plans: list[ScheduledPayment], steps: list[tuple[int, int]]) -> list[tuple[date, Any, bool]]:
    """Return day, amount and whether it leaves on its day, worked out by another way: one day after the other."""
    window = [TODAY + timedelta(days=number) for number in range(31)]
    found: list[tuple[date, Any, bool]] = [
        (day, each.money, each.kind == "Execution")
        for each in plans
        if each.at and each.at.year in {2026, 2027} and (day := each.at.astimezone(DUBAI).date()) in window
    ]
    for every, first in steps:
        start = TODAY + timedelta(days=first)
        found += [(day, aed("3.125"), True) for day in window if day >= start and (day - start).days % every == 0]
    return found


def _left(day: date, payments: list[tuple[date, Any, bool]]) -> Any:
    """Return 1,000 dirhams less all that has left by a day; None where one amount of them is not known in dirhams."""
    gone = [money for at_, money, _ in payments if at_ <= day]
    if any(money is None or money.currency != "AED" for money in gone):
        return None
    if any(at_ > day and not on_time for at_, _, on_time in payments):
        return None
    return aed(str(Decimal(1000) - sum((money.amount for money in gone), Decimal())))


@given(
    any_found(DEBITS),
    any_found(ORDERS),
    any_found(PLANS),
    st.sampled_from([START, datetime(2027, 2, 28, 21, tzinfo=UTC)]),
)
def test_no_mixture_of_answers_breaks_the_view_or_mixes_currencies(
    debits: Any, orders: Any, plans: Any, now: datetime
) -> None:
    coming = build(holding(), Sources(debits, orders, plans), now)
    sums: dict[str, Decimal] = {}
    for day in coming.days:
        assert coming.first <= day.at <= coming.last
        for each in day.payments:
            if each.money:
                sums[each.money.currency] = sums.get(each.money.currency, Decimal()) + each.money.amount

    assert {each.currency: each.amount for each in coming.sums} == sums
    assert len(coming.sums) == len(sums)
