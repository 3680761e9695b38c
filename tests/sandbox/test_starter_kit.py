"""The Starter Kit API in front of a served bank: every status and every error shape."""

from __future__ import annotations

import base64
import json
import re
import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask, Response, request
from joserfc import jwt

from tests.sandbox.helpers import Clock, csrf, offered, origin, s256, way_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from cheroot.wsgi import Server
    from flask.testing import FlaskClient
    from joserfc.jwk import RSAKey

    Maker = Callable[..., Flask]

DATA = "/open-finance/account-information/v1.2"
CREATE = "/consent-create/bank-data"
BASICS = {"data_permissions": ["ReadAccountsBasic", "ReadBalances"]}
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@pytest.fixture
def kit(kit_app: Flask) -> FlaskClient:
    """Return a caller of the kit."""
    return kit_app.test_client()


def walk(redirect: str, user: str = "mits") -> dict[str, str]:
    """Walk through the bank's pages over HTTP and authorise everything; return the callback's query."""
    with requests.Session() as browser:
        login = browser.get(redirect, timeout=5)
        form = {"csrf": csrf(login.text), "action": "login", "username": user, "password": user}
        page = browser.post(login.url, data=form, timeout=5)
        chosen = {"csrf": csrf(page.text), "action": "authorize", "account": offered(page.text)}
        return way_back(browser.post(page.url, data=chosen, timeout=5).text)


def connect(kit: FlaskClient) -> dict[str, Any]:
    """Go the whole way through the kit; return the token response."""
    made = kit.post(CREATE, json=BASICS).get_json()
    code = walk(made["redirect"])["code"]
    answer = kit.post(
        "/token/authorization-code", json={"code": code, "code_verifier": made["code_verifier"]}
    )
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def bearer(token: str) -> dict[str, str]:
    """Return the header."""
    return {"Authorization": f"Bearer {token}"}


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
    assert answer.get_json()["Data"]["Account"][0] == {
        "AccountId": "100004000000000000000002",
        "AccountHolderName": "Account001Jack",
        "AccountHolderShortName": "000001Jack",
        "Status": "Inactive",
        "Currency": "AED",
        "Nickname": "1000040000000000Jack",
        "AccountType": "Corporate",
        "AccountSubType": "Savings",
        "StatusUpdateDateTime": "2017-04-05T10:43:07+00:00",
        "AccountIdentifiers": [
            {
                "SchemeName": "AccountNumber",
                "Identification": "10000109010102",
                "Name": "Luigi International",
            }
        ],
        "Servicer": {"SchemeName": "Other", "Identification": "10000109010101"},
    }


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


def test_the_kit_signs_exactly_the_claims_of_the_real_one(
    make_kit: Maker, spy_server: Server, clock: Clock
) -> None:
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
        ("authorization-code", {"code": "x", "code_verifier": "y"}),
        ("refresh-token", {"refresh_token": "x"}),
    ],
)
def test_a_banks_refusal_passes_unchanged(kit: FlaskClient, path: str, body: dict[str, str]) -> None:
    answer = kit.post(f"/token/{path}", json=body)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("asked", "given"),
    [("openid accounts", "accounts"), ("openid payments accounts", "payments accounts")],
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


def test_an_empty_404_of_the_bank_gets_a_sentence(kit: FlaskClient) -> None:
    made = kit.post(CREATE, json={"data_permissions": ["ReadAccountsBasic", "ReadParty"]}).get_json()
    form = {"code": walk(made["redirect"])["code"], "code_verifier": made["code_verifier"]}
    token = kit.post("/token/authorization-code", json=form).get_json()["access_token"]
    answer = kit.get(f"{DATA}/parties", headers=bearer(token))
    assert answer.status_code == 404
    assert answer.get_json() == {"error": "Request failed with status code 404"}


# What passes and what does not


