"""Monthly statements, made from the ledger: one for every whole month in Dubai that is over.

Opening balance plus credits less debits is the closing balance, and the next month opens with it; pending and
rejected entries do not count. `Summary` has one entry for each direction, type and sub-type. A statement is
issued on the day after its last, newest first. A card's asks for five in a hundred of what is owed, at least
100 whole units and at most all of it, 25 days later. The running month and those that the ledger knows in part
have none. A statement never changes once it is issued, as nothing that is booked does.
Source: UAE Open Finance Standard v2.1, `AEStatements`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sandbox.ground.amounts import amount, major_of, unit_of
from sandbox.ground.instants import DUBAI
from sandbox.ledger.flows import next_month
from sandbox.ledger.ledger import ledger_of, level_before, midnight_of, window_of
from sandbox.resources.shapes import money, sub_transaction_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.ledger.flows import Flow
    from sandbox.people.holders import Account

ONE_DAY = timedelta(days=1)
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
    """Return the whole months that are over on `day` in Dubai, newest first."""
    booked = [flow for flow in reversed(ledger_of(account, day)) if flow.status == "Booked"]
    by_month: dict[date, list[Flow]] = {}
    for flow in booked:
        by_month.setdefault(flow.booked.astimezone(DUBAI).date().replace(day=1), []).append(flow)
    begin = window_of(account, day)
    found = []
    for first in _firsts(begin if begin.day == 1 else next_month(begin.replace(day=1)), day):
        flows = tuple(by_month.get(first, ()))
        opening = level_before(account, midnight_of(first))
        closing = opening + sum(flow.minor for flow in flows)
        found.append(Month(first, next_month(first) - ONE_DAY, flows, opening, closing))
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


def _firsts(first: date, day: date) -> Iterator[date]:
    """Return the first days of all months from `first` on that are over on `day`."""
    while next_month(first) <= day:
        yield first
        first = next_month(first)


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
    owed, unit = -month.closing, unit_of(account.currency)
    least = min(owed, max(owed * LEAST_PERCENT // 100, LEAST_UNITS * unit))
    return {
        "Date": (month.last + ONE_DAY + DAYS_TO_PAY).isoformat(),
        "Amount": amount(major_of(least, account.currency), account.currency),
        "Type": "Minimum",
    }
