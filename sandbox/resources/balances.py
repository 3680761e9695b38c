"""An account's balances, as of the bank's clock.

Several types at once, as banks send them: what can be spent now, what is booked now, the start of the
day in Dubai and the end of the day before. An amount has no sign: owed money is `Debit`. All come from the ledger.
Source: UAE Open Finance Standard v1.2, `AEBalance`.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sandbox.ground.amounts import amount, major_of
from sandbox.ground.instants import DUBAI, write_instant
from sandbox.ledger.ledger import levels_at

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.people.holders import Account


def balances_of(account: Account, now: datetime) -> list[dict[str, Any]]:
    """Return `Balance[]` at `now`: the day begins at midnight in Dubai."""
    midnight = now.astimezone(DUBAI).replace(hour=0, minute=0, second=0, microsecond=0)
    evening = midnight - timedelta(seconds=1)
    levels = levels_at(account, now)
    return [
        _balance(account, "InterimAvailable", levels.available, now)
        | _credit_lines(account, levels.booked, spendable=True),
        _balance(account, "InterimBooked", levels.booked, now) | _credit_lines(account, levels.booked, spendable=False),
        _balance(account, "OpeningBooked", levels.closed, midnight),
        _balance(account, "ClosingBooked", levels.closed, evening),
    ]


def _balance(account: Account, kind: str, level: int, at: datetime) -> dict[str, Any]:
    return {
        "CreditDebitIndicator": "Debit" if level < 0 else "Credit",
        "Type": kind,
        "DateTime": write_instant(at),
        "Amount": amount(major_of(level, account.currency), account.currency),
    }


def _credit_lines(account: Account, booked: int, *, spendable: bool) -> dict[str, list[dict[str, Any]]]:
    """Return the credit lines that belong to a balance: an overdraft only to what can be spent."""
    lines = []
    if account.overdraft is not None and spendable:
        lines.append(_line("Pre-Agreed", account.overdraft, account.currency, included=True))
    if account.limit is not None:
        lines.append(_line("Credit", account.limit, account.currency, included=False))
        lines.append(_line("Available", left_of(account, booked), account.currency, included=False))
    return {"CreditLine": lines} if lines else {}


def left_of(account: Account, booked: int) -> Decimal:
    """Return what is left of a card's limit at a level."""
    owed = major_of(booked, account.currency) if booked < 0 else Decimal(0)
    return (account.limit or Decimal(0)) - owed


def _line(kind: str, value: Decimal, currency: str, *, included: bool) -> dict[str, Any]:
    return {"Included": included, "Type": kind, "Amount": amount(value, currency)}
