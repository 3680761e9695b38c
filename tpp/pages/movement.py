"""One transaction as a row: what it is called, what it is, its amount, and all else that the bank told, folded away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.text import cut
from tpp.model.words import N_, Words
from tpp.pages import labels
from tpp.pages.rows import title_of as account_title

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tpp.model.account import Account
    from tpp.model.banking.beneficiary import Counterparty
    from tpp.model.banking.own_transfers import Entry
    from tpp.model.banking.transaction import Card, Charge, Exchange, Merchant, Transaction
    from tpp.model.money import Money

_LONGEST_TITLE = 80
_LONGEST_DETAIL = 140
_SAYS_NOTHING = frozenset({"Purchase", "NotApplicable"})


@dataclass(frozen=True, slots=True)
class Place:
    """The account that a transaction is on; `account_id`: None where it has no page of its own."""

    title: Words | str
    account_id: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A detail of a transaction: a text or a moment, aware UTC, or the account that it is on."""

    label: Words
    value: Words | str | Money | datetime | Place


@dataclass(frozen=True, slots=True)
class Row:
    """One transaction of the list. `title`: the bank's `str`, or our `Words` where it sent none.

    `money`: signed; None where it cannot be read. `direction`: in or out, in a word; None where the bank did not tell.
    `details`: what kind of transaction it is. `notes`: what is to be known about the amount. `state`: why it is in no
    sum. `balance`: the bank's own after the entry. `account`: on which it is, where the list is of several.
    """

    source: Transaction
    title: Words | str
    direction: Words | None
    details: tuple[Words | str, ...]
    notes: tuple[Words, ...]
    state: Words | str | None
    facts: tuple[Fact, ...]
    account: Place | None = None

    @property
    def money(self) -> Money | None:
        """Return the signed amount; None where it cannot be read."""
        return self.source.money

    @property
    def balance(self) -> Money | None:
        """Return the bank's own balance after the entry; None where it sent none."""
        return self.source.running_balance.money if self.source.running_balance else None


_OWN = (N_("Between your own accounts"),)
_DIRECTIONS = {True: N_("In"), False: N_("Out")}


def row(entry: Entry) -> Row:
    """Build one row. An own transfer has the title of the account on its other side."""
    transaction = entry.transaction
    place = _place(entry.account) if entry.account else None
    return Row(
        source=transaction,
        title=account_title(entry.own) if entry.own else title_of(transaction),
        direction=_DIRECTIONS.get(transaction.is_credit) if transaction.is_credit is not None else None,
        details=(*(_OWN if entry.own else ()), *_details(transaction)),
        notes=tuple(_notes(transaction)),
        state=_state(transaction),
        facts=(*((Fact(N_("Account"), place),) if place else ()), *_facts(transaction)),
        account=place,
    )


def _place(account: Account) -> Place:
    return Place(account_title(account), account.account_id if account.can_be_asked else None)


def title_of(transaction: Transaction) -> Words | str:
    """Return what to call a transaction: the bank's best title, else its type, else the plain word."""
    own = transaction.title
    return cut(own, _LONGEST_TITLE) if own else _kind(transaction) or N_("Transaction")


def _kind(transaction: Transaction) -> Words | str | None:
    return labels.label(labels.TRANSACTION_TYPES, transaction.kind)


def _details(transaction: Transaction) -> Iterator[Words | str]:
    """Say what it is: type where it is not the title, what the sub-type adds, how it came about, and what for."""
    kind = _kind(transaction)
    if kind and transaction.title:
        yield kind
    if transaction.sub_kind and transaction.sub_kind not in _SAYS_NOTHING:
        yield labels.label(labels.TRANSACTION_SUB_TYPES, transaction.sub_kind) or transaction.sub_kind
    for flag in transaction.flags:
        yield labels.label(labels.TRANSACTION_FLAGS, flag) or flag
    if transaction.merchant and transaction.merchant.category:
        yield transaction.merchant.category
    if transaction.information and transaction.information != transaction.title:
        yield cut(transaction.information, _LONGEST_DETAIL)


def _state(transaction: Transaction) -> Words | str | None:
    """Return why it is in no sum, as far as its status tells; None for what is booked."""
    if transaction.is_booked:
        return None
    if transaction.is_pending:
        return N_("Pending")
    if transaction.is_rejected:
        return N_("Rejected, not counted")
    status = labels.label(labels.TRANSACTION_STATUSES, transaction.status)
    return N_("%(status)s, not counted", status=status) if status else N_("Status not told, not counted")


