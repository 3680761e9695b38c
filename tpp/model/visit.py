"""Who is looking: what goes along with every call that is made for a customer, and who hears of the call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tpp.model.record import Record

    Listener = Callable[[Record], None]


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is looking: sent on with every read that is made for them (CX-51), never kept.

    `auth_date`: aware UTC, the last return from a bank in this browser. `listeners`: each is told of every call, in the
    thread that made it, and must not raise. A thread of a pool knows nothing of the request: the visit is handed to it.
    """

    ip_address: str | None = None
    user_agent: str | None = None
    auth_date: datetime | None = None
    listeners: tuple[Listener, ...] = field(default=(), repr=False, compare=False)

    def tell(self, record: Record) -> None:
        """Tell all who listen of one call."""
        for listener in self.listeners:
            listener(record)
