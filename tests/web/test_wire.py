"""The wire: each call to the Starter Kit, compared with its interface (method, path, body, headers)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from uuid import UUID

from tests.stack import query_of

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.stack import Browser, Seen, Stack

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
        "data_permissions": ["ReadAccountsBasic", "ReadAccountsDetail", "ReadBalances"],
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


def test_nothing_else_is_ever_called(stack: Stack, browser: Browser) -> None:
    browser.get("/")
    browser.connect()
    browser.get("/accounts?fresh=1")
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
