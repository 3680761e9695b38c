"""The Trust Framework's directory in small: one bank, one registered client, and their keys.

`/directory/participants` lists the bank; `/directory/bank/application.jwks` and
`/directory/client/application.jwks` publish the public keys; `/directory/client` is the client's
registration. The client's number is made at the first start and stays for the life of the instance.
Source: Open Finance Trust Framework v1.2, directory and keystore; RFC 7517.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify

from sandbox.ground.client import Client
from sandbox.ground.keys import ALGORITHM, load_key, public_jwks
from sandbox.ground.services import bank
from sandbox.ground.versions import FAMILY, V12, V21, VERSIONS, Version, consent_type, resource_base

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from sandbox.ground.state import State

CLIENT_ID_BASE = "https://rp.sandbox.directory.openfinance.ae/openid_relying_party/"
BANK_NAME = "Model Bank"
ORGANISATION_ID = "233bcd1d-4216-4b3c-a362-9e4a9282bba7"
SCOPES = ("openid", "accounts", "payments", "consents", "products", "confirmation-of-payee")
REGISTERED = ("openid", "accounts", "payments", "products", "confirmation-of-payee")
"""The scopes of the client's registration. `accounts` is what it needs; the others are those that the published
Starter Kit lets its callers ask for, and a token for them opens nothing here."""
CONSENT_TYPE = consent_type(V12)
ENDPOINTS: dict[Version, tuple[str, ...]] = {
    V12: ("/accounts",),
    V21: (
        "/account-access-consents",
        "/accounts",
        "/accounts/{AccountId}",
        "/accounts/{AccountId}/balances",
        "/accounts/{AccountId}/beneficiaries",
        "/accounts/{AccountId}/direct-debits",
        "/accounts/{AccountId}/parties",
        "/accounts/{AccountId}/product",
        "/accounts/{AccountId}/scheduled-payments",
        "/accounts/{AccountId}/standing-orders",
        "/accounts/{AccountId}/statements",
        "/accounts/{AccountId}/transactions",
        "/parties",
    ),
}

blueprint = Blueprint("directory", __name__, url_prefix="/directory")


def client_id_of(state: State) -> str:
    """Return the client id of this instance, made at the first call."""
    state.insert("client", "id", {"client_id": CLIENT_ID_BASE + str(uuid.uuid4())})
    row = state.get("client", "id")
    if row is None:  # pragma: no cover - the line above has just written it
        raise LookupError("client id")
    return str(row["client_id"])


def registered_client(state: State, redirect_uri: str, name: str) -> Client:
    """Return the client as the directory knows it."""
    return Client(client_id_of(state), load_key(state, "client"), redirect_uri, name)


@blueprint.get("/bank/application.jwks")
def bank_keys() -> ResponseReturnValue:
    """Publish the keys the bank signs ID tokens with."""
    return _cached(public_jwks(bank().key), 300)


@blueprint.get("/client/application.jwks")
def client_keys() -> ResponseReturnValue:
    """Publish the keys the client signs its requests with."""
    return _cached(public_jwks(bank().client.key), 300)


@blueprint.get("/client")
def client_registration() -> ResponseReturnValue:
    """Publish the client's registration."""
    served, client = bank(), bank().client
    return jsonify(
        client_id=client.client_id,
        client_name=client.name,
        redirect_uris=[client.redirect_uri],
        jwks_uri=f"{served.settings.public_url}/directory/client/application.jwks",
        token_endpoint_auth_method="private_key_jwt",  # noqa: S106 (the name of a method, no secret)
        token_endpoint_auth_signing_alg=ALGORITHM,
        request_object_signing_alg=ALGORITHM,
        grant_types=["authorization_code", "refresh_token", "client_credentials"],
        scope=" ".join(REGISTERED),
        software_roles=["BDSP"],
    )


@blueprint.get("/participants")
def participants() -> ResponseReturnValue:
    """List the banks: one organisation with one authorization server."""
    url = bank().settings.public_url
    server = {
        "AuthorisationServerId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{url}/auth1")),
        "OrganisationId": ORGANISATION_ID,
        "CustomerFriendlyName": BANK_NAME,
        "OpenIDDiscoveryDocument": f"{url}/auth1/.well-known/openid-configuration",
        "Issuer": f"{url}/auth1",
        "Status": "Active",
        "ApiResources": [_account_information(url, version) for version in VERSIONS],
    }
    organisation = {
        "OrganisationId": ORGANISATION_ID,
        "OrganisationName": BANK_NAME,
        "Status": "Active",
        "AuthorisationServers": [server],
    }
    return _cached([organisation], 900)


def discovery(public_url: str) -> dict[str, Any]:
    """Return the provider metadata. Source: RFC 8414 section 2, RFC 9126 section 5, RFC 9207 section 3."""
    issuer = f"{public_url}/auth1"
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/auth",
        "pushed_authorization_request_endpoint": f"{public_url}/as1/par",
        "token_endpoint": f"{public_url}/as1/token",
        "jwks_uri": f"{public_url}/directory/bank/application.jwks",
        "registration_endpoint": f"{public_url}/rs1/tpp-registration",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": [ALGORITHM],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "request_object_signing_alg_values_supported": [ALGORITHM],
        "code_challenge_methods_supported": ["S256"],
        "authorization_details_types_supported": [consent_type(version) for version in VERSIONS],
        "claims_supported": ["aud", "auth_time", "exp", "iat", "iss", "nonce", "sub"],
        "require_pushed_authorization_requests": True,
        "require_signed_request_object": True,
        "authorization_response_iss_parameter_supported": True,
        "tls_client_certificate_bound_access_tokens": False,
    }


def _account_information(url: str, version: Version) -> dict[str, Any]:
    """Return one version of the API; of v2.1 all that is served."""
    base = f"{url}{resource_base(version)}"
    return {
        "ApiFamilyType": FAMILY,
        "ApiVersion": version.removeprefix("v"),
        "Status": "Active",
        "ApiDiscoveryEndpoints": [{"ApiEndpoint": f"{base}{path}"} for path in ENDPOINTS[version]],
    }


def _cached(body: Any, seconds: int) -> ResponseReturnValue:
    response = jsonify(body)
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    return response
