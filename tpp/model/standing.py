"""What an account amounts to: the one balance that heads it, how much of that is the holder's own, and why.

The figure that a row shows is the figure that is summed. A debit balance is owed as it stands: a limit is never
added to a debt. Borrowed money is taken off a balance only where a credit line says that it is in there; whatever
cannot be told apart is in no sum. Source: account-information v1.2, `AEBalance` (`Type`, `CreditLine`); its text of
`Included`: "If not present, credit line is not included".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.model.consent import DUBAI

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from tpp.model.account import Account, Balance, CreditLine
    from tpp.model.money import Money

CLOCKS_DIFFER = timedelta(minutes=5)
"""A balance dated no further ahead than this is one of now: two clocks are never quite the same."""

UNUSED_PART = "Available"
"""The credit line type that says what is left of a limit."""

COMING = "ForwardAvailable"
"""The balance that counts payments still to come."""

INFORMATION = "Information"
"""The balance of which the standard does not say what it is an amount of."""

FOR_DEPOSITS = ("InterimAvailable", "InterimBooked", "ClosingAvailable", "ClosingBooked")
"""The balance that heads an account without debts, best first; the guide wants `InterimAvailable` if there is one."""

BOOKED = (
    *("InterimBooked", "ClosingBooked", "InterimCleared", "ClosingCleared"),
    *("OpeningBooked", "OpeningCleared", "PreviouslyClosedBooked"),
)
AVAILABLE = ("InterimAvailable", "ClosingAvailable", "OpeningAvailable")
"""Booked before available wherever a debt is possible: "available" would count the bank's money as the holder's."""

CREDIT_IS_UNKNOWN, IS_TO_COME, IS_INFORMATION = "credit-unknown", "to-come", "information"
IS_AHEAD = "ahead"
"""Why an account is in no sum."""

_NEVER_SUMMED = {COMING: IS_TO_COME, INFORMATION: IS_INFORMATION}
"""Balances that head an account only where it has no other, and are in no sum even then."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One account's figure. `balance`: the one that heads it; None where none may.

    `money`: the row's figure, signed. `left_out`: why it is in no sum, or None where it is in one. `spendable`: what
    the bank would let the holder spend, borrowed money included, where that is another amount; `limit`: how much of
    it is borrowed. `booked`: a lower booked balance, where nothing explains the difference. `twin`: another amount
    that the bank sent for the same balance.
    """

    balance: Balance | None = None
    money: Money | None = None
    left_out: str | None = None
    spendable: Money | None = None
    limit: Money | None = None
    booked: Money | None = None
    twin: Money | None = None

    @property
    def counted(self) -> Money | None:
        """The amount that is summed; None where the account is in no sum."""
        return self.money if self.left_out is None else None


def standing(account: Account, balances: Sequence[Balance], now: datetime) -> Standing:
    """Work out what an account amounts to at `now` (aware UTC), from all that the bank sent of it."""
    usable = [each for each in balances if not _is_ahead(each, now)]
    usable = [each for each in usable if each.money.currency == account.currency] or usable
    head = headline(account, usable)
    if head is None:
        return Standing(left_out=IS_AHEAD if balances else None)
    own = own_money(account, head)
    money, left_out = (head.money, CREDIT_IS_UNKNOWN) if own is None else (own, None)
    if head.kind in _NEVER_SUMMED:
        own, money, left_out = None, head.money, _NEVER_SUMMED[head.kind]
    beside = [each for each in usable if each.money.currency == head.money.currency]
    spendable = _spendable(head, own, beside)
    return Standing(
        balance=head,
        money=money,
        left_out=left_out,
        spendable=spendable,
        limit=_limit(head, beside) if spendable else None,
        booked=_lower_booked(head, beside),
        twin=next((each.money for each in _of_one_moment(head, beside) if each.money != head.money), None),
    )


def headline(account: Account, balances: Sequence[Balance]) -> Balance | None:
    """Choose the one balance that stands for the account: by type, of one type the newest, else the newest."""
    if not account.may_owe:
        head = _first(FOR_DEPOSITS, balances)
        debt = _first(BOOKED, balances) if head and _hides_a_debt(head) else None
        return debt if debt and debt.money.is_debt else head or _newest(balances)
    return _first((*BOOKED, *AVAILABLE), balances) or _newest(balances)


def own_money(account: Account, balance: Balance) -> Money | None:
    """Return how much of a balance is the holder's own; None where it cannot be told.

    What a card or a loan has "available" is what the bank would still lend, unless a credit line says how much of
    it is borrowed. A booked balance holds no unused limit: where one is said to be in it, and is more than the whole
    balance, it cannot be.
    """
    if balance.money.is_debt:
        return balance.money
    limits = _included(balance)
    if not limits:
        return None if account.is_credit_product and not is_booked(balance) else balance.money
    if account.is_credit_product and is_booked(balance):
        return balance.money
    borrowed = limits[0].amount
    if len(limits) > 1 or borrowed is None or borrowed.currency != balance.money.currency:
        return None
    own = balance.money - borrowed
    return None if own.is_debt and is_booked(balance) else own


def is_booked(balance: Balance) -> bool:
    """Whether a balance is of booked or cleared entries, and not of what may be spent."""
    return balance.kind in BOOKED


def is_of_now(balance: Balance, now: datetime) -> bool:
    """Whether a balance is today's running one: neither of an earlier day, nor expected, of a closing or an opening."""
    return balance.kind.startswith("Interim") and not is_of_an_earlier_day(balance, now)


