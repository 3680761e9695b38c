"""The account information resources of both versions, and the registration of the client.

A call is judged in this order: token (401 without a body), `x-fapi-auth-date` (400), scope, version, consent,
permission, account (403 with `Errors`), the query (400), and only then whether the resource exists here (404
without a body). The
chosen accounts alone are ever shown. Of an account, Basic leaves out `Description` and `OpeningDate`:
no specification lists the fields of the two levels, the split is ours, after the consent texts. The
modules of the other resources say what theirs is, and `dialects` where the versions differ.
Source: UAE Open Finance Standard v1.2 and v2.1-errata2, account-information; FAPI 1.0 Baseline section 6.2.1.
"""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, jsonify, request

from sandbox.consents.rar import UUID
from sandbox.consents.rar_rules import ACCOUNTS, PARTY, RULES
from sandbox.ground.errors import OAuthError, ResourceError
from sandbox.ground.services import bank
from sandbox.ground.versions import serve
from sandbox.people import nasty
from sandbox.people.everyone import BY_SUBJECT
from sandbox.people.holders import SERVICER, Account
from sandbox.resources import paging, regular, signed_answers, statement_pages
from sandbox.resources.access import permitted, shared
from sandbox.resources.dialects import DIALECTS
from sandbox.stage.account_status import account_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from sandbox.consents.consents import Consent
    from sandbox.ground.versions import Version

REGULAR: dict[str, tuple[str, str, Callable[..., regular.Rows]]] = {
    "beneficiaries": ("Beneficiary", "ReadBeneficiariesDetail", regular.beneficiaries),
    "direct-debits": ("DirectDebit", "ReadDirectDebits", regular.direct_debits),
    "standing-orders": ("StandingOrder", "ReadStandingOrdersDetail", regular.standing_orders),
    "scheduled-payments": ("ScheduledPayment", "ReadScheduledPaymentsDetail", regular.scheduled_payments),
}
INTERACTION = "x-fapi-interaction-id"

blueprint = Blueprint("resources", __name__)


@blueprint.before_request
def wait_a_little() -> None:
    """Slow every call down by the set latency, settle its interaction id, refuse who wants what is not given (406)."""
    g.interaction_id = interaction_id(request.headers.get(INTERACTION, ""))
    if bank().settings.latency_ms:
        time.sleep(bank().settings.latency_ms / 1000)
    if request.method in ("GET", "HEAD") and not signed_answers.wanted(request.accept_mimetypes):
        raise ResourceError(406)


@blueprint.after_request
def name_the_interaction(response: Response) -> Response:
    """Echo the interaction id, made here if the caller sent none."""
    response.headers[INTERACTION] = g.interaction_id
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/rs1/tpp-registration")
def register() -> ResponseReturnValue:
    """Register the client of the caller's certificate: 204 the first time, then 400.

    Here there is one client and no certificate. The client is known to the directory from the start,
    so nothing else asks whether this was called.
    """
    if bank().state.insert("registration", bank().client.client_id, {}):
        return "", 204
    raise OAuthError("invalid_client_metadata", "client_already_exists: client already exists")


@serve(blueprint, "GET", "/accounts")
def accounts(version: Version) -> ResponseReturnValue:
    """List the chosen accounts."""
    consent = permitted(version, ACCOUNTS)
    chosen = [account_of(consent.user, account_id) for account_id in consent.accounts]
    listed = [_account(consent, account) for account in chosen if account is not None]
    return answer({"Account": served_rows(consent, listed, 0)})


@serve(blueprint, "GET", "/accounts/<account_id>")
def account(version: Version, account_id: str) -> ResponseReturnValue:
    """Show one chosen account; the object carries no `AccountId` inside."""
    consent = permitted(version, ACCOUNTS)
    shown = _account(consent, shared(consent, account_id))
    shown.pop("AccountId")
    return answer({"AccountId": account_id, "Account": served_rows(consent, [shown], len(account_id))[0]})


