"""What is to be shared and for how long: the choice, read from the parameters of a link, and the page that offers it.

A choice narrows the draft that the product asks for: some of its groups, and another last day. A parameter that cannot
be read says so beside its field; then nothing is asked for until it is chosen again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tpp.model.consent import LONGEST_DAYS, end_of_day
from tpp.model.days import day_of
from tpp.model.permission import ACCOUNT_DETAILS, BY_CODE, GROUPS, PARTIES, PERMISSIONS, TRANSACTIONS, PermissionGroup
from tpp.model.words import N_, NN_
from tpp.pages.consent import USES
from tpp.pages.labels import own_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tpp.model.consent import ConsentDraft
    from tpp.model.words import Words

Query = dict[str, Any]
"""The parameters of an address, each with the list of its values."""

NAMES = ("what", "group", "days")
BALANCES, EVERYTHING, OWN = "balances", "everything", "own"
DAYS = (7, 30, 90, 180, LONGEST_DAYS)

ONE_OF_THESE = N_("Choose one of these.")
NEEDS_ACCOUNTS = N_("Needs Your Account Details, and no balance needs it.")

_NUMBER = re.compile(r"[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen from: the draft of the one-click way, the widest there is, as it is made `now`.

    `refused`: permissions that the way to the bank cannot ask for.
    """

    draft: ConsentDraft
    now: datetime
    refused: frozenset[str] = frozenset()

    @property
    def groups(self) -> tuple[PermissionGroup, ...]:
        """The groups of which something is asked for, in the page's order."""
        asked = {BY_CODE[code].group.key for code in self.draft.permissions}
        return tuple(group for group in GROUPS if group.key in asked)

    @property
    def to_tick(self) -> tuple[str, ...]:
        """The keys of the groups that can be left out: all but the accounts, which nothing works without."""
        return tuple(group.key for group in self.groups if group is not ACCOUNT_DETAILS)

    @property
    def presets(self) -> tuple[str, ...]:
        """What can be picked at once; where there is one group, there is nothing to leave out."""
        whole = len(self.groups) == 1
        balances = (BALANCES,) if "ReadBalances" in self.draft.permissions else ()
        return (EVERYTHING,) if whole else (*balances, EVERYTHING, OWN)

    @property
    def days(self) -> int:
        """For how many days the one-click way asks."""
        return days_until(self.draft, self.now)

    def permissions(self, keys: Sequence[str]) -> tuple[str, ...]:
        """Return what is asked for of these groups, and of the accounts."""
        asked = {ACCOUNT_DETAILS.key, *keys}
        return tuple(code for code in self.draft.permissions if BY_CODE[code].group.key in asked)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen. `groups`: the keys of what is ticked, for `OWN`. `errors`: a word beside a field, by name."""

    what: str
    groups: tuple[str, ...]
    days: int
    errors: Mapping[str, Words] = field(default_factory=dict)

    def draft(self, offer: Offer) -> ConsentDraft:
        """Return the draft that asks for this, and for nothing else."""
        ticked = {BALANCES: (), EVERYTHING: offer.to_tick}.get(self.what, self.groups)
        return replace(offer.draft, permissions=offer.permissions(ticked), until=end_of_day(offer.now, self.days))

    def query(self, offer: Offer) -> Query:
        """Return the parameters that lead to this choice again: none for the one-click way."""
        if self.what == EVERYTHING and self.days == offer.days:
            return {}
        values = {"what": [self.what], "group": list(self.groups), "days": [str(self.days)]}
        return {name: found for name, found in values.items() if found}


def days_until(draft: ConsentDraft, now: datetime) -> int:
    """Return how many Dubai days ahead a draft ends."""
    return (day_of(draft.until) - day_of(now)).days


def read(parameters: Mapping[str, Sequence[str]], offer: Offer) -> Choice:
    """Read a choice from the parameters of a link, whatever stands in them; other parameters are left alone."""
    errors: dict[str, Words] = {}
    what = _what(parameters, offer, errors)
    groups = _groups(parameters.get("group", ()), offer)
    draft = offer.permissions(groups)
    if what == OWN and (len(groups) != len(set(parameters.get("group", ())))):
        errors["group"] = N_("One of the groups is not offered here. Please look at them again.")
    elif what == OWN and not draft:
        errors["group"] = N_("Tick at least one group.")
    return Choice(what, groups, _days(parameters.get("days", ()), offer, errors), errors)


def chosen(draft: ConsentDraft, offer: Offer, since: datetime | None = None) -> Choice:
    """Return the choice that a draft was made by, to offer it once more; what is offered no longer is left out.

    Its last day stays the same, or, where `since` says when it was made, as many days ahead as then.
    """
    groups = tuple(key for key in offer.to_tick if any(BY_CODE[code].group.key == key for code in _known(draft)))
    what = EVERYTHING if groups == offer.to_tick else OWN if groups or BALANCES not in offer.presets else BALANCES
    days = days_until(draft, since or offer.now)
    return Choice(what, groups if what == OWN else (), days if 1 <= days <= LONGEST_DAYS else offer.days)


def _known(draft: ConsentDraft) -> list[str]:
    return [code for code in draft.permissions if code in BY_CODE]


def _what(parameters: Mapping[str, Sequence[str]], offer: Offer, errors: dict[str, Words]) -> str:
    """Read the preset. Groups without one are a choice of their own: what nobody ticked is not asked for."""
    values = parameters.get("what", ())
    if not values:
        return OWN if parameters.get("group") and OWN in offer.presets else EVERYTHING
    if len(values) == 1 and values[0] in offer.presets:
        return values[0]
    errors["what"] = ONE_OF_THESE
    return EVERYTHING


def _groups(values: Sequence[str], offer: Offer) -> tuple[str, ...]:
    return tuple(key for key in offer.to_tick if key in values)


def _days(values: Sequence[str], offer: Offer, errors: dict[str, Words]) -> int:
    """Read the number of days: any that a consent may last, so that a link keeps its last day from one to the next."""
    if not values:
        return offer.days
    number = int(values[0]) if len(values) == 1 and _NUMBER.fullmatch(values[0]) else 0
    if 1 <= number <= LONGEST_DAYS:
        return number
    errors["days"] = ONE_OF_THESE
    return offer.days


@dataclass(frozen=True, slots=True)
class PresetView:
    """One of the cards to pick."""

    value: str
    title: Words
    text: Words


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group. `note`: what it needs and what needs it, or why it cannot be chosen. `state`: fixed, open, refused."""

    key: str
    title: Words
    icon: str
    use: Words
    note: Words
    state: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class DaysView:
    """One duration, and the last day that it leads to."""

    days: int
    label: Words
    until: datetime


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """What the page prints. `picked` and `days_picked`: which card of each row is the one."""

    tpp_name: Words | str
    bank_name: str
    presets: tuple[PresetView, ...]
    picked: str
    groups: tuple[GroupView, ...]
    durations: tuple[DaysView, ...]
    days_picked: int
    errors: Mapping[str, Words]

    @property
    def shared(self) -> tuple[GroupView, ...]:
        """The groups that can be shared."""
        return tuple(group for group in self.groups if group.state != "refused")


