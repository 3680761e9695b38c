"""The tab of the product behind an account, in plain words: what it costs, what it earns, what borrowing costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.banking.frequency import duration_words
from tpp.model.text import cut
from tpp.model.words import N_, Words
from tpp.pages import labels
from tpp.pages.tabs.state import State, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from tpp.model.banking.product import Product, ProductCharge, ProductRate
    from tpp.model.figures import Found
    from tpp.model.money import Money

_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Line:
    """One charge or rate. `money` or `rate` is how much, both None where that is not told; `details`: all else."""

    title: Words | str
    money: Money | None
    rate: str | None
    details: tuple[Words | str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Charges or rates of one sort."""

    title: Words
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One product."""

    title: Words | str
    facts: tuple[tuple[Words, Words | str], ...]
    parts: tuple[Lines, ...]


@dataclass(frozen=True, slots=True)
class ProductView:
    """The tab. `sheets`: None where nothing came, and `state` says why."""

    state: State
    sheets: tuple[Sheet, ...] | None = None


def build(found: Found[Product]) -> ProductView:
    """Build the tab."""
    if found.parsed is None:
        return ProductView(state(found))
    return ProductView(state(found), tuple(_sheet(each) for each in found.parsed.items))


def _sheet(product: Product) -> Sheet:
    parts = (
        Lines(N_("What it costs"), tuple(_charge(each) for each in product.charges)),
        Lines(N_("What your money earns"), tuple(_rate(each, N_("Rate")) for each in product.deposit_rates)),
        Lines(N_("What borrowing costs"), tuple(_rate(each, N_("Rate")) for each in product.lending_rates)),
    )
    name = product.name or labels.of_sub_type(product.kind) or N_("Product")
    return Sheet(
        title=cut(name, _LONGEST_TITLE) if isinstance(name, str) else name,
        facts=tuple(_facts(product)),
        parts=tuple(each for each in parts if each.lines),
    )


def _facts(product: Product) -> Iterator[tuple[Words, Words | str]]:
    told: tuple[tuple[Words, Words | str | None], ...] = (
        (N_("Kind"), labels.of_sub_type(product.kind) if product.name and product.kind else None),
        (N_("Islamic product"), _truth(product.is_islamic)),
        (N_("Form under Sharia"), labels.label({}, product.sharia_structure)),
        (N_("Secured"), _truth(product.is_secured)),
        (N_("Salary must be paid in"), _truth(product.needs_salary_transfer)),
        (N_("What it brings"), ", ".join(product.rewards)),
    )
    yield from ((label, value) for label, value in told if value)


def _truth(told: bool | None) -> Words | None:  # noqa: FBT001 - what the bank said, not a switch
    return None if told is None else N_("Yes") if told else N_("No")


def _charge(charge: ProductCharge) -> Line:
    details: list[Words | str | None] = [
        labels.label({}, charge.kind) if charge.name else None,
        duration_words(charge.every) if charge.every else None,
        N_("at most %(amount)s", amount=charge.most) if charge.most else None,
        charge.notes,
    ]
    title = charge.name or labels.label({}, charge.kind) or N_("Charge")
    return Line(title, charge.money, _percent(charge.fraction), tuple(each for each in details if each))


def _rate(rate: ProductRate, plain: Words) -> Line:
    details: list[Words | str | None] = [
        N_("up to %(amount)s", amount=rate.money) if rate.money else None,
        N_("worked out: %(often)s", often=duration_words(rate.calculated)) if rate.calculated else None,
        N_("booked: %(often)s", often=duration_words(rate.applied)) if rate.applied else None,
        labels.label({}, rate.repayment),
        rate.notes,
    ]
    number = _percent(rate.fraction) or (f"{rate.stated:f}" if rate.stated is not None else None)
    return Line(labels.label({}, rate.kind) or plain, None, number, tuple(each for each in details if each))


def _percent(fraction: Decimal | None) -> str | None:
    """Print a fraction as a percentage, with no more digits than it has: 0.0125 is 1.25 %."""
    if fraction is None:
        return None
    number = f"{fraction.scaleb(2):f}"
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number}%"
