"""What went wrong while reading, in plain words: one sentence per reason, for an account and for a whole bank."""

from __future__ import annotations

from tpp.model.words import N_

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
