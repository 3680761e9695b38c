"""A button that is pressed twice does once what it is for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import pytest

from tpp.errors import BankUnreachable
from tpp.journey.once import ANSWER_SECONDS, Led, press
from tpp.model import kinds
from tpp.store.sqlite import SqliteRows
from tpp.store.vault import SealedVault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.clock import Clock
    from tpp.model.rows import Vault

LED = Led("https://bank.example/auth", "key")


@pytest.fixture
def answers(tmp_path: Path, clock: Clock) -> Vault:
    """Return a form's own vault."""
    return SealedVault(SqliteRows(tmp_path / "rows.sqlite", clock.seconds), b"k" * 32, clock.seconds)


def never() -> Led:
    """Fail where nothing may be begun."""
    raise AssertionError


def test_a_second_press_gets_the_first_ones_answer_for_ten_minutes(answers: Vault, clock: Clock) -> None:
    assert press(answers, lambda: LED, clock, clock.sleep) == LED
    clock.move(seconds=ANSWER_SECONDS - 1)
    assert press(answers, never, clock, clock.sleep) == LED
    clock.move(seconds=2)
    assert press(answers, lambda: Led("another", "key"), clock, clock.sleep).redirect == "another"


def test_a_press_waits_for_the_one_that_is_at_it(answers: Vault, clock: Clock) -> None:
    begun, may_end = Event(), Event()

    def slow() -> Led:
        begun.set()
        assert may_end.wait(30)
        return LED

    def pause(_seconds: float) -> None:
        may_end.set()
        first.result(30)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(press, answers, slow, clock, clock.sleep)
        assert begun.wait(30)
        assert press(answers, never, clock, pause) == LED


def test_a_press_after_one_that_failed_begins_anew(answers: Vault, clock: Clock) -> None:
    def failing() -> Led:
        raise BankUnreachable

    with pytest.raises(BankUnreachable):
        press(answers, failing, clock, clock.sleep)
    assert press(answers, lambda: LED, clock, clock.sleep) == LED


def test_a_press_whose_process_was_killed_holds_nobody_up_for_good(answers: Vault, clock: Clock) -> None:
    answers.add(kinds.ANSWER, "", {}, clock.seconds() + ANSWER_SECONDS)

    assert press(answers, lambda: LED, clock, clock.sleep) == LED
