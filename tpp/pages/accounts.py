"""The accounts page: totals, groups and rows, computed from what the banks sent.

Sums: one balance per account (`tpp.model.account.headline`), without borrowed money, per currency, never
across currencies; what is owed stands apart from what is there. Each sum says what it is made of.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.model.account import headline, own_money
from tpp.model.words import N_, NN_, Words
from tpp.pages import labels

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tpp.model.account import Account, Balance
    from tpp.model.figures import AccountFigures, Figures
    from tpp.model.money import Money

HOME_CURRENCY = "AED"
THANKS_FOR = timedelta(minutes=10)
"""The completion card stands on top of the figures for this long after the return from the bank."""

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
class TotalRow:
    """One sum: label, amount, and for the large figure how many accounts it is made of."""

    label: Words | str
    money: Money
    count: Words | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums on top: one large figure, the rest below it, and notes on what is left out."""

    hero: TotalRow | None
    rest: tuple[TotalRow, ...]
    notes: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts of one kind."""

    title: Words
    entries: tuple[Entry, ...]


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


@dataclass(frozen=True, slots=True)
class Thanks:
    """The completion card of the standard (CX-40, CX-41): the bank and the consent's last day."""

    bank_name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Everything that the template prints; `as_of` is None when nothing at all was read."""

    as_of: datetime | None
    loaded: int
    count: int
    totals: Totals
    banks: tuple[BankSection, ...]
    thanks: Thanks | None


def build(figures: Iterable[Figures], now: datetime, reference: str) -> AccountsPage:
    """Build the page from what was read, newest connection first. An account that two consents share counts once.

    `reference`: what a customer may quote when something failed.
    """
    sources = _without_doubles(figures)
    shown = [each for source in sources for each in source.accounts]
    newest = sources[0].grant if sources else None
    times = [source.at for source in sources if source.at is not None]
    return AccountsPage(
        as_of=min(times, default=None),
        loaded=sum(
            1
            for source in sources
            if source.error is None
            for each in source.accounts
            if each.balances and not each.error
        ),
        count=len(shown),
        totals=_totals(shown, sources),
        banks=tuple(_section(source, reference) for source in sources),
        thanks=Thanks(newest.draft.bank_name, newest.until)
        if newest and sources[0].error is None and now - newest.authorized_at < THANKS_FOR
        else None,
    )


def _without_doubles(figures: Iterable[Figures]) -> list[Figures]:
    """Keep each account once: from the newest consent that has its figure, else from the newest."""
    sources = list(figures)
    owner: dict[tuple[str, str], tuple[bool, int]] = {}
    for place, source in enumerate(sources):
        for each in source.accounts:
            key = (source.grant.issuer, each.account.account_id)
            owner[key] = min(owner.get(key, (True, place)), (not each.balances, place))
    return [
        replace(
            source,
            accounts=tuple(
                each for each in source.accounts if owner[source.grant.issuer, each.account.account_id][1] == place
            ),
        )
        for place, source in enumerate(sources)
    ]


def _section(source: Figures, reference: str) -> BankSection:
    words = labels.BANK_ERRORS.get(source.error or "", labels.BANK_ERRORS["bank-fault"]) if source.error else None
    return BankSection(
        name=source.grant.draft.bank_name,
        until=source.grant.until,
        groups=_groups(source.accounts),
        failure=words if source.at is None else None,
        notice=words if source.at is not None else None,
        active=source.error is None,
        renew=source.error in labels.RENEW,
        reference=reference if words else None,
    )


_GROUPS = (
    (N_("Current accounts"), frozenset({"CurrentAccount"})),
    (N_("Savings"), frozenset({"Savings"})),
    (N_("Cards"), frozenset({"CreditCard", "ChargeCard", "PrepaidCard", "DebitCard"})),
    (N_("Finance"), frozenset({"Finance", "Mortgage"})),
)
_OTHERS = N_("Other accounts")


def _groups(accounts: Iterable[AccountFigures]) -> tuple[Group, ...]:
    left = list(accounts)
    groups = []
    for title, kinds in _GROUPS:
        groups.append(Group(title, tuple(_entry(each) for each in left if each.account.sub_type in kinds)))
        left = [each for each in left if each.account.sub_type not in kinds]
    groups.append(Group(_OTHERS, tuple(_entry(each) for each in left)))
    return tuple(group for group in groups if group.entries)


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
        failure=labels.ACCOUNT_ERRORS.get(figures.error, labels.ACCOUNT_ERRORS["not-loaded"])
        if figures.error
        else None,
        retry=figures.error is not None and figures.error not in labels.PERMANENT,
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


def _totals(accounts: list[AccountFigures], sources: list[Figures]) -> Totals:
    """Add up one balance per account, own money only, per currency; debts apart."""
    heads = [(each, headline(each.account, each.balances)) for each in accounts]
    own = [(each, head, own_money(each.account, head)) for each, head in heads if head]
    have = [(head, money) for _, head, money in own if money and not money.is_debt]
    owe = [money for _, _, money in own if money and money.is_debt]
    sums = _sums(money for _, money in have)
    counts = Counter(money.currency for _, money in have)
    main = HOME_CURRENCY if HOME_CURRENCY in sums else max(sums, key=lambda code: (counts[code], code), default=None)
    rows = [TotalRow(N_("You owe"), debt) for debt in _sums(owe).values()]
    rows += [TotalRow(_currency(code), total) for code, total in sums.items() if code != main]
    return Totals(
        hero=TotalRow(N_("You have"), sums[main], _made_of(counts[main], main)) if main else None,
        rest=tuple(rows),
        notes=(
            *_notes([money for _, _, money in own], [head for head, _ in have]),
            *_gaps(accounts, sources),
        ),
    )


def _sums(amounts: Iterable[Money]) -> dict[str, Money]:
    """Add up per currency; the home currency first, the others by code."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums[amount.currency] + amount if amount.currency in sums else amount
    return dict(sorted(sums.items(), key=lambda item: (item[0] != HOME_CURRENCY, item[0])))


