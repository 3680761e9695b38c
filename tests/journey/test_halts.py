"""What the bank says of a whole consent, and what it says of one account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.clock import START, Clock
from tests.journey.reading.figures_bank import Bank, errors, read
from tpp.errors import AccountRefused, BankUnreachable, ConsentHalted, GrantRefused
from tpp.model.grant import Grant

if TYPE_CHECKING:
    from tpp.journey.reading.ask import Desk

SUSPENDED = ConsentHalted(403, "Consent.Suspended", "consent-suspended", ended=False)
ENDS = {
    code: ConsentHalted(403, f"Consent.{code}", f"consent-{code.lower()}", ended=True)
    for code in ("Revoked", "Expired")
}
INVALID = ConsentHalted(403, "Consent.Invalid", "consent-invalid", ended=True)


def kept(desk: Desk) -> Grant:
    """Return what is kept of the connection."""
    row = desk.vault.get("connection", "consent")
    assert row is not None
    return Grant.from_json(row.value)


def nothing_is_kept(desk: Desk) -> bool:
    """Whether no figure is kept."""
    return desk.vault.find("figures") == desk.vault.find("late") == []


@pytest.mark.parametrize("error", [*ENDS.values(), INVALID])
def test_after_an_end_at_the_bank_figures_and_tokens_go_at_once(
    desk: Desk, bank: Bank, clock: Clock, error: ConsentHalted
) -> None:
    read(desk)
    clock.move(minutes=2)
    bank.faults["accounts"] = error
    found = read(desk, fresh=True)

    assert (found.error, found.accounts, found.at) == (error.reason, (), None)
    assert nothing_is_kept(desk)
    assert kept(desk).tokens is None
    assert kept(desk).halt == found.grant.halt
    assert found.grant.halt is not None
    assert found.grant.halt.at == clock()


def test_a_connection_that_ended_is_remembered_with_its_day_and_not_asked_again(
    desk: Desk, bank: Bank, clock: Clock
) -> None:
    bank.faults["accounts"] = ENDS["Revoked"]
    read(desk)
    clock.move(days=3)
    found = read(desk, fresh=True)

    assert found.error == "consent-revoked"
    assert found.grant.halt is not None
    assert found.grant.halt.at == START
    assert len(bank.asked) == 1


@pytest.mark.parametrize("error", ENDS.values(), ids=ENDS)
def test_an_end_that_one_balance_tells_of_ends_the_whole_connection(
    desk: Desk, bank: Bank, error: ConsentHalted
) -> None:
    read(desk)
    bank.faults["b"] = error
    found = read(desk, fresh=True)

    assert (found.error, found.accounts, kept(desk).tokens) == (error.reason, (), None)
    assert nothing_is_kept(desk)


def test_one_balance_called_invalid_does_not_end_a_consent_whose_list_was_just_given(desk: Desk, bank: Bank) -> None:
    read(desk)
    bank.faults["b"] = INVALID
    found = read(desk, fresh=True)

    assert errors(found) == {"a": None, "b": "consent-invalid", "c": None}
    assert found.accounts[1].balances == (), "and no older figure is shown for it"
    assert kept(desk).tokens is not None


@pytest.mark.parametrize("name", ["accounts", "b"])
def test_a_suspended_consent_shows_nothing_keeps_its_tokens_and_comes_back(desk: Desk, bank: Bank, name: str) -> None:
    read(desk)
    bank.faults[name] = SUSPENDED
    found = read(desk, fresh=True)
    assert (found.error, found.accounts) == ("consent-suspended", ())
    assert nothing_is_kept(desk)
    assert kept(desk).tokens is not None
    assert kept(desk).halt is not None
    bank.faults.clear()

    assert errors(read(desk, fresh=True)) == {"a": None, "b": None, "c": None}
    assert kept(desk).halt is None


def test_a_suspension_is_remembered_while_the_bank_cannot_be_reached(desk: Desk, bank: Bank, clock: Clock) -> None:
    bank.faults["accounts"] = SUSPENDED
    read(desk)
    clock.move(minutes=5)
    bank.faults["accounts"] = BankUnreachable()
    found = read(desk, fresh=True)

    assert found.error == "unreachable"
    assert found.grant.halt is not None
    assert found.grant.halt.at == START


@pytest.mark.parametrize("first", [None, "accounts"])
def test_a_renewal_that_is_refused_ends_the_connection(desk: Desk, bank: Bank, clock: Clock, first: str | None) -> None:
    """The refresh token is no good any more, whether that shows early or after a 401."""
    read(desk)
    bank.refusal = GrantRefused(200, "invalid_grant")
    if first:
        bank.good_token = "another"
    else:
        clock.move(days=2)
    found = read(desk, fresh=True)

    assert (found.error, found.accounts, kept(desk).tokens) == ("access-refused", (), None)
    assert found.grant.halt is not None
    assert found.grant.halt.at == clock()
    assert nothing_is_kept(desk)
    assert read(desk, fresh=True).error == "access-refused"
    assert bank.refreshed == 1


REFUSED = {
    "not-shared": "AccessToken.InvalidScope",
    "account-blocked": "Consent.AccountTemporarilyBlocked",
    "account-closed": "Consent.PermanentAccountAccessFailure",
    "against-rule": "Consent.BusinessRuleViolation",
    "resource-unknown": "Resource.InvalidResourceId",
}


@pytest.mark.parametrize(("reason", "code"), REFUSED.items(), ids=REFUSED)
def test_what_the_bank_refuses_of_one_account_shows_no_older_figure(
    desk: Desk, bank: Bank, reason: str, code: str
) -> None:
    read(desk)
    bank.faults["b"] = AccountRefused(403, code, reason)
    found = read(desk, fresh=True)

    assert errors(found) == {"a": None, "b": reason, "c": None}
    assert found.accounts[1].balances == ()
    assert read(desk).accounts[1].balances == (), "also from what was kept"
    assert kept(desk).tokens is not None


def test_a_passing_failure_of_one_account_keeps_its_older_figure(desk: Desk, bank: Bank) -> None:
    read(desk)
    bank.faults["b"] = AccountRefused(403, "Consent.TransientAccountAccessFailure", "account-away")
    found = read(desk, fresh=True)

    assert errors(found)["b"] == "account-away"
    assert found.accounts[1].balances


@pytest.mark.parametrize("before", [False, True])
def test_an_answer_about_another_account_is_not_used(desk: Desk, bank: Bank, before: bool) -> None:
    """Also not where the right one was shown before: which of the two is true nobody knows."""
    if before:
        read(desk)
    bank.says["b"] = "a"
    found = read(desk, fresh=True)

    assert errors(found) == {"a": None, "b": "other-account", "c": None}
    assert found.accounts[1].balances == ()


def test_figures_go_on_the_last_day_as_the_tokens_do(desk: Desk, clock: Clock) -> None:
    clock.move(days=29, hours=23, minutes=50)
    read(desk)
    clock.move(minutes=10)
    found = read(desk)

    assert (found.error, found.accounts) == ("consent-ended", ())
    assert nothing_is_kept(desk)


def test_a_grant_keeps_the_banks_own_end_and_how_it_ended(desk: Desk) -> None:
    grant = kept(desk)
    later = grant.until + timedelta(days=3)
    value = Grant(**{**{name: getattr(grant, name) for name in grant.__slots__}, "bank_until": later})
    ended = value.ended("consent-revoked", START)

    assert Grant.from_json(ended.to_json()) == ended
    assert ended.has_ended(START)
    old = {name: each for name, each in grant.to_json().items() if name not in {"bank_until", "halt"}}
    assert Grant.from_json(old) == grant, "a row of before"
