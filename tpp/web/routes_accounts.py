"""Every balance on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from tpp.journey.reading import figures
from tpp.journey.reading.ask import Desk
from tpp.journey.tokens import Keyring
from tpp.pages import accounts, find
from tpp.web.filters import day, say
from tpp.web.headers import reference
from tpp.web.safe_redirect import keep_query
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.model.figures import Figures
    from tpp.model.rows import Vault

blueprint = Blueprint("accounts", __name__)


def register(app: Flask) -> None:
    """Mount the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/accounts")
def show() -> ResponseReturnValue:
    """Show what was read within the last minute, or read it now.

    `?fresh=1` always asks the banks, with `account` about that one alone, and leads to the clean address: loading that
    again asks nobody. Where answers are still under way it shows what has come, rather than wait for them once more.
    """
    services().keep_tidy()
    if session.is_locked():
        return redirect(url_for("session.still_you"), code=303)
    vault, fresh = session.vault(), request.args.get("fresh") == "1"
    read = _read(desk(vault), request.args.get("account"), fresh=fresh) if vault else []
    wanted = find.read(request.args.get("find", ""), say)
    if fresh and not figures.unfinished(read):
        return redirect(url_for("accounts.show", find=wanted.typed or None), code=303)
    if not read:
        return render_template("pages/not_connected.html")
    keep_query({"find": wanted.typed} if wanted.typed else {})
    now = services().now()
    page = accounts.build(read, now, reference(), wanted)
    return render_template("pages/accounts.html", page=page, today=day(now))


def _read(laid: Desk, account_id: str | None, *, fresh: bool) -> list[Figures]:
    if fresh and account_id:
        return figures.read_account(laid, account_id, fresh=True)
    return figures.read_all(laid, fresh=fresh)


def desk(vault: Vault) -> Desk:
    """Lay out what reading needs, for whoever is looking."""
    parts = services()
    visit = session.visit()
    keyring = Keyring(vault, parts.banks, parts.now, parts.sleep, visit)
    return Desk(vault, parts.banks, keyring, parts.resources, parts.pool, visit, parts.now, parts.sleep)
