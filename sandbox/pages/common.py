"""What every page of the bank shares: language, headers, and the versions of its style sheet and script.

The language is the one of the bank's own cookie, else `Accept-Language`, else English; a client that
sends `ui_locales` sets that cookie. The switch keeps the page's address in its path, so that nothing of an
interaction gets into a query; on a page with ticks it is a button of their form. The one script
is a file of ours that no page needs; nothing is loaded from elsewhere and no other page may frame them.
Source: Content Security Policy Level 3; FAPI 2.0 Security Profile section 5.3.2.2 (clickjacking).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import redirect, request, url_for
from flask_babel import Babel, get_locale
from jinja2 import StrictUndefined
from werkzeug.exceptions import NotFound

from sandbox.directory.directory import BANK_NAME
from sandbox.ground.services import bank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask, Response
    from flask.typing import ResponseReturnValue
    from werkzeug.wrappers import Response as BaseResponse

HERE = Path(__file__).parent.parent
LANGUAGES = {"en": "English", "ar": "العربية"}
COOKIE = "bank_language"
COOKIE_SECONDS = 365 * 86400
HOME = "/auth1/"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
STATIC_SECONDS = 86400
FIRST_ERROR = 400
OWN_PATH = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")


@dataclass(frozen=True)
class OtherLanguage:
    """One entry of the language switch."""

    code: str
    name: str
    url: str


def prepare_pages(app: Flask) -> None:
    """Give the application its language, its template globals and its headers."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(HERE / "translations")
    extension: type[Any] = Babel  # the package has no types
    extension(app, default_locale="en", locale_selector=_language)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        bank_name=BANK_NAME, asset=cache(_asset), locale=get_locale, other_languages=_other_languages
    )
    app.add_url_rule(f"{HOME}language/<code>/<path:back>", "language", _switch)
    app.after_request(_headers)


def _language() -> str:
    wanted = request.cookies.get(COOKIE, "")
    return wanted if wanted in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "en") or "en"


def preferred_language(ui_locales: str) -> str:
    """Return the first of the wanted languages that the bank speaks, or nothing.

    Blanks stand between the tags, the most wanted comes first; one that nobody here speaks is passed over.
    Source: OpenID Connect Core 1.0 section 3.1.2.1, `ui_locales`; BCP 47.
    """
    wanted = (tag.partition("-")[0].lower() for tag in ui_locales.split(" "))
    return next((code for code in wanted if code in LANGUAGES), "")


def _other_languages() -> Iterator[OtherLanguage]:
    """Give the languages that this page is not in; each leads back to this page, without its query."""
    locale = get_locale()
    inside = request.path.startswith("/control") and bank().settings.control
    path = request.path.removeprefix(HOME)
    back = path if OWN_PATH.fullmatch(path) else "auth"
    for code, name in LANGUAGES.items():
        if locale is None or code != locale.language:
            url = url_for("control.language", code=code) if inside else url_for("language", code=code, back=back)
            yield OtherLanguage(code, name, url)


def _switch(code: str, back: str) -> ResponseReturnValue:
    """Remember a language and go back to a page of the bank. It changes nothing else."""
    if code not in LANGUAGES or not OWN_PATH.fullmatch(back):
        raise NotFound
    return remember(redirect(HOME + back, 303), code, "/auth1")


def remember(response: BaseResponse, code: str, path: str) -> BaseResponse:
    """Set the language cookie for the pages below a path."""
    secure = bank().settings.secure
    response.set_cookie(COOKIE, code, max_age=COOKIE_SECONDS, path=path, httponly=True, secure=secure, samesite="Lax")
    return response


def _asset(name: str) -> str:
    """Return the address of a static file with its digest: it changes with the content, so it can be cached."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return url_for("static", filename=name, v=digest)


def _headers(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code < FIRST_ERROR:
        response.headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
