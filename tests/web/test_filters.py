"""Amounts as they are printed: the decimals of ISO 4217, or more where a bank sent more; and what lies in sentences."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from flask import g

from tpp.model.money import Bare, Money
from tpp.model.words import N_
from tpp.web.filters import ISOLATE, POP, money_parts, say

if TYPE_CHECKING:
    from tests.stack import Stack


@pytest.mark.parametrize(
    ("amount", "currency", "printed"),
    [
        ("1000.250", "IQD", "1,000.250"),
        ("1500.5", "LBP", "1,500.50"),
        ("5.50", "IRR", "5.50"),
        ("1.5", "KWD", "1.500"),
        ("500000", "JPY", "500,000"),
        ("5", "AED", "5.00"),
        ("5.12345", "AED", "5.12345"),
        ("5.10000", "AED", "5.10"),
        ("-1250", "AED", "−1,250.00"),
        ("7", "XAU", "7.00"),
        ("7", "ZZZ", "7.00"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: str, currency: str, printed: str) -> None:
    assert money_parts(Money(Decimal(amount), currency)).text == printed


def test_a_bare_amount_in_a_sentence_has_no_currency_and_keeps_its_reading_order(stack: Stack) -> None:
    words = N_("%(amount)s available", amount=Bare(Money(Decimal(-5), "AED")))

    with stack.app.test_request_context():
        g.amounts_shown = True
        assert say(words) == f"{ISOLATE}−5.00{POP} available"
