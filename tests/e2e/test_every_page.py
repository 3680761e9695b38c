"""Every page of app and bank in Arabic, seen once by everybody: the ruler, axe, the keyboard, the eye for contrast.

Loading the pages costs more than looking at them, so one tour serves all. The other languages, widths and colours are
in `test_layout` and `test_accessibility`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.e2e.keyboard import Keyboard
from tests.e2e.ruler import HEIGHT, LAYOUT, Ruler
from tests.e2e.test_accessibility import ON_A_GRADIENT, Inspector, Light
from tests.e2e.test_layout import ENLARGED, TOUCH, unreachable
from tests.e2e.tour import PAGES, Tour

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.inside import Inside

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

USUAL, NARROW, WIDE = 390, 320, 960


@dataclass(frozen=True)
class Findings:
    """What was found on the way, and where somebody looked."""

    seen: list[str]
    axe: list[str]
    layout: list[str]
    enlarged: list[str]
    small: list[str]
    light: Light


@pytest.fixture(scope="module")
def found(open_shared_page: Callable[..., Page], place: Inside) -> Findings:
    """Take the whole tour once, from right to left and with the longer words."""
    page = open_shared_page("ar", (USUAL, HEIGHT), color_scheme="light")
    axe, keys, light = Inspector(page), Keyboard(page), Light(page)
    layout, enlarged, small = Ruler(page), Ruler(page), Ruler(page)

    def resize(width: int, height: int = HEIGHT) -> None:
        page.set_viewport_size({"width": width, "height": height})

    def look(name: str) -> None:
        axe.look(name)
        resize(WIDE)
        layout.measure(f"{name} at {WIDE} px", LAYOUT)
        resize(NARROW)
        layout.measure(f"{name} at {NARROW} px", LAYOUT)
        small.measure(name, ["small"], TOUCH)
        light.look(name)
        resize(*ENLARGED)
        enlarged.measure(name, LAYOUT)
        enlarged.faults.extend(unreachable(keys, name))
        resize(USUAL)

    Tour(page, place, look).everywhere()
    return Findings(axe.seen, axe.faults, layout.faults, enlarged.faults, small.faults, light)


def test_the_tour_comes_past_every_page(found: Findings) -> None:
    assert len(set(found.seen)) == PAGES


def test_at_320_and_960_px_everything_fits(found: Findings) -> None:
    """CX-55, WCAG 1.4.10: nothing scrolls sideways, reaches out of its box or lies upon anything else."""
    assert not found.layout, "\n".join(found.layout)


def test_at_400_percent_everything_fits_and_can_be_reached(found: Findings) -> None:
    """WCAG 1.4.10, 2.4.7, 2.4.11, 2.1.1: as many visible stops of the keyboard as there are things to press."""
    assert not found.enlarged, "\n".join(found.enlarged)


def test_everything_to_press_is_as_large_as_a_finger(found: Findings) -> None:
    """WCAG 2.5.8 wants 24 px, we want 44; links inside a sentence may be as small as its words."""
    assert not found.small, "\n".join(found.small)


def test_axe_finds_nothing_anywhere(found: Findings) -> None:
    """WCAG 2.2 A and AA, and good practice, on every page in every state."""
    assert not found.axe, "\n".join(found.axe)


def test_white_words_on_gradients_can_be_read(found: Findings) -> None:
    """CX-31, WCAG 1.4.3, which axe cannot judge there: the worst pixel behind each word."""
    assert found.light.worst.keys() == ON_A_GRADIENT.keys()
    assert found.light.too_faint() == {}
