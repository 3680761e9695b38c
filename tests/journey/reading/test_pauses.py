"""A bank that wants to be left alone is, for as long as it says, and the page knows until when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.clock import START, Clock
from tests.journey.reading.figures_bank import Bank, errors, read
from tpp.errors import BankError, BankFault, BankTimeout, BankUnreachable, RateLimited, StoreUnavailable
from tpp.journey.reading import pauses
from tpp.journey.reading.pauses import Pause
from tpp.model import waits
from tpp.store.sqlite import SqliteRows

if TYPE_CHECKING:
    from tpp.journey.reading.ask import Desk

LONG = 85092.0
WAITING = {"429": RateLimited(429, None, LONG), "503": BankFault(503, None, LONG)}


@pytest.mark.parametrize("error", WAITING.values(), ids=WAITING)
def test_a_wait_for_every_balance_is_kept_to_by_six_refreshes(desk: Desk, bank: Bank, error: BankError) -> None:
    bank.ids = ["a", "b", "c", "d", "e"]
    bank.faults = dict.fromkeys(bank.ids, error)
    found = [read(desk, fresh=True) for _ in range(6)][-1]

    assert sum(1 for path in bank.asked if path[-1] == "balances") == 5
    assert bank.asked.count(("accounts",)) == 1, "the list is no use where nothing else can be asked"
    assert {each.retry_at for each in found.accounts} == {START + timedelta(seconds=LONG)}


@pytest.mark.parametrize("error", WAITING.values(), ids=WAITING)
def test_a_wait_for_the_list_is_kept_to_for_the_whole_bank(
    desk: Desk, bank: Bank, clock: Clock, error: BankError
) -> None:
    read(desk)
    clock.move(minutes=2)
    bank.faults["accounts"] = error
    calls = len(bank.asked)
    found = [read(desk, fresh=True) for _ in range(3)][-1]

    assert len(bank.asked) == calls + 1
    assert (found.error, found.retry_at) == (error.reason, clock() + timedelta(seconds=LONG))
    assert len(found.accounts) == 3, "the older figures"
    clock.move(seconds=LONG)
    bank.faults.clear()
    assert read(desk, fresh=True).error is None


def test_a_bank_that_answers_again_is_not_taken_for_one_that_failed(desk: Desk, bank: Bank) -> None:
    """Asking again leads to the clean address at once, within the seconds for which a failure is remembered."""
    bank.faults["accounts"] = BankUnreachable()
    read(desk, fresh=True)
    assert read(desk).error == BankUnreachable.reason
    bank.faults.clear()
    read(desk, fresh=True)

    assert read(desk).error is None


def test_one_accounts_wait_holds_up_no_other(desk: Desk, bank: Bank, clock: Clock) -> None:
    bank.faults["b"] = RateLimited(429, None, 600.0)
    read(desk)
    clock.move(seconds=61)
    found = read(desk, fresh=True)

    assert errors(found) == {"a": None, "b": "rate-limited", "c": None}
    assert found.accounts[1].retry_at == START + timedelta(seconds=600)
    assert [path[1] for path in bank.asked if path[-1] == "balances"].count("b") == 1
    clock.move(seconds=540)
    bank.faults.clear()
    assert errors(read(desk, fresh=True))["b"] is None


def test_without_figures_the_list_is_asked_for_though_every_account_waits(desk: Desk, bank: Bank, clock: Clock) -> None:
    """So that the page can say which accounts there are: once in a quarter of an hour."""
    bank.faults = dict.fromkeys(bank.ids, RateLimited(429, None, LONG))
    read(desk)
    clock.move(minutes=16)
    found = [read(desk, fresh=True) for _ in range(3)][-1]

    assert [path for path in bank.asked if len(path) > 1][3:] == []
    assert bank.asked.count(("accounts",)) == 2
    assert len(found.accounts) == 3


RULES = [
    (RateLimited(429), True, Pause("rate-limited", START + waits.UNSAID, firm=True)),
    (RateLimited(429), False, Pause("rate-limited", START + waits.UNSAID, firm=True)),
    (RateLimited(429, None, 0.0), False, Pause("rate-limited", START + timedelta(seconds=1), firm=True)),
    (RateLimited(429, None, 604800.0), True, Pause("rate-limited", START + timedelta(days=7), firm=True)),
    (BankFault(503, None, 604801.0), False, Pause("bank-fault", START + timedelta(days=7), firm=True)),
    (BankFault(503, None, 90.0), False, Pause("bank-fault", START + timedelta(seconds=90), firm=True)),
    (BankFault(503), True, Pause("bank-fault", START + pauses.PAUSE, firm=False)),
    (BankFault(503), False, None),
    (BankUnreachable(), True, Pause("unreachable", START + pauses.PAUSE, firm=False)),
    (BankTimeout(), False, None),
]


@pytest.mark.parametrize(("error", "whole", "pause"), RULES)
def test_every_pause_has_an_end_and_is_never_longer_than_a_week(
    error: BankError, whole: bool, pause: Pause | None
) -> None:
    assert pauses.after(error, START, whole=whole) == pause


def test_a_store_that_is_full_costs_no_figures(desk: Desk, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be kept is asked for again; what was asked for is shown."""
    run = SqliteRows._run

    def full(self: SqliteRows, statement: str, values: tuple[Any, ...]) -> list[Any]:
        if not statement.startswith("SELECT"):
            raise StoreUnavailable("SQLITE_FULL")
        return run(self, statement, values)

    bank.faults["b"] = RateLimited(429, None, 600.0)
    desk.vault.find("connection")
    monkeypatch.setattr(SqliteRows, "_run", full)

    assert errors(read(desk)) == {"a": None, "b": "rate-limited", "c": None}
    bank.faults["accounts"] = BankUnreachable()
    assert read(desk).error == "unreachable"
