"""Hostile requests to every address of the bank and the Starter Kit: each is answered, none breaks anything.

Unlike `test_fuzz.py` this needs no document: hypothesis makes the requests from the addresses that the
applications have, with the names that they read and values that nobody should send. The same ones at each run.
"""

from __future__ import annotations

import base64
import copy
import json
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from joserfc import jws

from sandbox.people.published import MITS
from sandbox.stage.faults import EXTENSION
from tests.sandbox.helpers import DATA, DROP, JWT_BEARER, START, consent_claims, csrf, offered, way_back
from tests.sandbox.kit_caller import bearer, connect
from tests.sandbox.reading import refused
from tests.sandbox.resources.test_data import DETAIL

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from hypothesis.strategies import SearchStrategy
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import RelyingParty

    Strike = Callable[[Any], None]

FEW, MANY = 40, 2000
ODD = [
    *(
        "",
        " ",
        "0",
        "-1",
        "null",
        "true",
        "é",
        "\x00",
        "\u202e",
        "a" * 5000,
        "9" * 400,
        "9" * 5000,
        "1e999",
        "..",
        "%00",
    ),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.9-12:00", "2026-11-22", "../../etc"),
    *(
        "authorize",
        "cancel",
        "login",
        "mits",
        "PS256",
        "none",
        "*",
        "bank",
        "kit",
        "urn:ietf:params:oauth:request_uri:x",
    ),
]
LONE = ["\ud800", "x\udfff"]
NAMES = [
    *(
        "csrf",
        "action",
        "username",
        "password",
        "account",
        "consent",
        "client_id",
        "request_uri",
        "response_type",
        "scope",
    ),
    *(
        "page",
        "fromBookingDateTime",
        "toBookingDateTime",
        "baseConsentId",
        "Data",
        "Status",
        "RevokedBy",
        "Subscription",
    ),
    *(
        "grant_type",
        "code",
        "code_verifier",
        "redirect_uri",
        "refresh_token",
        "client_assertion",
        "client_assertion_type",
    ),
    *(
        "request",
        "data_permissions",
        "valid_from",
        "valid_until",
        "application",
        "route",
        "kind",
        "latency_ms",
        "status",
    ),
    *("retry_after", "count", "fault_id", "offset", "ending", "Webhook", "Url", "IsActive"),
]
HEADERS = [
    *("Authorization", "Accept", "Accept-Language", "Cookie", "Host", "Origin", "Referer", "Sec-Fetch-Site", "Range"),
    *("Content-Type", "X-Forwarded-Host", "If-None-Match", "If-Modified-Since", "x-fapi-interaction-id"),
    *("x-fapi-auth-date", "Expect", "Content-Length"),
]
TYPES = ["application/json", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "text/plain"]
TYPES += ["multipart/form-data", "multipart/form-data; boundary=x", "application/jwt", "\xff", ""]
DEEP = [
    b"[" * 100_000,
    b'{"Data":' * 20_000,
    b'{"a":1',
    b"\xff\xfe",
    b"NaN",
    b"1e999",
    b"-" * 9,
    b"9" * 5000,
    b'"\\ud800"',
]
DEEP += [b"--x\r\nContent-Disposition: form-data; name=csrf\r\n\r\n", b"a=b&" * 30_000, b"%", b"csrf=%ff&csrf=%00"]

text = st.sampled_from(ODD) | st.text(max_size=30)
line = st.sampled_from(
    ["Bearer x", "Bearer ", "Basic !", "a=b; c", "localhost", "*/*;q=x", "bytes=-1", "1", ","]
) | st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=30)
scalar = st.none() | st.booleans() | st.integers() | st.floats() | text | st.sampled_from(LONE)
value = st.recursive(
    scalar,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | text, inner, max_size=3),
)
named = st.dictionaries(st.sampled_from(NAMES) | text, value, max_size=6)
fields = st.dictionaries(st.sampled_from(NAMES), st.lists(text, max_size=2), max_size=6)
bodies: SearchStrategy[dict[str, Any]] = (
    st.just({})
    | st.builds(lambda body: {"data": json.dumps(body), "content_type": "application/json"}, named | value)
    | st.builds(lambda form: {"data": form}, fields)
    | st.builds(
        lambda raw, kind: {"data": raw, "content_type": kind},
        st.sampled_from(DEEP) | st.binary(max_size=60),
        st.sampled_from(TYPES),
    )
)
METHODS = st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE"])


