"""One connection on the accounts page: the bank, until when, its holders' accounts, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tpp.model.consent import DUBAI
from tpp.model.words import N_, NN_, Moment, Words
from tpp.pages import troubles
from tpp.pages.rows import holders, name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from tpp.model.account import Account
    from tpp.model.consent import ConsentDraft
    from tpp.model.figures import Figures
    from tpp.pages.doubles import Sole
    from tpp.pages.rows import Entry, Group, Holder, Shown


@dataclass(frozen=True, slots=True)
class BankSection:
    """All that one connection shows: the bank, until when, whose accounts, or why nothing could be read.

    `ended`: how it ended, and then nothing else is shown. `failure`: there is no figure of this bank, and why;
    `notice`: those that are shown are older, and why. `state`: how the consent stands as far as we know, `active` or
    `suspended`. `bank_until`: where the consent itself goes on after the last day that we use it. `retry`, `renew`:
    the way on, by asking again or by a new consent. `people`: in whose names the accounts are, as the bank writes them;
    `person`: whose they all are. `holders`: the accounts that are listed, name by name.
    `empty`: why no account is listed; `elsewhere`: that some of them stand under another connection. `asked`: what was
    asked for, and `since` when, so that a new consent can ask for the same.
    `handle`: the connection's name in addresses.
    """

    name: str
    until: datetime
    asked: ConsentDraft
    since: datetime
    handle: str
    bank_until: datetime | None = None
    people: tuple[str, ...] = ()
    person: str | None = None
    empty: Words | None = None
    elsewhere: Words | None = None
    holders: tuple[Holder, ...] = ()
    ended: Words | None = None
    failure: tuple[Words, ...] = ()
    notice: tuple[Words, ...] = ()
    state: str | None = "active"
    renew: bool = False
    retry: bool = False
    reference: str | None = None

    @property
    def groups(self) -> tuple[Group, ...]:
        """Return the groups of all holders, in the order of the page."""
        return tuple(group for holder in self.holders for group in holder.groups)


def section(sole: Sole, shown: Sequence[Shown], now: datetime, reference: str) -> BankSection:
    """Build the section of one connection; `reference` is quoted where something failed."""
    source, grant = sole.figures, sole.figures.grant
    name, ended = grant.draft.bank_name, troubles.ended(source)
    if ended:
        known = (name, grant.until, grant.draft, grant.authorized_at, grant.handle)
        return BankSection(*known, ended=ended, state=None, renew=True)
    error = source.error or shared_error(source)
    retry_at = source.retry_at if source.error else _last_retry(source)
    said = _said(source, error, retry_at) if error else ()
    listed = holders(shown, now)
    people = people_of(sole.shared)
    figures = any(each.balances for each in source.accounts)
    return BankSection(
        name=name,
        until=grant.until,
        asked=grant.draft,
        since=grant.authorized_at,
        handle=grant.handle,
        bank_until=_later(grant.bank_until, grant.until),
        people=people,
        person=people[0] if people and len({name_key(each) for each in sole.shared}) == 1 else None,
        empty=_empty(source) if not sole.shared and not said else None,
        elsewhere=_elsewhere(sole.elsewhere) if sole.elsewhere else None,
        holders=_without_buttons(listed) if error else listed,
        failure=() if figures else said,
        notice=said if figures else (),
        state=_state(source),
        renew=error in troubles.RENEW,
        retry=error not in troubles.RENEW and retry_at is None,
        reference=reference if said else None,
    )


def shared_error(source: Figures) -> str | None:
    """Return what went wrong with every account alike, where that is a trouble of the bank and not of the accounts."""
    errors = {each.error for each in source.accounts}
    error = next(iter(errors)) if len(errors) == 1 and len(source.accounts) > 1 else None
    return error if error in troubles.BANK_ERRORS and error not in troubles.PERMANENT else None


def _last_retry(source: Figures) -> datetime | None:
    """Return from when on all accounts may be asked for again; None where one may be now."""
    times = [each.retry_at for each in source.accounts]
    found = [each for each in times if each is not None]
    return max(found) if found and len(found) == len(times) else None


def _said(source: Figures, error: str, retry_at: datetime | None) -> tuple[Words, ...]:
    times = [each.at for each in source.accounts if each.balances and each.at]
    said = [N_("These figures are from %(time)s.", time=Moment(min(times)))] if times else []
    said.append(troubles.of_bank(error, source.grant.draft.bank_name))
    if retry_at is not None:
        said.append(N_("We can ask again %(when)s.", when=Moment(retry_at, spoken=True)))
    return tuple(said)


def _without_buttons(listed: tuple[Holder, ...]) -> tuple[Holder, ...]:
    """Let the one notice speak for all rows: no button in each, and no reason beneath a figure."""
    return tuple(replace(each, groups=tuple(_quiet_group(group) for group in each.groups)) for each in listed)


def _quiet_group(group: Group) -> Group:
    return replace(group, entries=tuple(_quiet(each) for each in group.entries))


def _quiet(entry: Entry) -> Entry:
    return replace(entry, retry=False, failure=None if entry.money else entry.failure)


def _state(source: Figures) -> str | None:
    if source.grant.halt:
        return "suspended"
    return None if source.error in troubles.RENEW else "active"


def _later(bank_until: datetime | None, until: datetime) -> datetime | None:
    """Return the bank's own end where it falls on a later day than ours."""
    if bank_until is None or bank_until.astimezone(DUBAI).date() <= until.astimezone(DUBAI).date():
        return None
    return bank_until


def people_of(accounts: Iterable[Account]) -> tuple[str, ...]:
    """Return each holder's name once, as the bank writes it, in the order the accounts came."""
    found: dict[str, str] = {}
    for each in accounts:
        key = name_key(each)
        if key and each.holder_name:
            found.setdefault(key, each.holder_name)
    return tuple(found.values())


def _empty(source: Figures) -> Words:
    if source.more:
        return N_("The first page of your bank’s list is empty, and only that page can be read.")
    return N_("The bank shares no account with us.")


def _elsewhere(count: int) -> Words:
    return NN_(
        "%(count)s account of this connection is shown under another one of yours.",
        "%(count)s accounts of this connection are shown under another one of yours.",
        count,
    )
