"""Signed JWTs that come in: the reading of any, and the client's proof of who it is.

Only PS256 under the client's registered key is read; `none` and the HMAC algorithms are refused by
that alone. Times are Unix seconds.
Source: RFC 7519, RFC 7523 section 3, FAPI 2.0 Security Profile section 5.3.2.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import JoseError

from sandbox.ground import strict_json
from sandbox.ground.client import JWT_BEARER
from sandbox.ground.errors import OAuthError, invalid_client
from sandbox.ground.keys import ALGORITHM

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from sandbox.ground.client import Client
    from sandbox.ground.services import Bank

LONGEST_ASSERTION = 300
LONGEST_JWT = 65536
SKEW = 10
FARTHEST = 1e11


def single(form: MultiDict[str, str], name: str, code: str = "invalid_request") -> str:
    """Return the form field that must be there exactly once and not empty.

    Raises `OAuthError` with `code`. Source: RFC 6749 section 3.2 (no parameter more than once).
    """
    values = form.getlist(name)
    if len(values) != 1 or not values[0]:
        raise OAuthError(code, f"{name} must be given exactly once")
    return values[0]


def signed_claims(token: str, client: Client, code: str, what: str) -> dict[str, Any]:
    """Return the claims of a PS256 JWT under the client's key. Raises `OAuthError` with `code`."""
    if len(token) > LONGEST_JWT:
        raise OAuthError(code, f"{what} is too long")
    try:
        decoded = jwt.decode(token, client.key, algorithms=[ALGORITHM])
        strict_json.check(decoded.claims)
    except (JoseError, ValueError, TypeError, RecursionError, strict_json.UnsoundJsonError) as error:
        raise OAuthError(code, f"{what} is not a JWT with a valid {ALGORITHM} signature of this client") from error
    kid = decoded.header.get("kid")
    if kid is not None and kid != client.key.as_dict(private=False)["kid"]:
        raise OAuthError(code, f"{what} names a key that is not registered")
    return dict(decoded.claims)


def instant_claim(claims: dict[str, Any], name: str, code: str, what: str) -> float:
    """Return a NumericDate claim. Raises `OAuthError`. Source: RFC 7519 section 2."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < FARTHEST:
        raise OAuthError(code, f"{name} of the {what} is missing or not a number of seconds")
    return float(value)


def authenticate_client(form: MultiDict[str, str], bank: Bank) -> Client:
    """Return the client that signed `client_assertion`, spending its `jti`.

    The audience is the issuer as one string: an assertion made for another server, or for the token
    endpoint's address, is refused, so that it cannot be passed on. Raises `OAuthError` `invalid_client`.
    """
    client = bank.client
    if single(form, "client_assertion_type", "invalid_client") != JWT_BEARER:
        raise invalid_client("client_assertion_type is not jwt-bearer")
    token = single(form, "client_assertion", "invalid_client")
    named = form.getlist("client_id")
    if named not in ([], [client.client_id]):
        raise invalid_client("client_id is not the client of the assertion")
    claims = signed_claims(token, client, "invalid_client", "client_assertion")
    _check_names(claims, client, bank.settings.issuer)
    expires = _check_times(claims, bank.timestamp())
    _spend(claims.get("jti"), client, bank, expires)
    return client


def _check_names(claims: dict[str, Any], client: Client, issuer: str) -> None:
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise invalid_client("iss and sub of the client_assertion must be the client_id")
    if claims.get("aud") != issuer:
        raise invalid_client("aud of the client_assertion must be the issuer")


def _check_times(claims: dict[str, Any], now: int) -> float:
    what = "client_assertion"
    issued = instant_claim(claims, "iat", "invalid_client", what)
    expires = instant_claim(claims, "exp", "invalid_client", what)
    if expires <= now:
        raise invalid_client("client_assertion has expired")
    if issued > now + SKEW:
        raise invalid_client("client_assertion comes from the future")
    if expires - issued > LONGEST_ASSERTION:
        raise invalid_client("client_assertion lives longer than 5 minutes")
    return expires


def _spend(jti: object, client: Client, bank: Bank, expires: float) -> None:
    """Remember the assertion's id until it would expire anyway: a copied assertion works no second time."""
    if not isinstance(jti, str) or not jti:
        raise invalid_client("client_assertion has no jti")
    if not bank.state.insert("jti", f"{client.client_id} {jti}", {}, expires=expires):
        raise invalid_client("client_assertion has been used before")
