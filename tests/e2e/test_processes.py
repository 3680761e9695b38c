"""Starting and stopping, as a terminal, a service manager and a crash do it (Linux: `/proc` is looked at)."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.expected import THREE
from tests.e2e.stack import is_free, wait_until
from tests.e2e.walker import SECONDS, connect, new_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests

    from tests.e2e.stack import Stack

MOST_SECONDS = 1.0
NEVER_MORE_SECONDS = 5.0
TRIES = 3
WORK_SECONDS = 0.1
"""The bars are for a machine that has nothing else to do, and are raised by as much as work takes longer than alone.
One try in three must keep the first, and none may hang. What must hold in every try is checked in every try."""

LEAST_PROCESSES = 4
"""The supervisor, the app's server with its worker, two of the sandbox."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SIGNAL_NAMES = ("ctrl-c", "sigterm")
CTRL_C_SLOW, SIGTERM_SLOW = (
    [pytest.param(each, marks=pytest.mark.slow if each is slow else ()) for each in SIGNALS] for slow in SIGNALS
)
"""The fast tests see both signals, and each state of the product with one of them."""

SLOW_MS = 30_000
PROMPT = 20.0


def end(stack: Stack, number: signal.Signals) -> tuple[int, float]:
    """Send a signal as a terminal does, to the whole process group; return the exit code and the seconds it took."""
    process = stack.process
    assert process is not None
    assert len(stack.running()) >= LEAST_PROCESSES
    began = time.monotonic()
    os.killpg(process.pid, number)
    code = process.wait(SECONDS)
    return code, time.monotonic() - began


def stretch() -> float:
    """Return how many times longer than alone work takes on this machine now; at least 1."""
    began, work = time.monotonic(), time.thread_time()
    while time.thread_time() - work < WORK_SECONDS:
        pass
    return max(1.0, (time.monotonic() - began) / WORK_SECONDS)


def assert_nothing_is_left(stack: Stack) -> None:
    """No process of the stack lives, and its ports are free again, as soon as the kernel has ended and closed them."""
    wait_until(lambda: stack.running() == [], "no process left", PROMPT)
    wait_until(lambda: all(is_free(port) for port in stack.ports), "free ports", PROMPT)


def open_request(port: int, path: str, cookies: str = "") -> socket.socket:
    """Send a whole request over a connection that stays open; do not wait for the answer."""
    line = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
    host = "localhost" if path != "/auth1/.well-known/openid-configuration" else "127.0.0.1"
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookies}\r\n\r\n".encode())
    return line


def has_answer(line: socket.socket) -> bool:
    """Whether anything has come back."""
    with selectors.DefaultSelector() as selector:
        selector.register(line, selectors.EVENT_READ)
        return bool(selector.select(0))


@pytest.fixture
def lines() -> Iterator[list[socket.socket]]:
    """Return a list of connections that are closed after the test, and not before."""
    kept: list[socket.socket] = []
    yield kept
    for line in kept:
        line.close()


def ends_at_once(number: signal.Signals, busy: Callable[[], Stack]) -> None:
    """Start a stack and bring it into a state, send the signal, and check how it ends."""
    seconds: list[float] = []
    while not seconds or (min(seconds) >= MOST_SECONDS and len(seconds) < TRIES):
        stack = busy()
        before = stretch()
        code, took = end(stack, number)
        assert_nothing_is_left(stack)
        assert code == 0
        seconds.append(took / max(before, stretch()))
        assert seconds[-1] < NEVER_MORE_SECONDS
    assert min(seconds) < MOST_SECONDS, seconds


@pytest.mark.parametrize("number", SIGNALS, ids=SIGNAL_NAMES)
def test_a_signal_ends_all_processes_within_a_second(new_stack: Callable[..., Stack], number: signal.Signals) -> None:
    """Ctrl-C in a terminal, and what a service manager sends."""

    def idle() -> Stack:
        return new_stack().start()

    ends_at_once(number, idle)


@pytest.mark.parametrize("number", SIGTERM_SLOW, ids=SIGNAL_NAMES)
def test_idle_connections_do_not_hold_the_end_up(
    new_stack: Callable[..., Stack], lines: list[socket.socket], number: signal.Signals
) -> None:
    """A browser keeps its connections open for minutes."""

    def connected() -> Stack:
        stack = new_stack().start()
        opened = [open_request(stack.port, "/healthz") for _ in range(3)]
        opened += [open_request(stack.bank_port, "/auth1/.well-known/openid-configuration")]
        opened += [open_request(stack.kit_port, "/nothing")]
        wait_until(lambda: all(has_answer(line) for line in opened), "the answers")
        lines.extend(opened)
        return stack

    ends_at_once(number, connected)


@pytest.mark.parametrize("number", CTRL_C_SLOW, ids=SIGNAL_NAMES)
def test_a_slow_request_does_not_hold_the_end_up(
    new_stack: Callable[..., Stack], lines: list[socket.socket], number: signal.Signals
) -> None:
    """A page that waits for a slow bank is given up: this is a developer's machine."""

    def waiting() -> Stack:
        stack = new_stack(SANDBOX_LATENCY_MS=str(SLOW_MS)).start()
        cookies = connect(stack.origin, "rora", THREE).cookies
        pair = "; ".join(f"{each.name}={each.value}" for each in cookies if each.name == "mizan")
        slow = open_request(stack.port, "/accounts", pair)
        lines.append(slow)
        assert new_client().get(f"{stack.origin}/healthz", timeout=SECONDS).status_code == 200
        assert not has_answer(slow), "the request was to be under way"
        return stack

    ends_at_once(number, waiting)


