"""One account on a page of its own, a tab at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from tpp.journey.reading.beside import look_at
from tpp.journey.reading.figures import unfinished
from tpp.model.account import Account
from tpp.pages import account, transactions
from tpp.pages import filter as filters
from tpp.pages.tabs import bar, payees, people, product, regular
from tpp.pages.tabs.coming import Sources
from tpp.pages.tabs.state import state
from tpp.web.filters import day
from tpp.web.headers import reference
from tpp.web.routes_accounts import desk
from tpp.web.safe_redirect import keep_query
from tpp.web.services import services
from tpp.web.sessions import session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from tpp.journey.reading.beside import Look
    from tpp.model.resource import Resource
    from tpp.pages.tabs.payees import PayeesView
    from tpp.pages.tabs.people import PeopleView
    from tpp.pages.tabs.product import ProductView
    from tpp.pages.tabs.regular import RegularView
    from tpp.pages.tabs.state import State
    from tpp.pages.transactions import TransactionsView

blueprint = Blueprint("account", __name__)

_ANY_ID = "0"


def register(app: Flask) -> None:
    """Mount the page, and tell the templates the way to it."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(account_at=account_at)


def account_at(account_id: str) -> str:
    """Return the address of an account's page; `account_id`: one that can be asked for, so nothing in it is quoted.

    A page has dozens of them, and building an address is most of what a short row costs.
    """
    found: str | None = g.get("account_at")
    if found is None:
        found = g.account_at = url_for("account.show", account_id=_ANY_ID).removesuffix(_ANY_ID)
    return found + account_id


@blueprint.get("/accounts/<account_id>")
@blueprint.get("/accounts/<account_id>/<tab>")
def show(account_id: str, tab: str | None = None) -> ResponseReturnValue:
    """Show one account of this browser. `?fresh=1` asks the bank about it alone, and leads to the clean address.

    Without a tab it is the first that is granted. Raises NotFound for an id that no connection of this browser lists,
    and for a tab that there is not.
    """
    if session.is_locked():
        return redirect(url_for("session.still_you"), code=303)
    vault = session.vault()
    if vault is None:
        return render_template("pages/not_connected.html")
    if (tab and not bar.named(tab)) or not Account(account_id).can_be_asked:
        raise NotFound
    fresh, since = request.args.get("fresh") == "1", services().now()
    look = look_at(desk(vault), account_id, partial(_read_by, tab), fresh=fresh)
    if fresh and look.permissions and not look.unfinished and not unfinished(look.figures, account_id):
        return redirect(url_for("account.show", account_id=account_id, tab=tab, **_kept_query()), code=303)
    return _page(look, account_id, tab, since) if look.figures else render_template("pages/not_connected.html")


def _read_by(name: str | None, permissions: frozenset[str]) -> list[Resource[Any]]:
    """Return what a tab shows, by the name of it; without a name it is the first that is granted."""
    tab = bar.opened(bar.granted(permissions), name)
    return [getattr(services().resources, each) for each in tab.reads] if tab else []


def _kept_query() -> dict[str, Any]:
    """Return the parameters of this address that say what is looked at: none that asks anybody anything."""
    page = transactions.page_number(request.args.get("page"))
    return {**filters.read(request.args).query, **({"page": str(page)} if page > 1 else {})}


def _page(look: Look, account_id: str, name: str | None, since: datetime) -> ResponseReturnValue:
    """Render the page; where the list of accounts is not to be had, the page of all accounts says why.

    `since`: when this look began.
    """
    now = services().now()
    page = account.build(look.figures, account_id, now, reference())
    if page is None:
        if account.may_be_listed(look.figures, since):
            return redirect(url_for("accounts.show"), code=303)
        raise NotFound
    tabs = bar.granted(look.permissions)
    tab = bar.opened(tabs, name)
    if tab is None:
        raise NotFound
    keep_query(_kept_query())
    view = VIEWS[tab.name](look, request.args)
    return render_template("pages/account.html", page=page, tabs=tabs, tab=tab, view=view, today=day(now))


@dataclass(frozen=True, slots=True)
class Entries:
    """The tab of transactions. `listed`: None where there are none to show, and `state` says why."""

    state: State
    listed: TransactionsView | None


def _entries(look: Look, parameters: Mapping[str, str]) -> Entries | None:
    found = look.of(services().resources.transactions)
    if found is None:
        return None
    if found.parsed is None:
        return Entries(state(found), None)
    wanted, number = filters.read(parameters), transactions.page_number(parameters.get("page"))
    read = found.parsed
    unreadable = len(read.unreadable)
    view = transactions.build(read.items, wanted, number, more=read.more, cut=read.cut, unreadable=unreadable)
    return Entries(state(found), view)


def _about(_look: Look, _parameters: Mapping[str, str]) -> None:
    """Show what the page of the account knows anyway."""


def _regular(look: Look, _parameters: Mapping[str, str]) -> RegularView | None:
    resources = services().resources
    sources = Sources(
        look.of(resources.direct_debits), look.of(resources.standing_orders), look.of(resources.scheduled_payments)
    )
    return regular.build(look.account, sources, services().now()) if look.account else None


def _payees(look: Look, _parameters: Mapping[str, str]) -> PayeesView | None:
    found = look.of(services().resources.beneficiaries)
    return payees.build(found) if found else None


def _product(look: Look, _parameters: Mapping[str, str]) -> ProductView | None:
    found = look.of(services().resources.product)
    return product.build(found) if found else None


def _people(look: Look, _parameters: Mapping[str, str]) -> PeopleView | None:
    found = look.of(services().resources.user)
    return people.build(found) if found else None


VIEWS: dict[str, Callable[[Look, Mapping[str, str]], Any]] = {
    "transactions": _entries,
    "regular": _regular,
    "payees": _payees,
    "product": _product,
    "people": _people,
    "about": _about,
}
"""What each tab shows, by its name."""
