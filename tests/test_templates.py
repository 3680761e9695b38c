"""What holds for every template and style sheet of both houses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("sandbox/templates/**/*.html")])
SHEETS = sorted([*ROOT.glob("static/css/**/*.css"), *ROOT.glob("sandbox/static/**/*.css")])


def name_of(path: Path) -> str:
    """Return a path for a test's name."""
    return path.relative_to(ROOT).as_posix()


def test_there_are_templates_and_style_sheets_to_look_at() -> None:
    assert len(TEMPLATES) > 20
    assert len(SHEETS) > 10


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_nothing_inline_and_never_switches_escaping_off(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\|\s*safe\b|autoescape", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)
    assert len(text.splitlines()) <= 120


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_asks_for_no_language_by_name(path: Path) -> None:
    """What differs is in their catalogues and in the list of them, so that one more language needs no template."""
    assert re.findall(r"locale\s*(?:[=!]=|in\b)", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_no_word_outside_gettext(path: Path) -> None:
    """Letters between tags must come from an expression; names are the one exception."""
    text = path.read_text(encoding="utf-8")
    for pattern in (
        r"\{#.*?#\}",
        r"\{% block (?:width|look|body_class) %\}.*?\{% endblock %\}",
        r"\{%-?\s*trans.*?endtrans\s*-?%\}",
        r"\{\{.*?\}\}",
        r"\{%.*?%\}",
        r"<!--.*?-->",
    ):
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    words = re.findall(r"[A-Za-z]{2,}|[\u0600-\u06ff]{2,}", re.sub(r"<[^>]*>", " ", text))

    assert set(words) <= {"AlTareq", "الطارق", "Mizan", "ميزان", "AED"}


@pytest.mark.parametrize("path", SHEETS, ids=name_of)
def test_style_sheet_knows_no_left_and_right(path: Path) -> None:
    """Logical properties only, so that right-to-left needs no second sheet."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    physical = r"(?<![-\w])(?:margin|padding|border)-(?:left|right)\b|[;{]\s*(?:left|right)\s*:|align:\s*(?:left|right)"

    assert not re.search(physical, text)
    assert "@import" not in text
    assert "url(http" not in text


COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")


@pytest.mark.parametrize("path", sorted(ROOT.glob("static/css/**/*.css")), ids=name_of)
def test_colours_live_in_the_tokens_and_nowhere_else(path: Path) -> None:
    if path.name == "tokens.css":
        assert COLOUR.search(path.read_text(encoding="utf-8"))
        return

    assert not COLOUR.search(re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
