"""What went wrong, in plain words: what happened, that nothing was lost or shared, one next step.

One entry per reason (`tpp.errors`, `tpp.journey.refusals`). `step` is where AlTareq's progress bar stopped: 1
before the bank, 2 at the bank, None outside the journey. Raw text of a bank or of the kit is never shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tpp.model.words import N_

if TYPE_CHECKING:
    from tpp.model.words import Words

NOTHING_SHARED = N_("Nothing was shared, and your accounts are as they were.")
NOTHING_LOST = N_("Nothing was lost and nothing was shared.")
AGAIN = N_("Start again")
BACK = N_("Back to what we ask for")
HOME = N_("Go to the start page")
TO_ACCOUNTS = N_("Go to your accounts")

START, ACCOUNTS = "connect.page", "accounts.show"


@dataclass(frozen=True, slots=True)
class Failure:
    """One page. `status`: the HTTP status; `endpoint`: where its one action leads; `facts`: label and value."""

    status: int
    title: Words
    sentences: tuple[Words, ...]
    step: int | None = None
    action_label: Words = AGAIN
    endpoint: str = START
    calm: bool = False
    facts: tuple[tuple[Words, str | Words], ...] = field(default=())


AT_THE_START = {
    "unreachable": Failure(
        502,
        N_("The connection service is not running"),
        (
            N_("We could not reach the Starter Kit API, which connects us to your bank."),
            NOTHING_LOST,
            N_("If you run it yourself: start it, and check that its address and port are the ones in the settings."),
        ),
        1,
    ),
    "timeout": Failure(
        504,
        N_("The connection service is not answering"),
        (N_("We asked to start a connection and heard nothing in time."), NOTHING_LOST),
        1,
    ),
    "malformed": Failure(
        502,
        N_("The connection service answered in a way we cannot read"),
        (N_("We stopped before sending you anywhere."), NOTHING_LOST),
        1,
    ),
    "untrusted-redirect": Failure(
        502,
        N_("We did not send you on"),
        (N_("The address that we were given for your bank is not one that we trust."), NOTHING_LOST),
        1,
    ),
    "refused": Failure(
        502,
        N_("The bank did not accept the request"),
        (
            N_("It was refused before you were asked anything."),
            NOTHING_LOST,
            N_(
                "An unchanged Starter Kit asks for a consent that ended on 25/12/2025, which a bank must refuse: it "
                "needs a newer version, or the built-in sandbox."
            ),
        ),
        1,
    ),
    "rate-limited": Failure(
        503,
        N_("The bank asks us to wait"),
        (N_("There were too many requests in a short time."), NOTHING_LOST),
        1,
    ),
    "bank-fault": Failure(
        502,
        N_("The bank had a technical problem"),
        (N_("The connection could not be prepared."), NOTHING_LOST),
        1,
    ),
    "old-form": Failure(
        400,
        N_("This page was open for too long"),
        (N_("What it showed may no longer be what we would ask for. Please look at it once more."), NOTHING_SHARED),
        1,
        BACK,
    ),
}
"""Before the bank: nothing has been sent anywhere."""

ON_THE_RETURN = {
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
    "hub-error": Failure(
        200,
        N_("The connection service had a problem"),
        (N_("It stands between us and your bank, and could not finish the approval."), NOTHING_SHARED),
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
        (N_("It names another sender than the bank that we sent you to, so we did not accept it."), NOTHING_SHARED),
        2,
    ),
    "consent-mismatch": Failure(
        502,
        N_("What the bank sent is not what you approved"),
        (N_("We threw it away without using it."), NOTHING_SHARED),
        2,
    ),
    "other-window": Failure(
        409,
        N_("Continue in your other window"),
        (
            N_("It looks as if you started twice, and this return belongs to the earlier try."),
            N_("The newer one is still open: finish it there, or start again here."),
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
    "unreachable": Failure(
        502,
        N_("The connection service is not running"),
        (
            N_("You approved at your bank, but we could not pick the approval up: nothing answers there."),
            N_("Nothing has been read from your accounts."),
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
    "unexpected": Failure(
        500,
        N_("Something went wrong on our side"),
        (N_("The connection was not made."), N_("Nothing has been read from your accounts.")),
        2,
    ),
}
"""On the way back from the bank; each has its own clean address."""

ELSEWHERE = {
    "400": Failure(400, N_("This request cannot be read"), (NOTHING_LOST,), None, HOME),
    "403": Failure(
        403,
        N_("This form was sent from somewhere else"),
        (N_("To be safe we only accept forms from our own pages. Please press the button there."), NOTHING_LOST),
        None,
        HOME,
    ),
    "404": Failure(404, N_("There is no such page"), (N_("The address may be old or mistyped."),), None, HOME),
    "405": Failure(405, N_("This address does not work that way"), (NOTHING_LOST,), None, HOME),
    "421": Failure(421, N_("This is not our address"), (N_("Please open the app at its own address."),), None, HOME),
    "csrf": Failure(
        400,
        N_("This form is no longer valid"),
        (N_("You may have signed out, or the page was open for long."), NOTHING_LOST),
        None,
        HOME,
    ),
    "500": Failure(
        500,
        N_("Something went wrong on our side"),
        (N_("It has been noted. Your connection, if you have one, still stands."), NOTHING_LOST),
        None,
        HOME,
    ),
}


def at_the_start(reason: str) -> Failure:
    """Return the page for a failure before the bank."""
    return AT_THE_START.get(reason, AT_THE_START["bank-fault"])


def on_the_return(reason: str) -> Failure | None:
    """Return the page for a failed return; None for a word that is no reason of ours."""
    return ON_THE_RETURN.get(reason)


def elsewhere(status: int) -> Failure:
    """Return the page for an HTTP error."""
    return ELSEWHERE.get(str(status), ELSEWHERE["500"] if status >= 500 else ELSEWHERE["400"])  # noqa: PLR2004
