"""By what transactions are added up: what kind they are, who is on the other side, and what a shop sells.

All of it is what the bank sent, put together under fewer words; where it sent nothing, that is the group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.model.banking.transaction import CATEGORY_GROUPS
from tpp.model.text import clean, is_visible, normalised
from tpp.model.words import N_, Words
from tpp.pages import labels

if TYPE_CHECKING:
    from tpp.model.banking.transaction import Transaction

KINDS = {
    "salary": N_("Salary"),
    "standing-orders": N_("Standing orders"),
    "direct-debits": N_("Direct debits"),
    "loans": N_("Loans and finance"),
    "dividends": N_("Dividends"),
    "cashback": N_("Cashback"),
    "refunds": N_("Refunds and reversals"),
    "interest": N_("Interest, profit and fees"),
    "cards": N_("Card payments"),
    "bills": N_("Bills"),
    "transfers": N_("Transfers"),
    "cash": N_("Cash machines"),
    "branch": N_("At a branch"),
    "cheques": N_("Cheques"),
    "other": N_("Other transactions"),
    "untold": N_("Kind not told"),
}
"""What the kinds are called. A flag of the bank says more than a sub-type, and that more than a type."""

_FLAGS = {
    "Payroll": "salary",
    "StandingOrder": "standing-orders",
    "DirectDebit": "direct-debits",
    "Loan": "loans",
    "Finance": "loans",
    "Dividend": "dividends",
    "Cashback": "cashback",
}

_SUB_KINDS = {
    **dict.fromkeys(("Refund", "Reversal", "WithdrawalReversal", "DepositReversal"), "refunds"),
    **dict.fromkeys(("Interest", "Profit", "Fee", "Charges", "Tax"), "interest"),
    **dict.fromkeys(("Repayments", "LeaseRepayment", "Disbursement"), "loans"),
    "Rewards": "cashback",
}

_TYPES = {
    **dict.fromkeys(("POS", "ECommerce"), "cards"),
    **dict.fromkeys(("LocalBankTransfer", "SameBankTransfer", "InternationalTransfer"), "transfers"),
    "BillPayments": "bills",
    "ATM": "cash",
    "Teller": "branch",
    "Cheque": "cheques",
    "Other": "other",
}

_OF_THE_BANK = "type-"
"""Before a type that only this bank knows."""

LONGEST_NAME = 120
"""By so many of its characters a name is told from another one."""


def kind_of(transaction: Transaction) -> str:
    """Return the kind of a transaction: a key of KINDS, or one that names the bank's own type."""
    flagged = (kind for flag, kind in _FLAGS.items() if flag in transaction.flags)
    found = next(flagged, None) or _SUB_KINDS.get(transaction.sub_kind or "") or _TYPES.get(transaction.kind or "")
    return found or (_OF_THE_BANK + named if (named := shown_name(transaction.kind)) else "untold")


def kind_words(kind: str) -> Words | str:
    """Return what to call a kind; whatever is none is called as it is written."""
    return KINDS.get(kind) or labels.label({}, kind.removeprefix(_OF_THE_BANK)) or kind


def payee_of(transaction: Transaction) -> str:
    """Return the name of whoever got or sent the money, a shop's first, as it can stand in a link; empty for none."""
    merchant, other = transaction.merchant, transaction.counterparty
    return shown_name(merchant.name if merchant else None) or shown_name(other.title if other else None)


def shown_name(name: str | None) -> str:
    """Return a name as it can stand in a link; empty where nothing of it can be seen."""
    found = clean(name or "").strip()[:LONGEST_NAME].strip()
    return found if is_visible(found) else ""


def same_name(name: str) -> str:
    """Return a name as it is compared: in any spelling of one name this is the same."""
    return normalised(shown_name(name))


def category_of(transaction: Transaction) -> int | None:
    """Return the first code of the group of merchant category codes (ISO 18245) that a shop is in; None for none."""
    words = transaction.merchant.category if transaction.merchant else None
    return next((first for first, _, group in CATEGORY_GROUPS if group is words), None) if words else None


def category_words(first: int) -> Words | None:
    """Return what to call the group that begins with a code; None where none does."""
    return next((words for low, _, words in CATEGORY_GROUPS if low == first), None)
