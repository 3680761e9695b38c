"""The table of what is read of a bank: account-information v1.2, one value for each resource."""

from __future__ import annotations

from datetime import timedelta

from tpp.bank import read_accounts, read_transactions
from tpp.model.permission import ACCOUNTS, TRANSACTION_READS
from tpp.model.resource import Resource, Resources

VERSION = "v1.2"

FRESH = timedelta(seconds=60)
"""A plain visit within this time does not ask the bank again."""

RESOURCES = Resources(
    accounts=Resource("accounts", "accounts", VERSION, ACCOUNTS, read_accounts.accounts, FRESH),
    balances=Resource(
        "balances",
        "accounts/{AccountId}/balances",
        VERSION,
        frozenset({"ReadBalances"}),
        read_accounts.balances,
        FRESH,
    ),
    transactions=Resource(
        "transactions",
        "accounts/{AccountId}/transactions",
        VERSION,
        TRANSACTION_READS,
        read_transactions.transactions,
        FRESH,
    ),
)
