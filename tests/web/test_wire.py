"""The wire: each call to the Starter Kit, compared with its interface (method, path, body, headers)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from tests.clock import START
from tests.stack import query_of
from tpp.model.permission import FOR_THE_PRODUCT

if TYPE_CHECKING:
    import pytest

    from tests.clock import Clock
    from tests.stack import Browser, Seen, Stack
    from tpp.model.record import Record

BASE = "/open-finance/account-information/v1.2"
AGENT = "Mozilla/5.0 (test)"


def sent(stack: Stack, path: str) -> list[Seen]:
    """Return what was sent to a path."""
    return [each for each in stack.kit.seen if each.path == path]


def test_consent_creation_is_one_post_with_the_permissions_that_were_shown(stack: Stack, browser: Browser) -> None:
    """`data_permissions` by the kit's interface; `valid_until` is honoured by patched kits and ignored by others."""
    browser.press_proceed()
    (call,) = stack.kit.seen

    assert (call.method, call.path, call.query) == ("POST", "/consent-create/bank-data", "")
    assert call.headers["Content-Type"] == "application/json"
    assert json.loads(call.body) == {
        "data_permissions": list(FOR_THE_PRODUCT),
        "valid_until": "2026-12-22T19:59:59.000Z",
    }


def test_token_exchange_sends_the_code_and_the_kept_verifier(stack: Stack, browser: Browser) -> None:
    callback = browser.approve(browser.begin())
    verifier = json.loads(stack.kit.answers[0])["code_verifier"]
    browser.come_back(callback)
    (call,) = sent(stack, "/token/authorization-code")

    assert (call.method, call.query) == ("POST", "")
    assert json.loads(call.body) == {"code": query_of(callback)["code"], "code_verifier": verifier}
    assert "Authorization" not in call.headers


def test_resources_are_read_with_bearer_token_and_customer_headers(stack: Stack, browser: Browser) -> None:
    """CX-51: interaction id fresh for every call, auth date in GMT, the customer's address and browser."""
    browser.connect()
    browser.get("/accounts", headers={"User-Agent": AGENT})
    token = json.loads(stack.kit.answers[1])["access_token"]
    calls = [each for each in stack.kit.seen if each.path.startswith(BASE)]

    assert [each.method for each in calls] == ["GET"] * 4
    assert calls[0].path == f"{BASE}/accounts"
    assert all(re.fullmatch(BASE + r"/accounts/\d{24}/balances", each.path) for each in calls[1:])
    assert all(each.query == "" for each in calls)
    assert {each.headers["Authorization"] for each in calls} == {f"Bearer {token}"}
    assert {each.headers["X-Fapi-Customer-Ip-Address"] for each in calls} == {"127.0.0.1"}
    assert {each.headers["X-Customer-User-Agent"] for each in calls} == {AGENT}
    assert {each.headers["X-Fapi-Auth-Date"] for each in calls} == {"Sun, 22 Nov 2026 10:30:00 GMT"}
    ids = [each.headers["X-Fapi-Interaction-Id"] for each in calls]
    assert len({UUID(each) for each in ids}) == 4


def test_refresh_sends_the_refresh_token_alone(stack: Stack, browser: Browser, clock: Clock) -> None:
    browser.connect()
    refresh = json.loads(stack.kit.answers[1])["refresh_token"]
    clock.move(minutes=9, seconds=30)
    browser.get("/accounts")
    (call,) = sent(stack, "/token/refresh-token")

    assert json.loads(call.body) == {"refresh_token": refresh}


def test_every_call_is_told_with_its_step_and_nothing_secret(
    stack: Stack, browser: Browser, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """To all who listen, the log among them, also by the threads of the pool."""
    heard: list[Record] = []
    parts = stack.app.extensions["mizan"]
    stack.app.extensions["mizan"] = replace(parts, listeners=(*parts.listeners, heard.append))
    callback = browser.approve(browser.begin())
    browser.come_back(callback)
    clock.move(minutes=9, seconds=30)
    browser.get("/accounts")

    assert [each.wave for each in heard] == ["begin", "redeem", "refresh", "accounts", *["balances"] * 3]
    assert {each.host for each in heard} == {urlsplit(stack.kit_url).netloc}
    assert [each.started_at for each in heard] == [START] * 2 + [clock()] * 5
    lines = [each.getMessage() for each in caplog.records if each.name == "tpp.bank.transport"]
    ids = [each.headers["X-Fapi-Interaction-Id"] for each in stack.kit.seen]
    assert sorted(each.interaction_id for each in heard) == sorted(ids)
    assert sorted(line.rpartition(" ")[2] for line in lines) == sorted(ids)
    told = repr(heard) + "".join(lines)
    secrets = [*query_of(callback).values(), *_strings(json.loads(stack.kit.answers[0]))]
    secrets += [each for answer in stack.kit.answers[1:3] for each in _strings(json.loads(answer)) if len(each) > 20]
    secrets += re.findall(r"/accounts/(\d+)/", " ".join(stack.kit.paths()))
    assert len(secrets) > 8
    assert [each for each in secrets if each in told] == []


def _strings(value: Any) -> list[str]:
    """Return every string in a JSON value."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for each in inner for text in _strings(each)]


def test_nothing_else_is_ever_called(stack: Stack, browser: Browser) -> None:
    browser.get("/")
    browser.connect()
    browser.refresh()
    browser.get("/sign-out")
    browser.get("/privacy")

    kinds = {re.sub(r"\d{24}", "{AccountId}", path) for path in stack.kit.paths()}
    assert kinds == {
        "POST /consent-create/bank-data",
        "POST /token/authorization-code",
        f"GET {BASE}/accounts",
        f"GET {BASE}/accounts/{{AccountId}}/balances",
    }


def test_no_code_token_or_account_id_is_ever_in_a_query(stack: Stack, browser: Browser) -> None:
    browser.connect()
    browser.get("/accounts")

    assert {each.query for each in stack.kit.seen} == {""}
