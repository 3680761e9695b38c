"""The account information resources of v2.1: accounts, balances, transactions, statements, regular payments.

Judged in the order of v1.2, and with the same code where the standard is the same. Beneficiaries, product and
parties were rebuilt in v2.1 and are not here: 404 without a body, whatever the consent holds.
Source: UAE Open Finance Standard v2.1-errata2, account-information.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, request

from sandbox import paging, statement_pages
from sandbox.access import permitted, shared
from sandbox.errors import ResourceError
from sandbox.people import account_of
from sandbox.resources import (
    ACCOUNTS,
    NEEDED,
    REGULAR,
    account_object,
    answer,
    name_the_interaction,
    served_rows,
    wait_a_little,
)
from sandbox.services import bank
from sandbox.shapes import balances_in_v21, in_v21, transaction_in_v21
from sandbox.versions import V21, resource_base

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from sandbox.consents import Consent
    from sandbox.holders import Account

UNCHANGED = ("direct-debits", "standing-orders", "scheduled-payments")
OPENED_BY = {name: NEEDED[name] for name in ("balances", *UNCHANGED)} | {
    "transactions": ("ReadTransactionsBasic", "ReadTransactionsDetail"),
    "statements": ("ReadStatements",),
}

blueprint = Blueprint("resources_v21", __name__, url_prefix=resource_base(V21))
blueprint.before_request(wait_a_little)
blueprint.after_request(name_the_interaction)


@blueprint.get("/accounts")
def accounts() -> ResponseReturnValue:
    """List the chosen accounts."""
    consent = permitted(V21, ACCOUNTS)
    chosen = [account_of(consent.user, account_id) for account_id in consent.accounts]
    listed = [_shape(consent, account) for account in chosen if account is not None]
    return answer({"Account": served_rows(consent, listed, 0)})


@blueprint.get("/accounts/<account_id>")
def account(account_id: str) -> ResponseReturnValue:
    """Show one chosen account; the object carries no ``AccountId`` inside."""
    consent = permitted(V21, ACCOUNTS)
    shown = _shape(consent, shared(consent, account_id))
    shown.pop("AccountId")
    return answer({"AccountId": account_id, "Account": served_rows(consent, [shown], len(account_id))[0]})


@blueprint.get("/accounts/<account_id>/<resource>")
def account_resource(account_id: str, resource: str) -> ResponseReturnValue:
    """Show what belongs to one chosen account."""
    consent = permitted(V21, OPENED_BY.get(resource, ()))
    found = shared(consent, account_id)
    if resource == "transactions":
        page = paging.page_of(bank(), consent, found, request.args, transaction_in_v21)
        return _paged(consent, {"AccountId": account_id}, "Transaction", page)
    if resource == "statements":
        page = statement_pages.page_of(bank(), consent, found, request.args)
        return _paged(consent, {"AccountId": account_id, "AccountSubType": found.sub_type_in(V21)}, "Statements", page)
    now = bank().now()
    if resource == "balances":
        name, rows = "Balance", balances_in_v21(found, now)
    elif resource in UNCHANGED:
        name, detail, make = REGULAR[resource]
        rows = make(found, now, detail=detail in consent.permissions)
    else:
        raise ResourceError(404)
    data = {"AccountId": account_id, name: served_rows(consent, rows, len(name))}
    return answer(data, pages=1 if rows else 0)


@blueprint.get("/parties")
def user_party() -> ResponseReturnValue:
    """Refuse, after the checks of every call: parties were rebuilt and are not here."""
    permitted(V21, ())
    raise ResourceError(404)


def _shape(consent: Consent, found: Account) -> dict[str, object]:
    return in_v21(account_object(found, detail="ReadAccountsDetail" in consent.permissions), found)


def _paged(consent: Consent, head: dict[str, str], name: str, page: paging.Page) -> Response:
    data = head | {name: served_rows(consent, page.rows, page.number)}
    link = f"{bank().settings.public_url}{request.path}"
    return jsonify(Data=data, Links=page.links(link), Meta=page.meta)
