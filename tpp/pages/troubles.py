"""What went wrong while reading, in plain words: one sentence per reason, for an account and for a whole bank.

`%(bank)s` is the bank's name, `%(day)s` the day that we heard of it. An unknown reason has the words of a plain one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tpp.model.words import N_, NN_, Moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tpp.model.bank_client import Wording
    from tpp.model.figures import AccountFigures, Figures
    from tpp.model.grant import Grant
    from tpp.model.words import Words

ACCOUNT_ERRORS = {
    "unreachable": N_("Did not load: the bank could not be reached"),
    "certificate": N_("Did not load: the connection’s certificate is not one that we trust"),
    "timeout": N_("Did not load: no answer in time"),
    "malformed": N_("Did not load: the bank’s answer could not be read"),
    "other-account": N_("Did not load: the bank answered about another account"),
    "refused": N_("Did not load: the bank does not give this balance"),
    "account-closed": N_("Did not load: the bank gives nothing about this account any more"),
    "account-blocked": N_("Did not load: the bank has blocked this account for now"),
    "account-away": N_("Did not load: the bank cannot get at this account just now"),
    "not-shared": N_("Did not load: what you share does not cover this balance"),
    "consent-invalid": N_("Did not load: the bank says that what you share does not hold for this account"),
    "against-rule": N_("Did not load: a rule of the bank does not allow it"),
    "resource-unknown": N_("Did not load: the bank does not know this account"),
    "recoverable": N_("Did not load: the bank had a problem that will pass"),
    "generic": N_("Did not load: the bank had a problem that it does not name"),
    "token-rejected": N_("Did not load: the bank did not accept our access"),
    "rate-limited": N_("Did not load: the bank asks us to wait a little"),
    "bank-fault": N_("Did not load: the bank had a technical problem"),
    "store-unavailable": N_("Did not load: we could not keep what is needed to ask"),
    "not-asked": N_("Not asked for: this account’s number cannot be passed on"),
    "odd-id": N_("Not asked for: this account’s number is not one that the standard allows"),
    "no-balance": N_("The bank sent no balance"),
    "not-loaded": N_("Not loaded yet"),
}

THROUGH_A_KIT = {"not-asked": N_("Not asked for: the Starter Kit cannot pass this account’s number on")}
"""What is said of an account where the Starter Kit stands in between."""

WORDS: Mapping[Wording, Mapping[str, Words]] = {
    "starter-kit": ACCOUNT_ERRORS | THROUGH_A_KIT,
    "simulated-kit": ACCOUNT_ERRORS | THROUGH_A_KIT,
}

PERMANENT = frozenset(
    {
        *("refused", "account-closed", "not-shared", "against-rule", "resource-unknown"),
        *("not-asked", "odd-id", "no-balance"),
    }
)
"""Trying again does not help with these."""

BANK_ERRORS = {
    "unreachable": N_("%(bank)s could not be reached. Your connection still stands."),
    "certificate": N_(
        "We did not ask %(bank)s: the certificate on the way there is not one that we trust. "
        "Your connection still stands."
    ),
    "timeout": N_("%(bank)s did not answer in time. Your connection still stands."),
    "malformed": N_("The answer of %(bank)s could not be read. Your connection still stands."),
    "refused": N_("%(bank)s did not give us the list of accounts. Your connection still stands."),
    "not-shared": N_("%(bank)s says that what you share does not cover your list of accounts."),
    "account-closed": N_("%(bank)s gives nothing about these accounts any more."),
    "account-blocked": N_("%(bank)s has blocked these accounts for now."),
    "account-away": N_("%(bank)s cannot get at your accounts just now. Your connection still stands."),
    "against-rule": N_("A rule of %(bank)s does not allow us to ask for your accounts."),
    "resource-unknown": N_("%(bank)s does not know what we asked for."),
    "recoverable": N_("%(bank)s has a problem that will pass. Your connection still stands."),
    "generic": N_("%(bank)s has a problem that it does not name."),
    "token-rejected": N_("%(bank)s no longer accepts our access. Connect again: it will ask you to approve it."),
    "rate-limited": N_("%(bank)s asks us to wait. Your connection still stands."),
    "bank-fault": N_("%(bank)s has a technical problem. Your connection still stands."),
    "store-unavailable": N_("We could not keep what is needed to ask %(bank)s. Your connection still stands."),
    "consent-suspended": N_(
        "Sharing is suspended at %(bank)s, so nothing is shown here. You can let it go on there, and then ask again."
    ),
}

ENDED = {
    "consent-revoked": N_("Sharing was stopped at %(bank)s. We learned of it on %(day)s."),
    "consent-invalid": N_(
        "%(bank)s shares nothing with us any more: sharing was stopped or suspended there, or has run out. "
        "We learned of it on %(day)s."
    ),
    "consent-expired": N_("What you shared from %(bank)s has run out. We learned of it on %(day)s."),
    "access-refused": N_("%(bank)s has ended our access. We learned of it on %(day)s."),
    "consent-ended": N_("Your connection to %(bank)s has reached its last day, %(day)s."),
    "reconnect": N_("Our access has ended. %(bank)s will ask you to approve it again."),
    "not-connected": N_("Your connection to %(bank)s is no longer kept here."),
}
"""Nothing is shown of these any more, and only a new consent helps."""

STOPPED = {"stopped-here": N_("You stopped sharing from %(bank)s here on %(day)s.")}
"""What the customer ended: of these no page of figures speaks."""

RENEW = frozenset({"token-rejected", *ENDED})
"""A new consent helps with these."""


def of_account(figures: AccountFigures) -> Words | None:
    """Say why an account got no balance now, and from when on the bank may be asked again; None where it got one."""
    if not figures.error:
        return None
    if figures.retry_at:
        return later(figures.retry_at)
    words = of_reason(figures.error, figures.wording)
    return words or ACCOUNT_ERRORS["refused"]


def later(retry_at: datetime) -> Words:
    """Say from when on, aware UTC, the bank may be asked again."""
    return N_("Did not load: the bank lets us ask again %(when)s", when=Moment(retry_at, spoken=True))


def left_out(count: int) -> Words:
    """Say how many details of an answer are not shown."""
    return NN_(
        "%(count)s detail that your bank sent could not be read and is left out.",
        "%(count)s details that your bank sent could not be read and are left out.",
        count,
    )


def of_reason(error: str, wording: Wording | None) -> Words | None:
    """Say what a reason means for an account, in its client's words; None for a word that is no reason of ours."""
    return (WORDS[wording] if wording else ACCOUNT_ERRORS).get(error)


def may_retry(figures: AccountFigures) -> bool:
    """Whether trying again may help an account now."""
    return figures.error is not None and figures.error not in PERMANENT and figures.retry_at is None


def of_bank(error: str, bank: str) -> Words:
    """Say what is wrong with a whole bank."""
    return replace(BANK_ERRORS.get(error, BANK_ERRORS["refused"]), values={"bank": bank})


def ended(source: Figures) -> Words | None:
    """Say how and when a connection ended; None for one that has not."""
    return how_ended(source.error or "", source.grant)


def how_ended(reason: str, grant: Grant) -> Words | None:
    """Say how and when a grant ended, by the reason word; None for one that is no end.

    The day: its own last one, else when we heard of it.
    """
    words, at = (ENDED | STOPPED).get(reason), grant.halt.at if grant.halt else grant.until
    return replace(words, values={"bank": grant.draft.bank_name, "day": at}) if words else None
