"""What a client hears through the kit after somebody acted at the bank: the table of `docs/sandbox.md`, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import requests

from sandbox.control.scenes import CODES
from sandbox.stage.controls import APPLICATIONS
from tests.sandbox.kit_caller import DATA, bearer, connect
from tests.sandbox.reading import MITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

MONTHS = 200 * 86_400
TOKEN = "/token/refresh-token"
OVER = (400, "invalid_grant", "")
LIVES = (200, "", "Authorized")


@dataclass(frozen=True)
class Hears:
    """Status and code of the list and of a balance, then of a refresh with the consent's status in its answer."""

    accounts: tuple[int, str]
    balance: tuple[int, str]
    refresh: tuple[int, str, str]


OK, GONE = (200, ""), (401, "")
REVOKED, INVALID = (403, "Consent.Revoked"), (403, "Consent.Invalid")
BLOCKED, PERMANENT = (403, "Consent.AccountTemporarilyBlocked"), (403, "Consent.PermanentAccountAccessFailure")
ROWS: dict[str, tuple[dict[str, Any], Hears]] = {
    "nothing": ({}, Hears(OK, OK, LIVES)),
    "revoked": ({"step": "revoke"}, Hears(REVOKED, REVOKED, OVER)),
    "suspended": ({"step": "suspend"}, Hears(INVALID, INVALID, (200, "", "Suspended"))),
    "the consent's day has passed": ({"offset": MONTHS}, Hears(GONE, GONE, OVER)),
    "the access token's ten minutes have passed": ({"offset": 600}, Hears(GONE, GONE, LIVES)),
    "account suspended": ({"status": "Suspended"}, Hears(OK, BLOCKED, LIVES)),
    "account closed": ({"status": "Closed"}, Hears(OK, PERMANENT, LIVES)),
}


def control(bank_url: str, path: str, **values: Any) -> dict[str, Any]:
    """Set something at the bank."""
    answer = requests.post(f"{bank_url}/control/{path}", json=values, timeout=5)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def act(bank_url: str, done: dict[str, Any]) -> None:
    """Do what a row says."""
    if "step" in done:
        (consent,) = requests.get(f"{bank_url}/control/state", timeout=5).json()["consents"]
        control(bank_url, "consent", consent_id=consent["consent_id"], **done)
    if "offset" in done:
        control(bank_url, "clock", **done)
    if "status" in done:
        control(bank_url, "account", account_id=MITS[0], **done)


def read(kit: FlaskClient, path: str, token: str) -> tuple[int, str]:
    """Read data; return status and code."""
    answer = kit.get(f"{DATA}{path}", headers=bearer(token))
    body = answer.get_json() or {}
    return answer.status_code, body["Errors"][0]["Code"] if "Errors" in body else ""


def renew(kit: FlaskClient, token: str) -> tuple[int, str, str]:
    """Use the refresh token; return status, code, and the status of the consent where one is told."""
    answer = kit.post(TOKEN, json={"refresh_token": token})
    body = answer.get_json()
    told = body["authorization_details"][0]["consent"]["Data"]["Status"] if answer.status_code == 200 else ""
    return answer.status_code, body.get("error", ""), told


@pytest.mark.parametrize(("done", "hears"), ROWS.values(), ids=ROWS)
def test_what_a_client_hears_after_somebody_acted_at_the_bank(
    kit: FlaskClient, bank_url: str, done: dict[str, Any], hears: Hears
) -> None:
    tokens = connect(kit)
    act(bank_url, done)
    heard = Hears(
        read(kit, "/accounts", tokens["access_token"]),
        read(kit, f"/accounts/{MITS[0]}/balances", tokens["access_token"]),
        renew(kit, tokens["refresh_token"]),
    )
    assert heard == hears


def test_a_consent_that_ends_within_the_life_of_a_token_is_refused_as_invalid(kit: FlaskClient, bank_url: str) -> None:
    """A token outlives its consent where the consent ends first: 403, not 401."""
    control(bank_url, "clock", offset=180 * 86_400 - 60)
    day = requests.get(f"{bank_url}/control/state", timeout=5).json()["now"]
    assert day.startswith("2027-05-21")
    control(bank_url, "clock", offset=0)
    tokens = connect(kit)
    (consent,) = requests.get(f"{bank_url}/control/state", timeout=5).json()["consents"]
    assert consent["expires"].startswith("2027-05-21")
    control(bank_url, "clock", offset=180 * 86_400 - 60)
    renewed = kit.post(TOKEN, json={"refresh_token": tokens["refresh_token"]}).get_json()["access_token"]
    control(bank_url, "clock", offset=180 * 86_400)
    assert read(kit, "/accounts", renewed) == INVALID


@pytest.mark.parametrize("application", APPLICATIONS)
@pytest.mark.parametrize("code", [code for code in CODES if code != "invalid_grant"])
def test_every_code_can_be_had_for_one_kind_of_data(
    kit: FlaskClient, bank_url: str, application: str, code: str
) -> None:
    tokens = connect(kit)
    told = control(bank_url, "faults", application=application, route="balances", kind="status", code=code)
    assert told["faults"][0]["status"] == 403
    assert read(kit, f"/accounts/{MITS[0]}/balances", tokens["access_token"]) == (403, code)
    assert read(kit, "/accounts", tokens["access_token"]) == OK


def test_a_refresh_can_be_refused_although_the_consent_stands(kit: FlaskClient, bank_url: str) -> None:
    tokens = connect(kit)
    control(bank_url, "faults", application="bank", route="token", kind="status", code="invalid_grant", count=1)
    assert renew(kit, tokens["refresh_token"]) == OVER
    assert renew(kit, tokens["refresh_token"]) == LIVES


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("passes", [False, True])
def test_how_long_to_wait_is_told_by_the_bank_and_by_a_kit_that_is_set_so(
    make_kit: Callable[..., Flask], bank_url: str, status: int, *, passes: bool
) -> None:
    kit = make_kit(pass_retry_after=passes).test_client()
    token = connect(kit)["access_token"]
    control(bank_url, "faults", application="bank", route="accounts", kind="status", status=status, retry_after=40)
    direct = requests.get(f"{bank_url}/rs1{DATA}/accounts", headers=bearer(token), timeout=5)
    assert (direct.status_code, direct.headers["Retry-After"]) == (status, "40")
    answer = kit.get(f"{DATA}/accounts", headers=bearer(token))
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == ("40" if passes else None)
