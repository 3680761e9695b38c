"""Faults for one press on stage. Each stays until it is cleared; the values are those of ``/control/faults``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask_babel.speaklater import LazyString

SCENES: tuple[tuple[LazyString, Mapping[str, str | int]], ...] = (
    (_l("The bank is slow"), {"application": "bank", "route": "/rs1/", "kind": "latency", "latency_ms": 3000}),
    (_l("The bank is down"), {"application": "bank", "route": "/rs1/", "kind": "status", "status": 503}),
    (_l("No balance loads"), {"application": "bank", "route": "balances", "kind": "status", "status": 500}),
    (
        _l("Too many requests"),
        {"application": "bank", "route": "accounts", "kind": "status", "status": 429, "retry_after": 30},
    ),
    (_l("The bank says nothing"), {"application": "bank", "route": "/rs1/", "kind": "hang"}),
    (_l("Garbled answers"), {"application": "bank", "route": "/rs1/", "kind": "malformed"}),
    (_l("The Starter Kit is down"), {"application": "kit", "route": "*", "kind": "drop"}),
)
