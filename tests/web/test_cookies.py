"""Foreign cookies: whatever another app on this host has set, ours is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tpp.web.sessions.cookies import ours

if TYPE_CHECKING:
    from tests.stack import Browser

NAMES = ("mizan", "mizan_language")
FOREIGN = [
    "city=دبي",
    'a="x',
    'a="x; b="',
    "a=\\",
    "a=é",
    "=",
    "lonely",
    "mizan=دبي",
    'mizan="x y"',
    "mizan",
    " mizan2=x",
    "mizan_language=ع",
    "$Version=1",
    "a=b=c",
    "a={%22x%22:1}",
    "a=b,c",
    "a=\t\t",
]


def test_no_foreign_cookie_hides_ours(browser: Browser) -> None:
    browser.connect()
    sent = browser.client.get_cookie("mizan")
    assert sent is not None
    client, mine = browser.parts.app.test_client(use_cookies=False), f"mizan={sent.value}"
    for foreign in FOREIGN:
        for header in (f"{foreign}; {mine}", f"{mine}; {foreign}", f'{foreign};{mine};b="'):
            raw = header.encode().decode("latin-1")
            answer = client.get("/accounts", base_url="http://localhost:1411", environ_overrides={"HTTP_COOKIE": raw})

            assert "Refresh" in answer.text, header


@given(st.text(st.characters(max_codepoint=255, exclude_characters=";")), st.text(st.characters(max_codepoint=255)))
def test_ours_is_found_between_any_bytes(before: str, after: str) -> None:
    assert "mizan=abc" in ours(f"{before};mizan=abc;{after}", NAMES).split("; ")


def test_only_what_can_be_ours_is_handed_on() -> None:
    header = "theme=dark; mizan=abc; mizan=a b; mizan_language=ar; Mizan=x; mizan2=y"

    assert ours(header, NAMES) == "mizan=abc; mizan_language=ar"
