"""The rows of the ledger: one per account, in groups of one kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.account import headline, own_money
from tpp.model.words import N_, Words
from tpp.pages import labels, troubles

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tpp.model.account import Account, Balance
    from tpp.model.figures import AccountFigures
    from tpp.model.money import Money

_MASKED = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger. `title` is the bank's `str` or, where it sent none, our `Words`."""

    account_id: str
    title: str | Words
    scheme: Words | str | None
    tail: str | None
    kind: Words | str | None
    status: Words | str | None
    money: Money | None
    caption: Words | str | None
    failure: Words | None = None
    retry: bool = False
    stale_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts of one kind."""

    title: Words
    entries: tuple[Entry, ...]


_GROUPS = (
    (N_("Current accounts"), frozenset({"CurrentAccount"})),
    (N_("Savings"), frozenset({"Savings"})),
    (N_("Cards"), frozenset({"CreditCard", "ChargeCard", "PrepaidCard", "DebitCard"})),
    (N_("Finance"), frozenset({"Finance", "Mortgage"})),
)
_OTHERS = N_("Other accounts")


def groups(accounts: Iterable[AccountFigures]) -> tuple[Group, ...]:
    """Sort accounts into groups by their kind, in the order they came; empty groups are left out."""
    left = list(accounts)
    found = []
    for title, kinds in _GROUPS:
        found.append(Group(title, tuple(_entry(each) for each in left if each.account.sub_type in kinds)))
        left = [each for each in left if each.account.sub_type not in kinds]
    found.append(Group(_OTHERS, tuple(_entry(each) for each in left)))
    return tuple(group for group in found if group.entries)


def _entry(figures: AccountFigures) -> Entry:
    account = figures.account
    balance = headline(account, figures.balances)
    scheme, tail = _masked(account)
    return Entry(
        account_id=account.account_id,
        title=title_of(account),
        scheme=scheme,
        tail=tail,
        kind=labels.label(labels.ACCOUNT_TYPES, account.account_type),
        status=labels.label(labels.STATUSES, account.status) if account.status != "Active" else None,
        money=balance.money if balance else None,
        caption=_caption(account, balance) if balance else None,
        failure=troubles.of_account(figures),
        retry=troubles.may_retry(figures),
        stale_at=figures.at if figures.error and balance else None,
    )


def title_of(account: Account) -> str | Words:
    """Return what to call an account: its own title, else its kind, else the plain word."""
    return account.own_title or labels.label(labels.SUB_TYPES, account.sub_type) or N_("Account")


def _masked(account: Account) -> tuple[Words | str | None, str | None]:
    """Return the scheme and the last four characters of the first identifier; short ones are not cut further."""
    first = next(iter(account.identifiers), None)
    if first is None:
        return None, None
    return labels.label(labels.SCHEMES, first.scheme), first.identification.strip()[-_MASKED:]


def _caption(account: Account, balance: Balance) -> Words | str | None:
    """Name the figure: owed, with borrowed money in it, or the balance's kind."""
    if balance.money.is_debt:
        return N_("Owed")
    own = own_money(account, balance)
    if own is None:
        return N_("Includes credit")
    if own != balance.money:
        return N_("Includes %(amount)s credit", amount=balance.money - own)
    return labels.label(labels.BALANCES, balance.kind)
