"""Where a customer may be sent: the check of the Starter Kit's `redirect`, and the issuer that belongs to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, urlsplit

from tpp.errors import UntrustedRedirect

_CLEAN = re.compile(r"[\x21-\x7e]{1,4096}")
_UNSAFE = re.compile(r"[<>\"\\^`{|}]")


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked `redirect`: the issuer that must answer for it, and the `client_id` that it names."""

    issuer: str
    client_id: str | None


def check(redirect: str, issuer: str | None, home: str | None = None) -> Destination:
    """Check that `redirect` leads to the bank's authorization endpoint, and say who must answer.

    `issuer`: the one that must be meant, from the settings. `home`: one to assume where the redirect leads to
    its host; without either, the issuer is the redirect up to `/auth`. The URL itself is used unaltered.
    Raises UntrustedRedirect for another host than the issuer's, for anything but https (http on loopback),
    and for characters that have no place in a URL.
    """
    parts = _split(redirect)
    named = issuer or (home if home and _origin(urlsplit(home)) == _origin(parts) else None)
    if named is None:
        base, found, _ = redirect.partition("/auth?")
        named = base if found else f"{parts.scheme}://{parts.netloc}"
    if _origin(urlsplit(named)) != _origin(parts):
        raise UntrustedRedirect
    client_ids = parse_qs(parts.query).get("client_id", [])
    return Destination(named, client_ids[0] if len(client_ids) == 1 else None)


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


def is_loopback(host: str | None) -> bool:
    """Whether a host name is this machine: `localhost`, 127.0.0.0/8 or ::1."""
    if host is None:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
