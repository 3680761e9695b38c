"""One connection on the accounts page: the bank, until when, its groups, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.pages import troubles
from tpp.pages.rows import groups

if TYPE_CHECKING:
    from datetime import datetime

    from tpp.model.figures import Figures
    from tpp.model.words import Words
    from tpp.pages.rows import Group


@dataclass(frozen=True, slots=True)
class BankSection:
    """All that one connection shows: the bank, until when, its groups, or why nothing could be read.

    `failure`: nothing of this bank is shown; `notice`: what is shown is older, and why. `active`: the bank has
    just shown that the consent stands. `renew`: the way on is a new consent.
    """

    name: str
    until: datetime
    groups: tuple[Group, ...] = ()
    failure: Words | None = None
    notice: Words | None = None
    active: bool = True
    renew: bool = False
    reference: str | None = None


def section(source: Figures, reference: str) -> BankSection:
    """Build the section of one connection; `reference` is quoted where something failed."""
    words = troubles.BANK_ERRORS.get(source.error or "", troubles.BANK_ERRORS["bank-fault"]) if source.error else None
    return BankSection(
        name=source.grant.draft.bank_name,
        until=source.grant.until,
        groups=groups(source.accounts),
        failure=words if source.at is None else None,
        notice=words if source.at is not None else None,
        active=source.error is None,
        renew=source.error in troubles.RENEW,
        reference=reference if words else None,
    )
