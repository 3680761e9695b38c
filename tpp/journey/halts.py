"""How a consent stands at the bank, as far as we have heard: served, suspended, or ended for good.

What the bank ended loses its tokens at once, and is remembered with its day until the customer connects again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.errors import ConsentHalted, NotConnected, ReconnectNeeded
from tpp.journey import connections
from tpp.model.grant import Grant

if TYPE_CHECKING:
    from datetime import datetime

    from tpp.errors import MizanError
    from tpp.model.rows import Vault


def halted(vault: Vault, grant: Grant, error: ConsentHalted, now: datetime) -> Grant:
    """Write down that the bank no longer serves this consent; return the grant as it stands then."""
    if error.ended:
        return connections.change(vault, grant, lambda each: each.ended(error.reason, now))
    return connections.change(vault, grant, lambda each: each.suspended(error.reason, now))


def ends_all(error: MizanError, *, of_account: bool) -> bool:
    """Whether a failure counts for all of a consent; `of_account`: one account or resource was asked about.

    There `Consent.Invalid` does not, since the list has shown that the consent stands.
    """
    if isinstance(error, ConsentHalted):
        return not of_account or error.code != "Consent.Invalid"
    return isinstance(error, ReconnectNeeded | NotConnected)


def lost(vault: Vault, grant: Grant, error: MizanError, now: datetime) -> tuple[Grant, str]:
    """Write down what the bank has ended or suspended; return the grant as it stands then, and the reason word."""
    if isinstance(error, ConsentHalted):
        return halted(vault, grant, error, now), error.reason
    if kept := connections.find(vault, grant.consent_id):
        grant = kept.grant
        return grant, grant.halt.reason if grant.halt else error.reason
    return grant, error.reason


def closed(grant: Grant, now: datetime) -> str | None:
    """Return why nothing is asked about a connection, be it past its last day or ended; None where it stands."""
    if now >= grant.until:
        return "consent-ended"
    if grant.tokens is None:
        return grant.halt.reason if grant.halt else ReconnectNeeded.reason
    return None


def served(vault: Vault, grant: Grant) -> Grant:
    """Write down that the bank serves a suspended consent again."""
    return connections.change(vault, grant, Grant.resumed) if grant.halt else grant


def over(vault: Vault, grant: Grant) -> Grant:
    """After the consent's last day its tokens are no longer kept."""
    return connections.change(vault, grant, lambda each: each.with_tokens(None)) if grant.tokens else grant