def _notes(transaction: Transaction) -> Iterator[Words]:
    if transaction.money is None:
        yield N_("The amount cannot be read")
    if transaction.charge:
        yield from _charged(transaction.charge)
    if transaction.exchange:
        yield from _exchanged(transaction.exchange)


def _charged(charge: Charge) -> Iterator[Words]:
    if charge.money is not None:
        match charge.included:
            case True:
                yield N_("The amount is less a charge of %(amount)s", amount=charge.money)
            case False:
                yield N_("A charge of %(amount)s comes on top", amount=charge.money)
            case _:
                yield N_("Charge: %(amount)s", amount=charge.money)
    if charge.vat is not None:
        yield N_("VAT on the charge: %(amount)s", amount=charge.vat)


def _exchanged(exchange: Exchange) -> Iterator[Words]:
    """Say the amount as it was ordered, and the rate as far as it is told between which currencies it is."""
    if exchange.instructed is not None:
        yield N_("Ordered: %(amount)s", amount=exchange.instructed)
    if exchange.rate is None:
        return
    rate, unit = f"{exchange.rate:f}", exchange.unit
    other = next((each for each in (exchange.target, exchange.source) if each and each != unit), None)
    if unit and other:
        yield N_("Rate: 1 %(unit)s = %(rate)s %(other)s", unit=unit, rate=rate, other=other)
    else:
        yield N_("Rate: %(rate)s", rate=rate)


def _facts(transaction: Transaction) -> Iterator[Fact]:
    """Tell everything else, the other side first; where it happened is not kept."""
    if transaction.counterparty:
        yield from _other_side(transaction.counterparty)
    if transaction.merchant:
        yield from _shop(transaction.merchant)
    if transaction.card:
        yield from _paid_with(transaction.card)
    yield from _described(transaction)
    yield from _bill_and_codes(transaction)
    yield from _moments(transaction)


def _other_side(other: Counterparty) -> Iterator[Fact]:
    yield from _told(N_("Other side"), other.name)
    yield from _told(N_("Short name"), other.short_name)
    for each in other.accounts:
        yield Fact(N_("Its account"), each.identification)
    if other.agent:
        yield from _told(N_("Its bank"), other.agent.name or other.agent.identification)


def _shop(merchant: Merchant) -> Iterator[Fact]:
    yield from _told(N_("Shop"), merchant.name)
    yield from _told(N_("Number of the shop"), merchant.merchant_id)
    yield from _told(N_("Category code"), merchant.category_code)


def _paid_with(card: Card) -> Iterator[Fact]:
    yield from _told(N_("Card"), card.scheme)
    yield from _told(N_("Card used by"), labels.label(labels.CARD_KINDS, card.kind))
    yield from _told(N_("Card number"), card.identification)
    yield from _told(N_("Name on the card"), card.name)


def _described(transaction: Transaction) -> Iterator[Fact]:
    yield from _told(N_("Information"), transaction.information)
    yield from _told(N_("Reference"), transaction.reference)
    yield from _told(N_("On the statement"), transaction.statement_reference)
    yield from _told(N_("Purpose code"), transaction.purpose_code)
    yield from _told(N_("Way of payment"), labels.label(labels.PAYMENT_MODES, transaction.payment_mode))
    if transaction.exchange:
        yield from _told(N_("Exchange contract"), transaction.exchange.contract)
        yield from _told(N_("Rate of"), transaction.exchange.quoted_at)
    if transaction.running_balance:
        kind = labels.label(labels.BALANCES, transaction.running_balance.kind)
        yield from _told(N_("Kind of the balance after it"), kind)


def _bill_and_codes(transaction: Transaction) -> Iterator[Fact]:
    if transaction.bill:
        yield from _told(N_("Biller"), transaction.bill.biller_id)
        yield from _told(N_("Number of the bill"), transaction.bill.number)
        yield from _told(N_("Kind of bill"), labels.label({}, transaction.bill.kind))
    code = transaction.bank_code
    if code:
        parts = [part for part in (code.domain, code.family, code.sub_family) if part]
        yield from _told(N_("Bank’s code"), " / ".join(parts))
        yield from _told(N_("Bank’s own code"), code.proprietary)
    yield from _told(N_("Transaction number"), transaction.transaction_id)


def _moments(transaction: Transaction) -> Iterator[Fact]:
    yield from _told(N_("Happened"), transaction.happened_at)
    yield from _told(N_("Booked at"), transaction.booked_at)
    yield from _told(N_("Counts from"), transaction.value_at)


def _told(label: Words, value: Words | str | datetime | None) -> Iterator[Fact]:
    if value:
        yield Fact(label, value)
