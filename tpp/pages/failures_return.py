"""What can go wrong on the way back from the bank; each has its own clean address, `/connect/ended/<reason>`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.model.words import N_
from tpp.pages.failure import (
    BACK,
    CERTIFICATE,
    CHECK_THE_CERTIFICATE,
    MAKE_ROOM,
    NOTHING_LOST,
    NOTHING_SHARED,
    STORE_IS_FULL,
    Failure,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tpp.model.bank_client import Wording

ANY_WAY = {
    "declined": Failure(
        200,
        N_("You chose not to share"),
        (N_("That is fine. Nothing was shared with us, and your accounts are as they were."),),
        2,
        BACK,
        calm=True,
    ),
    "not-approved": Failure(
        200,
        N_("Your bank did not get your approval"),
        (N_("Either you cancelled, or the login did not succeed."), NOTHING_SHARED),
        2,
        BACK,
        calm=True,
    ),
    "not-authenticated": Failure(
        200,
        N_("Your bank could not confirm that it was you"),
        (N_("The login was cancelled or did not succeed."), NOTHING_SHARED),
        2,
    ),
    "login-blocked": Failure(
        200,
        N_("Your bank has blocked this login"),
        (N_("Only your bank can unblock it, so please contact your bank."), NOTHING_SHARED),
        2,
        BACK,
    ),
    "no-eligible-account": Failure(
        200,
        N_("No account at this bank fits the request"),
        (N_("The bank has no account of yours that could be shared here."), NOTHING_SHARED),
        2,
        BACK,
    ),
    "not-supported": Failure(
        200,
        N_("This bank cannot handle the request"),
        (N_("It does not support what we asked for."), NOTHING_SHARED),
        2,
        BACK,
    ),
    "session-expired": Failure(
        200,
        N_("Time ran out at your bank"),
        (N_("Your bank closed its page because it was open for too long."), NOTHING_SHARED),
        2,
    ),
    "bank-error-on-the-way": Failure(
        200,
        N_("Your bank had a technical problem"),
        (N_("It could not finish the approval."), NOTHING_SHARED),
        2,
    ),
    "bank-unavailable": Failure(
        200,
        N_("Your bank is not available just now"),
        (N_("It asks you to try again later."), NOTHING_SHARED),
        2,
    ),
    "request-refused": Failure(
        200,
        N_("Your bank did not accept the request"),
        (N_("It gave no reason that we can show you."), NOTHING_SHARED),
        2,
        BACK,
    ),
    "malformed-callback": Failure(
        400,
        N_("This return from the bank is incomplete"),
        (
            N_("Its address does not hold what a bank sends. It may have been cut or changed on the way."),
            NOTHING_SHARED,
        ),
        2,
    ),
    "unknown-attempt": Failure(
        400,
        N_("This return does not belong to this browser"),
        (
            N_("We know of no connection that was started here and that it could belong to."),
            N_(
                "That happens when it was started in another browser, was finished before, or cookies are switched off."
            ),
            NOTHING_SHARED,
        ),
        2,
    ),
    "no-cookie": Failure(
        400,
        N_("Your browser sent no cookie"),
        (
            N_("One necessary cookie tells us which connection you started, and it did not come back."),
            N_("Cookies may be switched off, or you started in another browser."),
            NOTHING_SHARED,
        ),
        2,
    ),
    "late": Failure(
        400,
        N_("You came back after more than ten minutes"),
        (N_("For your safety we no longer accept this approval."), NOTHING_SHARED),
        2,
    ),
    "no-issuer": Failure(
        400,
        N_("This return does not say which bank it is from"),
        (N_("Your bank must name itself, so we did not accept it."), NOTHING_SHARED),
        2,
    ),
    "wrong-issuer": Failure(
        400,
        N_("This return is from somewhere else"),
        (
            N_("It names another sender than the bank that we sent you to, so we did not accept it."),
            NOTHING_SHARED,
            N_("If you run this app: the log says which issuer we expected and whose came, and which setting that is."),
        ),
        2,
    ),
    "consent-mismatch": Failure(
        502,
        N_("What the bank sent is not what you approved"),
        (N_("We threw it away without using it."), NOTHING_SHARED),
        2,
    ),
    "clock-differs": Failure(
        502,
        N_("The bank’s clock and ours do not agree"),
        (
            N_("By our clock the bank’s answer is not of now, so we threw it away without using it."),
            NOTHING_SHARED,
            N_("If you run this app: see that its clock is right."),
        ),
        2,
    ),
    "other-window": Failure(
        409,
        N_("Continue in your other window"),
        (
            N_("It looks as if you started twice, and this return belongs to the earlier try."),
            N_("If the newer one is still open, finish it there; if not, start again here."),
            NOTHING_SHARED,
        ),
        2,
    ),
    "grant-refused": Failure(
        409,
        N_("The bank’s approval can no longer be used"),
        (N_("It had already been used, or had run out, when we asked for access."), NOTHING_SHARED),
        2,
    ),
    "malformed": Failure(
        502,
        N_("The answer to your approval could not be read"),
        (N_("You approved at your bank, but what came back to us is damaged."), NOTHING_LOST),
        2,
    ),
    "refused": Failure(
        502,
        N_("The bank did not give us access"),
        (N_("You approved, but it refused when we picked the approval up."), NOTHING_SHARED),
        2,
    ),
    "rate-limited": Failure(
        503,
        N_("The bank asks us to wait"),
        (N_("You approved, but it takes no more requests just now."), NOTHING_SHARED),
        2,
    ),
    "bank-fault": Failure(
        502,
        N_("The bank had a technical problem"),
        (N_("You approved, but it could not give us access."), N_("Nothing has been read from your accounts.")),
        2,
    ),
    "token-rejected": Failure(
        502,
        N_("The bank does not know this app"),
        (N_("You approved, but it could not tell who picks the approval up."), NOTHING_SHARED),
        2,
    ),
    "store-unavailable": Failure(
        503,
        STORE_IS_FULL,
        (
            N_("If you approved at your bank, we could not keep the approval."),
            N_("Nothing has been read from your accounts."),
            MAKE_ROOM,
        ),
        2,
    ),
    "signed-out": Failure(
        409,
        N_("You signed out meanwhile"),
        (
            N_("You approved at your bank, and signed out here before we had finished. We kept nothing of it."),
            N_("The approval itself stays at your bank until its last day, unless you revoke it there."),
        ),
        2,
        BACK,
    ),
    "unexpected": Failure(
        500,
        N_("Something went wrong on our side"),
        (N_("The connection was not made."), N_("Nothing has been read from your accounts.")),
        2,
    ),
}
"""Whatever has led to the bank."""

THROUGH_A_KIT = {
    "hub-error": Failure(
        200,
        N_("The connection service had a problem"),
        (N_("It stands between us and your bank, and could not finish the approval."), NOTHING_SHARED),
        2,
    ),
    "unreachable": Failure(
        502,
        N_("The connection service is not running"),
        (
            N_("You approved at your bank, but we could not pick the approval up: nothing answers there."),
            N_("Nothing has been read from your accounts."),
        ),
        2,
    ),
    "certificate": Failure(
        502,
        CERTIFICATE,
        (
            N_("You approved at your bank, but we did not send the approval on."),
            N_("Nothing has been read from your accounts."),
            CHECK_THE_CERTIFICATE,
        ),
        2,
    ),
    "timeout": Failure(
        504,
        N_("The connection service is not answering"),
        (
            N_("You approved at your bank, but we got no answer when we picked the approval up."),
            N_("Nothing has been read from your accounts."),
        ),
        2,
    ),
}
"""Where the Starter Kit stands in between."""

THROUGH_THE_SIMULATED_KIT = {
    "clock-differs": Failure(
        502,
        N_("The simulated bank’s clock and ours do not agree"),
        (N_("It was moved at the bank’s /control page: put it back there, then start again."), NOTHING_SHARED),
        2,
    ),
}
"""Where the bank is the simulated one."""

PAGES: Mapping[Wording, Mapping[str, Failure]] = {
    "starter-kit": ANY_WAY | THROUGH_A_KIT,
    "simulated-kit": ANY_WAY | THROUGH_A_KIT | THROUGH_THE_SIMULATED_KIT,
}


def on_the_return(reason: str, wording: Wording) -> Failure | None:
    """Return the page for a failed return; None for a word that is no reason of ours."""
    return PAGES[wording].get(reason)


def return_slug(reason: str, wording: Wording) -> str:
    """Return the word of the page for a failed return: the reason itself, if it has a page."""
    return reason if reason in PAGES[wording] else "unexpected"
