"""The throwaway RSA-2048 keys of the bank and of the kit's client, and PS256 with them.

They are made at the first start by whichever process comes first, kept sealed in the state, and of no
worth outside this sandbox. Source: RFC 7517 (JWK), RFC 7518 section 3.5 (PS256).
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import RSAKey

if TYPE_CHECKING:
    from sandbox.ground.state import State

ALGORITHM = "PS256"
BITS = 2048


def load_key(state: State, owner: str) -> RSAKey:
    """Return the key pair of `owner` (`bank` or `client`), making it at the first call."""
    row = state.get("key", owner)
    if row is None:
        fresh = RSAKey.generate_key(BITS, {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)
        state.insert("key", owner, {"jwk": fresh.as_dict(private=True)})
        row = state.get("key", owner)
    if row is None:  # pragma: no cover - insert and read are the same table
        raise LookupError(owner)
    return _imported(json.dumps(row["jwk"]))


def key_id(key: RSAKey) -> str:
    """Return the `kid` that the key is published under."""
    return str(key.as_dict(private=False)["kid"])


def public_jwks(key: RSAKey) -> dict[str, Any]:
    """Return the public half as a key set. Source: RFC 7517 section 5."""
    return {"keys": [{**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}]}


def sign(claims: dict[str, Any], key: RSAKey) -> str:
    """Return a compact JWS over `claims` whose header holds `alg` and `kid` alone."""
    header = {"alg": ALGORITHM, "kid": key_id(key)}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM], default_type=None)


def s256(verifier: str) -> str:
    """Return base64url(SHA-256(verifier)) without padding; the verifier is ASCII. Source: RFC 7636 section 4.2."""
    return _base64url(hashlib.sha256(verifier.encode("ascii")).digest())


def half_hash(value: str) -> str:
    """Return the left half of SHA-256 as base64url: `at_hash`, `s_hash`.

    Source: OpenID Connect Core 1.0 section 3.1.3.6.
    """
    return _base64url(hashlib.sha256(value.encode()).digest()[:16])


@lru_cache(maxsize=8)
def _imported(jwk: str) -> RSAKey:
    """Return the key pair: its primes are checked, which costs a twentieth of a second, so once for a pair."""
    return RSAKey.import_key(json.loads(jwk))


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
