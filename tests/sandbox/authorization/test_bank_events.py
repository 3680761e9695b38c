"""What the bank returns, row by row of the standard's list of events: AUTH-3, AUTH-13, AUTH-16, AUTH-17, AUTH-18.

Each row is gone from the pushed request to its end, as a person or a presenter brings it about; then the consent is
read as the client reads it. Source: UAE Open Finance Standard, error codes of the authorization response.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from sandbox.authorization.endings import ENDINGS
from tests.sandbox.helpers import ISSUER, START, csrf, offered, way_back
from tests.sandbox.reading import MITS, RORA, open_auth, refused_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import Claims, RelyingParty

WAITS, REJECTED, AUTHORIZED = "AwaitingAuthorization", "Rejected", "Authorized"
STATE = "A&b=C+d e/ü%\"'<x>;0"
LATER = 7
LOG_IN = {"action": "login", "username": "mits", "password": "mits"}
WRONG = LOG_IN | {"password": "x"}


@dataclass(frozen=True)
class Row:
    """One event: what the person does at the login, then on the page of the accounts, and what must come of it.

    `pair` is `error` and `error_description`, or nothing for a code. `ending` is a presenter's switch,
    `wait` the seconds before the last press.
    """

    status: str
    pair: tuple[str, str] | None
    at_login: tuple[Claims, ...] = (LOG_IN,)
    action: str = ""
    ending: str = ""
    consent: Claims = field(default_factory=dict)
    wait: int = LATER


ROWS = {
    "authorize": Row(AUTHORIZED, None, action="authorize"),
    "cancel": Row(REJECTED, ("access_denied", "user_rejected_consent"), action="cancel"),
    "cancel, by a presenter": Row(
        REJECTED, ("access_denied", "user_rejected_consent"), action="authorize", ending="rejected"
    ),
    "cancel, in the old words": Row(
        REJECTED, ("access_denied", "The user rejected the consent"), action="authorize", ending="rejected_legacy"
    ),
    "no eligible account, then close": Row(
        REJECTED,
        ("invalid_request", "user_lacks_eligible_accounts"),
        action="close",
        consent={"AccountType": ["SME"]},
    ),
    "no eligible account, by a presenter": Row(
        REJECTED, ("invalid_request", "user_lacks_eligible_accounts"), action="close", ending="no_accounts"
    ),
    "consent not supported": Row(
        REJECTED, ("access_denied", "consent_not_supported"), action="authorize", ending="not_supported"
    ),
    "session timed out": Row(REJECTED, ("access_denied", "session_expired"), action="authorize", wait=600),
    "session timed out, by a presenter": Row(
        REJECTED, ("access_denied", "session_expired"), action="authorize", ending="session_expired"
    ),
    "login cancelled": Row(WAITS, ("access_denied", "user_rejected_consent"), at_login=({"action": "cancel"},)),
    "login failed": Row(WAITS, ("access_denied", "user_failed_to_authenticate"), at_login=(WRONG, WRONG, WRONG)),
    "login timed out": Row(WAITS, ("access_denied", "user_failed_to_authenticate"), wait=600),
    "login failed, by a presenter": Row(WAITS, ("access_denied", "user_failed_to_authenticate"), ending="login_failed"),
    "login blocked": Row(WAITS, ("access_denied", "user_account_blocked"), ending="blocked"),
    "bank error at the login": Row(WAITS, ("server_error", "lfi_internal_error"), ending="error_at_login"),
    "bank error later": Row(REJECTED, ("server_error", "lfi_internal_error"), action="authorize", ending="error"),
    "hub unreachable": Row(REJECTED, ("server_error", "api_hub_communication_error"), action="authorize", ending="hub"),
    "maintenance at the login": Row(
        WAITS, ("temporarily_unavailable", "lfi_temporarily_unavailable"), ending="maintenance_at_login"
    ),
    "maintenance later": Row(
        REJECTED,
        ("temporarily_unavailable", "lfi_temporarily_unavailable"),
        action="authorize",
        ending="maintenance",
    ),
}


def seen_by_the_client(party: RelyingParty, consent_id: str) -> Claims:
    """Read a consent with the client's own token."""
    own = party.token(grant_type="client_credentials", scope="openid accounts").get_json()["access_token"]
    data: Claims = party.read(f"/account-access-consents/{consent_id}", own).get_json()["Data"]
    return data


def gone(party: RelyingParty, row: Row) -> TestResponse:
    """Go a row's way; return the last answer."""
    path = party.begin(party.pushed({"ConsentId": "c"} | row.consent))
    for at, form in enumerate(row.at_login, 1):
        last = at == len(row.at_login) and not row.action
        answer = press(party, path, row.wait if last else 0, **form)
    if not row.action:
        return answer
    path = answer.headers["Location"]
    accounts = offered(party.browser.get(path).text)
    return press(party, path, row.wait, action=row.action, account=accounts)


