"""Waiting for what another request is at: look, pause, look again, until it is there or patience ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

PATIENCE_SECONDS = 12.0
"""Longer than whoever is at it can take: the transport's deadline is ten seconds."""


def wait_for(
    look: Callable[[], T | None], sleep: Callable[[float], None], *, every: float, patience: float
) -> T | None:
    """Return what `look` finds; None where it has found nothing once `patience` is over.

    `every`, `patience`: seconds. What `look` raises ends the waiting.
    """
    for _ in range(round(patience / every)):
        found = look()
        if found is not None:
            return found
        sleep(every)
    return None
