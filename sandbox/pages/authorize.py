"""The journey in the browser: a pushed request, the login, the choice of accounts, the way back.

A POST never answers with a redirect to the client: the page's own `form-action 'self'` would block
it. It answers 200 with a page that moves on by itself and by a link. Every change runs in one
transaction, so that a second click gets the first one's answer.
Source: RFC 9126 section 4; the standard's rules for the bank's screens.
"""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from sandbox.authorization import endings, interactions, way_back
from sandbox.consents import consents
from sandbox.consents.trading_name import tpp_name
from sandbox.ground.errors import PageError
from sandbox.ground.instants import dubai_day
from sandbox.ground.services import Bank, bank
from sandbox.pages.cards import card_of
from sandbox.pages.common import LANGUAGES, preferred_language, remember
from sandbox.pages.review import review_groups
from sandbox.people.everyone import PEOPLE
from sandbox.stage.account_status import eligible
from sandbox.stage.controls import take_ending

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response

    from sandbox.authorization.interactions import Interaction
    from sandbox.authorization.way_back import Refusal
    from sandbox.consents.consents import Consent
    from sandbox.people.holders import Account, Person

COOKIE = "model_bank_browser"
SESSION = "model_bank_session"
COOKIE_SECONDS = 3600
MOST_FAILURES = 3
AUTHORIZES = ("authorize", "enter")
"""The button, and the Enter key: the page's first button changes the language, so Enter has one of its own."""
UNPROCESSABLE = 422

blueprint = Blueprint("authorize", __name__, url_prefix="/auth1")


@blueprint.get("/auth")
def begin() -> ResponseReturnValue:
    """Take the browser in: 303 to the login, which spends the `request_uri`.

    Raises `PageError` for an unknown, used, expired or foreign one: nobody is redirected anywhere.
    """
    if request.method == "HEAD":  # a link checker must not spend the person's only try
        return "", 200
    reference, browser = _take_request(bank())
    answer = _bound(redirect(url_for(".login", reference=reference), 303), reference, COOKIE, browser)
    code = preferred_language(request.args.get("ui_locales", ""))
    return remember(answer, code, "/auth1") if code else answer


@blueprint.get("/interaction/<reference>/login")
def login(reference: str) -> ResponseReturnValue:
    """Show the login form, the first screen of the bank."""
    interaction = _load(reference)
    if interaction.stage == "accounts":
        return redirect(url_for(".accounts", reference=reference), 303)
    if interaction.stage == "done":
        raise PageError("interaction is done")
    return _login_page(interaction)


@blueprint.post("/interaction/<reference>/login")
def log_in(reference: str) -> ResponseReturnValue:
    """Judge the login form. Three wrong tries, Cancel or too long a wait end the journey.

    A second click goes on with the session of the first one, or logs in again where the browser never saw its
    cookie. Who has not logged in gets nothing that came after the login: neither the accounts nor the code.
    """
    served = bank()
    with served.state.transaction():
        interaction = interactions.load(served, reference, request.cookies.getlist(COOKIE))
        interactions.check_form(interaction.csrf, request.form.get("csrf", ""))
        if interaction.stage == "done":
            _check_session(interaction)
            return _leave(served, interaction, interaction.way_back)
        if interaction.stage == "accounts" and _is_logged_in(interaction):
            return redirect(url_for(".accounts", reference=reference), 303)
        if (refusal := _refused_login(served, interaction)) is not None:
            return _leave(served, interaction, way_back.refuse(served, reference, interaction, refusal))
        return _judge_login(served, reference, interaction)


def _refused_login(served: Bank, interaction: Interaction) -> Refusal | None:
    """Return why nobody is asked for a password any more: the time, or the person's own no."""
    if interaction.over(served):
        return way_back.LOGIN_FAILED
    return way_back.LOGIN_CANCELLED if request.form.get("action") == "cancel" else None


