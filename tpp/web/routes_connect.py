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
from tpp.model.consent import ConsentDraft, may_be_asked
from tpp.model.money import Money
from tpp.pages import consent
from tpp.pages.failures_start import at_the_start
from tpp.web import choices
from tpp.web.error_pages import page
from tpp.web.headers import reference
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.model.bank_client import BankClient
    from tpp.pages.choose import Query

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
    offered = choices.offer()
    return _consent_page(offered.draft, {})


def page_again() -> ResponseReturnValue:
    """The same page for those who are connected already, want to try again, or have chosen less or another day.

    A choice that cannot be read is shown where it is made, with a word.
    """
    offered = choices.offer()
    choice = choices.asked(offered)
    if choice.errors:
        return redirect(url_for("choose.show", **choices.typed()), code=303)
    return _consent_page(choice.draft(offered), choice.query(offered))


connect.add_url_rule("/connect", "page", page_again, methods=["GET"])


def _consent_page(draft: ConsentDraft, query: Query) -> str:
    return render_template(
        "pages/home.html",
        consent=consent.build(draft),
        form_token=sign_form(draft),
        example=EXAMPLE,
        is_chosen=bool(query),
        choose_url=url_for("choose.show", **query),
    )


def sign_form(draft: ConsentDraft) -> str:
    """Return what the form of a page that shows this draft carries: the draft and a new nonce, signed."""
    return str(_signer().dumps({"nonce": secrets.token_urlsafe(24), "draft": draft.to_json()}))


@connect.post("/connect")
def start() -> ResponseReturnValue:
    """Stage the consent that was shown, and send the browser to the bank by an interstitial (200)."""
    services().keep_tidy()
    token, parts = request.form.get("draft", ""), services()
    form = _read_form(token, FORM_SECONDS)
    client = parts.banks.named(form.draft.bank_id) if form else None
    if form is None or client is None or not may_be_asked(form.draft, choices.offer(client).draft, parts.now()):
        return _not_begun("old-form", parts.banks.default, _read_form(token))
    begin = partial(_begin, form.draft, client)
    try:
        led = once.press(parts.vaults.under(f"form {form.nonce}"), begin, parts.now, parts.sleep)
    except MizanError as error:
        log.warning("not begun: %(error)s %(reference)s", {"error": str(error), "reference": reference()})
        return _not_begun(error.reason, client, form)
    session.adopt(led.vault)
    return render_template("pages/redirect.html", bank_name=form.draft.bank_name, redirect_url=led.redirect)


def _not_begun(reason: str, client: BankClient, form: Form | None) -> ResponseReturnValue:
    """Show why nothing was asked of the bank; the way on leads to what was chosen, also in a form of yesterday."""
    again = choices.once_more(form.draft if form else None)
    return page(at_the_start(reason, client.wording), again=again)


@dataclass(frozen=True, slots=True)
class Form:
    """Our own signed form: the draft that it shows, and what it is known by."""

    draft: ConsentDraft
    nonce: str


def _read_form(token: str, seconds: int | None = None) -> Form | None:
    """Read our own signed form. None for another's, and for one that is older than that."""
    try:
        told: dict[str, Any] = _signer().loads(token, max_age=seconds)
        return Form(ConsentDraft.from_json(told["draft"]), str(told["nonce"]))
    except (BadData, KeyError, TypeError, ValueError):
        return None


def _begin(draft: ConsentDraft, client: BankClient) -> Led:
    """Stage the consent, in this browser's vault or in a new one."""
    parts = services()
    key = session.key() or session.new_key()
    begun = attempt.begin(session.open_vault(key), client, draft, parts.now, session.visit())
    log.info("begun %(consent_id)s %(reference)s", {"consent_id": begun.consent_id, "reference": reference()})
    return Led(begun.redirect, key)


def _signer() -> URLSafeTimedSerializer:
    signer: URLSafeTimedSerializer = current_app.extensions["mizan_forms"]
    return signer