def press(party: RelyingParty, path: str, wait: int, **form: str | list[str]) -> TestResponse:
    """Fill in a page, wait so many seconds, and send it."""
    token = csrf(party.browser.get(path).text)
    party.clock.advance(seconds=wait)
    return party.browser.post(path, data={"csrf": token} | form)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_auth_13_each_event_leaves_the_consent_and_tells_the_client_as_listed(party: RelyingParty, row: Row) -> None:
    """AUTH-13: status and redirect, `state` unchanged, `iss` present; AUTH-18: the client reads the same."""
    party.state = STATE
    party.wish(row.ending)
    answer = gone(party, row)
    assert answer.status_code == 200
    told = way_back(answer.text)
    if row.pair is None:
        assert list(told) == ["code", "state", "iss"]
        assert party.exchange(told.pop("code")).status_code == 200
    else:
        assert (told.pop("error"), told.pop("error_description")) == row.pair
    assert told == {"state": STATE, "iss": ISSUER}
    data = seen_by_the_client(party, "c")
    moved = START if row.status == WAITS else party.clock()
    assert (data["Status"], data["StatusUpdateDateTime"]) == (row.status, moved.isoformat())
    codes = party.app.extensions["sandbox_bank"].state.counts().get("code", 0)
    assert codes == (1 if row.pair is None else 0)


def test_auth_13_every_switch_of_the_presenter_has_its_row() -> None:
    assert {row.ending for row in ROWS.values()} | {"used_link"} == {"", *ENDINGS}


def used(party: RelyingParty, uri: str) -> Claims:
    """Spend the link first."""
    party.begin(uri)
    return {}


def expired(party: RelyingParty, uri: str) -> Claims:
    """Let the link grow too old."""
    party.clock.advance(seconds=600)
    return {}


def refused_on_wish(party: RelyingParty, uri: str) -> Claims:
    """Have a presenter want it."""
    party.wish("used_link")
    return {}


PAGES: dict[str, Callable[[RelyingParty, str], Claims]] = {
    "unknown": lambda _party, uri: {"request_uri": uri + "0"},
    "used": used,
    "expired": expired,
    "bad client": lambda _party, _uri: {"client_id": "https://rp.example/other"},
    "by a presenter": refused_on_wish,
}


@pytest.mark.parametrize("spoil", PAGES.values(), ids=PAGES)
def test_auth_16_a_link_that_cannot_be_used_ends_at_the_bank_and_changes_no_consent(
    party: RelyingParty, spoil: Callable[[RelyingParty, str], Claims]
) -> None:
    uri = party.pushed({"ConsentId": "c"})
    changes = spoil(party, uri)
    refused_page(open_auth(party, **({"client_id": party.client_id, "request_uri": uri} | changes)))
    data = seen_by_the_client(party, "c")
    assert (data["Status"], data["StatusUpdateDateTime"]) == (WAITS, START.isoformat())


def test_auth_18_the_accounts_are_the_chosen_ones_and_the_consent_does_not_name_them(party: RelyingParty) -> None:
    token = party.connected("rora", [RORA[5], RORA[1]], ConsentId="c")["access_token"]
    listed = party.read("/accounts", token).get_json()["Data"]["Account"]
    assert [account["AccountId"] for account in listed] == [RORA[1], RORA[5]]
    data = seen_by_the_client(party, "c")
    assert (data["Status"], data["StatusUpdateDateTime"]) == (AUTHORIZED, START.isoformat())
    assert not any(account_id in str(data) for account_id in RORA)


def test_auth_19_the_chosen_accounts_never_change_again(party: RelyingParty) -> None:
    """Neither by a second form, nor by a client's change, nor by the person's own pause."""
    path = party.log_in("mits", {"ConsentId": "c"})
    form = {"csrf": csrf(party.browser.get(path).text), "action": "authorize"}
    code = way_back(party.browser.post(path, data=form | {"account": MITS[0]}).text)["code"]
    party.browser.post(path, data=form | {"account": MITS[1]})
    token = party.exchange(code).get_json()["access_token"]
    own = party.token(grant_type="client_credentials", scope="openid accounts").get_json()["access_token"]
    sent = {"Data": {"Status": "Revoked", "AccountIds": [MITS[1]]}}
    address = "/rs1/open-finance/account-information/v1.2/account-access-consents/c"
    assert party.machine.patch(address, json=sent, headers={"Authorization": f"Bearer {own}"}).status_code == 400
    bank = party.app.test_client()
    login = {"csrf": csrf(bank.get("/auth1/consents/login").text), "username": "mits", "password": "mits"}
    bank.post("/auth1/consents/login", data=login)
    for step in ("suspend", "resume"):
        page = csrf(bank.get("/auth1/consents").text)
        assert bank.post("/auth1/consents", data={"csrf": page, "consent": "c", "action": step}).status_code == 303
    listed = party.read("/accounts", token).get_json()["Data"]["Account"]
    assert [account["AccountId"] for account in listed] == [MITS[0]]
