"""How a presenter can make the next authorization end: every row of the standard's list of bank events.

What happens at the login leaves the consent as it is; what happens later rejects it. `LEGACY` has the
sentence that older banks send in the place of a code word.
Source: UAE Open Finance Standard, error codes of the authorization response.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flask_babel import lazy_gettext as _l

from sandbox.authorization.way_back import LOGIN_FAILED, SESSION_EXPIRED, USER_REJECTED, Refusal
from sandbox.authorization.way_back import NO_ACCOUNTS as NO_ELIGIBLE

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

Stage = Literal["login", "accounts"]
NO_ACCOUNTS = "no_accounts"
USED_LINK = "used_link"
DENIED = "access_denied"
LEGACY = "The user rejected the consent"


@dataclass(frozen=True)
class Ending:
    """One ending: at which form it strikes, and with what; the two that are pages have no stage."""

    label: LazyString
    stage: Stage | None = None
    refusal: Refusal | None = None


def _server(error: str, description: str, stage: Stage) -> tuple[Stage, Refusal]:
    return stage, Refusal(error, description, rejects=stage == "accounts")


BUSY = "temporarily_unavailable", "lfi_temporarily_unavailable"
BROKEN = "server_error", "lfi_internal_error"

ENDINGS = {
    "login_failed": Ending(_l("The login fails"), "login", LOGIN_FAILED),
    "blocked": Ending(_l("The login is blocked"), "login", Refusal(DENIED, "user_account_blocked", rejects=False)),
    "error_at_login": Ending(_l("The bank fails at the login"), *_server(*BROKEN, "login")),
    "maintenance_at_login": Ending(_l("The bank is being maintained, at the login"), *_server(*BUSY, "login")),
    "rejected": Ending(_l("The person rejects the consent"), "accounts", USER_REJECTED),
    "rejected_legacy": Ending(
        _l("The person rejects the consent, told in the old words"), "accounts", Refusal(DENIED, LEGACY, rejects=True)
    ),
    NO_ACCOUNTS: Ending(_l("No account is eligible"), None, NO_ELIGIBLE),
    "not_supported": Ending(
        _l("The consent is not supported"), "accounts", Refusal(DENIED, "consent_not_supported", rejects=True)
    ),
    "session_expired": Ending(_l("The session expires"), "accounts", SESSION_EXPIRED),
    "error": Ending(_l("The bank fails after the login"), *_server(*BROKEN, "accounts")),
    "hub": Ending(_l("The hub cannot be reached"), *_server("server_error", "api_hub_communication_error", "accounts")),
    "maintenance": Ending(_l("The bank is being maintained, after the login"), *_server(*BUSY, "accounts")),
    USED_LINK: Ending(_l("The link is refused; the person stays at the bank")),
}


def refusal_at(stage: Stage, name: str) -> Refusal | None:
    """Return the refusal that is wanted at this stage, if any."""
    ending = ENDINGS.get(name)
    return ending.refusal if ending is not None and ending.stage == stage else None
