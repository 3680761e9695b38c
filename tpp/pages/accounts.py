"""The accounts page: totals, groups and rows, computed from what the banks sent.

Where accounts are looked for, the others have no row; the totals stay those of all. What an account amounts to is
worked out once (`tpp.model.standing`): rows and sums show the same figure. The page says how old the oldest figure in
a sum is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.model.consent import DUBAI
from tpp.model.words import N_, NN_, Moment
from tpp.pages import find, totals, troubles
from tpp.pages.doubles import without_doubles
from tpp.pages.rows import Shown
from tpp.pages.sections import section

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from tpp.model.figures import Figures
    from tpp.model.words import Words
    from tpp.pages.doubles import Sole
    from tpp.pages.find import Find
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
    """Everything that the template prints. `dated`: from when the figures are; None where there is none.

    `loaded`: accounts with a figure, of `count`. `can_refresh`: whether any bank may be asked now. `find`: what
    accounts are looked for, None where they are too few for that; `found`: how many of `count` those are.
    """

    dated: Words | None
    loaded: int
    count: int
    can_refresh: bool
    totals: Totals
    banks: tuple[BankSection, ...]
    thanks: Thanks | None
    find: Find | None
    found: int | None


def build(figures: Iterable[Figures], now: datetime, reference: str, wanted: Find = find.EVERY_ACCOUNT) -> AccountsPage:
    """Build the page from what was read, newest connection first. An account that two consents share counts once.

    `reference`: what a customer may quote when something failed. `wanted`: which accounts have a row.
    """
    soles = without_doubles(figures)
    sources = [sole.figures for sole in soles]
    shown = [[Shown.of(each, now) for each in source.accounts] for source in sources]
    accounts = [each for own in shown for each in own]
    listed = [[each for each in own if _is_wanted(each, sole, wanted)] for sole, own in zip(soles, shown, strict=True)]
    sections = [section(sole, own, now, reference) for sole, own in zip(soles, listed, strict=True)]
    return AccountsPage(
        dated=_dated(sources, now),
        loaded=sum(1 for each in accounts if each.figures.balances),
        count=len(accounts),
        can_refresh=any(_may_be_asked(source) for source in sources),
        totals=totals.build(accounts, sources, now),
        banks=tuple(each for sole, each in zip(soles, sections, strict=True) if not wanted.text or _tells(sole, each)),
        thanks=_thanks(sources[0], now) if sources and not wanted.typed else None,
        find=wanted if wanted.typed or len(accounts) > find.MANY else None,
        found=sum(map(len, listed)) if wanted.text else None,
    )


def _tells(sole: Sole, built: BankSection) -> bool:
    """Whether a section tells something of what is looked for: accounts, or that the bank's are not known."""
    return bool(built.groups or (built.failure and not sole.shared))


def _is_wanted(each: Shown, sole: Sole, wanted: Find) -> bool:
    return wanted.finds(each.figures.account, sole.figures.grant.draft.bank_name)


def _dated(sources: list[Figures], now: datetime) -> Words | None:
    """Say from when the figures are: the oldest of those that were just read, and of those that are older."""
    fresh: list[datetime] = []
    older: list[datetime] = []
    for source in sources:
        for each in source.accounts:
            if each.balances and each.at:
                (older if source.error or each.error else fresh).append(each.at)
    if not fresh:
        return N_("These figures are from %(time)s.", time=Moment(min(older))) if older else None
    at = min(fresh)
    if not older:
        words = N_("As of %(time)s today.") if _day(at) == _day(now) else N_("As of %(time)s.")
        return N_(words.msgid, time=Moment(at))
    return NN_(
        "As of %(time)s, %(count)s account as of %(older)s.",
        "As of %(time)s, %(count)s accounts as of %(older)s.",
        len(older),
        time=Moment(at),
        older=Moment(min(older)),
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(DUBAI).date()


def _may_be_asked(source: Figures) -> bool:
    """Whether asking again is any use now: the connection lives, and the bank has not asked to be left alone."""
    if troubles.ended(source) or source.retry_at:
        return False
    return not source.accounts or any(each.retry_at is None for each in source.accounts)


def _thanks(newest: Figures, now: datetime) -> Thanks | None:
    """Thank for what can be seen: shortly after the return, and only over figures."""
    recent = now - newest.grant.authorized_at < THANKS_FOR
    if not recent or not any(each.balances for each in newest.accounts):
        return None
    return Thanks(newest.grant.draft.bank_name, newest.grant.until)
