"""Signing out, hiding amounts, and the one click after a pause. Every change is a POST with a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from tpp.journey import connections
from tpp.web.safe_redirect import local_address
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.model.grant import Grant

blueprint = Blueprint("session", __name__)


def register(app: Flask) -> None:
    """Mount the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Say what signing out means here and what stays at the bank, before anything happens."""
    vault = session.vault()
    if vault is None:
        return redirect(url_for("session.signed_out"), code=303)
    grants = connections.listed(vault)
    return render_template(
        "pages/sign_out.html",
        can_revoke=False,
        connections=len(grants),
        banks=_last_days(grants) or {services().banks.default.bank_name: None},
    )


def _last_days(grants: list[Grant]) -> dict[str, datetime]:
    """Return by its name the last moment of what each bank shares."""
    last: dict[str, datetime] = {}
    for grant in grants:
        name = grant.draft.bank_name
        last[name] = max(grant.until, last.get(name, grant.until))
    return last


@blueprint.post("/sign-out")
def do_sign_out() -> ResponseReturnValue:
    """Take the cookie away and erase what it opened; where the latter cannot be done now, say so."""
    if session.end():
        return redirect(url_for("session.signed_out"), code=303)
    return _signed_out(ends=services().now() + services().facts.remembered), 503


@blueprint.get("/signed-out")
def signed_out() -> ResponseReturnValue:
    """Say what is gone and what stays at the bank."""
    return _signed_out(ends=None)


def _signed_out(ends: datetime | None) -> str:
    """Render the page. `ends`: when the time of what could not be erased is over; None where all is erased.

    Nobody knows any more which bank it was, so only one that is the only one is named.
    """
    names = {each.bank_name for each in services().banks.offered}
    return render_template("pages/signed_out.html", bank_name=names.pop() if len(names) == 1 else None, ends=ends)


@blueprint.post("/amounts")
def hide_amounts() -> ResponseReturnValue:
    """Hide all amounts, or show them again, everywhere; the way leads back to the page that was shown."""
    if session.vault() is not None:
        session.toggle_amounts()
    wanted = request.form.get("next") or url_for("accounts.show")
    return redirect(local_address(wanted, request.form.get("kept", "")), code=303)


@blueprint.get("/welcome-back")
def still_you() -> ResponseReturnValue:
    """After a pause: neither amounts nor names until somebody chooses."""
    if not session.is_locked():
        return redirect(url_for("accounts.show"), code=303)
    return render_template("pages/still_you.html")


@blueprint.post("/welcome-back")
def show_again() -> ResponseReturnValue:
    """Show the figures again."""
    if session.vault() is not None:
        session.unlock()
    return redirect(url_for("accounts.show"), code=303)
