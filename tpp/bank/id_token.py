"""The ID token's claims, as far as they can be checked behind the Starter Kit.

The kit neither verifies the ID token nor tells us its `nonce`, and the bank's keys may need a client
certificate that we do not have. The token reached us over the back channel, so `iss`, `aud` and `exp` are
compared without a signature (OpenID Connect Core 1.0, section 3.1.3.7, items 2, 3, 6 and 9). The direct way
verifies all of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from tpp.errors import ConsentMismatch

if TYPE_CHECKING:
    from datetime import datetime

SKEW_SECONDS = 60


def check(token: object, issuer: str, client_id: str | None, now: datetime) -> None:
    """Check the claims of an ID token where there is one. Raises ConsentMismatch for one that is not ours."""
    if token is None:
        return
    claims = _claims(token)
    audience = {"essential": True, "value": client_id} if client_id else {"essential": True}
    registry = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=SKEW_SECONDS,
        iss={"essential": True, "value": issuer},
        aud=audience,  # type: ignore[arg-type]
        exp={"essential": True},
    )
    try:
        registry.validate(claims)
    except (JoseError, TypeError, ValueError) as err:
        raise ConsentMismatch from err


def _claims(token: object) -> dict[str, Any]:
    try:
        payload = jws.extract_compact(str(token).encode()).payload
        claims = json.loads(payload)
    except (JoseError, ValueError) as err:
        raise ConsentMismatch from err
    if not isinstance(claims, dict):
        raise ConsentMismatch
    return claims