def test_queries_and_headers_do_not_pass_in_either_direction(make_kit: Maker, spy_server: Server) -> None:
    seen: list[tuple[str, dict[str, str]]] = []
    spy = Flask("spy")

    @spy.get("/rs1/<path:path>")
    def data(path: str) -> Response:
        seen.append((request.full_path, dict(request.headers)))
        answer = Response(json.dumps({"path": path}), content_type="application/json")
        answer.headers["Retry-After"] = "9"
        answer.headers["Set-Cookie"] = "a=b"
        return answer

    sent = bearer("t") | {"x-fapi-interaction-id": "mine", "x-fapi-customer-ip-address": "192.0.2.1"}
    spy_server.wsgi_app = spy
    caller = make_kit(bank_url=origin(spy_server)).test_client()
    for _ in range(2):
        path = f"{DATA}/accounts/a%20b%3Fc/balances?fromBookingDateTime=2026-01-01"
        answer = caller.get(path, headers=sent)
    full_path, headers = seen[1]
    assert full_path.endswith("/accounts/a b?c/balances?")
    assert re.fullmatch(UUID, headers["X-Fapi-Interaction-Id"])
    assert "X-Fapi-Customer-Ip-Address" not in headers
    assert "Cookie" not in headers
    assert headers["Authorization"] == "Bearer t"
    assert not {"Retry-After", "Set-Cookie", "x-fapi-interaction-id"} & set(answer.headers.keys())


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"", 429, {"error": "Request failed with status code 429"}),
        (b"<html>gateway</html>", 502, "<html>gateway</html>"),
        (b'{"a": 1}', 200, {"a": 1}),
        (b'{"Errors": []}', 500, {"Errors": []}),
    ],
)
def test_any_answer_of_the_bank_becomes_json(
    make_kit: Maker, spy_server: Server, body: bytes, status: int, expected: Any
) -> None:
    spy = Flask("spy")
    spy.add_url_rule("/rs1/<path:path>", view_func=lambda path: (body, status, {"X-Path": path}))
    spy_server.wsgi_app = spy
    caller = make_kit(bank_url=origin(spy_server)).test_client()
    answer = caller.get(f"{DATA}/accounts", headers=bearer("t"))
    assert (answer.status_code, answer.get_json()) == (status, expected)


def test_an_unreachable_bank_is_500(make_kit: Maker) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    caller = make_kit(bank_url=f"http://127.0.0.1:{port}").test_client()
    for answer in (
        caller.post(CREATE, json=BASICS),
        caller.get("/register"),
        caller.get(f"{DATA}/accounts", headers=bearer("t")),
    ):
        assert answer.status_code == 500
        assert answer.get_json() == {"error": f"connect ECONNREFUSED 127.0.0.1:{port}"}


def test_a_silent_bank_is_500_after_the_time_limit(make_kit: Maker) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        caller = make_kit(bank_url=url, read_timeout=0.2).test_client()
        answer = caller.get(f"{DATA}/accounts", headers=bearer("t"))
    assert answer.status_code == 500
    assert answer.get_json() == {"error": "timeout of 200ms exceeded"}


# Express's manners


@pytest.mark.parametrize("body", ["{", "", "nonsense", "5", '"x"', '{"a": NaN}'])
def test_malformed_json_gets_an_html_page(kit: FlaskClient, body: str) -> None:
    answer = kit.post(CREATE, data=body, content_type="application/json")
    assert answer.status_code == 400
    if body:
        assert answer.mimetype == "text/html"
        assert "<pre>SyntaxError" in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/x"), ("POST", "/register"), ("GET", CREATE), ("DELETE", f"{DATA}/accounts"), ("GET", "/")],
)
def test_an_unknown_path_or_method_gets_an_html_page(kit: FlaskClient, method: str, path: str) -> None:
    answer = kit.open(path, method=method)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert f"<pre>Cannot {method} {path}</pre>" in answer.text


def test_the_page_for_an_unknown_path_escapes_it(kit: FlaskClient) -> None:
    assert "<script>" not in kit.get("/<script>alert(1)</script>").text


def test_too_large_a_body_gets_an_html_page(kit: FlaskClient) -> None:
    answer = kit.post(CREATE, data="x" * 110_000, content_type="application/json")
    assert answer.status_code == 413
    assert "PayloadTooLargeError" in answer.text


def test_a_trailing_slash_does_not_matter(kit: FlaskClient) -> None:
    assert kit.post(CREATE + "/", json=BASICS).status_code == 201


def test_a_fault_of_the_kit_gets_an_html_page(kit: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.starter_kit.begin", None)
    answer = kit.post(CREATE, json=BASICS)
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "TypeError" not in answer.text


def test_the_client_id_stays_when_the_kit_starts_again(make_kit: Maker) -> None:
    ids = set()
    for _ in range(2):
        redirect = make_kit().test_client().post(CREATE, json=BASICS).get_json()["redirect"]
        ids.add(parse_qs(urlsplit(redirect).query)["client_id"][0])
    assert len(ids) == 1
