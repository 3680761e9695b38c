"""Values for the control, checked: from a form they are text, from JSON they may be numbers."""

from __future__ import annotations

import re
import secrets
from typing import Any

from sandbox.stage.controls import APPLICATIONS, KINDS, Fault

LONGEST_TEXT = 200
MOST_MS = 30_000
MOST_CALLS = 100_000
MOST_SECONDS = 10 * 366 * 86400
MOST_RETRY = 86_400
STATUSES = (200, 599)
DEFAULT_STATUS, REFUSED, BAD_REQUEST = 503, 403, 400
CODE = re.compile(r"[A-Za-z][A-Za-z_]*(?:\.[A-Za-z0-9]+)?", re.ASCII)


class ValueRefusedError(Exception):
    """A value cannot be used. The message is the value's name."""


def text(given: dict[str, Any], name: str) -> str:
    """Return a text, empty if it is absent. Raises `ValueRefusedError`."""
    value = given.get(name) or ""
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or not value.isprintable():
        raise ValueRefusedError(name)
    return value.strip()


def number(given: dict[str, Any], name: str, least: int, most: int) -> int | None:
    """Return a whole number within its bounds, `None` if it is absent. Raises `ValueRefusedError`."""
    value = given.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError as error:
            raise ValueRefusedError(name) from error
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueRefusedError(name)
    return value


def offset(given: dict[str, Any]) -> int:
    """Return the clock's offset. Raises `ValueRefusedError`."""
    return number(given, "offset", -MOST_SECONDS, MOST_SECONDS) or 0


def fault(given: dict[str, Any]) -> Fault:
    """Return the fault that is described. Raises `ValueRefusedError`."""
    kind = _one_of(given, "kind", KINDS)
    status, code = number(given, "status", *STATUSES), text(given, "code")
    if code and (kind != "status" or CODE.fullmatch(code) is None):
        raise ValueRefusedError("code")
    if kind == "status" and status is None:
        status = _status_of(code)
    route = text(given, "route")
    if not route:
        raise ValueRefusedError("route")
    return Fault(
        fault_id=secrets.token_hex(4),
        application=_one_of(given, "application", APPLICATIONS),
        route=route,
        kind=kind,
        latency_ms=number(given, "latency_ms", 0, MOST_MS) or 0,
        status=status or 0,
        retry_after=number(given, "retry_after", 0, MOST_RETRY),
        left=number(given, "count", 1, MOST_CALLS),
        code=code,
    )


def _status_of(code: str) -> int:
    """Return the status that a code comes with, where none is given: of data 403, of a token 400."""
    if not code:
        return DEFAULT_STATUS
    return BAD_REQUEST if code.islower() else REFUSED


def _one_of(given: dict[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = text(given, name)
    if value not in allowed:
        raise ValueRefusedError(name)
    return value