def build(choice: Choice, offer: Offer) -> ChoosePage:
    """Build the page, with what was chosen picked already."""
    return ChoosePage(
        tpp_name=own_name(offer.draft.tpp_name),
        bank_name=offer.draft.bank_name,
        presets=tuple(_preset(value, offer) for value in offer.presets),
        picked=choice.what,
        groups=tuple(
            _group(group, choice, offer) for group in GROUPS if group in offer.groups or _refused(group, offer)
        ),
        durations=tuple(
            DaysView(days, NN_("%(count)s day", "%(count)s days", days), end_of_day(offer.now, days))
            for days in sorted({*DAYS, offer.days, choice.days})
        ),
        days_picked=choice.days,
        errors=choice.errors,
    )


def _preset(value: str, offer: Offer) -> PresetView:
    if value == BALANCES:
        return PresetView(value, N_("Balances only"), N_("The accounts and how much is in them. No entries."))
    if value == OWN:
        return PresetView(value, N_("Choose"), N_("Tick the groups yourself."))
    name = own_name(offer.draft.tpp_name)
    return PresetView(
        value, N_("Everything shown here"), N_("All that the pages of %(name)s can show, and no more.", name=name)
    )


def _refused(group: PermissionGroup, offer: Offer) -> bool:
    """Whether a group has a use here and cannot be asked for on the way to this bank."""
    codes = {each.code for each in PERMISSIONS if each.group is group}
    return group.key in USES and codes <= offer.refused


def _group(group: PermissionGroup, choice: Choice, offer: Offer) -> GroupView:
    state = "refused" if group not in offer.groups else "fixed" if group is ACCOUNT_DETAILS else "open"
    return GroupView(
        key=group.key,
        title=group.title,
        icon=group.icon,
        use=USES[group.key],
        note=_note(group, state),
        state=state,
        ticked=group.key in choice.groups,
    )


def _note(group: PermissionGroup, state: str) -> Words:
    """Say which groups need which: what the bank demands, and what is kept to here in both directions."""
    if state == "refused":
        return N_("Cannot be chosen: the Starter Kit does not ask banks for it.")
    if state == "fixed":
        return N_("Always shared: transactions, payments and product need it.")
    if group is PARTIES:
        return N_("Stands alone: nothing else needs it.")
    if group is TRANSACTIONS:
        return NEEDS_ACCOUNTS
    return N_("Needs Your Account Details, and no balance or entry needs it.")
