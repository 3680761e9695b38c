"""The tab of the product, in plain words: exact rates, charges as the bank names them, nothing worked out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.bodies import english
from tests.pages.tabs.regular_payments import aed, failed, found
from tpp.bank import read_product
from tpp.model.banking.product import Product, ProductCharge, ProductRate
from tpp.pages.tabs.product import Line, Sheet, build


def only(product: Product) -> Sheet:
    """Return how one product is shown."""
    (sheet,) = build(found([product])).sheets or ()
    return sheet


def rows(sheet: Sheet) -> dict[str, list[tuple[str, str | None, list[str]]]]:
    """Return the parts of a product in English: title, rate, details."""
    return {english(part.title): [_row(each) for each in part.lines] for part in sheet.parts}


def _row(line: Line) -> tuple[str, str | None, list[str]]:
    return english(line.title), line.rate, [english(each).replace("\N{NO-BREAK SPACE}", " ") for each in line.details]


def test_a_product_is_told_in_plain_words() -> None:
    sheet = only(
        Product(
            "1",
            "CurrentAccount",
            "Everyday",
            is_islamic=False,
            charges=(ProductCharge("Monthly fee", "Service", aed("26.25"), every="P1M", notes="Waived for some"),),
            lending_rates=(
                ProductRate("Fixed", Decimal("0.3588"), money=aed("5000"), calculated="P1D", applied="P1Y"),
            ),
            deposit_rates=(ProductRate("Profit", Decimal("0.0125")), ProductRate()),
            rewards=("Lounge", "Cashback"),
        )
    )

    assert sheet.title == "Everyday"
    assert [(english(label), english(value)) for label, value in sheet.facts] == [
        ("Kind", "Current account"),
        ("Islamic product", "No"),
        ("What it brings", "Lounge, Cashback"),
    ]
    assert rows(sheet) == {
        "What it costs": [("Monthly fee", None, ["Service", "Every month", "Waived for some"])],
        "What your money earns": [("Profit", "1.25%", []), ("Rate", None, [])],
        "What borrowing costs": [
            ("Fixed", "35.88%", ["up to AED 5,000.00", "worked out: Every day", "booked: Every year"])
        ],
    }
    assert sheet.parts[0].lines[0].money == aed("26.25")


@pytest.mark.parametrize(
    ("fraction", "printed"),
    [
        ("0.05", "5%"),
        ("0.0125", "1.25%"),
        ("1", "100%"),
        ("0", "0%"),
        ("0.100000000000001", "10.0000000000001%"),
        ("-0.001", "-0.1%"),
        ("12", "1200%"),
    ],
)
def test_a_rate_is_printed_as_exactly_as_it_was_sent(fraction: str, printed: str) -> None:
    body = {"Data": {"Product": [{"ProductId": "1", "LendingRates": [{"LendingRateType": "X", "Rate": fraction}]}]}}
    (sheet,) = build(found(read_product.products(body).items)).sheets or ()

    assert rows(sheet)["What borrowing costs"] == [("X", printed, [])]


def test_a_rate_whose_unit_is_not_told_stays_a_bare_number_and_a_limit_is_said() -> None:
    charge = ProductCharge("Transfer", fraction=Decimal("0.01"), most=aed("50"), every="PerTransaction")
    sheet = only(Product(deposit_rates=(ProductRate("Var", stated=Decimal("1.50")),), charges=(charge,)))

    assert english(sheet.title) == "Product"
    assert rows(sheet) == {
        "What it costs": [("Transfer", "1%", ["PerTransaction", "at most AED 50.00"])],
        "What your money earns": [("Var", "1.50", [])],
    }


def test_a_product_that_did_not_come_says_why() -> None:
    view = build(failed("not-shared"))

    assert view.sheets is None
    assert english(view.state.failure or "") == "Your bank did not share this"


@pytest.mark.parametrize(
    "row",
    [
        {"ProductName": 7, "IsIslamic": "no", "Charges": {"Name": "x"}, "LendingRates": None},
        {"Charges": [{"Name": [], "Amount": {"Amount": "1,5", "Currency": "AED"}}], "LendingRates": [{"Rate": "5 %"}]},
    ],
)
def test_bad_values_of_a_product_are_left_out_and_counted(row: dict[str, Any]) -> None:
    parsed = read_product.products({"Data": {"Product": [{"ProductId": "1", **row}]}})
    view = build(found(parsed.items, unreadable=parsed.unreadable))
    (sheet,) = view.sheets or ()

    assert (sheet.facts, sheet.parts) == ((), ())
    assert view.state.unreadable is not None
