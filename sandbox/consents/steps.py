"""What is done to a given consent on the bank's side: revoke, suspend, resume. It counts from the next call on.

Source: UAE Open Finance Standard v1.2, `ConsentStatus` and `AERevokedBy`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sandbox.consents import consents

if TYPE_CHECKING:
    from sandbox.consents.consents import Consent, Status
    from sandbox.ground.services import Bank

Actor = Literal["LFI", "LFI.InitiatedByUser"]
STEPS: dict[str, tuple[tuple[Status, ...], Status]] = {
    "revoke": (("Authorized", "Suspended"), "Revoked"),
    "suspend": (("Authorized",), "Suspended"),
    "resume": (("Suspended",), "Authorized"),
}


def steps_of(consent: Consent) -> list[str]:
    """Return the steps that the consent's status allows."""
    return [name for name, (before, _after) in STEPS.items() if consent.status in before]


def take(served: Bank, consent: Consent, name: str, actor: Actor) -> None:
    """Take a step of `STEPS`; one that no longer fits changes nothing.

    The caller has read the consent inside a transaction. `RevokedBy` becomes the actor.
    """
    before, after = STEPS[name]
    if consent.status in before:
        by = {"revoked_by": actor} if after == "Revoked" else {}
        consents.settle(served.state, consent, after, served.now(), **by)
