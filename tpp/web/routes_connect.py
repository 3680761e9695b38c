"""The consent page, the one press of the button, and the interstitial to the bank.

`GET` creates nothing. The form carries the draft it shows, signed, with a nonce: what was shown is what is asked
for (CX-23), whichever draft that was, and a second press of the same button gets the first one's answer (CX-35).
"""

from __future__ import annotations

import logging
import secrets
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from tpp.errors import MizanError
from tpp.journey import attempt
from tpp.journey.shapes import Shape
from tpp.journey.waiting import PATIENCE_SECONDS, wait_for
from tpp.model import kinds
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

    from tpp.model.rows import Vault

log = logging.getLogger(__name__)

home = Blueprint("home", __name__)
connect = Blueprint("connect", __name__)

FORM_SECONDS = 3600
ANSWER_SECONDS = 600
POLL_SECONDS = 0.05

_ANSWER = Shape(
    kinds.ANSWER, lambda kept: {name: str(kept.value[name]) for name in ("redirect", "vault")} if kept.value else {}
)
"""Where a press led: nothing in it while it is under way."""

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


def new_draft() -> ConsentDraft:
    """Make the draft that today's visitors are shown."""
    parts = services()
    return ConsentDraft(
        permissions=parts.facts.permissions,
        until=end_of_day(parts.now(), parts.facts.consent_days),
        tpp_name=parts.facts.tpp_name,
        bank_name=parts.banks.default.bank_name,
        purpose="AccountAggregation",
    )


@connect.post("/connect")
def start() -> ResponseReturnValue:
    """Stage the consent that was shown, and send the browser to the bank by an interstitial (200)."""
    services().keep_tidy()
    form = _read_form(request.form.get("draft", ""))
    if form is None:
        return _not_begun("old-form")
    draft, nonce = form
    try:
        target = _begin_once(draft, services().vaults.under(f"form {nonce}"))
    except MizanError as error:
        log.warning("not begun: %(error)s %(reference)s", {"error": str(error), "reference": reference()})
        return _not_begun(error.reason)
    return render_template("pages/redirect.html", bank_name=draft.bank_name, redirect_url=target)


def _not_begun(reason: str) -> ResponseReturnValue:
    return page(at_the_start(reason, services().banks.default.wording))


def _read_form(token: str) -> tuple[ConsentDraft, str] | None:
    """Read our own signed form; None for another's, an old one, or a draft that may no longer be asked for."""
    try:
        form: dict[str, Any] = _signer().loads(token, max_age=FORM_SECONDS)
        draft, nonce = ConsentDraft.from_json(form["draft"]), str(form["nonce"])
    except (BadData, KeyError, TypeError, ValueError):
        return None
    return (draft, nonce) if may_be_asked(draft, new_draft(), services().now()) else None


def _begin_once(draft: ConsentDraft, answers: Vault) -> str:
    """Stage the consent for this form, or wait for the request that is at it. Returns the redirect.

    The answer lies in a vault that only the form's own nonce opens, and is gone after ten minutes. Where the
    first try failed, the next one starts anew.
    """

    def look() -> str | None:
        if answers.add(kinds.ANSWER, "", _ANSWER.write({}), _answer_ends()):
            return _begin(draft, answers)
        led = _ANSWER.get(answers, "")
        if not led:
            return None
        session.adopt(led["vault"])
        return led["redirect"]

    return wait_for(look, services().sleep, every=POLL_SECONDS, patience=PATIENCE_SECONDS) or _begin(draft, answers)


def _answer_ends() -> float:
    return services().now().timestamp() + ANSWER_SECONDS


def _begin(draft: ConsentDraft, answers: Vault) -> str:
    ends = _answer_ends()
    parts = services()
    key = session.key() or session.new_key()
    try:
        begun = attempt.begin(session.open_vault(key), parts.banks.default, draft, parts.now, session.visit())
    except BaseException:
        answers.delete(kinds.ANSWER, "")
        raise
    answers.put(kinds.ANSWER, "", _ANSWER.write({"redirect": begun.redirect, "vault": key}), ends)
    session.adopt(key)
    log.info("begun %(consent_id)s %(reference)s", {"consent_id": begun.consent_id, "reference": reference()})
    return begun.redirect


def _signer() -> URLSafeTimedSerializer:
    signer: URLSafeTimedSerializer = current_app.extensions["mizan_forms"]
    return signer
