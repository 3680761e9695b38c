"""The sums on top: one balance per account, own money only, per currency; what is owed apart from what is there.

Each sum is made of the figures in the rows, and can be opened into them. What is in no sum is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.standing import is_of_now
from tpp.model.words import N_, NN_, Words
from tpp.pages import labels, troubles
from tpp.pages.rows import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tpp.model.account import Account
    from tpp.model.figures import Figures
    from tpp.model.money import Money
    from tpp.pages.rows import Shown

HOME_CURRENCY = "AED"


@dataclass(frozen=True, slots=True)
class Part:
    """One account within a sum, with the very figure of its row; `account_id`: None where it has no page of its own."""

    title: str | Words
    money: Money
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One sum: label, amount, the figures it is made of, and for the large one how many accounts those are."""

    label: Words | str
    money: Money
    parts: tuple[Part, ...] = ()
    count: Words | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums on top: one large figure, the rest below it, and notes on what is left out."""

    hero: TotalRow | None
    rest: tuple[TotalRow, ...]
    notes: tuple[Words, ...]


def build(accounts: list[Shown], sources: list[Figures], now: datetime) -> Totals:
    """Add up one figure per account, per currency; debts apart. `now`: aware UTC."""
    counted = [_part(each.figures.account, money) for each in accounts if (money := each.standing.counted)]
    have = _by_currency(part for part in counted if not part.money.is_debt)
    owe = _by_currency(part for part in counted if part.money.is_debt)
    main = HOME_CURRENCY if HOME_CURRENCY in have else _commonest(have)
    rows = [TotalRow(N_("You owe"), _sum(parts), parts) for parts in owe.values()]
    rows += [TotalRow(_currency(code), _sum(parts), parts) for code, parts in have.items() if code != main]
    hero = have.get(main or "")
    return Totals(
        hero=TotalRow(N_("You have"), _sum(hero), hero, _made_of(len(hero), hero[0].money.currency)) if hero else None,
        rest=tuple(rows),
        notes=(*_notes(accounts, {*have, *owe}, now), *_gaps(accounts, sources)),
    )


def _part(account: Account, money: Money) -> Part:
    return Part(title_of(account), money, account.account_id if account.can_be_asked else None)


def _by_currency(parts: Iterable[Part]) -> dict[str, tuple[Part, ...]]:
    """Sort by currency; the home currency first, the others by code."""
    found: dict[str, tuple[Part, ...]] = {}
    for part in parts:
        found[part.money.currency] = (*found.get(part.money.currency, ()), part)
    return dict(sorted(found.items(), key=lambda item: (item[0] != HOME_CURRENCY, item[0])))


def _sum(parts: tuple[Part, ...]) -> Money:
    total = parts[0].money
    for part in parts[1:]:
        total += part.money
    return total


def _commonest(have: dict[str, tuple[Part, ...]]) -> str | None:
    return max(have, key=lambda code: (len(have[code]), code), default=None)


def _currency(code: str) -> Words | str:
    return labels.CURRENCIES.get(code, code)


def _made_of(count: int, currency: str) -> Words:
    if currency == HOME_CURRENCY:
        return NN_("in %(count)s dirham account", "in %(count)s dirham accounts", count)
    return NN_(
        "in %(count)s account in %(currency)s", "in %(count)s accounts in %(currency)s", count, currency=currency
    )


def _notes(accounts: list[Shown], currencies: set[str], now: datetime) -> Iterable[Words]:
    """Say what the sums leave out and what they are made of."""
    standings = [each.standing for each in accounts]
    if any(each.spendable or each.limit for each in standings):
        yield N_("Credit you could still use is never counted as money you have.")
    if len(currencies) > 1:
        yield N_("Currencies are never added together.")
    odd = sum(1 for each in standings if each.counted and each.balance and not is_of_now(each.balance, now))
    if odd:
        yield NN_(
            "%(count)s account is counted with a balance that is not of now: the line under its figure names it.",
            "%(count)s accounts are counted with balances that are not of now: the line under each figure names it.",
            odd,
        )
    out = sum(1 for each in standings if each.left_out)
    if out:
        yield NN_(
            "%(count)s account is in no total, and its row says why.",
            "%(count)s accounts are in no total, and their rows say why.",
            out,
        )


def _gaps(accounts: list[Shown], sources: list[Figures]) -> Iterable[Words]:
    """Say what was not read at all, so that no sum passes for the whole."""
    if any(source.more for source in sources):
        yield N_("Your bank has more accounts than it sent; only its first page can be read.")
    unreadable = sum(source.unreadable for source in sources) + sum(each.figures.unreadable for each in accounts)
    if unreadable:
        yield troubles.left_out(unreadable)
    others = {currency for each in accounts for currency in _other_currencies(each)}
    if others:
        yield N_(
            "Some accounts also hold %(currencies)s, which is not shown here.", currencies=", ".join(sorted(others))
        )
    missing = [each.figures.account for each in accounts if not each.figures.balances]
    if len(missing) == 1:
        yield N_("%(title)s did not load and is missing here.", title=title_of(missing[0]))
    elif missing:
        yield NN_(
            "%(count)s account did not load and is missing here.",
            "%(count)s accounts did not load and are missing here.",
            len(missing),
        )


def _other_currencies(shown: Shown) -> set[str]:
    """Return the currencies of balances that cannot stand for the account, which is kept in another."""
    head = shown.standing.balance
    return {each.money.currency for each in shown.figures.balances if head} - {head.money.currency if head else ""}
