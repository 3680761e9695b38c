"""The status that a presenter gave an account, laid over the one that it has by nature: how a person's accounts stand.

One sealed row holds all of them, so that a call reads it once; a reset forgets it.
Source: UAE Open Finance Standard v1.2 and v2.1, `AEAccountStatusCode`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import has_app_context

from sandbox.ground.instants import write_instant
from sandbox.ground.services import Bank, bank
from sandbox.ground.versions import V12
from sandbox.people.everyone import BY_SUBJECT

if TYPE_CHECKING:
    from sandbox.ground.versions import Version
    from sandbox.people.holders import Account

STATUSES = ("Active", "Inactive", "Dormant", "Unclaimed", "Deceased", "Suspended", "Closed")
SHAREABLE = frozenset({"Active", "Inactive", "Dormant"})
ROW = ("account", "statuses")


def set_status(served: Bank, account_id: str, status: str) -> None:
    """Give an account a status from now on; an empty one leaves it as it is by nature."""
    with served.state.transaction():
        held = served.state.get(*ROW) or {}
        held.pop(account_id, None)
        given = {account_id: {"status": status, "status_updated": write_instant(served.now())}} if status else {}
        served.state.put(*ROW, held | given)


def as_by_nature(served: Bank) -> None:
    """Give every account the status back that it has by nature."""
    served.state.delete(*ROW)


def as_set(accounts: tuple[Account, ...]) -> tuple[Account, ...]:
    """Return the accounts as they stand; outside a bank they are as they are by nature."""
    held = bank().state.get(*ROW) if has_app_context() else None
    if not held:
        return accounts
    return tuple(replace(each, **held[each.account_id]) if each.account_id in held else each for each in accounts)


def eligible(subject: str, asked: dict[str, list[str]], version: Version = V12) -> list[Account]:
    """Return the open accounts of a person that fit the consent's `AccountType` and `AccountSubType`.

    The sub-types are those of the consent's version. A filter that is absent or empty lets every account through.
    """
    types, sub_types = asked.get("AccountType"), asked.get("AccountSubType")
    return [
        account
        for account in as_set(BY_SUBJECT[subject].accounts)
        if account.status in SHAREABLE
        and (not types or account.account_type in types)
        and (not sub_types or account.sub_type_in(version) in sub_types)
    ]


def account_of(subject: str, account_id: str) -> Account | None:
    """Return the person's account of that id as it stands, if it is theirs."""
    return next((a for a in as_set(BY_SUBJECT[subject].accounts) if a.account_id == account_id), None)
