"""Money in and out: exact sums of one currency that close, and links that find the very same sums again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bodies import NOW, english
from tests.pages.money.read import ledger_of
from tests.pages.movements import TRANSACTIONS, booked
from tpp.model.account import AccountIdentifier
from tpp.model.banking.beneficiary import Counterparty
from tpp.model.banking.transaction import Merchant, Transaction
from tpp.model.days import day_of
from tpp.model.money import Money
from tpp.pages import transactions as lists
from tpp.pages.filter import read as read_filter
from tpp.pages.money.chart import in_short
from tpp.pages.money.flows import end_of, months_to
from tpp.pages.money.grouping import KINDS, kind_of
from tpp.pages.money.view import NAMED, SPANS, Kind, MoneyPage, Month, Wanted, build, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tpp.pages.money.flows import Flow
    from tpp.pages.money.sources import Ledger

ZERO = Decimal()
IBAN = "AE0703312345678901{:>05}"


def page(ledger: Ledger, wanted: Wanted | None = None) -> MoneyPage:
    """Build the page, from left to right."""
    return build(ledger, wanted or Wanted(), NOW, mirrored=False)


def sums(flow: Flow) -> tuple[Decimal, Decimal]:
    """Return in and out."""
    return flow.money_in.amount, flow.money_out.amount


def found_by(ledger: Ledger, query: Mapping[str, str]) -> tuple[Decimal, Decimal]:
    """Follow a link, through its address, to the list of transactions; return its sums of the link's currency."""
    parameters = dict(parse_qsl(urlencode(query), strict_parsing=True))
    wanted = read_filter(parameters, ledger.titles, ledger.currencies)
    assert wanted.errors == {}
    assert wanted.query == query
    view = lists.build_all(ledger, wanted)
    assert {each.net.currency for each in view.sums} <= {query["currency"]}
    added = [(each.money_in.amount, each.money_out.amount) for each in view.sums]
    return next(iter(added), (ZERO, ZERO))


def due(ledger: Ledger, currency: str, firsts: Sequence[date]) -> tuple[Decimal, Decimal]:
    """Add up by another way: from fields alone."""
    amounts = [
        each.transaction.money.amount
        for each in ledger.entries
        if each.transaction.status == "Booked"
        and each.own is None
        and each.transaction.money
        and each.transaction.money.currency == currency
        and (at := each.transaction.booked_at or each.transaction.happened_at)
        and any((day_of(at).year, day_of(at).month) == (first.year, first.month) for first in firsts)
    ]
    return sum((each for each in amounts if each > 0), ZERO), sum((each for each in amounts if each < 0), ZERO)


@given(TRANSACTIONS, TRANSACTIONS, st.sampled_from(SPANS), st.sampled_from([None, "AED", "USD", "BHD"]))
@settings(deadline=None, max_examples=60)
def test_sums_are_those_of_an_independent_addition_and_close_in_every_list(
    first: list[Transaction], second: list[Transaction], months: int, currency: str | None
) -> None:
    ledger = ledger_of({"1": first, "2": second})
    built = page(ledger, Wanted(months, currency))
    total = sums(built.total)

    assert total == due(ledger, built.currency, [each.first for each in built.months])
    assert len(built.months) == months
    for rows in (built.months, built.kinds):
        assert (sum(row.flow.money_in.amount for row in rows), sum(row.flow.money_out.amount for row in rows)) == total
        assert sum(row.flow.count for row in rows) == built.total.count
    assert (sum(row.money.amount for row in built.came_from.rows), built.came_from.total.amount) == (total[0],) * 2
    assert (sum(row.money.amount for row in built.went_to.rows), built.went_to.total.amount) == (-total[1],) * 2
    assert sums(built.shops_total) == (
        sum(row.flow.money_in.amount for row in built.shops),
        sum(row.flow.money_out.amount for row in built.shops),
    )


@given(TRANSACTIONS, TRANSACTIONS, st.sampled_from(SPANS))
@settings(deadline=None, max_examples=60)
def test_every_link_finds_transactions_that_add_up_to_its_figure(
    first: list[Transaction], second: list[Transaction], months: int
) -> None:
    ledger = ledger_of({"1": first, "2": second})
    for wanted in (Wanted(months), Wanted(months, accounts=("2",))):
        built = page(ledger, wanted)
        rows: list[Month | Kind] = [*built.months, *built.kinds, *built.shops]
        for row in rows:
            assert found_by(ledger, row.query) == sums(row.flow)
        for names, sign in ((built.came_from, 1), (built.went_to, -1)):
            for name in names.rows:
                if name.query is not None:
                    assert sum(found_by(ledger, name.query)) == sign * name.money.amount


