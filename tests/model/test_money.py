"""Money is exact, and keeps to its currency."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tpp.model.money import Money


def test_amounts_of_one_currency_add_up_exactly() -> None:
    total = sum((Money(Decimal("0.1"), "AED") for _ in range(9)), start=Money(Decimal("0.1"), "AED"))

    assert total == Money(Decimal("1.0"), "AED")


def test_amounts_of_two_currencies_have_no_sum() -> None:
    with pytest.raises(ValueError):
        Money(Decimal(1), "AED") + Money(Decimal(1), "USD")


def test_money_owed_is_a_debt() -> None:
    assert (-Money(Decimal(1), "AED")).is_debt
    assert not Money(Decimal(0), "AED").is_debt
