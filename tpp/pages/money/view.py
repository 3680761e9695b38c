"""The page of money in and out: one currency and one span of months, by month, kind, other side and shops.

Each row that a filter can find again leads to the list of its transactions, and those add up to the very figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tpp.model.days import day_of, noon
from tpp.model.words import N_, NN_, Words
from tpp.pages import labels
from tpp.pages.money import made_of
from tpp.pages.money.chart import Chart, chart, rest, share
from tpp.pages.money.flows import by, end_of, flow, heaps, is_in, month_of, months_to
from tpp.pages.money.grouping import category_of, category_words, kind_of, kind_words, payee_of, same_name
from tpp.pages.money.scope import BETWEEN, LEFT_OUT, UNNAMED
from tpp.pages.totals import HOME_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from tpp.model.banking.own_transfers import Entry
    from tpp.model.money import Money
    from tpp.pages.money.flows import Flow
    from tpp.pages.money.sources import Ledger, Reach

SPANS = (3, 6, 12)
USUAL_SPAN = 6
NAMED = 8
"""So many names a list has before everyone else."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: `months` of SPANS, a currency (None: the usual one) and accounts by id (none: all)."""

    months: int = USUAL_SPAN
    currency: str | None = None
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """One month. `is_partial`: an account's older entries were not read; `query`: of its transactions."""

    first: date
    flow: Flow
    is_running: bool
    is_partial: bool
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Name:
    """One row of a list: whom the money came from or went to. `money`: unsigned. `query`: None for everyone else.

    `bar`: how long its bar is, in per cent of the list's longest; `free`: what that leaves.
    """

    label: Words | str
    count: Words
    money: Money
    bar: str
    free: str
    query: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Names:
    """One list, closed on its total."""

    rows: tuple[Name, ...]
    total: Money
    count: Words


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the kinds, or of the shops."""

    label: Words | str
    flow: Flow
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """Another view of the page: what it is called, and the parameters that lead there; or an account, by `value`."""

    label: Words | str
    query: Mapping[str, str]
    is_here: bool = False
    value: str = ""


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """Everything that the template prints. `first`, `last`: noons of the days that the sums are of."""

    currency: str
    currency_name: Words | str
    first: datetime
    last: datetime
    of: Words
    total: Flow
    verdict: Words
    chart: Chart
    months: tuple[Month, ...]
    span: Words
    partial: Words | None
    came_from: Names
    went_to: Names
    kinds: tuple[Kind, ...]
    shops: tuple[Kind, ...]
    shops_total: Flow
    made_of: tuple[Words, ...]
    reaches: tuple[Reach, ...]
    spans: tuple[Choice, ...]
    currencies: tuple[Choice, ...]
    accounts: tuple[Choice, ...]
    query: Mapping[str, str]


def read(parameters: Mapping[str, str], accounts: Iterable[str], ledger: Ledger) -> Wanted:
    """Read what is asked for; what there is not is not asked for. `accounts`: every id that the address names."""
    ids = dict.fromkeys(each for text in accounts for each in text.split(BETWEEN) if each in ledger.titles)
    months = next((each for each in SPANS if parameters.get("months") == str(each)), USUAL_SPAN)
    currency = parameters.get("currency", "")
    chosen = () if len(ids) == len(ledger.titles) else tuple(ids)
    return Wanted(months, currency if currency in ledger.currencies else None, chosen)


def build(ledger: Ledger, wanted: Wanted, now: datetime, *, mirrored: bool) -> MoneyPage:
    """Build the page. `now`: aware UTC, whose Dubai month is the last; `mirrored`: drawn from right to left."""
    chosen = _chosen(ledger, wanted)
    currency = wanted.currency or _usual(chosen, ledger.currencies)
    firsts = months_to(day_of(now), wanted.months)
    mine = [each for each in chosen if each.transaction.money and each.transaction.money.currency == currency]
    found = heaps(each for each in mine if month_of(each) in set(firsts))
    counted, total = found.counted, flow(found.counted, currency)
    link = _Link(wanted, currency, firsts[0], end_of(firsts[-1]))
    months = _months(counted, firsts, link, ledger)
    shops = [each for each in counted if category_of(each.transaction) is not None]
    return MoneyPage(
        currency=currency,
        currency_name=labels.CURRENCIES.get(currency, currency),
        first=noon(firsts[0]),
        last=noon(day_of(now)),
        of=_of(ledger, wanted),
        total=total,
        verdict=_verdict(total.net.amount),
        chart=chart([(each.first, each.flow) for each in months], mirrored=mirrored),
        months=months,
        span=NN_("%(count)s month", "%(count)s months", len(months)),
        partial=_PARTIAL if any(each.is_partial for each in months) else None,
        came_from=_names([each for each in counted if is_in(each)], currency, link),
        went_to=_names([each for each in counted if not is_in(each)], currency, link),
        kinds=_kinds(counted, currency, link),
        shops=_shops(shops, currency, link),
        shops_total=flow(shops, currency),
        made_of=tuple(made_of.said(found, chosen, ledger, wanted.accounts)),
        reaches=ledger.reaches,
        spans=_spans(link),
        currencies=_currencies(ledger, link),
        accounts=_accounts(ledger, wanted),
        query=link.here(),
    )


_PARTIAL = N_("* Not whole: the bank has older transactions of some account that were not read.")


@dataclass(frozen=True, slots=True)
class _Link:
    """The parameters of links: to this page, and to the transactions that a figure is made of."""

    wanted: Wanted
    currency: str
    first: date
    last: date

    def here(self, **changes: str) -> dict[str, str]:
        """Return the parameters of this page, some of them changed."""
        account = BETWEEN.join(self.wanted.accounts)
        all_of_them = {"currency": self.currency, "months": str(self.wanted.months), "account": account, **changes}
        return {name: value for name, value in all_of_them.items() if value}

    def to(self, first: date | None = None, **more: str) -> dict[str, str]:
        """Return those of the transactions of the span, or of the month that begins with a day."""
        since, until = (first, end_of(first)) if first else (self.first, self.last)
        days = {"from": since.isoformat(), "to": until.isoformat()}
        account = BETWEEN.join(self.wanted.accounts)
        parameters = {"account": account, "currency": self.currency, "own": LEFT_OUT, **days, **more}
        return {name: value for name, value in parameters.items() if value}


def _chosen(ledger: Ledger, wanted: Wanted) -> list[Entry]:
    ids = wanted.accounts
    return [each for each in ledger.entries if not ids or (each.account and each.account.account_id in ids)]


def _usual(chosen: Iterable[Entry], currencies: Sequence[str]) -> str:
    """Return the home currency where there is any of it, else the commonest; of no entries, one of the accounts'."""
    counts = {code: len(found) for code, found in by(chosen, _currency).items() if code}
    known = counts or dict.fromkeys(currencies, 0)
    return HOME_CURRENCY if HOME_CURRENCY in known else max(known, key=lambda code: (known[code], code))


