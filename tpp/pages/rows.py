"""The rows of the ledger: one per account, in groups of one kind, under the name of their holder.

The figure of a row is the one that is summed. What may be spent with borrowed money, what kind of balance it is and
why it is in no sum stand beneath it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.money import Bare
from tpp.model.standing import (
    CREDIT_IS_UNKNOWN,
    IS_AHEAD,
    IS_INFORMATION,
    IS_TO_COME,
    Standing,
    is_booked,
    is_of_an_earlier_day,
    standing,
)
from tpp.model.text import cut, is_visible
from tpp.model.words import N_, Words
from tpp.pages import labels, troubles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from tpp.model.account import Account, Balance
    from tpp.model.figures import AccountFigures
    from tpp.model.money import Money

_MASKED = 4
_LONGEST_TITLE = 70
"""What v1.2 allows for a nickname; a longer name is cut, and says so."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An account as it is shown: what was read of it, and what that amounts to, worked out once."""

    figures: AccountFigures
    standing: Standing

    @classmethod
    def of(cls, figures: AccountFigures, now: datetime) -> Shown:
        """Work out the standing at `now`, aware UTC."""
        return cls(figures, standing(figures.account, figures.balances, now))


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger. `title` is the bank's `str` or, where it sent none, our `Words`.

    `kind`: what kind of customer holds it, unless that is said once for all the holder's accounts. `captions`: what
    the figure is, a line each; the first names its kind. `note`: why the account is in no total.
    `linked`: whether a page of its own can be had; an id that cannot be a part of a path has none.
    """

    account_id: str
    title: str | Words
    scheme: Words | str | None
    tail: str | None
    kind: Words | str | None
    status: Words | str | None
    money: Money | None
    captions: tuple[Words | str, ...] = ()
    note: Words | None = None
    failure: Words | None = None
    retry: bool = False
    stale_at: datetime | None = None
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts of one kind."""

    title: Words
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """The accounts of one name. `name`: as the bank writes it, None where it sent none.

    `kind`: what kind of customer holds them, where that is the same of all: a person, a small business, a company.
    """

    name: str | None
    kind: Words | str | None
    groups: tuple[Group, ...]


_CURRENT, _SAVINGS = N_("Current accounts"), N_("Savings")
_CARDS, _FINANCE, _OTHERS = N_("Cards"), N_("Finance"), N_("Other accounts")
_GROUPS = (_CURRENT, _SAVINGS, _CARDS, _FINANCE, _OTHERS)


def holders(accounts: Iterable[Shown], now: datetime) -> tuple[Holder, ...]:
    """Sort accounts by their holder's name, in the order they came, and then into groups by their kind."""
    found: dict[str | None, list[Shown]] = {}
    for each in accounts:
        found.setdefault(name_key(each.figures.account), []).append(each)
    return tuple(_holder(own, now) for own in found.values())


def name_key(account: Account) -> str | None:
    """Return what two spellings of one holder's name have in common; None where there is no name to be seen."""
    name = account.holder_name
    return " ".join(name.split()).casefold() if name and is_visible(name) else None


def _holder(accounts: list[Shown], now: datetime) -> Holder:
    first = accounts[0].figures.account
    alike = len({each.figures.account.account_type for each in accounts}) == 1
    return Holder(
        name=first.holder_name if name_key(first) else None,
        kind=labels.label(labels.ACCOUNT_TYPES, first.account_type) if alike else None,
        groups=_groups(accounts, now, with_kind=not alike),
    )


def _groups(accounts: Iterable[Shown], now: datetime, *, with_kind: bool) -> tuple[Group, ...]:
    """Sort accounts into groups by their kind, in the order they came; empty groups are left out."""
    found: dict[str, list[Entry]] = {title.msgid: [] for title in _GROUPS}
    for each in accounts:
        found[group_of(each.figures.account).msgid].append(_entry(each, now, with_kind=with_kind))
    return tuple(Group(title, tuple(found[title.msgid])) for title in _GROUPS if found[title.msgid])


