"""The nasty person: the bank itself stands firm, whatever it sends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sandbox.people.everyone import PEOPLE
from sandbox.people.nasty import MARKUP, NASTY_SUBJECT, TEXTS, spoil
from tests.sandbox import specs
from tests.sandbox.reading import soup
from tests.sandbox.resources.test_data import BASIC, DETAIL, SCHEMAS, pages
from tests.sandbox.resources.test_data_v21 import BASIC as NEW_BASIC
from tests.sandbox.resources.test_data_v21 import DETAIL as NEW_DETAIL
from tests.sandbox.resources.test_data_v21 import SCHEMAS as NEW_SCHEMAS

if TYPE_CHECKING:
    from tests.sandbox.helpers import RelyingParty
    from tests.sandbox.newer import NewerParty

NASTY = PEOPLE[-1]
ALL = [*DETAIL, "ReadTransactionsCredits", "ReadTransactionsDebits"]


def test_there_are_forty_accounts_and_all_can_be_chosen(party: RelyingParty) -> None:
    assert (NASTY.subject, len(NASTY.accounts)) == (NASTY_SUBJECT, 40)
    token = party.connected("nasty", Permissions=ALL)["access_token"]
    assert len(party.read("/accounts", token).get_json()["Data"]["Account"]) == 40


@pytest.mark.parametrize("permissions", [BASIC, ALL], ids=["basic", "detail"])
def test_nothing_of_it_is_a_500(party: RelyingParty, permissions: list[str]) -> None:
    token = party.connected("nasty", Permissions=permissions)["access_token"]
    answers = [party.read("/accounts", token), party.read("/parties", token)]
    answers += [
        party.read(f"/accounts/{account.account_id}{path}", token) for account in NASTY.accounts for path in SCHEMAS
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.is_json for answer in answers)
    assert len(answers) == 2 + 40 * len(SCHEMAS)


@pytest.mark.parametrize("permissions", [NEW_BASIC, NEW_DETAIL], ids=["basic", "detail"])
def test_nothing_of_it_is_a_500_in_v21(newer: NewerParty, permissions: list[str]) -> None:
    token = newer.token_for("nasty", *permissions)
    answers = [newer.read("/accounts", token)]
    answers += [
        newer.read(f"/accounts/{account.account_id}{path}", token) for account in NASTY.accounts for path in NEW_SCHEMAS
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.is_json for answer in answers)
    assert len(answers) == 1 + 40 * len(NEW_SCHEMAS)
    told = newer.read(f"/accounts/{NASTY.accounts[0].account_id}/statements", token).get_json()
    assert len(specs.faults(specs.DATA_V21, "AEReadStatements", told)) > 10


def test_five_thousand_transactions_can_be_read_to_the_end(party: RelyingParty) -> None:
    token = party.connected("nasty", Permissions=ALL)["access_token"]
    found = pages(party, f"/accounts/{NASTY.accounts[1].account_id}/transactions", token)
    assert sum(len(body["Data"]["Transaction"]) for body in found) >= 5000


def test_the_schema_is_broken_in_many_ways(party: RelyingParty) -> None:
    token = party.connected("nasty", Permissions=ALL)["access_token"]
    path = f"/accounts/{NASTY.accounts[0].account_id}/transactions"
    answer = party.read(path, token)
    messages = {message for _, message in specs.faults(specs.DATA, "AEReadTransaction", answer.get_json())}
    assert len(messages) > 20
    told = json.dumps(answer.get_json(), ensure_ascii=False)
    assert MARKUP in told
    assert "1e5" in told
    assert "١٢٣٫٤٥" in told
    assert "\u202e" in told


def test_it_is_the_same_each_time(party: RelyingParty) -> None:
    token = party.connected("nasty", Permissions=ALL)["access_token"]
    path = f"/accounts/{NASTY.accounts[7].account_id}/transactions"
    assert party.read(path, token).data == party.read(path, token).data


def test_the_pages_of_the_bank_run_no_markup(party: RelyingParty) -> None:
    page = soup(party.browser.get(party.log_in("nasty")).text)
    assert "alert" not in "".join(str(found) for found in page.select("script"))
    assert not page.select("img[onerror]")


def test_every_text_and_no_row_is_lost() -> None:
    rows = [{"Name": "x", "Amount": {"Amount": "1.00", "Currency": "AED"}, "Status": "y"} for _ in range(400)]
    spoilt = spoil(rows, 0)
    assert len(spoilt) == len(rows)
    assert {row.get("Name") for row in spoilt if isinstance(row.get("Name"), str)} >= set(TEXTS)
    assert rows[0] == {"Name": "x", "Amount": {"Amount": "1.00", "Currency": "AED"}, "Status": "y"}