@given(TRANSACTIONS)
@settings(deadline=None, max_examples=40)
def test_each_transaction_of_the_span_is_counted_or_said_to_be_left_out(made: list[Transaction]) -> None:
    built = page(ledger_of({"1": made}))
    firsts = {each.first for each in built.months}
    inside = [
        each
        for each in made
        if each.money and each.money.currency == built.currency and each.listed_at
        if day_of(each.listed_at).replace(day=1) in firsts
    ]
    said = [english(each) for each in built.made_of]

    if not inside:
        assert "Your bank sent no transactions of this time in this currency." in said
        return
    assert any(each.startswith(f"From {len(inside)} transaction") for each in said)
    if built.total.count < len(inside):
        assert f"That leaves {built.total.count}." in said


def named(amount: str, name: str, **more: Any) -> Transaction:
    """Make one that names a shop."""
    return booked(amount, merchant=Merchant(name), **more)


def test_eight_names_are_listed_and_everyone_else_closes_the_list() -> None:
    made = [named(f"-{number}.00", f"Shop {number}") for number in range(1, 13)]
    rows = page(ledger_of({"1": made})).went_to.rows

    assert [english(row.label) for row in rows] == [*(f"Shop {n}" for n in range(12, 4, -1)), "Everyone else"]
    assert len(rows) == NAMED + 1
    assert (rows[-1].money.amount, rows[-1].query, english(rows[-1].count)) == (Decimal(10), None, "4 times")
    assert rows[0].bar == "100.00%"
    assert rows[-1].bar == "83.33%"


def test_names_are_one_however_they_are_spelt_and_what_has_none_is_not_given_one() -> None:
    made = [
        named("-1.00", "Liwa Books"),
        named("-2.00", " LIWA  books "),
        named("-4.00", "\u2066\u2069"),
        booked("-8.00"),
        booked("-16.00", counterparty=Counterparty("Samir"), merchant=Merchant("")),
    ]
    ledger = ledger_of({"1": made})
    rows = page(ledger).went_to.rows

    assert [(english(row.label), row.money.amount) for row in rows] == [
        ("Samir", Decimal(16)),
        ("Not named", Decimal(12)),
        ("Liwa Books", Decimal(3)),
    ]
    assert [found_by(ledger, row.query or {})[1] for row in rows] == [Decimal(-16), Decimal(-12), Decimal(-3)]


def test_own_transfers_are_left_out_and_counted_by_their_reason() -> None:
    def side(amount: str, other: str) -> Transaction:
        numbers = (AccountIdentifier("IBAN", IBAN.format(other)),)
        return booked(amount, kind="SameBankTransfer", counterparty=Counterparty("Test Holder", accounts=numbers))

    ledger = ledger_of({"1": [side("-500.00", "2"), booked("-7.00")], "2": [side("500.00", "1")]})
    built = page(ledger)

    assert sums(built.total) == (ZERO, Decimal("-7.00"))
    assert [english(each) for each in built.made_of][1:] == [
        "2 of them are of transfers between your own accounts and are not counted, on neither side.",
        "That leaves 1.",
    ]
    listed = lists.build_all(ledger, read_filter({}, ledger.titles, ledger.currencies))
    assert [each.net.amount for each in listed.sums] == [Decimal("-7.00")]
    assert [(each.money_in.amount, each.count) for each in listed.sums] == [(Decimal("500.00"), 3)]
    assert english(listed.own_note) == (
        "Transfers between your own accounts are found on both sides and are in these sums."
    )
    own = [row for month in listed.months for day in month.days for row in day.rows if row.source.kind]
    assert [(english(row.title), english(row.details[0])) for row in own if row.source.counterparty] == [
        ("Account 2", "Between your own accounts"),
        ("Account 1", "Between your own accounts"),
    ]


def test_pending_rejected_and_unreadable_are_in_no_sum_and_said() -> None:
    made = [
        booked("-7.00"),
        booked("-1.00", status="Pending"),
        booked("-2.00", status="Rejected"),
        booked("-4.00", status="Frozen"),
        booked(money=None),
        booked("-8.00", booked_at=None),
    ]
    built = page(ledger_of({"1": made}))

    assert sums(built.total) == (ZERO, Decimal("-7.00"))
    assert [english(each) for each in built.made_of] == [
        "From 4 transactions your bank sent in this currency, 22/11/2026 to 22/11/2026.",
        "1 is pending and is not counted until the bank books it.",
        "2 are not booked, by their status, and are not counted.",
        "That leaves 1.",
        "1 transaction has an amount that cannot be read; it is in no sum.",
        "1 transaction has no date and is in no month.",
    ]


