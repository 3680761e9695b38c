"""The standard's code words in plain words; an unknown one is shown as it is, split at its capitals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tpp.model.account import spelt
from tpp.model.text import cut
from tpp.model.words import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tpp.model.words import Words

ACCOUNT_TYPES = {"Retail": N_("Personal"), "SME": N_("Small business"), "Corporate": N_("Company")}

SUB_TYPES = {
    "CurrentAccount": N_("Current account"),
    "Savings": N_("Savings account"),
    "CreditCard": N_("Credit card"),
    "ChargeCard": N_("Charge card"),
    "PrepaidCard": N_("Prepaid card"),
    "DebitCard": N_("Debit card"),
    "Mortgage": N_("Mortgage"),
    "Finance": N_("Finance"),
}

STATUSES = {
    "Inactive": N_("Inactive"),
    "Dormant": N_("Dormant"),
    "Unclaimed": N_("Unclaimed"),
    "Deceased": N_("Holder has died"),
    "Suspended": N_("Blocked by the bank"),
    "Closed": N_("Closed"),
}
"""`Active` is the normal case and says nothing."""

SCHEMES = {
    "IBAN": N_("IBAN"),
    "AccountNumber": N_("Account"),
    "MaskedPAN": N_("Card"),
    "MortgageReference": N_("Mortgage"),
    "FinanceReference": N_("Finance"),
    "MobileNumber": N_("Mobile number"),
    "UtilityName": N_("Utility"),
    "EWallet": N_("E-wallet"),
}

BALANCES = {
    "InterimAvailable": N_("Available"),
    "InterimBooked": N_("Booked"),
    "InterimCleared": N_("Cleared"),
    "ClosingAvailable": N_("Available at end of day"),
    "ClosingBooked": N_("Booked at end of day"),
    "ClosingCleared": N_("Cleared at end of day"),
    "OpeningAvailable": N_("Available at start of day"),
    "OpeningBooked": N_("Booked at start of day"),
    "OpeningCleared": N_("Cleared at start of day"),
    "PreviouslyClosedBooked": N_("Booked at previous closing"),
    "ForwardAvailable": N_("Available with coming payments"),
    "Expected": N_("Expected"),
    "Information": N_("For information"),
}

CREDIT_LINES = {
    "Available": N_("What is left of a limit"),
    "Credit": N_("Credit limit"),
    "Emergency": N_("Emergency limit"),
    "Pre-Agreed": N_("Agreed overdraft"),
    "Temporary": N_("Temporary limit"),
}

TRANSACTION_TYPES = {
    "POS": N_("Card in shop"),
    "ECommerce": N_("Card online"),
    "ATM": N_("Cash machine"),
    "BillPayments": N_("Bill"),
    "LocalBankTransfer": N_("Transfer within the UAE"),
    "SameBankTransfer": N_("Transfer, same bank"),
    "InternationalTransfer": N_("Transfer abroad"),
    "Teller": N_("Branch"),
    "Cheque": N_("Cheque"),
    "Other": N_("Other transaction"),
}

TRANSACTION_SUB_TYPES = {
    "Reversal": N_("Reversal"),
    "Refund": N_("Refund"),
    "Withdrawal": N_("Withdrawal"),
    "WithdrawalReversal": N_("Reversal of a withdrawal"),
    "Deposit": N_("Deposit"),
    "DepositReversal": N_("Reversal of a deposit"),
    "MoneyTransfer": N_("Money transfer"),
    "Repayments": N_("Repayment"),
    "Interest": N_("Interest"),
    "Fee": N_("Fee"),
    "Charges": N_("Charges"),
    "Profit": N_("Profit"),
    "Disbursement": N_("Disbursement"),
    "Adjustment": N_("Adjustment"),
    "Tax": N_("Tax"),
    "Rewards": N_("Rewards"),
    "LeaseRepayment": N_("Lease repayment"),
}
"""`Purchase` and `NotApplicable` add nothing to the type."""

TRANSACTION_FLAGS = {
    "Cashback": N_("Cashback"),
    "Payroll": N_("Salary"),
    "DirectDebit": N_("Direct debit"),
    "StandingOrder": N_("Standing order"),
    "Loan": N_("Loan"),
    "Finance": N_("Finance"),
    "Dividend": N_("Dividend"),
    "OpenFinance": N_("Through Open Finance"),
}

TRANSACTION_STATUSES = {"Booked": N_("Booked"), "Pending": N_("Pending"), "Rejected": N_("Rejected")}

CARD_KINDS = {
    "ApplePay": N_("Apple Pay"),
    "Contactless": N_("Contactless"),
    "MagStripe": N_("Magnetic stripe"),
    "Chip": N_("Chip"),
    "Other": N_("Other way"),
}

PAYMENT_MODES = {"Online": N_("Online"), "Offline": N_("Offline"), "Batch": N_("In a batch")}

CURRENCIES = {
    "AED": N_("Dirhams"),
    "USD": N_("US dollars"),
    "EUR": N_("Euros"),
    "GBP": N_("British pounds"),
    "BHD": N_("Bahraini dinars"),
    "KWD": N_("Kuwaiti dinars"),
    "OMR": N_("Omani rials"),
    "QAR": N_("Qatari riyals"),
    "SAR": N_("Saudi riyals"),
    "INR": N_("Indian rupees"),
    "PKR": N_("Pakistani rupees"),
    "JPY": N_("Japanese yen"),
    "CHF": N_("Swiss francs"),
}

_SPELT = {spelt(code): words for code, words in SUB_TYPES.items()}
_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST = 60


def label(table: Mapping[str, Words], code: str | None) -> Words | str | None:
    """Return our words for a code; an unknown code split at its capitals; None for none."""
    if code is None:
        return None
    return table.get(code) or cut(_CAPITALS.sub(" ", code), _LONGEST)


def of_sub_type(code: str | None) -> Words | str | None:
    """Return our words for an account's sub-type in any spelling; an unknown one as `label` does."""
    return _SPELT.get(spelt(code)) or label(SUB_TYPES, code)


def own_name(name: str) -> Words | str:
    """Return the name of this app as a reader writes it: the default one is a word of both languages."""
    return N_("Mizan") if name == "Mizan" else name
