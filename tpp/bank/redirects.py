"""Where a customer may be sent: the check of the Starter Kit's `redirect`.

The kit does not choose the bank. The issuer is known before it is asked (the settings name it), and its `redirect`
leads to that issuer's origin or nowhere; to our own least of all.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from tpp.errors import UntrustedRedirect
from tpp.model.hosts import is_loopback

_CLEAN = re.compile(r"[\x21-\x7e]{1,4096}")
_UNSAFE = re.compile(r"[<>\"\\^`{|}]")


def check(redirect: str, issuer: str, own: str) -> str | None:
    """Check that `redirect` leads to the issuer's origin, and return the `client_id` that it names, if it names one.

    `issuer`: from the settings. `own`: our own origin; this machine under another name is it too. The URL itself is
    used unaltered. Raises UntrustedRedirect for another origin than the issuer's, for anything but https (http on
    loopback), for ourselves, and for characters that have no place in a URL.
    """
    parts = _split(redirect)
    if _origin(parts) != _origin(urlsplit(issuer)) or _place(parts) == _place(urlsplit(own)):
        raise UntrustedRedirect
    client_ids = parse_qs(parts.query).get("client_id", [])
    return client_ids[0] if len(client_ids) == 1 else None


def _split(redirect: str) -> SplitResult:
    if not _CLEAN.fullmatch(redirect) or _UNSAFE.search(redirect):
        raise UntrustedRedirect
    try:
        parts = urlsplit(redirect)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError as err:
        raise UntrustedRedirect from err
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    if not secure or not parts.hostname or parts.username is not None or not port_is_fine:
        raise UntrustedRedirect
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def _place(parts: SplitResult) -> tuple[str | None, int | None]:
    """Return host and port, with one name for this machine: to it, `localhost` and 127.0.0.1 lead alike."""
    _, host, port = _origin(parts)
    return ("localhost" if is_loopback(host) else host), port
