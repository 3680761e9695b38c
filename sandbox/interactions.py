"""One authorization in one browser, from the first page to the way back.

Each has its own random reference in the path, so that two tabs work side by side; a cookie binds it to
the browser that began it, and each form carries its token. A reference copied into another browser is
worth nothing. ``since`` is the start of the present stage, in Unix seconds.
Source: RFC 9700 section 4.7 (binding to the user agent).
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Literal

from sandbox.errors import PageError
from sandbox.state import digest

if TYPE_CHECKING:
    from sandbox.services import Bank

DAY = 86400


@dataclass(frozen=True)
class Interaction:
    """Where one person stands. ``user`` is the subject after the login, ``way_back`` the final address.

    ``ending`` names how a presenter wants this one to end.
    """

    browser: str
    csrf: str
    consent_id: str
    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    code_challenge: str
    since: float
    stage: Literal["login", "accounts", "done"] = "login"
    failures: int = 0
    user: str = ""
    auth_time: int = 0
    way_back: str = ""
    ending: str = ""

    def over(self, bank: Bank) -> bool:
        """Tell whether the person took longer than the stage allows."""
        return bank.now().timestamp() >= self.since + bank.settings.interaction_seconds


def start(bank: Bank, request: dict[str, Any], browser: str) -> str:
    """Write a new interaction for a pushed request; return its reference."""
    reference = secrets.token_urlsafe(24)
    fresh = Interaction(digest(browser), secrets.token_urlsafe(24), since=bank.timestamp(), **request)
    save(bank, reference, fresh)
    return reference


def load(bank: Bank, reference: str, browser: str) -> Interaction:
    """Return the interaction if this browser began it. Raises ``PageError``."""
    row = bank.state.get("interaction", reference)
    if row is None:
        raise PageError("unknown interaction")
    found = Interaction(**row)
    if not compare_digest(found.browser, digest(browser)):
        raise PageError("interaction of another browser")
    return found


def check_form(interaction: Interaction, token: str) -> None:
    """Refuse a form that this page did not send: another site cannot know the token. Raises ``PageError``."""
    if not compare_digest(interaction.csrf.encode(), token.encode()):
        raise PageError("form token does not match")


def save(bank: Bank, reference: str, interaction: Interaction, **changes: Any) -> Interaction:
    """Write the interaction with its changes and return it."""
    changed = replace(interaction, **changes)
    bank.state.put("interaction", reference, asdict(changed), expires=changed.since + DAY)
    return changed
