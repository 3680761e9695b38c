"""What leaves an account in the next 30 days, day by day, and what is left of its balance if nothing else happens.

Nothing is guessed. A day is listed where it follows from what the bank sent; an amount where the bank names it. What is
left is worked out from the one balance that heads the account, in its currency alone, and no further than every amount
is known. A direct debit has no amount to come: what was collected last is only mentioned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tpp.model.days import day_of
from tpp.model.standing import is_of_now, standing
from tpp.model.text import cut
from tpp.model.words import N_, NN_, Moment, Words
from tpp.pages import labels
from tpp.pages.tabs.state import state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from tpp.model.banking.schedule import DirectDebit, ScheduledPayment, StandingOrder
    from tpp.model.figures import AccountFigures, Found
    from tpp.model.money import Money

DAYS = 30
_LONGEST_TITLE = 80

DEBITS, ORDERS, PLANS = N_("Direct debits"), N_("Standing orders"), N_("Scheduled payments")


_EARLY = N_("What is left cannot be told: a later payment may leave before its day")
_NO_FURTHER = N_("From this day on, what is left cannot be told")


@dataclass(frozen=True, slots=True)
class Sources:
    """What was read of the three kinds; None where the consent does not cover one."""

    debits: Found[DirectDebit] | None
    orders: Found[StandingOrder] | None
    plans: Found[ScheduledPayment] | None


@dataclass(frozen=True, slots=True)
class Leaving:
    """One payment to come. `money`: unsigned; None where it is not known. `on_time`: whether it leaves on its day.

    One that is not on time may leave before: the bank names the day on which it arrives, or no kind of day.
    """

    day: date
    title: Words | str
    kind: Words
    money: Money | None
    note: Words | None = None
    on_time: bool = True


@dataclass(frozen=True, slots=True)
class Day:
    """The payments of one day. `left`: what is left after them; None where that cannot be told, and `note` says why."""

    at: date
    payments: tuple[Leaving, ...]
    left: Money | None = None
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """The balance that the payments leave from. `at`: of when it is."""

    label: Words | str
    money: Money
    at: Moment | None


@dataclass(frozen=True, slots=True)
class Coming:
    """The view. `start`: None where no balance can be counted with, and the notes say so.

    `sums`: what leaves, one for each currency, of the payments whose amounts are known. `made_of`: how many of each
    kind the bank sent. `notes`: what is not in here, or may not be all.
    """

    first: date
    last: date
    start: Start | None
    days: tuple[Day, ...]
    sums: tuple[Money, ...]
    made_of: tuple[Words, ...]
    notes: tuple[Words, ...]


def build(figures: AccountFigures, sources: Sources, now: datetime) -> Coming:
    """Build the view at `now`, aware UTC; its days are those of Dubai, today's the first."""
    leaving = sorted(_leaving(sources, now), key=lambda each: each.day)
    start = _start(figures, now)
    known = [each.money for each in leaving if each.money]
    return Coming(
        first=day_of(now),
        last=day_of(now) + timedelta(days=DAYS),
        start=start,
        days=tuple(_days(leaving, start.money if start else None)),
        sums=tuple(_sums(known)),
        made_of=tuple(_made_of(sources)),
        notes=(*_about_the_balance(start, leaving), *_unknown(leaving), *_missing(sources, now)),
    )


def title_of_debit(debit: DirectDebit) -> Words | str:
    """Return who collects, else the plain word."""
    return cut(debit.name, _LONGEST_TITLE) if debit.name else N_("Direct debit")


def title_of_order(order: StandingOrder) -> Words | str:
    """Return who is paid, else what for, else the plain word."""
    name = (order.payee and order.payee.title) or order.purpose or order.reference
    return cut(name, _LONGEST_TITLE) if name else N_("Standing order")


def title_of_plan(plan: ScheduledPayment) -> Words | str:
    """Return who is paid, else what for, else the plain word."""
    name = (plan.payee and plan.payee.title) or plan.creditor_reference or plan.debtor_reference
    return cut(name, _LONGEST_TITLE) if name else N_("Scheduled payment")


def _leaving(sources: Sources, now: datetime) -> Iterator[Leaving]:
    for plan in _items(sources.plans):
        on_time = plan.kind == "Execution"
        note = None if on_time else N_("It may leave before this day, on which it arrives")
        if plan.kind not in {"Execution", "Arrival"}:
            note = N_("Your bank does not tell whether it leaves or arrives on this day")
        for day in plan.days_due(now, DAYS):
            yield Leaving(day, title_of_plan(plan), N_("Scheduled payment"), plan.money, note, on_time)
    for order in _items(sources.orders):
        for day in order.days_due(now, DAYS):
            yield Leaving(day, title_of_order(order), N_("Standing order"), order.money_on(day))
    for debit in _items(sources.debits):
        last = debit.previous.money if debit.previous else None
        note = N_("Last time it was %(amount)s", amount=last) if last else None
        for day in debit.days_expected(now, DAYS):
            yield Leaving(day, title_of_debit(debit), N_("Direct debit"), None, note)


