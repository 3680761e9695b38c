"""The Authorisation page. AUTH-n are the items of the checklist for the pages of a bank."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from sandbox.people import everyone
from tests.sandbox.helpers import BASICS, csrf, offered, way_back
from tests.sandbox.reading import MITS, RORA, error_of, refused_page, soup, words

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import Claims, Clock, RelyingParty
    from tests.sandbox.newer import NewerParty


def test_auth_4_logo_and_progress_with_step_two_active(party: RelyingParty) -> None:
    page = party.browser.get(party.log_in()).text
    assert words(page, ".altareq") == ["الطارق AlTareq"]
    assert words(page, ".progress .step") == ["Consent (done)", "Authorize", "Complete"]
    assert words(page, '.progress [aria-current="step"] .step') == ["Authorize"]
    discs = soup(page).select(".progress .disc")
    assert [bool(disc.select_one(".icon-tick")) for disc in discs] == [True, False, False]
    assert [disc.get_text() for disc in discs] == ["", "2", "3"]


def test_auth_5_the_heading_names_the_client(party: RelyingParty) -> None:
    page = party.browser.get(party.log_in()).text
    assert words(page, "h1") == ["Select account(s) to share information with Mizan"]


def test_auth_5_the_heading_prefers_the_trading_name_and_escapes_it(party: RelyingParty) -> None:
    page = party.browser.get(party.log_in("mits", {"OnBehalfOf": {"TradingName": "<b>Bakery</b>"}})).text
    assert words(page, "h1") == ["Select account(s) to share information with <b>Bakery</b>"]


@pytest.mark.parametrize(
    ("user", "consent", "expected"),
    [
        ("mits", {}, MITS),
        ("rora", {}, RORA),
        ("rora", {"AccountType": ["Retail"]}, [RORA[0], RORA[3], RORA[5], RORA[7]]),
        ("rora", {"AccountSubType": ["Savings"]}, [RORA[5]]),
        ("rora", {"AccountType": ["Corporate"], "AccountSubType": ["CurrentAccount"]}, [RORA[4]]),
        ("rora", {"AccountType": []}, RORA),
    ],
)
def test_auth_6_the_filters_of_the_consent_choose_what_is_offered(
    party: RelyingParty, user: str, consent: Claims, expected: list[str]
) -> None:
    assert offered(party.browser.get(party.log_in(user, consent)).text) == expected


def test_auth_7_cards_show_title_identifier_and_amounts(party: RelyingParty) -> None:
    cards = words(party.browser.get(party.log_in("rora")).text, ".card")
    assert cards[0] == "Current Account Salary account 10000109010101 Balance 48,702.35"
    assert cards[2] == "Company charge card **** **** **** 0106 Outstanding 3,216.46 Available 16,783.54"
    assert cards[3] == "Current Account (USD) Dollar account 10000109010107 Balance $ 12,400.00"
    assert cards[4] == "Current Account Business current 10000109010108 Balance 1,340.15 Overdraft 5,000.00"
    assert cards[7] == "Travel prepaid card (BHD) **** **** **** 0111 Balance BHD 1,940.500"


@pytest.mark.parametrize("user", ["mits", "rora", "layla", "faris", "noor", "zayd"])
def test_auth_7_nickname_and_number_are_those_that_the_client_reads(party: RelyingParty, user: str) -> None:
    """So that a person finds the same account on both sides; of a card both show the last four digits."""
    page = soup(party.browser.get(party.log_in(user)).text)
    cards = {str(card.input["value"]): card for card in page.select(".card") if card.input is not None}
    token = party.connected(user)["access_token"]
    told = party.read("/accounts", token).get_json()["Data"]["Account"]
    assert list(cards) == [each["AccountId"] for each in told]
    for each in told:
        shown = " ".join(cards[each["AccountId"]].get_text(" ").split())
        number = each["AccountIdentifiers"][0]["Identification"]
        assert each["Nickname"] in shown
        if each["AccountSubType"] in ("CreditCard", "PrepaidCard"):
            assert f"**** **** **** {number[-4:]} " in shown
        else:
            assert number in shown.replace(" ", "")


def test_auth_7_an_iban_comes_in_groups_of_four_and_another_number_as_it_is(party: RelyingParty) -> None:
    grouped = words(party.browser.get(party.log_in("zayd")).text, ".card .identifier")
    assert [re.fullmatch(r"AE\d\d( \d{4}){4} \d{3}", each) is not None for each in grouped] == [True]
    assert words(party.browser.get(party.log_in("mits")).text, ".card .identifier")[0] == "10000109010102"


@pytest.mark.parametrize(
    ("currency", "shown"),
    [
        ("USD", "$ 1,340.15"),
        ("EUR", "€ 1,340.15"),
        ("GBP", "£ 1,340.15"),
        ("INR", "₹ 1,340.15"),
        ("SAR", "SAR 1,340.15"),
    ],
)
def test_auth_7_another_currency_shows_its_sign_or_its_code(
    party: RelyingParty, monkeypatch: pytest.MonkeyPatch, currency: str, shown: str
) -> None:
    rora = everyone.PEOPLE[1]
    foreign = replace(rora, accounts=(replace(rora.accounts[4], currency=currency),))
    monkeypatch.setitem(everyone.BY_SUBJECT, rora.subject, foreign)
    page = party.browser.get(party.log_in("rora")).text
    assert words(page, ".card .title") == [f"Current Account ({currency})"]
    assert words(page, ".money") == [shown, shown.replace("1,340.15", "5,000.00")]


def test_auth_7_the_dirham_sign_is_named_for_those_who_cannot_see_it(party: RelyingParty) -> None:
    page = soup(party.browser.get(party.log_in("rora")).text)
    signs = page.select(".money svg")
    assert len(signs) == 9
    assert {(sign["role"], sign["aria-label"]) for sign in signs} == {("img", "AED")}


def test_auth_8_nothing_is_ticked_at_first(party: RelyingParty) -> None:
    page = soup(party.browser.get(party.log_in("rora")).text)
    assert len(page.select("input[type=checkbox]")) == 8
    assert not page.select("input[checked]")


def test_auth_8_no_account_cannot_be_authorised(party: RelyingParty) -> None:
    answer = party.submit(party.log_in("mits", {"ConsentId": "c"}), action="authorize")
    assert answer.status_code == 422
    assert words(answer.text, "[role=alert]") == ["Select at least one account to continue."]
    assert party.consent_status("c") == "AwaitingAuthorization"


@pytest.mark.parametrize("foreign", [RORA[0], "1", "", "100004000000000000000002'"])
def test_auth_9_a_foreign_account_is_refused_and_the_choice_kept(party: RelyingParty, foreign: str) -> None:
    path = party.log_in("mits", {"ConsentId": "c"})
    answer = party.submit(path, action="authorize", account=[MITS[0], foreign])
    assert answer.status_code == 422
    assert [box["value"] for box in soup(answer.text).select("input[checked]")] == [MITS[0]]
    assert party.consent_status("c") == "AwaitingAuthorization"


def switch(party: RelyingParty, path: str, **form: str | list[str]) -> TestResponse:
    """Press the other language's button of the page."""
    page = party.browser.get(path).text
    (button,) = soup(page).select('button[name="language"]')
    owner = soup(page).select_one(f"form#{button['form']}")
    assert owner is not None
    assert len(owner.select('input[name="account"]')) == len(offered(page))
    return party.browser.post(path, data={"csrf": csrf(page), "language": str(button["value"])} | form)


