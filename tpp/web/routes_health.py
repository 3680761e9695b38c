"""Health, for machines. Neither makes a session, and neither calls a bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from tpp.errors import StoreUnavailable
from tpp.web.services import services

if TYPE_CHECKING:
    from flask import Flask

blueprint = Blueprint("health", __name__)


def register(app: Flask) -> None:
    """Mount the two addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """The store can be written to; 503 where not."""
    try:
        services().ping_store()
    except StoreUnavailable as error:
        return Response(f"{error}\n", status=503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
