"""The ID token's claims behind the Starter Kit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.clock import START
from tpp.bank.id_token import check
from tpp.errors import ConsentMismatch

ISSUER, CLIENT = "https://issuer.example", "https://rp.example/1"
KEY = OctKey.import_key("k" * 32)


def token(**changes: Any) -> str:
    """Make a token whose claims are good, then spoil them; None takes a claim away."""
    claims = {"iss": ISSUER, "sub": "s", "aud": CLIENT, "exp": int((START + timedelta(minutes=5)).timestamp())}
    kept = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode({"alg": "HS256"}, kept, KEY)


@pytest.mark.parametrize("good", [{}, {"aud": [CLIENT]}, {"iat": int(START.timestamp())}, {"nonce": "unknown to us"}])
def test_claims_that_are_ours_pass(good: dict[str, Any]) -> None:
    check(token(**good), ISSUER, CLIENT, START)


def test_a_missing_token_is_no_error_for_some_kits_leave_it_out() -> None:
    check(None, ISSUER, CLIENT, START)


BAD: list[dict[str, Any]] = [
    {"iss": "https://evil.example"},
    {"iss": None},
    {"aud": "https://rp.example/2"},
    {"aud": None},
    {"exp": int((START - timedelta(minutes=5)).timestamp())},
    {"exp": None},
]


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_claims_that_are_not_ours_are_refused(bad: dict[str, Any]) -> None:
    """The suite's ID token modules: invalid iss, aud, expired exp, missing iss, aud, exp."""
    with pytest.raises(ConsentMismatch):
        check(token(**bad), ISSUER, CLIENT, START)


@pytest.mark.parametrize("garbage", ["", "a.b", "a.b.c", 7, ["x"], "eyJhbGciOiJub25lIn0.W10."])
def test_garbage_is_refused(garbage: Any) -> None:
    with pytest.raises(ConsentMismatch):
        check(garbage, ISSUER, CLIENT, START)
