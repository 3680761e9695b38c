"""Who called what: the last calls of both applications, and how many there were.

One line a call in ``<instance>/sandbox.calls``: method, route template, status and time taken. Addresses,
queries, headers and bodies are never written. Old lines are folded into counts. The file's lock keeps
threads and both processes apart. A status of 0 is a connection that was closed without an answer.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

from flask import g, request
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from wsgiref.types import WSGIEnvironment

    from flask import Flask, Response

SHOWN = 200
LARGEST = 96 * 1024
OUTSIDE = ("/control", "/auth1/static")
NO_ROUTE = "(none)"


@dataclass(frozen=True)
class Call:
    """One call. ``at`` is in Unix seconds by the machine's own clock."""

    application: str
    method: str
    route: str
    status: int
    ms: int
    at: float

    @property
    def name(self) -> str:
        """Return what the call is counted under."""
        return f"{self.application} {self.method} {self.route} {self.status}"


class CallLog:
    """The log of one instance, written by both applications."""

    def __init__(self, instance: Path) -> None:
        self._path = instance / "sandbox.calls"

    def add(self, call: Call) -> None:
        """Write a call."""
        with self._locked() as file:
            file.write(json.dumps(asdict(call)) + "\n")
            file.flush()
            if file.tell() > LARGEST:
                _fold(file)

    def read(self) -> tuple[list[Call], dict[str, int]]:
        """Return the last calls, newest first, and how many there were of each kind since the reset."""
        with self._locked() as file:
            calls, counts = _parsed(file)
        counts.update(call.name for call in calls)
        return calls[: -SHOWN - 1 : -1], dict(sorted(counts.items()))

    def clear(self) -> None:
        """Forget all calls."""
        with self._locked() as file:
            file.truncate(0)

    def _locked(self) -> IO[str]:
        """Return the open file; closing it gives the lock back."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return os.fdopen(descriptor, "r+", encoding="utf-8")


def _parsed(file: IO[str]) -> tuple[list[Call], Counter[str]]:
    file.seek(0)
    rows = [json.loads(line) for line in file]
    counts: Counter[str] = Counter(rows.pop(0)["counts"]) if rows and "counts" in rows[0] else Counter()
    return [Call(**row) for row in rows], counts


def _fold(file: IO[str]) -> None:
    calls, counts = _parsed(file)
    counts.update(call.name for call in calls[:-SHOWN])
    lines = [json.dumps({"counts": counts}), *(json.dumps(asdict(call)) for call in calls[-SHOWN:])]
    file.truncate(0)
    file.write("\n".join(lines) + "\n")


def watch(app: Flask, log: CallLog, application: str) -> Callable[[WSGIEnvironment, int, float], None]:
    """Log every call that the application answers; return what tells of those it never sees."""

    def begin() -> None:
        g.call_began = time.perf_counter()

    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        took = time.perf_counter() - g.get("call_began", time.perf_counter())
        note(request.method, route, response.status_code, took)
        return response

    def note(method: str, route: str, status: int, seconds: float) -> None:
        if not route.startswith(OUTSIDE):
            log.add(Call(application, method, route, status, round(seconds * 1000), time.time()))

    def tell(environ: WSGIEnvironment, status: int, seconds: float) -> None:
        method = str(environ["REQUEST_METHOD"])
        note(method if method.isalpha() else "?", _route(app, environ, method), status, seconds)

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)
    return tell


def _route(app: Flask, environ: WSGIEnvironment, method: str) -> str:
    try:
        rule, _ = app.url_map.bind("").match(environ.get("PATH_INFO", ""), method, return_rule=True)
    except HTTPException:
        return NO_ROUTE
    return str(rule.rule)
