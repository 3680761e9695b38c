"""Which language a page is in: the language cookie, else `Accept-Language`, else English. Needs no session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, request, url_for
from flask_babel import Babel, get_locale
from werkzeug.exceptions import NotFound

from tpp.model.languages import DEFAULT, LANGUAGES
from tpp.pages.labels import own_name
from tpp.web.filters import say
from tpp.web.safe_redirect import kept_query, local_address
from tpp.web.services import services

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

COOKIE = "mizan_language"
COOKIE_SECONDS = 365 * 24 * 3600

blueprint = Blueprint("language", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of the language switch: a language that the page is not in."""

    code: str
    name: str
    url: str


def register(app: Flask) -> None:
    """Install translation and tell the templates the language and its direction."""
    app.config.update(BABEL_DEFAULT_LOCALE=DEFAULT.code, BABEL_DEFAULT_TIMEZONE="UTC")
    Babel(app, locale_selector=choose)
    app.context_processor(context)
    app.register_blueprint(blueprint)


@blueprint.get("/language/<code>")
def switch(code: str) -> ResponseReturnValue:
    """Remember a language in a cookie of its own, and go back to the page, filtered as it was; nothing else changes."""
    if code not in LANGUAGES:
        raise NotFound
    answer = redirect(local_address(request.args.get("next", "/"), request.args.get("kept", "")), code=303)
    secure = services().facts.secure
    answer.set_cookie(COOKIE, code, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return answer


def choose() -> str:
    """Choose the language of this request."""
    wanted = request.cookies.get(COOKIE, "")
    return (
        wanted if wanted in LANGUAGES else request.accept_languages.best_match(LANGUAGES, DEFAULT.code) or DEFAULT.code
    )


def context() -> dict[str, object]:
    """Give the templates what every page needs."""
    locale = get_locale()
    spoken = LANGUAGES[locale.language] if locale else DEFAULT
    facts = services().facts
    return {
        "locale": spoken.code,
        "text_direction": spoken.direction,
        "other_languages": [
            Choice(
                each.code,
                each.name,
                url_for("language.switch", code=each.code, next=request.path, kept=kept_query() or None),
            )
            for each in LANGUAGES.values()
            if each != spoken
        ],
        "tpp_name": say(own_name(facts.tpp_name)),
        "altareq_logo": facts.altareq_logo,
        "altareq_mark": facts.altareq_mark,
        "asset": services().asset,
        "kept_query": kept_query,
    }
