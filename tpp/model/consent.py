"""The consent before it exists: one draft, from which both the page and the request are made (CX-23).

Days are Asia/Dubai days, which is UTC+4 all year; moments are aware UTC. A draft ends at the end of a day,
and never a full year ahead: the standard wants strictly less (CX-25).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

from tpp.model.permission import faults

DUBAI = timezone(timedelta(hours=4), "Asia/Dubai")

LONGEST_DAYS = 364

PAGE_VERSION = "2026-11-28"
"""The version of the consent page's words; a change of meaning means a new one (CX-56)."""


@dataclass(frozen=True, slots=True)
class ConsentDraft:
    """What the customer is shown and what is then asked for. `until`: aware UTC, in whole seconds.

    `bank_id`: the bank that it is for, among those that are offered, as a `Route` names it.
    """

    permissions: tuple[str, ...]
    until: datetime
    tpp_name: str
    bank_name: str
    purpose: str
    version: str = PAGE_VERSION
    bank_id: str = field(kw_only=True)

    def to_json(self) -> dict[str, Any]:
        """Turn into plain JSON."""
        return {
            "permissions": list(self.permissions),
            "until": int(self.until.timestamp()),
            "tpp_name": self.tpp_name,
            "bank_name": self.bank_name,
            "purpose": self.purpose,
            "version": self.version,
            "bank_id": self.bank_id,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> ConsentDraft:
        """Read what `to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            tuple(str(code) for code in value["permissions"]),
            datetime.fromtimestamp(int(value["until"]), UTC),
            str(value["tpp_name"]),
            str(value["bank_name"]),
            str(value["purpose"]),
            str(value["version"]),
            bank_id=str(value["bank_id"]),
        )


def may_be_asked(draft: ConsentDraft, today: ConsentDraft, now: datetime) -> bool:
    """Whether a draft that was shown earlier may still be asked for; `today`: the widest that its bank's page shows.

    It may ask for less and end on another day. What it names must fit together (CX-26) and be offered still, its end
    must be to come and strictly less than a year ahead (CX-25), and whoever asks, which bank, for what purpose and in
    which words must be as today.
    """
    same = replace(draft, permissions=today.permissions, until=today.until) == today
    offered = not faults(draft.permissions) and set(draft.permissions) <= set(today.permissions)
    return same and offered and now < draft.until <= end_of_day(now, LONGEST_DAYS)


@dataclass(frozen=True, slots=True)
class Route:
    """Which bank a consent is asked of, and on which way: an attempt and a grant say it, and find their client by it.

    `bank_id`: the bank among those that are offered. `client`: which client goes there, such as `starter-kit`.
    `api_version`: of the APIs that a consent on this way is for, such as `v1.2`.
    """

    bank_id: str
    client: str
    api_version: str

    def to_json(self) -> dict[str, Any]:
        """Turn into plain JSON."""
        return {"bank_id": self.bank_id, "client": self.client, "api_version": self.api_version}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Route:
        """Read what `to_json` wrote, wherever else it lies in."""
        return cls(value["bank_id"], value["client"], value["api_version"])


def with_first_route(value: dict[str, Any]) -> dict[str, Any]:
    """Add the route to what was kept when there was one way only: the bank was known by its issuer."""
    return {**value, **Route(value["issuer"], "starter-kit", "v1.2").to_json(), "nonce": None}


def with_bank_in_draft(value: dict[str, Any]) -> dict[str, Any]:
    """Write the bank into the draft of what was kept while the route alone said which it is."""
    return {**value, "draft": {**value["draft"], "bank_id": value["bank_id"]}}


def end_of_day(now: datetime, days: int) -> datetime:
    """Return the last second of the Dubai day that is `days` (1 to 364) ahead, as aware UTC."""
    last = now.astimezone(DUBAI).date() + timedelta(days=min(days, LONGEST_DAYS))
    return datetime.combine(last, time(23, 59, 59), DUBAI).astimezone(UTC)
