"""What is set for both processes: which calls a fault means, exact counts, the clock, the reset, the call log."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.consents import consents
from sandbox.ground.instants import write_instant
from sandbox.ground.services import EXTENSION
from sandbox.ground.state import State
from sandbox.stage.call_log import LARGEST, SHOWN, Call, CallLog
from sandbox.stage.controls import Controls, Fault
from tests.sandbox.helpers import DATA, csrf
from tests.sandbox.reading import refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.sandbox.helpers import Clock, RelyingParty

DAY = 86_400


def made(**changes: Any) -> Fault:
    """Return a fault of the bank with changes."""
    values: dict[str, Any] = {"fault_id": "f", "application": "bank", "route": "accounts", "kind": "drop", **changes}
    return Fault(**values)


@pytest.fixture
def controls(instance: Path) -> Controls:
    """Return the controls as one process has them."""
    return Controls(State(instance), instance)


@pytest.mark.parametrize(
    ("route", "path", "meant"),
    [
        ("accounts", f"{DATA}/accounts", True),
        ("accounts", f"{DATA}/accounts/1/balances", False),
        ("accounts", "/auth1/interaction/x/accounts", False),
        ("balances", f"{DATA}/accounts/1/balances", True),
        ("token", "/as1/token", True),
        ("token", "/token/refresh-token", True),
        ("par", "/as1/par", True),
        ("par", "/consent-create/bank-data", True),
        ("auth", "/auth1/auth", True),
        ("auth", "/as1/token", False),
        ("/as1/", "/as1/par", True),
        ("/as1/", "/auth1/auth", False),
        ("*", "/directory/participants", True),
        ("*", "/control", False),
        ("*", "/control/faults", False),
        ("/", "/control/reset", False),
    ],
)
def test_a_route_is_a_name_or_the_beginning_of_a_path(route: str, path: str, meant: bool) -> None:
    assert made(route=route).fits("bank", path) is meant
    assert not made(route=route).fits("kit", path)


def test_the_next_so_many_calls_are_exact_under_threads(controls: Controls, instance: Path) -> None:
    controls.add(made(left=13))
    processes = [Controls(State(instance), instance) for _ in range(2)]
    barrier = Barrier(16)
    taken: list[Fault | None] = []

    def call(own: Controls) -> None:
        barrier.wait()
        taken.extend(own.take("bank", f"{DATA}/accounts") for _ in range(5))

    threads = [Thread(target=call, args=(processes[number % 2],)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 80
    assert sum(each is not None for each in taken) == 13
    assert controls.held().faults == ()


def test_faults_come_in_the_order_they_were_set_and_until_cleared(controls: Controls) -> None:
    controls.add(made(fault_id="one", left=1))
    controls.add(made(fault_id="two"))
    found = [controls.take("bank", f"{DATA}/accounts") for _ in range(3)]
    assert [each.fault_id if each else None for each in found] == ["one", "two", "two"]
    controls.clear("two")
    assert controls.take("bank", f"{DATA}/accounts") is None


def test_another_process_sees_a_change_at_once(controls: Controls, instance: Path) -> None:
    other = Controls(State(instance), instance)
    for number in range(20):
        assert other.take("bank", f"{DATA}/accounts") is None
        controls.add(made(fault_id=str(number)))
        assert other.take("bank", f"{DATA}/accounts") is not None
        controls.clear()


def test_without_faults_nothing_is_read_from_the_database(controls: Controls, monkeypatch: pytest.MonkeyPatch) -> None:
    controls.held()
    monkeypatch.setattr(controls, "_read", None)
    assert controls.take("bank", f"{DATA}/accounts") is None


def test_the_clock_moves_bank_and_kit(party: RelyingParty, kit: FlaskClient, clock: Clock) -> None:
    token = party.connected()["access_token"]
    assert party.read("/accounts", token).status_code == 200
    party.machine.post("/control/clock", json={"offset": 601})
    assert party.read("/accounts", token).status_code == 401
    made_by_kit = kit.post("/consent-create/bank-data", json={"data_permissions": ["ReadAccountsBasic"]})
    assert made_by_kit.status_code == 201  # the bank would refuse what a clock behind its own signs
    party.machine.post("/control/clock", json={"offset": 0})
    assert party.read("/accounts", token).status_code == 200


def test_the_clock_can_show_the_end_of_a_consent(party: RelyingParty, clock: Clock) -> None:
    token = party.connected(ConsentId="c")["access_token"]
    state = party.machine.post("/control/clock", json={"offset": 181 * 86400}).get_json()
    assert [each["status"] for each in state["consents"] if each["consent_id"] == "c"] == ["Expired"]
    assert party.read("/accounts", token).status_code == 401


def test_looking_while_the_clock_is_ahead_ends_no_consent(party: RelyingParty) -> None:
    party.connected(ConsentId="c")
    party.machine.post("/control/clock", json={"offset": 181 * 86400})
    browser = party.app.test_client()
    form = {"csrf": csrf(browser.get("/auth1/consents/login").text), "username": "mits", "password": "mits"}
    browser.post("/auth1/consents/login", data=form)
    for page in (party.machine.get("/control").text, browser.get("/auth1/consents").text):
        assert "Expired" in page
    party.machine.post("/control/clock", json={"offset": 0})
    assert party.consent_status("c") == "Authorized"


def test_a_clock_ahead_by_less_than_a_day_dates_no_money_ahead(
    make_bank: Callable[..., Flask], make_party: Callable[[Flask], RelyingParty], clock: Clock
) -> None:
    party = make_party(make_bank(access_token_seconds=2 * DAY))
    opened = ["ReadAccountsBasic", "ReadBalances", "ReadTransactionsDetail"]
    token = party.connected("rora", Permissions=opened)["access_token"]
    account_id = party.read("/accounts", token).get_json()["Data"]["Account"][0]["AccountId"]

    def money_with(offset: int) -> tuple[list[Any], list[Any]]:
        party.machine.post("/control/clock", json={"offset": offset})
        balances, transactions = (
            party.read(f"/accounts/{account_id}/{name}", token).get_json()["Data"][key]
            for name, key in (("balances", "Balance"), ("transactions", "Transaction"))
        )
        return balances, transactions

    usual = money_with(0)
    assert [each["DateTime"] for each in usual[0][:2]] == [write_instant(clock())] * 2
    assert [money_with(offset) for offset in (1, 600, DAY - 1)] == [usual] * 3
    assert money_with(DAY)[0][0]["DateTime"] == write_instant(clock() + timedelta(seconds=DAY))


def test_the_newest_hundred_consents_are_shown_and_all_are_counted(party: RelyingParty, clock: Clock) -> None:
    state = party.app.extensions[EXTENSION].state
    for number in range(103):
        clock.advance(seconds=1)
        asked = {"ConsentId": f"c-{number:03}", "ExpirationDateTime": "2027-03-01T00:00:00Z", "Permissions": []}
        assert consents.create(state, asked, party.client_id, clock())
    seen = party.machine.get("/control/state").get_json()
    assert [each["consent_id"] for each in seen["consents"]] == [f"c-{number:03}" for number in range(102, 2, -1)]
    assert seen["consents_in_all"] == seen["counters"]["consents"]["AwaitingAuthorization"] == 103
    page = party.machine.get("/control").text
    assert "The newest 100 of 103." in page
    assert "c-002" not in page


def test_a_reset_forgets_everything_but_the_keys_and_the_client(
    party: RelyingParty, make_bank: Callable[..., Flask]
) -> None:
    bank = party.app.extensions[EXTENSION]
    tokens = party.connected(ConsentId="c")
    keys = party.machine.get("/directory/bank/application.jwks").get_json()
    party.machine.post("/rs1/tpp-registration")
    party.machine.post("/control/clock", json={"offset": 60})
    party.machine.post("/control/ending", json={"ending": "blocked"})
    fault = {"application": "bank", "route": "par", "kind": "drop"}
    party.machine.post("/control/faults", json=fault)
    after = party.machine.post("/control/reset", json={}).get_json()
    assert (after["clock_offset"], after["ending"], after["faults"], after["consents"]) == (0, "", [], [])
    assert after["calls"] == []
    assert set(bank.state.counts()) <= {"meta", "key", "client", "registration", "control"}
    assert party.read("/accounts", tokens["access_token"]).status_code == 401
    refused(party.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]), "invalid_grant")
    again = make_bank().extensions[EXTENSION]
    assert (again.client.client_id, again.key.thumbprint()) == (party.client_id, bank.key.thumbprint())
    assert party.machine.get("/directory/bank/application.jwks").get_json() == keys
    assert party.machine.post("/rs1/tpp-registration").status_code == 400
    assert party.connected(ConsentId="c")["access_token"]


def test_the_log_keeps_the_last_calls_and_counts_them_all(tmp_path: Path) -> None:
    log = CallLog(tmp_path)

    def write(number: int) -> None:
        for _ in range(200):
            log.add(Call("bank", "GET", f"/rs1/{number}", 200, 3, 1.5))

    threads = [Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    calls, counts = log.read()
    assert len(calls) == SHOWN
    assert counts == {f"bank GET /rs1/{number} 200": 200 for number in range(8)}
    assert (tmp_path / "sandbox.calls").stat().st_size < 200_000
    assert (tmp_path / "sandbox.calls").stat().st_mode & 0o777 == 0o600
    log.clear()
    assert log.read() == ([], {})


def test_a_torn_line_of_the_log_costs_that_line_alone(party: RelyingParty, instance: Path) -> None:
    log = instance / "sandbox.calls"
    party.machine.get("/directory/participants")
    with log.open("ab") as file:
        file.write(b'{"application": "ba\n\xff\n[]\n7\n{"counts": 7}\n{"application": "bank", "meth')
    party.machine.get("/directory/client")
    seen = party.machine.get("/control/state").get_json()
    assert [each["route"] for each in seen["calls"]] == ["/directory/client", "/directory/participants"]
    for _ in range(900):
        assert party.machine.get("/directory/participants").status_code == 200
    assert log.stat().st_size < LARGEST + 1000
    counts = party.machine.get("/control/state").get_json()["counters"]["calls"]
    assert counts["bank GET /directory/participants 200"] == 901


@pytest.mark.parametrize("place", ["sandbox.calls", "sandbox.calls.lock", "sandbox.calls.new"])
def test_a_log_that_cannot_be_written_spoils_no_answer(party: RelyingParty, instance: Path, place: str) -> None:
    (instance / place).mkdir()
    if place.endswith("new"):
        (instance / "sandbox.calls").write_text("x" * LARGEST, encoding="utf-8")
    for path in ("/directory/participants", "/control", "/control/state"):
        assert party.machine.get(path).status_code == 200


def test_the_log_holds_templates_and_no_secret(party: RelyingParty, instance: Path) -> None:
    told = party.authorized()
    tokens = party.exchange(told["code"]).get_json()
    party.read(f"/accounts/{'1' * 24}/balances?secret=1", tokens["access_token"])
    party.machine.get("/auth1/nowhere/secret")
    calls = party.machine.get("/control/state").get_json()["calls"]
    routes = [(each["method"], each["route"], each["status"]) for each in calls]
    assert routes[:2] == [("GET", "(none)", 404), ("GET", f"{DATA}/accounts/<account_id>/<resource>", 403)]
    assert ("POST", "/as1/token", 200) in routes
    assert all(set(each) == {"application", "method", "route", "status", "ms", "at"} for each in calls)
    held = (instance / "sandbox.calls").read_text(encoding="utf-8")
    for secret in (told["code"], told["state"], tokens["access_token"], "secret", "1" * 24):
        assert secret not in held
