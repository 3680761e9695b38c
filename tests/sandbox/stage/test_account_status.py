"""What a client and a person see of an account whose status a presenter has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.stage.account_status import STATUSES
from tests.sandbox.helpers import csrf, offered
from tests.sandbox.reading import MITS, soup, words

if TYPE_CHECKING:
    from tests.sandbox.helpers import Clock, RelyingParty
    from tests.sandbox.newer import NewerParty


def stand(party: RelyingParty, status: str, account_id: str = MITS[0]) -> dict[str, Any]:
    """Give an account a status; return what is set and seen."""
    answer = party.machine.post("/control/account", json={"account_id": account_id, "status": status})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def listed(party: RelyingParty, token: str) -> dict[str, str]:
    """Return the status of each account in the list."""
    body = party.read("/accounts", token).get_json()
    return {each["AccountId"]: each["Status"] for each in body["Data"]["Account"]}


def refusal(party: RelyingParty, token: str, path: str) -> tuple[int, str]:
    """Return status and code of a refused resource."""
    answer = party.read(path, token)
    return answer.status_code, answer.get_json()["Errors"][0]["Code"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("Suspended", "Consent.AccountTemporarilyBlocked"),
        ("Closed", "Consent.PermanentAccountAccessFailure"),
        ("Deceased", "Consent.PermanentAccountAccessFailure"),
        ("Unclaimed", "Consent.PermanentAccountAccessFailure"),
    ],
)
def test_a_shared_account_stays_in_the_list_with_its_status_and_gives_no_data(
    party: RelyingParty, clock: Clock, status: str, code: str
) -> None:
    token = party.connected("mits", MITS)["access_token"]
    clock.advance(seconds=30)
    stand(party, status)
    assert listed(party, token) == {MITS[0]: status, MITS[1]: "Active", MITS[2]: "Active"}
    (row, *_others) = party.read("/accounts", token).get_json()["Data"]["Account"]
    assert row["StatusUpdateDateTime"] == "2026-11-22T09:30:30+00:00"
    for path in (f"/accounts/{MITS[0]}", f"/accounts/{MITS[0]}/balances", f"/accounts/{MITS[0]}/transactions"):
        assert refusal(party, token, path)[0] == 403
    assert refusal(party, token, f"/accounts/{MITS[0]}/balances") == (403, code)
    assert party.read(f"/accounts/{MITS[1]}/balances", token).status_code == 200


@pytest.mark.parametrize("status", ["Inactive", "Dormant"])
def test_an_account_at_rest_gives_its_data(party: RelyingParty, status: str) -> None:
    token = party.connected("mits", MITS)["access_token"]
    stand(party, status)
    assert listed(party, token)[MITS[0]] == status
    assert party.read(f"/accounts/{MITS[0]}/balances", token).status_code == 200


@pytest.mark.parametrize("status", STATUSES)
def test_only_what_can_be_shared_is_offered(party: RelyingParty, status: str) -> None:
    stand(party, status)
    offers = offered(party.browser.get(party.log_in()).text)
    assert offers == (MITS if status in ("Active", "Inactive", "Dormant") else MITS[1:])


def test_v21_sees_it_as_well(newer: NewerParty) -> None:
    token = newer.connected("mits", MITS)["access_token"]
    stand(newer, "Suspended")
    assert listed(newer, token)[MITS[0]] == "Suspended"
    assert newer.read(f"/accounts/{MITS[0]}/balances", token).status_code == 403


def test_an_account_closed_on_the_page_cannot_be_shared(party: RelyingParty) -> None:
    path = party.log_in()
    form = {"csrf": csrf(party.browser.get(path).text), "action": "authorize", "account": MITS[0]}
    stand(party, "Closed")
    assert party.browser.post(path, data=form).status_code == 422


def test_as_usual_and_a_reset_take_it_back(party: RelyingParty) -> None:
    token = party.connected("mits", MITS)["access_token"]
    stand(party, "Closed")
    stand(party, "Dormant", MITS[1])
    stand(party, "")
    assert listed(party, token) == {MITS[0]: "Inactive", MITS[1]: "Dormant", MITS[2]: "Active"}
    after = party.machine.post("/control/reset", json={}).get_json()
    assert not [each for each in after["accounts"] if each["set"]]
    assert [each["status"] for each in after["accounts"]][:3] == ["Inactive", "Active", "Active"]


def test_the_control_shows_and_sets_it_by_a_form(party: RelyingParty) -> None:
    page = party.browser.get("/control").text
    options = [str(option["value"]) for option in soup(page).select("#account_status option")]
    assert options == ["", *STATUSES]
    assert len(soup(page).select("#account_id option")) == len(stand(party, "Active")["accounts"])
    stand(party, "")
    form = {"csrf": csrf(page), "account_id": MITS[2], "status": "Suspended"}
    assert party.browser.post("/control/account", data=form).headers["Location"] == "/control#accounts"
    page = party.browser.get("/control").text
    assert [line.split()[0] for line in words(page, ".set-fault p")] == ["mits"]
    assert words(page, ".set-fault p")[0].endswith("0105 : Suspended")
    seen = [each for each in party.machine.get("/control/state").get_json()["accounts"] if each["set"]]
    assert [(each["account_id"], each["username"], each["status"]) for each in seen] == [(MITS[2], "mits", "Suspended")]


@pytest.mark.parametrize(
    "values", [{}, {"account_id": "1"}, {"account_id": MITS[0], "status": "Gone"}, {"account_id": MITS[0], "status": 7}]
)
def test_an_unknown_account_or_status_changes_nothing(party: RelyingParty, values: dict[str, Any]) -> None:
    assert party.machine.post("/control/account", json=values).status_code == 422
    assert not [each for each in party.machine.get("/control/state").get_json()["accounts"] if each["set"]]
