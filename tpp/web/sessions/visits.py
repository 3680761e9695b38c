"""Visits: who is looking, since when, and after which pause the figures wait behind one click.

It works on the session that it is given; which one that is, `tpp.web.sessions.session` alone knows.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import request

from tpp.model.visit import Visit

if TYPE_CHECKING:
    from tpp.model.visit import Listener
    from tpp.web.services import Facts
    from tpp.web.sessions.interface import SealedSession

_COOKIE_STEP = timedelta(days=1)
_SEEN_STEP = timedelta(minutes=1)
_LONGEST_AGENT = 256


def of_request(live: SealedSession, listeners: tuple[Listener, ...]) -> Visit:
    """Say who is looking, for the calls made for them; only clean header text goes on."""
    agent = request.headers.get("User-Agent", "")[:_LONGEST_AGENT]
    return Visit(
        ip_address=request.remote_addr,
        user_agent=agent if agent.isascii() and agent.isprintable() else None,
        auth_date=_auth_date(live),
        listeners=listeners,
    )


def _auth_date(live: SealedSession) -> datetime | None:
    """Return the time of the last return from a bank in this browser, aware UTC."""
    at = live.get("auth_date")
    return datetime.fromtimestamp(at, UTC) if at else None


def note(live: SealedSession, now: datetime, facts: Facts) -> bool:
    """Lock a session after a pause; tell whether its ends are due to be moved on, as they are once a day."""
    if facts.idle is not None and not is_locked(live):
        _note_pause(live, now, facts.idle)
    step = min(_COOKIE_STEP, facts.remembered / 4)
    return bool(live.get("connected")) and now.timestamp() - live.get("cookie_at", 0) >= step.total_seconds()


def _note_pause(live: SealedSession, now: datetime, idle: timedelta) -> None:
    away = now.timestamp() - live.get("seen", 0)
    if away > idle.total_seconds():
        live["locked"] = True
    elif away > _SEEN_STEP.total_seconds():
        live["seen"] = int(now.timestamp())


def stamp(live: SealedSession, now: datetime) -> None:
    """Begin the time of the cookie anew, and send it again."""
    live["cookie_at"] = live["seen"] = int(now.timestamp())
    live.cookie_due = True


def is_locked(live: SealedSession) -> bool:
    """Whether a pause has put the figures behind one click."""
    return bool(live.get("locked"))


def unlock(live: SealedSession, now: datetime) -> None:
    """Show the figures again after a pause."""
    live.pop("locked", None)
    live["seen"] = int(now.timestamp())
