"""The browser's session: the only module that imports `flask.session`.

A session holds a random `vault` key and a few switches; attempts, tokens and data lie in the vault that the key
opens. How it is read and written is in `tpp.web.sessions.interface`, what a visit does to it in `visits`.

The cookie is set when a session begins, when its id changes, and once a day after that, so that thirty days count
from the last visit. A session that never led to a connection ends with its attempt, after an hour. With the id
changes the token against forged forms, or whoever knew the old session would know the new one's forms.

A vault that has been connected has an edition, and only a session that knows it opens the vault. Whoever else holds a
session over the same vault (a doubled form gives one) sees nothing of what was connected afterwards.
"""

from __future__ import annotations

import base64
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect, generate_csrf

from tpp.errors import StoreUnavailable, VaultClosed
from tpp.journey import connections
from tpp.journey import edition as editions
from tpp.journey.claims import REMEMBERED
from tpp.journey.shapes import Shape
from tpp.model import kinds
from tpp.model.hosts import is_test_bank
from tpp.model.permission import TRANSACTION_READS
from tpp.web.safe_redirect import local_path
from tpp.web.services import services
from tpp.web.sessions import visits
from tpp.web.sessions.interface import SealedSession, SealedSessions

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from tpp.journey.authorization_response import AuthorizationResponse
    from tpp.model.grant import Grant
    from tpp.model.rows import Kept, Value, Vault
    from tpp.model.visit import Visit
    from tpp.web.services import Services

_ENTRIES = "entries"
"""Whether some connection of this browser was granted transactions: pages of them stand in the navigation."""

_TOKEN = "csrf_token"  # noqa: S105 - the name of a field


def _told(kept: Kept) -> Value:
    facts = {name: kept.value[name] for name in ("edition", "auth_date", "test_bank", "vault")}
    return {**facts, _ENTRIES: kept.value.get(_ENTRIES, False)}


_RETURN = Shape(kinds.RETURN, _told, upgrades=(editions.renamed,))

csrf = CSRFProtect()


