"""Answers as signed JWTs: the same bodies, under the bank's published key, for who asks for them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from sandbox.people.everyone import BY_SUBJECT, PEOPLE
from sandbox.people.published import MITS
from tests.sandbox import specs
from tests.sandbox.helpers import DATA, ISSUER
from tests.sandbox.resources.test_data import DETAIL, SCHEMAS

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import Claims, RelyingParty

JWT = "application/jwt"
MINE = MITS[1].account_id
CONSENTS = "/account-access-consents"


def opened(party: RelyingParty, answer: TestResponse) -> Claims:
    """Return the claims of a signed answer, checked against the published key."""
    assert answer.content_type == JWT, answer.content_type
    keys = KeySet.import_key_set(party.machine.get("/directory/bank/application.jwks").get_json())
    registry = JWSRegistry(algorithms=["PS256"])
    registry.max_payload_length = 10**7  # a page of transactions is more than the library expects of a token
    token = jwt.decode(answer.text, keys, registry=registry)
    assert token.header == {"alg": "PS256", "kid": keys.keys[0].kid}
    return token.claims


def own_token(party: RelyingParty) -> str:
    """Return a fresh token of the client itself."""
    return str(party.token(grant_type="client_credentials", scope="openid accounts").get_json()["access_token"])


PATHS = {f"/accounts/{MINE}{path}": schema for path, schema in SCHEMAS.items()}
PATHS |= {"/accounts": "AEReadAccount", "/parties": "AEReadParty4"}


@pytest.mark.parametrize("path", PATHS)
def test_a_signed_answer_holds_the_plain_body_and_who_says_so_to_whom(party: RelyingParty, path: str) -> None:
    token = str(party.connected(Permissions=DETAIL)["access_token"])
    signed, plain = party.read(path, token, Accept=JWT), party.read(path, token)
    now = party.clock.seconds
    assert signed.status_code == plain.status_code == 200
    assert opened(party, signed) == {
        "iss": ISSUER,
        "aud": [party.client_id],
        "iat": now,
        "nbf": now,
        "exp": now + 300,
        "message": plain.get_json(),
    }
    assert signed.headers["x-fapi-interaction-id"]
    assert specs.faults(specs.DATA, PATHS[path], opened(party, signed)["message"]) == []


@pytest.mark.parametrize(
    ("path", "schema"), [(f"/accounts/{MINE}/parties", "AEReadParty2Signed"), ("/parties", "AEReadParty4Signed")]
)
def test_signed_answers_keep_to_the_official_schemas_that_can_be_kept_to(
    party: RelyingParty, path: str, schema: str
) -> None:
    token = str(party.connected(Permissions=DETAIL)["access_token"])
    claims = opened(party, party.read(path, token, Accept=JWT))
    assert specs.faults(specs.DATA, schema, claims) == []
    assert specs.faults(specs.DATA, schema, claims | {"extra": 1}) != []


@pytest.mark.parametrize("path", [f"{CONSENTS}/c", f"{CONSENTS}?baseConsentId=c"])
def test_consents_are_signed_too(party: RelyingParty, path: str) -> None:
    party.pushed({"ConsentId": "c"})
    own = own_token(party)
    assert opened(party, party.read(path, own, Accept=JWT))["message"] == party.read(path, own).get_json()


def test_hostile_text_is_signed_as_it_is(party: RelyingParty) -> None:
    nasty = next(person for person in PEOPLE if person.username == "nasty")
    token = str(party.connected("nasty", Permissions=DETAIL)["access_token"])
    for account in BY_SUBJECT[nasty.subject].accounts:
        path = f"/accounts/{account.account_id}/transactions"
        plain = party.read(path, token)
        assert opened(party, party.read(path, token, Accept=JWT))["message"] == plain.get_json()


def refusals(party: RelyingParty) -> list[tuple[int, str, str, str]]:
    """Return status, method, path and token of calls that are refused with a body."""
    token, own = str(party.connected()["access_token"]), own_token(party)
    return [
        (400, "GET", f"{CONSENTS}/unknown", own),
        (400, "PATCH", f"{CONSENTS}/unknown", own),
        (403, "GET", "/parties", token),
        (403, "GET", "/accounts/other", token),
    ]


def test_refusals_with_a_body_are_signed(party: RelyingParty) -> None:
    for status, method, path, token in refusals(party):
        headers = {"Authorization": f"Bearer {token}"}
        body: dict[str, Any] = {"json": {"Data": {"Status": "Revoked"}}} if method == "PATCH" else {}
        plain = party.machine.open(DATA + path, method=method, headers=headers, **body)
        signed = party.machine.open(DATA + path, method=method, headers=headers | {"Accept": JWT}, **body)
        assert signed.status_code == plain.status_code == status, path
        claims = opened(party, signed)
        assert claims["message"] == plain.get_json()
        assert specs.faults(specs.DATA, "AEErrorSignedResponse", claims) == []


def test_a_failure_of_the_bank_is_signed(party: RelyingParty, instance: Path) -> None:
    token = str(party.connected()["access_token"])
    with sqlite3.connect(instance / "sandbox.sqlite") as connection:
        connection.execute("UPDATE record SET sealed = zeroblob(64) WHERE kind = 'consent'")
    connection.close()
    plain, signed = party.read("/accounts", token), party.read("/accounts", token, Accept=JWT)
    assert (plain.status_code, signed.status_code) == (500, 500)
    assert specs.faults(specs.DATA, "AEErrorResponse", plain.get_json()) == []
    assert specs.faults(specs.DATA, "AEErrorSignedResponse", opened(party, signed)) == []


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json, application/jwt", "application/json"),
        ("application/jwt, application/json", "application/json"),
        ("application/jwt;q=0.5, application/json; charset=utf-8", "application/json"),
        ("application/jwt;q=0.5, */*;q=0.6", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/json;q=0.9, application/jwt", JWT),
        ("application/json; charset=utf-8; q=0.5, application/jwt; q=0.6", JWT),
        ("application/json;q=0, */*;q=0.1", JWT),
        ("APPLICATION/JWT", JWT),
    ],
)
def test_the_type_goes_by_quality_and_is_json_where_both_are_alike(
    party: RelyingParty, accept: str, content_type: str
) -> None:
    token = str(party.connected()["access_token"])
    assert party.read("/accounts", token, Accept=accept).content_type == content_type


@pytest.mark.parametrize(
    "accept", ["text/html", "application/jose", "application/jwt;q=0", "application/json;q=0", ";"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_takes_neither_gets_406_without_a_body(party: RelyingParty, accept: str, method: str) -> None:
    answer = party.machine.open(DATA + "/accounts", method=method, headers={"Accept": accept})
    assert (answer.status_code, answer.data) == (406, b"")
    assert "Content-Type" not in answer.headers


def test_answers_without_a_body_stay_without(party: RelyingParty) -> None:
    for path, status in (("/accounts", 401), ("/nowhere", 404)):
        answer = party.read(path, "unknown", Accept=JWT)
        assert (answer.status_code, answer.data) == (status, b"")
    party.pushed({"ConsentId": "c"})
    headers = {"Authorization": f"Bearer {own_token(party)}", "Accept": JWT}
    answer = party.machine.patch(f"{DATA}{CONSENTS}/c", headers=headers, json={"Data": {"Status": "Revoked"}})
    assert (answer.status_code, answer.data) == (204, b"")


def test_nothing_but_resources_is_signed(party: RelyingParty) -> None:
    answer = party.machine.get("/directory/participants", headers={"Accept": JWT})
    assert answer.content_type == "application/json"


def test_a_fault_spoils_a_signed_answer_as_well(party: RelyingParty) -> None:
    token = str(party.connected()["access_token"])
    fault = {"application": "bank", "route": "accounts", "kind": "malformed", "count": 1}
    assert party.machine.post("/control/faults", json=fault).status_code == 200
    spoilt = party.read("/accounts", token, Accept=JWT)
    with pytest.raises((BadSignatureError, ValueError)):
        opened(party, spoilt)
    assert opened(party, party.read("/accounts", token, Accept=JWT))["message"]["Data"]["Account"]
