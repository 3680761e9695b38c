"""Static files: the CSS joined into one, hashed names, compressed once at start, cached by browsers for good.

The files are built into a folder of the instance, under names that hold their own hash, so several processes may
build at once. WhiteNoise serves them before Flask sees the request: no session, no log line.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING

from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from flask import Flask

URL = "/static/"
CSS_ORDER = ("tokens.css", "base.css", "layout.css", "components/*.css", "pages/*.css")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_HASHED = re.compile(r"\.[0-9a-f]{16}\.[a-z0-9]+$")


class UnknownAsset(KeyError):
    """A template asks for a static file that does not exist."""


def install(app: Flask, source: Path, target: Path, extra: Mapping[str, Path]) -> Callable[[str], str]:
    """Build the files of `source` into `target`, serve them, and return the function from name to URL.

    `extra`: further files by the name they are asked for.
    """
    names = build(source, target, extra)
    served = WhiteNoise(
        app.wsgi_app,
        root=str(target),
        prefix=URL,
        max_age=0,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: _HASHED.search(url) is not None,
        add_headers_function=lambda headers, _path, _url: headers.__setitem__("X-Content-Type-Options", "nosniff"),
    )
    app.wsgi_app = served  # type: ignore[method-assign]

    def asset(name: str) -> str:
        try:
            return URL + names[name]
        except KeyError as err:
            raise UnknownAsset(name) from err

    return asset


def build(source: Path, target: Path, extra: Mapping[str, Path]) -> dict[str, str]:
    """Write all files with hashed names and compressed twins; return name by hashed name."""
    files = {"app.css": join_css(source / "css")}
    files |= {path.relative_to(source).as_posix(): path.read_bytes() for path in _others(source)}
    files |= {name: path.read_bytes() for name, path in extra.items()}
    return {name: _write(target, name, content) for name, content in files.items()}


def join_css(folder: Path) -> bytes:
    """Join the style sheets in their order, without comments and spare white space."""
    texts = [path.read_text(encoding="utf-8") for pattern in CSS_ORDER for path in sorted(folder.glob(pattern))]
    return _SPACE.sub(" ", _COMMENT.sub("", "\n".join(texts))).strip().encode()


def _others(source: Path) -> Iterator[Path]:
    return (path for path in sorted(source.rglob("*")) if path.is_file() and path.suffix not in {".css", ".md"})


def _write(target: Path, name: str, content: bytes) -> str:
    stem, dot, suffix = name.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:16]
    hashed = f"{stem}.{digest}{dot}{suffix}"
    path = target / hashed
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{secrets.token_hex(8)}.{suffix}")
        fresh.write_bytes(content)
        for _ in Compressor(quiet=True).compress(str(fresh)) or ():
            pass
        for made in sorted(path.parent.glob(fresh.name + "*"), reverse=True):
            made.replace(str(path) + made.name.removeprefix(fresh.name))
    return hashed
