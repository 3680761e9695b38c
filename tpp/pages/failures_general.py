"""What can go wrong on any page, outside the way to the bank and back."""

from __future__ import annotations

from tpp.model.words import N_
from tpp.pages.failure import (
    HOME,
    MAKE_ROOM,
    NOTHING_LOST,
    STORE_IS_FULL,
    Failure,
)

PAGES = {
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
"""By HTTP status, or by what it was that failed."""


def elsewhere(status: int) -> Failure:
    """Return the page for an HTTP error."""
    return PAGES.get(str(status), PAGES["500"] if status >= 500 else PAGES["400"])  # noqa: PLR2004
