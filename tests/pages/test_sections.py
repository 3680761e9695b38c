"""What each connection says of itself: how it stands, how old its figures are, why, and from when on we may ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.clock import START
from tests.pages.test_accounts import GRANT, one, page, text
from tpp.model.grant import Halt
from tpp.model.words import Moment
from tpp.pages import troubles

LATER = START + timedelta(minutes=15)


@pytest.mark.parametrize("error", troubles.ENDED)
def test_a_connection_that_ended_says_how_and_when_and_only_offers_a_new_one(error: str) -> None:
    halt = Halt(error, START + timedelta(days=6))
    built = page(at=None, error=error, grant=replace(GRANT, tokens=None, halt=halt))
    bank = built.banks[0]

    assert bank.ended is not None
    assert bank.ended.values == {"bank": "Model Bank", "day": halt.at}
    assert (bank.state, bank.renew, bank.retry, bank.groups) == (None, True, False, ())
    assert (built.dated, built.count, built.can_refresh, built.thanks) == (None, 0, False, None)


def test_a_suspended_connection_is_called_so_and_may_be_asked_again() -> None:
    grant = GRANT.suspended("consent-suspended", START)
    built = page(at=None, error="consent-suspended", grant=grant)

    assert (built.banks[0].state, built.banks[0].retry, built.banks[0].renew) == ("suspended", True, False)
    assert built.can_refresh
    assert page(at=None, error="unreachable", grant=grant).banks[0].state == "suspended", "the last that we heard"


def test_a_bank_that_wants_to_be_left_alone_has_a_time_and_no_button() -> None:
    built = page(one("a", "5"), error="rate-limited", retry_at=LATER)
    bank = built.banks[0]

    assert bank.notice[-1].values == {"when": Moment(LATER, spoken=True)}
    assert not bank.retry
    assert not built.can_refresh


def test_an_account_that_may_not_be_asked_yet_has_a_time_and_no_button() -> None:
    waiting = replace(one("a", None, error="rate-limited"), retry_at=LATER)
    built = page(waiting, one("b", "5"))
    entry = built.banks[0].groups[0].entries[0]

    assert entry.failure is not None
    assert entry.failure.values == {"when": Moment(LATER, spoken=True)}
    assert not entry.retry
    assert built.can_refresh, "the other account may be asked"
    assert not page(waiting).can_refresh


def test_a_trouble_of_all_accounts_is_one_notice_and_no_button_in_each_row() -> None:
    built = page(one("a", None, error="bank-fault"), one("b", "5", error="bank-fault"))
    entries = [entry for group in built.banks[0].groups for entry in group.entries]

    assert built.banks[0].notice
    assert built.banks[0].retry
    assert [each.retry for each in entries] == [False, False]
    assert [each.failure is None for each in entries] == [False, True], "a figure stands without an excuse"
    waiting = replace(one("a", "5", error="rate-limited"), retry_at=LATER)
    assert page(waiting, one("b", "5"), error="unreachable").banks[0].groups[0].entries[0].failure is None
    both = page(one("a", None, error="bank-fault"), one("b", None, error="timeout")).banks[0]
    assert not both.notice
    assert not both.failure
    assert page(one("a", None, error="timeout"), one("b", None, error="timeout")).banks[0].failure


def test_sums_are_dated_by_their_oldest_figure() -> None:
    """Old figures say so above the sum, and what was just read says when."""
    earlier = START - timedelta(minutes=5)
    old = replace(one("b", "5", error="timeout"), at=earlier)
    now = {"time": Moment(START)}

    fresh = page(one("a", "5")).dated
    mixed = page(one("a", "5"), old).dated
    older = page(replace(one("a", "5"), at=earlier), error="unreachable").dated
    assert fresh is not None
    assert fresh.values == now
    assert mixed is not None
    assert mixed.values == {**now, "count": 1, "older": Moment(earlier)}
    assert older is not None
    assert (older.msgid, older.values) == ("These figures are from %(time)s.", {"time": Moment(earlier)})
    assert page(one("a", None, error="timeout")).dated is None


def test_a_full_total_is_never_called_nothing_loaded() -> None:
    built = page(one("a", "5"), one("b", "6"), error="unreachable")

    assert (built.loaded, built.count) == (2, 2)


def test_a_connection_stays_active_while_only_a_fetch_fails() -> None:
    assert page(one("a", "5"), error="unreachable").banks[0].state == "active"
    assert page(at=None, error="timeout").banks[0].state == "active"


def test_nobody_is_thanked_over_nothing() -> None:
    assert page(one("a", None, error="timeout")).thanks is None
    assert page().thanks is None
    assert page(one("a", "5")).thanks is not None


def test_a_consent_that_the_bank_lets_run_longer_names_both_days() -> None:
    later = page(one("a", "5"), grant=replace(GRANT, bank_until=GRANT.until + timedelta(days=9))).banks[0]

    assert later.bank_until == GRANT.until + timedelta(days=9)
    assert page(one("a", "5"), grant=replace(GRANT, bank_until=GRANT.until)).banks[0].bank_until is None
    assert page(one("a", "5")).banks[0].bank_until is None


def test_each_account_error_has_its_own_words() -> None:
    said = [text(troubles.of_account(one("a", None, error=error))) for error in troubles.ACCOUNT_ERRORS]

    assert len(set(said)) == len(troubles.ACCOUNT_ERRORS)
    assert troubles.of_account(one("a", "5")) is None
    assert troubles.of_account(one("a", None, error="a new code")) == troubles.ACCOUNT_ERRORS["refused"]
