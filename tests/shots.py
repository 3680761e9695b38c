"""`python -m tests.shots`: pictures of every page and state, into `shots/`, for people to look at.

`page-width-scheme.png`, and `page-width-scheme-ar.png` for Arabic, at 360 and 1280 px, light and dark. The journey is
a real one, through the real sandbox; pages that move on by themselves are held back here and in tests only.

`--language ar` takes one language, `--only NAME` what has NAME in its name; `--readme` makes the README's four
pictures instead.
"""

from __future__ import annotations

import argparse
import logging
import re
import shutil
import sys
import tempfile
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import sync_playwright

from tests.clock import Clock
from tests.e2e.conftest import ARGUMENTS
from tests.e2e.inside import LOCALES, inside
from tests.e2e.stack import ROOT
from tests.e2e.tour import EVERYTHING, Tour
from tests.needs import CHROMIUM
from tpp.pages import failures_return

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.e2e.inside import Inside

Scheme = Literal["light", "dark"]

TARGET = ROOT / "shots"
WIDTHS = {360: 780, 1280: 900}
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
README = ROOT / "docs" / "img"
README_SIZE = (1280, 860)


class Camera:
    """Takes pictures of the page in front of it and names them."""

    def __init__(self, page: Page, ending: str, only: str) -> None:
        self.page = page
        self._ending = ending
        self._only = only
        self.made: list[Path] = []

    def take(self, name: str) -> None:
        """Take the whole page, if its picture is asked for."""
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower())
        if self._only in slug:
            path = TARGET / f"{slug}-{self._ending}.png"
            self.page.screenshot(path=path, full_page=True, animations="disabled")
            self.made.append(path)


def main() -> int:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.shots", description="Pictures of every page and state.")
    parser.add_argument("--language", choices=sorted(LOCALES), help="this language only")
    parser.add_argument("--only", default="", metavar="NAME", help="pictures with this in their name only")
    parser.add_argument("--readme", action="store_true", help="the README's pictures instead, into docs/img")
    wanted = parser.parse_args()
    logging.disable(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="shots-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM.find(), args=ARGUMENTS)
        with inside(Path(folder), Clock()) as place:
            if wanted.readme:
                made = list(take_for_readme(browser, place))
            else:
                made = take_all(browser, place, [wanted.language] if wanted.language else [*LOCALES], wanted.only)
        browser.close()
    say = f"{len(made)} pictures in {made[0].parent.relative_to(ROOT)}/" if made else "no picture has such a name"
    print(say)  # noqa: T201 - what was asked for
    return 0 if made else 1


def take_all(browser: Browser, place: Inside, languages: list[str], only: str) -> list[Path]:
    """Walk everywhere at each width, in each scheme and language."""
    if not only and len(languages) == len(LOCALES):
        shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(exist_ok=True)
    made: list[Path] = []
    for language, width, scheme in product(languages, WIDTHS, SCHEMES):
        context = browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme, locale=LOCALES[language]
        )
        ending = f"{width}-{scheme}" + ("" if language == "en" else f"-{language}")
        camera = Camera(context.new_page(), ending, only)
        Tour(camera.page, place, camera.take).everywhere()
        take_failures(camera, place)
        context.close()
        made += camera.made
    return made


def take_failures(camera: Camera, place: Inside) -> None:
    """Everything that can go wrong on the return from the bank."""
    for reason in sorted(failures_return.PAGES["starter-kit"]):
        camera.page.goto(f"{place.origin}/connect/ended/{reason}")
        camera.take(f"ended {reason}")


def take_for_readme(browser: Browser, place: Inside) -> Iterator[Path]:
    """What a visitor sees first, and what they came for: the upper part, in English, in light colours."""
    width, height = README_SIZE
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="light", locale=LOCALES["en"]
    )
    page = context.new_page()
    README.mkdir(parents=True, exist_ok=True)
    page.goto(f"{place.origin}/")
    yield _fold(page, "home")
    place.sign_in(context, EVERYTHING)
    page.goto(f"{place.origin}/accounts")
    yield _fold(page, "accounts")
    page.goto(f"{place.origin}/accounts/{EVERYTHING[0].account_id}")
    yield _fold(page, "account")
    page.goto(f"{place.origin}/money")
    yield _fold(page, "money")
    context.close()


def _fold(page: Page, name: str) -> Path:
    path = README / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    return path


if __name__ == "__main__":
    sys.exit(main())
