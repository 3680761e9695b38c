"""One account of a kept list: its balances alone are asked for, when they are not of this minute."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.clock import START, Clock
from tests.journey.reading.figures_bank import Bank, errors, read
from tests.journey.reading.test_slow_bank import hold, let_go
from tpp.errors import AccountRefused, BankTimeout, BankUnreachable, ConsentHalted, RateLimited
from tpp.journey import connections, halts
from tpp.journey.reading import figures
from tpp.journey.reading.asking import Asking
from tpp.journey.reading.figures import read_account, unfinished
from tpp.journey.reading.source import claimed, open_source, shelf_of

if TYPE_CHECKING:
    from tpp.journey.reading.ask import Desk
    from tpp.model.figures import Figures


def one(desk: Desk, account_id: str, *, fresh: bool = False) -> Figures:
    """Read the one connection for one of its accounts."""
    (found,) = read_account(desk, account_id, fresh=fresh)
    return found


def test_what_was_read_within_the_minute_is_shown_without_the_bank(desk: Desk, bank: Bank) -> None:
    read(desk)
    bank.asked.clear()
    found = one(desk, "b")

    assert bank.asked == []
    assert errors(found) == {"a": None, "b": None, "c": None}


def test_after_a_minute_that_account_alone_is_asked_about(desk: Desk, bank: Bank, clock: Clock) -> None:
    read(desk)
    bank.asked.clear()
    clock.move(seconds=61)
    found = one(desk, "b")

    assert bank.asked == [("accounts", "b", "balances")]
    assert {each.account.account_id: each.at for each in found.accounts} == {"a": START, "b": clock(), "c": START}
    assert one(desk, "b") == found, "and kept"
    assert len(bank.asked) == 1


def test_asking_again_asks_about_that_account_alone(desk: Desk, bank: Bank) -> None:
    read(desk)
    bank.asked.clear()
    one(desk, "c", fresh=True)

    assert bank.asked == [("accounts", "c", "balances")]


def test_where_no_list_is_kept_everything_is_read(desk: Desk, bank: Bank) -> None:
    found = one(desk, "a")

    assert sorted(bank.asked) == [("accounts",), *(("accounts", each, "balances") for each in ("a", "b", "c"))]
    assert errors(found) == {"a": None, "b": None, "c": None}


def test_an_id_that_the_list_does_not_name_is_asked_for_nowhere(desk: Desk, bank: Bank) -> None:
    read(desk)
    bank.asked.clear()
    one(desk, "another", fresh=True)

    assert bank.asked == []


def test_a_failure_leaves_the_older_figure_with_its_time(desk: Desk, bank: Bank, clock: Clock) -> None:
    read(desk)
    clock.move(minutes=2)
    bank.faults["b"] = BankUnreachable()
    found = one(desk, "b", fresh=True)
    kept = next(each for each in found.accounts if each.account.account_id == "b")

    assert (kept.error, kept.at) == (BankUnreachable.reason, START)
    assert [each.money.amount for each in kept.balances] == [5]


@pytest.mark.parametrize("fresh", [False, True])
def test_a_wait_that_the_bank_asked_for_is_kept_to_on_the_page_of_one_account(
    desk: Desk, bank: Bank, clock: Clock, *, fresh: bool
) -> None:
    bank.faults["b"] = RateLimited(429, None, 600.0)
    read(desk)
    clock.move(seconds=61)
    bank.asked.clear()
    found = one(desk, "b", fresh=fresh)

    assert bank.asked == []
    assert errors(found)["b"] == "rate-limited"


def test_answers_under_way_are_told_from_failures(desk: Desk, bank: Bank, clock: Clock) -> None:
    bank.faults["b"] = BankUnreachable()
    assert not unfinished([read(desk)])
    clock.move(minutes=2)
    bank.faults["b"] = BankTimeout()
    assert unfinished([read(desk)])


@pytest.fixture
def half_read(desk: Desk, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a desk whose last page left before b had answered, which came late, and c, which never did."""
    hold(bank, "b", "c")
    monkeypatch.setattr(figures, "PAGE_SECONDS", 0.5)
    read(desk)
    monkeypatch.undo()
    bank.faults["c"] = BankTimeout()
    let_go(desk, bank, "b", "c")
    return desk


def test_what_came_late_is_shown_on_the_page_of_its_account(half_read: Desk) -> None:
    assert errors(one(half_read, "a"))["b"] is None


def test_what_came_late_takes_no_newer_figures_place(half_read: Desk, bank: Bank, clock: Clock) -> None:
    clock.move(seconds=20)
    bank.amount = "99"
    one(half_read, "b", fresh=True)
    found = next(each for each in one(half_read, "b").accounts if each.account.account_id == "b")

    assert [each.money.amount for each in found.balances] == [99]
    assert found.at == clock()


def test_what_came_late_is_not_shown_of_an_account_that_is_refused_since(half_read: Desk, bank: Bank) -> None:
    bank.faults["b"] = AccountRefused(403, "X", "account-blocked")
    one(half_read, "b", fresh=True)
    found = next(each for each in one(half_read, "a").accounts if each.account.account_id == "b")

    assert (found.error, found.balances) == ("account-blocked", ())


def test_a_page_that_waited_for_another_learns_that_the_bank_ended_it(desk: Desk, clock: Clock) -> None:
    read(desk)
    other = Asking(desk.vault, "consent", "other", clock)
    assert other.begin()

    def end(_seconds: float) -> None:
        if kept := connections.find(desk.vault, "consent"):
            halts.halted(
                desk.vault, kept.grant, ConsentHalted(403, "Consent.Revoked", "consent-revoked", ended=True), clock()
            )
        shelf_of(desk).clear("consent")
        other.end()

    found = one(replace(desk, sleep=end), "b", fresh=True)

    assert (found.error, found.accounts) == ("consent-revoked", ())


def test_one_accounts_answer_under_way_is_not_anothers(desk: Desk, bank: Bank) -> None:
    bank.faults["b"] = BankTimeout()
    found = [read(desk)]

    assert unfinished(found, "b")
    assert not unfinished(found, "a")


def test_a_page_of_one_account_overwrites_nothing_that_was_kept_after_it_had_looked(
    desk: Desk, bank: Bank, clock: Clock
) -> None:
    """It looked, another page read all, and then it asked for its own account alone."""
    read(desk)
    clock.move(seconds=61)
    sources = figures.opened(desk, fresh=True)
    bank.amount = "7"
    read(desk)
    bank.amount = "9"
    read_account(desk, "b", fresh=True, sources=sources)

    amounts = {each.account.account_id: str(each.balances[0].money.amount) for each in read(desk).accounts}
    assert amounts == {"a": "7", "b": "9", "c": "7"}


@pytest.mark.parametrize("fresh", [False, True])
def test_a_page_of_all_accounts_begins_with_what_was_kept_after_it_had_looked(
    desk: Desk, bank: Bank, clock: Clock, *, fresh: bool
) -> None:
    """And asks for nothing that another page has just read, unless it asks in any case."""
    read(desk)
    clock.move(seconds=61)
    grant = connections.listed(desk.vault)[0]
    source = open_source(desk, grant, fresh=fresh)
    read(desk)
    newer = claimed(desk, source, time.monotonic() + 30)

    assert newer.bodies is not None
    assert newer.bodies.at == clock.seconds()
    assert newer.asks is fresh
    assert newer.asking.others() is fresh, "a word that nobody needs is taken away"
