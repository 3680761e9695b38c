"""The ID token behind the Starter Kit: everything that can be checked without the bank's keys.

The kit does not verify the ID token, and the bank's keys may need a client certificate that we do not have. The token
reached us over the back channel, so what it says is compared, and its signature is not (OpenID Connect Core 1.0,
section 3.1.3.7, items 2, 3, 5, 6 and 9 to 11). The direct way verifies all of it.

A `nonce` that we sent must come back. Where a kit keeps the one it sent to itself, the first token's is remembered: a
renewal's token need have none, and one that it has must be the same (Core, 12.2).

A token that claims no signature, or one made with a secret that kit and client share, is refused: no bank of this
standard signs so (FAPI 2.0 Security Profile, 5.4). `at_hash`, `c_hash` and `s_hash` bind it to the very access token,
code and state, where they are there (Core, 3.1.3.6 and 3.3.2.11; FAPI 1.0 Advanced, 5.2.2.1).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.errors import JoseError

from tpp.errors import ClockDiffers, ConsentMismatch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SKEW_SECONDS = 60

HASHES = {"256": "sha256", "384": "sha384", "512": "sha512"}
_ALGORITHM = re.compile(r"(?:RS|PS|ES)(256|384|512)|EdDSA|Ed25519")
_SUBJECT = re.compile(r"[\x20-\x7e]{1,255}")
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ID token must fit: who speaks, to whom, and what came with it. None where it is not known here.

    `subject`: of whom earlier tokens spoke; a renewal's must speak of the same (Core, section 12.2). `nonce`: what was
    sent with the request, or stood in the first token. `renewal`: whether the token came with renewed tokens.
    """

    issuer: str
    client_id: str | None
    access_token: str = field(repr=False)
    code: str | None = field(default=None, repr=False)
    state: str | None = field(default=None, repr=False)
    subject: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)
    renewal: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What a good ID token said: of whom, and its `nonce` where it has one."""

    subject: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)


def check(token: object, expected: Expected, now: datetime) -> Identity:
    """Check an ID token where there is one, and return what it said; nothing where there is none.

    Raises ConsentMismatch, which names the claim at fault, for one that is not meant for us; ClockDiffers where only
    our clock speaks against it.
    """
    if token is None:
        return Identity()
    header, claims = _parts(token)
    algorithm = _ALGORITHM.fullmatch(str(header.get("alg")))
    if algorithm is None or "crit" in header:
        raise ConsentMismatch("id_token header")
    _check_parties(claims, expected)
    _check_times(claims, now.timestamp())
    _check_hashes(claims, expected, HASHES[algorithm[1] or "512"])
    return Identity(str(claims["sub"]), _checked_nonce(claims, expected))


def _parts(token: object) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Take a compact JWS apart (RFC 7515, 7.1): three parts, none of them empty."""
    if not isinstance(token, str) or len(token) > _LONGEST or not all(token.split(".")):
        raise ConsentMismatch("id_token form")
    try:
        found = jws.extract_compact(token.encode())
        header, claims = found.headers(), json.loads(found.payload, parse_constant=_no_number)
    except (JoseError, ValueError, RecursionError) as err:
        raise ConsentMismatch("id_token form") from err
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise ConsentMismatch("id_token form")
    return header, claims


def _no_number(_word: str) -> None:
    """Refuse NaN and Infinity, which are no JSON and would pass every comparison."""
    raise ValueError


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    """Compare `iss`, `sub`, `aud` and `azp`: nobody but us may be addressed."""
    if claims.get("iss") != expected.issuer:
        raise ConsentMismatch("id_token iss")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
        raise ConsentMismatch("id_token sub")
    if expected.subject is not None and subject != expected.subject:
        raise ConsentMismatch("id_token sub")
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if len(named) != 1 or not isinstance(named[0], str) or named[0] != (expected.client_id or named[0]):
        raise ConsentMismatch("id_token aud")
    if claims.get("azp", named[0]) != named[0]:
        raise ConsentMismatch("id_token azp")


def _checked_nonce(claims: Mapping[str, Any], expected: Expected) -> str | None:
    """Compare `nonce` and return it: one that was sent must come back, and only a renewal's token need have none."""
    nonce = claims.get("nonce")
    if nonce is not None and not isinstance(nonce, str):
        raise ConsentMismatch("id_token nonce")
    if expected.nonce is None or (nonce is None and expected.renewal):
        return nonce
    if not hmac.compare_digest((nonce or "").encode(errors="replace"), expected.nonce.encode(errors="replace")):
        raise ConsentMismatch("id_token nonce")
    return nonce


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    """`exp` ahead and `iat` past, seconds since 1970; `nbf` past where it is there. A minute's skew is allowed."""
    for name in ("exp", "iat", "nbf"):
        at = claims.get(name, 0 if name == "nbf" else None)
        if isinstance(at, bool) or not isinstance(at, int | float):
            raise ConsentMismatch(f"id_token {name}")
        if at + SKEW_SECONDS <= now if name == "exp" else at - SKEW_SECONDS > now:
            raise ClockDiffers(f"id_token {name}")


def _check_hashes(claims: Mapping[str, Any], expected: Expected, algorithm: str) -> None:
    """Compare what the token says of its companions; the hash is that of its own signature's algorithm."""
    companions = {"at_hash": expected.access_token, "c_hash": expected.code, "s_hash": expected.state}
    for name, value in companions.items():
        if name not in claims or value is None:
            continue
        if not hmac.compare_digest(str(claims[name]).encode(errors="replace"), _half(value, algorithm)):
            raise ConsentMismatch(f"id_token {name}")


def _half(value: str, algorithm: str) -> bytes:
    """Return the left half of a hash as base64url without padding."""
    digest = hashlib.new(algorithm, value.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
