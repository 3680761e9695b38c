"""The chart of money in and out by month: bars about a beam, in above it and out below, and a line of the differences.

Places along the months are in per cent of the chart's width, so that its text never shrinks; heights are in pixels,
made from the exact figures and rounded to a tenth. For a page from right to left the months run that way too.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from tpp.model.words import N_, Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tpp.pages.money.flows import Flow

TOP, PLOT, BOTTOM = 28, 180, 56
"""Pixels above the highest bar, of the bars, and below them: room for the figures and for the months' names."""

_WIDE = Decimal("0.44")
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")
_THOUSAND, _MILLION, _BILLION = Decimal("999.5"), Decimal(999_950), Decimal(999_950_000)
"""From here on an amount is rounded to a thousand, a million, a billion."""

_MANY = 6
"""With more months than these a narrow screen has no room for every name and figure."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: places and sizes as SVG attributes, and the figures in short; "" for none.

    `x`, `middle`, `column`: per cent; all else pixels. `is_thin`: whether a narrow screen leaves its words out.
    """

    first: date
    column: str
    x: str
    middle: str
    height_in: str
    height_out: str
    top: str
    bottom: str
    dot: str
    said_in: Words | str
    said_out: Words | str
    is_running: bool
    is_thin: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart. `beam`: where nothing is, in pixels from the top; `lines`: pairs of bars next to each other."""

    bars: tuple[Bar, ...]
    width: str
    column_width: str
    beam: str
    height: int

    @property
    def lines(self) -> list[tuple[Bar, Bar]]:
        """Return each two bars that the line of differences joins."""
        return list(pairwise(self.bars))

    @property
    def is_crowded(self) -> bool:
        """Whether a narrow screen has no room for all figures."""
        return len(self.bars) > _MANY


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the months are drawn on: where the beam is, pixels for one unit of money, per cent for one column."""

    beam: Decimal
    scale: Decimal
    column: Decimal
    count: int
    mirrored: bool

    def bar(self, place: int, first: date, each: Flow) -> Bar:
        """Draw the month at a place, from 0 in the order of time."""
        slot = self.count - 1 - place if self.mirrored else place
        height_in, height_out = each.money_in.amount * self.scale, -each.money_out.amount * self.scale
        return Bar(
            first=first,
            column=_percent(self.column * slot),
            x=_percent(self.column * (slot + (1 - _WIDE) / 2)),
            middle=_percent(self.column * (slot + Decimal("0.5"))),
            height_in=_pixels(height_in),
            height_out=_pixels(height_out),
            top=_pixels(self.beam - height_in),
            bottom=_pixels(self.beam + height_out),
            dot=_pixels(self.beam - each.net.amount * self.scale),
            said_in=in_short(each.money_in.amount),
            said_out=in_short(-each.money_out.amount),
            is_running=place == self.count - 1,
            is_thin=self.count > _MANY and (self.count - 1 - place) % 2 == 1,
        )


def chart(months: Sequence[tuple[date, Flow]], *, mirrored: bool) -> Chart:
    """Draw the months, the last of which is still running. `mirrored`: from right to left."""
    most_in = max((each.money_in.amount for _, each in months), default=Decimal())
    most_out = max((-each.money_out.amount for _, each in months), default=Decimal())
    scale = PLOT / (most_in + most_out) if most_in + most_out else Decimal()
    sheet = _Sheet(TOP + most_in * scale, scale, Decimal(100) / max(1, len(months)), len(months), mirrored)
    return Chart(
        bars=tuple(sheet.bar(place, first, each) for place, (first, each) in enumerate(months)),
        width=_percent(sheet.column * _WIDE),
        column_width=_percent(sheet.column),
        beam=_pixels(sheet.beam),
        height=TOP + PLOT + BOTTOM,
    )


def in_short(amount: Decimal) -> Words | str:
    """Write an unsigned amount in few characters, rounded; "" for nothing."""
    if not amount:
        return ""
    if amount < _THOUSAND:
        return f"{amount:.0f}" if amount >= 1 else "<1"
    if amount < _MILLION:
        return N_("%(number)sk", number=f"{amount / 10**3:.1f}")
    if amount < _BILLION:
        return N_("%(number)sm", number=f"{amount / 10**6:.1f}")
    return N_("%(number)sbn", number=f"{amount / 10**9:,.1f}")


def share(part: Decimal, most: Decimal) -> str:
    """Return how long the bar of a part is where that of `most` is 100 per cent."""
    return _percent(Decimal(100) * part / most) if most else "0%"


def rest(shown: str) -> str:
    """Return what a bar leaves free, which is where it begins on a page from right to left."""
    return f"{Decimal(100) - Decimal(shown.removesuffix('%'))}%"


def _percent(value: Decimal) -> str:
    return f"{value.quantize(_HUNDREDTH)}%"


def _pixels(value: Decimal) -> str:
    return f"{value.quantize(_TENTH)}"
