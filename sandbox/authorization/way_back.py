"""How an authorization ends: what happens to the consent, and the address the browser goes to.

`state` and `iss` are always there. A cancelled or failed login leaves the consent as it is; every
end after the login settles it. Who cancels at the login says no, and the client is told so: the standard's list
has one pair for that and for a login that fails, and the client could only blame the person's bank.
Source: RFC 6749 sections 4.1.2 and 4.1.2.1; RFC 9207 section 2; the standard's list of bank events.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sandbox.authorization import interactions
from sandbox.authorization.grants import Grant, issue_code
from sandbox.consents import consents

if TYPE_CHECKING:
    from sandbox.authorization.interactions import Interaction
    from sandbox.ground.services import Bank


@dataclass(frozen=True)
class Refusal:
    """An end without a code. `rejects` says whether the consent becomes `Rejected`."""

    error: str
    description: str
    rejects: bool


LOGIN_CANCELLED = Refusal("access_denied", "user_rejected_consent", rejects=False)
LOGIN_FAILED = Refusal("access_denied", "user_failed_to_authenticate", rejects=False)
USER_REJECTED = Refusal("access_denied", "user_rejected_consent", rejects=True)
SESSION_EXPIRED = Refusal("access_denied", "session_expired", rejects=True)
NO_ACCOUNTS = Refusal("invalid_request", "user_lacks_eligible_accounts", rejects=True)


def address(redirect_uri: str, parameters: dict[str, str]) -> str:
    """Return the redirect URI with the parameters, percent-encoded; a query it has already is kept."""
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(parameters)}"


def refuse(bank: Bank, reference: str, interaction: Interaction, refusal: Refusal) -> str:
    """End the interaction without a code; return the way back."""
    consent = consents.read(bank.state, interaction.consent_id, bank.now())
    if refusal.rejects and consent is not None and consent.status == "AwaitingAuthorization":
        consents.settle(bank.state, consent, "Rejected", bank.now(), user=interaction.user)
    told = {"error": refusal.error, "error_description": refusal.description}
    return _finish(bank, reference, interaction, told)


def authorize(bank: Bank, reference: str, interaction: Interaction, accounts: list[str]) -> str:
    """Authorize the consent for the chosen accounts; return the way back with a code.

    A consent that meanwhile is no longer waiting is not touched: the person took too long.
    """
    consent = consents.read(bank.state, interaction.consent_id, bank.now())
    if consent is None or consent.status != "AwaitingAuthorization":
        return refuse(bank, reference, interaction, SESSION_EXPIRED)
    consents.settle(bank.state, consent, "Authorized", bank.now(), user=interaction.user, accounts=accounts)
    return _finish(bank, reference, interaction, {"code": issue_code(bank, _grant(interaction))})


def _grant(interaction: Interaction) -> Grant:
    return Grant(
        grant_id=str(uuid.uuid4()),
        consent_id=interaction.consent_id,
        client_id=interaction.client_id,
        user=interaction.user,
        auth_time=interaction.auth_time,
        state=interaction.state,
        nonce=interaction.nonce,
        redirect_uri=interaction.redirect_uri,
        code_challenge=interaction.code_challenge,
    )


def _finish(bank: Bank, reference: str, interaction: Interaction, told: dict[str, str]) -> str:
    parameters = told | {"state": interaction.state, "iss": bank.settings.issuer}
    url = address(interaction.redirect_uri, parameters)
    interactions.save(bank, reference, interaction, stage="done", way_back=url)
    return url
