"""Faults for one press on stage. Each stays until it is cleared; the values are those of `/control/faults`.

`CODES` are the codes to refuse data with. Two of them are in no version of the standard, and banks send such:
`Consent.Expired` and `Consent.Suspended`. `invalid_grant` is for the token endpoint.
Source: UAE Open Finance Standard v1.2, `AEErrorCode`; RFC 6749 section 5.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask_babel.speaklater import LazyString

CODES = (
    "Consent.Revoked",
    "Consent.Invalid",
    "Consent.Expired",
    "Consent.Suspended",
    "Consent.TransientAccountAccessFailure",
    "Consent.AccountTemporarilyBlocked",
    "Consent.PermanentAccountAccessFailure",
    "AccessToken.InvalidScope",
    "GenericRecoverableError",
    "GenericError",
    "invalid_grant",
)

SCENES: tuple[tuple[LazyString, Mapping[str, str | int]], ...] = (
    (_l("The bank is slow"), {"application": "bank", "route": "/rs1/", "kind": "latency", "latency_ms": 3000}),
    (_l("The bank is down"), {"application": "bank", "route": "/rs1/", "kind": "status", "status": 503}),
    (
        _l("The bank is down for 2 minutes"),
        {"application": "bank", "route": "/rs1/", "kind": "status", "status": 503, "retry_after": 120},
    ),
    (_l("No balance loads"), {"application": "bank", "route": "balances", "kind": "status", "status": 500}),
    (
        _l("Too many requests"),
        {"application": "bank", "route": "accounts", "kind": "status", "status": 429, "retry_after": 30},
    ),
    (
        _l("Too many requests for balances"),
        {"application": "bank", "route": "balances", "kind": "status", "status": 429, "retry_after": 30},
    ),
    (
        _l("Every consent is refused"),
        {"application": "bank", "route": "/rs1/", "kind": "status", "status": 403, "code": "Consent.Invalid"},
    ),
    (
        _l("Balances fail for a while"),
        {
            "application": "bank",
            "route": "balances",
            "kind": "status",
            "status": 403,
            "code": "Consent.TransientAccountAccessFailure",
        },
    ),
    (_l("The bank says nothing"), {"application": "bank", "route": "/rs1/", "kind": "hang"}),
    (_l("Garbled answers"), {"application": "bank", "route": "/rs1/", "kind": "malformed"}),
    (_l("The Starter Kit is down"), {"application": "kit", "route": "*", "kind": "drop"}),
)
