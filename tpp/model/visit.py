"""Who is looking: what goes along with every call that is made for a customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is looking: sent on with every call made for them (CX-51), never kept.

    `auth_date`: aware UTC, the last return from a bank in this browser.
    """

    ip_address: str | None = None
    user_agent: str | None = None
    auth_date: datetime | None = None
