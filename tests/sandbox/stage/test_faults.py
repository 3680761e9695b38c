"""Every kind of fault over real sockets, at the bank and at the kit in front of it."""

from __future__ import annotations

import contextlib
import http.client
import json
import select
import socket
import time
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.bank import create_bank
from sandbox.ground.serving import THREADS
from sandbox.ground.settings import BankSettings
from sandbox.stage.faults import MOST_WAITING
from tests.sandbox.helpers import DATA, origin, served
from tests.sandbox.kit_caller import DATA as KIT_DATA
from tests.sandbox.kit_caller import bearer, connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.sandbox.helpers import Clock

PATH = "/directory/participants"
TIMEOUT = 20


class Caller:
    """A caller of the served bank, one connection a call."""

    def __init__(self, url: str) -> None:
        self.host = url.removeprefix("http://")

    def get(self, path: str = PATH, timeout: float = TIMEOUT) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        line = http.client.HTTPConnection(self.host, timeout=timeout)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, {name.title(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            line.close()

    def control(self, path: str, **values: Any) -> dict[str, Any]:
        """Set something and return what is set now."""
        line = http.client.HTTPConnection(self.host, timeout=TIMEOUT)
        line.request("POST", f"/control/{path}", json.dumps(values), {"Content-Type": "application/json"})
        answer = line.getresponse()
        body: dict[str, Any] = json.loads(answer.read())
        line.close()
        assert answer.status == 200, body
        return body

    def faults(self) -> list[Any]:
        """Return the faults that the next calls meet."""
        found: list[Any] = self.control("clock", offset=0)["faults"]
        return found

    def waits_until_taken(self) -> None:
        """Wait until calls have met all the faults that were set."""
        end = time.monotonic() + TIMEOUT
        while self.faults():
            assert time.monotonic() < end, "no call came"
            time.sleep(0.01)

    def fault(self, kind: str, **values: Any) -> dict[str, Any]:
        """Set a fault of the bank for one call to `PATH`, or with changes."""
        return self.control("faults", **({"application": "bank", "route": PATH, "kind": kind, "count": 1} | values))


@pytest.fixture
def caller(bank_url: str) -> Iterator[Caller]:
    """Return a caller; what hangs is let go afterwards."""
    found = Caller(bank_url)
    yield found
    found.control("faults/clear")


def sound(caller: Caller) -> bytes:
    """Assert that a call is answered as always; return the body."""
    status, headers, body = caller.get()
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body)
    return body


def test_latency_waits_and_answers_as_always(caller: Caller) -> None:
    caller.fault("latency", latency_ms=1000)
    began = time.monotonic()
    sound(caller)
    assert time.monotonic() - began >= 1
    assert caller.faults() == [], "the next call does not wait"
    sound(caller)


@pytest.mark.parametrize(("status", "retry"), [(429, 7), (503, 0), (500, None), (401, None)])
def test_a_status_comes_without_a_body_and_says_when_to_try_again(
    caller: Caller, status: int, retry: int | None
) -> None:
    caller.fault("status", status=status, retry_after=retry)
    found, headers, body = caller.get()
    assert (found, body) == (status, b"")
    assert headers.get("Retry-After") == (None if retry is None else str(retry))
    sound(caller)


def test_a_dropped_call_gets_no_byte(caller: Caller) -> None:
    caller.fault("drop")
    with socket.create_connection(tuple(caller.host.split(":")), timeout=TIMEOUT) as line:  # type: ignore[arg-type]
        line.sendall(f"GET {PATH} HTTP/1.1\r\nHost: {caller.host}\r\n\r\n".encode())
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(1) == b""
    sound(caller)


def test_a_hanging_call_gets_no_byte_and_ends_when_the_faults_are_cleared(caller: Caller) -> None:
    caller.fault("hang")
    ended: list[tuple[float, Exception]] = []

    def call() -> None:
        try:
            caller.get(timeout=60)
        except (ConnectionError, http.client.HTTPException) as error:
            ended.append((time.monotonic(), error))

    thread = Thread(target=call)
    thread.start()
    caller.waits_until_taken()
    time.sleep(0.5)
    assert ended == []
    sound(caller)
    cleared = time.monotonic()
    caller.control("faults/clear")
    thread.join(20)
    assert ended[0][0] - cleared < 20


def test_malformed_json_has_the_right_length_and_cannot_be_read(caller: Caller) -> None:
    caller.fault("malformed")
    status, headers, body = caller.get()
    assert (status, headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(ValueError):
        json.loads(body)
    sound(caller)


def test_a_truncated_body_is_shorter_than_it_was_promised(caller: Caller) -> None:
    whole = sound(caller)
    caller.fault("truncated")
    with pytest.raises(http.client.IncompleteRead) as found:
        caller.get()
    assert found.value.partial == whole[: len(whole) // 2]
    sound(caller)


def test_a_dripping_body_comes_byte_by_byte_and_whole(caller: Caller) -> None:
    whole = sound(caller)
    caller.fault("drip", latency_ms=2)
    began = time.monotonic()
    assert caller.get()[2] == whole
    assert time.monotonic() - began > 0.002 * (len(whole) - 1)


def test_a_dripping_body_never_lets_a_read_time_out(caller: Caller) -> None:
    caller.fault("drip", latency_ms=250)
    line = http.client.HTTPConnection(caller.host, timeout=2.5)
    line.request("GET", PATH)
    answer = line.getresponse()
    began = time.monotonic()
    assert len(answer.read(12)) == 12
    assert time.monotonic() - began > 2.5
    line.close()


def test_what_drips_or_waits_goes_on_at_once_when_the_faults_are_cleared(caller: Caller) -> None:
    caller.fault("drip", latency_ms=30_000)
    caller.fault("latency", latency_ms=30_000)
    found: list[int] = []
    threads = [Thread(target=lambda: found.append(caller.get(timeout=30)[0])) for _ in range(2)]
    for thread in threads:
        thread.start()
    caller.waits_until_taken()
    time.sleep(0.3)
    assert found == []
    caller.control("faults/clear")
    for thread in threads:
        thread.join(20)
    assert found == [200, 200]


@pytest.mark.parametrize("kind", ["latency", "drip", "hang", "status"])
def test_the_control_answers_however_many_calls_wait(instance: Path, clock: Clock, kind: str) -> None:
    """More callers than the server has threads, with as many threads as the bank is served with."""
    app = create_bank(BankSettings(instance=instance, now=clock))
    with served(app, THREADS) as server:
        caller = Caller(origin(server))
        caller.fault(kind, count=None, latency_ms=30_000)
        address = ("127.0.0.1", int(caller.host.rsplit(":", 1)[1]))
        lines = [socket.create_connection(address, timeout=TIMEOUT) for _ in range(THREADS + 36)]
        for line in lines:
            line.sendall(f"GET {PATH} HTTP/1.1\r\nHost: {caller.host}\r\nConnection: close\r\n\r\n".encode())
        refused = THREADS + 36 - MOST_WAITING
        at_once = ended(lines, refused)
        assert caller.control("clock", offset=0)["faults"]
        assert caller.control("faults/clear")["faults"] == []
        for line in lines:
            line.close()
    assert at_once == refused


def ended(lines: list[socket.socket], enough: int) -> int:
    """Return how many lines have come to their end when there are enough, and a moment later."""
    left, end = set(lines), time.monotonic() + TIMEOUT
    while left and time.monotonic() < end:
        ready = select.select(left, [], [], 0.5)[0]
        if not ready and len(lines) - len(left) >= enough:
            break
        for line in ready:
            with contextlib.suppress(ConnectionError):
                if line.recv(65536):
                    continue
            left.remove(line)
    return len(lines) - len(left)


def test_nobody_waits_longer_than_half_a_minute_by_latency(caller: Caller) -> None:
    line = http.client.HTTPConnection(caller.host, timeout=TIMEOUT)
    given = {"application": "bank", "route": PATH, "kind": "latency", "latency_ms": 30_001}
    line.request("POST", "/control/faults", json.dumps(given), {"Content-Type": "application/json"})
    assert line.getresponse().status == 422
    line.close()


@pytest.mark.parametrize("kind", ["malformed", "truncated", "drip", "empty"])
def test_an_answer_without_a_body_stays_as_it_is(caller: Caller, kind: str) -> None:
    caller.fault(kind, route="accounts")
    status, _headers, body = caller.get(f"{DATA}/accounts")
    assert (status, body) == (401, b"")


def test_a_page_stands_where_json_was_expected(caller: Caller) -> None:
    caller.fault("html", status=502)
    status, headers, body = caller.get()
    assert (status, headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert body.startswith(b"<!doctype html>")
    caller.fault("html")
    assert caller.get()[0] == 200


def test_an_empty_body_keeps_status_and_type(caller: Caller) -> None:
    caller.fault("empty")
    status, headers, body = caller.get()
    assert (status, headers["Content-Type"], body) == (200, "application/json", b"")


def test_exactly_the_next_calls_are_spoilt_by_sixteen_callers(caller: Caller) -> None:
    caller.fault("status", status=503, count=11)
    found: list[int] = []
    threads = [Thread(target=lambda: found.extend(caller.get()[0] for _ in range(3))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.count(503), found.count(200)) == (11, 37)


def test_what_the_application_never_saw_is_in_the_log(caller: Caller) -> None:
    caller.fault("drop")
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        caller.get()
    caller.fault("status", status=429, route="accounts")
    caller.get(f"{DATA}/accounts")
    calls = caller.control("clock", offset=0)["calls"]
    assert [(each["route"], each["status"]) for each in calls[:2]] == [(f"{DATA}/accounts", 429), (PATH, 0)]


def test_a_fault_of_the_kit_leaves_the_bank_alone(caller: Caller, kit: FlaskClient, kit_app: Flask) -> None:
    token = connect(kit)["access_token"]
    path = f"{KIT_DATA}/accounts"
    caller.fault("status", application="kit", route="accounts", status=429, retry_after=3)
    refused = kit.get(path, headers=bearer(token))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3")
    assert kit.get(path, headers=bearer(token)).status_code == 200
    calls = caller.control("clock", offset=0)["calls"]
    told = [(each["application"], each["status"]) for each in calls if each["route"].endswith("/accounts")][:3]
    assert told == [("kit", 200), ("bank", 200), ("kit", 429)]


def test_a_fault_of_the_bank_reaches_the_caller_through_the_kit(caller: Caller, kit: FlaskClient) -> None:
    token = connect(kit)["access_token"]
    path = f"{KIT_DATA}/accounts"
    caller.fault("status", route="accounts", status=503)
    assert kit.get(path, headers=bearer(token)).status_code == 503
    caller.fault("malformed", route="accounts")
    assert isinstance(kit.get(path, headers=bearer(token)).get_json(), str)
    assert kit.get(path, headers=bearer(token)).status_code == 200


def test_a_spoilt_token_answer_has_spent_the_code_all_the_same(caller: Caller, kit: FlaskClient) -> None:
    refresh = connect(kit)["refresh_token"]
    caller.fault("empty", application="kit", route="token")
    empty = kit.post("/token/refresh-token", json={"refresh_token": refresh})
    assert (empty.status_code, empty.data) == (200, b"")
    assert caller.control("clock", offset=0)["counters"]["access_tokens"] == 2
