"""The token endpoint: codes once, refresh tokens with and without rotation, the client's own tokens."""

from __future__ import annotations

import base64
import hashlib
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.sandbox.helpers import CONSENT_TYPE, DROP, ISSUER, JWT_BEARER, REDIRECT_URI
from tests.sandbox.reading import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.sandbox.helpers import Claims, Clock, RelyingParty


def left_half(value: str) -> str:
    """Return what ``at_hash`` and ``s_hash`` must be."""
    half = hashlib.sha256(value.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).decode().rstrip("=")


def test_the_code_grant_answers_with_all_members(party: RelyingParty) -> None:
    body = party.connected(ConsentId="c", BaseConsentId="b")
    assert set(body) == {
        "access_token",
        "token_type",
        "expires_in",
        "scope",
        "state",
        "authorization_details",
        "refresh_token",
        "id_token",
        "grant_id",
    }
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 600, "accounts openid")
    assert body["state"] == party.state
    (element,) = body["authorization_details"]
    assert element["type"] == CONSENT_TYPE
    data = element["consent"]["Data"]
    assert (data["ConsentId"], data["BaseConsentId"], data["Status"]) == ("c", "b", "Authorized")


def test_the_base_id_of_a_consent_without_one_is_its_own(party: RelyingParty) -> None:
    data = party.connected(ConsentId="c")["authorization_details"][0]["consent"]["Data"]
    assert data["BaseConsentId"] == "c"


def test_the_answer_is_not_to_be_stored(party: RelyingParty) -> None:
    assert party.exchange(party.authorized()["code"]).headers["Cache-Control"] == "no-store"


def test_the_id_token_is_signed_by_the_published_key_and_bound_to_everything(party: RelyingParty) -> None:
    body = party.connected()
    keys = KeySet.import_key_set(party.machine.get("/directory/bank/application.jwks").get_json())
    token = jwt.decode(body["id_token"], keys, algorithms=["PS256"])
    now = party.clock.seconds
    assert token.header["alg"] == "PS256"
    assert token.claims == {
        "iss": ISSUER,
        "sub": "8f0a7c1e-52f3-4d0e-9a36-0c5f4f0b6d11",
        "aud": party.client_id,
        "iat": now,
        "exp": now + 600,
        "nonce": party.nonce,
        "auth_time": now,
        "at_hash": left_half(body["access_token"]),
        "s_hash": left_half(party.state),
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": DROP}, "invalid_request"),
        ({"code": "unknown"}, "invalid_grant"),
        ({"redirect_uri": DROP}, "invalid_request"),
        ({"redirect_uri": REDIRECT_URI + "/"}, "invalid_grant"),
        ({"code_verifier": DROP}, "invalid_request"),
        ({"code_verifier": "v" * 72}, "invalid_grant"),
        ({"code_verifier": "ü" * 72}, "invalid_grant"),
        ({"grant_type": DROP}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "https://rp.example/other"}, "invalid_client"),
    ],
    ids=str,
)
def test_a_faulty_exchange_is_refused_and_spends_nothing(party: RelyingParty, changes: Claims, code: str) -> None:
    issued = party.authorized()["code"]
    refused(party.exchange(issued, **changes), code)
    assert party.exchange(issued).status_code == 200


def test_an_exchange_without_the_clients_proof_is_refused(party: RelyingParty) -> None:
    form = {"grant_type": "authorization_code", "code": party.authorized()["code"]}
    refused(party.machine.post("/as1/token", data=form), "invalid_client")


def test_an_assertion_spent_at_par_is_spent_at_the_token_endpoint(party: RelyingParty) -> None:
    proof = party.proof()
    assert party.push_form({"request": party.sign(party.request_claims())} | proof).status_code == 201
    form = {"grant_type": "client_credentials", "scope": "openid accounts"} | proof
    refused(party.machine.post("/as1/token", data=form), "invalid_client")


