"""The tab of regular payments: what leaves next, and the direct debits, standing orders and scheduled payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tpp.model.banking.frequency import frequency_words
from tpp.model.days import day_of
from tpp.model.words import N_, Words
from tpp.pages import labels
from tpp.pages.tabs import coming
from tpp.pages.tabs.payees import facts_of
from tpp.pages.tabs.state import State, state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tpp.model.banking.schedule import DirectDebit, Payment, ScheduledPayment, StandingOrder
    from tpp.model.figures import AccountFigures, Found
    from tpp.model.money import Money
    from tpp.pages.tabs.coming import Coming, Sources

ORDER_TYPES = {
    "BetweenMyAccounts": N_("Between your own accounts"),
    "SameBankTransfer": N_("Transfer, same bank"),
    "LocalBankTransfer": N_("Transfer within the UAE"),
    "InternationalTransfer": N_("Transfer abroad"),
    "Charity": N_("Charity"),
}
ORDER_STATUSES = {"Inactive": N_("Inactive")}


@dataclass(frozen=True, slots=True)
class Order:
    """One regular payment. `money`: unsigned; None where it is not known. `when`: of which payment it is the amount.

    `chip`: why it is not paid, or that nobody says whether it is; `details`: how often, and what for.
    """

    title: Words | str
    chip: Words | str | None
    money: Money | None
    when: Words
    details: tuple[Words | str, ...]
    facts: tuple[tuple[Words | str, Words | str], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the three kinds. `orders`: None where none could be read, and `state` says why.

    `state`: None where the consent does not cover them. `none`: what to say where there are none.
    """

    title: Words
    none: Words
    state: State | None
    orders: tuple[Order, ...] | None
    more: bool = False


@dataclass(frozen=True, slots=True)
class RegularView:
    """The tab. `coming`: None where not one of the three kinds could be read."""

    coming: Coming | None
    kinds: tuple[Kind, ...]


def build(figures: AccountFigures, sources: Sources, now: datetime) -> RegularView:
    """Build the tab of one account at `now`, aware UTC."""
    kinds = (
        _kind(coming.PLANS, N_("Nothing is planned for a later day."), sources.plans, _plan),
        _kind(coming.ORDERS, N_("No payment is set to repeat."), sources.orders, _order),
        _kind(coming.DEBITS, N_("Nobody may collect from this account."), sources.debits, _debit),
    )
    some = any(each.orders is not None for each in kinds)
    return RegularView(coming.build(figures, sources, now) if some else None, kinds)


def _kind(title: Words, none: Words, found: Found[Any] | None, row: Callable[[Any], Order]) -> Kind:
    if found is None:
        return Kind(title, none, None, None)
    if found.parsed is None:
        return Kind(title, none, state(found), None)
    return Kind(title, none, state(found), tuple(row(each) for each in found.parsed.items), found.parsed.more)


def _debit(debit: DirectDebit) -> Order:
    last = debit.previous
    return Order(
        title=coming.title_of_debit(debit),
        chip=_chip(debit.status, is_active=debit.is_active),
        money=last.money if last else None,
        when=N_("Last collected on %(day)s", day=last.at) if last and last.at else N_("No collection is told"),
        details=tuple(_often(debit.frequency)),
        facts=((N_("Mandate"), debit.mandate),) if debit.mandate else (),
    )


def _order(order: StandingOrder) -> Order:
    money, when = order.next.money if order.next else None, N_("No day is told")
    if order.next and order.next.at:
        money, when = order.money_on(day_of(order.next.at)), N_("Next on %(day)s", day=order.next.at)
    elif order.last and order.last.at:
        money, when = order.last.money, N_("Last paid on %(day)s", day=order.last.at)
    kind = labels.label(ORDER_TYPES, order.kind)
    return Order(
        title=coming.title_of_order(order),
        chip=_chip(order.status, is_active=order.is_active),
        money=money,
        when=when,
        details=(*_often(order.frequency), *([kind] if kind else [])),
        facts=tuple(_about_order(order)),
    )


def _plan(plan: ScheduledPayment) -> Order:
    when = N_("No day is told")
    if plan.at and plan.kind == "Execution":
        when = N_("Leaves on %(day)s", day=plan.at)
    elif plan.at and plan.kind == "Arrival":
        when = N_("Arrives on %(day)s", day=plan.at)
    elif plan.at:
        when = N_("On %(day)s", day=plan.at)
    return Order(coming.title_of_plan(plan), None, plan.money, when, (), tuple(_about_plan(plan)))


def _chip(status: str | None, *, is_active: bool | None) -> Words | str | None:
    if is_active:
        return None
    return labels.label(ORDER_STATUSES, status) or N_("Not told whether active")


def _often(frequency: str | None) -> Iterator[Words | str]:
    if frequency:
        yield frequency_words(frequency)


def _about_order(order: StandingOrder) -> Iterator[tuple[Words | str, Words | str]]:
    """Yield the other payments that the bank names, what it is for, and who gets it."""
    named: tuple[tuple[Words, Payment | None], ...] = (
        (N_("First payment"), order.first),
        (N_("Last payment made"), order.last),
        (N_("Final payment"), order.final),
    )
    yield from ((label, words) for label, each in named if each and (words := _payment(each)))
    told: tuple[tuple[Words, str | None], ...] = (
        (N_("Payments in all"), order.number_of_payments),
        (N_("Purpose"), order.purpose),
        (N_("Reference"), order.reference),
    )
    yield from ((label, text) for label, text in told if text)
    if order.payee:
        yield from facts_of(order.payee)


def _payment(payment: Payment) -> Words | None:
    if payment.at and payment.money:
        return N_("%(amount)s on %(day)s", amount=payment.money, day=payment.at)
    if payment.at:
        return N_("%(day)s", day=payment.at)
    return N_("%(amount)s", amount=payment.money) if payment.money else None


def _about_plan(plan: ScheduledPayment) -> Iterator[tuple[Words | str, Words | str]]:
    told = ((N_("Reference for the payee"), plan.creditor_reference), (N_("Your reference"), plan.debtor_reference))
    yield from ((label, text) for label, text in told if text)
    if plan.payee:
        yield from facts_of(plan.payee)
