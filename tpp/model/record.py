"""What may be told of one call to a bank: to the log, to measurements, to whoever shows what happens behind a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Record:
    """One call, with nothing secret and nobody's data: `path` is a template, without ids and without a query.

    `status`: None where no answer came. `started_at`: aware UTC. `host`: with its port. `wave`: the step that the call
    belongs to, `begin`, `redeem`, `refresh`, or the name of the resource.
    """

    method: str
    path: str
    status: int | None
    elapsed_ms: int
    interaction_id: str
    started_at: datetime
    host: str
    wave: str
