"""Static files as they are built."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tpp.web.assets import build, join_css

ROOT = Path(__file__).resolve().parent.parent.parent

MOST_CSS_BYTES = 12_000
"""Over the wire: the first load of a page, all in all, is 30 kB at most."""


def test_the_style_sheets_are_joined_tokens_first_and_without_comments() -> None:
    joined = join_css(ROOT / "static" / "css").decode()

    assert joined.index("--paper") < joined.index("body")
    assert "/*" not in joined
    assert len(gzip.compress(joined.encode())) < MOST_CSS_BYTES


def test_names_hold_the_hash_of_their_content(tmp_path: Path) -> None:
    source = tmp_path / "static"
    (source / "css").mkdir(parents=True)
    (source / "css" / "base.css").write_text("a { b: c }\n" * 50)
    (source / "img").mkdir()
    (source / "img" / "x.svg").write_text("<svg/>")
    extra = tmp_path / "logo.svg"
    extra.write_text("<svg>logo</svg>")
    first = build(source, tmp_path / "out", {"img/logo.svg": extra})
    again = build(source, tmp_path / "out", {"img/logo.svg": extra})
    (source / "css" / "base.css").write_text("a { b: d }\n" * 50)
    changed = build(source, tmp_path / "out", {})

    assert first == again
    assert set(first) == {"app.css", "img/x.svg", "img/logo.svg"}
    assert all(re.search(r"\.[0-9a-f]{16}\.(css|svg)$", name) for name in first.values())
    assert changed["app.css"] != first["app.css"]
    made = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {first["app.css"], first["app.css"] + ".gz", first["app.css"] + ".br"} <= made
    assert not any("/." in f"/{name}" for name in made), "no unfinished file stays"


def test_a_template_that_asks_for_a_missing_file_fails_loudly(stack: object) -> None:
    asset = stack.app.extensions["mizan"].asset  # type: ignore[attr-defined]
    with pytest.raises(KeyError):
        asset("img/nothing.svg")


def test_an_official_logo_takes_the_place_of_the_plain_name(start: object, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"\x89PNG official")
    with start(app={"altareq_logo": logo}) as stack:  # type: ignore[operator]
        page = stack.browser().get("/").text
        found = re.search(r'src="(/static/img/altareq-logo\.[0-9a-f]{16}\.png)"', page)
        assert found is not None
        assert stack.browser().get(found[1]).data == b"\x89PNG official"
