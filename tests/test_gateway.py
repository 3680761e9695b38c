"""From ASGI to WSGI: the environ byte by byte, bodies whole and bounded, answers as they are."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from wsgiref.validate import validator

import pytest

from tpp.serve.gateway import Gateway, environ_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ALONE = ThreadPoolExecutor(1)
"""A test in a browser leaves an event loop in the thread of the tests that follow it."""

SCOPE = {
    "type": "http",
    "http_version": "1.1",
    "method": "POST",
    "scheme": "http",
    "path": "/دبي",
    "raw_path": b"/%D8%AF%FF",
    "query_string": b"a=%20b",
    "server": ("127.0.0.1", "1411"),
    "client": ("127.0.0.1", "5000"),
    "headers": [
        (b"host", b"localhost:1411"),
        (b"content-type", b"text/plain"),
        (b"cookie", b"city=\xd8\xaf"),
        (b"cookie", b"mizan=abc"),
        (b"x-forwarded-for", b"192.0.2.1"),
        (b"x-forwarded-for", b"192.0.2.2"),
    ],
}


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer with the size of what came."""
    size = str(len(environ["wsgi.input"].read())).encode()
    start_response("201 Created", [("Content-Type", "text/plain"), ("Content-Length", str(len(size)))])
    return [size]


def ask(gateway: Gateway, *messages: dict[str, Any], wait: bool = False) -> list[dict[str, Any]]:
    """Let a gateway answer a body that comes in these pieces; `wait`: and then nothing more comes."""
    sent: list[dict[str, Any]] = []
    left = list(messages)

    async def receive() -> dict[str, Any]:
        if not left and wait:
            await asyncio.Event().wait()
        return left.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    _ALONE.submit(asyncio.run, gateway(SCOPE, receive, send)).result()
    return sent


def piece(body: bytes, *, more: bool = False) -> dict[str, Any]:
    """Make one piece of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


def test_every_byte_of_a_header_and_a_path_arrives() -> None:
    environ = environ_of(SCOPE, b"body")

    assert environ["HTTP_COOKIE"].encode("latin-1") == b"city=\xd8\xaf; mizan=abc"
    assert environ["PATH_INFO"].encode("latin-1") == b"/\xd8\xaf\xff"
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1,192.0.2.2"
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "4")
    assert environ["QUERY_STRING"] == "a=%20b"


def test_a_name_with_an_underscore_does_not_pass_for_a_header_of_the_proxy() -> None:
    told = [
        (b"x-forwarded-host", b"localhost:1411"),
        (b"x_forwarded_host", b"evil.example"),
        (b"sec_fetch_site", b"none"),
    ]
    environ = environ_of({**SCOPE, "headers": told}, b"")

    assert environ["HTTP_X_FORWARDED_HOST"] == "localhost:1411"
    assert "HTTP_SEC_FETCH_SITE" not in environ


def test_nothing_of_the_process_environment_is_in_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "k" * 40)

    assert "k" * 40 not in str(environ_of(SCOPE, b""))


def test_a_body_in_pieces_is_read_whole() -> None:
    start, body = ask(Gateway(validator(echo_validly), 100), piece(b"abc", more=True), piece(b"de"))

    assert start["status"] == 201
    assert (b"content-length", b"1") in start["headers"]
    assert body["body"] == b"5"


def echo_validly(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer as `echo`, with reads of a size, as the standard's own validator wants them."""
    size = str(len(environ["wsgi.input"].read(1000))).encode()
    start_response("201 Created", [("Content-Type", "text/plain"), ("Content-Length", str(len(size)))])
    return [size]


def test_a_body_that_is_too_large_is_cut_where_the_application_can_see_it() -> None:
    _, body = ask(Gateway(echo, 100), piece(b"x" * 90, more=True), piece(b"x" * 5000, more=True), wait=True)

    assert body["body"] == b"101"


def test_a_body_that_does_not_come_in_time_is_408_and_costs_no_thread() -> None:
    called = threading.Event()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        called.set()
        return echo(environ, start_response)

    start, _ = ask(Gateway(application, 100, body_seconds=0.05), piece(b"abc", more=True), wait=True)

    assert start["status"] == 408
    assert not called.is_set()


def test_a_body_that_is_cut_short_is_400_and_never_reaches_the_application() -> None:
    start, _ = ask(Gateway(unreachable, 100), piece(b"a", more=True), {"type": "http.disconnect"})

    assert start["status"] == 400
    assert (b"connection", b"close") in start["headers"]


def unreachable(_environ: dict[str, Any], _start_response: Any) -> Iterable[bytes]:
    """Fail: it was not to be called."""
    raise AssertionError


def test_a_body_of_unknown_length_is_sent_a_piece_at_a_time_as_it_is_made() -> None:
    """No piece is made before the one ahead of it has been taken; what was handed out is closed at the end."""
    events: list[str] = []

    def pieces() -> Iterator[bytes]:
        try:
            for each in (b"a", b"b", b"c"):
                events.append(f"made {each.decode()}")
                yield each
        finally:
            events.append("closed")

    def application(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/csv")])
        return pieces()

    async def send(message: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        events.append(f"sent {message.get('body', b'').decode()}".strip())
        sent.append(message)

    sent: list[dict[str, Any]] = []
    _ALONE.submit(asyncio.run, Gateway(application, 100)(SCOPE, empty, send)).result()

    assert events == ["made a", "sent", "sent a", "made b", "sent b", "made c", "sent c", "closed", "sent"]
    assert [each["type"] for each in sent] == ["http.response.start", *["http.response.body"] * 4]
    assert [each.get("more_body", False) for each in sent[1:]] == [True, True, True, False]


async def empty() -> dict[str, Any]:
    """Receive a request without a body."""
    return piece(b"")


def test_a_body_that_is_not_taken_in_time_ends_and_gives_its_thread_back() -> None:
    closed = threading.Event()

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            closed.set()

    def application(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return endless()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    answer = Gateway(application, 100, answer_seconds=0.1)(SCOPE, empty, send)
    with pytest.raises(TimeoutError):
        _ALONE.submit(asyncio.run, answer).result()

    assert closed.wait(30)


def test_what_an_application_hands_out_is_closed() -> None:
    closed = threading.Event()

    class Parts(list[bytes]):
        def close(self) -> None:
            closed.set()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return Parts(echo(environ, start_response))

    ask(Gateway(application, 100), piece(b""))

    assert closed.is_set()