def _currency(entry: Entry) -> str:
    return entry.transaction.money.currency if entry.transaction.money else ""


def _of(ledger: Ledger, wanted: Wanted) -> Words:
    if len(wanted.accounts) == 1:
        return N_("%(title)s alone", title=ledger.titles[wanted.accounts[0]])
    if wanted.accounts:
        return NN_("%(count)s account chosen", "%(count)s accounts chosen", len(wanted.accounts))
    return NN_("the only account", "all %(count)s accounts", len(ledger.sources))


def _verdict(net: Decimal) -> Words:
    if net > 0:
        return N_("more came in than went out")
    return N_("more went out than came in") if net < 0 else N_("as much came in as went out")


def _months(counted: Iterable[Entry], firsts: Sequence[date], link: _Link, ledger: Ledger) -> tuple[Month, ...]:
    found = by(counted, month_of)
    accounts = link.wanted.accounts
    begins = [
        min(each.days)
        for each in ledger.sources
        if each.more and each.days and (not accounts or each.account.account_id in accounts)
    ]
    reached = max(begins, default=None)
    return tuple(
        Month(
            first=first,
            flow=flow(found.get(first, ()), link.currency),
            is_running=first == firsts[-1],
            is_partial=reached is not None and first <= reached,
            query=link.to(first),
        )
        for first in firsts
    )


