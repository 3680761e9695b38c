"""Resources: what a token and a consent open, and bodies that the official schemas accept."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sandbox.consents import consents
from sandbox.people import everyone
from tests.sandbox import specs
from tests.sandbox.helpers import BASICS, DATA, ISSUER
from tests.seed import ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import Clock, RelyingParty

ALL = {person.username: [account.account_id for account in person.accounts] for person in everyone.PEOPLE}
M2, M3, M5 = ALL["mits"]
ORIGIN = ISSUER.removesuffix("/auth1")


def forbidden(response: TestResponse) -> str:
    """Return the code of a 403."""
    assert response.status_code == 403, response.text
    (error,) = response.get_json()["Errors"]
    assert set(error) == {"Code", "Message"}
    assert specs.faults(specs.DATA, "AEErrorResponse", response.get_json()) == []
    return str(error["Code"])


def bare(response: TestResponse, status: int) -> None:
    """Assert an answer without a body."""
    assert (response.status_code, response.data) == (status, b"")


@pytest.mark.parametrize("user", ["mits", "rora"])
@pytest.mark.parametrize("level", ["ReadAccountsBasic", "ReadAccountsDetail"])
def test_every_accounts_and_balances_body_is_valid(party: RelyingParty, user: str, level: str) -> None:
    token = party.connected(user, Permissions=[level, "ReadBalances"])["access_token"]
    listed = party.read("/accounts", token).get_json()
    assert specs.faults(specs.DATA, "AEReadAccount", listed) == []
    ids = [account["AccountId"] for account in listed["Data"]["Account"]]
    assert ids == ALL[user]
    for account_id in ids:
        one = party.read(f"/accounts/{account_id}", token).get_json()
        assert specs.faults(specs.DATA, "AEReadAccountId", one) == []
        balances = party.read(f"/accounts/{account_id}/balances", token).get_json()
        assert specs.faults(specs.DATA, "AEReadBalance", balances) == []
        assert balances["Data"]["AccountId"] == account_id


def test_the_guides_example_is_valid() -> None:
    assert specs.faults(specs.DATA, "AEReadAccount", ACCOUNTS) == []


def test_the_token_response_and_the_pushed_consent_are_valid(party: RelyingParty) -> None:
    body = party.connected()
    assert specs.faults(specs.AUTHORIZATION, "AuthorizationCodeGrantTokenV12ResponseProperties", body) == []
    consent = body["authorization_details"][0]["consent"]
    assert specs.faults(specs.DATA, "AEReadConsentResponse", consent) == []


def test_a_validator_that_checks_nothing_would_be_noticed() -> None:
    assert specs.faults(specs.DATA, "AEReadAccount", {"Data": {"Account": [{"AccountId": ""}]}})


def test_only_the_chosen_accounts_are_listed(party: RelyingParty) -> None:
    token = party.connected("rora", ALL["rora"][2:4])["access_token"]
    body = party.read("/accounts", token).get_json()
    assert [account["AccountId"] for account in body["Data"]["Account"]] == ALL["rora"][2:4]


def test_the_envelope_has_an_absolute_self_link_and_one_page(party: RelyingParty) -> None:
    body = party.read(f"/accounts/{M3}/balances", party.connected()["access_token"]).get_json()
    assert body["Links"] == {"Self": f"{ORIGIN}{DATA}/accounts/{M3}/balances"}
    assert body["Meta"] == {"TotalPages": 1}


def test_one_account_carries_its_id_beside_it(party: RelyingParty) -> None:
    data = party.read(f"/accounts/{M3}", party.connected()["access_token"]).get_json()["Data"]
    assert data["AccountId"] == M3
    assert "AccountId" not in data["Account"]
    assert data["Account"]["Nickname"] == "Household account"


def test_detail_adds_description_and_opening_date_alone(party: RelyingParty) -> None:
    basic = party.connected(accounts=[M3], Permissions=["ReadAccountsBasic"])["access_token"]
    detail = party.connected(accounts=[M3], Permissions=["ReadAccountsDetail"])["access_token"]
    (less,) = party.read("/accounts", basic).get_json()["Data"]["Account"]
    (more,) = party.read("/accounts", detail).get_json()["Data"]["Account"]
    assert set(more) - set(less) == {"Description", "OpeningDate"}
    assert {name: more[name] for name in less} == less


# Tokens


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer x", "Basic x", "x"])
def test_no_or_a_wrong_token_gets_401_without_a_body(party: RelyingParty, header: str) -> None:
    bare(party.machine.get(DATA + "/accounts", headers={"Authorization": header}), 401)
    bare(party.machine.get(DATA + "/accounts"), 401)


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        (None, "Bearer"),
        ("Bearer", "Bearer"),
        ("Basic x", "Bearer"),
        ("Bearer x", 'Bearer error="invalid_token"'),
        ("bearer x", 'Bearer error="invalid_token"'),
    ],
)
def test_a_401_says_that_a_bearer_token_is_wanted(party: RelyingParty, header: str | None, challenge: str) -> None:
    for path in ("/accounts", "/account-access-consents/c"):
        answer = party.machine.get(DATA + path, headers={"Authorization": header} if header else {})
        bare(answer, 401)
        assert answer.headers["WWW-Authenticate"] == challenge


def test_an_expired_token_gets_401_without_a_body(party: RelyingParty, clock: Clock) -> None:
    token = party.connected()["access_token"]
    clock.advance(seconds=599)
    assert party.read("/accounts", token).status_code == 200
    clock.advance(seconds=1)
    bare(party.read("/accounts", token), 401)


# Headers


@pytest.mark.parametrize(
    ("date", "status"),
    [
        ("Sun, 10 Sep 2017 19:43:31 UTC", 200),
        ("Tue, 11 Sep 2012 19:43:31 GMT", 200),
        ("Mon, 10 Sep 2017 19:43:31 GMT", 200),  # a Sunday: what is asked for is a date, not a calendar
        ("Sun, 99 Feb 2026 99:99:99 GMT", 400),
        ("Mon, 30 Feb 2026 10:00:00 GMT", 400),
        ("Sun, 22 Nov 2026 24:00:00 GMT", 400),
        ("Sun, 22 Nov 2026 23:60:00 GMT", 400),
        ("", 400),
        ("2017-09-10T19:43:31Z", 400),
        ("Sun, 10 Sep 2017 19:43:31 +0400", 400),
        ("Sun, 10 Sep 2017 19:43:31 GMT, Sun, 10 Sep 2017 19:43:31 GMT", 400),
    ],
)
def test_a_date_of_the_last_login_that_is_none_is_400(party: RelyingParty, date: str, status: int) -> None:
    answer = party.read("/accounts", party.connected()["access_token"], **{"x-fapi-auth-date": date})
    assert answer.status_code == status
    if status == 400:
        assert answer.get_json()["Errors"][0]["Code"] == "Resource.InvalidFormat"
        assert specs.faults(specs.DATA, "AEErrorResponse", answer.get_json()) == []
    bare(party.read("/accounts", "unknown", **{"x-fapi-auth-date": date}), 401)


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/accounts", 405), ("GET", "/nowhere", 404)])
def test_a_call_that_no_resource_answers_is_named_as_well(
    party: RelyingParty, method: str, path: str, status: int
) -> None:
    own = "7e2b8f4a-95c1-4f5e-9a57-0f6e1d2c3b4a"
    for sent, told in ((own, own), ("x", None)):
        answer = party.machine.open(DATA + path, method=method, headers={"x-fapi-interaction-id": sent})
        assert (answer.status_code, answer.data) == (status, b"")
        name = answer.headers["x-fapi-interaction-id"]
        assert name == (told or str(uuid.UUID(name)))


# Consents and permissions


@pytest.mark.parametrize(
    ("permissions", "path"),
    [
        (["ReadParty"], "/accounts"),
        (["ReadParty"], f"/accounts/{M3}"),
        (["ReadAccountsBasic"], f"/accounts/{M3}/balances"),
        (BASICS, f"/accounts/{M3}/transactions"),
        (BASICS, f"/accounts/{M3}/direct-debits"),
        (BASICS, f"/accounts/{M3}/product"),
        (BASICS, f"/accounts/{M3}/parties"),
        (BASICS, "/parties"),
    ],
)
def test_a_missing_permission_is_403(party: RelyingParty, permissions: list[str], path: str) -> None:
    token = party.connected(Permissions=permissions)["access_token"]
    assert forbidden(party.read(path, token)) == "AccessToken.InvalidScope"


def test_a_resource_that_is_not_here_is_404_without_a_body(party: RelyingParty) -> None:
    bare(party.read(f"/accounts/{M3}/nonsense", party.connected()["access_token"]), 404)


def test_a_caller_that_wants_no_json_gets_406_without_a_body(party: RelyingParty) -> None:
    bare(party.read("/accounts", "x", Accept="text/html"), 406)
    bare(party.read("/accounts", "x", Accept="application/json; charset=utf-8"), 401)


@pytest.mark.parametrize(("status", "code"), [("Revoked", "Consent.Revoked"), ("Suspended", "Consent.Invalid")])
def test_a_consent_that_is_not_authorized_is_403(
    party: RelyingParty, clock: Clock, status: consents.Status, code: str
) -> None:
    token = party.connected(ConsentId="c")["access_token"]
    state = party.app.extensions["sandbox_bank"].state
    found = consents.read(state, "c", clock())
    assert found is not None
    consents.settle(state, found, status, clock())
    assert forbidden(party.read("/accounts", token)) == code


def test_a_lapsed_consent_becomes_expired_and_is_403(party: RelyingParty, clock: Clock) -> None:
    token = party.connected(ConsentId="c", ExpirationDateTime="2026-11-22T09:35:00Z")["access_token"]
    clock.advance(minutes=6)
    assert forbidden(party.read("/accounts", token)) == "Consent.Invalid"
    assert party.consent_status("c") == "Expired"


# Accounts


@pytest.mark.parametrize("account_id", [M5, ALL["rora"][0], "1", "x%20y"])
def test_an_account_that_was_not_shared_is_403(party: RelyingParty, account_id: str) -> None:
    token = party.connected(accounts=[M3])["access_token"]
    for path in (f"/accounts/{account_id}", f"/accounts/{account_id}/balances"):
        assert forbidden(party.read(path, token)) == "Consent.PermanentAccountAccessFailure"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("Suspended", "Consent.AccountTemporarilyBlocked"),
        ("Closed", "Consent.PermanentAccountAccessFailure"),
        ("Deceased", "Consent.PermanentAccountAccessFailure"),
        ("Unclaimed", "Consent.PermanentAccountAccessFailure"),
    ],
)
def test_an_account_that_is_shut_is_listed_but_gives_nothing(
    party: RelyingParty, monkeypatch: pytest.MonkeyPatch, status: str, code: str
) -> None:
    token = party.connected()["access_token"]
    mits = everyone.PEOPLE[0]
    shut = replace(mits, accounts=tuple(replace(account, status=status) for account in mits.accounts))
    monkeypatch.setitem(everyone.BY_SUBJECT, mits.subject, shut)
    assert len(party.read("/accounts", token).get_json()["Data"]["Account"]) == 3
    assert forbidden(party.read(f"/accounts/{M3}/balances", token)) == code


# Headers and the rest


@pytest.mark.parametrize("sent", ["7e2b8f4a-95c1-4f5e-9a57-0f6e1d2c3b4a", "7E2B8F4A-95c1-4F5E-9A57-0F6E1D2C3B4A"])
def test_the_interaction_id_is_echoed_as_it_was_sent(party: RelyingParty, sent: str) -> None:
    answer = party.read("/accounts", "x", **{"x-fapi-interaction-id": sent})
    assert answer.headers["x-fapi-interaction-id"] == sent


@pytest.mark.parametrize(
    "sent", ["", "not a uuid", "7e2b8f4a95c14f5e9a570f6e1d2c3b4a", "{7e2b8f4a-95c1-4f5e-9a57-0f6e1d2c3b4a}"]
)
def test_an_interaction_id_is_made_where_none_was_sent(party: RelyingParty, sent: str) -> None:
    answer = party.read("/accounts", "x", **{"x-fapi-interaction-id": sent})
    assert str(uuid.UUID(answer.headers["x-fapi-interaction-id"])) != sent


def test_unknown_paths_and_methods_have_no_body(party: RelyingParty) -> None:
    bare(party.machine.get("/rs1/nowhere"), 404)
    bare(party.machine.get("/"), 404)
    bare(party.machine.post(DATA + "/accounts"), 405)


def test_the_client_registers_once(party: RelyingParty) -> None:
    bare(party.machine.post("/rs1/tpp-registration", json={}), 204)
    answer = party.machine.post("/rs1/tpp-registration", json={})
    assert answer.status_code == 400
    assert answer.get_json() == {
        "error": "invalid_client_metadata",
        "error_description": "client_already_exists: client already exists",
    }


def test_latency_is_added_to_every_resource_call(
    make_bank: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("sandbox.resources.account_calls.time.sleep", slept.append)
    make_bank(latency_ms=300).test_client().get(DATA + "/accounts")
    assert slept == [0.3]


def test_a_consent_survives_with_its_tokens_when_the_bank_starts_again(
    party: RelyingParty, make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty]
) -> None:
    body = party.connected("rora", ALL["rora"][:2])
    waiting = party.pushed()
    half_way = party.log_in()
    party.app.extensions["sandbox_bank"].state.close()
    again = make_party(make_bank())
    again.browser = again.app.test_client()
    assert again.client_id == party.client_id
    assert again.kid == party.kid
    assert len(again.read("/accounts", body["access_token"]).get_json()["Data"]["Account"]) == 2
    assert again.token(grant_type="refresh_token", refresh_token=body["refresh_token"]).status_code == 200
    again.begin(waiting)
    inside = half_way.removesuffix("/accounts")
    for name in ("model_bank_browser", "model_bank_session"):
        cookie = party.browser.get_cookie(name, path=inside)
        assert cookie is not None
        again.browser.set_cookie(name, cookie.value, path=inside)
    assert again.browser.get(half_way).status_code == 200