def register(app: Flask, parts: Services) -> None:
    """Install the interface, the tokens against forged forms, and the bookkeeping of visits."""
    secure = parts.facts.secure
    app.config.update(
        SESSION_COOKIE_NAME="__Host-mizan" if secure else "mizan",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=parts.facts.remembered,
        WTF_CSRF_FIELD_NAME=_TOKEN,
        WTF_CSRF_SECRET_KEY=form_keys(app),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = SealedSessions(app, parts.sessions, parts.facts.remembered)
    csrf.init_app(app)
    app.before_request(note_visit)
    app.context_processor(switches)
    app.register_error_handler(VaultClosed, look_again)


def form_keys(app: Flask) -> list[str]:
    """Return the keys that forms are signed with, the oldest first: the last one signs, all are taken."""
    return [*reversed(app.config["SECRET_KEY_FALLBACKS"] or []), str(app.secret_key)]


def look_again(_error: VaultClosed) -> ResponseReturnValue:
    """Begin a view anew that was under way when its vault closed: the browser has another cookie by now, or none."""
    path = local_path(request.path) if request.method == "GET" else url_for("accounts.show")
    return redirect(path, code=303)


def key() -> str | None:
    """Return the live session's vault key, base64; None without a session that opens its vault."""
    return session["vault"] if vault() is not None else None


def new_key() -> str:
    """Make a vault key for a session that may begin."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def open_vault(key: str) -> Vault:
    """Open the vault of a key."""
    return services().vaults.open(base64.b64decode(key))


def adopt(key: str) -> None:
    """Begin a session over a vault, under an id that no one has seen; a live session over it stays as it is."""
    if session.get("vault") == key:
        return
    session.clear()
    session["vault"] = key
    _change_id()


def vault() -> Vault | None:
    """Return this browser's vault, or None without a live session that may open it.

    Its reads raise VaultClosed as soon as that is no longer so, wherever they happen: see `look_again`.
    """
    if "vault" not in session:
        return None
    return editions.open_to(open_vault(session["vault"]), session.get("edition"))


def cookie_came() -> bool:
    """Whether the browser sent a session cookie at all, whatever it opens."""
    return _cookie() is not None


def leave_word(edition: str, answer: AuthorizationResponse, grant: Grant) -> None:
    """Write down what a repeated return needs, before anybody learns of the success: the first answer may get lost.

    A reload cuts it off, or the browser gives up while the code is exchanged, and with it goes the new cookie; the old
    id is retired. The word lies under the server's key, that old cookie **and** the code together. Who planted the
    cookie does not know the code; who sends a code of his own in another browser has not this cookie.
    """
    facts = {**_facts(edition, grant), "vault": session["vault"]}
    ends = services().now() + REMEMBERED
    _word(answer).put(kinds.RETURN, "", _RETURN.write(facts), ends.timestamp())


def connected(edition: str, grant: Grant) -> None:
    """Note a successful return from the bank, under a new session id."""
    _enter(_facts(edition, grant))


def follow(answer: AuthorizationResponse) -> None:
    """Let a repeated return into the vault that the first one connected; for any other nothing changes at all.

    Not after a sign-out, and not after another return: the edition must still be the one that was written then.
    """
    facts = _RETURN.get(_word(answer), "")
    if facts is None or session.get("edition") == facts["edition"]:
        return
    if editions.is_edition(open_vault(facts["vault"]), facts["edition"]):
        _enter(facts)


def _word(answer: AuthorizationResponse) -> Vault:
    return services().vaults.under(f"return {_cookie()} {answer.code}")


def _cookie() -> str | None:
    return request.cookies.get(current_app.config["SESSION_COOKIE_NAME"])


def _facts(edition: str, grant: Grant) -> Value:
    return {
        "edition": edition,
        "auth_date": int(grant.authorized_at.timestamp()),
        "test_bank": is_test_bank(urlsplit(grant.issuer).hostname),
        _ENTRIES: not TRANSACTION_READS.isdisjoint(grant.draft.permissions),
    }


def _enter(facts: Value) -> None:
    session.update({**facts, _ENTRIES: facts[_ENTRIES] or session.get(_ENTRIES, False)})
    session.pop("locked", None)
    session["connected"] = True
    _change_id()


def _change_id() -> None:
    """Give the session another id, and with it another token for its forms; the old id opens nothing any more."""
    session.pop(_TOKEN, None)
    g.pop(_TOKEN, None)
    generate_csrf()
    visits.stamp(_current(), services().now())
    _interface().regenerate(_current())


def has_connection() -> bool:
    """Whether a connection is kept for this browser."""
    opened = vault()
    return opened is not None and bool(connections.listed(opened))


def visit() -> Visit:
    """Say who is looking, for the calls made for them."""
    return visits.of_request(_current(), services().listeners)


def end() -> bool:
    """Sign out: the cookie goes in any case; tell whether everything that it opened is erased as well.

    It is not where the store cannot be written. Then it is erased as soon as it can be, and at the latest it ends
    by its time.
    """
    opened, sid, at = vault(), _current().sid, services().now()
    session.clear()
    _current().modified = True
    return _interface().erase(sid, lambda: editions.leave(opened, at) if opened else None)


def toggle_amounts() -> None:
    """Hide amounts, or show them again."""
    session["hidden"] = not session.get("hidden", False)


def hides_amounts() -> bool:
    """Whether this browser wants to see no amounts."""
    return bool(session.get("hidden"))


def reveal() -> None:
    """Let the answer to this one request print amounts: whoever hides them has been asked, and wants them there."""
    g.amounts_shown = True


def is_locked() -> bool:
    """Whether a pause has put the figures behind one click."""
    return visits.is_locked(_current())


def unlock() -> None:
    """Show the figures again after a pause."""
    visits.unlock(_current(), services().now())


def note_visit() -> None:
    """Once a day move the ends on; after a pause lock; both only for a live session."""
    now, facts = services().now(), services().facts
    if "vault" in session and visits.note(_current(), now, facts):
        visits.stamp(_current(), now)
        _extend((now + facts.remembered).timestamp())


def _extend(ends: float) -> None:
    opened = vault()
    if opened is None:
        return
    with suppress(StoreUnavailable):  # the page is not about that
        connections.prolong(opened, ends)


def switches() -> dict[str, object]:
    """Give the templates what depends on the browser. A bank that is no test bank is never called one.

    Amounts are shown only where this has said so: see `tpp.web.filters.amounts_shown`.
    """
    if g.get("failsafe"):
        return {"signed_in": False, "has_entries": False, "mode": services().facts.mode}
    g.amounts_shown = not hides_amounts()
    signed_in = bool(session.get("connected")) and not is_locked()
    mode = "bank" if services().facts.mode == "altareq" and not session.get("test_bank", True) else None
    has_entries = signed_in and bool(session.get(_ENTRIES))
    return {"signed_in": signed_in, "has_entries": has_entries, "mode": mode or services().facts.mode}


def _current() -> SealedSession:
    current: SealedSession = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return current


def _interface() -> SealedSessions:
    interface = current_app.session_interface
    if not isinstance(interface, SealedSessions):
        message = "the sealed session interface is not installed"
        raise TypeError(message)
    return interface
