"""JSON that comes in, read strictly.

What Python lets through and JSON does not (`NaN`, numbers without end), text that is half a character, and nesting
deeper than the reader can follow are all refused: nothing of that could be sealed, signed or shown later.
Source: RFC 8259 sections 6, 8.1 and 9; RFC 7493 section 2.1 (no lone surrogates).
"""

from __future__ import annotations

import json
from typing import Any


class UnsoundJsonError(Exception):
    """What came is no JSON that can be worked with."""


def read(octets: bytes) -> Any:
    """Return the value of a UTF-8 JSON text. Raises `UnsoundJsonError`."""
    try:
        value = json.loads(octets.decode())
    except (ValueError, RecursionError) as error:
        raise UnsoundJsonError from error
    check(value)
    return value


def check(value: Any) -> None:
    """Refuse a value, read by whomever, that could not be written again. Raises `UnsoundJsonError`."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise UnsoundJsonError from error
