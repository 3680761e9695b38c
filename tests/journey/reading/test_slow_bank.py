"""A bank that is slow: what arrives after its page has gone is kept, and nothing is asked twice."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.clock import START
from tests.journey.reading.figures_bank import Bank, errors, read
from tests.routes import offering
from tpp.errors import AccountRefused, BankFault, ConsentHalted, NotConnected, RateLimited
from tpp.journey.edition import leave
from tpp.journey.reading import asking, figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future

    from tests.clock import Clock
    from tpp.errors import BankError
    from tpp.journey.reading.ask import Desk
    from tpp.model.resource import Wanted
    from tpp.model.rows import Vault
    from tpp.model.visit import Visit

REVOKED = ConsentHalted(403, "Consent.Revoked", "consent-revoked", ended=True)


@pytest.fixture(autouse=True)
def short_page(monkeypatch: pytest.MonkeyPatch, bank: Bank) -> None:
    """Let a page give up once all that is under way is held back, however busy the machine is.

    What it waits for another page is the only wait by the clock.
    """

    def until_held(futures: Sequence[Future[object]], timeout: float) -> None:
        assert timeout >= 0
        ends = time.monotonic() + 10
        while futures and time.monotonic() < ends:
            running = sum(1 for each in futures if each.running())
            waiting = sum(1 for each in futures if not each.done()) - running
            if running == bank.held and (not waiting or running == bank.threads):
                return
            time.sleep(0.005)

    monkeypatch.setattr(figures, "PAGE_SECONDS", 0.3)
    monkeypatch.setattr(figures, "wait", until_held)


def let_go(desk: Desk, bank: Bank, *names: str) -> None:
    """Let held answers go, and wait until nothing is under way."""
    for name in names:
        bank.gates.pop(name).set()
    ends = time.monotonic() + 10
    while desk.vault.find("asking"):
        assert time.monotonic() < ends, "calls that never end"
        time.sleep(0.01)


def hold(bank: Bank, *names: str) -> None:
    """Hold answers back, by account id or `accounts`."""
    bank.gates |= {name: threading.Event() for name in names}


def asked(bank: Bank) -> list[str]:
    """Return what was asked for: account ids, `accounts` for the list."""
    return [path[1] if len(path) > 1 else "accounts" for path in bank.asked]


def test_balances_that_arrive_late_are_shown_at_the_retry_without_another_call(desk: Desk, bank: Bank) -> None:
    hold(bank, "a", "b", "c")
    assert errors(read(desk)) == {"a": "timeout", "b": "timeout", "c": "timeout"}
    let_go(desk, bank, "a", "b", "c")
    found = read(desk, fresh=True)

    assert errors(found) == {"a": None, "b": None, "c": None}
    assert all(each.balances for each in found.accounts)
    assert sorted(asked(bank)) == ["a", "accounts", "b", "c"]


def test_a_list_that_arrives_late_is_where_the_retry_begins(desk: Desk, bank: Bank) -> None:
    hold(bank, "accounts")
    assert (read(desk).error, read(desk).accounts) == ("timeout", ())
    let_go(desk, bank, "accounts")
    found = read(desk, fresh=True)

    assert (found.error, errors(found)) == (None, {"a": None, "b": None, "c": None})
    assert asked(bank).count("accounts") == 1


def test_every_answer_late_still_leads_to_figures(desk: Desk, bank: Bank) -> None:
    hold(bank, "accounts", "a", "b", "c")
    read(desk)
    let_go(desk, bank, "accounts")
    assert len(read(desk, fresh=True).accounts) == 3, "the list is shown"
    let_go(desk, bank, "a", "b", "c")

    assert errors(read(desk, fresh=True)) == {"a": None, "b": None, "c": None}
    assert sorted(asked(bank)) == ["a", "accounts", "b", "c"]


def test_a_retry_does_not_start_the_same_calls_while_they_run(desk: Desk, bank: Bank) -> None:
    hold(bank, "b")
    for _ in range(3):
        assert errors(read(desk, fresh=True))["b"] == "timeout"
    assert sorted(asked(bank)) == ["a", "accounts", "b", "c"]
    let_go(desk, bank, "b")

    assert errors(read(desk))["b"] is None


def test_pages_at_the_same_moment_ask_once(desk: Desk, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PAGE_SECONDS", 30.0)
    monkeypatch.setattr(figures, "wait", wait)
    hold(bank, "accounts")
    with ThreadPoolExecutor(5) as pages:
        views = [pages.submit(read, desk, fresh=True) for _ in range(5)]
        wait(views, timeout=0.3)
        bank.gates.pop("accounts").set()
        found = [view.result(30) for view in views]

    assert [errors(each) for each in found] == [{"a": None, "b": None, "c": None}] * 5
    assert sorted(asked(bank)) == ["a", "accounts", "b", "c"]


def test_a_killed_worker_holds_nobody_up_for_long(desk: Desk, bank: Bank, clock: Clock) -> None:
    """Its word ends by itself; meanwhile a page comes without figures."""
    assert asking.Asking(desk.vault, "consent", "dead", clock).begin()
    assert read(desk).error == "timeout"
    assert bank.asked == []
    clock.move(seconds=asking.SECONDS)

    assert errors(read(desk)) == {"a": None, "b": None, "c": None}


def test_what_arrives_after_signing_out_is_not_kept(desk: Desk, bank: Bank) -> None:
    hold(bank, "a")
    read(desk)
    leave(desk.vault, START)
    bank.gates.pop("a").set()
    desk.pool.shutdown(wait=True)

    assert [kind for kind in ("connection", "figures", "late", "wait") if desk.vault.find(kind)] == []


def test_what_arrives_after_the_bank_ended_it_is_not_kept(desk: Desk, bank: Bank) -> None:
    hold(bank, "a")
    bank.faults["b"] = REVOKED
    assert read(desk).error == "consent-revoked"
    let_go(desk, bank, "a")

    assert desk.vault.find("late") == desk.vault.find("figures") == []


@pytest.mark.parametrize(("name", "error"), [("a", REVOKED), ("accounts", REVOKED)])
def test_an_end_that_arrives_late_ends_the_connection(desk: Desk, bank: Bank, name: str, error: BankError) -> None:
    bank.faults[name] = error
    hold(bank, name)
    assert read(desk).error in (None, "timeout")
    let_go(desk, bank, name)
    found = read(desk)

    assert (found.error, found.accounts, found.grant.tokens) == ("consent-revoked", (), None)


def test_a_wait_that_arrives_late_is_kept_to(desk: Desk, bank: Bank) -> None:
    bank.faults["a"] = RateLimited(429, None, 600.0)
    hold(bank, "a")
    read(desk)
    let_go(desk, bank, "a")
    found = read(desk, fresh=True)

    assert errors(found)["a"] == "rate-limited"
    assert asked(bank).count("a") == 1


def test_a_bank_with_230_accounts_is_read_to_the_last(desk: Desk, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PAGE_SECONDS", 30.0)
    bank.ids = [f"account-{number}" for number in range(230)]
    first = errors(read(desk))
    second = errors(read(desk, fresh=True))

    assert sorted(filter(None, first.values())) == ["not-loaded"] * 30
    assert set(second.values()) == {None}
    assert len(bank.asked) == 231, "each asked once"


def test_those_that_waited_longest_are_asked_first(
    desk: Desk, bank: Bank, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a minute has passed in between, so that nobody stays unread for ever."""
    monkeypatch.setattr(figures, "PAGE_SECONDS", 30.0)
    bank.ids = [f"account-{number}" for number in range(230)]
    read(desk)
    clock.move(minutes=2)
    found = read(desk, fresh=True)

    assert all(each.balances for each in found.accounts)


