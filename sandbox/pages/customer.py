"""The bank's own page for its customers: which consents they gave, and what they do about them.

A login of its own, with the people of the journey: its session is a random name in a cookie, kept by its
hash, new after the login, and over after half an hour. Three wrong tries end it before, as they end a journey;
the next one begins with a new session. What is done here counts from the next call on.
Source: UAE Open Finance Standard v1.2, `AERevokedBy`; customer experience guidelines, consent dashboard.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hmac import compare_digest
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from sandbox.consents import consents
from sandbox.consents.steps import STEPS, steps_of, take
from sandbox.consents.trading_name import tpp_name
from sandbox.ground.errors import PageError
from sandbox.ground.instants import dubai_day, dubai_minute
from sandbox.ground.services import Bank, bank
from sandbox.pages.authorize import MOST_FAILURES, find_person
from sandbox.pages.cards import card_of
from sandbox.people.everyone import PEOPLE
from sandbox.stage.account_status import account_of

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from sandbox.consents.consents import Consent
    from sandbox.pages.cards import Card

COOKIE = "model_bank_customer"
SECONDS = 1800
UNPROCESSABLE, FORBIDDEN = 422, 403
STATUS_WORDS = {
    "AwaitingAuthorization": _l("Waiting for you"),
    "Authorized": _l("Active"),
    "Rejected": _l("Rejected"),
    "Suspended": _l("Suspended"),
    "Expired": _l("Expired"),
    "Revoked": _l("Revoked"),
}

blueprint = Blueprint("customer", __name__, url_prefix="/auth1/consents")


@dataclass(frozen=True)
class Visit:
    """One session: before the login there is no `user`. `until` is in Unix seconds."""

    csrf: str
    until: float
    user: str = ""
    failures: int = 0


@dataclass(frozen=True)
class Line:
    """One consent of the list, in the reader's language; `given` is the minute in which it was asked for."""

    consent_id: str
    tpp: str
    status: str
    word: str
    given: str
    accounts: list[Card]
    until: str
    steps: list[str]


@blueprint.get("")
def page() -> ResponseReturnValue:
    """List the person's consents, the newest first, after the login."""
    served, visit = bank(), _visit(bank())
    if visit is None or not visit.user:
        return redirect(url_for(".login"), 303)
    lines = [_line(served, consent) for consent in _given_by(served, visit.user)]
    return render_template("consents.html", csrf=visit.csrf, lines=lines)


@blueprint.post("")
def act() -> ResponseReturnValue:
    """Revoke, suspend or resume one consent; a step that no longer fits changes nothing."""
    served = bank()
    visit = _checked_visit(served)
    if not visit.user:
        raise PageError("nobody is logged in")
    step = request.form.get("action", "")
    with served.state.transaction():
        consent = consents.read(served.state, request.form.get("consent", ""), served.now())
        if consent is None or step not in STEPS or consent.user != visit.user:
            raise PageError("no such consent or step")
        take(served, consent, step, "LFI.InitiatedByUser")
    return redirect(url_for(".page"), 303)


@blueprint.get("/login")
def login() -> ResponseReturnValue:
    """Show the login form."""
    visit = _visit(bank())
    if visit is not None:
        return redirect(url_for(".page"), 303) if visit.user else _login_page(visit)
    name, fresh = _begin(bank(), "")
    return _bound(make_response(_login_page(fresh)), name)


@blueprint.post("/login")
def log_in() -> ResponseReturnValue:
    """Judge the login; a good one gets a session with a new name, the third wrong one ends the session."""
    served, form = bank(), request.form
    with served.state.transaction():
        visit = _checked_visit(served)
        person = find_person(form.get("username", ""), form.get("password", ""))
        if person is None:
            return _wrong_login(served, visit)
        served.state.delete("visit", request.cookies.get(COOKIE, ""))
        name, _fresh = _begin(served, person.subject)
    return _bound(make_response(redirect(url_for(".page"), 303)), name)


def _wrong_login(served: Bank, visit: Visit) -> ResponseReturnValue:
    name, tried = request.cookies.get(COOKIE, ""), replace(visit, failures=visit.failures + 1)
    if tried.failures < MOST_FAILURES:
        served.state.put("visit", name, asdict(tried), expires=tried.until)
        return _login_page(tried, failed=True), UNPROCESSABLE
    served.state.delete("visit", name)
    response = make_response(render_template("locked_out.html"), FORBIDDEN)
    response.delete_cookie(COOKIE, path="/auth1")
    return response


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    """End the session."""
    _checked_visit(bank())
    bank().state.delete("visit", request.cookies.get(COOKIE, ""))
    response = make_response(redirect(url_for(".login"), 303))
    response.delete_cookie(COOKIE, path="/auth1")
    return response


def _begin(served: Bank, user: str) -> tuple[str, Visit]:
    name, fresh = secrets.token_urlsafe(24), Visit(secrets.token_urlsafe(24), served.timestamp() + SECONDS, user)
    served.state.put("visit", name, asdict(fresh), expires=fresh.until)
    return name, fresh


def _visit(served: Bank) -> Visit | None:
    row = served.state.get("visit", request.cookies.get(COOKIE, ""))
    visit = None if row is None else Visit(**row)
    return visit if visit is not None and visit.until > served.timestamp() else None


def _checked_visit(served: Bank) -> Visit:
    """Return the session whose token the form carries. Raises `PageError`."""
    visit = _visit(served)
    if visit is None or not compare_digest(visit.csrf.encode(), request.form.get("csrf", "").encode()):
        raise PageError("form token does not match")
    return visit


def _bound(response: Response, name: str) -> Response:
    secure = bank().settings.secure
    response.set_cookie(COOKIE, name, path="/auth1", httponly=True, secure=secure, samesite="Lax")
    return response


def _login_page(visit: Visit, *, failed: bool = False) -> str:
    username = request.form.get("username", "")
    return render_template(
        "login.html", csrf=visit.csrf, failed=failed, username=username, people=PEOPLE, cancellable=False
    )


def _given_by(served: Bank, user: str) -> list[Consent]:
    return [
        consent for consent in consents.every(served.state, served.now()) if consent.user == user and consent.accounts
    ]


def _line(served: Bank, consent: Consent) -> Line:
    chosen = [account_of(consent.user, account_id) for account_id in consent.accounts]
    return Line(
        consent_id=consent.consent_id,
        tpp=tpp_name(consent, served.client),
        status=consent.status,
        word=str(STATUS_WORDS[consent.status]),
        given=dubai_minute(datetime.fromisoformat(consent.created)),
        accounts=[card_of(account) for account in chosen if account is not None],
        until=dubai_day(consent.expires),
        steps=steps_of(consent),
    )