def _judge_login(served: Bank, reference: str, interaction: Interaction) -> ResponseReturnValue:
    person = find_person(request.form.get("username", ""), request.form.get("password", ""))
    if person is None or interaction.user not in ("", person.subject):
        return _wrong_login(served, reference, interaction)
    if wanted := endings.refusal_at("login", interaction.ending):
        return _leave(served, interaction, way_back.refuse(served, reference, interaction, wanted))
    session = interactions.log_in(served, reference, interaction, person.subject)
    return _bound(redirect(url_for(".accounts", reference=reference), 303), reference, SESSION, session)


@blueprint.get("/interaction/<reference>/accounts")
def accounts(reference: str) -> ResponseReturnValue:
    """Show the Authorisation page, or that no account fits the request."""
    served = bank()
    with served.state.transaction():
        interaction = _load(reference)
        if interaction.stage == "login":
            return redirect(url_for(".login", reference=reference), 303)
        if interaction.stage == "done":
            raise PageError("interaction is done")
        if _too_late(served, interaction):
            return _leave(
                served, interaction, way_back.refuse(served, reference, interaction, way_back.SESSION_EXPIRED)
            )
        return _accounts_page(served, interaction)


@blueprint.post("/interaction/<reference>/accounts")
def choose(reference: str) -> ResponseReturnValue:
    """Judge the choice: at least one account, all of them this person's and fitting the request."""
    served = bank()
    with served.state.transaction():
        interaction = _load(reference)
        if interaction.stage == "login":
            return redirect(url_for(".login", reference=reference), 303)
        interactions.check_form(interaction.session_csrf, request.form.get("csrf", ""))
        if interaction.stage == "done":
            return _leave(served, interaction, interaction.way_back)
        offered = _offered(served, interaction)
        if (code := request.form.get("language", "")) in LANGUAGES:
            return _in_language(served, reference, interaction, offered, code)
        refusal = _refusal(served, interaction, offered)
        if refusal is not None:
            return _leave(served, interaction, way_back.refuse(served, reference, interaction, refusal))
        return _authorize(served, reference, interaction, offered)


def _in_language(
    served: Bank, reference: str, interaction: Interaction, offered: list[str], code: str
) -> ResponseReturnValue:
    """Show the same page in another language, with the ticks of before."""
    ticked = [account_id for account_id in offered if account_id in request.form.getlist("account")]
    interactions.save(served, reference, interaction, ticked=ticked)
    return remember(redirect(url_for(".accounts", reference=reference), 303), code, "/auth1")


def _refusal(served: Bank, interaction: Interaction, offered: list[str]) -> Refusal | None:
    """Return why there can be no code: the time, a presenter's wish, the accounts, or the person."""
    if _too_late(served, interaction):
        return way_back.SESSION_EXPIRED
    wanted = endings.refusal_at("accounts", interaction.ending)
    if wanted is not None:
        return wanted
    if not offered:
        return way_back.NO_ACCOUNTS
    return None if request.form.get("action") in AUTHORIZES else way_back.USER_REJECTED


def _authorize(served: Bank, reference: str, interaction: Interaction, offered: list[str]) -> ResponseReturnValue:
    chosen = request.form.getlist("account")
    if not chosen:
        return _accounts_page(served, interaction, error=_("Select at least one account to continue."))
    if not set(chosen) <= set(offered):  # a hand-made form must not reach accounts that were not offered
        return _accounts_page(served, interaction, error=_("Select only accounts from this page."))
    in_order = [account_id for account_id in offered if account_id in chosen]
    return _leave(served, interaction, way_back.authorize(served, reference, interaction, in_order))


def _take_request(served: Bank) -> tuple[str, str]:
    """Spend the pushed request; return the reference and the cookie of a new interaction. Raises `PageError`."""
    uri, client_id = request.args.getlist("request_uri"), request.args.getlist("client_id")
    if len(uri) != 1 or len(client_id) != 1:
        raise PageError("client_id and request_uri are needed once")
    with served.state.transaction():
        row = served.state.get("request", uri[0])
        lapsed = served.now().timestamp() - served.settings.request_lifetime
        if row is None or row["pushed"] <= lapsed or row["client_id"] != client_id[0]:
            raise PageError("request_uri is unknown, used, expired or of another client")
        consent = consents.read(served.state, row["consent_id"], served.now())
        if consent is None or consent.status != "AwaitingAuthorization":
            raise PageError("consent no longer waits")
        if (ending := _wanted_ending(served)) != endings.USED_LINK:
            served.state.delete("request", uri[0])
            kept = {name: value for name, value in row.items() if name != "pushed"}
            return interactions.start(served, kept | {"ending": ending})
    raise PageError("a presenter wants the link refused")


