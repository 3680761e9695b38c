"""The shown accounts of the sandbox's people, with their transactions read as the product reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.ledger.ledger import ledger_at
from sandbox.people.everyone import PEOPLE
from sandbox.resources.transactions import transaction
from tests.clock import START
from tpp.bank.read_transactions import transactions
from tpp.model.account import Account, AccountIdentifier
from tpp.model.banking.own_transfers import Held

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.ledger.flows import Flow
    from sandbox.people import holders

ISSUER = "https://bank.example"


def accounts_of(username: str) -> tuple[holders.Account, ...]:
    """Return a person's accounts, as the sandbox keeps them."""
    return next(person for person in PEOPLE if person.username == username).accounts


def flows_of(account: holders.Account, most: int | None = None) -> tuple[Flow, ...]:
    """Return what the bank has of an account, newest first; `most`: only so many, as on a first page."""
    return ledger_at(account, START)[:most]


def held(accounts: Iterable[holders.Account], most: int | None = None) -> list[Held]:
    """Return accounts as the product holds them after reading."""
    return [
        Held(
            Account(
                each.account_id,
                nickname=each.nickname,
                holder_name=each.holder,
                currency=each.currency,
                identifiers=(AccountIdentifier(each.scheme, each.identification, each.name),),
            ),
            ISSUER,
            transactions(
                {"Data": {"Transaction": [transaction(flow, each, detail=True) for flow in flows_of(each, most)]}}
            ).items,
        )
        for each in accounts
    ]
