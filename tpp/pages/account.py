"""The page of one account: its figure as in the row, every balance that the bank sent, and all that it is.

Nothing is added up and nothing is worked out that the page of all accounts does not show as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.words import N_, Moment, Words
from tpp.pages import labels, troubles
from tpp.pages.doubles import Sole, without_doubles
from tpp.pages.numbers import Number, number
from tpp.pages.rows import Shown
from tpp.pages.sections import section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from tpp.model.account import Account, AccountIdentifier, Balance, CreditLine, Servicer
    from tpp.model.figures import AccountFigures, Figures
    from tpp.model.money import Money
    from tpp.pages.rows import Entry
    from tpp.pages.sections import BankSection


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One balance as the bank sent it; `at`: of when, None where it did not say. `lines`: the credit beside it."""

    label: Words | str
    money: Money
    at: Moment | None
    lines: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Everything that the template prints. `entry`: the very row of the page of all accounts.

    `before`, `after`: the neighbours in the order of that page, those that have a page of their own. `read_at`: when
    the balances were asked for; None where there are none.
    """

    entry: Entry
    bank: BankSection
    kind: Words | str | None
    numbers: tuple[Number, ...]
    balances: tuple[BalanceLine, ...]
    facts: tuple[tuple[Words, Words | str], ...]
    read_at: Moment | None
    unreadable: Words | None
    before: Entry | None
    after: Entry | None


def build(figures: Sequence[Figures], account_id: str, now: datetime, reference: str) -> AccountPage | None:
    """Build the page of one account; None where no connection lists it. `now`: aware UTC.

    An account that stands under another consent on the page of all accounts is found under its own id as well.
    """
    banks = [(sole, _bank(sole, now, reference)) for sole in without_doubles(figures)]
    doubles = (Sole(source, 0, tuple(each.account for each in source.accounts)) for source in figures)
    found = _found(banks, account_id) or _found(((sole, _bank(sole, now, reference)) for sole in doubles), account_id)
    if found is None:
        return None
    bank, one = found
    before, after = _neighbours([each for _, own in banks for each in _entries(own) if each.linked], account_id)
    return AccountPage(
        entry=next(each for each in _entries(bank) if each.account_id == account_id),
        bank=bank,
        kind=labels.of_sub_type(one.account.sub_type),
        numbers=tuple(_number(one.account, each) for each in one.account.identifiers),
        balances=tuple(_balance(each) for each in one.balances),
        facts=tuple(_facts(one.account)),
        read_at=Moment(one.at) if one.at and one.balances else None,
        unreadable=troubles.left_out(one.unreadable) if one.unreadable else None,
        before=before,
        after=after,
    )


def may_be_listed(figures: Iterable[Figures], since: datetime) -> bool:
    """Whether an account that no connection lists may be one all the same: the page of all accounts then says why.

    So it is where a list is not to be had just now, and where a connection has turned out to be over `since` then. Of
    one that was over before nothing is listed for good, and nobody is led anywhere to read that again.
    """
    return any(
        (each.grant.halt is not None and each.grant.halt.at >= since) if troubles.ended(each) else not each.accounts
        for each in figures
        if each.error
    )


def _listed(sole: Sole, account_id: str) -> AccountFigures | None:
    if troubles.ended(sole.figures):
        return None
    return next((each for each in sole.figures.accounts if each.account.account_id == account_id), None)


def _found(banks: Iterable[tuple[Sole, BankSection]], account_id: str) -> tuple[BankSection, AccountFigures] | None:
    """Return the section that an account stands in, and what was read of the account."""
    return next(((bank, one) for sole, bank in banks if (one := _listed(sole, account_id))), None)


def _bank(sole: Sole, now: datetime, reference: str) -> BankSection:
    return section(sole, [Shown.of(each, now) for each in sole.figures.accounts], now, reference)


def _entries(bank: BankSection) -> list[Entry]:
    return [entry for group in bank.groups for entry in group.entries]


def _neighbours(entries: Sequence[Entry], account_id: str) -> tuple[Entry | None, Entry | None]:
    place = next((place for place, each in enumerate(entries) if each.account_id == account_id), None)
    if place is None:
        return None, None
    return (entries[place - 1] if place else None), (entries[place + 1] if place + 1 < len(entries) else None)


def _number(account: Account, identifier: AccountIdentifier) -> Number:
    return number(identifier, card=account.is_card and not identifier.is_iban)


def _balance(balance: Balance) -> BalanceLine:
    label = labels.label(labels.BALANCES, balance.kind) or balance.kind
    at = Moment(balance.at) if balance.at else None
    return BalanceLine(label, balance.money, at, tuple(_credit(each) for each in balance.credit_lines))


def _credit(line: CreditLine) -> Words:
    """Say what a credit line is, and whether the balance counts it."""
    kind = labels.label(labels.CREDIT_LINES, line.kind) or N_("Credit line")
    if line.amount is None:
        if line.included:
            return N_("%(kind)s of an amount that was not given, counted in this balance", kind=kind)
        return N_("%(kind)s of an amount that was not given, not counted in this balance", kind=kind)
    if line.included:
        return N_("%(kind)s: %(amount)s, counted in this balance", kind=kind, amount=line.amount)
    return N_("%(kind)s: %(amount)s, not counted in this balance", kind=kind, amount=line.amount)


def _facts(account: Account) -> Iterator[tuple[Words, Words | str]]:
    """Yield what the bank said of the account, in the order in which people ask for it."""
    told: tuple[tuple[Words, Words | str | None], ...] = (
        (N_("Holder"), account.holder_name),
        (N_("Holder, in short"), _short_name(account)),
        (N_("Status"), _status(account)),
        (N_("Kind of customer"), labels.label(labels.ACCOUNT_TYPES, account.account_type)),
        (N_("Currency"), _currency(account.currency)),
        (N_("Opened"), N_("%(day)s", day=account.opened) if account.opened else None),
        (N_("Ends"), N_("%(day)s", day=account.matures) if account.matures else None),
        (N_("Described by the bank as"), account.description),
        (N_("Kept by"), _servicer(account.servicer)),
    )
    yield from ((label, value) for label, value in told if value)


def _short_name(account: Account) -> str | None:
    return account.holder_short_name if account.holder_short_name != account.holder_name else None


def _status(account: Account) -> Words | str | None:
    status = N_("Active") if account.status == "Active" else labels.label(labels.STATUSES, account.status)
    if status is None or account.status_at is None:
        return status
    return N_("%(status)s, since %(day)s", status=status, day=account.status_at)


def _currency(code: str | None) -> Words | str | None:
    known = labels.CURRENCIES.get(code or "")
    return N_("%(name)s (%(code)s)", name=known, code=code) if known else code


def _servicer(servicer: Servicer | None) -> Words | str | None:
    if servicer is None or servicer.scheme != "BICFI":
        return servicer.identification if servicer else None
    return N_("BIC %(code)s", code=servicer.identification)
