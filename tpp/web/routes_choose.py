"""The page where it is chosen what is shared and for how long. Its form leads to the consent page; nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from tpp.pages import choose
from tpp.web import choices

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("choose", __name__)


def register(app: Flask) -> None:
    """Mount the page, and let the others lead to what had been chosen."""
    app.jinja_env.globals.update(connect_again=choices.connect_again)
    app.register_blueprint(blueprint)


@blueprint.get("/connect/choose")
def show() -> ResponseReturnValue:
    """Show what can be chosen, with the address's choice picked already, and a word where that cannot be read."""
    offered = choices.offer()
    choice = choices.asked(offered)
    back = url_for("connect.page", **choice.query(offered))
    return render_template("pages/choose.html", page=choose.build(choice, offered), back=back)
