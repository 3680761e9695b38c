"""The browser's session: the only module that imports `flask.session`.

A session holds a random `vault` key and a few switches; attempts, tokens and data lie in the vault that the key
opens. What Flask-Session does by itself and we do not:

- it rewrites the whole session after every request; ours writes only the keys that changed, and only if it still
  exists, so that a slow request neither undoes another's change nor brings a signed-out session back;
- it gives an unknown cookie a new one; ours ignores it, until the answer to `POST /connect`;
- it may unpickle what it reads; ours is JSON under AES-256-GCM.

The cookie is set when a session begins, when its id changes, and once a day after that, so that thirty days count
from the last visit. A session that never led to a connection ends with its attempt, after an hour.

A vault that has been connected has an epoch, and only a session that knows it opens the vault. Whoever else holds a
session over the same vault (a doubled form gives one) sees nothing of what was connected afterwards.
"""

from __future__ import annotations

import base64
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, request, session
from flask_session.base import ServerSideSession, ServerSideSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf

from tpp.journey.attempt import leave
from tpp.web.services import services

if TYPE_CHECKING:
    from flask.sessions import SessionMixin

    from tpp.model.grant import Grant
    from tpp.model.rows import SessionRows, Vault
    from tpp.web.services import Services

_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")
_COOKIE_STEP = timedelta(days=1)
TEST_BANKS = ".sandbox.apihub.openfinance.ae"
UNCONNECTED = timedelta(hours=1)
_SEEN_STEP = timedelta(minutes=1)

csrf = CSRFProtect()


class SealedSession(ServerSideSession):
    """A session that knows whether it is in the store, and whether its cookie is due."""

    sid: str
    stored = False
    cookie_due = False
    opened_with: dict[str, Any] = {}  # noqa: RUF012 - replaced for every session, never changed

    def merged_into(self, now_stored: dict[str, Any]) -> dict[str, Any]:
        """Return what is stored now with this request's own changes put in, key by key."""
        mine, before = dict(self), self.opened_with
        changed = {key: value for key, value in mine.items() if before.get(key) != value}
        kept = {key: value for key, value in now_stored.items() if key in mine or key not in before}
        return kept | changed


class SealedSessions(ServerSideSessionInterface):
    """Flask-Session's interface over sealed rows."""

    session_class = SealedSession

    def __init__(self, app: Flask, rows: SessionRows, lifetime: timedelta) -> None:
        super().__init__(app, sid_length=32, serialization_format="json")
        self._rows = rows
        self._lifetime = lifetime

    def open_session(self, app: Flask, request: Request) -> SealedSession:
        """Open the cookie's session. A missing, unknown or retired cookie gives an empty one, and no cookie."""
        sid = request.cookies.get(self.get_cookie_name(app), "")
        found = self._retrieve_session_data(sid) if _COOKIE.fullmatch(sid) else None
        opened = SealedSession(found, sid=sid if found else self._generate_sid(self.sid_length), permanent=True)
        opened.modified = False
        opened.stored = found is not None
        opened.opened_with = dict(found or {})
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed; never bring back what was deleted meanwhile."""
        if not isinstance(session, SealedSession):
            return
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified:
            return
        if not session:
            self._delete_session(session.sid)
            self._drop_cookie(app, response)
        elif self._upsert_session(self._lifetime_of(session), session, session.sid) and session.cookie_due:
            self._set_cookie(app, session, response)

    def regenerate(self, session: ServerSideSession) -> None:
        """Give the session another id; the old one opens nothing from now on."""
        super().regenerate(session)
        if isinstance(session, SealedSession):
            session.stored, session.cookie_due = False, True

    def _get_store_id(self, sid: str) -> str:
        return sid

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        return self._rows.load(store_id)

    def _delete_session(self, store_id: str) -> None:
        self._rows.delete(store_id)

    def _upsert_session(self, session_lifetime: timedelta, session: ServerSideSession, store_id: str) -> bool:
        ends = (services().now() + session_lifetime).timestamp()
        if not isinstance(session, SealedSession) or not session.stored:
            self._rows.create(store_id, dict(session), ends)
            return True
        now_stored = self._rows.load(store_id)
        return now_stored is not None and self._rows.update(store_id, session.merged_into(now_stored), ends)

    def _lifetime_of(self, session: ServerSideSession) -> timedelta:
        return self._lifetime if session.get("connected") else min(self._lifetime, UNCONNECTED)

    def _set_cookie(self, app: Flask, session: SealedSession, response: Response) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            session.sid,
            max_age=int(self._lifetime_of(session).total_seconds()),
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
        )
        response.vary.add("Cookie")

    def _drop_cookie(self, app: Flask, response: Response) -> None:
        response.delete_cookie(
            self.get_cookie_name(app),
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
        )


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
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = SealedSessions(app, parts.sessions, parts.facts.remembered)
    csrf.init_app(app)
    app.before_request(note_visit)
    app.context_processor(switches)


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
    _stamp()
    generate_csrf()
    _interface().regenerate(_current())


def vault() -> Vault | None:
    """Return this browser's vault, or None without a live session that may open it."""
    if "vault" not in session:
        return None
    opened = open_vault(session["vault"])
    epoch = opened.get("epoch", "")
    return opened if epoch is None or epoch.value["is"] == session.get("epoch") else None


