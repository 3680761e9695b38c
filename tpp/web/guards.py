"""Who may call: one canonical host, and forms only from our own pages.

The callback is registered for one host, and cookies belong to a host: a visit to 127.0.0.1 must move to localhost
before it begins, or the cookie is not there on the return. The query string is left behind on the way.
Every form is asked where it comes from: by `Sec-Fetch-Site` and by `Origin`, and what comes of the two must fit. The
forms of a session carry a token besides; anonymous ones do not, for a token would make a session for every visitor.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.exceptions import Forbidden, MisdirectedRequest

from tpp.pages import failures_general
from tpp.web.error_pages import page
from tpp.web.safe_redirect import local_path
from tpp.web.services import services

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

log = logging.getLogger(__name__)

VIEWS = frozenset({"GET", "HEAD"})
MOVED = b"moved"
HEALTH = frozenset({"/healthz", "/readyz"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""RFC 9110, section 9.2.1."""


def register(app: Flask) -> None:
    """Check host and sender of every request, before anything else."""
    app.before_request_funcs.setdefault(None, [])[:0] = [keep_to_the_host, same_origin_only]


def keep_to_the_host() -> ResponseReturnValue | None:
    """Send a page view on another host to the canonical one; refuse anything else there.

    Whoever has been sent there carries a mark, which goes again on arrival. A mark on a request that still names
    another host means that the browser is at the right address, and a proxy in between tells us another: sending it
    there once more would go on for ever.
    """
    origin, moved = services().facts.origin, request.query_string == MOVED
    if request.path in HEALTH:
        return None
    if request.host == urlsplit(origin).netloc:
        return redirect(local_path(request.path), code=307) if moved and request.method in VIEWS else None
    if request.method not in VIEWS:
        raise MisdirectedRequest
    if moved or not request.headers.get("Host"):
        return _hidden_host(origin)
    return redirect(f"{origin}{local_path(request.path)}?{MOVED.decode()}", code=307)


def _hidden_host(origin: str) -> ResponseReturnValue:
    log.error(
        "requests for %(origin)s come in with the Host %(host)r: the proxy in front must pass the browser's Host on, "
        "or set X-Forwarded-Host beside TRUSTED_PROXIES (X-Forwarded-Host came: %(forwarded)s)",
        {
            "origin": origin,
            "host": request.headers.get("Host", "")[:100],
            "forwarded": "yes, and is not believed" if "X-Forwarded-Host" in request.headers else "no",
        },
    )
    return page(failures_general.PAGES["host"])


def same_origin_only() -> None:
    """Refuse whatever may change something and was sent from somewhere else. Raises Forbidden."""
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        raise Forbidden
    if site not in {None, "same-origin", "none"} or origin not in {None, services().facts.origin}:
        raise Forbidden
