"""What is wrong with a certificate, found behind the errors of three layers."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

LONGEST = 160


def failed_check(error: BaseException) -> str | None:
    """Return which check of a certificate failed, in OpenSSL's words, printable and short; None for other errors."""
    seen: list[BaseException] = []
    left: list[object] = [error]
    while left:
        each = left.pop()
        if not isinstance(each, BaseException) or each in seen:
            continue
        if isinstance(each, ssl.SSLCertVerificationError):
            return "".join(letter for letter in each.verify_message if letter.isprintable())[:LONGEST]
        seen.append(each)
        left += [*each.args, getattr(each, "reason", None), each.__cause__, each.__context__]
    return None


def host_of(url: str) -> str:
    """Return host and port of an address, for the log and for records; a port that is none is left out."""
    parts = urlsplit(url)
    try:
        port = parts.port or (80 if parts.scheme == "http" else 443)
    except ValueError:
        return str(parts.hostname)
    return f"{parts.hostname}:{port}"
