"""Pages are sent compressed, but to no request that another site has made.

A page holds its forms' token beside text that an address can bring in. Whoever makes a browser ask again and again, and
sees how long the answers are, can guess the one by the other (BREACH). Such a request says that it comes from elsewhere
(`Sec-Fetch-Site`, Fetch Metadata); it gets the page as it is, and so does a browser that does not say.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from flask import Flask, Response

OURS = frozenset({"same-origin", "none"})
"""Values of `Sec-Fetch-Site` for what our own pages, the address bar and bookmarks ask for."""

LEAST_BYTES = 2_000
"""A shorter page fits into the first packets anyhow."""

LEVEL = 4
"""A page of 150 kB takes two milliseconds; the highest level takes five for a tenth less."""


def register(app: Flask) -> None:
    """Compress pages."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Compress a page where that is safe and the browser takes it (RFC 9110, 12.5.3)."""
    if response.mimetype != "text/html" or response.is_streamed:
        return response
    response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
    if request.headers.get("Sec-Fetch-Site") in OURS and request.accept_encodings["gzip"] > 0:
        page = response.get_data()
        if len(page) >= LEAST_BYTES:
            response.set_data(gzip.compress(page, LEVEL, mtime=0))
            response.content_encoding = "gzip"
    return response