def test_each_currency_has_a_page_of_its_own_and_none_is_added_to_another() -> None:
    ledger = ledger_of({"1": [booked("-1.00"), booked("-2.00", "USD"), booked("-2.00", "USD"), booked("3.000", "BHD")]})
    built = page(ledger)

    assert (built.currency, sums(built.total)) == ("AED", (ZERO, Decimal("-1.00")))
    assert [(english(each.label), each.query["currency"]) for each in built.currencies] == [
        ("Bahraini dinars", "BHD"),
        ("US dollars", "USD"),
    ]
    assert english(built.made_of[-1]) == "Other currencies stand apart and are never added."
    dollars = page(ledger, read(built.currencies[1].query, [], ledger))
    assert (dollars.currency, sums(dollars.total)) == ("USD", (ZERO, Decimal("-4.00")))
    assert page(ledger_of({"1": [booked("-1", "USD")] * 2 + [booked("-1", "EUR")]})).currency == "USD"
    assert page(ledger_of({"1": []})).currency == "AED"


@pytest.mark.parametrize(
    "parameters",
    [{}, {"months": "7"}, {"months": "\u0663"}, {"months": "9" * 400}, {"currency": "ZZZ"}, {"currency": "<b>"}],
)
def test_what_there_is_not_is_not_asked_for(parameters: dict[str, str]) -> None:
    assert read(parameters, ["", "9", "2,9;1", "\x00"], ledger_of({"1": [booked()]})) == Wanted()


def test_accounts_can_be_chosen_and_links_carry_them() -> None:
    ledger = ledger_of({"1": [booked("-1.00")], "2": [booked("-2.00")], "3": [booked("-4.00")]})
    built = page(ledger, read({"months": "3"}, ["1,2"], ledger))

    assert sums(built.total) == (ZERO, Decimal("-3.00"))
    assert [(each.value, each.is_here) for each in built.accounts] == [("1", True), ("2", True), ("3", False)]
    assert english(built.of) == "2 accounts chosen"
    assert {row.query["account"] for row in built.months} == {"1,2"}
    assert built.spans[2].query == {"currency": "AED", "months": "12", "account": "1,2"}
    assert read({}, ["1", "2,3"], ledger) == Wanted(), "all of them is what is asked for anyway"
    alone = page(ledger, read({}, ["3"], ledger))
    assert (sums(alone.total), english(alone.of)) == ((ZERO, Decimal("-4.00")), "Account 3 alone")


def test_months_that_were_not_read_whole_are_marked() -> None:
    made = [booked("-1.00"), booked("-1.00", booked_at=NOW - timedelta(days=40))]
    cut, whole = page(ledger_of({"1": made}, more=True)), page(ledger_of({"1": made}))

    assert [each.is_partial for each in cut.months] == [True] * 5 + [False]
    assert cut.partial is not None
    assert not any(each.is_partial for each in whole.months)
    assert whole.partial is None
    assert english(cut.reaches[0].said) == (
        "2 transactions, 13/10/2026 to 22/11/2026; the bank has older ones that were not read"
    )


def test_an_entry_of_the_last_minute_of_a_month_in_dubai_is_in_that_month() -> None:
    last = datetime.fromisoformat("2026-10-31T23:59:59+04:00")
    built = page(
        ledger_of({"1": [booked("-1.00", booked_at=last), booked("-2.00", booked_at=last + timedelta(seconds=1))]})
    )

    assert [sums(each.flow)[1] for each in built.months[-2:]] == [Decimal("-1.00"), Decimal("-2.00")]


def test_months_end_with_the_one_of_a_day_and_run_back_over_years() -> None:
    assert months_to(date(2026, 2, 28), 3) == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert months_to(date(1, 2, 1), 6) == [date(1, 1, 1), date(1, 2, 1)]
    assert [end_of(date(2026, month, 1)) for month in (1, 2, 12)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 12, 31),
    ]


