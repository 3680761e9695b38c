"""Answers of the resources as signed JWTs, for a caller that would rather have `application/jwt`.

The payload is `iss` (the bank's issuer), `aud` (the client), `iat`, `nbf` and `exp` in Unix seconds, and
the plain answer's JSON as `message`; errors with a body are signed alike. The key is the one of
`/directory/bank/application.jwks`. Of two types that the caller likes equally well, JSON is given.
Source: UAE Open Finance Standard v1.2, the `...Signed` schemas; RFC 9110 section 12.5.1 (`Accept`);
RFC 7519 section 4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request

from sandbox.ground.keys import sign
from sandbox.ground.services import bank

if TYPE_CHECKING:
    from werkzeug.datastructures import MIMEAccept

JSON, JWT = "application/json", "application/jwt"
JSON_WITH_CHARSET = "application/json;charset=utf-8"
BELOW = "/rs1/open-finance/"
LIFETIME = 300
"""Seconds: an answer is checked when it comes, not kept."""


def install(app: Flask) -> None:
    """Sign what leaves the bank below `/rs1/open-finance/`, in whatever version, if the caller wants that."""
    app.after_request(_sign_if_wanted)


def wanted(asked: MIMEAccept) -> str:
    """Return the type to answer with, or the empty text when the caller takes neither JSON nor a JWT."""
    if not asked:
        return JSON
    with_charset = [quality for kind, quality in asked if kind.replace(" ", "").lower() == JSON_WITH_CHARSET]
    plain, signed = max(asked.quality(JSON), *with_charset, 0), asked.quality(JWT)
    if signed > plain:
        return JWT
    return JSON if plain > 0 else ""


def _sign_if_wanted(response: Response) -> Response:
    if request.path.startswith(BELOW) and response.is_json and wanted(request.accept_mimetypes) == JWT:
        served = bank()
        now = served.timestamp()
        claims = {"iss": served.settings.issuer, "aud": [served.client.client_id], "iat": now, "nbf": now}
        signed = sign(claims | {"exp": now + LIFETIME, "message": response.get_json()}, served.key)
        response.set_data(signed.encode())
        response.headers["Content-Type"] = JWT
    return response
