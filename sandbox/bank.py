"""The Model Bank as a WSGI application: wiring only.

Browser pages under `/auth1`, the OAuth server under `/as1`, registration and resources under
`/rs1`, keys and participants under `/directory`. An error of a machine's address has the body that
the standard gives it or none; an error of a browser's address is a page.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from sandbox.authorization import par, tokens
from sandbox.control import control
from sandbox.directory import directory
from sandbox.directory.directory import discovery, registered_client
from sandbox.ground.errors import OAuthError, PageError, ResourceError
from sandbox.ground.keys import load_key
from sandbox.ground.services import EXTENSION, Bank, bank
from sandbox.ground.serving import without_type
from sandbox.ground.state import State
from sandbox.pages import authorize, customer
from sandbox.pages.common import prepare_pages
from sandbox.resources import account_calls, consent_calls, signed_answers
from sandbox.resources.account_calls import INTERACTION, interaction_id
from sandbox.resources.signed_answers import BELOW
from sandbox.stage.controls import Controls
from sandbox.stage.faults import install

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from sandbox.ground.settings import BankSettings

LARGEST_BODY = 256 * 1024
log = logging.getLogger(__name__)


def create_bank(settings: BankSettings) -> Flask:
    """Return the bank. Raises `StateError` when the instance's files cannot be used."""
    app = Flask(__name__, static_url_path="/auth1/static")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.url_map.merge_slashes = False  # or // would be redirected to an address made from the caller's Host
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    state = State(settings.instance)
    controls = Controls(state, settings.instance, on=settings.control)
    ledger_now = controls.shifted_by_days(settings.now)
    settings = replace(settings, now=controls.shifted(settings.now))
    client = registered_client(state, settings.redirect_uri, settings.tpp_name)
    app.extensions[EXTENSION] = Bank(settings, state, load_key(state, "bank"), client, ledger_now)
    prepare_pages(app)
    for module in (directory, par, tokens, account_calls, consent_calls, authorize, customer):
        app.register_blueprint(module.blueprint)
    if settings.control:
        app.register_blueprint(control.blueprint)
    app.add_url_rule("/auth1/.well-known/openid-configuration", "discovery", _discovery)
    _handle_errors(app)
    signed_answers.install(app)
    app.after_request(without_type)
    app.before_request(_start_clock)
    app.after_request(_log_request)
    install(app, controls, settings.instance, "bank")
    return app


def _discovery() -> ResponseReturnValue:
    response = jsonify(discovery(bank().settings.public_url))
    response.headers["Cache-Control"] = "public, max-age=900"
    return response


def _handle_errors(app: Flask) -> None:
    app.register_error_handler(OAuthError, _oauth_error)
    app.register_error_handler(ResourceError, _resource_error)
    app.register_error_handler(PageError, _page_error)
    app.register_error_handler(HTTPException, _http_error)


def _oauth_error(error: OAuthError) -> ResponseReturnValue:
    log.info("oauth refused: %(code)s", {"code": error.code})
    response = jsonify(error=error.code, error_description=error.description)
    return response, 400


def _resource_error(error: ResourceError) -> ResponseReturnValue:
    if not error.code:
        response = _empty(error.status)
        if error.challenge:
            response.headers["WWW-Authenticate"] = error.challenge
        return response
    return jsonify(Errors=[{"Code": error.code, "Message": error.message}]), error.status


def _page_error(error: PageError) -> ResponseReturnValue:
    log.info("page refused: %(reason)s", {"reason": error.reason})
    return render_template("error.html"), 400


def _http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer what no view answered: without a body to machines, with a page to browsers."""
    status = error.code or 500
    if status == HTTPStatus.INTERNAL_SERVER_ERROR and request.path.startswith(BELOW):
        return _resource_error(ResourceError(status, "GenericError", "The bank could not answer."))
    if not request.path.startswith(("/auth1/", "/control")):
        response = _empty(status)
        allowed = getattr(error, "valid_methods", None)
        if allowed:
            response.headers["Allow"] = ", ".join(sorted(allowed))
        if request.path.startswith(BELOW):
            response.headers[INTERACTION] = interaction_id(request.headers.get(INTERACTION, ""))
        return response
    return render_template("error.html"), status


def _empty(status: int) -> Response:
    response = make_response(b"", status)
    del response.headers["Content-Type"]
    return response


def _start_clock() -> None:
    g.started = time.perf_counter()


def _log_request(response: Response) -> Response:
    """Log the route's template, never the address itself: paths and queries hold references and codes."""
    route = request.url_rule.rule if request.url_rule else "(none)"
    elapsed = round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000)
    log.info(
        "request %(method)s %(route)s %(status)s %(elapsed_ms)sms",
        {"method": request.method, "route": route, "status": response.status_code, "elapsed_ms": elapsed},
    )
    return response
