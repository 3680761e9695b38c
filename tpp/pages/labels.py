"""The standard's code words in plain words; an unknown one is shown as it is, split at its capitals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tpp.model.words import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tpp.model.words import Words

ACCOUNT_TYPES = {"Retail": N_("Personal"), "SME": N_("Small business"), "Corporate": N_("Company")}

SUB_TYPES = {
    "CurrentAccount": N_("Current account"),
    "Savings": N_("Savings account"),
    "CreditCard": N_("Credit card"),
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

ACCOUNT_ERRORS = {
    "unreachable": N_("Did not load: the bank could not be reached"),
    "timeout": N_("Did not load: no answer in time"),
    "malformed": N_("Did not load: the bank’s answer could not be read"),
    "refused": N_("Did not load: the bank does not give this balance"),
    "token-rejected": N_("Did not load: the bank did not accept our access"),
    "rate-limited": N_("Did not load: the bank asks us to wait a little"),
    "bank-fault": N_("Did not load: the bank had a technical problem"),
    "reconnect": N_("Did not load: access has ended"),
    "not-asked": N_("Not asked for: this account’s number cannot be used safely"),
    "no-balance": N_("The bank sent no balance"),
    "not-loaded": N_("Not loaded"),
}

PERMANENT = frozenset({"refused", "not-asked", "no-balance", "reconnect"})
"""Trying again does not help with these."""

BANK_ERRORS = {
    "unreachable": N_("Your bank’s connection could not be reached just now. It still stands, and nothing was lost."),
    "timeout": N_("Your bank did not answer in time. Your connection still stands, and nothing was lost."),
    "malformed": N_("Your bank’s answer could not be read. Your connection still stands, and nothing was lost."),
    "refused": N_("Your bank did not give us the list of accounts. Your connection still stands."),
    "token-rejected": N_("Your bank no longer accepts our access. Connect again: it will ask you to approve it."),
    "rate-limited": N_("Your bank asks us to wait before the next refresh. Try again in a few minutes."),
    "bank-fault": N_("Your bank has a technical problem. Your connection still stands, and nothing was lost."),
    "reconnect": N_("Our access has ended. Connect again with one button; your bank will ask you to approve it."),
    "not-connected": N_("This connection is no longer kept here. Connect again to see your balances."),
    "consent-ended": N_("This connection has reached its last day. Connect again to see your balances."),
}

RENEW = frozenset({"reconnect", "consent-ended", "not-connected", "token-rejected"})
"""A new consent helps with these."""

_CAPITALS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST = 60


def label(table: Mapping[str, Words], code: str | None) -> Words | str | None:
    """Return our words for a code; an unknown code split at its capitals; None for none."""
    if code is None:
        return None
    return table.get(code) or _CAPITALS.sub(" ", code)[:_LONGEST]
