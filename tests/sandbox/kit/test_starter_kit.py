"""The Starter Kit API in front of a served bank: every status and every error shape."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.consents import rar_rules
from tests.sandbox.kit_caller import BASICS, CREATE, DATA, UUID, bearer, connect, walk
from tests.seed import ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    Maker = Callable[..., Flask]


# Register


def test_register_succeeds_once_and_then_says_that_the_client_exists(kit: FlaskClient) -> None:
    first, second = kit.get("/register"), kit.get("/register")
    assert (first.status_code, first.data) == (204, b"")
    assert second.status_code == 400
    assert second.get_json() == {
        "error": "invalid_client_metadata",
        "error_description": "client_already_exists: client already exists",
    }


# Consent


def test_a_consent_gets_201_and_three_members(kit: FlaskClient) -> None:
    answer = kit.post(CREATE, json=BASICS)
    assert answer.status_code == 201
    body = answer.get_json()
    assert set(body) == {"redirect", "consent_id", "code_verifier"}
    assert re.fullmatch(UUID, body["consent_id"])
    assert re.fullmatch(UUID + UUID, body["code_verifier"])


def test_the_redirect_is_not_percent_encoded(kit: FlaskClient, bank_url: str) -> None:
    redirect = kit.post(CREATE, json=BASICS).get_json()["redirect"]
    client = rf"https://rp\.sandbox\.directory\.openfinance\.ae/openid_relying_party/{UUID}"
    uri = rf"urn:ietf:params:oauth:request_uri:{UUID}"
    query = rf"client_id={client}&response_type=code&scope=openid&request_uri={uri}"
    assert re.fullmatch(rf"{bank_url}/auth1/auth\?{query}", redirect)


def test_the_whole_way_through_kit_and_bank(kit: FlaskClient) -> None:
    body = connect(kit)
    accounts = kit.get(f"{DATA}/accounts", headers=bearer(body["access_token"]))
    assert accounts.status_code == 200
    ids = [account["AccountId"] for account in accounts.get_json()["Data"]["Account"]]
    assert len(ids) == 3
    balances = kit.get(f"{DATA}/accounts/{ids[0]}/balances", headers=bearer(body["access_token"]))
    assert balances.get_json()["Data"]["AccountId"] == ids[0]
    renewed = kit.post("/token/refresh-token", json={"refresh_token": body["refresh_token"]})
    assert renewed.status_code == 200


def test_the_accounts_answer_holds_the_guides_example(kit: FlaskClient) -> None:
    answer = kit.get(f"{DATA}/accounts", headers=bearer(connect(kit)["access_token"]))
    assert answer.get_json()["Data"]["Account"][0] == ACCOUNTS["Data"]["Account"][0]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data_permissions": None},
        {"data_permissions": []},
        {"data_permissions": "ReadBalances"},
        {"data_permissions": ["ReadProduct"]},
        {"data_permissions": ["ReadStatements"]},
        {"data_permissions": ["ReadBalances", 1]},
        {"data_permissions": [["ReadBalances"]]},
        [],
    ],
)
def test_faulty_permissions_are_refused_in_the_kits_own_spelling(kit: FlaskClient, body: Any) -> None:
    answer = kit.post(CREATE, json=body)
    assert answer.status_code == 400
    assert answer.get_json() == {"description": "Inalid data_permissions"}


def test_a_body_without_the_json_media_type_is_seen_as_empty(kit: FlaskClient) -> None:
    answer = kit.post(CREATE, data=json.dumps(BASICS), content_type="text/plain")
    assert answer.get_json() == {"description": "Inalid data_permissions"}
    assert kit.post(CREATE, content_type="application/json").status_code == 400


def test_the_media_type_may_carry_a_charset(kit: FlaskClient) -> None:
    body = json.dumps(BASICS)
    assert kit.post(CREATE, data=body, content_type="application/json; charset=utf-8").status_code == 201


@pytest.mark.parametrize("dates", [{"valid_from": "x"}, {"valid_until": "tomorrow"}, {"valid_until": 5}])
def test_dates_that_are_none_are_refused(kit: FlaskClient, dates: dict[str, Any]) -> None:
    answer = kit.post(CREATE, json=BASICS | dates)
    assert answer.status_code == 400
    assert answer.get_json() == {"description": "valid_from and valid_until must be valid ISO date strings"}


@pytest.mark.parametrize("until", ["2026-12-01", "2026-11-30T23:00:00Z"])
def test_an_end_before_its_start_is_refused(kit: FlaskClient, until: str) -> None:
    answer = kit.post(CREATE, json=BASICS | {"valid_from": "2026-12-01", "valid_until": until})
    assert answer.status_code == 400
    assert answer.get_json() == {"description": "valid_until must be later than valid_from"}


# Tokens


@pytest.mark.parametrize(
    ("path", "body", "text"),
    [
        ("authorization-code", {}, "code and code_verifier requred"),
        ("authorization-code", {"code": "x"}, "code and code_verifier requred"),
        ("authorization-code", {"code": "", "code_verifier": "x"}, "code and code_verifier requred"),
        ("refresh-token", {}, "refresh_token requred"),
        ("refresh-token", {"refresh_token": ""}, "refresh_token requred"),
        ("client-credentials", {}, "Invalid scope"),
        ("client-credentials", {"scope": "accounts"}, "Invalid scope"),
        ("client-credentials", {"scope": ["openid accounts"]}, "Invalid scope"),
    ],
)
def test_missing_fields_are_named_in_the_kits_own_spelling(
    kit: FlaskClient, path: str, body: dict[str, Any], text: str
) -> None:
    answer = kit.post(f"/token/{path}", json=body)
    assert answer.status_code == 400
    assert answer.get_json() == {"description": text}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("authorization-code", {"code": "x", "code_verifier": "y" * 43}),
        ("refresh-token", {"refresh_token": "x"}),
    ],
)
def test_a_banks_refusal_passes_unchanged(kit: FlaskClient, path: str, body: dict[str, str]) -> None:
    answer = kit.post(f"/token/{path}", json=body)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("openid accounts", "accounts"),
        ("openid payments", "payments"),
        ("openid payments accounts", "payments accounts"),
        ("openid accounts payments", "accounts payments"),
        ("openid products", "products"),
        ("confirmation-of-payee", "confirmation-of-payee"),
    ],
)
def test_client_credentials_give_a_token_of_the_client(kit: FlaskClient, asked: str, given: str) -> None:
    body = kit.post("/token/client-credentials", json={"scope": asked}).get_json()
    assert (body["scope"], body["expires_in"]) == (given, 600)


# Resources


@pytest.mark.parametrize("header", [None, "", "Bearer", "bearer x", "Basic x", "x"])
@pytest.mark.parametrize("path", ["/accounts", "/parties", "/accounts/1/balances", "/accounts/1/nonsense"])
def test_no_token_is_400_before_anything_else(kit: FlaskClient, header: str | None, path: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = kit.get(DATA + path, headers=headers)
    assert answer.status_code == 400
    assert answer.get_json() == {"error": "Access token required"}


def test_an_unknown_data_type_is_400(kit: FlaskClient) -> None:
    answer = kit.get(f"{DATA}/accounts/1/statements", headers=bearer("x"))
    assert answer.status_code == 400
    assert answer.get_json() == {
        "description": "Invalid data type. Must be one of: balances, transactions, direct-debits, "
        "beneficiaries, scheduled-payments, standing-orders, product"
    }


def test_an_empty_401_of_the_bank_gets_a_sentence(kit: FlaskClient) -> None:
    answer = kit.get(f"{DATA}/accounts", headers=bearer("unknown"))
    assert answer.status_code == 401
    assert answer.get_json() == {"error": "Request failed with status code 401"}


def test_a_403_of_the_bank_passes_unchanged(kit: FlaskClient) -> None:
    answer = kit.get(f"{DATA}/parties", headers=bearer(connect(kit)["access_token"]))
    assert answer.status_code == 403
    assert answer.get_json()["Errors"][0]["Code"] == "AccessToken.InvalidScope"


def test_an_empty_404_of_the_bank_gets_a_sentence(kit: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(rar_rules.OPENED_BY, "direct-debits")
    made = kit.post(CREATE, json={"data_permissions": ["ReadAccountsBasic", "ReadDirectDebits"]}).get_json()
    form = {"code": walk(made["redirect"])["code"], "code_verifier": made["code_verifier"]}
    token = kit.post("/token/authorization-code", json=form).get_json()["access_token"]
    (first, *_) = kit.get(f"{DATA}/accounts", headers=bearer(token)).get_json()["Data"]["Account"]
    answer = kit.get(f"{DATA}/accounts/{first['AccountId']}/direct-debits", headers=bearer(token))
    assert answer.status_code == 404
    assert answer.get_json() == {"error": "Request failed with status code 404"}


def test_the_data_resources_pass_through(kit: FlaskClient) -> None:
    made = kit.post(CREATE, json={"data_permissions": ["ReadAccountsBasic", "ReadTransactionsBasic", "ReadParty"]})
    form = {
        "code": walk(made.get_json()["redirect"])["code"],
        "code_verifier": made.get_json()["code_verifier"],
    }
    token = kit.post("/token/authorization-code", json=form).get_json()["access_token"]
    (first, *_) = kit.get(f"{DATA}/accounts", headers=bearer(token)).get_json()["Data"]["Account"]
    answer = kit.get(f"{DATA}/accounts/{first['AccountId']}/transactions", headers=bearer(token))
    assert answer.status_code == 200
    assert answer.get_json()["Data"]["Transaction"]
    assert kit.get(f"{DATA}/parties", headers=bearer(token)).get_json()["Data"]["Party"]["PartyId"]


def test_the_client_id_stays_when_the_kit_starts_again(make_kit: Maker) -> None:
    ids = set()
    for _ in range(2):
        redirect = make_kit().test_client().post(CREATE, json=BASICS).get_json()["redirect"]
        ids.add(parse_qs(urlsplit(redirect).query)["client_id"][0])
    assert len(ids) == 1
