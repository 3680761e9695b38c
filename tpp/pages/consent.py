"""The consent page, from the one draft that the request is made from too (CX-5 to CX-18, CX-23)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.permission import GROUPS, shown
from tpp.model.words import N_
from tpp.pages.labels import own_name

if TYPE_CHECKING:
    from datetime import datetime

    from tpp.model.consent import ConsentDraft
    from tpp.model.words import Words

PURPOSES = {
    "AccountAggregation": (
        N_(
            "%(name)s shows the balances of all your accounts on one page, so that you see at a glance what you have "
            "and what you owe. That is all we do with them."
        ),
    ),
}
"""The purposes that this product has (`OpenFinanceBilling.Purpose`), each with its reason for the page (CX-8)."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """One expander: its title, its icon's name, its sentences."""

    title: Words
    icon: str
    lines: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """What the two cards print. `restrictions`: limits of the request in words, empty when there are none."""

    tpp_name: Words | str
    bank_name: str
    why: tuple[Words, ...]
    groups: tuple[GroupView, ...]
    until: datetime
    restrictions: tuple[Words, ...]
    stop_note: Words


def build(draft: ConsentDraft) -> ConsentPage:
    """Build the page's cards from a draft, in the standard's order."""
    visible = shown(draft.permissions)
    why = tuple(N_(words.msgid, name=own_name(draft.tpp_name)) for words in PURPOSES[draft.purpose])
    groups = [
        GroupView(group.title, group.icon, tuple(each.line for each in visible if each.group is group))
        for group in GROUPS
    ]
    return ConsentPage(
        tpp_name=own_name(draft.tpp_name),
        bank_name=draft.bank_name,
        why=why,
        groups=tuple(group for group in groups if group.lines),
        until=draft.until,
        restrictions=(),
        stop_note=N_("You can stop before then, at any time."),
    )
