"""What people are told the client is called: in every place the same.

Source: UAE Open Finance Standard v1.2, `OnBehalfOf.TradingName`; customer experience guidelines, Authorisation page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.consents.consents import Consent
    from sandbox.ground.client import Client


def tpp_name(consent: Consent, client: Client) -> str:
    """Return the name that the consent was asked in, else the client's own."""
    return str(consent.asked.get("OnBehalfOf", {}).get("TradingName") or client.name)
