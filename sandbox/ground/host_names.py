"""The name that a caller gives the host, and the names of this machine alone. Source: RFC 9110 section 7.2."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def name_of(host: str) -> str:
    """Return the name in a `Host` header, in small letters and without a port; empty if there is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