def group_of(account: Account) -> Words:
    """Return the title of the group that an account is listed in."""
    if account.is_current or account.is_savings:
        return _CURRENT if account.is_current else _SAVINGS
    if account.has_card_number or account.is_card:
        return _CARDS
    return _FINANCE if account.is_credit_product else _OTHERS


def _entry(shown: Shown, now: datetime, *, with_kind: bool) -> Entry:
    """Build one row. `now`: aware UTC, so that a figure of another day names its day."""
    figures, stands = shown.figures, shown.standing
    account = figures.account
    scheme, tail = masked(account)
    return Entry(
        account_id=account.account_id,
        title=title_of(account),
        scheme=scheme,
        tail=tail,
        kind=labels.label(labels.ACCOUNT_TYPES, account.account_type) if with_kind else None,
        status=labels.label(labels.STATUSES, account.status) if account.status != "Active" else None,
        money=stands.money,
        captions=tuple(_captions(account, stands, now)),
        note=_NOT_COUNTED.get(stands.left_out or ""),
        failure=troubles.of_account(figures),
        retry=troubles.may_retry(figures),
        stale_at=figures.at if figures.error and stands.money else None,
        linked=account.can_be_asked,
    )


_NOT_COUNTED = {
    CREDIT_IS_UNKNOWN: N_("In no total: how much of it is borrowed cannot be told"),
    IS_TO_COME: N_("In no total: it counts payments still to come"),
    IS_INFORMATION: N_("In no total: your bank sent it for information only"),
    IS_AHEAD: N_("The bank sent only balances that it dates ahead"),
}


def title_of(account: Account) -> str | Words:
    """Return what to call an account: its own title, else its kind, else the plain word."""
    own = account.own_title
    return cut(own, _LONGEST_TITLE) if own else labels.of_sub_type(account.sub_type) or N_("Account")


def masked(account: Account) -> tuple[Words | str | None, str | None]:
    """Return the scheme and the last four characters of the first identifier; short ones are not cut further."""
    first = next(iter(account.identifiers), None)
    if first is None:
        return None, None
    return _scheme(account), first.identification.strip()[-_MASKED:]


def _scheme(account: Account) -> Words | str | None:
    """Name the first identifier. A card's number is called one, whatever it is filed under; v1.2 has no such scheme."""
    first = account.identifiers[0]
    card = account.is_card and not first.is_iban
    return labels.label(labels.SCHEMES, "MaskedPAN" if first.is_card_number or card else first.scheme)


def _captions(account: Account, stands: Standing, now: datetime) -> Iterator[Words | str]:
    """Name the figure: its kind always, then what may be spent, then what does not fit together."""
    if stands.balance is None or stands.money is None:
        return
    if stands.spendable is None or is_booked(stands.balance):
        yield _kind(stands.balance, stands.money, now)
    if stands.spendable is not None:
        yield _spendable(account, stands)
    if stands.booked is not None:
        yield N_("%(amount)s is booked; the rest may be an overdraft or not booked yet", amount=Bare(stands.booked))
    if stands.twin is not None:
        yield N_("The bank also sent %(amount)s for the same balance", amount=Bare(stands.twin))


def _spendable(account: Account, stands: Standing) -> Words:
    if stands.spendable is None or stands.limit is None:
        return N_("%(amount)s available", amount=Bare(stands.spendable) if stands.spendable else "")
    amounts = {"amount": Bare(stands.spendable), "limit": Bare(stands.limit)}
    if account.is_credit_product:
        return N_("%(amount)s available with the limit of %(limit)s", **amounts)
    return N_("%(amount)s available with the overdraft of %(limit)s", **amounts)


def _kind(balance: Balance, money: Money, now: datetime) -> Words | str:
    """Name the balance, with its day where that is not today's; a debt is called one."""
    kind = labels.label(labels.BALANCES, balance.kind) or balance.kind
    if is_of_an_earlier_day(balance, now):
        kind = N_("%(kind)s, %(day)s", kind=kind, day=balance.at)
    return N_("Owed: %(kind)s", kind=kind) if money.is_debt else kind
