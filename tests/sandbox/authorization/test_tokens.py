"""The token endpoint: codes once, refresh tokens with and without rotation, the client's own tokens."""

from __future__ import annotations

import base64
import hashlib
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.consents import consents
from sandbox.ground.services import EXTENSION
from tests.sandbox.helpers import CONSENT_TYPE, DROP, ISSUER, JWT_BEARER, REDIRECT_URI
from tests.sandbox.reading import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import Claims, Clock, RelyingParty


def left_half(value: str) -> str:
    """Return what `at_hash` and `s_hash` must be."""
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
        ({"code_verifier": "v" * 43}, "invalid_grant"),
        ({"code_verifier": "-._~" * 32}, "invalid_grant"),
        ({"code_verifier": "v"}, "invalid_request"),
        ({"code_verifier": "v" * 42}, "invalid_request"),
        ({"code_verifier": "v" * 129}, "invalid_request"),
        ({"code_verifier": "v" * 43 + "\n"}, "invalid_request"),
        ({"code_verifier": "v" * 43 + "+"}, "invalid_request"),
        ({"code_verifier": "ü" * 72}, "invalid_request"),
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


def at_once(call: Callable[[], TestResponse]) -> list[TestResponse]:
    """Return the answers to four calls that start together."""
    barrier, answers = Barrier(4), []

    def begin() -> None:
        barrier.wait()
        answers.append(call())

    threads = [Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_exchanges_at_once_one_succeeds_and_its_tokens_are_taken_back(party: RelyingParty) -> None:
    code = party.authorized()["code"]
    answers = at_once(lambda: party.exchange(code))
    (body,) = (answer.get_json() for answer in answers if answer.status_code == 200)
    assert len(answers) == 4
    assert party.read("/accounts", body["access_token"]).status_code == 401
    refused(refresh(party, body["refresh_token"]), "invalid_grant")


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


@pytest.fixture
def rotating(make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty]) -> RelyingParty:
    """Return a client of a bank that replaces refresh tokens."""
    return make_party(make_bank(rotate_refresh=True))


def test_rotation_gives_a_new_refresh_token_each_time(rotating: RelyingParty) -> None:
    given = [rotating.connected()["refresh_token"]]
    for _ in range(3):
        given.append(refresh(rotating, given[-1]).get_json()["refresh_token"])
    assert len(set(given)) == 4


@pytest.mark.parametrize("again", [0, 1])
def test_a_replaced_refresh_token_takes_every_token_of_the_grant_back(rotating: RelyingParty, again: int) -> None:
    bodies = [rotating.connected(ConsentId="c")]
    for _ in range(2):
        bodies.append(refresh(rotating, bodies[-1]["refresh_token"]).get_json())
    assert rotating.read("/accounts", bodies[-1]["access_token"]).status_code == 200
    said = refused(refresh(rotating, bodies[again]["refresh_token"]), "invalid_grant")
    assert said == "refresh_token has been used before"
    for body in bodies:
        assert rotating.read("/accounts", body["access_token"]).status_code == 401
        refused(refresh(rotating, body["refresh_token"]), "invalid_grant")
    assert rotating.consent_status("c") == "Authorized"


def test_a_replaced_refresh_token_leaves_other_grants_alone(rotating: RelyingParty) -> None:
    spent, other = rotating.connected()["refresh_token"], rotating.connected()
    refresh(rotating, spent)
    refused(refresh(rotating, spent), "invalid_grant")
    assert rotating.read("/accounts", other["access_token"]).status_code == 200
    assert refresh(rotating, other["refresh_token"]).status_code == 200


def test_an_unknown_refresh_token_takes_nothing_back(rotating: RelyingParty) -> None:
    body = rotating.connected()
    refused(refresh(rotating, "unknown"), "invalid_grant")
    assert rotating.read("/accounts", body["access_token"]).status_code == 200
    assert refresh(rotating, body["refresh_token"]).status_code == 200


def test_a_replaced_refresh_token_is_known_until_the_consent_ends(rotating: RelyingParty, clock: Clock) -> None:
    first = rotating.connected()["refresh_token"]
    second = refresh(rotating, first).get_json()["refresh_token"]
    clock.advance(days=179)
    rotating.pushed()  # which also sweeps out what is over
    refused(refresh(rotating, first), "invalid_grant")
    refused(refresh(rotating, second), "invalid_grant")


def test_replaced_refresh_tokens_are_swept_out_with_their_consent(rotating: RelyingParty, clock: Clock) -> None:
    refresh(rotating, rotating.connected()["refresh_token"])
    state = rotating.app.extensions[EXTENSION].state
    assert state.counts()["refresh"] == 2
    clock.advance(days=180)
    state.purge(clock.seconds)
    assert "refresh" not in state.counts()


def test_a_refusal_for_another_cause_spends_no_refresh_token(rotating: RelyingParty) -> None:
    body = rotating.connected(ConsentId="c")
    state, now = rotating.app.extensions[EXTENSION].state, rotating.clock()
    kept = consents.read(state, "c", now)
    assert kept is not None
    consents.settle(state, kept, "Rejected", now)
    refused(refresh(rotating, body["refresh_token"]), "invalid_grant")
    consents.save(state, kept)
    assert refresh(rotating, body["refresh_token"]).status_code == 200


def test_two_uses_of_one_rotating_token_at_once_leave_no_token(rotating: RelyingParty) -> None:
    first = rotating.connected()
    answers = at_once(lambda: refresh(rotating, first["refresh_token"]))
    (renewed,) = (answer.get_json() for answer in answers if answer.status_code == 200)
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * (len(answers) - 1)
    for body in (first, renewed):
        assert rotating.read("/accounts", body["access_token"]).status_code == 401
        refused(refresh(rotating, body["refresh_token"]), "invalid_grant")


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


@pytest.mark.parametrize("verifier", ["a", "a" * 42, "?" * 43])
def test_a_verifier_that_pkce_forbids_is_refused_although_it_matches(party: RelyingParty, verifier: str) -> None:
    party.verifier = verifier
    refused(party.exchange(party.authorized()["code"]), "invalid_request")


@pytest.mark.parametrize(
    "scope",
    ["openid everything", "payments consents", "consents", "openid", "openid openid", "accounts accounts", " accounts"],
)
def test_a_scope_that_is_not_registered_empty_or_twice_is_refused(party: RelyingParty, scope: str) -> None:
    refused(party.token(grant_type="client_credentials", scope=scope), "invalid_scope")


def test_every_scope_of_the_registration_is_given(party: RelyingParty) -> None:
    registered = party.machine.get("/directory/client").get_json()["scope"].split(" ")
    assert "accounts" in registered
    for name in registered:
        if name != "openid":
            assert party.token(grant_type="client_credentials", scope=name).get_json()["scope"] == name


def test_a_clients_own_token_opens_no_persons_data(party: RelyingParty) -> None:
    token = party.token(grant_type="client_credentials", scope="openid accounts").get_json()["access_token"]
    answer = party.read("/accounts", token)
    assert answer.status_code == 403
    assert answer.get_json()["Errors"][0]["Code"] == "AccessToken.InvalidScope"


def test_the_assertion_type_is_named_in_full(party: RelyingParty) -> None:
    assert party.proof()["client_assertion_type"] == JWT_BEARER
