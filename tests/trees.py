"""Syntax trees of our own files: each is parsed once, in a thread of its own.

A test in a browser leaves an event loop in the thread of the tests that follow it, on another stack, and CPython 3.11
then miscounts how deep its parser has gone.
"""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_ALONE = ThreadPoolExecutor(1)


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a file's tree."""
    return _ALONE.submit(ast.parse, path.read_text(encoding="utf-8")).result()
