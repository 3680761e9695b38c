"""Between the server and the application: ASGI on one side, WSGI on the other.

Granian's own WSGI side drops the whole value of a header that holds one byte beyond ASCII, and another app on
localhost may well have set such a cookie; its ASGI side hands the bytes on as they came. A request's body is taken
whole, and within a time, before a thread is: who sends slowly holds no thread. Pages are small, so each is sent in one
piece. What names no length is a file that is made while it is sent: each piece waits for the one before, within a
time, and only one of them is here at once. Sources: PEP 3333; the ASGI specification, version 3.0.
"""

from __future__ import annotations

import asyncio
import io
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from wsgiref.types import WSGIApplication

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]
    Headers = list[tuple[bytes, bytes]]

THREADS = 64
BODY_SECONDS = 20.0
"""Time for a whole request to arrive; afterwards its sender is told that it was too slow (408)."""

ANSWER_SECONDS = 60.0
"""Time for a whole file to be taken: as long it holds its thread."""

_UNPREFIXED = {"CONTENT_TYPE", "CONTENT_LENGTH"}


class Gateway:
    """Serves a WSGI application as an ASGI one. Made after the fork. `largest`: bytes of a body that are read.

    A larger body is cut one byte later, which is enough for the application to refuse it.
    """

    def __init__(
        self,
        application: WSGIApplication,
        largest: int,
        *,
        threads: int = THREADS,
        body_seconds: float = BODY_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._application = application
        self._largest = largest
        self._body_seconds = body_seconds
        self._answer_seconds = answer_seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request. Once a thread is at it, it goes on to the end, also when the browser has left."""
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await _whole(receive, self._largest)
        except TimeoutError:
            await _answer(send, 408, [(b"connection", b"close")], b"")
            return
        if body is None:
            await _answer(send, 400, [(b"connection", b"close")], b"")
            return
        environ = environ_of(scope, body)
        loop = asyncio.get_running_loop()
        hand_on = _to(send, loop, self._answer_seconds)
        whole = await loop.run_in_executor(self._pool, call, self._application, environ, hand_on)
        if whole is not None:
            await _answer(send, *whole)


def _to(send: Send, loop: asyncio.AbstractEventLoop, seconds: float) -> Callable[[dict[str, Any]], None]:
    """Return a way to send from a thread, one message after another; TimeoutError once all have taken too long."""
    until = time.monotonic() + seconds

    def hand_on(message: dict[str, Any]) -> None:
        sent = asyncio.run_coroutine_threadsafe(_sent(send, message), loop)
        try:
            sent.result(max(0.0, until - time.monotonic()))
        except TimeoutError:
            sent.cancel()
            raise

    return hand_on


async def _sent(send: Send, message: dict[str, Any]) -> None:
    await send(message)


async def _whole(receive: Receive, largest: int) -> bytes | None:
    """Read a body up to one byte more than allowed; None where it was cut short.

    Its sender may have left, or only have stopped sending and still wait for an answer: nobody can tell.
    """
    body, more = bytearray(), True
    while more and len(body) <= largest:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body[: largest + 1])


async def _answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def environ_of(scope: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return the WSGI environ of a request: header values byte by byte as Latin-1, as PEP 3333 wants them.

    Nothing of this process's own environment is in it. A name with an underscore is left out: there it would read like
    the same name with a hyphen, which a proxy in front may have set and must be the only one to set.
    """
    server, client = scope.get("server") or ("", None), scope.get("client") or ("", None)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue
        _add_header(environ, name.decode("latin-1").upper().replace("-", "_"), value.decode("latin-1"))
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    """Join headers that come more than once: with commas (RFC 9110, 5.3), cookies with "; " (RFC 9113, 8.2.3)."""
    key = name if name in _UNPREFIXED else f"HTTP_{name}"
    joint = "; " if name == "COOKIE" else ","
    environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value


def call(
    application: WSGIApplication, environ: dict[str, Any], hand_on: Callable[[dict[str, Any]], None]
) -> tuple[int, Headers, bytes] | None:
    """Run the application for one request. Returns status, headers and the whole body.

    Or None for a body of unknown length: that has been handed on, a piece at a time.
    """
    begun: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: Iterable[tuple[str, str]], _exc_info: object = None, /) -> Any:
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        begun[:] = [(int(status.split(" ", 1)[0]), pairs)]
        return None

    parts = application(environ, start_response)
    try:
        if begun and _is_made_on_the_way(*begun[0]):
            _hand_on(begun[0], parts, hand_on)
            return None
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
    return *begun[0], body


def _is_made_on_the_way(status: int, headers: Headers) -> bool:
    return status == HTTPStatus.OK and all(name != b"content-length" for name, _ in headers)


def _hand_on(begun: tuple[int, Headers], parts: Iterable[bytes], hand_on: Callable[[dict[str, Any]], None]) -> None:
    """Send a body as it is made. What fails before its first piece is an error like any other."""
    pieces = iter(parts)
    first = next(pieces, b"")
    hand_on({"type": "http.response.start", "status": begun[0], "headers": begun[1]})
    for piece in chain([first], pieces):
        hand_on({"type": "http.response.body", "body": piece, "more_body": True})
    hand_on({"type": "http.response.body", "body": b""})
