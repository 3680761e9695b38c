"""Privacy and terms, as texts with a version; and what robots may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template

from tpp.model.consent import LONGEST_DAYS
from tpp.web.services import services

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("legal", __name__)

VERSION = "2026-11-28"


def register(app: Flask) -> None:
    """Mount the pages."""
    app.register_blueprint(blueprint)


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """What is read, where it lies, for how long, and who gets it."""
    return _text("pages/privacy.html")


@blueprint.get("/terms")
def terms() -> ResponseReturnValue:
    """What this software is and is not."""
    return _text("pages/terms.html")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Only the pages that are the same for everybody; without a cookie the accounts page is one of them."""
    rules = (
        "User-agent: *\nAllow: /$\nAllow: /static/\nAllow: /accounts$\nAllow: /privacy\nAllow: /terms\nDisallow: /\n"
    )
    return Response(rules, mimetype="text/plain")


def _text(template: str) -> str:
    """Render a text; a consent is for as long as a person chooses, the longest time that can be chosen at most."""
    remembered = services().facts.remembered.days
    return render_template(template, version=VERSION, remember_days=remembered, consent_days=LONGEST_DAYS)
