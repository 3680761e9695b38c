"""Errors on the way in: each becomes a page with a reference, never a stack trace, never upstream text.

An error page calls neither bank nor store. What is logged of an unexpected error are its type and the lines it
came through; its message could hold a value.
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

from flask import g, make_response, render_template, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from tpp.errors import MizanError, StoreUnavailable
from tpp.pages import failures_general
from tpp.web.headers import reference

if TYPE_CHECKING:
    from flask import Flask, Response

    from tpp.pages.choose import Query
    from tpp.pages.failure import Failure

log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Map what can be raised to pages."""
    app.register_error_handler(CSRFError, lambda _: page(failures_general.PAGES["csrf"]))
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(MizanError, our_error)
    app.register_error_handler(StoreUnavailable, store_unavailable)
    app.register_error_handler(Exception, unexpected)
    app.log_exception = _log_exception  # type: ignore[method-assign]


def _log_exception(exc_info: tuple[Any, ...]) -> None:
    """Log what Flask could not hand to a handler; its own way would print the message."""
    if isinstance(exc_info[1], Exception) and not isinstance(exc_info[1], StoreUnavailable):
        log_unexpected(exc_info[1])


def page(failure: Failure, quote: str | None = None, again: Query | None = None) -> Response:
    """Render a failure page. `quote`: the reference to show, this request's own by default. `again`: the choice."""
    context = {
        "title": failure.title,
        "sentences": failure.sentences,
        "progress": failure.step,
        "facts": failure.facts,
        "action_label": failure.action_label,
        "action_url": url_for("connect.page", **(again or {})),
        "calm": failure.calm,
        "reference": quote or reference(),
    }
    return make_response(render_template("errors/failure.html", failure=context), failure.status)


def http_error(error: HTTPException) -> Response:
    """Show the page of an HTTP status; redirects that werkzeug raises pass through."""
    cause = error.original_exception if isinstance(error, InternalServerError) else None
    if isinstance(cause, StoreUnavailable):  # while the session was opened, where no handler of its own is asked
        return store_unavailable(cause)
    status = error.code or 500
    if error.response is not None or 300 <= status < 400:  # noqa: PLR2004 - redirects
        return make_response(error.get_response())
    if status >= 500:  # noqa: PLR2004 - the store may be what failed: do not ask it again
        g.failsafe = True
    answer = page(failures_general.elsewhere(status))
    answer.status_code = status
    return answer


def our_error(error: MizanError) -> Response:
    """Show an error of ours that no view has dealt with."""
    log.warning("failed %(reason)s %(reference)s", {"reason": error.reason, "reference": reference()})
    return page(failures_general.elsewhere(500))


def store_unavailable(error: StoreUnavailable) -> Response:
    """Show that nothing can be kept just now. The browser's state is left out: it lies in that store."""
    g.failsafe = True
    log.error("failed %(error)s %(reference)s", {"error": str(error), "reference": reference()})
    return page(failures_general.PAGES[error.reason])


def unexpected(error: Exception) -> Response:
    """Show the page for a fault of ours. The browser's state is left out, so that this page cannot fail too."""
    g.failsafe = True
    log_unexpected(error)
    return page(failures_general.elsewhere(500))


def log_unexpected(error: Exception) -> None:
    """Log an unexpected error by type and lines."""
    frames = traceback.extract_tb(error.__traceback__)
    log.error(
        "unexpected %(type)s %(reference)s via %(lines)s",
        {
            "type": type(error).__name__,
            "reference": reference(),
            "lines": " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames)),
        },
    )
