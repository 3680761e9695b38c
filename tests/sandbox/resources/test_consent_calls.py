"""Consents as the client reads and revokes them, and what is refused from that moment on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from sandbox.consents import consents
from tests.sandbox import specs
from tests.sandbox.helpers import BASICS, DATA, ISSUER
from tests.sandbox.reading import refused, refused_page

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import Clock, RelyingParty

PATH = "/account-access-consents"
URI = re.compile(r"[a-z]+://([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+", re.ASCII)  # RFC 3986, no query
REVOKE = {"Data": {"Status": "Revoked", "RevokedBy": "TPP.InitiatedByUser"}}


@pytest.fixture
def own(party: RelyingParty) -> str:
    """Return a token of the client itself."""
    return own_token(party)


def own_token(party: RelyingParty, scope: str = "openid accounts") -> str:
    """Return a fresh token of the client itself."""
    return str(party.token(grant_type="client_credentials", scope=scope).get_json()["access_token"])


def patch(party: RelyingParty, token: str, consent_id: str, body: Any, **more: Any) -> TestResponse:
    """Send a change of a consent."""
    kept = more or {"json": body}
    return party.machine.patch(f"{DATA}{PATH}/{consent_id}", headers={"Authorization": f"Bearer {token}"}, **kept)


def code(response: TestResponse, status: int) -> str:
    """Return the code of a refusal with a body."""
    assert response.status_code == status, response.text
    assert specs.faults(specs.DATA, "AEErrorResponse", response.get_json()) == []
    return str(response.get_json()["Errors"][0]["Code"])


def settle(party: RelyingParty, consent_id: str, status: consents.Status) -> None:
    """Move a consent behind the counter."""
    state = party.app.extensions["sandbox_bank"].state
    found = consents.read(state, consent_id, party.clock())
    assert found is not None
    consents.settle(state, found, status, party.clock())


def test_a_consent_can_be_read_at_every_stage(party: RelyingParty, own: str) -> None:
    party.pushed({"ConsentId": "w"})
    party.connected(ConsentId="a", BaseConsentId="base")
    for consent_id, status, base in (("w", "AwaitingAuthorization", "w"), ("a", "Authorized", "base")):
        answer = party.read(f"{PATH}/{consent_id}", own)
        body = answer.get_json()
        assert specs.faults(specs.DATA, "AEReadConsentResponse", body) == []
        assert (body["Data"]["Status"], body["Data"]["BaseConsentId"]) == (status, base)
        assert body["Links"]["Self"] == f"{ISSUER.removesuffix('/auth1')}{DATA}{PATH}/{consent_id}"
        assert answer.headers["x-fapi-interaction-id"]
        assert "RevokedBy" not in body["Data"]


@pytest.mark.parametrize(
    "consent_id",
    ["a b", "?", "#x", "%2F", "a%2fb", "\\", "...", "é", "موافقة", "\u2028", " ", "c" * 128, "<b>", ";", "+", "&="],
)
def test_every_id_that_was_taken_can_be_read_and_revoked_by_its_link(
    party: RelyingParty, own: str, consent_id: str
) -> None:
    body = party.connected(ConsentId=consent_id)["authorization_details"][0]["consent"]
    link = body["Links"]["Self"]
    assert URI.fullmatch(link), link
    assert link == f"{ISSUER.removesuffix('/auth1')}{DATA}{PATH}/{quote(consent_id, safe='')}"
    path = link.partition(DATA)[2]
    assert party.read(path, own).get_json()["Data"]["ConsentId"] == consent_id
    assert patch(party, own, path.removeprefix(f"{PATH}/"), REVOKE).status_code == 204
    assert party.consent_status(consent_id) == "Revoked"


def test_a_chain_is_a_bare_array_oldest_first(party: RelyingParty, own: str, clock: Clock) -> None:
    party.pushed({"ConsentId": "z"})
    clock.advance(seconds=1)
    party.connected(ConsentId="b", BaseConsentId="z")
    clock.advance(seconds=1)
    party.pushed({"ConsentId": "a", "BaseConsentId": "z"})
    party.pushed({"ConsentId": "other"})
    body = party.read(f"{PATH}?baseConsentId=z", own).get_json()
    assert specs.faults(specs.DATA, "AEConsentsByBaseConsentIdResponse", body) == []
    assert [each["Data"]["ConsentId"] for each in body] == ["z", "b", "a"]
    assert party.read(f"{PATH}?baseConsentId=unknown", own).get_json() == []


@pytest.mark.parametrize("query", ["", "?baseConsentId=", "?baseConsentId=a&baseConsentId=b", "?x=1"])
def test_the_base_id_is_needed_once(party: RelyingParty, own: str, query: str) -> None:
    assert code(party.read(PATH + query, own), 400) == "Resource.InvalidFormat"


def test_only_the_clients_own_token_opens_consents(party: RelyingParty) -> None:
    person = party.connected(ConsentId="c")["access_token"]
    for path in (f"{PATH}/c", f"{PATH}?baseConsentId=c"):
        assert code(party.read(path, person), 403) == "AccessToken.InvalidScope"
        assert code(party.read(path, own_token(party, "openid payments")), 403) == "AccessToken.InvalidScope"
        answer = party.read(path, "x")
        assert (answer.status_code, answer.data) == (401, b"")
    assert code(patch(party, person, "c", REVOKE), 403) == "AccessToken.InvalidScope"
    assert patch(party, "x", "c", REVOKE).status_code == 401
    assert party.consent_status("c") == "Authorized"


def test_the_clients_own_token_opens_no_data(party: RelyingParty, own: str) -> None:
    assert code(party.read("/accounts", own), 403) == "AccessToken.InvalidScope"


def test_an_unknown_consent_and_that_of_another_client_are_alike(party: RelyingParty, own: str, clock: Clock) -> None:
    state = party.app.extensions["sandbox_bank"].state
    asked = {"ConsentId": "theirs", "Permissions": BASICS, "ExpirationDateTime": "2027-01-01T00:00:00Z"}
    consents.create(state, asked, "another client", clock())
    for consent_id in ("theirs", "nowhere"):
        assert code(party.read(f"{PATH}/{consent_id}", own), 400) == "Resource.InvalidResourceId"
        assert code(patch(party, own, consent_id, REVOKE), 400) == "Resource.InvalidResourceId"
    assert party.read(f"{PATH}?baseConsentId=theirs", own).get_json() == []
    assert party.consent_status("theirs") == "AwaitingAuthorization"


@pytest.mark.parametrize("who", ["TPP", "TPP.InitiatedByUser", ""])
@pytest.mark.parametrize("status", ["Authorized", "AwaitingAuthorization", "Suspended"])
def test_a_living_consent_can_be_revoked(
    party: RelyingParty, own: str, clock: Clock, status: consents.Status, who: str
) -> None:
    party.pushed({"ConsentId": "c"})
    settle(party, "c", status)
    clock.advance(seconds=5)
    answer = patch(party, own, "c", {"Data": {"Status": "Revoked"} | ({"RevokedBy": who} if who else {})})
    assert (answer.status_code, answer.data) == (204, b"")
    body = party.read(f"{PATH}/c", own).get_json()
    assert specs.faults(specs.DATA, "AEReadConsentResponse", body) == []
    assert (body["Data"]["Status"], body["Data"]["RevokedBy"]) == ("Revoked", who or "TPP")
    assert body["Data"]["StatusUpdateDateTime"] == clock().isoformat()


@pytest.mark.parametrize("status", ["Revoked", "Rejected", "Expired"])
def test_a_settled_consent_cannot_be_revoked(party: RelyingParty, own: str, status: consents.Status) -> None:
    party.pushed({"ConsentId": "c"})
    settle(party, "c", status)
    assert code(patch(party, own, "c", REVOKE), 400) == "Consent.BusinessRuleViolation"
    assert party.consent_status("c") == status


@pytest.mark.parametrize("who", ["LFI", "LFI.InitiatedByUser"])
def test_a_client_cannot_revoke_in_the_banks_name(party: RelyingParty, own: str, who: str) -> None:
    party.pushed({"ConsentId": "c"})
    answer = patch(party, own, "c", {"Data": {"Status": "Revoked", "RevokedBy": who}})
    assert code(answer, 400) == "Consent.BusinessRuleViolation"
    assert party.consent_status("c") == "AwaitingAuthorization"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "null",
        {"Data": {}},
        {"Data": {"Status": "Suspended"}},
        {"Data": {"Status": "Revoked", "RevokedBy": "me"}},
        {"Data": {"Status": "Revoked", "RevokedBy": ["TPP"]}},
        {"Data": {"Status": "Revoked", "Permissions": BASICS}},
        {"Data": {"Status": "Revoked"}, "More": 1},
        {"Data": None},
        {"Subscription": {}},
        {"Subscription": {"Webhook": {"Url": 1}}},
        {"Subscription": {"Webhook": {"Url": "https://x.example", "IsActive": "yes"}}},
    ],
)
def test_a_malformed_change_is_400_and_changes_nothing(party: RelyingParty, own: str, body: Any) -> None:
    party.pushed({"ConsentId": "c"})
    assert code(patch(party, own, "c", body), 400) == "Body.InvalidFormat"
    assert party.consent_status("c") == "AwaitingAuthorization"


def test_what_is_no_json_is_400_or_415(party: RelyingParty, own: str) -> None:
    party.pushed({"ConsentId": "c"})
    assert code(patch(party, own, "c", None, data="{", content_type="application/json"), 400) == "Body.InvalidFormat"
    answer = patch(party, own, "c", None, data="Status=Revoked", content_type="text/plain")
    assert (answer.status_code, answer.data) == (415, b"")


def test_the_subscription_alone_may_change(party: RelyingParty, own: str) -> None:
    party.connected(ConsentId="c")
    webhook = {"Webhook": {"Url": "https://tpp.example/hook", "IsActive": True}}
    assert patch(party, own, "c", {"Subscription": webhook}).status_code == 204
    body = party.read(f"{PATH}/c", own).get_json()
    assert specs.faults(specs.DATA, "AEReadConsentResponse", body) == []
    assert (body["Subscription"], body["Data"]["Status"]) == (webhook, "Authorized")


def test_a_part_of_a_webhook_changes_that_part_alone(party: RelyingParty, own: str) -> None:
    party.connected(ConsentId="c")
    whole = {"Url": "https://tpp.example/hook", "IsActive": True}
    changes: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (whole, whole),
        ({"IsActive": False}, whole | {"IsActive": False}),
        ({}, whole | {"IsActive": False}),
        ({"Url": "https://tpp.example/new"}, {"Url": "https://tpp.example/new", "IsActive": False}),
    ]
    for sent, kept in changes:
        assert patch(party, own, "c", {"Subscription": {"Webhook": sent}}).status_code == 204
        body = party.read(f"{PATH}/c", own).get_json()
        assert body["Subscription"] == {"Webhook": kept}
        assert specs.faults(specs.DATA, "AEReadConsentResponse", body) == []


@pytest.mark.parametrize("part", [{}, {"IsActive": False}, {"Url": "https://tpp.example/hook"}], ids=str)
def test_a_part_of_a_webhook_that_is_not_there_is_refused(party: RelyingParty, own: str, part: dict[str, Any]) -> None:
    party.connected(ConsentId="c")
    answer = patch(party, own, "c", REVOKE | {"Subscription": {"Webhook": part}})
    assert code(answer, 400) == "Body.InvalidFormat"
    assert "Subscription" not in party.read(f"{PATH}/c", own).get_json()
    assert party.consent_status("c") == "Authorized"


def test_after_a_revocation_data_and_refresh_are_refused(party: RelyingParty, own: str) -> None:
    body = party.connected(ConsentId="c")
    assert party.read("/accounts", body["access_token"]).status_code == 200
    assert patch(party, own, "c", REVOKE).status_code == 204
    assert code(party.read("/accounts", body["access_token"]), 403) == "Consent.Revoked"
    again = party.token(grant_type="refresh_token", refresh_token=body["refresh_token"])
    refused(again, "invalid_grant")


def test_after_a_revocation_a_code_is_worth_nothing(party: RelyingParty, own: str) -> None:
    way = party.authorized(ConsentId="c")
    assert patch(party, own, "c", REVOKE).status_code == 204
    refused(party.exchange(way["code"]), "invalid_grant")


def test_after_a_revocation_nobody_can_authorize(party: RelyingParty, own: str) -> None:
    uri = party.pushed({"ConsentId": "c"})
    assert patch(party, own, "c", REVOKE).status_code == 204
    query = {"client_id": party.client_id, "request_uri": uri, "response_type": "code", "scope": "openid"}
    refused_page(party.browser.get("/auth1/auth", query_string=query))


def test_a_revocation_half_way_through_the_pages_wins(party: RelyingParty, own: str) -> None:
    path = party.log_in("mits", {"ConsentId": "c"})
    page = party.browser.get(path).text
    assert patch(party, own, "c", REVOKE).status_code == 204
    token = page.split('name="csrf" value="')[1].split('"')[0]
    form = {"csrf": token, "action": "authorize", "account": "100004000000000000000003"}
    assert "code=" not in party.browser.post(path, data=form).text
    assert party.consent_status("c") == "Revoked"