def _names(entries: Sequence[Entry], currency: str, link: _Link) -> Names:
    """List the eight with most money, then everyone else; entries of one direction."""
    groups = [(key, found, abs(flow(found, currency).net.amount)) for key, found in by(entries, _name).items()]
    groups.sort(key=lambda group: (-group[2], group[0]))
    named, others = groups[:NAMED], [each for _, found, _ in groups[NAMED:] for each in found]
    rest_of = abs(flow(others, currency).net.amount)
    most = max((*(amount for *_, amount in named), rest_of), default=Decimal())
    rows = [_row(found, currency, most, link) for _, found, _ in named]
    if others:
        rows.append(_line(N_("Everyone else"), others, currency, most, None))
    total = flow(entries, currency).net
    return Names(tuple(rows), -total if total.is_debt else total, _transactions(len(entries)))


def _name(entry: Entry) -> str:
    return same_name(payee_of(entry.transaction))


def _row(found: Sequence[Entry], currency: str, most: Decimal, link: _Link) -> Name:
    name = payee_of(found[0].transaction)
    direction = "in" if is_in(found[0]) else "out"
    if name:
        return _line(name, found, currency, most, link.to(direction=direction, payee=name))
    return _line(N_("Not named"), found, currency, most, link.to(direction=direction, unnamed=UNNAMED))


def _line(
    label: Words | str, found: Sequence[Entry], currency: str, most: Decimal, query: Mapping[str, str] | None
) -> Name:
    total = flow(found, currency).net
    money = -total if total.is_debt else total
    bar = share(money.amount, most)
    return Name(label, NN_("%(count)s time", "%(count)s times", len(found)), money, bar, rest(bar), query)


def _transactions(count: int) -> Words:
    return NN_("%(count)s transaction", "%(count)s transactions", count)


def _kinds(counted: Iterable[Entry], currency: str, link: _Link) -> tuple[Kind, ...]:
    groups = by(counted, lambda entry: kind_of(entry.transaction))
    return _sorted(Kind(kind_words(kind), flow(found, currency), link.to(group=kind)) for kind, found in groups.items())


def _shops(shops: Iterable[Entry], currency: str, link: _Link) -> tuple[Kind, ...]:
    """List what the bank sent merchant category codes of; nothing is put there by its name."""
    groups = by(shops, lambda entry: category_of(entry.transaction) or 0)
    return _sorted(
        Kind(category_words(first) or "", flow(found, currency), link.to(category=str(first)))
        for first, found in groups.items()
    )


def _sorted(rows: Iterable[Kind]) -> tuple[Kind, ...]:
    """Put the rows through which most money went first."""
    return tuple(sorted(rows, key=lambda row: row.flow.money_out.amount - row.flow.money_in.amount))


def _spans(link: _Link) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            NN_("%(count)s month", "%(count)s months", each), link.here(months=str(each)), each == link.wanted.months
        )
        for each in SPANS
    )


def _currencies(ledger: Ledger, link: _Link) -> tuple[Choice, ...]:
    """Return the other currencies, each a page of its own."""
    others = [code for code in ledger.currencies if code != link.currency]
    return tuple(Choice(labels.CURRENCIES.get(code, code), link.here(currency=code)) for code in others)


def _accounts(ledger: Ledger, wanted: Wanted) -> tuple[Choice, ...]:
    return tuple(
        Choice(title, {}, not wanted.accounts or account_id in wanted.accounts, account_id)
        for account_id, title in ledger.titles.items()
    )
