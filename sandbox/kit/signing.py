"""What the Starter Kit signs: the pushed request and the proof of the client.

Claims, names and fixed values are those of the real kit; its hard-coded base consent id and its
out-of-date expiry included (the latter only when asked for). Times are Unix seconds.
Source: the Starter Kit's public copies; RFC 9101, RFC 7523, RFC 7636, RFC 9396.
"""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.directory.directory import CONSENT_TYPE
from sandbox.ground.client import JWT_BEARER
from sandbox.ground.keys import s256, sign

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

    from sandbox.ground.settings import KitSettings, StateForm

BASE_CONSENT_ID = "b265ab23-017e-4d86-98d2-bff578e0de08"
FIXED_EXPIRY = "2025-12-25T00:00:00.000Z"
REQUEST_SECONDS = 300
ASSERTION_SECONDS = 60
EARLY = 10
MAX_AGE = 3600


@dataclass(frozen=True)
class Signer:
    """The client that the kit speaks for: its id and key, the kit's settings and clock."""

    client_id: str
    key: RSAKey
    settings: KitSettings

    def assertion(self) -> dict[str, str]:
        """Return the two form fields that prove the client, with a fresh `jti`."""
        now = int(self.settings.now().timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.settings.issuer,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        return {"client_assertion_type": JWT_BEARER, "client_assertion": sign(claims, self.key)}

    def request_object(self, begun: Begun, permissions: list[str], expires: str) -> str:
        """Return the signed request object for a consent that lasts until `expires`."""
        now = int(self.settings.now().timestamp())
        claims = {
            "scope": "accounts openid",
            "redirect_uri": self.settings.redirect_uri,
            "client_id": self.client_id,
            "nonce": str(uuid.uuid4()),
            "state": begun.state,
            "response_type": "code",
            "code_challenge": s256(begun.code_verifier),
            "code_challenge_method": "S256",
            "max_age": MAX_AGE,
            "authorization_details": [account_access(begun.consent_id, permissions, expires)],
            "iat": now,
            "nbf": now - EARLY,
            "exp": now + REQUEST_SECONDS,
            "iss": self.client_id,
            "aud": self.settings.issuer,
        }
        return sign(claims, self.key)


@dataclass(frozen=True)
class Begun:
    """What the kit makes up for one consent."""

    consent_id: str
    code_verifier: str
    state: str


def begin(form: StateForm) -> Begun:
    """Make a consent id, a verifier of two UUIDs (72 characters) and the state.

    The real kit's `base64` state holds the verifier itself, so it travels through the browser: a
    weakness of the kit, repeated here so that clients can be tested against it.
    """
    consent_id, verifier = str(uuid.uuid4()), f"{uuid.uuid4()}{uuid.uuid4()}"
    if form == "opaque":
        return Begun(consent_id, verifier, str(uuid.uuid4()))
    told = json.dumps({"code_verifier": verifier, "consent_id": consent_id}, separators=(",", ":"))
    return Begun(consent_id, verifier, base64.b64encode(told.encode()).decode())


def account_access(consent_id: str, permissions: list[str], expires: str) -> dict[str, Any]:
    """Return the one element of `authorization_details`."""
    consent = {
        "ConsentId": consent_id,
        "BaseConsentId": BASE_CONSENT_ID,
        "ExpirationDateTime": expires,
        "Permissions": permissions,
        "OpenFinanceBilling": {"UserType": "Retail", "Purpose": "AccountAggregation"},
    }
    return {"type": CONSENT_TYPE, "consent": consent}
