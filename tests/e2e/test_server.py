"""The server in front of the app, over raw sockets: foreign cookies, slow senders, the end while pages are made."""

from __future__ import annotations

import errno
import os
import re
import resource
import signal
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.expected import THREE
from tests.e2e.walker import SECONDS, connect, new_client
from tests.stack import plain, serving
from tpp.serve.programs import MOST_REQUESTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.stack import Stack

SENDERS = 150
"""More than there are threads."""

AT_ONCE, FEW_FILES, PATIENCE = 2_000, 1_024, 120.0

SHUT_OUT_SECONDS = 25
"""Several times what a head may take, and less than what the server would give it by itself."""


def talk(stack: Stack, request: bytes) -> bytes:
    """Send a whole request, byte by byte as given; return the whole answer."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=SECONDS) as line:
        line.sendall(request)
        answer = b""
        while piece := line.recv(65_536):
            answer += piece
    return answer


def head(stack: Stack, path: str, *lines: bytes) -> bytes:
    """Return a request's head."""
    start = f"GET {path} HTTP/1.1\r\nHost: localhost:{stack.port}\r\nConnection: close\r\n".encode()
    return start + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


FOREIGN = ["city=دبي".encode(), b"a=\xff\xfe", b'a="x', b"a=\x80; b=\xa0", b"a=\t"]


@pytest.mark.parametrize("foreign", FOREIGN, ids=ascii)
def test_a_foreign_cookie_of_any_bytes_never_hides_ours(stack: Stack, foreign: bytes) -> None:
    """Another app on localhost may have set it: a browser sends it to us, whatever its port."""
    client = connect(stack.origin, "rora", THREE)
    ours = next(each.value for each in client.cookies if each.name == "mizan") or ""
    mine = f"mizan={ours}; mizan_language=ar".encode()
    for cookie in (foreign + b"; " + mine, mine + b"; " + foreign):
        answer = talk(stack, head(stack, "/accounts", b"Cookie: " + cookie))

        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b'lang="ar"' in answer
        assert b"/sign-out" in answer, "connected"


def test_paths_and_queries_come_in_as_they_were_sent(stack: Stack) -> None:
    assert talk(stack, head(stack, "/language/ar?next=/a%2Fb")).startswith(b"HTTP/1.1 303 ")
    assert talk(stack, head(stack, "/%D8%AF%FF")).startswith(b"HTTP/1.1 404 ")


