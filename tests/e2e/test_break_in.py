"""Tries that need real processes, real sockets and two workers at once."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.e2e.expected import THREE
from tests.e2e.walker import SECONDS, approve, new_client, submit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.stack import Stack

ROUNDS = 100
LOOKERS = 6
NAMES = [each.nickname for each in THREE]
HELD_MS = 2_500
LONGEST_CODE = 60_000
COOKIE = "mizan"


@pytest.fixture(scope="module")
def two_workers(new_stack: Callable[..., Stack]) -> Stack:
    """Return the running product with two worker processes over one store."""
    return new_stack(WEB_WORKERS="2").start()


def plant(origin: str) -> tuple[requests.Session, requests.Session]:
    """Send one form twice; return a victim with the first cookie in the browser, and the attacker with the second."""
    attacker, victim = new_client(), new_client()
    home = attacker.get(f"{origin}/connect", timeout=SECONDS)
    for client in (victim, attacker):
        submit(client, home, {"class": "altareq-button"})
    assert victim.cookies[COOKIE] != attacker.cookies[COOKIE]
    return victim, attacker


def is_in(client: requests.Session, origin: str) -> bool:
    """Whether this browser sees all that was shared."""
    page = client.get(f"{origin}/accounts", timeout=SECONDS).text
    return all(name in page for name in NAMES)


def look(stack: Stack, cookie: str, over: threading.Event, seen: list[bytes]) -> None:
    """Ask for the accounts as fast as one connection can, until it is over and once more."""
    line, last = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=SECONDS), False
    headers = {"Host": f"localhost:{stack.port}", "Cookie": f"{COOKIE}={cookie}"}
    while not last:
        last = over.is_set()
        line.request("GET", "/accounts", headers=headers)
        seen.append(line.getresponse().read())
    line.close()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_planted_session_sees_nothing_in_a_hundred_races_of_two_workers(two_workers: Stack) -> None:
    """It looks while the victim comes back: before the connection and its edition were written in one step, and the
    edition read together with the rows, 12 of 80 such rounds showed the victim's balances.
    """
    origin, shown = two_workers.origin, list[int]()
    for number in range(ROUNDS):
        victim, attacker = plant(origin)
        back = approve(victim, origin, "rora", THREE)
        over, seen = threading.Event(), list[bytes]()
        lookers = [
            threading.Thread(target=look, args=(two_workers, attacker.cookies[COOKIE], over, seen))
            for _ in range(LOOKERS)
        ]
        for looker in lookers:
            looker.start()
        answer = victim.get(back, timeout=SECONDS, allow_redirects=False)
        over.set()
        for looker in lookers:
            looker.join()
        assert answer.headers["Location"].endswith("/accounts")
        assert len(seen) >= LOOKERS
        shown += [number for page in seen if any(name.encode() in page for name in NAMES)]
        assert is_in(victim, origin)
    assert shown == []


@pytest.fixture
def held(stack: Stack) -> Iterator[None]:
    """Let the exchange of a code take its time."""

    def control(path: str, **values: Any) -> None:
        requests.post(f"{stack.bank}/control/{path}", json=values, timeout=SECONDS).raise_for_status()

    control("faults", application="kit", kind="latency", route="/token", latency_ms=HELD_MS)
    yield
    control("faults/clear")


@pytest.mark.parametrize("later", [0.3, 5.0], ids=["at once", "when all is over"])
def test_a_browser_that_gave_up_during_the_exchange_is_let_in_when_it_comes_again(
    stack: Stack, held: None, later: float
) -> None:
    """It closes its connection; the exchange goes on, and the same address leads to what came of it."""
    client = new_client()
    back = urlsplit(approve(client, stack.origin, "rora", THREE))
    since, before = stack.mark(), client.cookies[COOKIE]
    with socket.create_connection(("127.0.0.1", stack.port), timeout=SECONDS) as line:
        head = f"Host: localhost:{stack.port}\r\nCookie: {COOKIE}={before}"
        line.sendall(f"GET {back.path}?{back.query} HTTP/1.1\r\n{head}\r\n\r\n".encode())
        time.sleep(later if later < 1 else HELD_MS / 5_000)
    time.sleep(later)

    again = client.get(f"{stack.origin}{back.path}?{back.query}", timeout=SECONDS, allow_redirects=False)
    assert again.headers["Location"].endswith("/accounts")
    assert client.cookies[COOKIE] != before
    assert is_in(client, stack.origin)
    assert stack.exchanges(since) == 1


def test_a_code_as_long_as_a_request_line_holds_reaches_the_bank(stack: Stack) -> None:
    """The server passes it on, we send it, and the bank says that it is none of its own."""
    client = new_client()
    back = urlsplit(approve(client, stack.origin, "rora", THREE))
    since = stack.mark()
    state = back.query.partition("state=")[2].partition("&")[0]
    iss = back.query.partition("iss=")[2].partition("&")[0]
    address = f"{stack.origin}{back.path}?code={'c' * LONGEST_CODE}&state={state}&iss={iss}"
    answer = client.get(address, timeout=SECONDS, allow_redirects=False)

    assert "/connect/ended/other-window" in answer.headers["Location"]
    assert stack.exchanges(since) == 1
    done = client.get(f"{stack.origin}{back.path}?{back.query}", timeout=SECONDS, allow_redirects=False)
    assert done.headers["Location"].endswith("/accounts")