def test_shops_are_grouped_only_where_the_bank_sent_a_code() -> None:
    made = [
        booked("-1.00", merchant=Merchant("A supermarket", None, "5411")),
        booked("-2.00", merchant=Merchant("Fuel", None, "5541")),
        booked("-4.00", merchant=Merchant("Airline without a code")),
        booked("-8.00", merchant=Merchant("Odd", None, "54x1")),
    ]
    built = page(ledger_of({"1": made}))

    assert [(english(row.label), row.flow.count) for row in built.shops] == [("Retail outlets", 2)]
    assert sums(built.shops_total) == (ZERO, Decimal("-3.00"))
    assert page(ledger_of({"1": made[2:]})).shops == ()


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"flags": ("Payroll",), "kind": "LocalBankTransfer"}, "salary"),
        ({"flags": ("OpenFinance", "StandingOrder")}, "standing-orders"),
        ({"sub_kind": "Refund"}, "refunds"),
        ({"kind": "Other", "sub_kind": "Interest"}, "interest"),
        ({"kind": "ECommerce", "sub_kind": "Purchase"}, "cards"),
        ({"kind": "Teller"}, "branch"),
        ({"kind": "CryptoTopUp"}, "type-CryptoTopUp"),
        ({"kind": None}, "untold"),
        ({"kind": "\u2066"}, "untold"),
    ],
)
def test_a_kind_is_what_the_bank_said_and_nothing_else(fields: dict[str, Any], kind: str) -> None:
    ledger = ledger_of({"1": [booked("-1.00", **fields)]})
    (row,) = page(ledger).kinds

    assert kind_of(ledger.entries[0].transaction) == kind
    assert english(row.label) == (english(KINDS[kind]) if kind in KINDS else "Crypto Top Up")


def test_nothing_at_all_is_a_page_without_an_invented_figure() -> None:
    built = page(ledger_of({"1": []}))

    assert sums(built.total) == (ZERO, ZERO)
    assert (built.came_from.rows, built.went_to.rows, built.kinds, built.shops) == ((), (), (), ())
    assert english(built.verdict) == "as much came in as went out"
    assert {bar.height_in for bar in built.chart.bars} == {"0.0"}


def test_the_chart_is_drawn_from_the_figures_and_mirrored_from_right_to_left() -> None:
    made = [booked("300.00"), booked("-100.00"), booked("-50.00", booked_at=NOW - timedelta(days=30))]
    ledger = ledger_of({"1": made})
    drawn, mirrored = (build(ledger, Wanted(3), NOW, mirrored=each).chart for each in (False, True))
    last = drawn.bars[-1]

    assert (last.height_in, last.height_out, drawn.beam) == ("135.0", "45.0", "163.0")
    assert (last.top, last.bottom, last.dot) == ("28.0", "208.0", "73.0")
    assert drawn.bars[-2].height_out == "22.5"
    assert (english(last.said_in), english(last.said_out), last.is_running) == ("300", "100", True)
    assert [each.middle for each in drawn.bars] == [each.middle for each in reversed(mirrored.bars)]
    assert replace(last, column="", x="", middle="") == replace(mirrored.bars[-1], column="", x="", middle="")


@given(st.lists(st.decimals(0, 10**15, places=2), min_size=1, max_size=12))
@settings(deadline=None)
def test_bars_have_room_in_the_chart_whatever_the_amounts(amounts: list[Decimal]) -> None:
    made = [booked(f"{amount}", booked_at=NOW - timedelta(days=9 * n)) for n, amount in enumerate(amounts)]
    drawn = build(ledger_of({"1": made}), Wanted(12), NOW, mirrored=False).chart

    for bar in drawn.bars:
        assert 0 <= Decimal(bar.top) <= Decimal(bar.bottom) <= drawn.height
        assert Decimal(bar.height_in) >= 0
        assert len(english(bar.said_in)) <= len("1,000,000.0bn")
    assert Counter(each.is_running for each in drawn.bars) == {False: 11, True: 1}


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", ""),
        ("0.4", "<1"),
        ("999.49", "999"),
        ("999.5", "1.0k"),
        ("36103.40", "36.1k"),
        ("999950", "1.0m"),
        ("1234567890", "1.2bn"),
    ],
)
def test_figures_in_the_chart_are_short(amount: str, said: str) -> None:
    assert english(in_short(Decimal(amount))) == said


def test_money_of_two_currencies_cannot_be_added_by_mistake() -> None:
    ledger = ledger_of({"1": [booked("-1.00"), booked("-1.00", "USD")]})
    built = page(ledger)

    assert built.total.money_out == Money(Decimal("-1.00"), "AED")
