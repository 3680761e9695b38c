"""Reading the figures: two waves, one deadline, what is kept, and each failure alone."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.clock import START, Clock
from tests.journey.reading.figures_bank import Bank, errors, read
from tests.routes import offering
from tpp.errors import BankFault, BankUnreachable, RateLimited
from tpp.journey.edition import leave
from tpp.journey.reading import figures
from tpp.journey.reading.figures import read_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from tpp.journey.reading.ask import Desk
    from tpp.model.account import Account, Balance
    from tpp.model.resource import Parsed, Wanted
    from tpp.model.visit import Visit


def test_every_account_and_its_balance_is_read(desk: Desk, bank: Bank) -> None:
    found = read(desk)

    assert errors(found) == {"a": None, "b": None, "c": None}
    assert all(len(each.balances) == 1 for each in found.accounts)
    assert found.at == START
    assert bank.asked[0] == ("accounts",)
    assert len(bank.asked) == 4


def test_balances_are_asked_for_side_by_side(desk: Desk, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of forty comes to an end before the last has begun."""
    bank.ids = [f"a{number}" for number in range(40)]
    together = threading.Barrier(40)

    class Together(Bank):
        def get(self, access_token: str, wanted: Wanted[Any], visit: Visit) -> Mapping[str, Any]:
            together.wait(30) if wanted.segments[-1] == "balances" else None
            return super().get(access_token, wanted, visit)

    monkeypatch.setattr(figures, "PAGE_SECONDS", 60.0)
    found = read(replace(desk, banks=offering(Together(bank.ids))))

    assert set(errors(found).values()) == {None}


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
    """Neither list comes to an end before the other has begun, and neither balance."""
    kept = desk.vault.get("connection", "consent")
    assert kept is not None
    second = {**kept.value, "consent_id": "second"}
    desk.vault.put("connection", "second", second, (START + timedelta(days=60)).timestamp())
    bank.ids = ["a"]
    waves = threading.Barrier(2)

    class Paired(Bank):
        def get(self, access_token: str, wanted: Wanted[Any], visit: Visit) -> Mapping[str, Any]:
            waves.wait(30)
            return super().get(access_token, wanted, visit)

    monkeypatch.setattr(figures, "PAGE_SECONDS", 60.0)
    found = read_all(replace(desk, banks=offering(Paired(["a"]))), fresh=False)

    assert [errors(each) for each in found] == [{"a": None}] * 2


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
        def get(self, access_token: str, wanted: Wanted[Any], visit: Visit) -> Mapping[str, Any]:
            leave(desk.vault, START) if wanted.segments[-1] == "balances" else None
            return super().get(access_token, wanted, visit)

    leaving = replace(desk, banks=offering(Leaving()))
    read(leaving)

    assert desk.vault.find("figures") == []


def test_an_id_that_is_not_safe_in_a_path_is_shown_and_not_asked_for(desk: Desk, bank: Bank) -> None:
    bank.ids = ["good", "../parties", "a/b", "a?b", "..", "a b", "é", "x" * 41]
    found = read(desk)

    assert [path for path in bank.asked if len(path) > 1] == [("accounts", "good", "balances")]
    assert len(found.accounts) == 8
    kinds = {name: error for name, error in errors(found).items() if error}
    assert kinds.pop("..") == kinds.pop("x" * 41) == "odd-id"
    assert set(kinds.values()) == {"not-asked"}
    assert {each.wording for each in found.accounts} == {bank.wording}


def test_every_id_that_the_standard_allows_is_asked_for_where_ids_are_encoded(desk: Desk, bank: Bank) -> None:
    """AccountId: 1 to 40 characters, of any kind (account-information v1.2)."""
    allowed = ["../parties", "a/b?c=d#e", "a b%2F", "é\u202e", "x" * 40, "1"]
    bank.ids = [*allowed, ".", "..", "x" * 41]
    bank.encodes_ids = True
    found = read(desk)

    assert {path[1] for path in bank.asked if len(path) > 1} == set(allowed)
    assert [name for name, error in errors(found).items() if error] == [".", "..", "x" * 41]


def test_the_page_has_a_deadline(desk: Desk, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """The balance that never comes is waited for no longer; those that came meanwhile are shown."""
    monkeypatch.setattr(figures, "PAGE_SECONDS", 2)
    slow, came = threading.Event(), threading.Event()

    class Slow(Bank):
        def get(self, access_token: str, wanted: Wanted[Any], visit: Visit) -> Mapping[str, Any]:
            if "b" in wanted.segments:
                slow.wait(30)
                came.set()
            return super().get(access_token, wanted, visit)

    found = read(replace(desk, banks=offering(Slow())))
    too_late = came.is_set()
    slow.set()

    assert errors(found) == {"a": None, "b": "timeout", "c": None}
    assert not too_late


def test_a_body_is_read_once_per_visit(desk: Desk, bank: Bank) -> None:
    """Whether it came from the bank just now or was kept."""
    bodies: list[str] = []
    accounts, balances = desk.resources.accounts, desk.resources.balances

    def list_of(body: object) -> Parsed[Account]:
        bodies.append("accounts")
        return accounts.read(body)

    def balances_of(body: object) -> Parsed[Balance]:
        bodies.append("balances")
        return balances.read(body)

    counting = replace(
        desk.resources, accounts=replace(accounts, read=list_of), balances=replace(balances, read=balances_of)
    )
    desk = replace(desk, resources=counting)
    for calls in (4, 4):
        read(desk)
        assert len(bank.asked) == calls
        assert sorted(bodies) == ["accounts", "balances", "balances", "balances"]
        bodies.clear()


def test_an_answer_that_is_none_counts_as_malformed(desk: Desk, bank: Bank) -> None:
    class Empty(Bank):
        def get(self, _access_token: str, wanted: Wanted[Any], _visit: Visit) -> Mapping[str, Any]:
            if wanted.account_id is None:
                return {"Data": {"Account": [{"AccountId": "a"}]}}
            return {"Data": {"Balance": []}}

    found = read(replace(desk, banks=offering(Empty())))

    assert errors(found) == {"a": "no-balance"}
    assert read(replace(desk, banks=offering(_Odd())), fresh=True).error is not None


class _Odd(Bank):
    def get(self, _access_token: str, _wanted: Wanted[Any], _visit: Visit) -> Mapping[str, Any]:
        return {"Nothing": 1}
