"""The sums on top: one balance per account, own money only, per currency; what is owed apart from what is there.

Each sum says what it is made of and what it leaves out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.account import headline, own_money
from tpp.model.words import N_, NN_, Words
from tpp.pages import labels
from tpp.pages.rows import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tpp.model.account import Balance
    from tpp.model.figures import AccountFigures, Figures
    from tpp.model.money import Money

HOME_CURRENCY = "AED"


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


def build(accounts: list[AccountFigures], sources: list[Figures]) -> Totals:
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
