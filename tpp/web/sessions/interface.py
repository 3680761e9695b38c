"""The session's interface: Flask-Session over sealed rows.

What Flask-Session does by itself and we do not:

- it rewrites the whole session after every request; ours writes only the keys that changed, and only if it still
  exists, so that a slow request neither undoes another's change nor brings a signed-out session back;
- it gives an unknown cookie a new one; ours ignores it, until the answer to `POST /connect`;
- it may unpickle what it reads; ours is JSON under AES-256-GCM.

Where the store cannot be written, no page fails for that alone: a session that was there stays as it was, and signing
out takes the cookie away all the same. What could not be erased then is erased as soon as it can be, and opens nothing
in this process until then.
"""

from __future__ import annotations

import base64
import logging
import re
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask_session.base import ServerSideSession, ServerSideSessionInterface

from tpp.errors import StoreUnavailable
from tpp.journey.edition import renamed
from tpp.journey.shapes import Shape
from tpp.model import kinds
from tpp.model.rows import Kept
from tpp.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Request, Response
    from flask.sessions import SessionMixin

    from tpp.model.rows import SessionRows

log = logging.getLogger(__name__)

_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")
_KEY_BYTES = 32
UNCONNECTED = timedelta(hours=1)
"""A session that never led to a connection ends with its attempt."""


def _checked(kept: Kept) -> dict[str, Any]:
    """Return a session's value. Raises TypeError or ValueError where its key or its times are none."""
    value = kept.value
    if "vault" in value and len(base64.b64decode(value["vault"], validate=True)) != _KEY_BYTES:
        raise ValueError
    for name in ("cookie_at", "seen", "auth_date"):
        float(value.get(name, 0))
    return value


SHAPE = Shape(kinds.SESSION, _checked, upgrades=(renamed,))


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
    """Flask-Session's interface over sealed rows. `lifetime`: of a session that led to a connection."""

    session_class = SealedSession

    def __init__(self, app: Flask, rows: SessionRows, lifetime: timedelta) -> None:
        super().__init__(app, sid_length=32, serialization_format="json")
        self._rows = rows
        self._lifetime = lifetime
        self._owed: dict[str, Callable[[], None]] = {}

    def open_session(self, app: Flask, request: Request) -> SealedSession:
        """Open the cookie's session. A missing, unknown or retired cookie gives an empty one, and no cookie."""
        self._pay()
        sid = request.cookies.get(self.get_cookie_name(app), "")
        found = self._retrieve_session_data(sid) if _COOKIE.fullmatch(sid) and sid not in self._owed else None
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
            self._drop_cookie(app, response)
            return
        try:
            written = self._upsert_session(self._lifetime_of(session), session, session.sid)
        except StoreUnavailable as error:
            log.error("session not written: %(error)s", {"error": str(error)})  # noqa: TRY400 - the error says it all
            return
        if written and session.cookie_due:
            self._set_cookie(app, session, response)

    def erase(self, sid: str, rest: Callable[[], None]) -> bool:
        """Delete a session, and what `rest` deletes; tell whether that is done. Else it is owed, and done later."""

        def everything() -> None:
            rest()
            self._rows.delete(sid)
            if not services().vaults.scrub():
                raise StoreUnavailable("SQLITE_BUSY")

        self._owed[sid] = everything
        self._pay()
        return sid not in self._owed

    def _pay(self) -> None:
        """Try to erase what is owed; what still cannot be, stays owed."""
        for sid, everything in list(self._owed.items()):
            try:
                everything()
            except StoreUnavailable as error:
                log.error("not erased yet: %(error)s", {"error": str(error)})  # noqa: TRY400
                return
            self._owed.pop(sid, None)

    def regenerate(self, session: ServerSideSession) -> None:
        """Give the session another id; the old one opens nothing from now on."""
        super().regenerate(session)
        if isinstance(session, SealedSession):
            session.stored, session.cookie_due = False, True

    def _get_store_id(self, sid: str) -> str:
        return sid

    def _retrieve_session_data(self, store_id: str) -> dict[str, Any] | None:
        """Return a session's value in today's shape; one that cannot be read is dropped, as if nobody had begun it."""
        value = self._rows.load(store_id)
        if value is None:
            return None
        found = SHAPE.read(Kept("", value, 0, 0.0))
        if found is None:
            with suppress(StoreUnavailable):
                self._rows.delete(store_id)
        return found

    def _delete_session(self, store_id: str) -> None:
        self._rows.delete(store_id)

    def _upsert_session(self, session_lifetime: timedelta, session: ServerSideSession, store_id: str) -> bool:
        ends = (services().now() + session_lifetime).timestamp()
        if not isinstance(session, SealedSession) or not session.stored:
            self._rows.create(store_id, SHAPE.write(dict(session)), ends)
            return True
        now_stored = self._retrieve_session_data(store_id)
        if now_stored is None:
            return False
        return self._rows.update(store_id, SHAPE.write(session.merged_into(now_stored)), ends)

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
