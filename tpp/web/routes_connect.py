"""The consent page, the one press of the button, and the interstitial to the bank.

`GET` creates nothing. The form carries the draft it shows, signed, with a nonce: what was shown is what is asked
for (CX-23), whichever draft that was, and a second press of the same button gets the first one's answer (CX-35).
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from tpp.errors import MizanError
from tpp.journey import attempt, once
from tpp.journey.once import Led
from tpp.model.consent import ConsentDraft, end_of_day, may_be_asked
from tpp.model.money import Money
from tpp.pages import consent
from tpp.pages.failures_start import at_the_start
from tpp.web.error_pages import page
from tpp.web.headers import reference
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.model.bank_client import BankClient

log = logging.getLogger(__name__)

home = Blueprint("home", __name__)
connect = Blueprint("connect", __name__)

FORM_SECONDS = 3600

EXAMPLE = {
    "hero": Money(Decimal("24680.50"), "AED"),
    "owe": Money(Decimal("-1250.00"), "AED"),
    "other": Money(Decimal("3100.00"), "USD"),
}
"""The labelled example beside the cards: invented, as the page says."""


def register(app: Flask) -> None:
    """Mount the pages; the signer uses the application's secret, and reads what earlier ones have signed."""
    app.extensions["mizan_forms"] = URLSafeTimedSerializer(session.form_keys(app), salt="consent-form")
    session.csrf.exempt(connect)
    app.register_blueprint(home)
    app.register_blueprint(connect)


@home.get("/")
def index() -> ResponseReturnValue:
    """The start page; who is connected goes on to the accounts."""
    if session.has_connection():
        return redirect(url_for("accounts.show"), code=303)
    return _consent_page()


def page_again() -> ResponseReturnValue:
    """The same page for those who are connected already, or want to try again."""
    return _consent_page()


connect.add_url_rule("/connect", "page", page_again, methods=["GET"])


def _consent_page() -> str:
    draft = new_draft()
    return render_template(
        "pages/home.html", consent=consent.build(draft), form_token=sign_form(draft), example=EXAMPLE
    )


def sign_form(draft: ConsentDraft) -> str:
    """Return what the form of a page that shows this draft carries: the draft and a new nonce, signed."""
    return str(_signer().dumps({"nonce": secrets.token_urlsafe(24), "draft": draft.to_json()}))


def new_draft(client: BankClient | None = None) -> ConsentDraft:
    """Make the draft that today's visitors are shown for a bank; for the one that is offered first without `client`."""
    parts = services()
    bank = client or parts.banks.default
    return ConsentDraft(
        permissions=parts.facts.permissions,
        until=end_of_day(parts.now(), parts.facts.consent_days),
        tpp_name=parts.facts.tpp_name,
        bank_name=bank.bank_name,
        purpose="AccountAggregation",
        bank_id=bank.route.bank_id,
    )


@connect.post("/connect")
def start() -> ResponseReturnValue:
    """Stage the consent that was shown, and send the browser to the bank by an interstitial (200)."""
    services().keep_tidy()
    form, parts = _read_form(request.form.get("draft", "")), services()
    if form is None:
        return _not_begun("old-form", parts.banks.default)
    try:
        led = once.press(parts.vaults.under(f"form {form.nonce}"), partial(_begin, form), parts.now, parts.sleep)
    except MizanError as error:
        log.warning("not begun: %(error)s %(reference)s", {"error": str(error), "reference": reference()})
        return _not_begun(error.reason, form.client)
    session.adopt(led.vault)
    return render_template("pages/redirect.html", bank_name=form.draft.bank_name, redirect_url=led.redirect)


def _not_begun(reason: str, client: BankClient) -> ResponseReturnValue:
    return page(at_the_start(reason, client.wording))


@dataclass(frozen=True, slots=True)
class Form:
    """Our own signed form: what it shows, the client of the bank that this is for, and what it is known by."""

    draft: ConsentDraft
    client: BankClient
    nonce: str


def _read_form(token: str) -> Form | None:
    """Read our own signed form; None for another's, an old one, or a draft that may no longer be asked for."""
    try:
        told: dict[str, Any] = _signer().loads(token, max_age=FORM_SECONDS)
        draft, nonce = ConsentDraft.from_json(told["draft"]), str(told["nonce"])
    except (BadData, KeyError, TypeError, ValueError):
        return None
    client = services().banks.named(draft.bank_id)
    if client is None or not may_be_asked(draft, new_draft(client), services().now()):
        return None
    return Form(draft, client, nonce)


def _begin(form: Form) -> Led:
    """Stage the consent, in this browser's vault or in a new one."""
    parts = services()
    key = session.key() or session.new_key()
    begun = attempt.begin(session.open_vault(key), form.client, form.draft, parts.now, session.visit())
    log.info("begun %(consent_id)s %(reference)s", {"consent_id": begun.consent_id, "reference": reference()})
    return Led(begun.redirect, key)


def _signer() -> URLSafeTimedSerializer:
    signer: URLSafeTimedSerializer = current_app.extensions["mizan_forms"]
    return signer
