"""Reading products in both versions: rates are exact, and mean what their own version says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.ground.versions import V12, V21, VERSIONS
from tests.bank import sent
from tests.bank.hostile import mixtures
from tpp.bank.read_product import products, products_v21
from tpp.errors import MalformedResponse
from tpp.model.money import Money

READERS: dict[str, Any] = {V12: products, V21: products_v21}


def amount(digits: str) -> dict[str, str]:
    """Write an amount."""
    return {"Amount": digits, "Currency": "AED"}


def aed(digits: str) -> Money:
    """Make money."""
    return Money(Decimal(digits), "AED")


RATE = {
    "Rate": "0.3588",
    "Amount": amount("15000.00"),
    "CalculationFrequency": "P1D",
    "ApplicationFrequency": "P1M",
    "RepaymentType": "Whole",
    "Notes": "For purchases",
}
FULL: dict[str, Any] = {
    "ProductId": "R-1",
    "ProductType": "CreditCard",
    "ProductName": "Cashback Card",
    "IsIslamic": True,
    "Charges": [
        {"Name": "Annual fee", "ChargeType": "Annual", "Amount": amount("315.00"), "Frequency": "P1Y", "Notes": "N"}
    ],
    "LendingRates": [RATE | {"LendingRateType": "Fixed"}],
    "DepositRates": [{"DepositRateType": "Profit", "Rate": "0.05"}],
}
FULL_V21: dict[str, Any] = {
    "ShariaStructure": "Murabaha",
    "Charges": [
        {
            "Type": "CashAdvance",
            "Name": "Cash",
            "Description": "At cash machines",
            "Charge": [
                {"Amount": amount("10.00")},
                {"Rate": 3.15, "MaximumChargeAmount": amount("100.00"), "ApplicationFrequency": "Monthly"},
            ],
        },
        {"Name": "Free of charge", "Description": "Letters", "Charge": []},
    ],
    "FinanceRates": "sealed.for.the.user.alone",
    "DepositRates": {
        "RateType": "VariableProfit",
        "RateDetails": [{"AnnualRate": 1.25, "CalculationFrequency": "Daily", "ApplicationFrequency": "Monthly"}],
    },
    "IsSecured": False,
    "IsSalaryTransferRequired": True,
    "RewardsBenefits": [{"Type": "Cashback", "Name": "Cashback"}, {"Type": "Points", "Name": "Miles"}],
}
MADE = {V12: FULL, V21: FULL_V21}


def body(*rows: Any) -> dict[str, Any]:
    """Wrap products as the API does."""
    return {"Data": {"AccountId": "a", "Product": list(rows)}, "Links": {"Self": "x"}, "Meta": {"TotalPages": 1}}


@pytest.mark.parametrize("version", VERSIONS)
def test_all_that_the_bank_sends_of_everybody_is_read(version: Any) -> None:
    for name in sent.SOUND:
        for rows, answer in sent.sent(name, "Product", version):
            read = READERS[version](answer)

            assert (read.unreadable, len(read.items)) == ((), len(rows))
            (product,) = read.items
            assert len(product.charges) == len(rows[0].get("Charges", []))
            assert all(each.name and each.money for each in product.charges)
            assert all(each.fraction or each.stated for each in (*product.lending_rates, *product.deposit_rates))


@pytest.mark.parametrize("version", VERSIONS)
def test_hostile_products_are_read_without_an_error(version: Any) -> None:
    for rows, answer in sent.sent("nasty", "Product", version):
        assert len(READERS[version](answer).items) <= len(rows)


def test_every_field_of_a_product_is_read() -> None:
    (read,) = products(body(FULL)).items

    assert products(body(FULL)).unreadable == ()
    assert (read.product_id, read.kind, read.name, read.is_islamic) == ("R-1", "CreditCard", "Cashback Card", True)
    (charge,), (lent,), (kept,) = read.charges, read.lending_rates, read.deposit_rates
    assert (charge.name, charge.kind, charge.money) == ("Annual fee", "Annual", aed("315.00"))
    assert (charge.every, charge.notes) == ("P1Y", "N")
    assert (lent.kind, lent.fraction, lent.money) == ("Fixed", Decimal("0.3588"), aed("15000.00"))
    assert (lent.calculated, lent.applied, lent.repayment, lent.notes) == ("P1D", "P1M", "Whole", "For purchases")
    assert (kept.kind, kept.fraction, kept.stated) == ("Profit", Decimal("0.05"), None)


def test_the_newer_versions_product_is_read_by_its_own_rules() -> None:
    (read,) = products_v21(body(FULL_V21)).items

    assert products_v21(body(FULL_V21)).unreadable == ()
    assert (read.name, read.is_islamic, read.sharia_structure) == (None, None, "Murabaha")
    assert [(each.name, each.kind, each.money, each.fraction, each.most) for each in read.charges] == [
        ("Cash", "CashAdvance", aed("10.00"), None, None),
        ("Cash", "CashAdvance", None, Decimal("0.0315"), aed("100.00")),
        ("Free of charge", None, None, None, None),
    ]
    assert [each.notes for each in read.charges] == ["At cash machines", "At cash machines", "Letters"]
    (kept,) = read.deposit_rates
    assert (kept.kind, kept.stated, kept.fraction) == ("VariableProfit", Decimal("1.25"), None)
    assert (kept.calculated, kept.applied) == ("Daily", "Monthly")
    assert (read.is_secured, read.needs_salary_transfer, read.rewards) == (False, True, ("Cashback", "Miles"))


@pytest.mark.parametrize("rate", ["5%", "1e-2", ".05", "5.", "٠٫٠٥", "0,05", "", "NaN", 0.05, True, [], "1" * 7])
def test_a_rate_of_another_form_is_not_guessed_at(rate: Any) -> None:
    read = products(body(FULL | {"LendingRates": [RATE | {"Rate": rate}], "DepositRates": []}))

    assert read.items[0].lending_rates[0].fraction is None
    assert read.unreadable == ("/Data/Product/0/LendingRates/0/Rate",)


@pytest.mark.parametrize(("rate", "fraction"), [("0.05", "0.05"), ("1.0", "1.0"), ("0", "0"), ("-0.005", "-0.005")])
def test_a_rate_is_a_fraction_to_the_last_digit(rate: str, fraction: str) -> None:
    (read,) = products(body(FULL | {"DepositRates": [{"DepositRateType": "Profit", "Rate": rate}]})).items

    assert str(read.deposit_rates[0].fraction) == fraction


@pytest.mark.parametrize("rate", [-1, 100.01, "3.15", True, float("inf")])
def test_a_charges_rate_beyond_a_hundred_percent_is_unreadable_in_the_newer_version(rate: Any) -> None:
    charge = {"Name": "Cash", "Charge": [{"Rate": rate}]}
    read = products_v21(body({"Charges": [charge]}))

    assert read.items[0].charges[0].fraction is None
    assert read.unreadable == ("/Data/Product/0/Charges/0/Charge/0/Rate",)


def test_neither_version_is_read_by_the_others_rules() -> None:
    older, newer = products(body(FULL_V21 | {"ProductId": "R-1"})), products_v21(body(FULL))

    assert (older.items[0].deposit_rates, older.items[0].rewards) == ((), ())
    assert (newer.items[0].deposit_rates, newer.items[0].lending_rates) == ((), ())
    assert (newer.items[0].product_id, newer.items[0].name) == (None, None)


@pytest.mark.parametrize("read", READERS.values())
@pytest.mark.parametrize("answer", [None, [], {"Data": []}, {"Data": {"Product": {}}}])
def test_a_body_without_a_list_of_products_is_no_answer(read: Any, answer: Any) -> None:
    with pytest.raises(MalformedResponse):
        read(answer)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_any_mixture_of_bad_values_is_read_without_an_error(data: st.DataObject) -> None:
    version = data.draw(st.sampled_from(VERSIONS))
    rows = data.draw(mixtures(MADE[version]))
    read = READERS[version](body(*rows))

    assert len(read.items) <= len(rows)
    fractions = [each.fraction for found in read.items for each in (*found.charges, *found.lending_rates)]
    assert all(each is None or each.is_finite() for each in fractions)
