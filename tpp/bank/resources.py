"""The table of what is read of a bank: account-information v1.2, one value for each resource."""

from __future__ import annotations

from datetime import timedelta

from tpp.bank import (
    read_accounts,
    read_beneficiaries,
    read_parties,
    read_product,
    read_regular,
    read_transactions,
)
from tpp.model import permission
from tpp.model.resource import Resource, Resources

VERSION = "v1.2"

FRESH = timedelta(seconds=60)
"""A plain visit within this time does not ask the bank again."""

RESOURCES = Resources(
    accounts=Resource("accounts", "accounts", VERSION, permission.ACCOUNTS, read_accounts.accounts, FRESH),
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
        permission.TRANSACTION_READS,
        read_transactions.transactions,
        FRESH,
    ),
    direct_debits=Resource(
        "direct_debits",
        "accounts/{AccountId}/direct-debits",
        VERSION,
        permission.DEBIT_READS,
        read_regular.direct_debits,
        FRESH,
    ),
    standing_orders=Resource(
        "standing_orders",
        "accounts/{AccountId}/standing-orders",
        VERSION,
        permission.ORDER_READS,
        read_regular.standing_orders,
        FRESH,
    ),
    scheduled_payments=Resource(
        "scheduled_payments",
        "accounts/{AccountId}/scheduled-payments",
        VERSION,
        permission.PLAN_READS,
        read_regular.scheduled_payments,
        FRESH,
    ),
    beneficiaries=Resource(
        "beneficiaries",
        "accounts/{AccountId}/beneficiaries",
        VERSION,
        permission.PAYEE_READS,
        read_beneficiaries.beneficiaries,
        FRESH,
    ),
    product=Resource(
        "product",
        "accounts/{AccountId}/product",
        VERSION,
        permission.PRODUCT_READS,
        read_product.products,
        FRESH,
    ),
    user=Resource(
        "user",
        "parties",
        VERSION,
        permission.PARTY_READS,
        read_parties.user,
        FRESH,
        kept=False,
    ),
)
"""Of the two resources that name people, `/parties` is the one that a Starter Kit passes on."""
