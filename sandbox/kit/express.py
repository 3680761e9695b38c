"""The manners of the kit's web framework: how it reads bodies, and its HTML error pages.

The real kit runs on Express 4: a body without the JSON media type is seen as `{}`, malformed JSON and
unknown paths get an HTML page. Source: Express 4 `express.json()` and its final handler.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response, request
from markupsafe import escape

if TYPE_CHECKING:
    from werkzeug.exceptions import HTTPException

LARGEST_BODY = 100 * 1024
TOO_LARGE = 413

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Error</title>
</head>
<body>
<pre>{}</pre>
</body>
</html>
"""


class MalformedJsonError(Exception):
    """The body has the JSON media type and is no JSON object or array."""


def read_body() -> dict[str, Any]:
    """Return the JSON object of the request; an array, or another media type, holds no fields.

    Raises `MalformedJsonError`.
    """
    text = request.get_data()
    if request.mimetype != "application/json" or not text.strip():
        return {}
    try:
        body = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise MalformedJsonError from error
    if not isinstance(body, dict | list):
        raise MalformedJsonError
    return body if isinstance(body, dict) else {}


def _refuse(constant: str) -> float:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def malformed_page(_error: MalformedJsonError) -> Response:
    """Return the page for malformed JSON: 400."""
    return _page("SyntaxError: Unexpected token in JSON", 400)


def error_page(error: HTTPException) -> Response:
    """Return the page for a path or method that has no route (404), and for the rest by its status."""
    status = error.code or 500
    if status in (404, 405):
        return _page(f"Cannot {request.method} {request.path}", 404)
    if status == TOO_LARGE:
        return _page("PayloadTooLargeError: request entity too large", 413)
    return _page(error.name, status)


def _page(text: str, status: int) -> Response:
    response = Response(PAGE.format(escape(text)), status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
