"""Sums over made-up accounts and balances: they are the rows' figures added up, and invent no debt and no date."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bodies import NOW, account, entries, figures, page
from tpp.model.standing import CLOCKS_DIFFER, standing

if TYPE_CHECKING:
    from tpp.model.money import Money

KINDS = [
    *("InterimAvailable", "InterimBooked", "InterimCleared", "ClosingAvailable", "ClosingBooked", "ClosingCleared"),
    *("OpeningAvailable", "OpeningBooked", "OpeningCleared", "PreviouslyClosedBooked", "ForwardAvailable"),
    *("Expected", "Information", "SomethingNew"),
]
SUB_TYPES = ["CurrentAccount", "Savings", "CreditCard", "PrepaidCard", "Mortgage", "Finance", "Loan", "Unheard", None]
AMOUNTS = st.decimals(0, 9_999_999, places=2).map(lambda amount: f"{amount:.2f}")
MOMENTS = st.sampled_from([-400, -1, 0, 0, 0, 1, 30]).map(lambda days: (NOW + timedelta(days=days)).isoformat())


def amount(currency: str) -> st.SearchStrategy[dict[str, Any]]:
    """Make an amount of one currency."""
    return st.builds(lambda digits: {"Amount": digits, "Currency": currency}, AMOUNTS)


def balances(currency: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Make what a bank sends of one account: types, signs, dates and credit lines in any mix, and another currency."""
    lines = st.fixed_dictionaries(
        {},
        optional={
            "Included": st.booleans(),
            "Type": st.sampled_from(["Available", "Credit", "Emergency", "Pre-Agreed", "Temporary"]),
            "Amount": amount(currency),
        },
    )
    money = st.one_of(amount(currency), amount(currency), amount(currency), amount("EUR"))
    one = st.fixed_dictionaries(
        {"CreditDebitIndicator": st.sampled_from(["Credit", "Debit"]), "Type": st.sampled_from(KINDS), "Amount": money},
        optional={"DateTime": MOMENTS, "CreditLine": st.lists(lines, max_size=2)},
    )
    return st.lists(one, max_size=4)


ACCOUNTS = st.lists(
    st.sampled_from(["AED", "AED", "USD", "BHD"]).flatmap(
        lambda currency: st.tuples(st.just(currency), st.sampled_from(SUB_TYPES), balances(currency))
    ),
    max_size=6,
)


@given(ACCOUNTS)
@settings(deadline=None)
def test_every_sum_is_the_figures_of_its_rows_added_up(made: list[Any]) -> None:
    listed = [account(str(place), sub_type, Currency=code) for place, (code, sub_type, _) in enumerate(made)]
    read = figures(listed, {str(place): sent for place, (_, _, sent) in enumerate(made)})
    built = page(read)

    counted = [row.money for row in entries(built) if row.money is not None and row.note is None]
    rows = [row for row in [built.totals.hero, *built.totals.rest] if row]
    assert sorted(map(repr, counted)) == sorted(repr(part.money) for row in rows for part in row.parts)
    for row in rows:
        assert {part.money.currency for part in row.parts} == {row.money.currency}
        assert {part.money.is_debt for part in row.parts} == {row.money.is_debt}
        assert row.money.amount == sum((part.money.amount for part in row.parts), Decimal())


@given(ACCOUNTS)
@settings(deadline=None)
def test_no_debt_is_greater_than_a_balance_says_and_no_figure_is_dated_ahead(made: list[Any]) -> None:
    for code, sub_type, sent in made:
        (read,) = figures([account("1", sub_type, Currency=code)], {"1": sent}).accounts
        stands = standing(read.account, read.balances, NOW)
        if stands.balance is None or stands.money is None:
            continue
        assert stands.balance.at is None or stands.balance.at <= NOW + CLOCKS_DIFFER
        lowest = min(map(_least, [each for each in read.balances if each.money.currency == stands.money.currency]))
        assert stands.money.amount >= lowest


def _least(balance: Any) -> Decimal:
    """Return the least that one balance can mean: what it says, or less what it says is borrowed in it."""
    money: Money = balance.money
    lines = [line.amount for line in balance.credit_lines if line.included and line.amount]
    borrowed = [each.amount for each in lines if each.currency == money.currency]
    return money.amount if money.is_debt else money.amount - max(borrowed, default=Decimal())
