"""Who may use the control: this machine's own people, and programs on it.

A call must come from an address of this machine: what it says about itself in `Host` or `Origin` is no
proof, since a program elsewhere writes there what it likes. Behind a proxy on this machine every call comes
from here; there the control belongs switched off. For browsers on this machine, whose headers can be
believed, more is asked, so that no page from elsewhere reaches through them.

A call must name a loopback host and come from no other page than the bank's own: a foreign `Origin`,
`null` included, or a foreign `Sec-Fetch-Site` is refused, and so is a host name that somebody else's
DNS points here. With the bank's own `Origin` its public host will do as well. A link to the page may be
followed from anywhere: nothing changes by looking. Forms carry a token that belongs to the browser's
cookie; JSON needs none, because no page elsewhere may send it.
Source: Fetch, `Origin` header; Fetch Metadata; OWASP cheat sheet on cross-site request forgery.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import Forbidden

from sandbox.ground.host_names import LOOPBACK, name_of

if TYPE_CHECKING:
    from flask import Response

    from sandbox.ground.services import Bank

COOKIE = "model_bank_control"
OWN_SITES = frozenset({"", "same-origin", "none"})
SECRET = ("meta", "control_secret")
IPV4 = 4
DISCARD = 9


def check_caller(served: Bank) -> None:
    """Refuse a call from another machine, from another site or to another host's name. Raises `Forbidden`."""
    if not is_of_this_machine(request.remote_addr or ""):
        raise Forbidden
    origin = request.headers.get("Origin")
    public = urlsplit(served.settings.public_url)
    loopback = name_of(request.host) in LOOPBACK
    if origin is None:
        allowed = loopback
    else:
        allowed = origin == f"{request.scheme}://{request.host}" and loopback
        allowed = allowed or (origin == served.settings.public_url and request.host == public.netloc)
    followed = request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    if not allowed or not (followed or request.headers.get("Sec-Fetch-Site", "") in OWN_SITES):
        raise Forbidden


def is_of_this_machine(address: str) -> bool:
    """Tell whether an IP address is loopback or one of this machine's own; nothing is sent to find out."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    peer = getattr(parsed, "ipv4_mapped", None) or parsed
    if peer.is_loopback:
        return True
    family = socket.AF_INET if peer.version == IPV4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(peer), DISCARD))
            return ip_address(probe.getsockname()[0]) == peer  # only an own address is reached from itself
    except OSError:
        return False


def form_token(served: Bank, browser: str) -> str:
    """Return the token that forms of this browser carry."""
    return hmac.new(_secret(served).encode(), browser.encode(), hashlib.sha256).hexdigest()


def check_form(served: Bank) -> None:
    """Refuse a form without the token of its browser. Raises `Forbidden`."""
    browser = request.cookies.get(COOKIE, "")
    given = request.form.get("csrf", "")
    if not browser or not hmac.compare_digest(form_token(served, browser).encode(), given.encode()):
        raise Forbidden


def browser_of_caller() -> str:
    """Return the browser's name in its cookie, or a new one."""
    return request.cookies.get(COOKIE) or secrets.token_urlsafe(24)


def bind(served: Bank, response: Response, browser: str) -> None:
    """Set the cookie: for the control alone, and for no page elsewhere."""
    secure = served.settings.secure
    response.set_cookie(COOKIE, browser, path="/control", httponly=True, secure=secure, samesite="Strict")


def _secret(served: Bank) -> str:
    served.state.insert(*SECRET, {"secret": secrets.token_urlsafe(32)})
    row = served.state.get(*SECRET)
    if row is None:  # pragma: no cover - the line above has just written it
        raise LookupError(SECRET)
    return str(row["secret"])
