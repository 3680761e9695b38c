"""Who may call: one canonical host, and forms only from our own pages.

The callback is registered for one host, and cookies belong to a host: a visit to 127.0.0.1 must move to localhost
before it begins, or the cookie is not there on the return. The query string is left behind on the way.
Anonymous forms carry no token, for a token would make a session for every visitor: `Sec-Fetch-Site` guards them,
and `Origin` where a browser does not send that.
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


def register(app: Flask) -> None:
    """Check the host of every request, before anything else."""
    app.before_request_funcs.setdefault(None, []).insert(0, keep_to_the_host)


def keep_to_the_host() -> ResponseReturnValue | None:
    """Send a page view on another host to the canonical one; refuse anything else there."""
    origin = services().facts.origin
    if request.host == urlsplit(origin).netloc or request.path in HEALTH:
        return None
    if request.method not in {"GET", "HEAD"}:
        raise MisdirectedRequest
    return redirect(origin + local_path(request.path), code=307)


def same_origin_only() -> None:
    """Refuse a form that was sent from somewhere else. Raises Forbidden."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site in {"same-origin", "none"}
    else:
        allowed = request.headers.get("Origin") == services().facts.origin
    if not allowed:
        raise Forbidden
