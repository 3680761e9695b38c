"""The ID token behind the Starter Kit: what can be checked without the bank's keys."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.clock import START
from tpp.bank.id_token import Expected, Identity, check
from tpp.errors import ClockDiffers, ConsentMismatch

ISSUER, CLIENT = "https://issuer.example", "https://rp.example/1"
ACCESS, CODE, STATE = "the access token", "the code", "the state"
OURS = Expected(ISSUER, CLIENT, ACCESS, CODE, STATE)
NOW, SOON = int(START.timestamp()), int((START + timedelta(minutes=5)).timestamp())
GOOD = {"iss": ISSUER, "sub": "s", "aud": CLIENT, "iat": NOW, "exp": SOON}


def encoded(value: Any) -> str:
    """Encode a part of a JWS."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def half(value: str, algorithm: str = "sha256") -> str:
    """Return the left half of a hash, as an ID token holds it."""
    digest = hashlib.new(algorithm, value.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def token(header: dict[str, Any] | None = None, signature: str = "c2ln", **changes: Any) -> str:
    """Make a token whose claims are good, then spoil them; None takes a claim away."""
    claims = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return f"{encoded({'alg': 'PS256'} if header is None else header)}.{encoded(claims)}.{signature}"


FINE: list[dict[str, Any]] = [
    {},
    {"aud": [CLIENT]},
    {"azp": CLIENT},
    {"nonce": "unknown to us"},
    {"nbf": NOW},
    {"exp": SOON + 0.5},
    {"sub": "s" * 255},
    {"at_hash": half(ACCESS), "c_hash": half(CODE), "s_hash": half(STATE)},
]


@pytest.mark.parametrize("good", FINE, ids=str)
def test_claims_that_are_ours_pass_and_tell_of_whom(good: dict[str, Any]) -> None:
    assert check(token(**good), OURS, START) == Identity(good.get("sub", "s"), good.get("nonce"))


def test_a_missing_token_tells_of_nobody() -> None:
    """Whether it may be missing is for the journey to say: some kits never show one."""
    assert check(None, OURS, START) == Identity()


BAD: list[tuple[str, dict[str, Any]]] = [
    ("iss", {"iss": "https://evil.example"}),
    ("iss", {"iss": ISSUER + "/"}),
    ("iss", {"iss": [ISSUER]}),
    ("iss", {"iss": None}),
    ("sub", {"sub": None}),
    ("sub", {"sub": ""}),
    ("sub", {"sub": 7}),
    ("sub", {"sub": "s" * 256}),
    ("sub", {"sub": "\ud800"}),
    ("aud", {"aud": "https://rp.example/2"}),
    ("aud", {"aud": None}),
    ("aud", {"aud": []}),
    ("aud", {"aud": [CLIENT, "https://rp.example/2"]}),
    ("aud", {"aud": ["https://rp.example/2", CLIENT]}),
    ("aud", {"aud": [[CLIENT]]}),
    ("azp", {"azp": "https://rp.example/2"}),
    ("azp", {"aud": [CLIENT], "azp": 7}),
    ("exp", {"exp": NOW - 300}),
    ("exp", {"exp": NOW - 60}),
    ("exp", {"exp": None}),
    ("exp", {"exp": str(SOON)}),
    ("exp", {"exp": True}),
    ("iat", {"iat": None}),
    ("iat", {"iat": NOW + 61}),
    ("nbf", {"nbf": NOW + 61}),
    ("at_hash", {"at_hash": half("another token")}),
    ("at_hash", {"at_hash": ""}),
    ("at_hash", {"at_hash": False}),
    ("at_hash", {"at_hash": "\ud800"}),
    ("at_hash", {"at_hash": half(ACCESS, "sha512")}),
    ("c_hash", {"c_hash": half("another code")}),
    ("s_hash", {"s_hash": half("another state")}),
    ("nonce", {"nonce": 7}),
    ("form", {"exp": float("inf")}),
    ("form", {"iat": float("nan")}),
]


@pytest.mark.parametrize(("claim", "bad"), BAD, ids=str)
def test_claims_that_are_not_ours_are_refused_by_name(claim: str, bad: dict[str, Any]) -> None:
    """The suite's ID token modules, and more. The log gets the claim's name and no value."""
    with pytest.raises(ConsentMismatch) as refused:
        check(token(**bad), OURS, START)
    assert str(refused.value).endswith(f": id_token {claim}")


@pytest.mark.parametrize("off", [{"exp": NOW - 60}, {"iat": NOW + 61}, {"nbf": NOW + 61}], ids=str)
def test_a_clock_that_is_off_is_named_as_such(off: dict[str, Any]) -> None:
    """Whose consent it is stands against nothing here: whoever runs the app must hear of the clock."""
    with pytest.raises(ClockDiffers) as refused:
        check(token(**off), OURS, START)
    assert str(refused.value) == f"clock-differs: id_token {next(iter(off))}"
    with pytest.raises(ConsentMismatch) as foreign:
        check(token(**off, sub="another"), replace(OURS, subject="s"), START)
    assert foreign.value.reason == "consent-mismatch"


HEADERS: list[dict[str, Any]] = [
    {"alg": "none"},
    {"alg": "NONE"},
    {"alg": "HS256"},
    {"alg": "HS384"},
    {"alg": "HS512"},
    {"alg": "XX256"},
    {"alg": 7},
    {"alg": "PS256", "crit": ["exp"]},
    {"alg": "PS256\n"},
]


@pytest.mark.parametrize("header", HEADERS, ids=str)
def test_a_token_without_a_signature_of_the_bank_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(ConsentMismatch) as refused:
        check(token(header), OURS, START)
    assert refused.value.what == "id_token header"


@pytest.mark.parametrize(
    ("algorithm", "by"), [("PS384", "sha384"), ("ES512", "sha512"), ("EdDSA", "sha512"), ("RS256", "sha256")]
)
def test_the_hash_is_that_of_the_signatures_algorithm(algorithm: str, by: str) -> None:
    assert check(token({"alg": algorithm}, at_hash=half(ACCESS, by)), OURS, START).subject == "s"


def test_of_an_unknown_client_one_audience_is_taken_and_no_second() -> None:
    unknown = replace(OURS, client_id=None)
    assert check(token(), unknown, START).subject == "s"
    with pytest.raises(ConsentMismatch):
        check(token(aud=[CLIENT, "https://rp.example/2"]), unknown, START)


def test_a_renewal_that_speaks_of_somebody_else_is_refused() -> None:
    """OpenID Connect Core 1.0, section 12.2."""
    assert check(token(), replace(OURS, subject="s"), START).subject == "s"
    with pytest.raises(ConsentMismatch):
        check(token(sub="another"), replace(OURS, subject="s"), START)


GARBAGE = [
    *("", "a.b", "a.b.c", 7, ["x"], True, "é.é.é", "a.b.c.d", "." * 5),
    "eyJhbGciOiJub25lIn0.W10.",
    f"{encoded({'alg': 'none'})}.{encoded(GOOD)}.",
    f"{encoded([])}.{encoded(GOOD)}.c2ln",
    f"{encoded({'alg': 'PS256'})}.{encoded([GOOD])}.c2ln",
    f"{encoded({'alg': 'PS256'})}.{base64.urlsafe_b64encode(b'[' * 5000).decode()}.c2ln",
    token() + "x" * 70_000,
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_refused(garbage: Any) -> None:
    with pytest.raises(ConsentMismatch) as refused:
        check(garbage, OURS, START)
    assert refused.value.what == "id_token form"


def test_what_must_fit_prints_no_secret() -> None:
    printed = repr(replace(OURS, subject="somebody"))
    assert not [each for each in (ACCESS, CODE, STATE, "somebody") if each in printed]


@pytest.mark.parametrize("claim", [None, "", "another", "\ud800"])
def test_a_nonce_that_was_sent_comes_back_in_the_id_token(claim: str | None) -> None:
    """Core, 3.1.3.7, item 11: one that is missing is as bad as another one."""
    sent = replace(OURS, nonce="sent")

    assert check(token(nonce="sent"), sent, START).nonce == "sent"
    with pytest.raises(ConsentMismatch) as refused:
        check(token(nonce=claim), sent, START)
    assert refused.value.what == "id_token nonce"


def test_a_renewals_id_token_may_have_no_nonce_and_never_another() -> None:
    """Core, 12.2."""
    renewed = replace(OURS, nonce="first", renewal=True)

    assert check(token(), renewed, START).subject == "s"
    assert check(token(nonce="first"), renewed, START).subject == "s"
    with pytest.raises(ConsentMismatch):
        check(token(nonce="another"), renewed, START)
