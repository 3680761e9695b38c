"""`/control`: what tests and presenters set and see. One page with a sheet per matter, and JSON.

Every `POST` takes a form of the page (answered by 303 back to its sheet) or a JSON object (answered by the new
state of things). Values that cannot be used change nothing: 422.

==========================  ==========================================================
`/control/state`          everything that is set and seen, as JSON
`/control/faults`         `application` `route` `kind` and by kind `latency_ms`
                            `status` `code` `retry_after`; `count` or until cleared
`/control/faults/clear`   `fault_id`, or all
`/control/clock`          `offset` in seconds
`/control/ending`         `ending`, one of `authorization.endings.ENDINGS` or empty
`/control/consent`        `consent_id` and `step`, one of `consents.steps.STEPS`: the
                            bank itself revokes, suspends or resumes
`/control/account`        `account_id` and `status`, one of
                            `stage.account_status.STATUSES` or empty: as it is by nature
`/control/normal`         ends faults, the wished ending and states of accounts, and sets
                            the clock; consents stay
`/control/reset`          forgets all but the keys and the client
==========================  ==========================================================
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from sandbox.authorization.endings import ENDINGS
from sandbox.consents import consents
from sandbox.consents.steps import steps_of, take
from sandbox.control import guard, values, words
from sandbox.control.scenes import CODES, SCENES
from sandbox.control.values import ValueRefusedError
from sandbox.control.view import overview
from sandbox.control.words import AHEAD, APPLICATION_WORDS, KIND_WORDS
from sandbox.ground import strict_json
from sandbox.ground.instants import dubai_minute
from sandbox.ground.services import bank
from sandbox.pages.common import LANGUAGES, remember
from sandbox.pages.customer import STATUS_WORDS
from sandbox.people.everyone import PEOPLE
from sandbox.stage.account_status import STATUSES, as_by_nature, set_status
from sandbox.stage.controls import Controls, set_ending
from sandbox.stage.faults import EXTENSION

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from sandbox.stage.call_log import CallLog

UNPROCESSABLE = 422
ACCOUNT_IDS = frozenset(account.account_id for person in PEOPLE for account in person.accounts)
ROUTES = ("accounts", "balances", "transactions", "token", "par", "auth", "*")

blueprint = Blueprint("control", __name__, url_prefix="/control")


@blueprint.before_request
def check() -> None:
    """Let in nobody from elsewhere, and no form that the page did not send."""
    guard.check_caller(bank())
    if request.method == "POST" and not request.is_json:
        guard.check_form(bank())


@blueprint.errorhandler(ValueRefusedError)
def refused(error: ValueRefusedError) -> ResponseReturnValue:
    """Say that nothing was changed."""
    if request.is_json:
        return jsonify(error=str(error)), UNPROCESSABLE
    return _page(_("A value cannot be used. Nothing was changed.")), UNPROCESSABLE


@blueprint.get("")
def page() -> ResponseReturnValue:
    """Show the page."""
    return _page()


@blueprint.get("/state")
def state() -> ResponseReturnValue:
    """Show the same as JSON."""
    return jsonify(_overview())


@blueprint.get("/language/<code>")
def language(code: str) -> ResponseReturnValue:
    """Remember a language for the control."""
    if code not in LANGUAGES:
        raise NotFound
    return remember(redirect(url_for(".page"), 303), code, "/control")


@blueprint.post("/faults")
def add_fault() -> ResponseReturnValue:
    """Set one more fault."""
    _controls().add(values.fault(_given()))
    return _done("faults")


@blueprint.post("/faults/clear")
def clear_faults() -> ResponseReturnValue:
    """Take one fault away, or all."""
    _controls().clear(values.text(_given(), "fault_id"))
    return _done("faults")


@blueprint.post("/clock")
def clock() -> ResponseReturnValue:
    """Move the clock of bank and kit."""
    _controls().set_offset(values.offset(_given()))
    return _done("clock")


@blueprint.post("/ending")
def ending() -> ResponseReturnValue:
    """Say how the next authorization ends."""
    name = values.text(_given(), "ending")
    if name and name not in ENDINGS:
        raise ValueRefusedError("ending")
    set_ending(bank().state, name)
    return _done("next")


@blueprint.post("/consent")
def consent() -> ResponseReturnValue:
    """Let the bank revoke, suspend or resume one consent."""
    served, given = bank(), _given()
    step = values.text(given, "step")
    with served.state.transaction():
        found = consents.read(served.state, values.text(given, "consent_id"), served.now())
        if found is None or step not in steps_of(found):
            raise ValueRefusedError("step" if found else "consent_id")
        take(served, found, step, "LFI")
    return _done("consents")


@blueprint.post("/account")
def account() -> ResponseReturnValue:
    """Give an account another status, or the one back that it has by nature."""
    given = _given()
    account_id, status = values.text(given, "account_id"), values.text(given, "status")
    if account_id not in ACCOUNT_IDS or (status and status not in STATUSES):
        raise ValueRefusedError("status" if account_id in ACCOUNT_IDS else "account_id")
    set_status(bank(), account_id, status)
    return _done("accounts")


@blueprint.post("/normal")
def normal() -> ResponseReturnValue:
    """Take back what spoils the bank, and the clock's offset; consents and tokens stay."""
    _controls().put_right()
    set_ending(bank().state, "")
    as_by_nature(bank())
    return _done()


