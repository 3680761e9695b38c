"""Of the cookies that a browser sends, only our own come in.

A browser sends an app on localhost the cookies of every app on localhost, whatever their port. Theirs may hold any
bytes, and a quotation mark in one of them makes a lenient reader take ours for a part of it. A browser puts `;`
into no cookie, so cutting there and at the first `=` is what it meant (RFC 6265, sections 4.2.1 and 5.2).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_VALUE = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""What we write: session ids and language codes. Nothing else can be ours."""


class OnlyOurs:
    """A WSGI layer that takes foreign cookies out of each request."""

    def __init__(self, application: WSGIApplication, names: Collection[str]) -> None:
        self._application = application
        self._names = frozenset(names)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand the request on with a header that anybody reads alike."""
        sent: Any = environ.get("HTTP_COOKIE")
        if sent is not None:
            environ["HTTP_COOKIE"] = ours(sent, self._names)
        return self._application(environ, start_response)


def ours(header: str, names: Collection[str]) -> str:
    """Return a Cookie header with the cookies of these names that can be ours, in their order."""
    pairs = (part.strip(" \t").partition("=") for part in header.split(";"))
    return "; ".join(f"{name}={value}" for name, _, value in pairs if name in names and _VALUE.fullmatch(value))