def test_another_language_keeps_the_ticks_without_a_script(party: RelyingParty) -> None:
    path = party.log_in("mits", {"ConsentId": "c"})
    for language, ticked in (("ar", MITS[1:]), ("en", MITS[:1]), ("ar", [])):
        answer = switch(party, path, account=ticked)
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
        page = soup(party.browser.get(path).text)
        assert page.html is not None
        assert page.html["lang"] == language
        assert [box["value"] for box in page.select("input[checked]")] == ticked
    assert party.consent_status("c") == "AwaitingAuthorization"


def test_another_language_is_changed_by_the_pages_own_form_and_keeps_offered_accounts_alone(
    party: RelyingParty,
) -> None:
    path = party.log_in("mits")
    refused_page(party.browser.post(path, data={"csrf": "x", "language": "ar", "account": MITS[0]}))
    switch(party, path, account=[RORA[0], MITS[2], "<b>"])
    assert [box["value"] for box in soup(party.browser.get(path).text).select("input[checked]")] == [MITS[2]]


def test_the_ticks_are_one_persons_choice_and_a_new_journey_has_none(party: RelyingParty) -> None:
    switch(party, party.log_in("mits"), account=MITS)
    assert not soup(party.browser.get(party.log_in("mits")).text).select("input[checked]")


