"""What an account lives on: habits, from which transactions and everything regular are made.

A habit is money that comes or goes in a rhythm: on days of the month, or by chance. Amounts are whole
minor units of the account's currency (fils, cents), so that no sum is ever a float.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

Side = Literal["merchant", "bill", "party", "none"]
SATURDAY, LAST_COMMON_DAY = 5, 28


@dataclass(frozen=True)
class Kind:
    """How a flow is named in the standard: `TransactionType`, `SubTransactionType`, direction, mode, side."""

    type: str
    sub_type: str
    credit: bool
    mode: Literal["Online", "Offline", "Batch"]
    side: Side
    flag: str = ""


KINDS = {
    "card": Kind("POS", "Purchase", credit=False, mode="Online", side="merchant"),
    "online": Kind("ECommerce", "Purchase", credit=False, mode="Online", side="merchant"),
    "refund": Kind("POS", "Refund", credit=True, mode="Online", side="merchant"),
    "reversal": Kind("ECommerce", "Reversal", credit=True, mode="Online", side="merchant"),
    "cashback": Kind("Other", "NotApplicable", credit=True, mode="Batch", side="none", flag="Cashback"),
    "atm": Kind("ATM", "Withdrawal", credit=False, mode="Online", side="none"),
    "deposit": Kind("Teller", "Deposit", credit=True, mode="Offline", side="none"),
    "bill": Kind("BillPayments", "NotApplicable", credit=False, mode="Online", side="bill"),
    "collected": Kind("BillPayments", "NotApplicable", credit=False, mode="Batch", side="bill", flag="DirectDebit"),
    "loan": Kind("Other", "NotApplicable", credit=False, mode="Batch", side="bill", flag="Loan"),
    "salary": Kind("LocalBankTransfer", "MoneyTransfer", credit=True, mode="Batch", side="party", flag="Payroll"),
    "in": Kind("LocalBankTransfer", "MoneyTransfer", credit=True, mode="Online", side="party"),
    "out": Kind("LocalBankTransfer", "MoneyTransfer", credit=False, mode="Online", side="party"),
    "payroll": Kind("LocalBankTransfer", "MoneyTransfer", credit=False, mode="Batch", side="party", flag="Payroll"),
    "repaid": Kind("SameBankTransfer", "MoneyTransfer", credit=True, mode="Batch", side="party"),
    "own": Kind("SameBankTransfer", "MoneyTransfer", credit=False, mode="Online", side="party"),
    "own_in": Kind("SameBankTransfer", "MoneyTransfer", credit=True, mode="Online", side="party"),
    "standing": Kind(
        "LocalBankTransfer", "MoneyTransfer", credit=False, mode="Batch", side="party", flag="StandingOrder"
    ),
    "own_standing": Kind(
        "SameBankTransfer", "MoneyTransfer", credit=False, mode="Batch", side="party", flag="StandingOrder"
    ),
    "abroad": Kind("InternationalTransfer", "MoneyTransfer", credit=False, mode="Online", side="party"),
    "from_abroad": Kind("InternationalTransfer", "MoneyTransfer", credit=True, mode="Online", side="party"),
    "cheque": Kind("Cheque", "NotApplicable", credit=False, mode="Offline", side="party"),
    "cheque_in": Kind("Cheque", "Deposit", credit=True, mode="Offline", side="party"),
    "fee": Kind("Other", "NotApplicable", credit=False, mode="Batch", side="none"),
    "profit": Kind("Other", "NotApplicable", credit=True, mode="Batch", side="none", flag="Dividend"),
    "planned": Kind("LocalBankTransfer", "MoneyTransfer", credit=False, mode="Batch", side="party"),
}


@dataclass(frozen=True)
class Habit:
    """Money in a rhythm. `low` to `high` in minor units, in steps of `step`.

    `days` are days of the month (in `months`, or in every month), `chance` is in thousandths a day.
    `early` moves a weekend's day to the Friday before. `foreign` is the other currency of a payment
    abroad and `rate` what one of it costs, as text. One that `may_bounce` is returned when the account does
    not cover it, costs a fee and is presented again. `pair` is the id of the account of this bank on the other
    side, which has the counter-entry. A `planned` one is only ever ahead.
    """

    kind: str
    party: str
    low: int
    high: int
    days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    chance: int = 0
    step: int = 1
    text: str = ""
    code: str = ""
    early: bool = False
    foreign: str = ""
    rate: str = ""
    may_bounce: bool = False
    pair: str = ""

    @property
    def named(self) -> Kind:
        """Return how the standard names it."""
        return KINDS[self.kind]

    def due(self, day: date) -> bool:
        """Tell whether a dated habit falls on the day."""
        if not self.days or (self.months and day.month not in self.months):
            return False
        if not self.early:
            return day.day in self.days
        late = day.weekday() - SATURDAY + 1  # Friday 0, Saturday 1, Sunday 2
        if late > 0:
            return False
        reach = (0, 1, 2) if late == 0 else (0,)
        return any(day.day + ahead in self.days for ahead in reach)


@dataclass(frozen=True)
class Story:
    """What an account lives on, and how it comes back to its level.

    At the end of every `months` months (1 or 3) an account is settled to `kept`, and by chance up to `spread`
    more: minor units. What is over goes to the account `into`, and what lacks comes from there; without one,
    `over` and `lacking` say to whom and from whom. A credit card is repaid from `into` instead.
    """

    habits: tuple[Habit, ...]
    kept: int = 0
    spread: int = 0
    into: str = ""
    over: Habit | None = None
    lacking: Habit | None = None
    months: int = 1


def every(kind: str, party: str, low: int, high: int, chance: int, **more: str) -> Habit:
    """Return a habit of chance, `chance` thousandths a day."""
    return Habit(kind, party, low, high, chance=chance, text=more.get("text", ""), code=more.get("code", ""))


def monthly(
    kind: str, party: str, low: int, high: int, *days: int, text: str = "", code: str = "", pair: str = ""
) -> Habit:
    """Return a habit of fixed days in every month."""
    return Habit(kind, party, low, high, days=days, text=text, code=code, pair=pair)
