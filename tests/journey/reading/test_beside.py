"""What an account's page reads beside the balances: of which connection the account is, and what was granted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.journey.reading.figures_bank import Bank, read
from tests.journey.reading.test_one import kept
from tpp.journey.reading.beside import Look, look_at
from tpp.model.figures import Figures

if TYPE_CHECKING:
    from tpp.journey.reading.ask import Desk


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
    look = look_at(desk, "a", [desk.resources.user, desk.resources.direct_debits], fresh=False)

    assert look.of(desk.resources.user) is None
    assert look.of(desk.resources.direct_debits) is None
    assert len(bank.asked) == calls
    assert look.account is not None


def test_who_the_user_is_is_read_beside_the_balances_where_it_was_granted(desk: Desk, bank: Bank) -> None:
    grant = kept(desk)
    wider = replace(grant, draft=replace(grant.draft, permissions=(*grant.draft.permissions, "ReadPartyUser")))
    desk.vault.put("connection", "consent", wider.to_json(), grant.until.timestamp())
    look = look_at(desk, "a", [desk.resources.user], fresh=False)
    found = look.of(desk.resources.user)

    assert found is not None
    assert found.error is None
    balances = [("accounts", each, "balances") for each in "abc"]
    assert sorted(bank.asked) == sorted([("accounts",), *balances, ("parties",)])