@serve(blueprint, "GET", "/accounts/<account_id>/<resource>")
def account_resource(version: Version, account_id: str, resource: str) -> ResponseReturnValue:
    """Show what belongs to one chosen account. Raises 404 for what the version does not have."""
    opened_by = RULES[version].opens(resource)
    consent = permitted(version, opened_by)
    found = shared(consent, account_id)
    if not opened_by:
        raise ResourceError(404)
    head = {"AccountId": account_id}
    if resource == "transactions":
        page = paging.page_of(bank(), consent, found, request.args, DIALECTS[version].transaction)
        return _paged(consent, head, "Transaction", page)
    if resource == "statements":
        page = statement_pages.page_of(bank(), consent, found, request.args)
        return _paged(consent, head | {"AccountSubType": found.sub_type_in(version)}, "Statements", page)
    name, rows = _rows(consent, found, resource)
    return answer(head | {name: served_rows(consent, rows, len(name))}, pages=1 if rows else 0)


@serve(blueprint, "GET", "/parties")
def user_party(version: Version) -> ResponseReturnValue:
    """Show who the person is: one object."""
    consent = permitted(version, PARTY)
    shown = DIALECTS[version].party(BY_SUBJECT[consent.user], consent.permissions)
    return answer({"Party": served_rows(consent, [shown], 0)[0]})


def _rows(consent: Consent, found: Account, resource: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the name and the objects of a resource that has no pages."""
    now, dialect = bank().ledger_now(), DIALECTS[consent.version]
    if resource == "balances":
        return "Balance", dialect.balances(found, now)
    if resource == "product":
        return "Product", dialect.product(found)
    if resource == "parties":
        return "Party", dialect.parties(BY_SUBJECT[consent.user], found, consent.permissions)
    name, detail, make = REGULAR[resource]
    rows = make(found, now, detail=detail in consent.permissions)
    return name, [dialect.beneficiary(row) for row in rows] if resource == "beneficiaries" else rows


def _paged(consent: Consent, head: dict[str, str], name: str, page: paging.Page) -> Response:
    data: dict[str, Any] = head | {name: served_rows(consent, page.rows, page.number)}
    link = f"{bank().settings.public_url}{request.path}"
    return jsonify(Data=data, Links=page.links(link), Meta=page.meta)


def _account(consent: Consent, shown: Account) -> dict[str, Any]:
    body = account_object(shown, detail="ReadAccountsDetail" in consent.permissions)
    return DIALECTS[consent.version].account(body, shown)


def served_rows(consent: Consent, rows: list[dict[str, Any]], salt: int) -> list[dict[str, Any]]:
    """Return the objects as they leave the bank: those of one person are spoilt on purpose."""
    return nasty.spoil(rows, salt) if consent.user == nasty.NASTY_SUBJECT else rows


def account_object(shown: Account, *, detail: bool) -> dict[str, Any]:
    """Return an account as the standard has it; absent fields are left out, never `null`."""
    body: dict[str, Any] = {
        "AccountId": shown.account_id,
        "AccountHolderName": shown.holder,
        "AccountHolderShortName": shown.holder_short,
        "Status": shown.status,
        "StatusUpdateDateTime": shown.status_updated,
        "Currency": shown.currency,
        "Nickname": shown.nickname,
        "AccountType": shown.account_type,
        "AccountSubType": shown.sub_type,
        "AccountIdentifiers": [
            {"SchemeName": shown.scheme, "Identification": shown.identification, "Name": shown.name}
        ],
        "Servicer": SERVICER,
    }
    extra = {"Description": shown.description, "OpeningDate": shown.opened} if detail else {}
    return body | {name: value for name, value in extra.items() if value}


def answer(data: dict[str, Any], pages: int = 1) -> Response:
    """Return the envelope of a resource without pages; `pages` is 0 where nothing was found."""
    link = f"{bank().settings.public_url}{request.path}"
    return jsonify(Data=data, Links={"Self": link}, Meta={"TotalPages": pages})


def interaction_id(sent: str) -> str:
    """Return the caller's id as sent if it is a UUID, else a new one: nothing else may reach our headers or log."""
    return sent if UUID.fullmatch(sent) else str(uuid.uuid4())
