"""Reading one resource of one account: kept for its time, in a row of its own, with the rules of all calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.clock import START, Clock
from tests.journey.reading.figures_bank import Bank, errors, read
from tests.routes import offering
from tpp.bank.resources import RESOURCES
from tpp.errors import AccountRefused, BankError, BankFault, BankUnreachable, ConsentHalted, RateLimited
from tpp.journey.reading.one import read_one
from tpp.journey.reading.pauses import WHOLE, Pauses
from tpp.journey.reading.shelf import Answer, Shelf
from tpp.model import kinds
from tpp.model.banking.party import Party
from tpp.model.grant import Grant
from tpp.model.kinds import GONE
from tpp.model.resource import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tpp.journey.reading.ask import Desk
    from tpp.model.account import Balance
    from tpp.model.figures import Found
    from tpp.model.visit import Visit

REVOKED = ConsentHalted(403, "Consent.Revoked", "consent-revoked", ended=True)
SUSPENDED = ConsentHalted(403, "Consent.Suspended", "consent-suspended", ended=False)
KINDS = [value for name, value in vars(kinds).items() if name.isupper() and isinstance(value, str)]
INVALID = ConsentHalted(403, "Consent.Invalid", "consent-invalid", ended=True)


def kept(desk: Desk) -> Grant:
    """Return what is kept of the connection."""
    row = desk.vault.get("connection", "consent")
    assert row is not None
    return Grant.from_json(row.value)


def look(desk: Desk, account_id: str = "a", **more: Any) -> Found[Balance]:
    """Read the balances of one account, as a page of that account would."""
    return read_one(desk, kept(desk), RESOURCES.balances, account_id, **more)


def test_one_resource_is_asked_for_once_within_its_time(desk: Desk, bank: Bank, clock: Clock) -> None:
    first = look(desk)
    clock.move(seconds=59)
    again = look(desk)

    assert first.parsed is not None
    assert len(first.parsed.items) == 1
    assert (first.error, first.at) == (None, START)
    assert again == first
    assert bank.asked == [("accounts", "a", "balances")]
    clock.move(seconds=1)
    assert look(desk).at == clock()
    assert look(desk, fresh=True).at == clock()
    assert len(bank.asked) == 3


def test_what_is_read_of_one_account_lies_in_no_row_of_the_figures(desk: Desk, bank: Bank) -> None:
    read(desk)
    before = desk.vault.get("figures", "consent")
    look(desk)
    look(desk, "b")

    assert desk.vault.get("figures", "consent") == before
    assert len(desk.vault.find("resource")) == 2


def test_queries_go_along_and_are_kept_apart_where_the_way_takes_them(desk: Desk, bank: Bank) -> None:
    first, second = {"from": "1", "to": "2"}, {"from": "2", "to": "3"}
    bank.takes_queries = True
    for query in (first, second, dict(reversed(first.items()))):
        assert look(desk, query=query).error is None

    assert bank.queries == [first, second]


def test_no_query_is_sent_or_kept_where_the_way_drops_it(desk: Desk, bank: Bank) -> None:
    look(desk, query={"from": "1"})
    look(desk)

    assert bank.queries == [{}]


def test_one_resource_with_a_refused_token_is_asked_for_again_with_a_new_one(desk: Desk, bank: Bank) -> None:
    bank.good_token = "new-1"

    assert look(desk).error is None
    assert bank.refreshed == 1


def test_a_wait_for_one_resource_is_kept_to_and_holds_up_no_balance(desk: Desk, bank: Bank, clock: Clock) -> None:
    bank.faults["a"] = RateLimited(429, None, 600.0)
    found = [look(desk, fresh=True) for _ in range(3)][-1]

    assert (found.error, found.parsed) == ("rate-limited", None)
    assert found.retry_at is not None
    assert (found.retry_at - START).total_seconds() == 600
    assert len(bank.asked) == 1
    assert look(desk, "b").error is None
    bank.faults.clear()
    assert errors(read(desk)) == {"a": None, "b": None, "c": None}
    clock.move(seconds=600)
    assert look(desk).error is None


@pytest.mark.parametrize(("error", "asked_on_request"), [(RateLimited(429), 0), (BankUnreachable(), 1)])
def test_a_bank_that_is_left_alone_is_so_for_one_resource_too(
    desk: Desk, bank: Bank, error: BankError, asked_on_request: int
) -> None:
    Pauses(desk.vault, "consent", desk.now).note(WHOLE, error)

    assert look(desk).error == error.reason
    assert bank.asked == []
    look(desk, fresh=True)
    assert len(bank.asked) == asked_on_request


def test_one_resource_that_fails_for_now_shows_what_was_read_before_with_its_time(
    desk: Desk, bank: Bank, clock: Clock
) -> None:
    before = look(desk)
    clock.move(minutes=5)
    bank.faults["a"] = BankFault(500)
    found = look(desk)

    assert (found.error, found.at, found.parsed) == ("bank-fault", START, before.parsed)
    clock.move(minutes=10)
    assert look(desk).parsed is None


@pytest.mark.parametrize("says", [None, "b"], ids=["refused", "other account"])
def test_one_resource_that_the_bank_refuses_shows_nothing_older(desk: Desk, bank: Bank, says: str | None) -> None:
    look(desk)
    if says:
        bank.says["a"] = says
    else:
        bank.faults["a"] = AccountRefused(403, "Consent.AccountTemporarilyBlocked", "account-blocked")
    reason = "other-account" if says else "account-blocked"

    assert (look(desk, fresh=True).error, look(desk, fresh=True).parsed) == (reason, None)
    assert desk.vault.find("resource") == []


@pytest.mark.parametrize("error", [REVOKED, SUSPENDED], ids=["ended", "suspended"])
def test_what_one_resource_says_of_the_consent_counts_for_all_of_it(
    desk: Desk, bank: Bank, error: ConsentHalted
) -> None:
    read(desk)
    look(desk, "b")
    bank.faults["a"] = error
    found = look(desk)

    assert (found.error, found.parsed) == (error.reason, None)
    assert found.grant == kept(desk)
    assert found.grant.halt is not None
    assert (kept(desk).tokens is None) is error.ended
    assert [kind for kind in ("figures", "late", "resource") if desk.vault.find(kind)] == []


def test_one_resource_that_is_served_again_ends_a_suspension(desk: Desk, bank: Bank) -> None:
    bank.faults["a"] = SUSPENDED
    look(desk)
    bank.faults.clear()

    assert look(desk).grant.halt is None
    assert kept(desk).halt is None
    assert len(desk.vault.find("resource")) == 1


def test_one_resource_called_invalid_does_not_end_the_consent(desk: Desk, bank: Bank) -> None:
    bank.faults["a"] = INVALID

    assert look(desk).error == "consent-invalid"
    assert kept(desk).tokens is not None


def test_a_connection_that_has_ended_is_not_asked_for_one_resource(desk: Desk, bank: Bank, clock: Clock) -> None:
    look(desk)
    clock.move(days=30)
    assert look(desk).error == "consent-ended"
    ended = replace(kept(desk), until=clock() + (clock() - START)).ended("consent-revoked", clock())

    assert read_one(desk, ended, RESOURCES.balances, "a").error == "consent-revoked"
    assert len(bank.asked) == 1


def test_what_the_consent_does_not_cover_is_not_asked_for(desk: Desk, bank: Bank) -> None:
    payments = replace(RESOURCES.balances, allowed_by=frozenset({"ReadDirectDebits"}))

    assert read_one(desk, kept(desk), payments, "a").error == "not-shared"
    assert bank.asked == []


@pytest.mark.parametrize(("account_id", "error"), [("..", "odd-id"), ("x" * 41, "odd-id"), ("a/b", "not-asked")])
def test_an_odd_account_id_is_not_asked_about(desk: Desk, bank: Bank, account_id: str, error: str) -> None:
    found = look(desk, account_id)

    assert (found.error, found.wording) == (error, bank.wording)
    assert bank.asked == []


def look_at_user(desk: Desk, account_id: str = "a", **more: Any) -> Found[Party]:
    """Read who the user is, under a consent that covers it."""
    grant = kept(desk)
    draft = replace(grant.draft, permissions=(*grant.draft.permissions, "ReadPartyUser"))
    return read_one(desk, replace(grant, draft=draft), RESOURCES.user, account_id, **more)


def test_who_the_user_is_is_never_kept_and_asked_for_each_time(desk: Desk, bank: Bank) -> None:
    """Not for a second, and in no row of any kind; only that the bank gave something is."""
    silent = [kind for kind in KINDS if kind != kinds.RECEIPT]
    before = {kind: len(desk.vault.find(kind)) for kind in silent}
    first, second = look_at_user(desk), look_at_user(desk)

    assert first.parsed == second.parsed
    assert first.parsed is not None
    assert first.parsed.items == (Party("p"),)
    assert bank.asked == [("parties",)] * 2
    assert {kind: len(desk.vault.find(kind)) for kind in silent} == before
    assert [set(row.value) for row in desk.vault.find(kinds.RECEIPT)] == [{"at", "accounts", "shape"}]


def test_who_the_user_is_is_not_read_out_of_a_row_that_is_there_all_the_same(desk: Desk, bank: Bank) -> None:
    keeping = Wanted(replace(RESOURCES.user, kept=True))
    Shelf(desk.vault, desk.now).keep_one("consent", keeping, Answer(desk.now().timestamp(), {"Data": {}}))

    assert len(desk.vault.find("resource")) == 1
    assert look_at_user(desk).error is None
    assert bank.asked == [("parties",)]


def test_nothing_older_of_the_user_is_shown_where_the_bank_fails(desk: Desk, bank: Bank) -> None:
    look_at_user(desk)
    bank.faults["parties"] = BankFault(500)
    found = look_at_user(desk)

    assert (found.error, found.parsed, found.at) == ("bank-fault", None, None)


def test_a_wait_for_the_user_is_one_for_all_accounts_and_for_no_balance(desk: Desk, bank: Bank) -> None:
    bank.faults["parties"] = RateLimited(429, None, 600.0)

    assert [look_at_user(desk, each, fresh=True).error for each in "abc"] == ["rate-limited"] * 3
    assert bank.asked == [("parties",)]
    assert look(desk).error is None


def test_one_resource_is_not_kept_for_a_browser_that_signed_out_meanwhile(desk: Desk, bank: Bank) -> None:
    class Leaving(Bank):
        def get(self, access_token: str, wanted: Wanted[Any], visit: Visit) -> Mapping[str, Any]:
            desk.vault.clear_but(GONE)
            return super().get(access_token, wanted, visit)

    leaving = replace(desk, banks=offering(Leaving()))

    assert look(leaving).parsed is not None
    assert desk.vault.find("resource") == []
