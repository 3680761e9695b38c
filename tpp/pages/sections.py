"""One connection on the accounts page: the bank, until when, its groups, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.words import N_, NN_, Words
from tpp.pages import troubles
from tpp.pages.rows import groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from tpp.model.account import Account
    from tpp.model.figures import Figures
    from tpp.pages.doubles import Sole
    from tpp.pages.rows import Group, Shown


@dataclass(frozen=True, slots=True)
class BankSection:
    """All that one connection shows: the bank, until when, its groups, or why nothing could be read.

    `failure`: nothing of this bank is shown; `notice`: what is shown is older, and why. `active`: the bank has
    just shown that the consent stands. `renew`: the way on is a new consent.
    `people`: in whose names the accounts are, as the bank writes them. `empty`: why no account is listed; `elsewhere`:
    that some of them stand under another connection.
    """

    name: str
    until: datetime
    people: tuple[str, ...] = ()
    empty: Words | None = None
    elsewhere: Words | None = None
    groups: tuple[Group, ...] = ()
    failure: Words | None = None
    notice: Words | None = None
    active: bool = True
    renew: bool = False
    reference: str | None = None


def section(sole: Sole, shown: Sequence[Shown], now: datetime, reference: str) -> BankSection:
    """Build the section of one connection; `reference` is quoted where something failed."""
    source = sole.figures
    people = people_of(each.figures.account for each in shown)
    words = troubles.BANK_ERRORS.get(source.error or "", troubles.BANK_ERRORS["bank-fault"]) if source.error else None
    return BankSection(
        name=source.grant.draft.bank_name,
        people=people,
        empty=_empty(source, sole.elsewhere) if not shown and not words else None,
        elsewhere=_elsewhere(sole.elsewhere) if shown and sole.elsewhere else None,
        until=source.grant.until,
        groups=groups(shown, now),
        failure=words if source.at is None else None,
        notice=words if source.at is not None else None,
        active=source.error is None,
        renew=source.error in troubles.RENEW,
        reference=reference if words else None,
    )


def people_of(accounts: Iterable[Account]) -> tuple[str, ...]:
    """Return each holder's name once, as the bank writes it, in the order the accounts came."""
    names = [each.holder_name for each in accounts if each.holder_name]
    return tuple({" ".join(name.split()).casefold(): name for name in reversed(names)}.values())[::-1]


def _empty(source: Figures, elsewhere: int) -> Words:
    if elsewhere:
        return _elsewhere(elsewhere)
    if source.more:
        return N_("The first page of your bank’s list is empty, and only that page can be read.")
    return N_("The bank shares no account with us.")


def _elsewhere(count: int) -> Words:
    return NN_(
        "%(count)s account of this connection is shown under another one of yours.",
        "%(count)s accounts of this connection are shown under another one of yours.",
        count,
    )
