"""The security headers of every answer, and the one log line of every request.

`Referrer-Policy` is `same-origin`: `no-referrer` would make our own forms say `Origin: null`. Only the callback's
answer says `no-referrer`, for its address holds a code. `form-action 'self'` holds because `POST /connect`
answers 200. The log names the route's template, never the address: a callback's query must not be in any log.
"""

from __future__ import annotations

import logging
import time
import uuid
from typing import TYPE_CHECKING

from flask import g, request

from tpp.web.services import services

if TYPE_CHECKING:
    from flask import Flask, Response

log = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}


def register(app: Flask) -> None:
    """Number, time and log every request, and set the headers of its answer."""
    app.before_request_funcs.setdefault(None, []).insert(0, start)
    app.after_request(finish)


def start() -> None:
    """Give the request a reference that a customer may quote."""
    g.reference = str(uuid.uuid4())
    g.started = time.perf_counter()


def reference() -> str:
    """Return this request's reference."""
    found: str = g.get("reference") or str(uuid.uuid4())
    return found


def finish(response: Response) -> Response:
    """Set what is not set yet, and write the log line."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if services().facts.secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    log.info(
        "request %(method)s %(route)s %(status)s %(elapsed_ms)sms %(reference)s",
        {
            "method": request.method if request.method.isalpha() else "-",
            "route": request.url_rule.rule if request.url_rule else "-",
            "status": response.status_code,
            "elapsed_ms": int((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
            "reference": reference(),
        },
    )
    return response
