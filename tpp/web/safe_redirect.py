"""Ways back inside the app: a path of ours, or the start page. Nothing that could lead to another site."""

from __future__ import annotations

import re

_PATH = re.compile(r"/(?:[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*/?)?")


def local_path(wanted: str) -> str:
    """Return `wanted` if it is a plain path of this site, else `/`.

    No scheme, host, query, backslash, double slash or encoded character passes.
    """
    return wanted if len(wanted) <= 200 and _PATH.fullmatch(wanted) else "/"  # noqa: PLR2004 - longer than any of ours