def cookie_came() -> bool:
    """Whether the browser sent a session cookie at all, whatever it opens."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def connected(epoch: str, grant: Grant) -> None:
    """Note a successful return from the bank, under a new session id."""
    session["auth_date"] = int(grant.authorized_at.timestamp())
    session["test_bank"] = (urlsplit(grant.issuer).hostname or "").endswith(TEST_BANKS)
    session.pop("locked", None)
    _enter(epoch)


def follow(epoch: str) -> None:
    """Let a repeated return into the vault that the first one connected: who sends its code has shown the way.

    A session that opens its vault already stays as it is but for its id; an epoch of another vault opens nothing.
    """
    if "vault" not in session:
        return
    _enter(session.get("epoch", epoch) if vault() is not None else epoch)


def _enter(epoch: str) -> None:
    session["connected"] = True
    session["epoch"] = epoch
    _stamp()
    _interface().regenerate(_current())


def has_connection() -> bool:
    """Whether a connection is kept for this browser."""
    opened = vault()
    return opened is not None and bool(opened.find("connection"))


def auth_date() -> datetime | None:
    """Return the time of the last return from a bank in this browser, aware UTC."""
    at = session.get("auth_date")
    return datetime.fromtimestamp(at, UTC) if at else None


def end() -> None:
    """Sign out: everything in the vault is deleted, and the key with the session."""
    opened = vault()
    if opened is not None:
        leave(opened, services().now())
    session.clear()
    _current().modified = True


def toggle_amounts() -> None:
    """Hide amounts, or show them again."""
    session["hidden"] = not session.get("hidden", False)


def is_locked() -> bool:
    """Whether a pause has put the figures behind one click."""
    return bool(session.get("locked"))


def unlock() -> None:
    """Show the figures again after a pause."""
    session.pop("locked", None)
    session["seen"] = int(services().now().timestamp())


def note_visit() -> None:
    """Once a day move the ends on; after a pause lock; both only for a live session."""
    if "vault" not in session:
        return
    now = services().now()
    idle = services().facts.idle
    if idle is not None and not is_locked():
        _note_pause(now, idle)
    step = min(_COOKIE_STEP, services().facts.remembered / 4)
    if session.get("connected") and now.timestamp() - session.get("cookie_at", 0) >= step.total_seconds():
        _stamp()
        for kind in ("connection", "epoch"):
            open_vault(session["vault"]).extend(kind, (now + services().facts.remembered).timestamp())


def _note_pause(now: datetime, idle: timedelta) -> None:
    away = now.timestamp() - session.get("seen", 0)
    if away > idle.total_seconds():
        session["locked"] = True
    elif away > _SEEN_STEP.total_seconds():
        session["seen"] = int(now.timestamp())


def switches() -> dict[str, object]:
    """Give the templates what depends on the browser. A bank that is no test bank is never called one."""
    if g.get("failsafe"):
        return {"signed_in": False, "amounts_hidden": False, "mode": services().facts.mode}
    signed_in = bool(session.get("connected")) and not is_locked()
    mode = "bank" if services().facts.mode == "altareq" and not session.get("test_bank", True) else None
    return {
        "signed_in": signed_in,
        "amounts_hidden": bool(session.get("hidden")),
        "mode": mode or services().facts.mode,
    }


def _stamp() -> None:
    session["cookie_at"] = session["seen"] = int(services().now().timestamp())
    _current().cookie_due = True


def _current() -> SealedSession:
    current: SealedSession = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return current


def _interface() -> SealedSessions:
    interface = current_app.session_interface
    if not isinstance(interface, SealedSessions):
        message = "the sealed session interface is not installed"
        raise TypeError(message)
    return interface
