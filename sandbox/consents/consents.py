"""Consents: what was asked, its state, and the accounts that were chosen.

A consent remembers the version of the standard that it was asked in. v1.2 always answers with a base id, v2.1
only where one was asked for; the days of v2.1's window are days in Dubai, the last one whole.

A consent is made by a pushed request in `AwaitingAuthorization` and is never deleted, because its id
must never be used again. `Expired` follows from the day and is never written, so that a clock that was moved and
put back ends nothing for good. Once it is `Rejected`, `Expired` or `Revoked` nothing changes it; the
chosen accounts never change after `Authorized`. Times on the wire carry an offset.
Source: UAE Open Finance Standard v1.2, account-information, `ConsentStatus` and `AEReadConsentResponse`;
v2.1, `AEConsentStatus.AEBankDataSharingConsentPropertiesV21`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from sandbox.ground.instants import DUBAI, read_instant, write_instant
from sandbox.ground.versions import V12, Version, resource_base

if TYPE_CHECKING:
    from sandbox.ground.state import State

Status = Literal["AwaitingAuthorization", "Authorized", "Rejected", "Suspended", "Expired", "Revoked"]
LIVING: tuple[Status, ...] = ("AwaitingAuthorization", "Authorized", "Suspended")
NOT_ECHOED = frozenset({"ReadConsents"})  # known to the request's list only, not to the response's
ECHOED = (
    "TransactionFromDateTime",
    "TransactionToDateTime",
    "FromDate",
    "ToDate",
    "AccountType",
    "AccountSubType",
    "OnBehalfOf",
    "OpenFinanceBilling",
)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Consent:
    """One consent: `asked` is the consent as pushed, `accounts` are the chosen ids."""

    asked: dict[str, Any]
    client_id: str
    created: str
    status: Status
    status_updated: str
    user: str = ""
    accounts: list[str] = field(default_factory=list)
    subscription: dict[str, Any] | None = None
    revoked_by: str = ""
    version: Version = V12

    @property
    def consent_id(self) -> str:
        """Return `ConsentId`."""
        return str(self.asked["ConsentId"])

    @property
    def base_id(self) -> str:
        """Return `BaseConsentId`; a consent without one is the base of its own chain."""
        return str(self.asked.get("BaseConsentId", self.consent_id))

    @property
    def permissions(self) -> list[str]:
        """Return `Permissions` in the order asked."""
        return list(self.asked["Permissions"])

    @property
    def expires(self) -> datetime:
        """Return `ExpirationDateTime` as an aware instant."""
        instant = read_instant(self.asked["ExpirationDateTime"])
        if instant is None:  # pragma: no cover - refused when pushed
            raise ValueError("ExpirationDateTime")
        return instant

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Return the first and the last instant of what is shared; an end that was not asked for is open."""
        first, last = self.days
        whole_days = (
            datetime.combine(first, time.min, DUBAI) if first else None,
            datetime.combine(last, time.max, DUBAI) if last else None,
        )
        start, end = (
            read_instant(self.asked.get(name)) for name in ("TransactionFromDateTime", "TransactionToDateTime")
        )
        return start or whole_days[0] or EARLIEST, end or whole_days[1] or LATEST

    @property
    def days(self) -> tuple[date | None, date | None]:
        """Return `FromDate` and `ToDate` of v2.1; `None` is open."""
        first, last = self.asked.get("FromDate"), self.asked.get("ToDate")
        return date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None

    def data(self) -> dict[str, Any]:
        """Return `Data` of the consent object; in v1.2 a missing base id is the consent's own id."""
        based = self.version == V12 or "BaseConsentId" in self.asked
        shown = {
            "ConsentId": self.consent_id,
            **({"BaseConsentId": self.base_id} if based else {}),
            "CreationDateTime": self.created,
            "Status": self.status,
            "StatusUpdateDateTime": self.status_updated,
            "Permissions": [name for name in self.permissions if name not in NOT_ECHOED],
            "ExpirationDateTime": write_instant(self.expires),
        }
        shown |= {name: self.asked[name] for name in ECHOED if name in self.asked}
        return shown | ({"RevokedBy": self.revoked_by} if self.revoked_by else {})

    def body(self, public_url: str) -> dict[str, Any]:
        """Return the whole consent object with an absolute `Links.Self`."""
        link = f"{public_url}{resource_base(self.version)}/account-access-consents/{quote(self.consent_id, safe='')}"
        whole: dict[str, Any] = {"Data": self.data(), "Links": {"Self": link}, "Meta": {}}
        return whole if self.subscription is None else whole | {"Subscription": self.subscription}


def create(
    state: State,
    asked: dict[str, Any],
    client_id: str,
    now: datetime,
    subscription: Any = None,
    *,
    version: Version = V12,
) -> bool:
    """Write a new consent in `AwaitingAuthorization`; tell whether its id was free in either version."""
    stamp = write_instant(now)
    fresh = Consent(asked, client_id, stamp, "AwaitingAuthorization", stamp, subscription=subscription, version=version)
    return state.insert("consent", fresh.consent_id, asdict(fresh), owner=_chain(fresh))


def read(state: State, consent_id: str, now: datetime) -> Consent | None:
    """Return the consent as it stands at `now`."""
    row = state.get("consent", consent_id)
    return None if row is None else standing(Consent(**row), now)


def chain(state: State, base_id: str, now: datetime) -> list[Consent]:
    """Return the consents of a base id as they stand at `now`, oldest first."""
    found = [standing(Consent(**row), now) for row in state.owned("consent", f"chain {base_id}")]
    return sorted(found, key=lambda consent: (consent.created, consent.consent_id))


def every(state: State, now: datetime) -> list[Consent]:
    """Return all consents as they stand at `now`, newest first."""
    found = [standing(Consent(**row), now) for row in state.rows("consent")]
    return sorted(found, key=lambda consent: (consent.created, consent.consent_id), reverse=True)


def standing(consent: Consent, now: datetime) -> Consent:
    """Return the consent as it stands at `now`: one whose day has passed is `Expired`, since that day."""
    if consent.status in LIVING and consent.expires <= now:
        return replace(consent, status="Expired", status_updated=write_instant(consent.expires))
    return consent


def _chain(consent: Consent) -> str:
    """Return the owner of a consent's row: its chain, apart from every grant's name."""
    return f"chain {consent.base_id}"


def settle(
    state: State,
    consent: Consent,
    status: Status,
    now: datetime,
    **changes: Any,
) -> Consent:
    """Write and return the consent with its new status and `changes` (`user`, `accounts`, `revoked_by`).

    The caller has checked that the step is allowed.
    """
    moved = replace(
        consent,
        status=status,
        status_updated=write_instant(now),
        **changes,
    )
    save(state, moved)
    return moved


def save(state: State, consent: Consent) -> None:
    """Write the consent as it is."""
    state.put("consent", consent.consent_id, asdict(consent), owner=_chain(consent))
