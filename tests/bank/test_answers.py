"""The Starter Kit's error shapes, each told from the others; upstream prose never comes through."""

from __future__ import annotations

import json

import pytest

from tpp.bank.answers import error_code, success
from tpp.bank.transport import Reply
from tpp.errors import (
    AccountRefused,
    BankFault,
    BankRefused,
    ConsentHalted,
    GrantRefused,
    MalformedResponse,
    RateLimited,
    TokenRejected,
)

SHAPES = [
    (400, {"description": "Inalid data_permissions"}, BankRefused, None),
    (400, {"error": "Access token required"}, BankRefused, None),
    (400, {"error": "aborted"}, BankRefused, None),
    (400, {"error": "invalid_request", "error_description": "secret-prose"}, BankRefused, "invalid_request"),
    (400, {"error": "invalid_grant"}, GrantRefused, "invalid_grant"),
    (403, {"Errors": [{"Code": "Consent.Invalid", "Message": "secret-prose"}]}, ConsentHalted, "Consent.Invalid"),
    (403, {"Errors": [{"Code": "Made.Up", "Message": "secret-prose"}]}, BankRefused, "Made.Up"),
    (500, {"Errors": [{"Code": "Consent.Revoked", "Message": "secret-prose"}]}, BankFault, "Consent.Revoked"),
    (200, {"error": "invalid_grant"}, GrantRefused, "invalid_grant"),
    (200, {"error": "invalid_request"}, BankRefused, "invalid_request"),
    (403, {"Errors": [{"Code": "<script>"}]}, BankRefused, None),
    (403, {"Errors": []}, BankRefused, None),
    (403, {"Errors": "text"}, BankRefused, None),
    (400, "just a JSON string", BankRefused, None),
    (401, {"error": "Request failed with status code 401"}, TokenRejected, None),
    (404, {"error": "Request failed with status code 404"}, BankRefused, None),
    (429, {"error": "Request failed with status code 429"}, RateLimited, None),
    (500, {"error": "getaddrinfo ENOTFOUND secret-prose"}, BankFault, None),
    (503, None, BankFault, None),
]


@pytest.mark.parametrize(("status", "body", "kind", "code"), SHAPES)
def test_each_error_shape_becomes_its_error(
    status: int, body: object, kind: type[BankRefused], code: str | None
) -> None:
    with pytest.raises(BankRefused) as caught:
        success(Reply(status, "application/json", json.dumps(body).encode()))

    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (status, code)
    assert "secret-prose" not in str(caught.value) + repr(caught.value)


def refused(code: str, status: int = 403) -> BankRefused:
    """Return the error behind a code word."""
    body = json.dumps({"Errors": [{"Code": code, "Message": "secret-prose"}]}).encode()
    with pytest.raises(BankRefused) as caught:
        success(Reply(status, "application/json", body))
    return caught.value


@pytest.mark.parametrize("status", [400, 403])
def test_each_code_of_the_standard_has_its_own_reason(status: int) -> None:
    """v1.2 `AEErrorCode`, and the words that only v2.1 or no list knows."""
    halted = {code: refused(f"Consent.{code}", status) for code in ("Revoked", "Expired", "Invalid", "Suspended")}
    codes = [
        *("Consent.TransientAccountAccessFailure", "Consent.AccountTemporarilyBlocked"),
        *("Consent.PermanentAccountAccessFailure", "Consent.BusinessRuleViolation", "AccessToken.InvalidScope"),
        *("Resource.InvalidResourceId", "GenericRecoverableError", "GenericError"),
    ]
    reasons = [refused(code, status).reason for code in codes]

    assert {code: isinstance(each, ConsentHalted) and each.ended for code, each in halted.items()} == {
        "Revoked": True,
        "Expired": True,
        "Invalid": True,
        "Suspended": False,
    }
    assert all(isinstance(refused(code, status), AccountRefused) for code in codes)
    assert len({*reasons, *(each.reason for each in halted.values())}) == len(codes) + len(halted)
    assert refused("Resource.InvalidFormat", status).reason == refused("Resource.InvalidResourceId", status).reason


@pytest.mark.parametrize("status", [429, 503])
def test_an_answer_that_says_when_to_ask_again_is_heard(status: int) -> None:
    with pytest.raises(BankRefused) as caught:
        success(Reply(status, "text/plain", b"", 85092.0))

    assert caught.value.retry_after == 85092.0


@pytest.mark.parametrize("depth", [41, 990, 1000, 100_000])
@pytest.mark.parametrize("opens", ["[", '{"a":'])
def test_json_that_nests_too_deep_is_malformed(depth: int, opens: str) -> None:
    """Written or read again later, it would break whoever does that."""
    closes = {"[": "]", '{"a":': "}"}[opens]
    body = f'{{"a": {opens * depth}1{closes * depth}}}'.encode()
    with pytest.raises(MalformedResponse):
        success(Reply(200, "application/json", body))


@pytest.mark.parametrize(
    "body", [b"", b"<!DOCTYPE html><pre>Cannot GET /x</pre>", b'{"a": ', b"[1]", b'"text"', b"[" * 100000]
)
def test_a_success_without_a_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedResponse):
        success(Reply(200, "text/html", body))


@pytest.mark.parametrize("status", [200, 201, 204])
def test_every_2xx_with_an_object_is_a_success(status: int) -> None:
    assert success(Reply(status, "application/json", b'{"a": 1}')) == {"a": 1}


def test_prose_that_looks_like_nothing_known_is_no_code() -> None:
    assert error_code({"error": "invalid_grant but longer"}) is None
    assert error_code(None) is None