def test_enter_authorises_although_the_language_comes_first(party: RelyingParty) -> None:
    """A browser presses the form's first button: HTML, implicit submission."""
    path = party.log_in("mits")
    page = soup(party.browser.get(path).text)
    first = page.select_one("button[form=choice], form#choice button")
    assert first is not None
    assert first.has_attr("hidden")
    answer = party.submit(path, account=MITS[0], **{str(first["name"]): str(first["value"])})
    assert "code" in way_back(answer.text)


def test_auth_9_an_account_outside_the_filter_is_refused(party: RelyingParty) -> None:
    path = party.log_in("mits", {"AccountType": ["Retail"]})
    assert party.submit(path, action="authorize", account=[MITS[0]]).status_code == 422


def test_auth_10_the_review_is_open_and_shows_the_groups_of_the_permissions(party: RelyingParty) -> None:
    asked = [*BASICS, "ReadAccountsDetail", "ReadDirectDebits", "ReadPartyUser", "ReadParty", "ReadConsents"]
    page = party.browser.get(party.log_in("mits", {"Permissions": asked})).text
    review = soup(page).select_one("details.review")
    assert review is not None
    assert review.has_attr("open")
    assert words(page, ".review > summary") == ["Review the information you will share"]
    titles = ["Your Account Details", "Your Regular Payments", "Contact and Party Details"]
    assert words(page, ".group > summary") == titles
    assert len(soup(page).select(".group")[0].select("p")) == 2


def test_auth_10_a_consent_of_v21_shows_statements_in_their_place(newer: NewerParty) -> None:
    fx = ["ReadFXTransactionsBasic", "ReadFXTransactionsDetail", "ReadFXRemittanceCharges"]
    asked = [*BASICS, "ReadParty", "ReadProduct", "ReadStatements", "ReadTransactionsDetail", *fx]
    path = newer.log_in("mits", {"Permissions": asked})
    page = newer.browser.get(path).text
    assert words(page, ".group > summary") == [
        "Your Account Details",
        "Your Account Transactions",
        "Your Account Statements",
        "Your Product Information",
        "Contact and Party Details",
    ]
    assert [len(group.select("p")) for group in soup(page).select(".group")] == [2, 3, 1, 1, 1]
    assert len(soup(page).select(".group .icon-statements path")) == 2
    arabic = newer.browser.get(path, headers={"Accept-Language": "ar"}).text
    assert "كشوف حساباتك" in words(arabic, ".group > summary")


@pytest.mark.parametrize(
    ("sub_types", "offers"),
    [
        (["CreditCard"], [RORA[2], RORA[6]]),
        (["CurrentAccount"], [RORA[0], RORA[1], RORA[3], RORA[4], RORA[7]]),
        (["Savings", "Mortgage"], [RORA[5]]),
        (["Mortgage", "Finance"], []),
        ([], RORA),
    ],
    ids=str,
)
def test_auth_6_the_sub_types_of_v21_filter_the_accounts(
    newer: NewerParty, sub_types: list[str], offers: list[str]
) -> None:
    page = newer.browser.get(newer.log_in("rora", {"AccountSubType": sub_types})).text
    assert offered(page) == offers
    assert (words(page, "h1") == ["Something went wrong"]) == (not offers)


