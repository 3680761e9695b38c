"""Housekeeping: rows that have ended are removed, now and then, by whichever process comes to it first."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tpp.errors import StoreUnavailable
from tpp.model import kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from tpp.model.rows import Vault
    from tpp.store.rows import Rows

log = logging.getLogger(__name__)

TIDY_SECONDS = 600


def housekeeping(rows: Rows, server: Vault, now: Callable[[], float]) -> Callable[[], None]:
    """Return what sweeps ended rows: once in ten minutes, and in one process of several. `now`: epoch seconds."""
    due = 0.0

    def keep_tidy() -> None:
        nonlocal due
        if now() < due:
            return
        due = now() + TIDY_SECONDS
        try:
            if server.add(kinds.TIDY, "", {}, due):
                rows.sweep()
        except StoreUnavailable as error:  # no page fails for want of tidiness; readiness tells the operator
            log.warning("not tidied: %(error)s", {"error": str(error)})

    return keep_tidy
