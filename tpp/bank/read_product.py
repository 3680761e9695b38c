"""Products out of their JSON body: `{"Data": {"AccountId", "Product": [...]}}`; one reader a version.

In v1.2 a rate is a fraction in a string ("0.05" is 5 %). In v2.1 a charge's rate is a JSON number from 0 to 100, and a
deposit's a JSON number whose unit the text leaves open. v2.1's `FinanceRates` may be sealed for the user alone, and is
not read; nor are tenor and assets.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from tpp.bank.read_parts import identity, listed, told
from tpp.model.banking.product import Product, ProductCharge, ProductRate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tpp.bank.read import Fields
    from tpp.model.resource import Parsed

FRACTION = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,15})?")
"""`AERate` has no pattern, only 18 characters at most; anything else than plain decimals is not guessed at."""

MOST_PERCENT = 100


def products(body: object) -> Parsed[Product]:
    """Read `GET /accounts/{AccountId}/product` of v1.2."""
    return listed(body, "Product", "ProductId", _product, Product())


def products_v21(body: object) -> Parsed[Product]:
    """Read `GET /accounts/{AccountId}/product` of v2.1, whose products have neither id nor name."""
    return listed(body, "Product", "ShariaStructure", _product_v21, Product())


def _product(fields: Fields) -> tuple[str | None, Product]:
    product_id = identity(fields, "ProductId")
    return product_id, Product(
        product_id=product_id,
        kind=fields.text("ProductType"),
        name=fields.text("ProductName"),
        is_islamic=fields.truth("IsIslamic"),
        charges=told([_charge(each) for each in fields.each("Charges")], ProductCharge()),
        lending_rates=told([_rate(each, "LendingRateType") for each in fields.each("LendingRates")], ProductRate()),
        deposit_rates=told([_rate(each, "DepositRateType") for each in fields.each("DepositRates")], ProductRate()),
    )


def _product_v21(fields: Fields) -> tuple[str | None, Product]:
    deposit = fields.part("DepositRates")
    kind = deposit.text("RateType") if deposit else None
    return None, Product(
        sharia_structure=fields.text("ShariaStructure"),
        charges=told([part for each in fields.each("Charges") for part in _charges_v21(each)], ProductCharge()),
        deposit_rates=told(
            [_deposit_v21(each, kind) for each in deposit.each("RateDetails")] if deposit else [], ProductRate()
        ),
        is_secured=fields.truth("IsSecured"),
        needs_salary_transfer=fields.truth("IsSalaryTransferRequired"),
        rewards=tuple(name for each in fields.each("RewardsBenefits") if (name := each.text("Name"))),
    )


def _charge(fields: Fields) -> ProductCharge:
    return ProductCharge(
        name=fields.text("Name"),
        kind=fields.text("ChargeType"),
        money=fields.unsigned_money("Amount"),
        every=fields.text("Frequency"),
        notes=fields.text("Notes"),
    )


def _rate(fields: Fields, kind: str) -> ProductRate:
    return ProductRate(
        kind=fields.text(kind),
        fraction=_fraction(fields),
        money=fields.unsigned_money("Amount"),
        calculated=fields.text("CalculationFrequency"),
        applied=fields.text("ApplicationFrequency"),
        repayment=fields.text("RepaymentType"),
        notes=fields.text("Notes"),
    )


def _fraction(fields: Fields) -> Decimal | None:
    """Read a rate of v1.2: "0.05" is 5 %."""
    value = fields.exact("Rate")
    if value is None:
        return None
    if not FRACTION.fullmatch(value):
        fields.leave_out("Rate")
        return None
    return Decimal(value)


def _charges_v21(fields: Fields) -> Iterator[ProductCharge]:
    """Read the parts of one charge, each under the charge's own name; one without parts is still named."""
    whole = ProductCharge(fields.text("Name"), fields.text("Type"), notes=fields.text("Description"))
    parts = list(fields.each("Charge"))
    yield from (_part_v21(whole, each) for each in parts)
    if not parts:
        yield whole


def _part_v21(whole: ProductCharge, fields: Fields) -> ProductCharge:
    return replace(
        whole,
        money=fields.unsigned_money("Amount"),
        fraction=_percent(fields),
        most=fields.unsigned_money("MaximumChargeAmount"),
        every=fields.text("ApplicationFrequency"),
    )


def _percent(fields: Fields) -> Decimal | None:
    """Read the rate of a charge in v2.1, from 0 to 100, as a fraction."""
    value = fields.number("Rate")
    if value is None or 0 <= value <= MOST_PERCENT:
        return value.scaleb(-2) if value is not None else None
    fields.leave_out("Rate")
    return None


def _deposit_v21(fields: Fields, kind: str | None) -> ProductRate:
    return ProductRate(
        kind=kind,
        stated=fields.number("AnnualRate"),
        calculated=fields.text("CalculationFrequency"),
        applied=fields.text("ApplicationFrequency"),
        notes=fields.text("Notes"),
    )
