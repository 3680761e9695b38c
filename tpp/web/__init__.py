"""Coming in: Flask. Views read input, make one call, build a page and render it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.web import (
    compression,
    error_pages,
    filters,
    guards,
    headers,
    language,
    routes_account,
    routes_accounts,
    routes_callback,
    routes_choose,
    routes_connect,
    routes_health,
    routes_legal,
    routes_money,
)
from tpp.web.export import routes as export_routes
from tpp.web.sessions import cookies, session
from tpp.web.sessions import routes as session_routes

if TYPE_CHECKING:
    from flask import Flask

    from tpp.web.services import Services


def register(app: Flask, services: Services) -> None:
    """Put the whole web room into an application."""
    app.extensions["mizan"] = services
    session.register(app, services)
    guards.register(app)
    headers.register(app)
    compression.register(app)
    language.register(app)
    filters.register(app)
    error_pages.register(app)
    pages = (routes_accounts, routes_account, routes_money, export_routes)
    for routes in (routes_connect, routes_choose, routes_callback, *pages, session_routes):
        routes.register(app)
    routes_legal.register(app)
    routes_health.register(app)
    ours = (app.config["SESSION_COOKIE_NAME"], language.COOKIE)
    app.wsgi_app = cookies.OnlyOurs(app.wsgi_app, ours)  # type: ignore[method-assign]