def test_auth_11_the_date_is_the_day_in_dubai(party: RelyingParty) -> None:
    late = datetime(2027, 3, 1, 21, 0, tzinfo=UTC)
    page = party.browser.get(party.log_in("mits", {"ExpirationDateTime": late.isoformat()})).text
    assert words(page, ".until p") == ["We will share your data until 02/03/2027"]


def test_auth_12_the_two_buttons_have_their_exact_labels_in_order(party: RelyingParty) -> None:
    page = soup(party.browser.get(party.log_in()).text)
    for mark in page.select("[aria-hidden=true]"):
        mark.decompose()
    assert [button.get_text().strip() for button in page.select(".actions button")] == [
        "Authorize using AlTareq",
        "Cancel",
    ]


def test_the_elements_come_in_the_order_of_the_standard(party: RelyingParty) -> None:
    page = party.browser.get(party.log_in()).text
    marks = ["strip", "bar", "altareq", "progress", "<h1", "cards", "review", "until", "gradient", "outline"]
    places = [page.index(mark if mark.startswith("<") else f'class="{mark}') for mark in marks[:-2]]
    places += [page.index(f"pill {mark}") for mark in marks[-2:]]
    assert places == sorted(places)


def test_cancel_rejects_the_consent(party: RelyingParty) -> None:
    answer = party.submit(party.log_in("mits", {"ConsentId": "c"}), action="cancel")
    assert error_of(answer.text) == ("access_denied", "user_rejected_consent")
    assert way_back(answer.text)["state"] == party.state
    assert party.consent_status("c") == "Rejected"


def test_auth_14_no_fitting_account_is_said_after_the_login_and_rejected_on_close(
    party: RelyingParty,
) -> None:
    path = party.log_in("mits", {"ConsentId": "c", "AccountType": ["SME"]})
    page = party.browser.get(path).text
    assert words(page, "h1") == ["Something went wrong"]
    sentence = "None of your accounts matches what was asked for, so there is nothing to share with Mizan ."
    assert words(page, ".sheet p") == [sentence]
    assert soup(page).select_one(".sheet .icon-box")
    assert words(page, '.progress [aria-current="step"] .step') == ["Authorize"]
    assert words(page, ".altareq") == ["الطارق AlTareq"]
    assert words(page, ".actions button") == ["Close"]
    assert words(page, ".caption") == ["By pressing Close you will be returned to Mizan . No data will be shared."]
    answer = party.submit(path, action="close")
    assert error_of(answer.text) == ("invalid_request", "user_lacks_eligible_accounts")
    assert party.consent_status("c") == "Rejected"


def test_a_closed_account_is_not_offered(party: RelyingParty, monkeypatch: pytest.MonkeyPatch) -> None:
    mits = everyone.PEOPLE[0]
    closed = replace(mits, accounts=(replace(mits.accounts[0], status="Closed"), *mits.accounts[1:]))
    monkeypatch.setitem(everyone.BY_SUBJECT, mits.subject, closed)
    assert offered(party.browser.get(party.log_in()).text) == MITS[1:]


@pytest.mark.parametrize("method", ["get", "post"])
def test_auth_17_ten_minutes_on_the_page_end_the_session_and_reject(
    party: RelyingParty, clock: Clock, method: str
) -> None:
    path = party.log_in("mits", {"ConsentId": "c"})
    form = {"csrf": csrf(party.browser.get(path).text), "action": "authorize", "account": MITS[0]}
    clock.advance(minutes=10)
    answer = party.browser.get(path) if method == "get" else party.browser.post(path, data=form)
    assert error_of(answer.text) == ("access_denied", "session_expired")
    assert party.consent_status("c") == "Rejected"


def test_a_consent_that_lapses_on_the_page_is_not_authorised(party: RelyingParty, clock: Clock) -> None:
    path = party.log_in("mits", {"ConsentId": "c", "ExpirationDateTime": "2026-11-22T09:33:00Z"})
    clock.advance(minutes=4)
    assert error_of(party.browser.get(path).text) == ("access_denied", "session_expired")
    assert party.consent_status("c") == "Expired"