def is_of_an_earlier_day(balance: Balance, now: datetime) -> bool:
    """Whether the bank dates a balance before today, by the days of Dubai; one without a date is of no day."""
    return balance.at is not None and balance.at.astimezone(DUBAI).date() < now.astimezone(DUBAI).date()


def _is_ahead(balance: Balance, now: datetime) -> bool:
    return balance.at is not None and balance.at > now + CLOCKS_DIFFER


def _hides_a_debt(head: Balance) -> bool:
    """Whether an available amount may be borrowed without saying so."""
    return not is_booked(head) and not head.money.is_debt and not _included(head)


def _included(balance: Balance) -> list[CreditLine]:
    """Return the limits within a balance. What is left of a limit is never taken off as well."""
    included = [line for line in balance.credit_lines if line.included]
    return [line for line in included if line.kind != UNUSED_PART] or included


def _spendable(head: Balance, own: Money | None, beside: Sequence[Balance]) -> Money | None:
    """Return what may be spent where that is more than the row's own figure."""
    best = head if not is_booked(head) else _first(AVAILABLE, beside)
    if best is None or own is None or best.money.is_debt or not (best.money - own).amount:
        return None
    return best.money if head is not best or _included(head) else None


def _limit(head: Balance, beside: Sequence[Balance]) -> Money | None:
    """Return the one limit that the spendable amount holds, as far as a line names it."""
    best = head if not is_booked(head) else _first(AVAILABLE, beside)
    lines = (_included(best) if best else []) or _included(head)
    limits = [line.amount for line in lines if line.kind != UNUSED_PART]
    return limits[0] if len(limits) == 1 else None


def _lower_booked(head: Balance, beside: Sequence[Balance]) -> Money | None:
    booked = _first(BOOKED[:2], beside)
    if booked is None or not _hides_a_debt(head) or head.kind not in AVAILABLE:
        return None
    return booked.money if booked.money.amount < head.money.amount else None


def _of_one_moment(head: Balance, beside: Iterable[Balance]) -> list[Balance]:
    return [each for each in beside if each.kind == head.kind and each.at == head.at]


def _first(kinds: Iterable[str], balances: Sequence[Balance]) -> Balance | None:
    """Return the balance of the first type that is there: of several the newest, of one moment the smallest."""
    for kind in kinds:
        found = _newest([each for each in balances if each.kind == kind])
        if found:
            return found
    return None


def _newest(balances: Sequence[Balance]) -> Balance | None:
    """Return the newest balance, those that are in no sum last; of one moment the smallest amount."""

    def order(each: Balance) -> tuple[bool, float, object]:
        return each.kind not in _NEVER_SUMMED, each.at.timestamp() if each.at else float("-inf"), -each.money.amount

    return max(balances, key=order, default=None)
