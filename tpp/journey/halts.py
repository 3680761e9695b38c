"""How a consent stands at the bank, as far as we have heard: served, suspended, or ended for good.

What the bank ended loses its tokens at once, and is remembered with its day until the customer connects again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.journey import connections
from tpp.model.grant import Grant

if TYPE_CHECKING:
    from datetime import datetime

    from tpp.errors import ConsentHalted
    from tpp.model.rows import Vault


def halted(vault: Vault, grant: Grant, error: ConsentHalted, now: datetime) -> Grant:
    """Write down that the bank no longer serves this consent; return the grant as it stands then."""
    if error.ended:
        return connections.change(vault, grant, lambda each: each.ended(error.reason, now))
    return connections.change(vault, grant, lambda each: each.suspended(error.reason, now))


def served(vault: Vault, grant: Grant) -> Grant:
    """Write down that the bank serves a suspended consent again."""
    return connections.change(vault, grant, Grant.resumed) if grant.halt else grant


def over(vault: Vault, grant: Grant) -> Grant:
    """After the consent's last day its tokens are no longer kept."""
    return connections.change(vault, grant, lambda each: each.with_tokens(None)) if grant.tokens else grant
