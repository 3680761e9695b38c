"""What is regular on an account: payees, collections, repeated and planned payments, made from its habits.

Current and savings accounts have them; any other account has an empty list. As to the two levels, the split
is ours: Basic keeps what the schema requires, and status, dates and amounts, and drops names, identifiers,
banks, references and purposes. Direct debits have one level.
Source: UAE Open Finance Standard v1.2, `AEBeneficiary`, `AEDirectDebit`, `AEStandingOrder`,
`AEScheduledPayment`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sandbox.ground.amounts import amount, major_of
from sandbox.ground.instants import DUBAI, write_instant
from sandbox.ledger.flows import due_at
from sandbox.ledger.ledger import last_of, ledger_at
from sandbox.people.everyone import ACCOUNTS
from sandbox.people.stories import story_of
from sandbox.resources.transactions import party_account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.people.holders import Account
    from sandbox.people.story import Habit

SUB_TYPES = frozenset({"CurrentAccount", "Savings"})
ORDERED = frozenset({"standing", "own_standing"})
PAID_BY_HAND = ORDERED | {"out", "abroad", "payroll", "planned"}
COLLECTED = frozenset({"collected", "loan"})
A_YEAR, QUARTERS, HALVES, ONCE = 366, 4, 2, 1
ADDRESS = {"AddressType": "Postal", "StreetName": "Harbour Road", "City": "Dubai", "Country": "AE"}

Rows = list[dict[str, Any]]


def beneficiaries(account: Account, _now: datetime, *, detail: bool) -> Rows:
    """Return `Beneficiary[]`: everyone the account pays by hand or by an order, once."""
    rows, seen = [], set()
    for habit in _habits(account, PAID_BY_HAND):
        if habit.party in seen:
            continue
        seen.add(habit.party)
        row: dict[str, Any] = {
            "BeneficiaryId": _id(account, "payee", habit.party),
            "BeneficiaryType": "NotActivated" if habit.chance and habit.kind == "out" else "Activated",
        }
        rows.append(row | (_payee(habit, named=True) if detail else {}))
    return rows


def direct_debits(account: Account, now: datetime, *, detail: bool) -> Rows:  # noqa: ARG001 (one level)
    """Return `DirectDebit[]` with the last collection that was booked."""
    rows = []
    for habit in _habits(account, COLLECTED):
        last = last_of(account, now, habit)
        row: dict[str, Any] = {
            "DirectDebitId": _id(account, "debit", habit.party),
            "MandateIdentification": f"M{_id(account, 'mandate', habit.party)[:12].upper()}",
            "DirectDebitStatusCode": "Active" if last is not None else "Inactive",
            "Name": habit.party[:70],
            "Frequency": _frequency(habit),
        }
        if last is not None:
            row["PreviousPaymentDateTime"] = write_instant(last.booked)
            row["PreviousPaymentAmount"] = amount(major_of(last.minor, account.currency), account.currency)
        rows.append(row)
    return rows


def standing_orders(account: Account, now: datetime, *, detail: bool) -> Rows:
    """Return `StandingOrder[]`: the first, last and next payment of each."""
    rows = []
    for habit in _habits(account, ORDERED):
        paid = [flow for flow in ledger_at(account, now) if flow.habit is habit]
        value = amount(major_of(habit.low, account.currency), account.currency)
        first = paid[-1].booked if paid else _next(account, habit, now)
        row: dict[str, Any] = {
            "StandingOrderId": _id(account, "order", habit.party),
            "Frequency": f"IntervalMonthDay:1:{habit.days[0]}",
            "FirstPaymentDateTime": write_instant(first),
            "FirstPaymentAmount": value,
            "NextPaymentDateTime": write_instant(_next(account, habit, now)),
            "NextPaymentAmount": value,
            "StandingOrderStatusCode": "Active",
        }
        if paid:
            row |= {"LastPaymentDateTime": write_instant(paid[0].booked), "LastPaymentAmount": value}
        if detail:
            row |= {"StandingOrderType": habit.named.type, "Purpose": (habit.text or habit.party)[:50]}
            row |= {"CreditorReference": (habit.text or habit.party)[:35], **_payee(habit)}
        rows.append(row)
    return rows


def scheduled_payments(account: Account, now: datetime, *, detail: bool) -> Rows:
    """Return `ScheduledPayment[]`: what is planned for its next day, always ahead."""
    rows = []
    for habit in _habits(account, {"planned"}):
        row: dict[str, Any] = {
            "ScheduledPaymentId": _id(account, "plan", habit.party),
            "ScheduledType": "Execution",
            "ScheduledPaymentDateTime": write_instant(_next(account, habit, now)),
            "InstructedAmount": amount(major_of(habit.low, account.currency), account.currency),
        }
        if detail:
            row |= {"CreditorReference": habit.text[:35], "DebtorReference": habit.text[:35], **_payee(habit)}
        rows.append(row)
    return rows


def _habits(account: Account, kinds: set[str] | frozenset[str]) -> Iterator[Habit]:
    """Return the habits of these kinds, none where the account cannot have them."""
    if account.sub_type in SUB_TYPES:
        yield from (habit for habit in story_of(account.account_id).habits if habit.kind in kinds)


def _payee(habit: Habit, *, named: bool = False) -> dict[str, Any]:
    """Return who gets the money, with the bank's name and address where the schema knows them."""
    held, agent = party_account(habit)
    bank = agent | {"PostalAddress": ADDRESS} if named else {k: v for k, v in agent.items() if k != "Name"}
    holder = ACCOUNTS[habit.pair].holder if habit.pair else habit.party
    return {
        "AccountHolderName": holder,
        "AccountHolderShortName": holder.split(" ")[0] or holder,
        "CreditorAgent": bank,
        "CreditorAccount": [held],
    } | ({"Reference": habit.text[:35]} if named and habit.text else {})


def _frequency(habit: Habit) -> str:
    by_count = {0: "Monthly", QUARTERS: "Quarterly", HALVES: "HalfYearly", ONCE: "Annual"}
    return by_count.get(len(habit.months), "NotKnown")


def _next(account: Account, habit: Habit, now: datetime) -> datetime:
    """Return when the habit is due next, after `now`: within a year, as every dated habit is."""
    today = now.astimezone(DUBAI).date()
    days = (today + timedelta(days=number) for number in range(A_YEAR + 1))
    times = (due_at(account, day, habit) for day in days if habit.due(day))
    return next(at for at in times if at > now)


def _id(account: Account, what: str, name: str) -> str:
    return blake2b(f"{account.account_id}|{what}|{name}".encode(), digest_size=12).hexdigest()
