"""Ways back inside the app: a path of ours, or the start page. Nothing that could lead to another site.

A page that is filtered says so by `keep_query`: whoever hides amounts there or changes the language finds it filtered
as before. No other page's query goes along, the callback's least of all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from flask import g

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_QUERY, MOST_FIELDS = 2000, 100
"""What a way back takes along, in characters and in parameters; longer ones are left behind."""

_PATH = re.compile(r"/(?:[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*/?)?")


def local_path(wanted: str) -> str:
    """Return `wanted` if it is a plain path of this site, else `/`.

    No scheme, host, query, backslash, double slash or encoded character passes.
    """
    return wanted if len(wanted) <= 200 and _PATH.fullmatch(wanted) else "/"  # noqa: PLR2004 - longer than any of ours


def keep_query(query: Mapping[str, object]) -> None:
    """Let the ways back to this page keep these parameters; a value may be a list."""
    g.kept_query = urlencode(query, doseq=True)


def kept_query() -> str:
    """Return what `keep_query` noted in this request."""
    return str(g.get("kept_query", ""))


def local_address(wanted: str, query: str) -> str:
    """Return `wanted` as `local_path` does, with the parameters of `query`, written anew."""
    try:
        parts = parse_qsl(query, max_num_fields=MOST_FIELDS) if len(query) <= LONGEST_QUERY else []
    except ValueError:
        parts = []
    kept = urlencode([(name, value) for name, value in parts if name != "fresh"])
    return f"{local_path(wanted)}?{kept}" if kept else local_path(wanted)
