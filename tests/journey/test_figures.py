"""Reading the figures: two waves, one deadline, what is kept, and each failure alone."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.clock import START, Clock
from tpp.bank.read_accounts import READER
from tpp.errors import BankError, BankFault, BankUnreachable, RateLimited, TokenRejected
from tpp.journey import figures
from tpp.journey.attempt import leave
from tpp.journey.figures import Desk, read_all
from tpp.journey.tokens import Keyring
from tpp.model.connection import Visit
from tpp.model.consent import ConsentDraft
from tpp.model.grant import Grant, TokenSet
from tpp.store.sqlite import SqliteRows
from tpp.store.vault import SealedVault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from tpp.model.figures import Figures

SECONDS = 30
"""How long a test waits at most for what must happen."""

DRAFT = ConsentDraft(("ReadBalances",), START, "Mizan", "Model Bank", "AccountAggregation")


@dataclass
class Bank:
    """Accounts a, b, c, each with a balance; `faults` by account id or `accounts`."""

    ids: list[str] = field(default_factory=lambda: ["a", "b", "c"])
    faults: dict[str, BankError] = field(default_factory=dict)
    together: list[threading.Barrier] = field(default_factory=list)
    """Per wave, accounts and then balances: a call is answered when so many wait side by side, or is an error."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    good_token: str | None = None
    refreshed: int = 0
    most_at_once: int = 0
    _running: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, access_token: str, path: Sequence[str], _visit: Visit) -> Mapping[str, Any]:
        """Answer."""
        with self._lock:
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
            self.asked.append(tuple(path))
        try:
            if self.together:
                self.together[len(path) > 1].wait(SECONDS)
            return self._answer(access_token, path)
        finally:
            with self._lock:
                self._running -= 1

    def _answer(self, access_token: str, path: Sequence[str]) -> Mapping[str, Any]:
        if self.good_token and access_token != self.good_token:
            raise TokenRejected(401)
        fault = self.faults.get(path[1] if len(path) > 1 else "accounts")
        if fault:
            raise fault
        if len(path) == 1:
            return {"Data": {"Account": [{"AccountId": each} for each in self.ids]}}
        entry = {"Type": "InterimAvailable", "CreditDebitIndicator": "Credit"}
        return {"Data": {"Balance": [{**entry, "Amount": {"Amount": "5", "Currency": "AED"}}]}}

    def refresh(self, _grant: Grant, now: datetime) -> TokenSet:
        """Renew."""
        self.refreshed += 1
        return TokenSet(f"new-{self.refreshed}", now + timedelta(seconds=600), "refresh")


@pytest.fixture
def bank() -> Bank:
    """Return the bank."""
    return Bank()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock, bank: Bank) -> Iterator[Desk]:
    """Return a desk with one connection on a real store."""
    vault = SealedVault(SqliteRows(tmp_path / "rows.sqlite", clock.seconds), b"k" * 32, clock.seconds)
    tokens = TokenSet("tok", START + timedelta(days=1), "refresh")
    grant = Grant("consent", "issuer", START + timedelta(days=30), START, DRAFT, tokens)
    vault.put("connection", "consent", grant.to_json(), (START + timedelta(days=60)).timestamp())
    with ThreadPoolExecutor(64) as pool:
        keyring = Keyring(vault, bank, clock, time.sleep)  # type: ignore[arg-type]
        yield Desk(vault, bank, keyring, READER, pool, Visit(), clock)  # type: ignore[arg-type]


def read(desk: Desk, *, fresh: bool = False) -> Figures:
    """Read the one connection."""
    (found,) = read_all(desk, fresh=fresh)
    return found


def errors(found: Figures) -> dict[str, str | None]:
    """Return each account's error."""
    return {each.account.account_id: each.error for each in found.accounts}


def test_every_account_and_its_balance_is_read(desk: Desk, bank: Bank) -> None:
    found = read(desk)

    assert errors(found) == {"a": None, "b": None, "c": None}
    assert all(len(each.balances) == 1 for each in found.accounts)
    assert found.at == START
    assert bank.asked[0] == ("accounts",)
    assert len(bank.asked) == 4


