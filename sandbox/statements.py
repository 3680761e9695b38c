"""Monthly statements, made from the ledger: one for every whole month in Dubai that is over.

Opening balance plus credits less debits is the closing balance, and the next month opens with it; pending and
rejected entries do not count. ``Summary`` has one entry for each direction, type and sub-type. A statement is
issued on the day after its last, newest first. A card's asks for five in a hundred of what is owed, at least
100 whole units and at most all of it, 25 days later. The running month and those that the ledger knows in part
have none. As the ledger itself, a month is worked out anew each day, so that its levels may move with the clock.
Source: UAE Open Finance Standard v2.1, ``AEStatements``.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sandbox.balances import PLACES, amount
from sandbox.instants import DUBAI
from sandbox.ledger import ledger_of, major_of, minor_of
from sandbox.shapes import money, sub_transaction_of
from sandbox.stories import story_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.holders import Account
    from sandbox.ledger import Flow

ONE_DAY, A_MONTH_AT_MOST = timedelta(days=1), timedelta(days=31)
DAYS_TO_PAY = timedelta(days=25)
LEAST_PERCENT, LEAST_UNITS = 5, 100


@dataclass(frozen=True)
class Month:
    """One whole month: its days, both ends within, its flows, and signed levels in minor units."""

    first: date
    last: date
    flows: tuple[Flow, ...]
    opening: int
    closing: int


def months_of(account: Account, day: date) -> list[Month]:
    """Return the whole months that are over on ``day`` in Dubai, newest first."""
    booked = [flow for flow in reversed(ledger_of(account, day)) if flow.status == "Booked"]
    by_month: dict[date, list[Flow]] = {}
    for flow in booked:
        by_month.setdefault(flow.booked.astimezone(DUBAI).date().replace(day=1), []).append(flow)
    level = _level_before(account, booked)
    found = []
    begin = day - timedelta(days=story_of(account.account_id).history)
    for first in _firsts(begin.replace(day=1), day):
        flows = tuple(by_month.get(first, ()))
        opening, level = level, level + sum(flow.minor for flow in flows)
        if first >= begin:
            found.append(Month(first, _first_of_next(first) - ONE_DAY, flows, opening, level))
    return found[::-1]


def statement(month: Month, account: Account) -> dict[str, Any]:
    """Return a statement object."""
    body: dict[str, Any] = {
        "StatementId": blake2b(f"{account.account_id}|{month.first}".encode(), digest_size=12).hexdigest(),
        "StatementDate": (month.last + ONE_DAY).isoformat(),
        "OpeningDate": month.first.isoformat(),
        "ClosingDate": month.last.isoformat(),
        "OpeningBalance": _balance(month.opening, account),
        "ClosingBalance": _balance(month.closing, account),
        "Summary": _summary(month.flows, account.currency),
    }
    if account.limit is not None:
        body["CreditLine"] = amount(account.limit, account.currency)
        if month.closing < 0:
            body["NextPayment"] = [_least_payment(month, account)]
    return body


def _level_before(account: Account, booked: list[Flow]) -> int:
    """Return the level before the oldest entry; without any it has always been what it is."""
    if booked and booked[0].after is not None:
        return booked[0].after - booked[0].minor
    return minor_of(account.booked, account.currency) * (-1 if account.owed else 1)


def _firsts(first: date, day: date) -> Iterator[date]:
    """Return the first days of all months from ``first`` on that are over on ``day``."""
    while _first_of_next(first) <= day:
        yield first
        first = _first_of_next(first)


def _first_of_next(first: date) -> date:
    return (first + A_MONTH_AT_MOST).replace(day=1)


def _balance(level: int, account: Account) -> dict[str, Any]:
    return money(major_of(level, account.currency), account.currency, owed=level < 0)


def _summary(flows: tuple[Flow, ...], currency: str) -> list[dict[str, Any]]:
    totals: Counter[tuple[str, str, str]] = Counter()
    counts: Counter[tuple[str, str, str]] = Counter()
    for flow in flows:
        direction = "Credit" if flow.minor > 0 else "Debit"
        group = direction, flow.habit.named.type, sub_transaction_of(flow)
        totals[group] += abs(flow.minor)
        counts[group] += 1
    return [
        {
            "CreditDebitIndicator": direction,
            "TransactionType": kind,
            "SubTransactionType": sub_type,
            "Amount": amount(major_of(totals[direction, kind, sub_type], currency), currency),
            "Count": counts[direction, kind, sub_type],
        }
        for direction, kind, sub_type in sorted(totals)
    ]


def _least_payment(month: Month, account: Account) -> dict[str, Any]:
    owed, unit = -month.closing, 10 ** PLACES.get(account.currency, 2)
    least = min(owed, max(owed * LEAST_PERCENT // 100, LEAST_UNITS * unit))
    return {
        "Date": (month.last + ONE_DAY + DAYS_TO_PAY).isoformat(),
        "Amount": amount(major_of(least, account.currency), account.currency),
        "Type": "Minimum",
    }