def test_calls_that_had_not_begun_are_called_off(desk: Desk, bank: Bank) -> None:
    """With one thread for all calls, those behind a slow one wait their turn in vain, and the retry asks them."""
    with ThreadPoolExecutor(1) as pool:
        narrow = replace(desk, pool=pool)
        bank.threads = 1
        hold(bank, "a")
        assert errors(read(narrow)) == {"a": "timeout", "b": "timeout", "c": "timeout"}
        let_go(desk, bank, "a")
        assert asked(bank) == ["accounts", "a"]
        assert errors(read(narrow, fresh=True)) == {"a": None, "b": None, "c": None}

    assert asked(bank) == ["accounts", "a", "b", "c"]


def test_a_late_figure_does_not_come_back_once_the_bank_refuses_it(desk: Desk, bank: Bank, clock: Clock) -> None:
    hold(bank, "a")
    read(desk)
    let_go(desk, bank, "a")
    assert errors(read(desk))["a"] is None
    clock.move(minutes=2)
    bank.faults["a"] = AccountRefused(403, "Consent.AccountTemporarilyBlocked", "account-blocked")

    for fresh in (True, False):
        assert read(desk, fresh=fresh).accounts[0].balances == ()


def test_a_late_failure_leaves_the_account_to_the_retry(desk: Desk, bank: Bank) -> None:
    bank.faults["a"] = BankFault(500)
    hold(bank, "a")
    read(desk)
    let_go(desk, bank, "a")
    bank.faults.clear()

    assert errors(read(desk, fresh=True))["a"] is None


def test_a_late_fault_of_ours_is_one_line_without_what_the_bank_said(
    desk: Desk, bank: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    """Not a stack trace of the thread pool, whose last line would be the message."""
    bank.faults["a"] = RuntimeError("prose of the bank")  # type: ignore[assignment]
    hold(bank, "a")
    read(desk)
    let_go(desk, bank, "a")

    assert caplog.messages == ["late answer lost: RuntimeError"]
    assert "prose" not in caplog.text


class Shutting:
    """A vault that no longer lets anybody look once it is shut."""

    def __init__(self, inner: Vault) -> None:
        self._inner = inner
        self.shut = False

    def __getattr__(self, name: str) -> Any:
        """Hand on what does not look."""
        if self.shut and name in {"get", "find"}:
            raise NotConnected
        return getattr(self._inner, name)


@pytest.mark.parametrize("late", [False, True])
def test_a_vault_that_shuts_meanwhile_holds_up_no_later_page(desk: Desk, bank: Bank, late: bool) -> None:
    """Another tab came back from the bank while this one asked: its word must not stay behind."""
    vault = Shutting(desk.vault)

    class Turning(Bank):
        def get(self, access_token: str, wanted: Wanted[Any], visit: Visit) -> Mapping[str, Any]:
            vault.shut = vault.shut or wanted.segments[-1] == "balances"
            return super().get(access_token, wanted, visit)

    if late:
        hold(bank, "a")
    connection = bank if late else Turning()
    shutting = replace(desk, vault=vault, banks=offering(connection))
    with suppress(NotConnected):
        read(shutting)
    vault.shut = True
    if late:
        bank.gates.pop("a").set()
        desk.pool.shutdown(wait=True)

    assert desk.vault.find("asking") == []
