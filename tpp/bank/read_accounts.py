"""Accounts and balances out of their JSON bodies.

Shapes: `{"Data": {"Account": [...]}}` and `{"Data": {"AccountId", "Balance": [...]}}`, account-information v1.2.
An account without `AccountId` and a balance without `Type` or amount cannot be shown and are left out. A body
without `Data`, or with something else than a list in it, is no answer at all: MalformedResponse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.bank.read import Fields
from tpp.errors import MalformedResponse
from tpp.model.account import Account, AccountIdentifier, Balance, CreditLine
from tpp.model.connection import Parsed, Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tpp.model.money import Money


def accounts(body: object) -> Parsed[Account]:
    """Read `GET /accounts`; an id that comes twice is kept once."""
    unreadable: list[str] = []
    top = Fields(body, "", unreadable)
    found: dict[str, Account] = {}
    for fields in _data(top, "Account"):
        account = _account(fields)
        if account:
            found.setdefault(account.account_id, account)
    return Parsed(tuple(found.values()), tuple(unreadable), _has_more(top))


def balances(body: object) -> Parsed[Balance]:
    """Read `GET /accounts/{AccountId}/balances`."""
    unreadable: list[str] = []
    top = Fields(body, "", unreadable)
    found = [_balance(fields) for fields in _data(top, "Balance")]
    return Parsed(tuple(each for each in found if each), tuple(unreadable), _has_more(top))


READER = Reader(accounts, balances)


def _data(top: Fields, name: str) -> Iterator[Fields]:
    data = top.inside("Data") if top.has("Data", dict) else None
    if data is None or not (data.has(name, list) or data.lacks(name)):
        raise MalformedResponse(f"/Data/{name}")
    return data.each(name)


def _has_more(top: Fields) -> bool:
    return top.inside("Links").text("Next") is not None


def _account(fields: Fields) -> Account | None:
    account_id = fields.text("AccountId")
    if account_id is None:
        return None
    return Account(
        account_id=account_id,
        nickname=fields.text("Nickname"),
        holder_name=fields.text("AccountHolderName"),
        description=fields.text("Description"),
        status=fields.text("Status"),
        currency=fields.text("Currency"),
        account_type=fields.text("AccountType"),
        sub_type=fields.text("AccountSubType"),
        identifiers=tuple(
            AccountIdentifier(scheme, number, each.text("Name"))
            for each in fields.each("AccountIdentifiers")
            if (scheme := each.text("SchemeName")) and (number := each.text("Identification"))
        ),
        opened=fields.moment("OpeningDate"),
    )


def _balance(fields: Fields) -> Balance | None:
    kind, money = fields.text("Type"), fields.money("Amount")
    if kind is None or money is None:
        return None
    return Balance(kind, money, fields.moment("DateTime"), tuple(_credit_lines(fields)))


def _credit_lines(fields: Fields) -> list[CreditLine]:
    """Read the credit lines; one that does not say whether it is included counts as included, to be careful."""
    return [
        CreditLine(each.truth("Included") is not False, each.text("Type"), _amount(each))
        for each in fields.each("CreditLine")
    ]


def _amount(fields: Fields) -> Money | None:
    return fields.unsigned_money("Amount")
