"""The list of transactions: exact sums of what is booked, each transaction on one page, and each gap said."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bodies import english
from tests.clock import START
from tests.pages.movements import TRANSACTION, TRANSACTIONS, booked
from tpp.model.account import AccountIdentifier
from tpp.model.banking.beneficiary import Agent, Counterparty
from tpp.model.banking.transaction import Card, Charge, Exchange, Merchant, RunningBalance, Transaction
from tpp.model.money import Money
from tpp.model.resource import CUTS
from tpp.pages.filter import Filter, read
from tpp.pages.transactions import PAGE_SIZE, TransactionsView, build, page_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tpp.pages.movement import Row
    from tpp.pages.transactions import Sum

FIVE = Money(Decimal(5), "AED")


def rows(view: TransactionsView) -> list[Row]:
    """Return all rows of one page, as they stand there."""
    return [*view.pending, *(row for month in view.months for day in month.days for row in day.rows)]


def only(transaction: Transaction) -> Row:
    """Return the row of one transaction."""
    (row,) = rows(build([transaction], Filter()))
    return row


def said(texts: Iterable[Any]) -> list[str]:
    """Return texts in English."""
    return [english(each) for each in texts]


def figures(sums: Iterable[Sum]) -> dict[str, tuple[Decimal, Decimal, int]]:
    """Return sums by currency."""
    return {each.net.currency: (each.money_in.amount, each.money_out.amount, each.count) for each in sums}


def added(transactions: Iterable[Transaction]) -> dict[str, tuple[Decimal, Decimal, int]]:
    """Add up by another way, from fields alone."""
    found: dict[str, tuple[Decimal, Decimal, int]] = {}
    for each in transactions:
        if each.status == "Booked" and each.money is not None:
            money_in, money_out, count = found.get(each.money.currency, (Decimal(), Decimal(), 0))
            gain, loss = max(each.money.amount, Decimal()), min(each.money.amount, Decimal())
            found[each.money.currency] = (money_in + gain, money_out + loss, count + 1)
    return found


@given(TRANSACTIONS, st.sampled_from([{}, {"direction": "out"}, {"type": "POS"}, {"least": "1000000"}, {"q": "b"}]))
@settings(deadline=None)
def test_sums_are_the_booked_hits_of_one_currency_added_up(made: list[Transaction], parameters: dict[str, str]) -> None:
    wanted = read(parameters)
    hits = [each for each in made if wanted.matches(each)]
    view = build(made, wanted)

    assert figures(view.sums) == added(hits)
    for each in view.sums:
        assert each.money_in.currency == each.money_out.currency
        assert each.net.amount == each.money_in.amount + each.money_out.amount
    assert english(view.found).split()[0] == str(len(hits))


@given(st.lists(TRANSACTION, min_size=1, max_size=4), st.integers(1, 60))
@settings(deadline=None, max_examples=40)
def test_every_transaction_is_on_exactly_one_page_and_months_add_up_to_all(made: list[Transaction], times: int) -> None:
    sent = made * times
    pages = [build(sent, Filter(), 1)]
    pages += [build(sent, Filter(), number) for number in range(2, pages[0].pager.pages + 1)]

    shown = Counter(id(row.source) for page in pages for row in rows(page))
    assert shown == Counter(id(each) for each in sent)
    assert all(len(rows(page)) == page.pager.last - page.pager.first + 1 <= PAGE_SIZE for page in pages)
    assert all(page.sums == pages[0].sums for page in pages)
    months = {month.first: month for page in pages for month in page.months}
    assert sum(month.count for month in months.values()) == sum(not each.is_pending for each in sent)
    total: Counter[str] = Counter()
    for month in months.values():
        total.update({each.net.currency: each.count for each in month.sums})
    assert total == Counter({each.net.currency: each.count for each in pages[0].sums})


@given(TRANSACTIONS)
@settings(deadline=None)
def test_pending_stand_first_and_the_rest_newest_first(made: list[Transaction]) -> None:
    view = build(made, Filter())

    assert all(row.source.is_pending for row in view.pending)
    listed = [row.source for month in view.months for day in month.days for row in day.rows]
    assert not any(each.is_pending for each in listed)
    moments = [each.listed_at or datetime.min.replace(tzinfo=UTC) for each in listed]
    assert all(earlier >= later for earlier, later in pairwise(moments))
    firsts = [month.first for month in view.months]
    assert len(firsts) == len(set(firsts))


def test_a_month_that_the_pager_cuts_has_the_sums_of_all_its_hits() -> None:
    sent = [booked("-1.00", transaction_id=f"{each:03}") for each in range(PAGE_SIZE + 10)]
    first, second = (build(sent, Filter(), number) for number in (1, 2))

    for view in (first, second):
        (month,) = view.months
        assert month.continues
        assert month.count == PAGE_SIZE + 10
        assert figures(month.sums) == {"AED": (Decimal(), Decimal(-PAGE_SIZE - 10), PAGE_SIZE + 10)}
    assert (first.pager.first, first.pager.last, second.pager.first, second.pager.last) == (
        1,
        PAGE_SIZE,
        PAGE_SIZE + 1,
        PAGE_SIZE + 10,
    )
    assert not build(sent[:5], Filter()).months[0].continues


def test_a_page_beyond_an_end_is_that_end_and_links_keep_the_filter() -> None:
    sent = [booked("-1.00")] * (PAGE_SIZE * 2 + 1)
    wanted = read({"direction": "out", "q": "1.00"})

    assert [build(sent, wanted, number).pager.number for number in (-5, 0, 1, 3, 4, 10**9)] == [1, 1, 1, 3, 3, 3]
    middle = build(sent, wanted, 2).pager
    assert middle.newer == {"direction": "out", "q": "1.00"}
    assert middle.older == {"direction": "out", "q": "1.00", "page": "3"}
    assert (build([], wanted, 7).pager.first, build([], wanted, 7).pager.last) == (0, 0)


@pytest.mark.parametrize("text", [None, "", "x", "-1", "²", "٣", "9" * 5000, "1.5"])
def test_a_page_number_that_is_none_leads_to_the_first(text: str | None) -> None:
    assert page_number(text) == 1
    assert page_number("12") == 12


def test_pending_rejected_unreadable_and_unknown_are_shown_in_no_sum_and_said() -> None:
    sent = [
        booked("-7.00"),
        booked("-1.00", status="Pending"),
        booked("-2.00", status="Rejected"),
        booked(money=None),
        booked("-4.00", status="Frozen"),
    ]
    view = build(sent, Filter())

    assert figures(view.sums) == {"AED": (Decimal(), Decimal("-7.00"), 1)}
    assert said([view.found, view.pending_found]) == ["5 transactions found", "1 of them pending"]
    assert said(view.notes) == [
        "1 transaction has an amount that cannot be read; it is in no sum.",
        "1 rejected transaction is shown and not counted.",
        "1 transaction has a status that we do not know; it is shown and not counted.",
    ]
    assert len(rows(view)) == 5
    assert english(only(sent[2]).state) == "Rejected, not counted"
    assert said(only(sent[3]).notes) == ["The amount cannot be read"]
    assert english(only(sent[4]).state) == "Frozen, not counted"
    assert only(sent[0]).state is None


def test_currencies_are_listed_apart_and_this_is_said() -> None:
    view = build([booked("-1.00", "USD"), booked("2.00"), booked("3.000", "BHD")], Filter())

    assert [each.net.currency for each in view.sums] == ["AED", "BHD", "USD"]
    assert said(view.notes) == ["Currencies are never added together."]


@pytest.mark.parametrize(
    ("fields", "title", "details"),
    [
        ({"merchant": Merchant("Dune Coffee")}, "Dune Coffee", ["Card in shop"]),
        ({}, "Card in shop", []),
        ({"kind": None}, "Transaction", []),
        ({"kind": "CryptoTopUp"}, "Crypto Top Up", []),
        ({"merchant": Merchant("Liwa Books"), "sub_kind": "Refund"}, "Liwa Books", ["Card in shop", "Refund"]),
        ({"information": "Back", "sub_kind": "Reversal"}, "Back", ["Card in shop", "Reversal"]),
        ({"sub_kind": "Purchase"}, "Card in shop", []),
        ({"sub_kind": "LunarFee"}, "Card in shop", ["Lunar Fee"]),
        ({"merchant": Merchant("Way", None, "3001")}, "Way", ["Card in shop", "Airlines"]),
        ({"merchant": Merchant("Way", None, "none")}, "Way", ["Card in shop"]),
        (
            {"counterparty": Counterparty("Qamar"), "flags": ("Payroll",), "information": "November"},
            "Qamar",
            ["Card in shop", "Salary", "November"],
        ),
    ],
)
def test_titles_and_types_are_in_words_and_unknown_ones_as_sent(
    fields: dict[str, Any], title: str, details: list[str]
) -> None:
    row = only(booked(**fields))

    assert english(row.title) == title
    assert said(row.details) == details


def test_charges_and_exchange_rates_are_told_where_given() -> None:
    exchange = Exchange("USD", "AED", "USD", Decimal("3.6725"), Money(Decimal(100), "USD"))

    assert said(only(booked(charge=Charge(FIVE, included=True))).notes) == [
        "The amount is less a charge of AED\N{NO-BREAK SPACE}5.00"
    ]
    assert said(only(booked(charge=Charge(FIVE, included=False, vat=FIVE))).notes) == [
        "A charge of AED\N{NO-BREAK SPACE}5.00 comes on top",
        "VAT on the charge: AED\N{NO-BREAK SPACE}5.00",
    ]
    assert said(only(booked(exchange=exchange)).notes) == [
        "Ordered: USD\N{NO-BREAK SPACE}100.00",
        "Rate: 1 USD = 3.6725 AED",
    ]
    assert said(only(booked(exchange=Exchange(rate=Decimal("0.5")))).notes) == ["Rate: 0.5"]
    assert only(booked()).notes == ()


def test_other_side_card_and_shop_are_folded_facts() -> None:
    other = Counterparty("Samir", accounts=(AccountIdentifier("IBAN", "AE07"),), agent=Agent(name="Bank"))
    row = only(
        booked(counterparty=other, card=Card("VISA", "Chip", "4444********1111"), merchant=Merchant("Shop", "77"))
    )
    facts = {english(fact.label): fact.value for fact in row.facts}

    assert facts["Other side"] == "Samir"
    assert (facts["Its account"], facts["Its bank"]) == ("AE07", "Bank")
    assert (facts["Card"], facts["Card number"], facts["Number of the shop"]) == ("VISA", "4444********1111", "77")


def test_the_running_balance_is_the_banks_own_and_never_invented() -> None:
    with_one = booked("-1.00", running_balance=RunningBalance(FIVE, "InterimBooked"))
    view = build([with_one, booked("-2.00")], Filter())

    assert sorted(str(row.balance) for row in rows(view)) == sorted([str(FIVE), "None"])
    assert view.has_balances
    assert not build([booked()], Filter()).has_balances


def test_it_is_said_of_which_transactions_the_list_is_made() -> None:
    sent = [booked(), booked(booked_at=START - timedelta(days=50))]
    filtered = read({"q": "nothing of the kind"})

    first = (START - timedelta(days=50)).strftime("%d/%m/%Y")
    last = START.strftime("%d/%m/%Y")
    assert said(build(sent, filtered).coverage) == [f"From the 2 transactions your bank sent, {first} to {last}."]
    assert said(build([], Filter()).coverage) == ["Your bank sent no transactions."]
    assert said(build([booked(booked_at=None)], Filter(), more=True, unreadable=2).coverage) == [
        "From the 1 transaction your bank sent, without a date.",
        "Your bank has more: only the newest page can be read through this connection.",
        "2 details that your bank sent could not be read and are left out.",
    ]


@pytest.mark.parametrize("cut", sorted(CUTS))
def test_why_the_list_ends_early_is_said_in_words_of_its_own(cut: str) -> None:
    said_of = {each: said(build([booked()], Filter(), more=True, cut=each).coverage) for each in (None, *CUTS)}

    assert [len(words) for words in said_of.values()] == [2] * 5
    assert [other for other, words in said_of.items() if words == said_of[cut]] == [cut]
    assert len(said(build([booked()], Filter(), more=False).coverage)) == 1


def test_types_to_choose_are_those_sent_and_the_one_asked_for() -> None:
    view = build([booked(), booked(kind="New"), booked(kind="ATM")], read({"type": "Cheque"}))

    assert [option.value for option in view.types] == ["POS", "ATM", "Cheque", "New"]
