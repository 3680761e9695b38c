"""The claims of a signed request object.

Source: RFC 9101; UAE Open Finance Standard v1.2 `RichAuthorizationJar` (a closed schema; `iat` and
`jti` are let through because the Starter Kit sends the first and other clients the second);
FAPI 2.0 Message Signing section 5.3.1. Times are Unix seconds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.authorization.assertions import SKEW, instant_claim, signed_claims
from sandbox.consents.rar import check_authorization_details
from sandbox.ground.errors import invalid_request

if TYPE_CHECKING:
    from sandbox.ground.client import Client
    from sandbox.ground.services import Bank

KNOWN = frozenset(
    {
        "iss",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "client_id",
        "response_type",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "max_age",
        "login_hint",
        "code_challenge",
        "code_challenge_method",
        "authorization_details",
    }
)
SCOPE = frozenset({"accounts", "openid"})
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
LONGEST_LIFE = 600
OLDEST_START = 600
LONGEST_AGE = 3600
LONGEST_TEXT = 1000


def read_request_object(token: str, client: Client, bank: Bank) -> dict[str, Any]:
    """Return the checked claims of `request`. Raises `OAuthError` `invalid_request`."""
    claims = signed_claims(token, client, "invalid_request", "request object")
    if not claims.keys() <= KNOWN:
        raise invalid_request("request object has a claim that the schema does not know")
    _check_parties(claims, client, bank.settings.issuer)
    _check_times(claims, bank.timestamp())
    _check_flow(claims, client)
    _check_challenge(claims)
    _check_texts(claims)
    _check_age(claims)
    check_authorization_details(claims.get("authorization_details"), bank.now())
    return claims


def _check_parties(claims: dict[str, Any], client: Client, issuer: str) -> None:
    for name in ("iss", "client_id"):
        if claims.get(name) != client.client_id:
            raise invalid_request(f"{name} of the request object must be the client_id")
    if claims.get("aud") not in (issuer, [issuer]):
        raise invalid_request("aud of the request object must be the issuer")


def _check_times(claims: dict[str, Any], now: int) -> None:
    starts = instant_claim(claims, "nbf", "invalid_request", "request object")
    expires = instant_claim(claims, "exp", "invalid_request", "request object")
    if expires <= now:
        raise invalid_request("request object has expired")
    if starts > now + SKEW:
        raise invalid_request("nbf of the request object is in the future")
    if starts < now - OLDEST_START:
        raise invalid_request("nbf of the request object is more than 10 minutes old")
    if expires - starts > LONGEST_LIFE:
        raise invalid_request("exp of the request object is more than 10 minutes after nbf")


def _check_flow(claims: dict[str, Any], client: Client) -> None:
    if claims.get("redirect_uri") != client.redirect_uri:
        raise invalid_request("redirect_uri is not registered for this client")
    if claims.get("response_type") != "code":
        raise invalid_request("response_type must be code")
    scope = claims.get("scope")
    if not isinstance(scope, str) or sorted(scope.split(" ")) != sorted(SCOPE):
        raise invalid_request("scope must be accounts openid")


def _check_challenge(claims: dict[str, Any]) -> None:
    if claims.get("code_challenge_method") != "S256":
        raise invalid_request("code_challenge_method must be S256")
    challenge = claims.get("code_challenge")
    if not isinstance(challenge, str) or CHALLENGE.fullmatch(challenge) is None:
        raise invalid_request("code_challenge must be 43 base64url characters")


def _check_texts(claims: dict[str, Any]) -> None:
    for name in ("nonce", "state"):
        value = claims.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_TEXT:
            raise invalid_request(f"{name} of the request object is missing or too long")
    if not isinstance(claims.get("login_hint", ""), str):
        raise invalid_request("login_hint must be text")


def _check_age(claims: dict[str, Any]) -> None:
    age = claims.get("max_age", LONGEST_AGE)
    if isinstance(age, bool) or not isinstance(age, int) or not 0 <= age <= LONGEST_AGE:
        raise invalid_request(f"max_age must be a whole number of at most {LONGEST_AGE} seconds")
