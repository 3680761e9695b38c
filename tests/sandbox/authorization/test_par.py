"""The pushed request: every rule has a request that breaks it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from joserfc.jwk import OctKey, RSAKey

from tests.sandbox.helpers import (
    DROP,
    JWT_BEARER,
    START,
    consent_claims,
    details,
    merged,
)
from tests.sandbox.reading import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.sandbox.helpers import Claims, RelyingParty

NOW = int(START.timestamp())


def test_a_faultless_request_gets_201_and_a_request_uri_for_600_seconds(party: RelyingParty) -> None:
    response = party.push()
    assert response.status_code == 201
    body = response.get_json()
    assert body["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert body["expires_in"] == 600


def test_the_consent_awaits_authorization_from_the_push_on(party: RelyingParty) -> None:
    party.pushed({"ConsentId": "mine"})
    assert party.consent_status("mine") == "AwaitingAuthorization"


@pytest.mark.parametrize("scope", ["accounts openid", "openid accounts"])
def test_the_two_scopes_may_come_in_any_order(party: RelyingParty, scope: str) -> None:
    assert party.push(scope=scope).status_code == 201


def test_a_whole_consent_with_every_optional_field_is_taken(party: RelyingParty) -> None:
    consent = consent_claims(
        {
            "BaseConsentId": "base",
            "TransactionFromDateTime": "2026-01-01T00:00:00Z",
            "TransactionToDateTime": "2026-06-01T00:00:00+04:00",
            "AccountType": ["Retail", "SME", "Corporate"],
            "AccountSubType": ["CurrentAccount", "Savings"],
            "OnBehalfOf": {
                "TradingName": "A",
                "LegalName": "B",
                "IdentifierType": "Other",
                "Identifier": "C",
            },
        }
    )
    element = {
        "type": "urn:openfinanceuae:account-access-consent:v1.2",
        "consent": consent,
        "subscription": {"Webhook": {"Url": "https://tpp.example/hook", "IsActive": False}},
    }
    assert party.push(authorization_details=[element]).status_code == 201


def test_the_client_id_of_the_form_may_be_left_out(party: RelyingParty) -> None:
    form = {"request": party.sign(party.request_claims())} | party.proof()
    assert party.push_form(form).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"iat": NOW, "jti": "any"},
        {"login_hint": "somebody"},
        {"aud": ["http://127.0.0.1:1413/auth1"]},
        {"nbf": NOW - 599, "exp": NOW + 1},
        {"nbf": NOW + 10, "exp": NOW + 610},
        {"nbf": NOW - 10, "exp": NOW + 590},
        {"max_age": 0},
        {"max_age": 3600},
        {"max_age": DROP},
        {"state": "s" * 1000},
        {"nonce": "n" * 1000},
    ],
    ids=str,
)
def test_a_request_object_at_the_edge_of_the_rules_is_taken(party: RelyingParty, changes: Claims) -> None:
    assert party.push(**changes).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [{"exp": NOW + 300}, {"exp": NOW + 1}, {"iat": NOW + 10, "exp": NOW + 310}, {"iat": NOW - 200, "exp": NOW + 100}],
    ids=str,
)
def test_an_assertion_at_the_edge_of_the_rules_is_taken(party: RelyingParty, changes: Claims) -> None:
    assertion = party.sign(party.assertion_claims(**changes))
    form = {"request": party.sign(party.request_claims())} | party.proof() | {"client_assertion": assertion}
    assert party.push_form(form).status_code == 201


def test_a_request_object_that_began_too_long_ago_is_told_so(party: RelyingParty) -> None:
    told = refused(party.push(nbf=NOW - 601, exp=NOW + 1), "invalid_request")
    assert told == "nbf of the request object is more than 10 minutes old"


def test_a_refused_request_leaves_no_consent_behind(party: RelyingParty) -> None:
    whole = details({"ConsentId": "c"})
    refused(party.push(authorization_details=whole, scope="openid"), "invalid_request")
    assert party.push(authorization_details=whole).status_code == 201


# The form


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_assertion_type": DROP}, "invalid_client"),
        ({"client_assertion_type": "urn:other"}, "invalid_client"),
        ({"client_assertion": DROP}, "invalid_client"),
        ({"client_assertion": ""}, "invalid_client"),
        ({"client_assertion": "not.a.jwt"}, "invalid_client"),
        ({"client_id": "https://rp.example/other"}, "invalid_client"),
        ({"request": DROP}, "invalid_request"),
        ({"request": "not.a.jwt"}, "invalid_request"),
        ({"request": "a" * 70000}, "invalid_request"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
    ],
)
def test_a_faulty_form_is_refused(party: RelyingParty, changes: Claims, code: str) -> None:
    form = {"client_id": party.client_id, "request": party.sign(party.request_claims())} | party.proof()
    refused(party.push_form(merged(form, changes)), code)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("request", "invalid_request"),
        ("client_id", "invalid_client"),
        ("client_assertion", "invalid_client"),
        ("client_assertion_type", "invalid_client"),
    ],
)
def test_a_field_given_twice_is_refused(party: RelyingParty, name: str, code: str) -> None:
    form = {"client_id": party.client_id, "request": party.sign(party.request_claims())} | party.proof()
    refused(party.push_form(form | {name: [form[name], form[name]]}), code)


# The client assertion


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://rp.example/other"},
        {"sub": "https://rp.example/other"},
        {"iss": DROP},
        {"sub": DROP},
        {"aud": "http://127.0.0.1:1413/as1/token"},
        {"aud": ["http://127.0.0.1:1413/auth1"]},
        {"aud": DROP},
        {"iat": DROP},
        {"exp": DROP},
        {"exp": NOW},
        {"exp": NOW + 301},
        {"iat": NOW + 11, "exp": NOW + 90},
        {"iat": True},
        {"exp": "soon"},
        {"jti": DROP},
        {"jti": ""},
        {"jti": 7},
    ],
    ids=str,
)
def test_a_faulty_client_assertion_is_refused(party: RelyingParty, changes: Claims) -> None:
    form = {
        "request": party.sign(party.request_claims()),
        "client_assertion_type": JWT_BEARER,
        "client_assertion": party.sign(party.assertion_claims(**changes)),
    }
    refused(party.push_form(form), "invalid_client")


def test_an_assertion_works_once(party: RelyingParty) -> None:
    proof = party.proof()
    first = {"request": party.sign(party.request_claims())} | proof
    assert party.push_form(first).status_code == 201
    again = {"request": party.sign(party.request_claims())} | proof
    assert "used before" in refused(party.push_form(again), "invalid_client")


def test_an_assertion_of_another_key_is_refused(party: RelyingParty) -> None:
    other = RSAKey.generate_key(2048, private=True)
    form = {
        "request": party.sign(party.request_claims()),
        "client_assertion_type": JWT_BEARER,
        "client_assertion": party.sign(party.assertion_claims(), key=other),
    }
    refused(party.push_form(form), "invalid_client")


def test_an_assertion_of_another_algorithm_is_refused(party: RelyingParty) -> None:
    form = {
        "request": party.sign(party.request_claims()),
        "client_assertion_type": JWT_BEARER,
        "client_assertion": party.sign(party.assertion_claims(), alg="RS256"),
    }
    refused(party.push_form(form), "invalid_client")


def test_an_assertion_that_names_an_unregistered_key_is_refused(party: RelyingParty) -> None:
    form = {
        "request": party.sign(party.request_claims()),
        "client_assertion_type": JWT_BEARER,
        "client_assertion": party.sign(party.assertion_claims(), kid="other"),
    }
    refused(party.push_form(form), "invalid_client")


# The request object


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://rp.example/other"},
        {"iss": DROP},
        {"client_id": "https://rp.example/other"},
        {"client_id": DROP},
        {"aud": "https://bank.example"},
        {"aud": ["http://127.0.0.1:1413/auth1", "https://bank.example"]},
        {"aud": DROP},
        {"nbf": DROP},
        {"nbf": NOW + 11},
        {"nbf": True},
        {"nbf": "now"},
        {"nbf": NOW - 601, "exp": NOW + 1},
        {"exp": DROP},
        {"exp": NOW},
        {"exp": NOW + 591},
        {"redirect_uri": "http://localhost:1411/other"},
        {"redirect_uri": DROP},
        {"response_type": "token"},
        {"response_type": DROP},
        {"scope": "openid"},
        {"scope": "accounts openid payments"},
        {"scope": DROP},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": DROP},
        {"code_challenge": "short"},
        {"code_challenge": "=" * 43},
        {"code_challenge": DROP},
        {"max_age": 3601},
        {"max_age": "3600"},
        {"max_age": -1},
        {"nonce": DROP},
        {"nonce": ""},
        {"nonce": "n" * 1001},
        {"state": DROP},
        {"state": ""},
        {"state": 1},
        {"code_challenge": "c" * 44},
        {"code_challenge": "c" * 42 + "\n"},
        {"max_age": True},
        {"exp": "later"},
        {"response_type": "code id_token"},
        {"scope": "accounts accounts openid"},
        {"scope": ["accounts", "openid"]},
        {"state": "s" * 1001},
        {"login_hint": 1},
        {"prompt": "login"},
        {"authorization_details": DROP},
    ],
    ids=str,
)
def test_a_faulty_request_object_is_refused(party: RelyingParty, changes: Claims) -> None:
    refused(party.push(**changes), "invalid_request")


@pytest.mark.parametrize("name", ["redirect_uri", "scope", "response_type", "state", "request_uri", "x"])
def test_nothing_may_stand_beside_the_request_object_but_the_clients_proof(party: RelyingParty, name: str) -> None:
    form = {"client_id": party.client_id, "request": party.sign(party.request_claims())}
    refused(party.push_form(form | {name: "code"} | party.proof()), "invalid_request")
    assert party.push_form(form | party.proof()).status_code == 201


@pytest.mark.parametrize("alg", ["RS256", "HS256"])
def test_a_request_object_of_another_algorithm_is_refused(party: RelyingParty, alg: str) -> None:
    key = OctKey.import_key("k" * 64) if alg == "HS256" else None
    form = {"request": party.sign(party.request_claims(), alg=alg, key=key)} | party.proof()
    refused(party.push_form(form), "invalid_request")


def test_a_request_object_of_another_key_is_refused(party: RelyingParty) -> None:
    other = RSAKey.generate_key(2048, private=True)
    form = {"request": party.sign(party.request_claims(), key=other)} | party.proof()
    refused(party.push_form(form), "invalid_request")


def test_a_request_object_that_names_an_unregistered_key_is_refused(party: RelyingParty) -> None:
    form = {"request": party.sign(party.request_claims(), kid="other")} | party.proof()
    refused(party.push_form(form), "invalid_request")


def test_a_request_object_without_a_signature_is_refused(party: RelyingParty) -> None:
    _head, body, _signature = party.sign(party.request_claims()).split(".")
    unsigned = f"eyJhbGciOiJub25lIn0.{body}."
    refused(party.push_form({"request": unsigned} | party.proof()), "invalid_request")


# The endpoint


@pytest.mark.parametrize("path", ["/as1/par", "/as1/token"])
def test_a_wrong_method_gets_405_without_a_body(bank_app: Flask, path: str) -> None:
    response = bank_app.test_client().get(path)
    assert (response.status_code, response.data) == (405, b"")
    assert "POST" in response.headers["Allow"]


def test_too_large_a_form_gets_413_without_a_body(bank_app: Flask) -> None:
    response = bank_app.test_client().post("/as1/par", data={"request": "x" * 300_000})
    assert (response.status_code, response.data) == (413, b"")


def test_the_life_of_a_request_is_a_setting(
    make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty]
) -> None:
    party = make_party(make_bank(request_lifetime=90))
    assert party.push().get_json()["expires_in"] == 90