def many(examples: int, strategy: SearchStrategy[Any], strike: Strike) -> None:
    """Let so many drawn values strike, the same ones at each run."""
    steady = settings(
        derandomize=True,
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    steady(given(strategy)(strike))()


def requests_to(app: Flask) -> SearchStrategy[dict[str, Any]]:
    """Return requests to every address, mostly with a method that it has."""

    def one(draw: Any) -> dict[str, Any]:
        rule = draw(st.sampled_from(sorted(app.url_map.iter_rules(), key=str)))
        path = rule.rule
        for name in rule.arguments:
            converter = "path:" if f"<path:{name}>" in path else ""
            path = path.replace(f"<{converter}{name}>", quote(draw(text), safe="") or "x")
        method = draw(st.sampled_from(sorted(rule.methods or ())) | METHODS)
        headers = draw(st.dictionaries(st.sampled_from(HEADERS), line, max_size=3))
        whole: dict[str, Any] = {"path": path, "method": method, "query_string": draw(fields), "headers": headers}
        whole |= draw(bodies)
        return whole

    whole: SearchStrategy[dict[str, Any]] = st.composite(one)()
    return whole


def unharmed(answer: TestResponse, asked: Any = "") -> None:
    """Assert that the application coped."""
    assert answer.status_code < 500, (asked, answer.status_code, answer.text[:300])


def calm(app: Flask) -> None:
    """Take back what a request may have set at the control: it would spoil or shift the next answers."""
    controls = app.extensions[EXTENSION][0]
    controls.clear("")
    controls.set_offset(0)


def anything(app: Flask, examples: int) -> None:
    """Send requests of any kind to an application, with and without cookies."""
    client: FlaskClient = app.test_client()

    def strike(asked: dict[str, Any]) -> None:
        unharmed(client.open(**asked), asked)
        calm(app)

    many(examples, requests_to(app), strike)


@pytest.mark.parametrize("examples", [FEW * 4, pytest.param(MANY * 2, marks=pytest.mark.slow)])
def test_nothing_that_is_sent_to_the_bank_breaks_it(bank_app: Flask, examples: int) -> None:
    anything(bank_app, examples)


@pytest.mark.parametrize("examples", [FEW * 2, pytest.param(MANY, marks=pytest.mark.slow)])
def test_nothing_that_is_sent_to_the_kit_breaks_it(kit_app: Flask, examples: int) -> None:
    anything(kit_app, examples)


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY // 5, marks=pytest.mark.slow)])
def test_no_value_in_a_call_of_the_kit_breaks_it(kit: FlaskClient, examples: int) -> None:
    """The calls that get as far as the bank, one value of each made odd."""
    token = connect(kit)["access_token"]
    calls: dict[str, dict[str, Any]] = {
        "/consent-create/bank-data": {
            "data_permissions": ["ReadAccountsBasic"],
            "valid_from": None,
            "valid_until": None,
        },
        "/token/authorization-code": {"code": "c", "code_verifier": "v"},
        "/token/refresh-token": {"refresh_token": "r"},
        "/token/client-credentials": {"scope": "openid accounts"},
    }

    def strike(drawn: tuple[str, int, Any, str]) -> None:
        path, place, odd, account = drawn
        body: dict[str, Any] = dict(calls[path])
        body[sorted(body)[place % len(body)]] = odd
        unharmed(kit.post(path, data=json.dumps(body), content_type="application/json"), body)
        address = f"/open-finance/account-information/v1.2/accounts/{quote(account, safe='')}/transactions"
        unharmed(kit.get(address, headers=bearer(token)), account)

    many(examples, st.tuples(st.sampled_from(sorted(calls)), st.integers(0, 2), value, text), strike)


JSON_CALLS = {
    "bank": [
        ("PATCH", f"{DATA}/account-access-consents/c"),
        *(("POST", f"/control/{name}") for name in ("faults", "faults/clear", "clock", "ending")),
    ],
    "kit": [
        *(("POST", f"/token/{kind}") for kind in ("authorization-code", "refresh-token", "client-credentials")),
        ("POST", "/consent-create/bank-data"),
    ],
}


def test_no_json_is_too_deep_or_too_odd(party: RelyingParty, kit_app: Flask) -> None:
    party.pushed({"ConsentId": "c"})
    own = party.token(grant_type="client_credentials", scope="openid accounts").get_json()["access_token"]
    for client, calls in ((party.machine, JSON_CALLS["bank"]), (kit_app.test_client(), JSON_CALLS["kit"])):
        for (method, path), raw, kind in product(calls, DEEP, TYPES):
            answer = client.open(path, method=method, data=raw, content_type=kind, headers=bearer(own))
            assert 400 <= answer.status_code < 500, (path, raw[:20], kind, answer.status_code)


def compact(header: Any, payload: Any, signature: bytes = b"x") -> str:
    """Return a JWT of whatever these are: bytes are taken as they are."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (*parts, signature))


header_names = st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c", "zip", "enc", "cty"])
headers = st.dictionaries(header_names, value, max_size=4) | st.sampled_from(DEEP) | value
payloads = st.sampled_from(DEEP) | value | st.binary(max_size=30)
tokens = (
    st.builds(compact, headers, payloads, st.binary(max_size=30))
    | text
    | st.sampled_from(["..", "a.b.c", "e30..", "." * 99])
)


@pytest.mark.parametrize("examples", [FEW * 2, pytest.param(MANY, marks=pytest.mark.slow)])
def test_no_token_in_the_place_of_a_proof_or_request_breaks_the_bank(party: RelyingParty, examples: int) -> None:
    def strike(token: str) -> None:
        form = {"client_assertion_type": JWT_BEARER, "client_assertion": token, "grant_type": "client_credentials"}
        for answer in (
            party.machine.post("/as1/token", data=form),
            party.push_form({"request": token} | party.proof()),
            party.read("/accounts", quote(token)),
        ):
            unharmed(answer, token)

    many(examples, tokens, strike)


def places(claims: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value inside, the outermost left out."""
    inside = claims.items() if isinstance(claims, dict) else enumerate(claims) if isinstance(claims, list) else ()
    return [way for name, one in inside for way in ((*path, name), *places(one, (*path, name)))]


def changed(claims: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """Return a copy with one value replaced, or taken away."""
    claims = copy.deepcopy(claims)
    holder = claims
    for name in path[:-1]:
        holder = holder[name]
    if odd is DROP:
        del holder[path[-1]]
    else:
        holder[path[-1]] = odd
    return claims


def signed(party: RelyingParty, claims: Any) -> str:
    """Return a signed JWT of claims that the library would refuse to sign: half characters, endless numbers."""
    header = {"alg": "PS256", "kid": party.kid}
    return jws.serialize_compact(header, json.dumps(claims).encode(), party.key, algorithms=["PS256"])


WINDOW = {f"Transaction{end}DateTime": START.isoformat() for end in ("From", "To")}
WHOLE = {
    "BaseConsentId": "b",
    **WINDOW,
    "Permissions": DETAIL,
    "AccountType": ["Retail"],
    "AccountSubType": ["CurrentAccount", "Savings"],
    "OnBehalfOf": {"TradingName": "x", "LegalName": "x", "IdentifierType": "Other", "Identifier": "x"},
}
READ = ("/accounts", "/parties", *(f"/accounts/{MITS[1].account_id}/{kind}" for kind in ("balances", "transactions")))
HOOK = {"Webhook": {"Url": "https://rp.example/hook", "IsActive": True}}


@pytest.mark.parametrize("examples", [FEW * 3, pytest.param(MANY // 2, marks=pytest.mark.slow)])
def test_no_value_in_a_pushed_request_breaks_the_bank_then_or_later(party: RelyingParty, examples: int) -> None:
    """What is let in is gone through with: the pages, the tokens, the data, the customer's list, the control."""
    whole = party.request_claims()
    whole["authorization_details"][0] |= {"consent": consent_claims(WHOLE), "subscription": HOOK}
    log_in_as_customer(party)

    def strike(drawn: tuple[tuple[Any, ...], Any]) -> None:
        claims = party.request_claims(authorization_details=copy.deepcopy(whole["authorization_details"]))
        claims["authorization_details"][0]["consent"]["ConsentId"] = consent_claims()["ConsentId"]
        claims = changed(claims, *drawn)
        answer = party.push_form({"request": signed(party, claims)} | party.proof())
        unharmed(answer, drawn)
        if answer.status_code == 201:
            go_through(party, answer.get_json()["request_uri"], claims)

    many(examples, st.tuples(st.sampled_from(places(whole)), value | st.just(DROP)), strike)


@pytest.mark.parametrize("odd", [*LONE, float("nan"), float("inf")])
@pytest.mark.parametrize("path", [("nonce",), ("login_hint",), ("authorization_details", 0, "consent", "ConsentId")])
def test_what_json_cannot_hold_is_refused_in_a_pushed_request(
    party: RelyingParty, path: tuple[Any, ...], odd: Any
) -> None:
    claims = changed(party.request_claims(), path, odd)
    answer = party.push_form({"request": signed(party, claims)} | party.proof())
    assert refused(answer, "invalid_request").startswith("request object is not a JWT")


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00"])
def test_a_window_at_the_end_of_time_can_be_gone_through_with(party: RelyingParty, end: str) -> None:
    window = {f"Transaction{name}DateTime": end for name in ("From", "To")}
    claims = party.request_claims()
    claims["authorization_details"][0]["consent"] = consent_claims(WHOLE | window)
    log_in_as_customer(party)
    answer = party.push_form({"request": signed(party, claims)} | party.proof())
    unharmed(answer, end)
    if answer.status_code == 201:
        go_through(party, answer.get_json()["request_uri"], claims)


def go_through(party: RelyingParty, uri: str, claims: Any) -> None:
    """Authorise a pushed request, exchange the code and look at the consent from all sides."""
    asked = claims["authorization_details"][0]["consent"]["ConsentId"]
    entered = party.submit(party.begin(uri), action="login", username="mits", password="mits")
    page = party.browser.get(entered.headers["Location"])
    unharmed(page, claims)
    choice = {"csrf": csrf(page.text), "action": "authorize", "account": offered(page.text)}
    told = way_back(party.browser.post(page.request.path, data=choice).text)
    assert told["state"] == claims["state"]
    exchanged = party.exchange(told["code"]) if "code" in told else None
    if exchanged is not None and exchanged.status_code == 200:
        token = exchanged.get_json()["access_token"]
        for path, accept in product(READ, ("application/json", "application/jwt")):
            unharmed(party.read(path, token, Accept=accept), claims)
    own = party.token(grant_type="client_credentials", scope="openid accounts").get_json()["access_token"]
    for path, accept in product(
        (f"/{quote(asked, safe='')}", f"?baseConsentId={quote(asked)}"), ("*/*", "application/jwt")
    ):
        unharmed(party.read(f"/account-access-consents{path}", own, Accept=accept), claims)
    for address in ("/control", "/control/state", "/auth1/consents"):
        unharmed(party.browser.get(address), claims)


def log_in_as_customer(party: RelyingParty) -> None:
    """Let the browser also show the bank's own list of consents."""
    entered = party.submit("/auth1/consents/login", username="mits", password="mits")
    assert entered.status_code == 303, entered.text
    assert party.browser.get("/auth1/consents").status_code == 200


@pytest.mark.parametrize("examples", [FEW // 2, pytest.param(MANY // 8, marks=pytest.mark.slow)])
def test_no_value_in_a_form_of_the_pages_breaks_them(party: RelyingParty, examples: int) -> None:
    """The forms with the token that the page gave, so that they are judged at all."""

    def strike(form: dict[str, Any]) -> None:
        for path in (party.begin(party.pushed()), party.log_in()):
            unharmed(party.submit(path, **form), form)
        log_in_as_customer(party)
        pages = {"/auth1/consents": ("", "/logout"), "/control": ("/faults", "/faults/clear", "/clock", "/ending")}
        for page, targets in pages.items():
            token = {"csrf": csrf(party.browser.get(page).text)}
            for target in targets:
                unharmed(party.browser.post(page + target, data=token | form), (target, form))
        party.browser.delete_cookie("model_bank_customer", path="/auth1")
        party.app.extensions[EXTENSION][0].reset()

    many(examples, fields, strike)