def test_a_code_works_once_and_a_second_use_takes_the_tokens_back(party: RelyingParty) -> None:
    code = party.authorized()["code"]
    body = party.exchange(code).get_json()
    assert party.read("/accounts", body["access_token"]).status_code == 200
    refused(party.exchange(code), "invalid_grant")
    assert party.read("/accounts", body["access_token"]).status_code == 401
    refused(party.token(grant_type="refresh_token", refresh_token=body["refresh_token"]), "invalid_grant")


def test_of_two_exchanges_at_once_one_succeeds(party: RelyingParty) -> None:
    code, barrier, statuses = party.authorized()["code"], Barrier(2), []

    def exchange() -> None:
        barrier.wait()
        statuses.append(party.exchange(code).status_code)

    threads = [Thread(target=exchange) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 400]


def test_a_code_lives_two_minutes(party: RelyingParty, clock: Clock) -> None:
    code = party.authorized()["code"]
    clock.advance(seconds=120)
    assert refused(party.exchange(code), "invalid_grant") == "code has expired"


def test_a_code_of_a_lapsed_consent_is_refused(party: RelyingParty, clock: Clock) -> None:
    code = party.authorized(ExpirationDateTime="2026-11-22T09:31:00Z")["code"]
    clock.advance(seconds=61)
    refused(party.exchange(code), "invalid_grant")


def refresh(party: RelyingParty, token: str) -> Any:
    """Use a refresh token."""
    return party.token(grant_type="refresh_token", refresh_token=token)


def test_a_refresh_gives_a_new_access_token_and_keeps_the_refresh_token(party: RelyingParty, clock: Clock) -> None:
    body = party.connected()
    clock.advance(days=30)
    assert party.read("/accounts", body["access_token"]).status_code == 401
    for _ in range(2):
        renewed = refresh(party, body["refresh_token"]).get_json()
        assert "refresh_token" not in renewed
        assert renewed["grant_id"] == body["grant_id"]
        assert party.read("/accounts", renewed["access_token"]).status_code == 200


def test_a_refresh_token_ends_with_its_consent(party: RelyingParty, clock: Clock) -> None:
    body = party.connected()
    clock.advance(days=180)
    refused(refresh(party, body["refresh_token"]), "invalid_grant")


def test_rotation_gives_a_new_refresh_token_and_refuses_the_old(
    make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty]
) -> None:
    party = make_party(make_bank(rotate_refresh=True))
    first = party.connected()["refresh_token"]
    second = refresh(party, first).get_json()["refresh_token"]
    assert second != first
    refused(refresh(party, first), "invalid_grant")
    assert refresh(party, second).status_code == 200


def test_a_bank_may_give_no_refresh_token(
    make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty]
) -> None:
    assert "refresh_token" not in make_party(make_bank(issue_refresh=False)).connected()


def test_the_life_of_access_tokens_is_a_setting(
    make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty], clock: Clock
) -> None:
    party = make_party(make_bank(access_token_seconds=5))
    body = party.connected()
    assert body["expires_in"] == 5
    clock.advance(seconds=5)
    assert party.read("/accounts", body["access_token"]).status_code == 401


def test_an_unknown_refresh_token_is_refused(party: RelyingParty) -> None:
    refused(refresh(party, "unknown"), "invalid_grant")


def test_the_client_credentials_come_back_without_openid(party: RelyingParty) -> None:
    response = party.token(grant_type="client_credentials", scope="openid accounts")
    body = response.get_json()
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    assert body["scope"] == "accounts"


def test_an_unknown_scope_is_refused(party: RelyingParty) -> None:
    refused(party.token(grant_type="client_credentials", scope="openid everything"), "invalid_scope")


def test_a_clients_own_token_opens_no_persons_data(party: RelyingParty) -> None:
    token = party.token(grant_type="client_credentials", scope="openid accounts").get_json()["access_token"]
    answer = party.read("/accounts", token)
    assert answer.status_code == 403
    assert answer.get_json()["Errors"][0]["Code"] == "AccessToken.InvalidScope"


def test_the_assertion_type_is_named_in_full(party: RelyingParty) -> None:
    assert party.proof()["client_assertion_type"] == JWT_BEARER
