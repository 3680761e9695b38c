"""Codes, access tokens and refresh tokens: what each stands for and how long.

Each is an opaque UUID, kept by its hash alone. All that came out of one code belongs to one grant, so
that a code used twice can take everything back.
Source: RFC 6749 sections 4.1.2 and 6; RFC 9700 section 2.2.2; FAPI 2.0 Security Profile section 5.3.2.1.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from sandbox.errors import invalid_grant
from sandbox.keys import s256

if TYPE_CHECKING:
    from sandbox.services import Bank

DAY = 86400
TOKENS = ("access", "refresh")


@dataclass(frozen=True)
class Grant:
    """What a person granted: the consent, who they are, and what the request promised the client.

    ``auth_time`` is in Unix seconds.
    """

    grant_id: str
    consent_id: str
    client_id: str
    user: str
    auth_time: int
    state: str
    nonce: str
    redirect_uri: str
    code_challenge: str


@dataclass(frozen=True)
class Access:
    """What an access token opens: a person's consent, or with no ``consent_id`` the client's own matters."""

    client_id: str
    scope: str
    expires: float
    consent_id: str = ""


def issue_code(bank: Bank, grant: Grant) -> str:
    """Return a fresh code for the grant. Its row outlives it by a day, so that a second use is noticed."""
    code = str(uuid.uuid4())
    expires = bank.timestamp() + bank.settings.code_seconds
    row = {"grant": asdict(grant), "expires": expires, "used": False}
    bank.state.put("code", code, row, expires=expires + DAY)
    return code


def redeem_code(bank: Bank, code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant:
    """Return the grant of a code, once. A second use takes back all tokens of the first.

    Raises ``OAuthError`` ``invalid_grant``; a wrong client, address or verifier does not spend the code.
    """
    with bank.state.transaction():
        row = bank.state.get("code", code)
        spent = row is not None and row["used"]
        if row is not None and spent:
            bank.state.delete_owned(row["grant"]["grant_id"], TOKENS)
        elif row is not None:
            grant = _checked(row, bank.timestamp(), client_id, redirect_uri, verifier)
            bank.state.put("code", code, row | {"used": True}, expires=row["expires"] + DAY)
            return grant
    raise invalid_grant("code has been used before" if spent else "code is unknown")


def _checked(row: dict[str, Any], now: int, client_id: str, redirect_uri: str, verifier: str) -> Grant:
    grant = Grant(**row["grant"])
    if row["expires"] <= now:
        raise invalid_grant("code has expired")
    if grant.client_id != client_id:
        raise invalid_grant("code was made for another client")
    if grant.redirect_uri != redirect_uri:
        raise invalid_grant("redirect_uri is not the one of the request")
    if not compare_digest(s256(verifier), grant.code_challenge):
        raise invalid_grant("code_verifier does not match the code_challenge")
    return grant


def issue_access(bank: Bank, access: Access, grant_id: str = "") -> str:
    """Return a fresh access token."""
    token = str(uuid.uuid4())
    bank.state.put("access", token, asdict(access), expires=access.expires + DAY, owner=grant_id)
    return token


def read_access(bank: Bank, token: str) -> Access | None:
    """Return what the token opens now, or ``None`` when it is unknown or over."""
    row = bank.state.get("access", token)
    access = None if row is None else Access(**row)
    return access if access is not None and access.expires > bank.now().timestamp() else None


def issue_refresh(bank: Bank, grant: Grant, expires: float) -> str:
    """Return a fresh refresh token that lives until ``expires``, the end of the consent (Unix seconds)."""
    token = str(uuid.uuid4())
    bank.state.put("refresh", token, asdict(grant), expires=expires, owner=grant.grant_id)
    return token


def redeem_refresh(bank: Bank, token: str, client_id: str) -> Grant:
    """Return the grant of a refresh token; where tokens rotate, spend it. Raises ``invalid_grant``."""
    with bank.state.transaction():
        row = bank.state.get("refresh", token)
        grant = None if row is None else Grant(**row)
        if grant is None or grant.client_id != client_id:
            raise invalid_grant("refresh_token is unknown, replaced or over")
        if bank.settings.rotate_refresh:
            bank.state.delete("refresh", token)
    return grant
