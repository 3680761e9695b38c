"""Spoilt answers: a WSGI layer around the bank and the kit that does what networks and banks do wrong.

`status`, `html`, `drop` and `hang` answer in the application's place, which never sees the call; a
`status` may have a code, and then the body that says it.
`malformed`, `truncated`, `drip` and `empty` let it answer and spoil the answer: what the call
changed, stays changed. `latency` only waits, and every other kind may wait first as well.

Only so many calls wait at once that some threads are always left for the control. One more does not wait: it
is answered at once, a dripping answer comes whole, and what should hang is closed. Without a fault a call
costs one `stat`. A raised `ConnectionResetError` makes the server close the connection and say nothing.
"""

from __future__ import annotations

import errno
import json
import time
from contextlib import contextmanager
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from sandbox.ground.serving import THREADS
from sandbox.stage.call_log import CallLog, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

    from sandbox.stage.controls import Controls, Fault

HANG_SECONDS = 120.0
PATIENCE = 0.1
MOST_WAITING = THREADS * 3 // 4
"""At once, of any kind: the threads that are left answer the control."""

DRIP_MS = 500
HTML_BODY = "<!doctype html>\n<html lang=en><title>Service</title><h1>The service is not available</h1></html>\n"

EXTENSION = "sandbox_controls"


def install(app: Flask, controls: Controls, instance: Path, application: str) -> None:
    """Put the layer and the call log around an application, and keep both where the control finds them."""
    log = CallLog(instance)
    app.extensions[EXTENSION] = controls, log
    layer = FaultLayer(app.wsgi_app, controls, application, watch(app, log, application))
    app.wsgi_app = layer  # type: ignore[method-assign]  # as Flask's documentation has it


class FaultLayer:
    """The layer around one application. `tell` hears of the calls that the application does not see."""

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
        self._waiting = BoundedSemaphore(MOST_WAITING)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the call, spoilt if a fault fits its path."""
        fault = self._controls.take(self._application, environ.get("PATH_INFO", ""))
        if fault is None:
            return self._inner(environ, start_response)
        began = time.perf_counter()
        self._wait(_ahead(fault))
        if fault.kind == "latency":
            return self._inner(environ, start_response)
        if fault.kind in ("status", "html", "drop", "hang"):
            return self._instead(fault, environ, began)(environ, start_response)
        answer = Response.from_app(self._inner, environ, buffered=True)
        return self._spoilt(fault, answer)(environ, start_response)

    def _instead(self, fault: Fault, environ: WSGIEnvironment, began: float) -> Response:
        closes = fault.kind in ("drop", "hang")
        status = 0 if closes else fault.status or HTTPStatus.OK
        self._tell(environ, status, time.perf_counter() - began)
        if closes:
            raise _closed()
        if fault.kind == "html":
            return Response(HTML_BODY, status, content_type="text/html; charset=utf-8")
        answer = Response(_body(fault.code), status, content_type="application/json")
        if not fault.code:
            del answer.headers["Content-Type"]
        if fault.retry_after is not None:
            answer.headers["Retry-After"] = str(fault.retry_after)
        return answer

    @contextmanager
    def _place(self) -> Iterator[bool]:
        """Hold one of the places for calls that wait; tell whether there was one."""
        held = self._waiting.acquire(blocking=False)
        try:
            yield held
        finally:
            if held:
                self._waiting.release()

    def _wait(self, seconds: float) -> None:
        """Wait where there is something to wait for and a place to do it."""
        if seconds:
            with self._place() as held:
                if held:
                    self._pause(seconds)

    def _pause(self, seconds: float) -> bool:
        """Wait, at most until faults are cleared; tell whether they were. The caller holds a place."""
        epoch, end = self._controls.held().epoch, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, PATIENCE))
            if self._controls.held().epoch != epoch:
                return True
        return False

    def _spoilt(self, fault: Fault, answer: Response) -> Response:
        """Return the application's answer with its body spoilt; one without a body stays as it is."""
        body = answer.get_data()
        if not body:
            return answer
        if fault.kind == "empty":
            answer.set_data(b"")
        elif fault.kind == "malformed":
            answer.set_data(body.rstrip()[:-1] + b",,")
        elif fault.kind == "truncated":
            answer.response = _cut(body)
        elif fault.kind == "drip":
            answer.response = self._drops(body, (fault.latency_ms or DRIP_MS) / 1000)
        return answer

    def _drops(self, body: bytes, pause: float) -> Iterator[bytes]:
        """Give byte after byte; once faults are cleared, or without a place, the rest at once."""
        with self._place() as held:
            for at in range(len(body)):
                if not held or (at and self._pause(pause)):
                    yield body[at:]
                    return
                yield body[at : at + 1]


def _body(code: str) -> str:
    """Return an error body as its endpoint writes it. Source: RFC 6749 section 5.2; v1.2 `AEErrorResponse`."""
    said = "Set on the control of the simulated bank."
    if not code:
        return ""
    if code.islower():
        return json.dumps({"error": code, "error_description": said})
    return json.dumps({"Errors": [{"Code": code, "Message": said}]})


def _ahead(fault: Fault) -> float:
    """Return the seconds before anything is answered; what drips waits between its bytes."""
    if fault.kind == "drip":
        return 0
    return fault.latency_ms / 1000 + (HANG_SECONDS if fault.kind == "hang" else 0)


def _cut(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise _closed()


def _closed() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "closed on purpose")
