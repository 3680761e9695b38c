"""Which language a page is in: the language cookie, else `Accept-Language`, else English. Needs no session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel import Locale
from flask import request
from flask_babel import Babel, get_locale

from tpp.web.services import services

if TYPE_CHECKING:
    from flask import Flask

COOKIE = "mizan_language"
LANGUAGES = {"en": "English"}


@dataclass(frozen=True, slots=True)
class Language:
    """One entry of the language switch."""

    code: str
    name: str
    url: str
    current: bool


def register(app: Flask) -> None:
    """Install translation and tell the templates the language and its direction."""
    app.config.update(BABEL_DEFAULT_LOCALE="en", BABEL_DEFAULT_TIMEZONE="UTC")
    Babel(app, locale_selector=choose)
    app.context_processor(context)


def choose() -> str:
    """Choose the language of this request."""
    wanted = request.cookies.get(COOKIE, "")
    return wanted if wanted in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "en") or "en"


def context() -> dict[str, object]:
    """Give the templates what every page needs."""
    locale = get_locale() or Locale("en")
    facts = services().facts
    return {
        "locale": locale.language,
        "text_direction": locale.text_direction,
        "languages": [Language(code, name, "", code == locale.language) for code, name in LANGUAGES.items()],
        "tpp_name": facts.tpp_name,
        "mode": facts.mode,
        "altareq_logo": facts.altareq_logo,
        "altareq_mark": facts.altareq_mark,
        "asset": services().asset,
    }
