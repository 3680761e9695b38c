"""Who may call: one canonical host, and forms only from our own pages.

The callback is registered for one host, and cookies belong to a host: a visit to 127.0.0.1 must move to localhost
before it begins, or the cookie is not there on the return. The query string is left behind on the way.
Every form is asked where it comes from: by `Sec-Fetch-Site`, and by `Origin` where a browser does not send that. The
forms of a session carry a token besides; anonymous ones do not, for a token would make a session for every visitor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.exceptions import Forbidden, MisdirectedRequest

from tpp.web.safe_redirect import local_path
from tpp.web.services import services

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

HEALTH = frozenset({"/healthz", "/readyz"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""RFC 9110, section 9.2.1."""


def register(app: Flask) -> None:
    """Check host and sender of every request, before anything else."""
    app.before_request_funcs.setdefault(None, [])[:0] = [keep_to_the_host, same_origin_only]


def keep_to_the_host() -> ResponseReturnValue | None:
    """Send a page view on another host to the canonical one; refuse anything else there."""
    origin = services().facts.origin
    if request.host == urlsplit(origin).netloc or request.path in HEALTH:
        return None
    if request.method not in {"GET", "HEAD"}:
        raise MisdirectedRequest
    return redirect(origin + local_path(request.path), code=307)


def same_origin_only() -> None:
    """Refuse whatever may change something and was sent from somewhere else. Raises Forbidden."""
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site in {"same-origin", "none"}
    else:
        allowed = request.headers.get("Origin") == services().facts.origin
    if not allowed:
        raise Forbidden