def test_a_second_ctrl_c_changes_nothing(new_stack: Callable[..., Stack]) -> None:
    """People press it twice."""
    stack = new_stack().start()
    process = stack.process
    assert process is not None
    os.killpg(process.pid, signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(SECONDS) == 0
    assert_nothing_is_left(stack)
    assert "Traceback" not in stack.text()


def test_killing_the_supervisor_ends_its_children(new_stack: Callable[..., Stack]) -> None:
    """On Linux the kernel tells them: no orphan keeps a port."""
    stack = new_stack().start()
    process = stack.process
    assert process is not None
    assert len(stack.running()) >= LEAST_PROCESSES
    process.kill()
    process.wait()
    wait_until(lambda: stack.running() == [], "the end of the children", PROMPT)
    assert_nothing_is_left(stack)


def test_the_death_of_one_ends_the_rest(new_stack: Callable[..., Stack]) -> None:
    """A stack with a hole in it would only confuse: it says who has gone, and the exit code tells a service manager."""
    stack = new_stack().start()
    process = stack.process
    assert process is not None
    bank = next(pid for pid in stack.running() if b"\0bank\0" in command_of(pid))
    os.kill(bank, signal.SIGKILL)
    assert process.wait(SECONDS) == 1
    assert_nothing_is_left(stack)
    assert "The sandbox bank has ended" in stack.text()


@pytest.mark.parametrize(
    ("which", "name", "advice"),
    [
        (0, "app", "LISTEN_PORT"),
        (1, "sandbox Starter Kit", "SANDBOX_KIT_PORT"),
        (2, "sandbox bank", "SANDBOX_BANK_PORT"),
    ],
    ids=["app", "kit", "bank"],
)
def test_a_taken_port_is_named_with_what_to_do(
    new_stack: Callable[..., Stack], which: int, name: str, advice: str
) -> None:
    """Exit code 1, one sentence, and nothing was started on the other ports."""
    stack = new_stack()
    port = stack.ports[which]
    with socket.create_server(("127.0.0.1", port)):
        assert stack.launch().wait(SECONDS) == 1
        told = stack.text()
        assert f"Port {port} on 127.0.0.1, which the {name} needs, is taken." in told
        assert advice in told
        assert "ready on" not in told
        assert "Traceback" not in told
        assert stack.running() == []
        assert list(stack.instance.glob("*.sqlite")) == []
        assert all(is_free(each) for each in stack.ports if each != port)


def test_all_taken_ports_are_named_at_once(new_stack: Callable[..., Stack]) -> None:
    """Not one per try."""
    stack = new_stack()
    servers = [socket.create_server(("127.0.0.1", port)) for port in stack.ports]
    try:
        assert stack.launch().wait(SECONDS) == 1
    finally:
        for server in servers:
            server.close()
    assert [port for port in stack.ports if f"Port {port} " not in stack.text()] == []


def test_wrong_settings_are_all_named_together(new_stack: Callable[..., Stack]) -> None:
    """Exit code 2; each fault with its setting, none with its value where that is a secret."""
    secret = "too-short-and-secret"
    wrong = {
        "CONSENT_DAYS": "400",
        "LOG_LEVEL": "LOUD",
        "SANDBOX_KIT_PORT": "70000",
        "SANDBOX_STATE_FORM": "clear",
        "PERMISSIONS": "ReadBalances",
        "CA_FILE": "/no/such/file",
        "REDIRECT_URI": "ftp://localhost/x",
    }
    stack = new_stack(**wrong, SECRET_KEY=secret)
    assert stack.launch().wait(SECONDS) == 2
    told = stack.text()
    assert [name for name in wrong if name not in told] == []
    assert secret not in told
    assert "Traceback" not in told
    assert stack.running() == []
    assert list(stack.instance.glob("*.sqlite")) == []


def test_no_process_of_the_product_listens_beyond_this_machine(stack: Stack) -> None:
    """The Starter Kit asks nobody for a password: 127.0.0.1 only, unless told otherwise."""
    assert {listening_on(port) for port in stack.ports} == {"0100007F"}


def test_a_start_over_an_old_instance_keeps_its_keys(stack: Stack) -> None:
    """Who was connected yesterday is connected today: the key is made once, for its owner's eyes only."""
    key = stack.instance / "secret.key"
    before = key.read_bytes()
    assert key.stat().st_mode & 0o077 == 0
    stack.restart()
    assert key.read_bytes() == before


def test_a_healthy_stack_answers_health_and_readiness(stack: Stack) -> None:
    """Neither makes a session."""
    client = new_client()
    answers: list[requests.Response] = [
        client.get(f"{stack.origin}{path}", timeout=SECONDS) for path in ("/healthz", "/readyz")
    ]
    assert [answer.text for answer in answers] == ["ok\n", "ok\n"]
    assert len(client.cookies) == 0


def command_of(pid: int) -> bytes:
    """Return a process's command line, its words ended by NUL."""
    with open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123 - /proc has no size to stat
        return file.read()


def listening_on(port: int) -> str:
    """Return the address, as the kernel writes it, on which a port listens."""
    with open("/proc/net/tcp", encoding="ascii") as table:  # noqa: PTH123
        rows = [line.split() for line in table][1:]
    found = {row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port}
    return ",".join(sorted(found))
