"""What the kit signs and makes up, as the bank and the caller see it."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, request
from joserfc import jwt

from tests.sandbox.helpers import Clock, origin, s256
from tests.sandbox.kit_caller import BASICS, CREATE, UUID, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from cheroot.wsgi import Server
    from flask.testing import FlaskClient
    from joserfc.jwk import RSAKey

    Maker = Callable[..., Flask]


def test_an_opaque_state_is_a_uuid(kit: FlaskClient) -> None:
    assert re.fullmatch(UUID, walk(kit.post(CREATE, json=BASICS).get_json()["redirect"])["state"])


def test_a_base64_state_holds_verifier_and_consent_id(make_kit: Maker) -> None:
    made = make_kit(state_form="base64").test_client().post(CREATE, json=BASICS).get_json()
    state = walk(made["redirect"])["state"]
    assert len(state) == 192
    assert state.startswith("eyJjb2RlX3ZlcmlmaWVyIjoi")
    assert json.loads(base64.b64decode(state)) == {
        "code_verifier": made["code_verifier"],
        "consent_id": made["consent_id"],
    }


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ({}, "2027-05-21T09:30:00+00:00"),
        ({"valid_until": "2027-01-31"}, "2027-01-31T00:00:00+00:00"),
        ({"valid_until": "2027-01-31T20:00:00.000Z"}, "2027-01-31T20:00:00+00:00"),
        ({"valid_until": "2027-01-31T20:00:00+04:00"}, "2027-01-31T16:00:00+00:00"),
    ],
)
def test_valid_until_becomes_the_consents_end_and_no_data_window(
    kit: FlaskClient, until: dict[str, str], expected: str
) -> None:
    made = kit.post(CREATE, json=BASICS | until).get_json()
    form = {"code": walk(made["redirect"])["code"], "code_verifier": made["code_verifier"]}
    body = kit.post("/token/authorization-code", json=form).get_json()
    data = body["authorization_details"][0]["consent"]["Data"]
    assert data["ExpirationDateTime"] == expected
    assert data["BaseConsentId"] == "b265ab23-017e-4d86-98d2-bff578e0de08"
    assert "TransactionFromDateTime" not in data


def test_the_real_kits_fixed_expiry_is_refused_by_the_bank(make_kit: Maker) -> None:
    answer = make_kit(expiry="fixed").test_client().post(CREATE, json=BASICS | {"valid_until": "x"})
    assert answer.status_code == 400
    assert answer.get_json() == {
        "error": "invalid_request",
        "error_description": "ExpirationDateTime must be in the future",
    }


def test_the_kit_signs_exactly_the_claims_of_the_real_one(make_kit: Maker, spy_server: Server, clock: Clock) -> None:
    seen: list[dict[str, str]] = []
    spy = Flask("spy")

    @spy.post("/as1/par")
    def par() -> tuple[dict[str, Any], int]:
        seen.append(request.form.to_dict())
        return {"request_uri": "urn:x", "expires_in": 600}, 201

    spy_server.wsgi_app = spy
    app = make_kit(bank_url=origin(spy_server), bank_public_url="https://bank.example")
    made = app.test_client().post(CREATE, json=BASICS).get_json()
    key: RSAKey = app.extensions["sandbox_kit"].signer.key
    (form,) = seen
    assert set(form) == {"client_id", "request", "client_assertion_type", "client_assertion"}
    pushed = jwt.decode(form["request"], key, algorithms=["PS256"])
    proof = jwt.decode(form["client_assertion"], key, algorithms=["PS256"])
    assert set(pushed.header) == set(proof.header) == {"alg", "kid"}
    now, client_id = clock.seconds, form["client_id"]
    assert re.fullmatch(UUID, pushed.claims.pop("nonce"))
    assert re.fullmatch(UUID, pushed.claims.pop("state"))
    assert pushed.claims == {
        "scope": "accounts openid",
        "redirect_uri": "http://localhost:1411/hackathon-redirect",
        "client_id": client_id,
        "response_type": "code",
        "code_challenge": s256(made["code_verifier"]),
        "code_challenge_method": "S256",
        "max_age": 3600,
        "authorization_details": [
            {
                "type": "urn:openfinanceuae:account-access-consent:v1.2",
                "consent": {
                    "ConsentId": made["consent_id"],
                    "BaseConsentId": "b265ab23-017e-4d86-98d2-bff578e0de08",
                    "ExpirationDateTime": "2027-05-21T09:30:00.000Z",
                    "Permissions": ["ReadAccountsBasic", "ReadBalances"],
                    "OpenFinanceBilling": {"UserType": "Retail", "Purpose": "AccountAggregation"},
                },
            }
        ],
        "iat": now,
        "nbf": now - 10,
        "exp": now + 300,
        "iss": client_id,
        "aud": "https://bank.example/auth1",
    }
    assert re.fullmatch(UUID, proof.claims.pop("jti"))
    assert proof.claims.pop("exp") - now <= 300
    assert proof.claims == {
        "iss": client_id,
        "sub": client_id,
        "aud": "https://bank.example/auth1",
        "iat": now,
    }
    assert made["redirect"].startswith("https://bank.example/auth1/auth?")
