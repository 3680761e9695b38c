"""An account's balances, as of the bank's clock.

Several types at once, as banks send them: what can be spent now, what is booked now, the start of the
day in Dubai and the end of the day before. An amount has no sign: owed money is ``Debit``.
Source: UAE Open Finance Standard v1.2, ``AEBalance``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.instants import DUBAI, write_instant

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from sandbox.people import Account

PLACES = {"BHD": 3}
LAG = timedelta(minutes=4)


def balances_of(account: Account, now: datetime) -> list[dict[str, Any]]:
    """Return ``Balance[]`` at ``now``: the day begins at midnight in Dubai."""
    midnight = now.astimezone(DUBAI).replace(hour=0, minute=0, second=0, microsecond=0)
    evening = midnight - timedelta(seconds=1)
    return [
        _balance(account, "InterimAvailable", account.available, now) | _credit_lines(account, spendable=True),
        _balance(account, "InterimBooked", account.booked, now - LAG) | _credit_lines(account, spendable=False),
        _balance(account, "OpeningBooked", account.closed, midnight),
        _balance(account, "ClosingBooked", account.closed, evening),
    ]


def amount(value: Decimal, currency: str) -> dict[str, str]:
    """Return an amount object: a plain decimal string with the currency's places."""
    return {"Amount": f"{value:.{PLACES.get(currency, 2)}f}", "Currency": currency}


def _balance(account: Account, kind: str, value: Decimal, at: datetime) -> dict[str, Any]:
    return {
        "CreditDebitIndicator": "Debit" if account.owed and value else "Credit",
        "Type": kind,
        "DateTime": write_instant(at),
        "Amount": amount(value, account.currency),
    }


def _credit_lines(account: Account, *, spendable: bool) -> dict[str, list[dict[str, Any]]]:
    """Return the credit lines that belong to a balance: an overdraft only to what can be spent."""
    lines = []
    if account.overdraft is not None and spendable:
        lines.append(_line("Pre-Agreed", account.overdraft, account.currency, included=True))
    if account.limit is not None:
        lines.append(_line("Credit", account.limit, account.currency, included=False))
        lines.append(_line("Available", account.limit - account.booked, account.currency, included=False))
    return {"CreditLine": lines} if lines else {}


def _line(kind: str, value: Decimal, currency: str, *, included: bool) -> dict[str, Any]:
    return {"Included": included, "Type": kind, "Amount": amount(value, currency)}
