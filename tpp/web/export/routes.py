"""The files themselves. Where amounts are hidden the person is asked first, for no file has dots in it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for
from werkzeug.exceptions import NotFound

from tpp.journey.reading.beside import look_at, look_at_all
from tpp.model.account import Account
from tpp.pages import account, export
from tpp.pages import filter as filters
from tpp.pages.money import sources
from tpp.web.export.files import WRITERS, disposition
from tpp.web.headers import reference
from tpp.web.routes_accounts import desk
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.journey.reading.beside import Look
    from tpp.model.rows import Vault
    from tpp.pages.export import Export

blueprint = Blueprint("export", __name__)


def register(app: Flask) -> None:
    """Mount the files."""
    app.register_blueprint(blueprint)


@blueprint.route("/accounts/<account_id>/transactions.<any(csv, json):ending>", methods=["GET", "POST"])
def of_account(account_id: str, ending: str) -> ResponseReturnValue:
    """Send the transactions of one account that the filter of this address leaves, every page of them.

    Raises NotFound for an id that no connection of this browser lists, or lists without transactions.
    """
    if not Account(account_id).can_be_asked:
        raise NotFound
    page = url_for("account.show", account_id=account_id, tab="transactions")
    return _file(ending, page, lambda vault: _of_account(vault, account_id))


@blueprint.route("/transactions.<any(csv, json):ending>", methods=["GET", "POST"])
def of_all(ending: str) -> ResponseReturnValue:
    """Send the transactions of all accounts that the filter of this address leaves, every page of the list."""
    return _file(ending, url_for("transactions.show"), _of_all)


def _file(kind: str, page: str, read: Callable[[Vault], Export | None]) -> ResponseReturnValue:
    """Send a list as a file of a kind of `WRITERS`; on a GET with hidden amounts ask first, and read nothing.

    `page`: the address of the page that shows the list, and says why where there is nothing to read. `read`: reads the
    list; None where nothing came.
    """
    if session.is_locked():
        return redirect(url_for("session.still_you"), code=303)
    vault = session.vault()
    if vault is None:
        return render_template("pages/not_connected.html")
    if session.hides_amounts() and request.method != "POST":
        return render_template("pages/export.html", kind=kind, here=_filtered(request.path), back=_filtered(page))
    found = read(vault)
    return _sent(kind, found) if found else redirect(_filtered(page), code=303)


def _filtered(path: str) -> str:
    """Return an address with the parameters of this one, but for the one that asks the bank."""
    query = urlencode([each for each in request.args.items(multi=True) if each[0] != "fresh"])
    return f"{path}?{query}" if query else path


def _sent(kind: str, found: Export) -> Response:
    session.reveal()
    media_type, write = WRITERS[kind]
    answer = Response(stream_with_context(write(found, services().now())), content_type=media_type)
    answer.headers["Content-Disposition"] = disposition(found, kind)
    return answer


def _of_account(vault: Vault, account_id: str) -> Export | None:
    """Read one account's list as its page does. Raises NotFound where that page would have none."""
    resource = services().resources.transactions
    look = look_at(desk(vault), account_id, lambda _: [resource], fresh=False)
    page = account.build(look.figures, account_id, services().now(), reference())
    found = look.of(resource)
    if page is None or found is None:
        if _may_come(look):
            return None
        raise NotFound
    if found.parsed is None:
        return None
    source = export.Source(page.bank.name, page.entry.title, page.entry.tail, found.parsed, found.at)
    return export.of_one(source, filters.read(request.args))


def _of_all(vault: Vault) -> Export | None:
    """Read all accounts' lists as their one page does; None where no account has one."""
    looked = look_at_all(desk(vault), services().resources.transactions, fresh=False)
    ledger = sources.ledger((each.figures, each.found) for each in looked)
    if not any(each.is_read for each in ledger.sources):
        return None
    return export.of_all(ledger, filters.read(request.args, ledger.titles, ledger.currencies))


def _may_come(look: Look) -> bool:
    """Whether an account that is not listed may be so once its bank can be asked again."""
    return any(each.error and not each.accounts for each in look.figures)
