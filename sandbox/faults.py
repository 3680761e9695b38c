"""Spoilt answers: a WSGI layer around the bank and the kit that does what networks and banks do wrong.

``status``, ``html``, ``drop`` and ``hang`` answer in the application's place, which never sees the call.
``malformed``, ``truncated``, ``drip`` and ``empty`` let it answer and spoil the answer: what the call
changed, stays changed. ``latency`` only waits, and every other kind may wait first as well. Without a
fault a call costs one ``stat``. A raised ``ConnectionResetError`` makes the server close the connection
and say nothing.
"""

from __future__ import annotations

import errno
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from sandbox.call_log import CallLog, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

    from sandbox.controls import Controls, Fault

HANG_SECONDS = 120.0
PATIENCE = 0.1
DRIP_MS = 500
JSON = "application/json"
HTML_BODY = "<!doctype html>\n<html lang=en><title>Service</title><h1>The service is not available</h1></html>\n"

EXTENSION = "sandbox_controls"


def install(app: Flask, controls: Controls, instance: Path, application: str) -> None:
    """Put the layer and the call log around an application, and keep both where the control finds them."""
    log = CallLog(instance)
    app.extensions[EXTENSION] = controls, log
    layer = FaultLayer(app.wsgi_app, controls, application, watch(app, log, application))
    app.wsgi_app = layer  # type: ignore[method-assign]  # as Flask's documentation has it


class FaultLayer:
    """The layer around one application. ``tell`` hears of the calls that the application does not see."""

    def __init__(
        self,
        inner: WSGIApplication,
        controls: Controls,
        application: str,
        tell: Callable[[WSGIEnvironment, int, float], None],
    ) -> None:
        self._inner = inner
        self._controls = controls
        self._application = application
        self._tell = tell

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the call, spoilt if a fault fits its path."""
        fault = self._controls.take(self._application, environ.get("PATH_INFO", ""))
        if fault is None:
            return self._inner(environ, start_response)
        if fault.latency_ms and fault.kind != "drip":
            time.sleep(fault.latency_ms / 1000)
        if fault.kind == "latency":
            return self._inner(environ, start_response)
        if fault.kind in ("status", "html", "drop", "hang"):
            return self._instead(fault, environ)(environ, start_response)
        return _spoilt(fault, Response.from_app(self._inner, environ, buffered=True))(environ, start_response)

    def _instead(self, fault: Fault, environ: WSGIEnvironment) -> Response:
        started = time.perf_counter()
        if fault.kind == "hang":
            self._wait()
        closes = fault.kind in ("drop", "hang")
        status = 0 if closes else fault.status or HTTPStatus.OK
        self._tell(environ, status, time.perf_counter() - started + fault.latency_ms / 1000)
        if closes:
            raise _closed()
        if fault.kind == "html":
            return Response(HTML_BODY, status, content_type="text/html; charset=utf-8")
        answer = Response(b"", status)
        del answer.headers["Content-Type"]
        if fault.retry_after is not None:
            answer.headers["Retry-After"] = str(fault.retry_after)
        return answer

    def _wait(self) -> None:
        """Keep the caller waiting, at most until the faults are cleared."""
        epoch, end = self._controls.held().epoch, time.monotonic() + HANG_SECONDS
        while time.monotonic() < end and self._controls.held().epoch == epoch:
            time.sleep(PATIENCE)


def _spoilt(fault: Fault, answer: Response) -> Response:
    """Return the application's answer with its body spoilt."""
    body = answer.get_data()
    if fault.kind == "empty":
        answer.set_data(b"")
    elif fault.kind == "malformed":
        answer.set_data(body.rstrip()[:-1] + b",,")
        answer.content_type = JSON
    elif fault.kind == "truncated":
        answer.response = _cut(body)
        answer.headers["Content-Length"] = str(max(len(body), 2))
    elif fault.kind == "drip":
        answer.response = _drops(body, (fault.latency_ms or DRIP_MS) / 1000)
        answer.headers["Content-Length"] = str(len(body))
    return answer


def _cut(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2] or b"{"
    raise _closed()


def _drops(body: bytes, pause: float) -> Iterator[bytes]:
    for at in range(len(body)):
        if at:
            time.sleep(pause)
        yield body[at : at + 1]


def _closed() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "closed on purpose")
