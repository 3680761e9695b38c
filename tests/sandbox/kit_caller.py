"""A caller of the Starter Kit, and the person who walks through the bank for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from tests.sandbox.helpers import csrf, offered, way_back

if TYPE_CHECKING:
    from flask.testing import FlaskClient


DATA = "/open-finance/account-information/v1.2"
CREATE = "/consent-create/bank-data"
BASICS = {"data_permissions": ["ReadAccountsBasic", "ReadBalances"]}
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def walk(redirect: str, user: str = "mits") -> dict[str, str]:
    """Walk through the bank's pages over HTTP and authorise everything; return the callback's query."""
    with requests.Session() as browser:
        login = browser.get(redirect, timeout=30)
        form = {"csrf": csrf(login.text), "action": "login", "username": user, "password": user}
        page = browser.post(login.url, data=form, timeout=30)
        chosen = {"csrf": csrf(page.text), "action": "authorize", "account": offered(page.text)}
        return way_back(browser.post(page.url, data=chosen, timeout=30).text)


def connect(kit: FlaskClient) -> dict[str, Any]:
    """Go the whole way through the kit; return the token response."""
    made = kit.post(CREATE, json=BASICS).get_json()
    code = walk(made["redirect"])["code"]
    answer = kit.post("/token/authorization-code", json={"code": code, "code_verifier": made["code_verifier"]})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def bearer(token: str) -> dict[str, str]:
    """Return the header."""
    return {"Authorization": f"Bearer {token}"}
