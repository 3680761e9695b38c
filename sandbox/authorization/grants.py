"""Codes, access tokens and refresh tokens: what each stands for and how long.

Each is an opaque UUID, kept by its hash alone. All that came out of one code belongs to one grant, so
that a code used twice, or a refresh token that was replaced before, takes every token of it back. Whoever
asks again because the answer got lost is refused as well: the bank cannot tell them from a thief. The
consent itself stays as it is.
Source: RFC 6749 sections 4.1.2 and 6; RFC 9700 sections 2.2.2 and 4.14.2; FAPI 2.0 Security Profile
section 5.3.2.1.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from sandbox.ground.errors import invalid_grant
from sandbox.ground.keys import s256

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.ground.services import Bank

DAY = 86400
TOKENS = ("access", "refresh")


class UsedBeforeError(Exception):
    """A code or refresh token came a second time. `exchange` turns it into the refusal."""

    def __init__(self, grant_id: str, what: str) -> None:
        super().__init__(f"{what} has been used before")
        self.grant_id = grant_id


@dataclass(frozen=True)
class Grant:
    """What a person granted: the consent, who they are, and what the request promised the client.

    `auth_time` is in Unix seconds.
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


GRANT = tuple(field.name for field in fields(Grant))


@dataclass(frozen=True)
class Access:
    """What an access token opens: a person's consent, or with no `consent_id` the client's own matters."""

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


@contextmanager
def exchange(bank: Bank) -> Iterator[None]:
    """Hold one exchange together: what is redeemed inside is spent only if the new tokens are written too.

    So a second use, which takes the tokens of the grant back, leaves none that is still on its way.
    Raises `OAuthError` `invalid_grant` for a second use; a refusal inside spends nothing.
    """
    try:
        with bank.state.transaction():
            yield
    except UsedBeforeError as again:
        bank.state.delete_owned(again.grant_id, TOKENS)
        raise invalid_grant(str(again)) from again


def redeem_code(bank: Bank, code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant:
    """Return the grant of a code, once; only inside `exchange`.

    Raises `OAuthError` `invalid_grant`, and `UsedBeforeError` at a second use.
    """
    row = bank.state.get("code", code)
    if row is None:
        raise invalid_grant("code is unknown")
    if row["used"]:
        raise UsedBeforeError(row["grant"]["grant_id"], "code")
    grant = _checked(row, bank.timestamp(), client_id, redirect_uri, verifier)
    bank.state.put("code", code, row | {"used": True}, expires=row["expires"] + DAY)
    return grant


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
    """Return what the token opens now, or `None` when it is unknown or over."""
    row = bank.state.get("access", token)
    access = None if row is None else Access(**row)
    return access if access is not None and access.expires > bank.now().timestamp() else None


def issue_refresh(bank: Bank, grant: Grant, expires: float) -> str:
    """Return a fresh refresh token that lives until `expires`, the end of the consent (Unix seconds)."""
    token = str(uuid.uuid4())
    row = asdict(grant) | {"expires": expires, "replaced": False}
    bank.state.put("refresh", token, row, expires=expires, owner=grant.grant_id)
    return token


def redeem_refresh(bank: Bank, token: str, client_id: str) -> Grant:
    """Return the grant of a refresh token; where tokens rotate, mark it as replaced. Only inside `exchange`.

    A replaced token's row is kept until the consent's end, so that a second use is noticed.
    Raises `OAuthError` `invalid_grant`, and `UsedBeforeError` for a token that was replaced before.
    """
    row = bank.state.get("refresh", token)
    if row is None:
        raise invalid_grant("refresh_token is unknown or over")
    grant, expires = Grant(**{name: row[name] for name in GRANT}), row.get("expires")
    if row.get("replaced"):
        raise UsedBeforeError(grant.grant_id, "refresh_token")
    if grant.client_id != client_id:
        raise invalid_grant("refresh_token was given to another client")
    if bank.settings.rotate_refresh:
        bank.state.put("refresh", token, row | {"replaced": True}, expires=expires, owner=grant.grant_id)
    return grant
