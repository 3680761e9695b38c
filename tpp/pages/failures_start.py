"""What can go wrong before the bank: nothing has been sent anywhere."""

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
    "untrusted-redirect": Failure(
        502,
        N_("We did not send you on"),
        (N_("The address that we were given for your bank is not one that we trust."), NOTHING_LOST),
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
"""Whatever leads to the bank."""

THROUGH_A_KIT = {
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
}
"""Where the Starter Kit stands in between."""

THROUGH_THE_SIMULATED_KIT = {
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
"""Where no real Starter Kit is there to blame."""

PAGES: Mapping[Wording, Mapping[str, Failure]] = {
    "starter-kit": ANY_WAY | THROUGH_A_KIT,
    "simulated-kit": ANY_WAY | THROUGH_A_KIT | THROUGH_THE_SIMULATED_KIT,
}


def at_the_start(reason: str, wording: Wording) -> Failure:
    """Return the page for a failure before the bank; a reason without one of its own has a plain fault's."""
    pages = PAGES[wording]
    return pages.get(reason, pages["bank-fault"])
