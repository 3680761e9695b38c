"""What an account's page reads beside the balances: of which connection the account is, and what was granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.journey.reading.figures_bank import Bank, read
from tests.journey.reading.test_one import REVOKED, SUSPENDED, kept
from tests.routes import ROUTE, offering
from tpp.journey.reading.beside import Look, look_at, look_at_all
from tpp.journey.reading.shelf import Shelf
from tpp.model.figures import Figures
from tpp.model.resource import Wanted

if TYPE_CHECKING:
    from tpp.errors import ConsentHalted
    from tpp.journey.reading.ask import Desk
    from tpp.model.resource import Resource


def test_an_account_that_two_connections_list_is_taken_from_the_one_with_its_figure(desk: Desk) -> None:
    whole = read(desk)
    bare = replace(whole, accounts=tuple(replace(each, balances=()) for each in whole.accounts))
    empty = Figures(whole.grant)

    for order in ([bare, whole], [whole, bare], [empty, whole]):
        assert Look(order, "b").account == whole.accounts[1]
    assert Look([bare, bare], "b").account == bare.accounts[1]
    assert Look([whole], "x").account is None
    assert Look([], "b").account is None


def test_what_was_not_granted_is_none_and_is_not_asked_for(desk: Desk, bank: Bank) -> None:
    read(desk)
    calls = len(bank.asked)
    look = look_at(desk, "a", lambda _: [desk.resources.user, desk.resources.direct_debits], fresh=False)

    assert look.of(desk.resources.user) is None
    assert look.of(desk.resources.direct_debits) is None
    assert len(bank.asked) == calls
    assert look.account is not None


def test_who_the_user_is_is_read_beside_the_balances_where_it_was_granted(desk: Desk, bank: Bank) -> None:
    grant = kept(desk)
    wider = replace(grant, draft=replace(grant.draft, permissions=(*grant.draft.permissions, "ReadPartyUser")))
    desk.vault.put("connection", "consent", wider.to_json(), grant.until.timestamp())
    look = look_at(desk, "a", lambda _: [desk.resources.user], fresh=False)
    found = look.of(desk.resources.user)

    assert found is not None
    assert found.error is None
    balances = [("accounts", each, "balances") for each in "abc"]
    assert sorted(bank.asked) == sorted([("accounts",), *balances, ("parties",)])


def test_what_a_list_that_was_not_kept_grants_is_read_as_well(desk: Desk, bank: Bank) -> None:
    read(desk)
    grant = kept(desk)
    permissions = (*grant.draft.permissions, "ReadPartyUser")
    other = replace(grant, consent_id="other", draft=replace(grant.draft, permissions=permissions))
    desk.vault.put("connection", "other", other.to_json(), grant.until.timestamp())
    resources = desk.resources

    def reads(permissions: frozenset[str]) -> list[Resource[Any]]:
        return [resources.user] if "ReadPartyUser" in permissions else [resources.balances]

    look = look_at(desk, "a", reads, fresh=False)

    assert look.of(resources.user) is not None
    assert ("parties",) in bank.asked


@pytest.mark.parametrize("newest", ["consent", "other"])
def test_nothing_is_read_of_another_banks_account_with_the_same_id(desk: Desk, bank: Bank, newest: str) -> None:
    grant, there = kept(desk), Bank(route=replace(ROUTE, bank_id="another bank"))
    permissions = (*grant.draft.permissions, "ReadPartyUser")
    wider = replace(grant.draft, permissions=permissions)
    at = grant.authorized_at + timedelta(seconds=1 if newest == "other" else -1)
    other = replace(grant, consent_id="other", issuer="another bank", authorized_at=at, draft=wider)
    desk.vault.put("connection", "other", other.to_json(), grant.until.timestamp())
    desk = replace(desk, banks=offering(bank, there))

    for _ in range(2):
        look = look_at(desk, "a", lambda _: [desk.resources.user], fresh=False)
        found = look.of(desk.resources.user)

        assert ("ReadPartyUser" in look.permissions) is (newest == "other")
        assert (found is not None) is (newest == "other")
        assert ("parties",) not in bank.asked


def test_an_account_is_that_of_the_newest_bank_that_has_its_id(desk: Desk) -> None:
    whole = read(desk)
    bare = replace(whole, accounts=tuple(replace(each, balances=()) for each in whole.accounts))
    other = replace(whole, grant=replace(whole.grant, issuer="another bank"))

    assert Look([bare, other], "b").account == bare.accounts[1]


@pytest.mark.parametrize("error", [REVOKED, SUSPENDED])
def test_a_consent_that_is_over_in_one_answer_shows_no_list_any_more(
    desk: Desk, bank: Bank, error: ConsentHalted
) -> None:
    balances = desk.resources.balances
    read(desk)
    look_at_all(desk, balances, fresh=False)
    Shelf(desk.vault, desk.now).drop_one("consent", Wanted(balances, "b"))
    bank.faults["b"] = error
    (found,) = look_at_all(desk, balances, fresh=False)

    assert [each.parsed for each in found.found.values()] == [None] * 3
    assert error.reason in {each.error for each in found.found.values()}
