"""The app's own name: a word of both languages where it is the default one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tests.stack import Stack

ARABIC = {"Accept-Language": "ar"}


def sentences(parts: Stack) -> str:
    """Return the start page's text in Arabic, without the letterhead."""
    soup = BeautifulSoup(parts.browser().get("/", headers=ARABIC).text, "html.parser")
    return " ".join(part.get_text(" ", strip=True) for part in soup.select("title, main, footer"))


def test_the_default_name_is_arabic_in_arabic_sentences(stack: Stack) -> None:
    text = sentences(stack)

    assert "ميزان" in text
    assert "Mizan" not in text


def test_a_name_of_ones_own_stays_as_it_is(start: Callable[..., AbstractContextManager[Stack]]) -> None:
    with start(app={"tpp_name": "Fils"}) as parts:
        text = sentences(parts)

    assert "Fils" in text
    assert "ميزان" not in text
