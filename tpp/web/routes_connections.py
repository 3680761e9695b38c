"""Managing connections: the list, one of them, and the end of one. Nothing here asks a bank anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from tpp.journey import connections as kept
from tpp.journey import receipts
from tpp.journey.reading.shelf import Shelf
from tpp.pages.manage import connections
from tpp.web.safe_redirect import keep_query
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.model.account import Account
    from tpp.model.grant import Grant, Receipt
    from tpp.model.rows import Vault

blueprint = Blueprint("connections", __name__)


def register(app: Flask) -> None:
    """Mount the pages."""
    app.register_blueprint(blueprint)


@blueprint.before_request
def after_a_pause() -> ResponseReturnValue | None:
    """Show no bank's name after a pause, until somebody chooses."""
    return redirect(url_for("session.still_you"), code=303) if session.is_locked() else None


@blueprint.get("/connections")
def show() -> ResponseReturnValue:
    """Show the connections that stand, or with `?tab=past` those that have ended."""
    vault = session.vault()
    if vault is None:
        return render_template("pages/not_connected.html")
    history = request.args.get("tab") == connections.PAST
    keep_query({"tab": connections.PAST} if history else {})
    now, (current, past) = services().now(), _all(vault)
    cards = [connections.card(each, _receipt(vault, each), now) for each in (past if history else current)]
    return render_template("pages/connections.html", cards=cards, history=history)


@blueprint.get("/connections/<handle>")
def one(handle: str) -> ResponseReturnValue:
    """Show one connection, be it current or past; 404 for any that is not this browser's."""
    vault, grant = _mine(handle)
    page = connections.detail(grant, _receipt(vault, grant), _accounts(vault, grant), services().now())
    return render_template("pages/connection.html", page=page)


@blueprint.get("/connections/<handle>/stop")
def stop(handle: str) -> ResponseReturnValue:
    """Say what stopping means, before anything happens; what has ended already is shown as it is."""
    vault, grant = _mine(handle)
    now = services().now()
    if grant.has_ended(now):
        return redirect(url_for("connections.one", handle=handle), code=303)
    return render_template(
        "pages/stop_sharing.html", card=connections.card(grant, _receipt(vault, grant), now), grant=grant
    )


@blueprint.post("/connections/<handle>/stop")
def do_stop(handle: str) -> ResponseReturnValue:
    """Stop: tokens go first, then what was read. A second press finds it done; what failed halfway is done anew."""
    vault, grant = _mine(handle)
    now = services().now()
    kept.stop(vault, grant, now, (now + services().facts.remembered).timestamp())
    Shelf(vault, services().now).erase(grant.consent_id)
    return redirect(url_for("connections.one", handle=handle), code=303)


def _all(vault: Vault) -> tuple[list[Grant], list[Grant]]:
    """Return what stands and what has ended; a stop that could not be finished leaves a connection where it stands."""
    now = services().now()
    current = [each for each in kept.listed(vault) if not each.has_ended(now)]
    standing = {each.consent_id for each in current}
    return current, [each for each in kept.history(vault, now) if each.consent_id not in standing]


def _mine(handle: str) -> tuple[Vault, Grant]:
    """Return this browser's vault and one connection of it, be it current or past. Raises NotFound for any other."""
    vault = session.vault()
    if vault is None:
        raise NotFound
    current, past = _all(vault)
    grant = next((each for each in (*current, *past) if each.handle == handle), None)
    if grant is None:
        raise NotFound
    return vault, grant


def _receipt(vault: Vault, grant: Grant) -> Receipt | None:
    return receipts.find(vault, grant.consent_id)


def _accounts(vault: Vault, grant: Grant) -> tuple[Account, ...]:
    """Return the accounts of what was read lately."""
    bodies = Shelf(vault, services().now).load(grant.consent_id)
    return bodies.listed.read(services().resources.accounts).items if bodies else ()
