"""Two versions beside each other: a consent belongs to one of them, and nothing of it opens under the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.consents import consents
from tests.sandbox import specs
from tests.sandbox.helpers import BASICS
from tests.sandbox.helpers import CONSENT_TYPE as OLD_TYPE
from tests.sandbox.helpers import DATA as OLD_DATA
from tests.sandbox.newer import CONSENT_TYPE, CONSENTS, DATA, ORIGIN, bare, code, new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import Clock, RelyingParty
    from tests.sandbox.newer import NewerParty

REVOKE = {"Data": {"Status": "Revoked", "RevokedBy": "TPP.InitiatedByUser"}}
CONSENT = "AEConsentStatus.AEBankDataSharingConsentPropertiesV21"
ACCOUNT = "100004000000000000000003"
PATHS = ["/accounts", f"/accounts/{ACCOUNT}", f"/accounts/{ACCOUNT}/balances", "/parties", "/accounts/1/nonsense"]


def old_code(response: TestResponse, status: int) -> str:
    """Return the code of a refusal whose body v1.2 accepts."""
    assert response.status_code == status, response.text
    assert specs.faults(specs.DATA, "AEErrorResponse", response.get_json()) == []
    return str(response.get_json()["Errors"][0]["Code"])


def patch(party: RelyingParty, base: str, consent_id: str, token: str) -> TestResponse:
    """Revoke a consent under the path of a version."""
    headers = {"Authorization": f"Bearer {token}"}
    return party.machine.patch(f"{base}{CONSENTS}/{consent_id}", json=REVOKE, headers=headers)


# What is published


def test_discovery_and_participants_name_both_versions(party: RelyingParty) -> None:
    found = party.machine.get("/auth1/.well-known/openid-configuration").get_json()
    assert found["authorization_details_types_supported"] == [OLD_TYPE, CONSENT_TYPE]
    (bank,) = party.machine.get("/directory/participants").get_json()
    resources = bank["AuthorisationServers"][0]["ApiResources"]
    assert [(each["ApiFamilyType"], each["ApiVersion"]) for each in resources] == [
        ("account-information", "1.2"),
        ("account-information", "2.1"),
    ]
    old, new = ([each["ApiEndpoint"] for each in api["ApiDiscoveryEndpoints"]] for api in resources)
    assert old == [f"{ORIGIN}{OLD_DATA}/accounts"]
    assert f"{ORIGIN}{DATA}/accounts/{{AccountId}}/statements" in new
    assert sorted(new) == sorted(set(new))
    assert {f"{ORIGIN}{DATA}{path}" for path in specs.document(specs.DATA_V21)["paths"]} - set(new) == {
        f"{ORIGIN}{DATA}/account-access-consents/{{ConsentId}}"
    }


# Tokens


def test_a_token_carries_the_consent_under_its_own_type(newer: NewerParty) -> None:
    asked = {"FromDate": "2026-01-01", "ToDate": "2026-10-31", "AccountSubType": ["CurrentAccount"]}
    body = newer.connected("mits", None, **asked)
    assert "grant_id" not in body
    schema = "AEAuthorizationCodeGrantTokenResponseProperties"
    assert specs.faults(specs.AUTHORIZATION_V21, schema, body) == []
    (element,) = body["authorization_details"]
    assert element["type"] == CONSENT_TYPE
    assert {name: element["consent"]["Data"][name] for name in asked} == asked
    assert "BaseConsentId" not in element["consent"]["Data"]
    again = newer.token(grant_type="refresh_token", refresh_token=body["refresh_token"]).get_json()
    assert specs.faults(specs.AUTHORIZATION_V21, "AERefreshTokenGrantTokenResponseProperties", again) == []
    assert newer.read("/accounts", again["access_token"]).status_code == 200


def test_the_older_version_keeps_its_grant_id(party: RelyingParty) -> None:
    body = party.connected()
    assert body["grant_id"]
    assert body["authorization_details"][0]["type"] == OLD_TYPE
    again = party.token(grant_type="refresh_token", refresh_token=body["refresh_token"]).get_json()
    assert again["grant_id"] == body["grant_id"]


# Data


@pytest.mark.parametrize("path", PATHS)
def test_a_token_of_one_version_opens_nothing_of_the_other(party: RelyingParty, newer: NewerParty, path: str) -> None:
    old, new = party.connected()["access_token"], newer.connected()["access_token"]
    assert code(newer.read(path, old), 403) == "Consent.Invalid"
    assert old_code(party.read(path, new), 403) == "Consent.Invalid"


def test_no_token_is_401_and_the_clients_own_is_403(newer: NewerParty) -> None:
    bare(newer.read("/accounts", "x"), 401)
    assert code(newer.read("/accounts", newer.own_token()), 403) == "AccessToken.InvalidScope"
    bare(newer.read("/accounts", "x", Accept="text/html"), 406)


@pytest.mark.parametrize("status", ["Revoked", "Suspended", "Expired"])
def test_a_consent_of_v21_that_is_not_authorized_is_invalid(
    newer: NewerParty, clock: Clock, status: consents.Status
) -> None:
    consent_id = new_id()
    token = newer.connected(ConsentId=consent_id)["access_token"]
    state = newer.app.extensions["sandbox_bank"].state
    found = consents.read(state, consent_id, clock())
    assert found is not None
    consents.settle(state, found, status, clock())
    assert code(newer.read("/accounts", token), 403) == "Consent.Invalid"


# Consents


def test_a_consent_is_read_at_every_stage_in_its_own_shape(newer: NewerParty) -> None:
    waiting, given = new_id(), new_id()
    newer.pushed({"ConsentId": waiting, "FromDate": "2026-01-01"})
    newer.connected(ConsentId=given, BaseConsentId=waiting)
    for consent_id, status, base in ((waiting, "AwaitingAuthorization", None), (given, "Authorized", waiting)):
        body = newer.read(f"{CONSENTS}/{consent_id}", newer.own_token()).get_json()
        assert specs.faults(specs.DATA_V21, CONSENT, body) == []
        assert (body["Data"]["Status"], body["Data"].get("BaseConsentId")) == (status, base)
        assert body["Links"]["Self"] == f"{ORIGIN}{DATA}{CONSENTS}/{consent_id}"


def test_a_consent_is_read_under_its_own_version_alone(party: RelyingParty, newer: NewerParty) -> None:
    old, new, own = new_id(), new_id(), newer.own_token()
    party.pushed({"ConsentId": old})
    newer.pushed({"ConsentId": new})
    assert code(newer.read(f"{CONSENTS}/{old}", own), 403) == "Consent.Invalid"
    assert old_code(party.read(f"{CONSENTS}/{new}", own), 403) == "Consent.Invalid"
    assert code(newer.read(f"{CONSENTS}/{new_id()}", own), 400) == "Consent.Invalid"
    assert old_code(party.read(f"{CONSENTS}/{new_id()}", own), 400) == "Resource.InvalidResourceId"
    assert code(newer.read(CONSENTS, own), 400) == "Resource.InvalidFormat"


def test_a_chain_that_changed_its_version_is_listed_by_version(party: RelyingParty, newer: NewerParty) -> None:
    old, new, own = new_id(), new_id(), newer.own_token()
    party.pushed({"ConsentId": old})
    newer.pushed({"ConsentId": new, "BaseConsentId": old})
    listed = newer.read(f"{CONSENTS}?baseConsentId={old}", own).get_json()
    assert specs.faults(specs.DATA_V21, "AEConsentsByBaseConsentIdResponse", listed) == []
    assert [each["Data"]["ConsentId"] for each in listed] == [new]
    before = party.read(f"{CONSENTS}?baseConsentId={old}", own).get_json()
    assert specs.faults(specs.DATA, "AEConsentsByBaseConsentIdResponse", before) == []
    assert [each["Data"]["ConsentId"] for each in before] == [old]


def test_a_consent_is_revoked_under_its_own_version_alone(party: RelyingParty, newer: NewerParty) -> None:
    consent_id, own = new_id(), newer.own_token()
    token = newer.connected(ConsentId=consent_id)["access_token"]
    assert old_code(patch(party, OLD_DATA, consent_id, own), 403) == "Consent.Invalid"
    assert newer.consent_status(consent_id) == "Authorized"
    bare(patch(newer, DATA, consent_id, own), 204)
    assert code(newer.read("/accounts", token), 403) == "Consent.Invalid"
    shown = newer.read(f"{CONSENTS}/{consent_id}", own).get_json()
    assert specs.faults(specs.DATA_V21, CONSENT, shown) == []
    assert (shown["Data"]["Status"], shown["Data"]["RevokedBy"]) == ("Revoked", "TPP.InitiatedByUser")
    assert code(patch(newer, DATA, consent_id, own), 400) == "Consent.BusinessRuleViolation"


def test_only_the_clients_own_token_opens_consents_of_v21(newer: NewerParty) -> None:
    consent_id = new_id()
    person = newer.connected(ConsentId=consent_id)["access_token"]
    assert code(newer.read(f"{CONSENTS}/{consent_id}", person), 403) == "AccessToken.InvalidScope"


def test_a_consent_keeps_its_version_over_a_new_start_and_an_older_row_is_v12(
    newer: NewerParty, make_bank: Callable[..., Flask], clock: Clock
) -> None:
    consent_id = new_id()
    newer.connected(ConsentId=consent_id)
    state = newer.app.extensions["sandbox_bank"].state
    row: dict[str, Any] = state.get("consent", consent_id)
    before = {name: value for name, value in row.items() if name != "version"} | {"asked": {"ConsentId": "old"}}
    before["asked"] |= {"Permissions": BASICS, "ExpirationDateTime": "2027-01-01T00:00:00Z"}
    state.put("consent", "old", before)
    state.close()
    again = make_bank().extensions["sandbox_bank"].state
    found = [consents.read(again, each, clock()) for each in (consent_id, "old")]
    assert [each.version for each in found if each] == ["v2.1", "v1.2"]
