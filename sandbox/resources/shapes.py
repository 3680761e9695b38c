"""Accounts, balances and transactions as v2.1 has them, made from what v1.2 shows.

Cards are named by a `MaskedPAN` of their last four digits. What is owed is all `Principal`: nothing in the
ledger of this bank charges interest on a card. Of the sub-types that are new for transactions those are used that
the ledger can tell. The permissions for foreign exchange open no transactions by themselves; beside Basic they add
the exchange, which Detail has anyway; charges are in both.
Source: UAE Open Finance Standard v2.1, `AEAccountArrayId`, `AEBalance`, `AETransaction`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.ground.amounts import amount
from sandbox.ground.versions import V21
from sandbox.resources.balances import balances_of
from sandbox.resources.transactions import opened, transaction

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from decimal import Decimal

    from sandbox.ledger.flows import Flow
    from sandbox.people.holders import Account

CARDS = frozenset({"CreditCard", "PrepaidCard"})
SHARIA = frozenset({"Savings"})
SUB_TRANSACTIONS = {
    "fee": "Fee",
    "profit": "Profit",
    "loan": "Repayments",
    "cashback": "Rewards",
    "repaid": "Repayments",
}
FLAGS = {"Loan": "Finance"}
EXCHANGE = frozenset({"ReadFXTransactionsBasic", "ReadFXTransactionsDetail"})
BILL_PAID = "Post-Paid"


def in_v21(body: dict[str, Any], account: Account) -> dict[str, Any]:
    """Return the account object of v1.2 as v2.1 has it."""
    identifier = body["AccountIdentifiers"][0]
    if account.sub_type in CARDS:
        masked = f"************{account.identification[-4:]}"
        identifier = identifier | {"SchemeName": "MaskedPAN", "Identification": masked}
    return body | {
        "AccountSubType": account.sub_type_in(V21),
        "AccountIdentifiers": [identifier],
        "IsShariaCompliant": account.sub_type in SHARIA,
    }


def balances_in_v21(account: Account, now: datetime) -> list[dict[str, Any]]:
    """Return `Balance[]` with the components of what is owed."""
    return [
        body | (owed_components(body["Amount"]) if body["CreditDebitIndicator"] == "Debit" else {})
        for body in balances_of(account, now)
    ]


def owed_components(value: dict[str, str]) -> dict[str, Any]:
    """Return `Components` of an owed amount; they add up to it."""
    return {"Components": [{"BalanceCategory": "Principal", "Amount": value}]}


def money(value: Decimal, currency: str, *, owed: bool) -> dict[str, Any]:
    """Return a balance object of a statement: direction, amount and, where it is owed, its components."""
    shown = amount(value, currency)
    body: dict[str, Any] = {"CreditDebitIndicator": "Debit" if owed else "Credit", "Amount": shown}
    return body | (owed_components(shown) if owed else {})


def transaction_in_v21(flow: Flow, account: Account, permissions: Collection[str]) -> dict[str, Any]:
    """Return a transaction object at the level that the permissions open."""
    body = opened(flow, account, permissions) | {"SubTransactionType": sub_transaction_of(flow)}
    if flow.habit.foreign and EXCHANGE & set(permissions):
        body["CurrencyExchange"] = transaction(flow, account, detail=True)["CurrencyExchange"]
    if "Flags" in body:
        body["Flags"] = [FLAGS.get(flag, flag) for flag in body["Flags"]]
    if "BillDetails" in body:
        body["BillDetails"] = body["BillDetails"] | {"BillPaymentType": BILL_PAID}
    return body


def sub_transaction_of(flow: Flow) -> str:
    """Return the flow's `SubTransactionType` of v2.1."""
    return SUB_TRANSACTIONS.get(flow.habit.kind, flow.habit.named.sub_type)