def _items(found: Found[Any] | None) -> Sequence[Any]:
    return found.parsed.items if found and found.parsed else ()


def _start(figures: AccountFigures, now: datetime) -> Start | None:
    """Return the balance that heads the account, if it is today's running one and in a sum."""
    stands = standing(figures.account, figures.balances, now)
    balance, money = stands.balance, stands.counted
    if balance is None or money is None or not is_of_now(balance, now):
        return None
    kind = labels.label(labels.BALANCES, balance.kind) or balance.kind
    at = balance.at or figures.at
    label = kind if money == balance.money else N_("%(kind)s, without borrowed money", kind=kind)
    return Start(label, money, Moment(at) if at else None)


def _days(leaving: Sequence[Leaving], left: Money | None) -> Iterator[Day]:
    """Step from day to day; what is left ends for good with the first amount that cannot be taken off."""
    sure_from = max((each.day for each in leaving if not each.on_time), default=date.min)
    said: Words | None = None
    for at, group in groupby(leaving, key=lambda each: each.day):
        payments, before = tuple(group), left
        left = _less(left, payments)
        early = left is not None and at < sure_from
        note = _EARLY if early else _NO_FURTHER if before and not left else None
        yield Day(at, payments, None if early else left, note if note != said else None)
        said = note or said


def _less(left: Money | None, payments: Iterable[Leaving]) -> Money | None:
    for each in payments:
        if left is None or each.money is None or each.money.currency != left.currency:
            return None
        left = left - each.money
    return left


def _sums(amounts: Iterable[Money]) -> Iterator[Money]:
    found: dict[str, Money] = {}
    for each in amounts:
        found[each.currency] = found[each.currency] + each if each.currency in found else each
    yield from (found[currency] for currency in sorted(found))


_COUNTS: dict[str, Callable[[int], Words]] = {
    "debits": lambda count: NN_("%(count)s direct debit", "%(count)s direct debits", count),
    "orders": lambda count: NN_("%(count)s standing order", "%(count)s standing orders", count),
    "plans": lambda count: NN_("%(count)s scheduled payment", "%(count)s scheduled payments", count),
}


def _made_of(sources: Sources) -> Iterator[Words]:
    """Count what the bank sent of each kind; what is older says of when it is."""
    for name, words in _COUNTS.items():
        found: Found[Any] | None = getattr(sources, name)
        if found is None or found.parsed is None:
            continue
        counted, as_of = words(len(found.parsed.items)), state(found).as_of
        yield N_("%(what)s, as of %(time)s", what=counted, time=as_of) if as_of else counted


def _about_the_balance(start: Start | None, leaving: Sequence[Leaving]) -> Iterator[Words]:
    if start is None and leaving:
        yield N_("What is left is not worked out: your bank sent no running balance of today.")
    elif start and any(each.money and each.money.currency != start.money.currency for each in leaving):
        yield N_("What a payment in another currency takes from this balance is not known.")


def _unknown(leaving: Sequence[Leaving]) -> Iterator[Words]:
    count = sum(each.money is None for each in leaving)
    if count:
        yield NN_(
            "%(count)s payment has an amount that is not known, and is in no sum.",
            "%(count)s payments have amounts that are not known, and are in no sum.",
            count,
        )


def _missing(sources: Sources, now: datetime) -> Iterator[Words]:
    """Say what may leave without being listed: kinds that did not come, days that are not told, what is unreadable."""
    for kind, found in ((DEBITS, sources.debits), (ORDERS, sources.orders), (PLANS, sources.plans)):
        if found is None or found.parsed is None:
            yield N_("Not in this list: %(kind)s.", kind=kind)
        elif found.parsed.more:
            yield N_("Not in this list: what your bank has on further pages of %(kind)s.", kind=kind)
    undated = sum(not each.is_dated(now, DAYS) for each in (*_items(sources.debits), *_items(sources.orders)))
    undated += sum(each.at is None for each in _items(sources.plans))
    if undated:
        yield NN_(
            "%(count)s regular payment may also leave on days that are not listed: your bank does not tell when.",
            "%(count)s regular payments may also leave on days that are not listed: your bank does not tell when.",
            undated,
        )
    unread = sum(len(each.parsed.unreadable) for each in _founds(sources) if each.parsed)
    if unread:
        yield N_("Some of what your bank sent could not be read, so a payment may be missing.")


def _founds(sources: Sources) -> list[Found[Any]]:
    return [each for each in (sources.debits, sources.orders, sources.plans) if each is not None]
