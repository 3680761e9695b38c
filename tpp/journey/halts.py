"""How a consent stands at the bank, as far as we have heard: served, suspended, or ended for good.

What the bank ended loses its tokens at once, and is remembered with its day until the customer connects again.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tpp.errors import StoreUnavailable
from tpp.model.grant import Grant

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tpp.errors import ConsentHalted
    from tpp.model.rows import Vault

TRIES = 5
"""A renewal of the tokens may write the row between our reading and our writing."""


def halted(vault: Vault, grant: Grant, error: ConsentHalted, now: datetime) -> Grant:
    """Write down that the bank no longer serves this consent; return the grant as it stands then."""
    if error.ended:
        return change(vault, grant, lambda each: each.ended(error.reason, now))
    return change(vault, grant, lambda each: each.suspended(error.reason, now))


def served(vault: Vault, grant: Grant) -> Grant:
    """Write down that the bank serves a suspended consent again."""
    return change(vault, grant, Grant.resumed) if grant.halt else grant


def over(vault: Vault, grant: Grant) -> Grant:
    """After the consent's last day its tokens are no longer kept."""
    return change(vault, grant, lambda each: each.with_tokens(None)) if grant.tokens else grant


def change(vault: Vault, grant: Grant, to: Callable[[Grant], Grant]) -> Grant:
    """Change what is kept of a connection, if it is still kept; return the changed grant in any case."""
    with suppress(StoreUnavailable):
        for _ in range(TRIES):
            kept = vault.get("connection", grant.consent_id)
            if kept is None:
                break
            if vault.replace("connection", kept, to(Grant.from_json(kept.value)).to_json(), kept.expires_at):
                break
    return to(grant)
