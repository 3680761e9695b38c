"""How a presenter makes the next authorization end: each row of the bank's events, once. AUTH-13."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.endings import ENDINGS
from tests.sandbox.helpers import ISSUER, offered, way_back
from tests.sandbox.reading import WRONG, error_of, open_auth, refused_page, words

if TYPE_CHECKING:
    from tests.sandbox.helpers import RelyingParty

WAITS, REJECTED = "AwaitingAuthorization", "Rejected"
AT_LOGIN = {
    "login_failed": ("access_denied", "user_failed_to_authenticate"),
    "blocked": ("access_denied", "user_account_blocked"),
    "error_at_login": ("server_error", "lfi_internal_error"),
    "maintenance_at_login": ("temporarily_unavailable", "lfi_temporarily_unavailable"),
}
AFTER_LOGIN = {
    "rejected": ("access_denied", "user_rejected_consent"),
    "rejected_legacy": ("access_denied", "The user rejected the consent"),
    "no_accounts": ("invalid_request", "user_lacks_eligible_accounts"),
    "not_supported": ("access_denied", "consent_not_supported"),
    "session_expired": ("access_denied", "session_expired"),
    "error": ("server_error", "lfi_internal_error"),
    "hub": ("server_error", "api_hub_communication_error"),
    "maintenance": ("temporarily_unavailable", "lfi_temporarily_unavailable"),
}


def wish(party: RelyingParty, name: str) -> None:
    """Choose an ending on the control."""
    assert party.machine.post("/control/ending", json={"ending": name}).status_code == 200


def test_the_rows_are_all_there() -> None:
    assert set(ENDINGS) == set(AT_LOGIN) | set(AFTER_LOGIN) | {"used_link"}


@pytest.mark.parametrize(("name", "pair"), AT_LOGIN.items())
def test_an_end_at_the_login_leaves_the_consent(party: RelyingParty, name: str, pair: tuple[str, str]) -> None:
    wish(party, name)
    path = party.begin(party.pushed({"ConsentId": "c"}))
    told = way_back(party.submit(path, action="login", username="mits", password="mits").text)
    assert told == {"error": pair[0], "error_description": pair[1], "state": party.state, "iss": ISSUER}
    assert party.consent_status("c") == WAITS


@pytest.mark.parametrize(("name", "pair"), AFTER_LOGIN.items())
def test_an_end_after_the_login_rejects_the_consent(party: RelyingParty, name: str, pair: tuple[str, str]) -> None:
    wish(party, name)
    path = party.log_in("mits", {"ConsentId": "c"})
    accounts = offered(party.browser.get(path).text)
    told = way_back(party.submit(path, action="authorize", account=accounts).text)
    assert told == {"error": pair[0], "error_description": pair[1], "state": party.state, "iss": ISSUER}
    assert party.consent_status("c") == REJECTED


def test_no_eligible_account_shows_its_own_page(party: RelyingParty) -> None:
    wish(party, "no_accounts")
    page = party.browser.get(party.log_in()).text
    assert words(page, "h1") == ["Something went wrong"]
    assert words(page, "button") == ["Close"]


def test_a_refused_link_stays_at_the_bank_and_is_not_spent(party: RelyingParty) -> None:
    wish(party, "used_link")
    uri = party.pushed({"ConsentId": "c"})
    refused_page(open_auth(party, client_id=party.client_id, request_uri=uri))
    assert party.consent_status("c") == WAITS
    assert party.begin(uri)


def test_a_wrong_password_is_still_a_wrong_password(party: RelyingParty) -> None:
    wish(party, "blocked")
    path = party.begin(party.pushed())
    assert party.submit(path, **WRONG).status_code == 422
    answer = party.submit(path, action="login", username="rora", password="rora")
    assert error_of(answer.text) == ("access_denied", "user_account_blocked")


def test_an_ending_is_for_one_authorization(party: RelyingParty) -> None:
    wish(party, "rejected")
    refused_page(open_auth(party, client_id=party.client_id, request_uri="urn:unknown"))
    assert "error" in party.authorized()
    assert "code" in party.authorized()


def test_an_ending_can_be_taken_back(party: RelyingParty) -> None:
    wish(party, "rejected")
    wish(party, "")
    assert "code" in party.authorized()
