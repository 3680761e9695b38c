"""The consent page, from the one draft that the request is made from too (CX-5 to CX-18, CX-23)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.permission import ACCOUNT_DETAILS, GROUPS, PARTIES, PRODUCT, REGULAR_PAYMENTS, TRANSACTIONS, shown
from tpp.model.words import N_
from tpp.pages.labels import own_name

if TYPE_CHECKING:
    from datetime import datetime

    from tpp.model.consent import ConsentDraft
    from tpp.model.words import Words

PURPOSES = {
    "AccountAggregation": N_(
        "%(name)s shows you what you share, all accounts in one place, and does nothing else with it. You will see:"
    ),
}
"""The purposes that this product has (`OpenFinanceBilling.Purpose`), each with its reason for the page (CX-8)."""

USES = {
    ACCOUNT_DETAILS.key: N_("The list of your accounts, every balance, what you have and what you owe."),
    REGULAR_PAYMENTS.key: N_("What leaves by itself: standing orders, planned payments, direct debits, saved payees."),
    TRANSACTIONS.key: N_("The entries of each account, what came in and went out by month, and the search."),
    PRODUCT.key: N_("The rates, fees and conditions of an account."),
    PARTIES.key: N_("In whose name the accounts are, and how the bank reaches you."),
}
"""What each group is used for here, by its key."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """One expander: its title, its icon's name, its sentences."""

    title: Words
    icon: str
    lines: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """What the two cards print.

    `why`: the reason, and `uses` what it means for each group. `restrictions`: limits of the request in words, empty
    when there are none.
    """

    tpp_name: Words | str
    bank_name: str
    why: Words
    uses: tuple[Words, ...]
    groups: tuple[GroupView, ...]
    until: datetime
    restrictions: tuple[Words, ...]
    stop_note: Words


def build(draft: ConsentDraft) -> ConsentPage:
    """Build the page's cards from a draft, in the standard's order."""
    visible = shown(draft.permissions)
    asked = [group for group in GROUPS if any(each.group is group for each in visible)]
    return ConsentPage(
        tpp_name=own_name(draft.tpp_name),
        bank_name=draft.bank_name,
        why=N_(PURPOSES[draft.purpose].msgid, name=own_name(draft.tpp_name)),
        uses=tuple(USES[group.key] for group in asked),
        groups=tuple(
            GroupView(group.title, group.icon, tuple(each.line for each in visible if each.group is group))
            for group in asked
        ),
        until=draft.until,
        restrictions=(),
        stop_note=N_("You can stop before then, at any time."),
    )