def _currency(code: str) -> Words | str:
    return labels.CURRENCIES.get(code, code)


def _made_of(count: int, currency: str) -> Words:
    if currency == HOME_CURRENCY:
        return NN_("in %(count)s dirham account", "in %(count)s dirham accounts", count)
    return NN_(
        "in %(count)s account in %(currency)s", "in %(count)s accounts in %(currency)s", count, currency=currency
    )


def _notes(own: list[Money | None], heads: list[Balance]) -> Iterable[Words]:
    """Say what the sums leave out and what they are made of."""
    if any(balance.includes_credit for balance in heads) or None in own:
        yield N_("Overdrafts and credit lines are not counted.")
    if len({money.currency for money in own if money}) > 1:
        yield N_("Currencies are never added together.")
    if len({balance.kind for balance in heads}) > 1:
        yield N_("Not all accounts give the same kind of balance: the line under each figure names it.")
    unsure = sum(1 for money in own if money is None)
    if unsure:
        yield NN_(
            "%(count)s account is not counted: its own money cannot be told from its credit line.",
            "%(count)s accounts are not counted: their own money cannot be told from their credit line.",
            unsure,
        )


def _gaps(accounts: list[AccountFigures], sources: list[Figures]) -> Iterable[Words]:
    """Say what was not read at all, so that no sum passes for the whole."""
    if any(source.more for source in sources):
        yield N_("Your bank has more accounts than it sent; only its first page can be read.")
    unreadable = sum(source.unreadable for source in sources) + sum(each.unreadable for each in accounts)
    if unreadable:
        yield NN_(
            "%(count)s detail that your bank sent could not be read and is left out.",
            "%(count)s details that your bank sent could not be read and are left out.",
            unreadable,
        )
    others = {balance.money.currency for each in accounts for balance in _beside_headline(each)}
    if others:
        yield N_(
            "Some accounts also hold %(currencies)s, which is not shown here.", currencies=", ".join(sorted(others))
        )
    missing = [each for each in accounts if not each.balances]
    if len(missing) == 1:
        yield N_("%(title)s did not load and is missing here.", title=title_of(missing[0].account))
    elif missing:
        yield NN_(
            "%(count)s account did not load and is missing here.",
            "%(count)s accounts did not load and are missing here.",
            len(missing),
        )


def _beside_headline(figures: AccountFigures) -> list[Balance]:
    """Return balances in other currencies than the one that stands for the account."""
    head = headline(figures.account, figures.balances)
    return [each for each in figures.balances if head and each.money.currency != head.money.currency]
