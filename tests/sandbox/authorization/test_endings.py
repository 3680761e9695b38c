"""What a presenter's wish for the next authorization does beside its row in the bank's events (AUTH-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sandbox.reading import WRONG, error_of, open_auth, refused_page, words

if TYPE_CHECKING:
    from tests.sandbox.helpers import RelyingParty


def test_no_eligible_account_shows_its_own_page(party: RelyingParty) -> None:
    party.wish("no_accounts")
    page = party.browser.get(party.log_in()).text
    assert words(page, "h1") == ["Something went wrong"]
    assert words(page, "button") == ["Close"]


def test_a_refused_link_stays_at_the_bank_and_is_not_spent(party: RelyingParty) -> None:
    party.wish("used_link")
    uri = party.pushed({"ConsentId": "c"})
    refused_page(open_auth(party, client_id=party.client_id, request_uri=uri))
    assert party.consent_status("c") == "AwaitingAuthorization"
    assert party.begin(uri)


def test_a_wrong_password_is_still_a_wrong_password(party: RelyingParty) -> None:
    party.wish("blocked")
    path = party.begin(party.pushed())
    assert party.submit(path, **WRONG).status_code == 422
    answer = party.submit(path, action="login", username="rora", password="rora")
    assert error_of(answer.text) == ("access_denied", "user_account_blocked")


def test_an_ending_is_for_one_authorization(party: RelyingParty) -> None:
    party.wish("rejected")
    refused_page(open_auth(party, client_id=party.client_id, request_uri="urn:unknown"))
    assert "error" in party.authorized()
    assert "code" in party.authorized()


def test_an_ending_can_be_taken_back(party: RelyingParty) -> None:
    party.wish("rejected")
    party.wish("")
    assert "code" in party.authorized()