@blueprint.post("/reset")
def reset() -> ResponseReturnValue:
    """Begin afresh with the same keys and client."""
    _controls().reset()
    _log().clear()
    return _done()


def _controls() -> Controls:
    return cast("Controls", current_app.extensions[EXTENSION][0])


def _log() -> CallLog:
    return cast("CallLog", current_app.extensions[EXTENSION][1])


def _given() -> dict[str, Any]:
    if not request.is_json:
        return dict(request.form)
    try:
        body = strict_json.read(request.get_data())
    except strict_json.UnsoundJsonError as error:
        raise ValueRefusedError("body") from error
    if not isinstance(body, dict):
        raise ValueRefusedError("body")
    return body


def _overview() -> dict[str, Any]:
    return overview(bank(), _controls(), _log())


def _done(sheet: str | None = None) -> ResponseReturnValue:
    return jsonify(_overview()) if request.is_json else redirect(url_for(".page", _anchor=sheet), 303)


def _page(error: str = "") -> Response:
    browser, seen = guard.browser_of_caller(), _overview()
    shown = render_template(
        "control.html",
        csrf=guard.form_token(bank(), browser),
        error=error,
        ahead=AHEAD,
        endings=ENDINGS,
        applications=APPLICATION_WORDS,
        kinds=KIND_WORDS,
        codes=CODES,
        routes=ROUTES,
        statuses=words.status_words(),
        scenes=SCENES,
        **_told(seen),
        **seen,
    )
    response = make_response(shown)
    guard.bind(bank(), response, browser)
    return response


def _told(seen: dict[str, Any]) -> dict[str, Any]:
    """Return what the page says in words of its own: what is set, the time in Dubai, and the way to the app."""
    served = bank()
    day, minute = dubai_minute(served.now()).split(", ")
    app = urlsplit(served.settings.redirect_uri)
    return {
        "set_now": words.set_now(seen),
        "scenes_on": words.scenes_on(seen["faults"]),
        "clock": {"day": day, "minute": minute, "words": words.clock_words(seen["clock_offset"])},
        "ended": words.ended(seen["counters"]["consents"], consents.LIVING),
        "consent_words": STATUS_WORDS,
        "minute_of": lambda text: dubai_minute(datetime.fromisoformat(text)),
        "second_of": words.dubai_clock,
        "app_url": f"{app.scheme}://{app.netloc}",
        "tpp": served.client.name,
    }