def test_a_form_in_chunks_is_read_like_any_other(stack: Stack) -> None:
    whole = press(stack)
    start, _, body = whole.partition(b"\r\n\r\n")
    start = re.sub(rb"Content-Length: \d+", b"Transfer-Encoding: chunked", start)
    answer = talk(stack, b"%b\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (start, len(body), body))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"request_uri" in answer


@pytest.mark.parametrize(
    "rest",
    [b"Content-Length: 100\r\n\r\ndraft=", b"Transfer-Encoding: chunked\r\n\r\n6\r\ndra", b"Content-Length: 1\r\n\r\n"],
    ids=["length", "chunks", "nothing"],
)
def test_a_body_that_is_cut_short_is_refused_without_a_fault_in_the_log(stack: Stack, rest: bytes) -> None:
    since = stack.mark()
    with socket.create_connection(("127.0.0.1", stack.port), timeout=SECONDS) as line:
        line.sendall(f"POST /connect HTTP/1.1\r\nHost: localhost:{stack.port}\r\n".encode() + rest)
        line.shutdown(socket.SHUT_WR)
        assert line.recv(65_536).startswith(b"HTTP/1.1 400 ")
    assert "Traceback" not in stack.text(since)
    assert "ERROR" not in stack.text(since)


def test_slow_senders_hold_no_thread(stack: Stack) -> None:
    """Half a form on each of many connections: the next visitor does not notice."""
    start = f"POST /connect HTTP/1.1\r\nHost: localhost:{stack.port}\r\nContent-Length: 100\r\n\r\ndraft=".encode()
    lines = [socket.create_connection(("127.0.0.1", stack.port), timeout=SECONDS) for _ in range(SENDERS)]
    try:
        for line in lines:
            line.sendall(start)
        assert new_client().get(f"{stack.origin}/", timeout=SECONDS).status_code == 200
    finally:
        for line in lines:
            line.close()


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process, and what it starts, have as many connections open as the machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
@pytest.mark.usefixtures("many_files")
def test_half_sent_heads_shut_nobody_out(new_stack: Callable[..., Stack]) -> None:
    """More of them than requests are taken in at once, and never a word more: the next visitor waits for seconds."""
    stack = new_stack(WEB_WORKERS="1").start()
    with ExitStack() as lines:
        for _ in range(MOST_REQUESTS + SENDERS):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", stack.port), timeout=SECONDS))
            line.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert new_client().get(f"{stack.origin}/", timeout=SHUT_OUT_SECONDS).status_code == 200


@pytest.fixture
def few_files() -> Iterator[None]:
    """Start as a shell does that allows a program a thousand open files, and more where it asks for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW_FILES, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def halted(stack: Stack) -> Iterator[None]:
    """Let no process of the stack run for a while."""
    pids = stack.running()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.usefixtures("few_files")
def test_two_thousand_connections_at_once_are_taken_without_a_lost_packet(new_stack: Callable[..., Stack]) -> None:
    """Also while the server has no time for any: the kernel drops those that find its queue full, and their other
    ends try again after a second.
    """
    allowed = Path("/proc/sys/net/core/somaxconn")
    if int(allowed.read_text(encoding="ascii")) < AT_ONCE:
        pytest.skip(f"{allowed} keeps the queue of every server on this machine below {AT_ONCE}")
    stack = new_stack(WEB_WORKERS="1").start()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with ExitStack() as lines:
        opened = [lines.enter_context(socket.socket()) for _ in range(AT_ONCE)]
        with halted(stack):
            for line in opened:
                line.setblocking(False)
                assert line.connect_ex(("127.0.0.1", stack.port)) == errno.EINPROGRESS
        for line in opened:
            line.settimeout(PATIENCE)
            line.sendall(head(stack, "/healthz"))
        answers = [line.recv(65_536)[:12] for line in opened]
        again = [
            int.from_bytes(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)[100:], "little") for line in opened
        ]
    assert set(answers) == {b"HTTP/1.1 200"}
    assert sum(again) == 0, "segments that were sent again (tcpi_total_retrans)"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_requests_under_way_are_finished_at_the_end(new_stack: Callable[..., Stack], number: signal.Signals) -> None:
    """With a real kit nothing is cut off: a code may be under way."""
    asked = threading.Semaphore(0)

    def slow(environ: Any, start_response: Any) -> Any:
        asked.release()
        time.sleep(1.5)
        return plain("500 Out", b"{}")(environ, start_response)

    with serving(slow) as (address, _):
        stack = new_stack(STARTER_KIT_URL=address).start()
        answers: list[bytes] = []
        threads = [threading.Thread(target=lambda: answers.append(talk(stack, press(stack)))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert asked.acquire(timeout=SECONDS)
        process = stack.process
        assert process is not None
        os.killpg(process.pid, number)
        assert process.wait(SECONDS) == 0
        for thread in threads:
            thread.join(SECONDS)
    assert [answer.split(b"\r\n")[0] for answer in answers] == [b"HTTP/1.1 502 Bad Gateway"] * 6
    assert all(b"The bank had a technical problem" in answer for answer in answers)


def press(stack: Stack) -> bytes:
    """Return the request of a press of the button, with a form of its own."""
    page = new_client().get(f"{stack.origin}/", timeout=SECONDS).text
    found = re.search(r'name="draft" value="([^"]+)"', page)
    assert found is not None
    body = f"draft={found[1]}".encode()
    lines = [
        f"POST /connect HTTP/1.1\r\nHost: localhost:{stack.port}\r\nOrigin: {stack.origin}\r\nConnection: close",
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n",
    ]
    return "\r\n".join(lines).encode() + body
