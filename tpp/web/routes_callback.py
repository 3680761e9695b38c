"""The return from the bank. Whatever comes of it, the answer is a 303 to a clean address.

The order of the checks is in `tpp.journey.attempt`; here its result becomes a way on. The request line holds a
code, so nothing here logs it, and the answer sends no referrer.
"""

from __future__ import annotations

import logging
import secrets
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import MethodNotAllowed, NotFound

from tpp.errors import CallbackRefused, MizanError, UnknownAttempt
from tpp.journey import attempt
from tpp.journey.attempt import Arrival
from tpp.journey.authorization_response import read_response
from tpp.journey.claims import CONNECTED, Already, await_outcome
from tpp.pages.failures_return import PAGES, on_the_return, return_slug
from tpp.web import choices
from tpp.web.error_pages import log_unexpected, page
from tpp.web.headers import reference
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.model.attempt import Attempt
    from tpp.model.bank_client import Wording
    from tpp.web.services import Services

log = logging.getLogger(__name__)

NO_COOKIE = "no-cookie"
"""The reason for a browser that keeps no cookies, or another one than the journey began in."""


def register(app: Flask) -> None:
    """Mount the callback at the path of the registered redirect URI."""
    parts: Services = app.extensions["mizan"]
    callback = Blueprint("callback", __name__)
    callback.add_url_rule(parts.facts.callback_path, "receive", receive)
    callback.add_url_rule("/connect/ended/<reason>", "ended", ended)
    app.register_blueprint(callback)


def receive() -> ResponseReturnValue:
    """Deal with the return and lead on. A HEAD request (a link checker) must not use up a code."""
    if request.method != "GET":
        raise MethodNotAllowed(["GET"])
    meant: list[Attempt] = []
    came = _came_of(meant)
    if came.outcome == CONNECTED:
        answer = redirect(url_for("accounts.show"), code=303)
    else:
        usual = services().banks.default.wording
        wording = _wording(came.wording)
        slug, words = return_slug(str(came.outcome), wording), wording if wording != usual else None
        again = choices.once_more(meant[0].draft if meant else None)
        answer = redirect(url_for("callback.ended", reason=slug, ref=reference(), words=words, **again), code=303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _wording(named: str | None) -> Wording:
    """Return the wording of that name; that of the way that is offered first where there is none."""
    return next((each for each in PAGES if each == named), services().banks.default.wording)


def _came_of(meant: list[Attempt]) -> Already:
    """Return what came of the answer, in the words of the client whose attempt it belongs to, which `meant` is told."""
    parameters = {name: list(values) for name, values in request.args.lists()}
    arrival = _arrival(meant.append)
    result = _completed(arrival, parameters)
    if isinstance(result, Already):
        return result
    return Already(result, arrival.banks.of(meant[0]).wording if meant else None)


def _completed(arrival: Arrival, parameters: dict[str, list[str]]) -> str | Already:
    """Return `CONNECTED` or the reason why not; where another request has dealt with the answer, what came of that."""
    try:
        result = attempt.complete(arrival, parameters)
        if isinstance(result, Already):
            return _follow(arrival, parameters, result)
        session.connected(arrival.edition, result)
    except UnknownAttempt as error:
        log.warning("return ended: %(error)s %(reference)s", {"error": str(error), "reference": reference()})
        return error.reason if session.cookie_came() else NO_COOKIE
    except MizanError as error:
        level = logging.WARNING if isinstance(error, CallbackRefused) else logging.INFO
        log.log(level, "return ended: %(error)s %(reference)s", {"error": str(error), "reference": reference()})
        return error.reason
    except Exception as error:  # noqa: BLE001 - the address holds a code: leave it, whatever happened
        log_unexpected(error)
        return MizanError.reason
    return CONNECTED


def _follow(arrival: Arrival, parameters: dict[str, list[str]], earlier: Already) -> Already:
    """Let a doubled or reloaded return share the first one's success, under a session id of its own.

    The first one's answer may never reach the browser (a reload cuts it off), and the old id is retired. Where the
    first one never ended (its process was killed), the accounts page tells what there is.
    """
    answer = read_response(parameters)
    if not earlier.outcome:
        earlier = await_outcome(arrival.server, answer, services().sleep)
    if earlier.outcome == CONNECTED:
        session.follow(answer)
    return earlier if earlier.outcome else Already(CONNECTED)


def _arrival(meant: Callable[[Attempt], None]) -> Arrival:
    """Lay out what the checks need; a browser without a session has an empty vault."""
    parts = services()
    edition = secrets.token_urlsafe(16)
    return Arrival(
        vault=session.vault() or parts.vaults.open(secrets.token_bytes(32)),
        server=parts.vaults.server,
        banks=parts.banks,
        now=parts.now,
        remembered=parts.facts.remembered,
        edition=edition,
        meant=meant,
        kept=partial(session.leave_word, edition),
        visit=session.visit(),
    )


def ended(reason: str) -> ResponseReturnValue:
    """Show why a return did not lead to a connection, at an address that can be reloaded and shared.

    What had been chosen is in the address too, so that "Start again" does not ask for more.
    """
    failure = on_the_return(reason, _wording(request.args.get("words")))
    if failure is None:
        raise NotFound
    offered = choices.offer()
    choice = choices.asked(offered)
    return page(failure, _quoted(request.args.get("ref", "")), {} if choice.errors else choice.query(offered))


def _quoted(text: str) -> str | None:
    """Take a reference from the address only if it is one."""
    try:
        return str(UUID(text))
    except ValueError:
        return None
