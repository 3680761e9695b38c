"""The way to the bank of plain values in tests, and what offers a bank that only pretends."""

from __future__ import annotations

from typing import Any

from tpp.journey.banks import Banks
from tpp.model.consent import Route

ROUTE = Route("issuer", "starter-kit", "v1.2")


def offering(*banks: Any) -> Banks:
    """Offer banks that answer some of a client's verbs."""
    return Banks(banks)
