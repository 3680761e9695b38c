"""The accounts page: totals, groups and rows, computed from what the banks sent.

What an account amounts to is worked out once (`tpp.model.standing`): rows and sums show the same figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.pages import totals
from tpp.pages.doubles import without_doubles
from tpp.pages.rows import Shown
from tpp.pages.sections import section

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tpp.model.figures import Figures
    from tpp.pages.sections import BankSection
    from tpp.pages.totals import Totals

THANKS_FOR = timedelta(minutes=10)
"""The completion card stands on top of the figures for this long after the return from the bank."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """The completion card of the standard (CX-40, CX-41): the bank and the consent's last day."""

    bank_name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Everything that the template prints; `as_of` is None when nothing at all was read."""

    as_of: datetime | None
    loaded: int
    count: int
    totals: Totals
    banks: tuple[BankSection, ...]
    thanks: Thanks | None


def build(figures: Iterable[Figures], now: datetime, reference: str) -> AccountsPage:
    """Build the page from what was read, newest connection first. An account that two consents share counts once.

    `reference`: what a customer may quote when something failed.
    """
    soles = without_doubles(figures)
    sources = [sole.figures for sole in soles]
    shown = [[Shown.of(each, now) for each in source.accounts] for source in sources]
    accounts = [each for own in shown for each in own]
    newest = sources[0].grant if sources else None
    times = [source.at for source in sources if source.at is not None]
    return AccountsPage(
        as_of=min(times, default=None),
        loaded=sum(
            1
            for source in sources
            if source.error is None
            for each in source.accounts
            if each.balances and not each.error
        ),
        count=len(accounts),
        totals=totals.build(accounts, sources),
        banks=tuple(section(sole, own, now, reference) for sole, own in zip(soles, shown, strict=True)),
        thanks=Thanks(newest.draft.bank_name, newest.until)
        if newest and sources[0].error is None and now - newest.authorized_at < THANKS_FOR
        else None,
    )
