"""One account on a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from tpp.journey.reading.figures import read_account, unfinished
from tpp.model.account import Account
from tpp.pages import account
from tpp.web.filters import day
from tpp.web.headers import reference
from tpp.web.routes_accounts import desk
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.model.figures import Figures

blueprint = Blueprint("account", __name__)


def register(app: Flask) -> None:
    """Mount the page."""
    app.register_blueprint(blueprint)


@blueprint.get("/accounts/<account_id>")
def show(account_id: str) -> ResponseReturnValue:
    """Show one account of this browser. `?fresh=1` asks the bank about it alone, and leads to the clean address.

    Raises NotFound for an id that no connection of this browser lists.
    """
    if session.is_locked():
        return redirect(url_for("session.still_you"), code=303)
    vault = session.vault()
    if vault is None:
        return render_template("pages/not_connected.html")
    if not Account(account_id).can_be_asked:
        raise NotFound
    fresh = request.args.get("fresh") == "1"
    read = read_account(desk(vault), account_id, fresh=fresh)
    if fresh and not unfinished(read, account_id):
        return redirect(url_for("account.show", account_id=account_id), code=303)
    return _page(read, account_id) if read else render_template("pages/not_connected.html")


def _page(read: list[Figures], account_id: str) -> ResponseReturnValue:
    """Render the page; where the list of accounts is not to be had, the page of all accounts says why."""
    now = services().now()
    page = account.build(read, account_id, now, reference())
    if page is not None:
        return render_template("pages/account.html", page=page, today=day(now))
    if any(source.error and not source.accounts for source in read):
        return redirect(url_for("accounts.show"), code=303)
    raise NotFound