def test_balances_are_asked_for_side_by_side(desk: Desk, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PAGE_SECONDS", SECONDS)
    bank.ids = [f"a{number}" for number in range(40)]
    bank.together = [threading.Barrier(1), threading.Barrier(40)]

    assert set(errors(read(desk)).values()) == {None}
    assert bank.most_at_once == 40


def test_a_plain_visit_within_a_minute_does_not_ask_again(desk: Desk, bank: Bank, clock: Clock) -> None:
    read(desk)
    clock.move(seconds=59)
    assert read(desk).at == START
    assert len(bank.asked) == 4
    clock.move(seconds=1)
    assert read(desk).at == clock()
    assert len(bank.asked) == 8


def test_fresh_always_asks_again(desk: Desk, bank: Bank) -> None:
    read(desk)
    read(desk, fresh=True)

    assert len(bank.asked) == 8


def test_one_failing_account_does_not_take_the_others_down(desk: Desk, bank: Bank) -> None:
    bank.faults["b"] = BankFault(500)
    found = read(desk)

    assert errors(found) == {"a": None, "b": "bank-fault", "c": None}
    assert errors(read(desk)) == {"a": None, "b": "bank-fault", "c": None}, "also from what was kept"


def test_an_account_that_fails_now_shows_its_older_figure_with_its_time(desk: Desk, bank: Bank, clock: Clock) -> None:
    read(desk)
    clock.move(minutes=5)
    bank.faults["b"] = RateLimited(429)
    found = {each.account.account_id: each for each in read(desk).accounts}

    assert (found["b"].error, found["b"].at) == ("rate-limited", START)
    assert found["b"].balances
    assert found["a"].at == clock()


def test_an_older_figure_is_gone_after_a_quarter_of_an_hour_however_often_one_looks(
    desk: Desk, bank: Bank, clock: Clock
) -> None:
    read(desk)
    bank.faults["b"] = BankFault(500)
    for _ in range(2):
        clock.move(minutes=8)
        found = {each.account.account_id: each for each in read(desk).accounts}

    assert found["b"].balances == ()
    assert found["b"].error == "bank-fault"


def test_a_bank_that_asks_us_to_wait_is_left_alone(desk: Desk, bank: Bank, clock: Clock) -> None:
    bank.faults["accounts"] = RateLimited(429)
    assert [read(desk, fresh=True).error for _ in range(5)] == ["rate-limited"] * 5
    assert len(bank.asked) == 1
    clock.move(seconds=61)
    bank.faults.clear()
    assert read(desk).error is None


def test_a_bank_that_failed_is_asked_again_on_request_but_not_by_every_view(desk: Desk, bank: Bank) -> None:
    bank.faults["accounts"] = BankUnreachable()
    assert [read(desk).error for _ in range(5)] == ["unreachable"] * 5
    assert len(bank.asked) == 1
    read(desk, fresh=True)
    assert len(bank.asked) == 2


def test_two_connections_are_read_in_the_same_two_waves(
    desk: Desk, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "PAGE_SECONDS", SECONDS)
    kept = desk.vault.get("connection", "consent")
    assert kept is not None
    second = {**kept.value, "consent_id": "second"}
    desk.vault.put("connection", "second", second, (START + timedelta(days=60)).timestamp())
    bank.together = [threading.Barrier(2), threading.Barrier(6)]
    found = read_all(desk, fresh=False)

    assert [errors(each) for each in found] == [{"a": None, "b": None, "c": None}] * 2


def test_tokens_are_dropped_after_the_consents_last_day(desk: Desk, clock: Clock) -> None:
    clock.move(days=30)
    read(desk)
    kept = desk.vault.get("connection", "consent")

    assert kept is not None
    assert kept.value["tokens"] is None


def test_a_bank_that_is_away_shows_the_older_figures_and_why(desk: Desk, bank: Bank, clock: Clock) -> None:
    read(desk)
    clock.move(minutes=5)
    bank.faults["accounts"] = BankUnreachable()
    found = read(desk)

    assert (found.error, found.at) == ("unreachable", START)
    assert len(found.accounts) == 3


def test_older_figures_are_gone_after_a_quarter_of_an_hour(desk: Desk, bank: Bank, clock: Clock) -> None:
    read(desk)
    clock.move(minutes=15)
    bank.faults["accounts"] = BankUnreachable()
    found = read(desk)

    assert (found.error, found.at, found.accounts) == ("unreachable", None, ())


def test_a_refused_token_is_renewed_once_for_all_calls(desk: Desk, bank: Bank) -> None:
    bank.good_token = "new-1"

    assert errors(read(desk)) == {"a": None, "b": None, "c": None}
    assert bank.refreshed == 1


def test_a_second_refusal_leaves_the_connection_alive(desk: Desk, bank: Bank) -> None:
    bank.good_token = "never"

    assert read(desk).error == "token-rejected"
    assert bank.refreshed == 1
    assert desk.vault.get("connection", "consent") is not None


def test_a_consent_past_its_last_day_is_not_asked_for(desk: Desk, bank: Bank, clock: Clock) -> None:
    clock.move(days=30)

    assert read(desk).error == "consent-ended"
    assert bank.asked == []


def test_nothing_is_kept_for_a_browser_that_signed_out_meanwhile(desk: Desk, bank: Bank) -> None:
    class Leaving(Bank):
        def get(self, access_token: str, path: Sequence[str], visit: Visit) -> Mapping[str, Any]:
            leave(desk.vault, START) if path[-1] == "balances" else None
            return super().get(access_token, path, visit)

    leaving = replace(desk, connection=Leaving())  # type: ignore[arg-type]
    read(leaving)

    assert desk.vault.find("figures") == []


def test_an_id_that_is_not_safe_in_a_path_is_shown_and_not_asked_for(desk: Desk, bank: Bank) -> None:
    bank.ids = ["good", "../parties", "a/b", "a?b", "..", "a b", "é", "x" * 41]
    found = read(desk)

    assert [path for path in bank.asked if len(path) > 1] == [("accounts", "good", "balances")]
    assert len(found.accounts) == 8
    assert {each for each in errors(found).values() if each} == {"not-asked"}


def test_the_page_has_a_deadline(desk: Desk, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """The balance that never comes is waited for no longer; those that came meanwhile are shown."""
    monkeypatch.setattr(figures, "PAGE_SECONDS", 2)
    slow, came = threading.Event(), threading.Event()

    class Slow(Bank):
        def get(self, access_token: str, path: Sequence[str], visit: Visit) -> Mapping[str, Any]:
            if "b" in path:
                slow.wait(SECONDS)
                came.set()
            return super().get(access_token, path, visit)

    found = read(replace(desk, connection=Slow()))  # type: ignore[arg-type]
    too_late = came.is_set()
    slow.set()

    assert errors(found) == {"a": None, "b": "timeout", "c": None}
    assert not too_late


def test_an_answer_that_is_none_counts_as_malformed(desk: Desk, bank: Bank) -> None:
    class Empty(Bank):
        def get(self, _access_token: str, path: Sequence[str], _visit: Visit) -> Mapping[str, Any]:
            if len(path) == 1:
                return {"Data": {"Account": [{"AccountId": "a"}]}}
            return {"Data": {"Balance": []}}

    found = read(replace(desk, connection=Empty()))  # type: ignore[arg-type]

    assert errors(found) == {"a": "no-balance"}
    assert read(replace(desk, connection=_Odd()), fresh=True).error is not None  # type: ignore[arg-type]


class _Odd(Bank):
    def get(self, _access_token: str, _path: Sequence[str], _visit: Visit) -> Mapping[str, Any]:
        return {"Nothing": 1}
