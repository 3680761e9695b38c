"""The token endpoint: three grants, one client that proves itself by a signed assertion.

Source: RFC 6749 sections 3.3, 4.1.3, 4.4, 5 and 6; RFC 7636 sections 4.1 and 4.5; RFC 9396 section 7;
OpenID Connect Core 1.0 section 2; UAE Open Finance Standard v1.2 `POST /token`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request

from sandbox.authorization import grants
from sandbox.authorization.assertions import authenticate_client, single
from sandbox.authorization.grants import Access, Grant
from sandbox.consents import consents
from sandbox.directory.directory import REGISTERED
from sandbox.ground.errors import OAuthError, invalid_grant, invalid_request
from sandbox.ground.keys import half_hash, sign
from sandbox.ground.services import Bank, bank
from sandbox.ground.versions import V12, consent_type

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from sandbox.consents.consents import Consent
    from sandbox.ground.client import Client

SCOPE = "accounts openid"
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)
TOKENS_FOR = ("Authorized", "Suspended")  # a suspended consent comes back: its tokens live, its data rest

blueprint = Blueprint("tokens", __name__, url_prefix="/as1")


@blueprint.post("/token")
def token() -> ResponseReturnValue:
    """Exchange a code, a refresh token or the client's own name for an access token: 200, or 400."""
    served = bank()
    client = authenticate_client(request.form, served)
    kind = single(request.form, "grant_type")
    exchange = {
        "authorization_code": by_code,
        "refresh_token": by_refresh,
        "client_credentials": by_client,
    }.get(kind)
    if exchange is None:
        raise OAuthError("unsupported_grant_type", "grant_type is not supported")
    response = jsonify(exchange(served, client))
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response


def by_code(served: Bank, client: Client) -> dict[str, Any]:
    """Answer the code grant, with an ID token and, where the bank gives them, a refresh token.

    A verifier that PKCE does not allow is `invalid_request`, whatever it hashes to.
    """
    form = request.form
    code, verifier = single(form, "code"), single(form, "code_verifier")
    address = single(form, "redirect_uri")
    if VERIFIER.fullmatch(verifier) is None:
        raise invalid_request("code_verifier must be 43 to 128 unreserved characters")
    with grants.exchange(served):
        grant = grants.redeem_code(served, code, client.client_id, address, verifier)
        consent = _living_consent(served, grant)
        body = _body(served, grant, consent) | {"state": grant.state}
        if served.settings.issue_refresh:
            body["refresh_token"] = _refresh_token(served, grant, consent)
    return body | {"id_token": _id_token(served, grant, body["access_token"])}


def by_refresh(served: Bank, client: Client) -> dict[str, Any]:
    """Answer the refresh grant; a new refresh token is given only where tokens rotate."""
    given = single(request.form, "refresh_token")
    with grants.exchange(served):
        grant = grants.redeem_refresh(served, given, client.client_id)
        consent = _living_consent(served, grant)
        body = _body(served, grant, consent)
        if served.settings.rotate_refresh:
            body["refresh_token"] = _refresh_token(served, grant, consent)
    return body


def by_client(served: Bank, client: Client) -> dict[str, Any]:
    """Answer the client credentials grant; the scope, which must be registered, comes back without `openid`."""
    asked = single(request.form, "scope").split(" ")
    if not set(asked) <= set(REGISTERED):
        raise OAuthError("invalid_scope", "scope is not registered for this client")
    if len(asked) != len(set(asked)) or asked == ["openid"]:
        raise OAuthError("invalid_scope", "scope must name something beside openid, and nothing twice")
    scope = " ".join(name for name in asked if name != "openid")
    seconds = served.settings.access_token_seconds
    access = grants.issue_access(served, Access(client.client_id, scope, served.timestamp() + seconds))
    return {"access_token": access, "token_type": "Bearer", "expires_in": seconds, "scope": scope}


def _living_consent(served: Bank, grant: Grant) -> Consent:
    consent = consents.read(served.state, grant.consent_id, served.now())
    if consent is None or consent.status not in TOKENS_FOR:
        raise invalid_grant("consent is not authorized")
    return consent


def _body(served: Bank, grant: Grant, consent: Consent) -> dict[str, Any]:
    """Return the members that the code and the refresh grant share, with a fresh access token.

    `grant_id` is the hackathon guide's own and in no specification: v2.1 forbids it and does without.
    """
    seconds = served.settings.access_token_seconds
    access = Access(grant.client_id, SCOPE, served.timestamp() + seconds, grant.consent_id)
    return {
        "access_token": grants.issue_access(served, access, grant.grant_id),
        "token_type": "Bearer",
        "expires_in": seconds,
        "scope": SCOPE,
        "authorization_details": [
            {"type": consent_type(consent.version), "consent": consent.body(served.settings.public_url)}
        ],
    } | ({"grant_id": grant.grant_id} if consent.version == V12 else {})


def _refresh_token(served: Bank, grant: Grant, consent: Consent) -> str:
    return grants.issue_refresh(served, grant, consent.expires.timestamp())


def _id_token(served: Bank, grant: Grant, access_token: str) -> str:
    """Return the signed statement of who logged in. Source: OpenID Connect Core 1.0 section 2."""
    now = served.timestamp()
    claims = {
        "iss": served.settings.issuer,
        "sub": grant.user,
        "aud": grant.client_id,
        "iat": now,
        "exp": now + served.settings.access_token_seconds,
        "nonce": grant.nonce,
        "auth_time": grant.auth_time,
        "at_hash": half_hash(access_token),
        "s_hash": half_hash(grant.state),
    }
    return sign(claims, served.key)
