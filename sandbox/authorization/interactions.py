"""One authorization in one browser, from the first page to the way back.

Each has its own random reference in the path, and its cookies are for that path alone, so that tabs work
side by side. One cookie, made here and never taken from the caller, binds it to the browser that began it; a
second one, made at each good login together with a new form token, binds what follows to the browser that
logged in. Whoever planted the first cookie in somebody's browser is left behind there, and a reference
copied into another browser is worth nothing. `since` is the start of the present stage, in Unix seconds.
Source: RFC 9700 section 4.7 (binding to the user agent); OWASP cheat sheet on session management, renewal
of the session id.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field, replace
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Literal

from sandbox.ground.errors import PageError
from sandbox.ground.state import digest

if TYPE_CHECKING:
    from sandbox.ground.services import Bank

DAY = 86400


@dataclass(frozen=True)
class Interaction:
    """Where one person stands. `user` is the subject after the login, `way_back` the final address.

    `browser` and `csrf` are the cookie's digest and the form token of the login page, `session` and
    `session_csrf` those of everything after it. `ending` names how a presenter wants this one to end;
    `ticked` are the accounts that were ticked when the person asked for another language.
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
    session: str = ""
    session_csrf: str = ""
    ticked: list[str] = field(default_factory=list)

    def over(self, bank: Bank) -> bool:
        """Tell whether the person took longer than the stage allows."""
        return bank.now().timestamp() >= self.since + bank.settings.interaction_seconds


def start(bank: Bank, request: dict[str, Any]) -> tuple[str, str]:
    """Write a new interaction for a pushed request; return its reference and the cookie of its browser."""
    reference, browser = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    fresh = Interaction(digest(browser), secrets.token_urlsafe(24), since=bank.timestamp(), **request)
    save(bank, reference, fresh)
    return reference, browser


def log_in(bank: Bank, reference: str, interaction: Interaction, user: str) -> str:
    """Let a person in and return the cookie of the session, new at each login."""
    session, now = secrets.token_urlsafe(24), bank.timestamp()
    bound = {"session": digest(session), "session_csrf": secrets.token_urlsafe(24)}
    save(bank, reference, interaction, stage="accounts", user=user, auth_time=now, since=now, **bound)
    return session


def load(bank: Bank, reference: str, cookies: list[str]) -> Interaction:
    """Return the interaction if this browser began it. Raises `PageError`.

    A browser may send more than one cookie of the name: planted ones beside ours do not shut it out.
    """
    row = bank.state.get("interaction", reference)
    if row is None:
        raise PageError("unknown interaction")
    found = Interaction(**row)
    if not _holds(cookies, found.browser):
        raise PageError("interaction of another browser")
    return found


def logged_in(interaction: Interaction, cookies: list[str]) -> bool:
    """Tell whether this browser is the one that somebody logged in with."""
    return _holds(cookies, interaction.session)


def _holds(cookies: list[str], wanted: str) -> bool:
    return any(compare_digest(digest(cookie), wanted) for cookie in cookies)


def check_form(token: str, sent: str) -> None:
    """Refuse a form that this page did not send: another site cannot know the token. Raises `PageError`."""
    if not token or not compare_digest(token.encode(), sent.encode()):
        raise PageError("form token does not match")


def save(bank: Bank, reference: str, interaction: Interaction, **changes: Any) -> Interaction:
    """Write the interaction with its changes and return it."""
    changed = replace(interaction, **changes)
    bank.state.put("interaction", reference, asdict(changed), expires=changed.since + DAY)
    return changed
