"""What went wrong, in plain words: what happened, that nothing was lost or shared, one next step.

One entry per reason (`tpp.errors`, `tpp.journey.refusals`). Raw text of a bank or of the kit is never shown. What
can happen on the return from the bank is in `failures_on_return`.
"""

from __future__ import annotations

from tpp.model.words import N_
from tpp.web.failure import (
    BACK,
    CERTIFICATE,
    CHECK_THE_CERTIFICATE,
    HOME,
    MAKE_ROOM,
    NOTHING_LOST,
    NOTHING_SHARED,
    STORE_IS_FULL,
    Failure,
)
from tpp.web.failures_on_return import ON_THE_RETURN
from tpp.web.services import services

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
    "certificate": Failure(
        502,
        CERTIFICATE,
        (N_("We stopped before sending you anywhere."), NOTHING_LOST, CHECK_THE_CERTIFICATE),
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
    "token-rejected": Failure(
        502,
        N_("The bank does not know this app"),
        (
            N_("It refused the request because it could not tell who is asking."),
            NOTHING_LOST,
            N_("If you run the Starter Kit yourself: check its client and its certificates, and register once."),
        ),
        1,
    ),
    "bank-fault": Failure(
        502,
        N_("The bank had a technical problem"),
        (N_("The connection could not be prepared."), NOTHING_LOST),
        1,
    ),
    "store-unavailable": Failure(
        503,
        STORE_IS_FULL,
        (N_("Without that no connection can be started."), NOTHING_LOST, MAKE_ROOM),
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

IN_THE_SANDBOX = {
    "unreachable": Failure(
        502,
        N_("The simulated Starter Kit is not running"),
        (N_("It starts and ends with this app. Please stop the app and start it again."), NOTHING_LOST),
        1,
    ),
    "refused": Failure(
        502,
        N_("The simulated bank did not accept the request"),
        (
            N_("It was refused before you were asked anything."),
            N_(
                "Most likely the bank’s clock was moved on at its /control page, so that the last day we ask for has "
                "passed there: put it back. A fault that was set there, or SANDBOX_EXPIRY=fixed, does the same."
            ),
            NOTHING_LOST,
        ),
        1,
    ),
    "token-rejected": Failure(
        502,
        N_("The simulated bank does not know this app"),
        (N_("Most likely a fault was set on the bank’s /control page: take it away there."), NOTHING_LOST),
        1,
    ),
}
"""Before the bank, where no real Starter Kit is there to blame."""

BACK_IN_THE_SANDBOX = {
    "clock-differs": Failure(
        502,
        N_("The simulated bank’s clock and ours do not agree"),
        (N_("It was moved at the bank’s /control page: put it back there, then start again."), NOTHING_SHARED),
        2,
    ),
}
"""On the return, where the bank is the simulated one."""

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
    "host": Failure(
        421,
        N_("The proxy in front of this app hides its address"),
        (
            N_("It passes another Host on than the one that your browser asked for, so no page can be shown."),
            N_(
                "If you run it: let the proxy pass the browser’s Host on, or let it set X-Forwarded-Host and set "
                "TRUSTED_PROXIES here. The log says which name came."
            ),
        ),
        None,
        HOME,
    ),
    "csrf": Failure(
        400,
        N_("This form is no longer valid"),
        (N_("You may have signed out, or the page was open for long."), NOTHING_LOST),
        None,
        HOME,
    ),
    "store-unavailable": Failure(
        503,
        STORE_IS_FULL,
        (N_("This page cannot be shown without that. Please try again a little later."), NOTHING_LOST, MAKE_ROOM),
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
    """Return the page for a failure before the bank; the built-in sandbox has words of its own."""
    words = AT_THE_START | (IN_THE_SANDBOX if services().facts.mode == "sandbox" else {})
    return words.get(reason, words["bank-fault"])


def on_the_return(reason: str) -> Failure | None:
    """Return the page for a failed return; None for a word that is no reason of ours."""
    words = ON_THE_RETURN | (BACK_IN_THE_SANDBOX if services().facts.mode == "sandbox" else {})
    return words.get(reason)


def return_slug(reason: str) -> str:
    """Return the word of the page for a failed return: the reason itself, if it has a page."""
    return reason if reason in ON_THE_RETURN else "unexpected"


def elsewhere(status: int) -> Failure:
    """Return the page for an HTTP error."""
    return ELSEWHERE.get(str(status), ELSEWHERE["500"] if status >= 500 else ELSEWHERE["400"])  # noqa: PLR2004
