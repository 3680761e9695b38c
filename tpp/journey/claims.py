"""The claim: each answer of a bank is dealt with once, by one request of one process; the others learn the outcome.

A claim lies under the server's key, so that a double is recognised whatever cookie it brings. It holds the outcome
and a digest, never the code. It opens nothing: what lets a repeated return in is what `Arrival.kept` writes down.
Source: RFC 6749, 4.1.2 (a code must not be used more than once); RFC 9700, 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.errors import MizanError
from tpp.journey.shapes import Shape
from tpp.journey.waiting import PATIENCE_SECONDS, wait_for
from tpp.model import kinds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tpp.journey.authorization_response import AuthorizationResponse
    from tpp.model.bank_client import Wording
    from tpp.model.rows import Vault

REMEMBERED = timedelta(hours=1)
"""An attempt is kept this long, so that a late return can be told from a foreign one; a claim as long."""

CONNECTED = "connected"
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Already:
    """Somebody has dealt with this very answer: `outcome` is `CONNECTED` or a reason, None while it goes on.

    `wording`: in which words its client tells of failures; None where that is not known.
    """

    outcome: str | None
    wording: str | None = None


SHAPE = Shape(
    kinds.CLAIM,
    lambda kept: Already(kept.value["outcome"], kept.value["wording"]),
    upgrades=(lambda value: {**value, "wording": None},),
)


def claim(server: Vault, answer: AuthorizationResponse, wording: Wording, now: datetime) -> bool:
    """Take an answer to deal with it; of many identical ones exactly one gets True."""
    value = SHAPE.write({"outcome": None, "wording": wording})
    return server.add(kinds.CLAIM, answer.claim, value, (now + REMEMBERED).timestamp())


def recall(server: Vault, answer: AuthorizationResponse) -> Already | None:
    """Return what became of an answer that has been claimed before; None for a new one.

    A claim that cannot be read still claims: its code is not sent a second time.
    """
    kept = server.get(kinds.CLAIM, answer.claim)
    if kept is None:
        return None
    return SHAPE.read(kept) or Already(MizanError.reason)


def settle(server: Vault, answer: AuthorizationResponse, outcome: str) -> None:
    """Write down where a claimed answer led: `CONNECTED`, or the reason why not."""
    kept = server.get(kinds.CLAIM, answer.claim)
    if kept:
        value = {"wording": kept.value.get("wording"), "outcome": outcome}
        server.replace(kinds.CLAIM, kept, SHAPE.write(value), kept.expires_at)


def await_outcome(server: Vault, answer: AuthorizationResponse, sleep: Callable[[float], None]) -> Already:
    """Wait until the request that has the claim is done; without an outcome where it never comes to an end."""

    def look() -> Already | None:
        earlier = recall(server, answer)
        if earlier is None:
            return Already(None)
        return earlier if earlier.outcome else None

    return wait_for(look, sleep, every=POLL_SECONDS, patience=PATIENCE_SECONDS) or Already(None)
