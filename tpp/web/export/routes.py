"""The files themselves. Where amounts are hidden the person is asked first, for no file has dots in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for
from werkzeug.exceptions import NotFound

from tpp.journey.reading.beside import look_at
from tpp.model.account import Account
from tpp.pages import account, export
from tpp.pages import filter as filters
from tpp.web.export.files import WRITERS, disposition
from tpp.web.headers import reference
from tpp.web.routes_accounts import desk
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.journey.reading.beside import Look
    from tpp.model.rows import Vault
    from tpp.pages.export import Source

blueprint = Blueprint("export", __name__)


def register(app: Flask) -> None:
    """Mount the files."""
    app.register_blueprint(blueprint)


@blueprint.route("/accounts/<account_id>/transactions.<any(csv, json):kind>", methods=["GET", "POST"])
def of_account(account_id: str, kind: str) -> ResponseReturnValue:
    """Send the transactions of one account that the filter of this address leaves, every page of them.

    Raises NotFound for an id that no connection of this browser lists, or lists without transactions.
    """
    if not Account(account_id).can_be_asked:
        raise NotFound
    query: dict[str, Any] = {**filters.read(request.args).query}
    back = url_for("account.show", account_id=account_id, tab="transactions", **query)
    return file(kind, back, lambda vault: _of_account(vault, account_id))


def file(kind: str, back: str, read: Callable[[Vault], Sequence[Source]]) -> ResponseReturnValue:
    """Send a list as a file of a kind of `WRITERS`; on a GET with hidden amounts ask first, and read nothing.

    `back`: the address of the page that shows the list; it says why where there is nothing to read. `read`: what is in
    the list, nothing where nothing came.
    """
    if session.is_locked():
        return redirect(url_for("session.still_you"), code=303)
    vault = session.vault()
    if vault is None:
        return render_template("pages/not_connected.html")
    if session.hides_amounts() and request.method != "POST":
        return render_template("pages/export.html", kind=kind, here=_here(), back=back)
    sources = read(vault)
    return _file(kind, sources) if sources else redirect(back, code=303)


def _here() -> str:
    """Return this address with its filter, and nothing else."""
    values: dict[str, Any] = {**(request.view_args or {}), **filters.read(request.args).query}
    return url_for(request.endpoint or "", **values)


def _file(kind: str, sources: Sequence[Source]) -> Response:
    session.reveal()
    found = export.build(sources, filters.read(request.args))
    media_type, write = WRITERS[kind]
    answer = Response(stream_with_context(write(found, services().now())), content_type=media_type)
    answer.headers["Content-Disposition"] = disposition(found, kind)
    return answer


def _of_account(vault: Vault, account_id: str) -> list[Source]:
    """Read one account's list as its page does. Raises NotFound where that page would have none."""
    resource = services().resources.transactions
    look = look_at(desk(vault), account_id, [resource], fresh=False)
    page = account.build(look.figures, account_id, services().now(), reference())
    found = look.of(resource)
    if page is None or found is None:
        if _may_come(look):
            return []
        raise NotFound
    if found.parsed is None:
        return []
    return [export.Source(page.bank.name, page.entry.title, page.entry.tail, found.parsed, found.at)]


def _may_come(look: Look) -> bool:
    """Whether an account that is not listed may be so once its bank can be asked again."""
    return any(source.error and not source.accounts for source in look.figures)
