"""The transactions of all accounts: as one list, and added up as money in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from tpp.journey.reading.beside import look_at_all
from tpp.journey.reading.shelf import NOT_YET
from tpp.model.languages import LANGUAGES
from tpp.pages import filter as filters
from tpp.pages import transactions
from tpp.pages.money import sources, view
from tpp.web.language import choose
from tpp.web.routes_accounts import desk
from tpp.web.safe_redirect import keep_query, local_address
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.pages.money.sources import Ledger

entries = Blueprint("transactions", __name__)
money = Blueprint("money", __name__)


def register(app: Flask) -> None:
    """Mount the pages."""
    app.register_blueprint(entries)
    app.register_blueprint(money)


@entries.get("/transactions", endpoint="show")
def show_entries() -> ResponseReturnValue:
    """Show the transactions of every account in one list. `?fresh=1` asks the banks, and leads to the clean address."""
    return _read(_listed)


@money.get("/money", endpoint="show")
def show_money() -> ResponseReturnValue:
    """Show what came in and went out. `?fresh=1` asks the banks, and leads to the clean address."""
    return _read(_added_up)


def _read(render: Callable[[Ledger], ResponseReturnValue]) -> ResponseReturnValue:
    """Read every account's transactions, or show what was read of them within their time.

    Where no account can be listed just now, the page of all accounts says why.
    """
    if session.is_locked():
        return redirect(url_for("session.still_you"), code=303)
    vault, fresh = session.vault(), request.args.get("fresh") == "1"
    looked = look_at_all(desk(vault), services().resources.transactions, fresh=fresh) if vault else []
    if fresh and not any(found.error in NOT_YET for each in looked for found in each.found.values()):
        return redirect(_clean_address(), code=303)
    if not looked:
        return render_template("pages/not_connected.html")
    keep_query(request.args.to_dict(flat=False))
    ledger = sources.ledger((each.figures, each.found) for each in looked)
    if ledger.sources:
        return render(ledger)
    if ledger.unlisted:
        return redirect(url_for("accounts.show"), code=303)
    return render_template("pages/no_transactions.html")


def _clean_address() -> str:
    """Return this address without what asks the banks."""
    return local_address(request.path, request.query_string.decode("ascii", "replace"))


def _listed(ledger: Ledger) -> ResponseReturnValue:
    wanted = filters.read(request.args, ledger.titles, ledger.currencies)
    listed = transactions.build_all(ledger, wanted, transactions.page_number(request.args.get("page")))
    return render_template("pages/transactions.html", view=listed)


def _added_up(ledger: Ledger) -> ResponseReturnValue:
    wanted = view.read(request.args, request.args.getlist("account"), ledger)
    mirrored = LANGUAGES[choose()].direction == "rtl"
    page = view.build(ledger, wanted, services().now(), mirrored=mirrored)
    return render_template("pages/money.html", page=page)
