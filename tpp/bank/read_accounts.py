"""Accounts and balances out of their JSON bodies.

Shapes: `{"Data": {"Account": [...]}}` and `{"Data": {"AccountId", "Balance": [...]}}`, account-information v1.2.
An account without `AccountId` and a balance without `Type` or amount cannot be shown; they are left out, and count as
unreadable. A body without `Data`, or with something else than a list in it, is no answer at all: MalformedResponse.
"""

from __future__ import annotations

from tpp.bank.read import Fields, details, entries, next_query
from tpp.model.account import Account, AccountIdentifier, Balance, CreditLine, Servicer
from tpp.model.resource import Parsed


def accounts(body: object) -> Parsed[Account]:
    """Read `GET /accounts`; an id that comes twice is kept once."""
    unreadable: list[str] = []
    top = Fields(body, "", unreadable)
    found: dict[str, Account] = {}
    for fields in entries(top, "Account"):
        account = _account(fields)
        if account:
            found.setdefault(account.account_id, account)
    return Parsed(tuple(found.values()), details(unreadable), next_query(top))


def balances(body: object) -> Parsed[Balance]:
    """Read `GET /accounts/{AccountId}/balances`."""
    unreadable: list[str] = []
    top = Fields(body, "", unreadable)
    found = [_balance(fields) for fields in entries(top, "Balance")]
    return Parsed(tuple(each for each in found if each), details(unreadable), next_query(top))


def _account(fields: Fields) -> Account | None:
    account_id = fields.exact("AccountId") if fields.needed("AccountId") else None
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
        holder_short_name=fields.quiet.text("AccountHolderShortName"),
        status_at=fields.quiet.moment("StatusUpdateDateTime"),
        opened=fields.quiet.moment("OpeningDate"),
        matures=fields.quiet.moment("MaturityDate"),
        servicer=_servicer(fields.quiet.part("Servicer")),
    )


def _servicer(fields: Fields | None) -> Servicer | None:
    """Read who keeps the account; without an identification nobody is named."""
    number = fields.text("Identification") if fields else None
    return Servicer(fields.text("SchemeName"), number) if fields and number else None


def _balance(fields: Fields) -> Balance | None:
    kind, money = fields.needed("Type"), fields.money("Amount")
    if kind is None or money is None:
        return None
    return Balance(kind, money, fields.moment("DateTime"), tuple(_credit_lines(fields)))


def _credit_lines(fields: Fields) -> list[CreditLine]:
    """Read the credit lines; one that does not say whether it is included is not (v1.2, `CreditLine.Included`)."""
    return [
        CreditLine(each.truth("Included") is True, each.text("Type"), each.unsigned_money("Amount"))
        for each in fields.each("CreditLine")
    ]