def _wanted_ending(served: Bank) -> str:
    return take_ending(served.state) if served.settings.control else ""


def _bound(answer: Response, reference: str, name: str, value: str) -> Response:
    """Return the answer with a cookie for the pages of this interaction and for no other tab's."""
    path = url_for(".login", reference=reference).removesuffix("/login")
    secure = bank().settings.secure
    answer.set_cookie(name, value, max_age=COOKIE_SECONDS, path=path, httponly=True, secure=secure, samesite="Lax")
    return answer


def _load(reference: str) -> Interaction:
    """Return the interaction of this browser; after the login, of the session as well. Raises `PageError`."""
    interaction = interactions.load(bank(), reference, request.cookies.getlist(COOKIE))
    _check_session(interaction)
    return interaction


def _is_logged_in(interaction: Interaction) -> bool:
    return interactions.logged_in(interaction, request.cookies.getlist(SESSION))


def _check_session(interaction: Interaction) -> None:
    if interaction.user and not _is_logged_in(interaction):
        raise PageError("another browser has logged in")


def find_person(username: str, password: str) -> Person | None:
    """Return the person with that name and password."""
    matches = [
        person
        for person in PEOPLE
        if compare_digest(person.username.encode(), username.strip().encode())
        & compare_digest(person.password.encode(), password.encode())
    ]
    return matches[0] if matches else None


def _wrong_login(served: Bank, reference: str, interaction: Interaction) -> ResponseReturnValue:
    tried = interactions.save(served, reference, interaction, failures=interaction.failures + 1)
    if tried.failures >= MOST_FAILURES:
        return _leave(served, interaction, way_back.refuse(served, reference, tried, way_back.LOGIN_FAILED))
    return _login_page(tried, failed=True), UNPROCESSABLE


def _too_late(served: Bank, interaction: Interaction) -> bool:
    consent = _consent(served, interaction)
    return interaction.over(served) or consent.status != "AwaitingAuthorization"


def _consent(served: Bank, interaction: Interaction) -> Consent:
    consent = consents.read(served.state, interaction.consent_id, served.now())
    if consent is None:
        raise PageError("consent is unknown")
    return consent


def _offered(served: Bank, interaction: Interaction) -> list[str]:
    return [account.account_id for account in _eligible(interaction, _consent(served, interaction))]


def _eligible(interaction: Interaction, consent: Consent) -> list[Account]:
    if interaction.ending == endings.NO_ACCOUNTS:
        return []
    return eligible(interaction.user, consent.asked, consent.version)


def _login_page(interaction: Interaction, *, failed: bool = False) -> str:
    return render_template(
        "login.html",
        csrf=interaction.csrf,
        failed=failed,
        username=request.form.get("username", ""),
        people=PEOPLE,
        cancellable=True,
    )


def _accounts_page(served: Bank, interaction: Interaction, error: str = "") -> ResponseReturnValue:
    consent = _consent(served, interaction)
    offered = _eligible(interaction, consent)
    page = render_template(
        "accounts.html" if offered else "no_accounts.html",
        csrf=interaction.session_csrf,
        tpp=tpp_name(consent, served.client),
        cards=[card_of(account) for account in offered],
        chosen=set(request.form.getlist("account") if error else interaction.ticked),
        groups=review_groups(consent.permissions),
        until=dubai_day(consent.expires),
        error=error,
    )
    return page, UNPROCESSABLE if error else 200


def _leave(served: Bank, interaction: Interaction, url: str) -> ResponseReturnValue:
    """Answer with the page that moves on to the client, and gives it no Referer."""
    page = render_template("leave.html", url=url, tpp=tpp_name(_consent(served, interaction), served.client))
    return page, 200, {"Referrer-Policy": "no-referrer"}
