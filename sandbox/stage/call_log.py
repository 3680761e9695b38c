"""Who called what: the last calls of both applications, and how many there were.

One line a call in `<instance>/sandbox.calls`: method, route template, status and time taken. Addresses,
queries, headers and bodies are never written. Old lines are folded into counts. A lock keeps threads and both
processes apart; it is a file of its own, because folding puts a new log in the old one's place. A status of 0 is
a connection that was closed without an answer.

The log is a comfort: a line that was torn is skipped, and a log that cannot be written spoils no answer.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

from flask import g, request
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from wsgiref.types import WSGIEnvironment

    from flask import Flask, Response

SHOWN = 200
LARGEST = 96 * 1024
OUTSIDE = ("/control", "/auth1/static")
NO_ROUTE = "(none)"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """One call. `at` is in Unix seconds by the machine's own clock."""

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
        self._lock = instance / "sandbox.calls.lock"

    def add(self, call: Call) -> None:
        """Write a call. Raises `OSError` where nothing can be written."""
        with self._locked():
            torn = self._is_torn()
            with _opened(self._path, os.O_APPEND) as file:
                file.write("\n" * torn + json.dumps(asdict(call)) + "\n")
                file.flush()
                large = file.tell() > LARGEST
            if large:
                self._fold()

    def read(self) -> tuple[list[Call], dict[str, int]]:
        """Return the last calls, newest first, and how many there were of each kind since the reset."""
        try:
            with self._locked():
                calls, counts = self._parsed()
        except OSError:
            log.warning("call log not read")
            return [], {}
        counts.update(call.name for call in calls)
        return calls[: -SHOWN - 1 : -1], dict(sorted(counts.items()))

    def clear(self) -> None:
        """Forget all calls."""
        try:
            with self._locked():
                self._path.unlink(missing_ok=True)
        except OSError:
            log.warning("call log not cleared")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock. Raises `OSError`."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _is_torn(self) -> bool:
        """Tell whether the last line has no end: its writer was stopped, or the disk was full."""
        try:
            with self._path.open("rb") as file:
                if not file.seek(0, os.SEEK_END):
                    return False
                file.seek(-1, os.SEEK_END)
                return file.read(1) != b"\n"
        except FileNotFoundError:
            return False

    def _parsed(self) -> tuple[list[Call], Counter[str]]:
        """Return the calls and the counts of those that were folded; lines that cannot be read are left out."""
        calls: list[Call] = []
        counts: Counter[str] = Counter()
        with contextlib.suppress(FileNotFoundError):
            for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
                with contextlib.suppress(ValueError, TypeError):
                    row = json.loads(line)
                    if "counts" in row:
                        counts.update(row["counts"])
                    else:
                        calls.append(Call(**row))
        return calls, counts

    def _fold(self) -> None:
        calls, counts = self._parsed()
        counts.update(call.name for call in calls[:-SHOWN])
        lines = [json.dumps({"counts": counts}), *(json.dumps(asdict(call)) for call in calls[-SHOWN:])]
        draft = self._path.with_name(f"{self._path.name}.new")
        with _opened(draft, os.O_TRUNC) as file:
            file.write("\n".join(lines) + "\n")
        draft.replace(self._path)


def _opened(path: Path, flags: int) -> IO[str]:
    """Open a file for writing that nobody else may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600), "w", encoding="utf-8")


def watch(app: Flask, calls: CallLog, application: str) -> Callable[[WSGIEnvironment, int, float], None]:
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
            try:
                calls.add(Call(application, method, route, status, round(seconds * 1000), time.time()))
            except (OSError, ValueError) as error:
                log.warning("call not logged: %(error)s", {"error": str(error)})

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
