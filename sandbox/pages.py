"""What every page of the bank shares: language, headers, and the style sheet's version.

No script runs on these pages, nothing is loaded from elsewhere and no other page may frame them.
Source: Content Security Policy Level 3; FAPI 2.0 Security Profile section 5.3.2.2 (clickjacking).
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import request
from flask_babel import Babel, get_locale
from jinja2 import StrictUndefined

from sandbox.directory import BANK_NAME

if TYPE_CHECKING:
    from flask import Flask, Response

HERE = Path(__file__).parent
LANGUAGES = ("en",)
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
STATIC_SECONDS = 86400
FIRST_ERROR = 400


def prepare_pages(app: Flask) -> None:
    """Give the application its language, its template globals and its headers."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(HERE / "translations")
    extension: type[Any] = Babel  # the package has no types
    extension(app, default_locale=LANGUAGES[0], locale_selector=_language)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(bank_name=BANK_NAME, style_version=_style_version(), locale=get_locale)
    app.after_request(_headers)


def _language() -> str:
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _style_version() -> str:
    """Return the style sheet's digest: the address changes with the content, so it can be cached."""
    return hashlib.sha256((HERE / "static" / "bank.css").read_bytes()).hexdigest()[:12]


def _headers(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code < FIRST_ERROR:
        response.headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
