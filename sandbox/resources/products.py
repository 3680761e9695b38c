"""The product behind an account, by its sub-type. Fees and rates are invented.

Source: UAE Open Finance Standard v1.2, `AEProduct`; a rate is a string in which 0.05 means 5 %.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.ground.amounts import amount

if TYPE_CHECKING:
    from sandbox.people.holders import Account

NAMES = {
    "CurrentAccount": "Everyday Current Account",
    "Savings": "Profit Savings Account",
    "CreditCard": "Cashback Credit Card",
    "PrepaidCard": "Prepaid Card",
}
FEES = {
    "CurrentAccount": ("Monthly account fee", "Service", Decimal("26.25"), "P1M"),
    "CreditCard": ("Annual card fee", "Annual", Decimal("315.00"), "P1Y"),
    "PrepaidCard": ("Issue fee", "Service", Decimal("52.50"), ""),
}
DEPOSIT = {"DepositRateType": "Profit", "Rate": "0.0125", "CalculationFrequency": "P1D", "ApplicationFrequency": "P1M"}
LENDING = {"CalculationFrequency": "P1D", "ApplicationFrequency": "P1M"}


def products(account: Account) -> list[dict[str, Any]]:
    """Return `Product[]`: one product."""
    row: dict[str, Any] = {
        "ProductId": f"{account.account_type}-{account.sub_type}",
        "ProductType": account.sub_type,
        "ProductName": NAMES[account.sub_type],
        "IsIslamic": account.sub_type == "Savings",
    }
    if account.sub_type in FEES:
        row["Charges"] = [_fee(account)]
    if account.sub_type == "Savings":
        row["DepositRates"] = [DEPOSIT]
    if account.limit is not None or account.overdraft is not None:
        rate = "0.3588" if account.limit is not None else "0.145"
        value = account.limit if account.limit is not None else account.overdraft
        lent = {"LendingRateType": "Fixed", "Rate": rate, "Amount": amount(value or Decimal(0), account.currency)}
        row["LendingRates"] = [lent | LENDING]
    return [row]


def _fee(account: Account) -> dict[str, Any]:
    name, kind, _value, how_often = FEES[account.sub_type]
    fee: dict[str, Any] = {"Name": name, "ChargeType": kind, "Amount": fee_amount(account)}
    return fee | ({"Frequency": how_often} if how_often else {})


def fee_amount(account: Account) -> dict[str, str]:
    """Return what an account of a kind that costs something costs."""
    return amount(FEES[account.sub_type][2], account.currency)
