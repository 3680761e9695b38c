"""Discovery, keys, participants and the client's registration: what is published and how long it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sandbox.helpers import ISSUER, REDIRECT_URI

if TYPE_CHECKING:
    from tests.sandbox.helpers import RelyingParty

ORIGIN = ISSUER.removesuffix("/auth1")


def test_discovery_names_the_issuer_and_every_endpoint(party: RelyingParty) -> None:
    answer = party.machine.get("/auth1/.well-known/openid-configuration")
    body = answer.get_json()
    assert answer.headers["Cache-Control"] == "public, max-age=900"
    assert body["issuer"] == ISSUER
    assert body["authorization_endpoint"] == f"{ISSUER}/auth"
    assert body["pushed_authorization_request_endpoint"] == f"{ORIGIN}/as1/par"
    assert body["token_endpoint"] == f"{ORIGIN}/as1/token"
    assert body["token_endpoint_auth_signing_alg_values_supported"] == ["PS256"]
    assert body["code_challenge_methods_supported"] == ["S256"]
    assert body["require_pushed_authorization_requests"] is True
    assert body["authorization_response_iss_parameter_supported"] is True


def test_published_keys_hold_no_private_part(party: RelyingParty) -> None:
    for owner in ("bank", "client"):
        answer = party.machine.get(f"/directory/{owner}/application.jwks")
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        (key,) = answer.get_json()["keys"]
        assert set(key) == {"kty", "n", "e", "use", "alg", "kid"}


def test_bank_and_client_have_different_keys(party: RelyingParty) -> None:
    jwks = [party.machine.get(f"/directory/{who}/application.jwks").get_json() for who in ("bank", "client")]
    assert jwks[0]["keys"][0]["n"] != jwks[1]["keys"][0]["n"]
    assert jwks[1]["keys"][0]["kid"] == party.kid


def test_the_participants_lead_to_discovery(party: RelyingParty) -> None:
    (organisation,) = party.machine.get("/directory/participants").get_json()
    (server,) = organisation["AuthorisationServers"]
    assert server["CustomerFriendlyName"] == "Model Bank"
    path = server["OpenIDDiscoveryDocument"].removeprefix(ORIGIN)
    assert party.machine.get(path).get_json()["issuer"] == server["Issuer"] == ISSUER


def test_the_registration_names_the_client_and_its_redirect_uri(party: RelyingParty) -> None:
    body = party.machine.get("/directory/client").get_json()
    assert body["client_id"] == party.client_id
    assert body["redirect_uris"] == [REDIRECT_URI]
    assert body["client_name"] == "Mizan"
