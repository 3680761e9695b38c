"""Consents: what was asked, its state, and the accounts that were chosen.

A consent is made by a pushed request in ``AwaitingAuthorization`` and is never deleted, because its id
must never be used again. Once it is ``Rejected``, ``Expired`` or ``Revoked`` nothing changes it; the
chosen accounts never change after ``Authorized``. Times on the wire carry an offset.
Source: UAE Open Finance Standard v1.2, account-information, ``ConsentStatus`` and ``AEReadConsentResponse``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from sandbox.directory import RESOURCE_BASE
from sandbox.instants import read_instant, write_instant

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.state import State

Status = Literal["AwaitingAuthorization", "Authorized", "Rejected", "Suspended", "Expired", "Revoked"]
LIVING: tuple[Status, ...] = ("AwaitingAuthorization", "Authorized", "Suspended")
NOT_ECHOED = frozenset({"ReadConsents"})  # known to the request's list only, not to the response's
ECHOED = (
    "TransactionFromDateTime",
    "TransactionToDateTime",
    "AccountType",
    "AccountSubType",
    "OnBehalfOf",
    "OpenFinanceBilling",
)


@dataclass(frozen=True)
class Consent:
    """One consent: ``asked`` is the consent as pushed, ``accounts`` are the chosen ids."""

    asked: dict[str, Any]
    client_id: str
    created: str
    status: Status
    status_updated: str
    user: str = ""
    accounts: list[str] = field(default_factory=list)
    subscription: dict[str, Any] | None = None
    revoked_by: str = ""

    @property
    def consent_id(self) -> str:
        """Return ``ConsentId``."""
        return str(self.asked["ConsentId"])

    @property
    def base_id(self) -> str:
        """Return ``BaseConsentId``; a consent without one is the base of its own chain."""
        return str(self.asked.get("BaseConsentId", self.consent_id))

    @property
    def permissions(self) -> list[str]:
        """Return ``Permissions`` in the order asked."""
        return list(self.asked["Permissions"])

    @property
    def expires(self) -> datetime:
        """Return ``ExpirationDateTime`` as an aware instant."""
        instant = read_instant(self.asked["ExpirationDateTime"])
        if instant is None:  # pragma: no cover - refused when pushed
            raise ValueError("ExpirationDateTime")
        return instant

    def data(self) -> dict[str, Any]:
        """Return ``Data`` of the consent object; a missing base id is the consent's own id."""
        shown = {
            "ConsentId": self.consent_id,
            "BaseConsentId": self.base_id,
            "CreationDateTime": self.created,
            "Status": self.status,
            "StatusUpdateDateTime": self.status_updated,
            "Permissions": [name for name in self.permissions if name not in NOT_ECHOED],
            "ExpirationDateTime": write_instant(self.expires),
        }
        shown |= {name: self.asked[name] for name in ECHOED if name in self.asked}
        return shown | ({"RevokedBy": self.revoked_by} if self.revoked_by else {})

    def body(self, public_url: str) -> dict[str, Any]:
        """Return the whole consent object with an absolute ``Links.Self``."""
        link = f"{public_url}{RESOURCE_BASE}/account-access-consents/{self.consent_id}"
        whole: dict[str, Any] = {"Data": self.data(), "Links": {"Self": link}, "Meta": {}}
        return whole if self.subscription is None else whole | {"Subscription": self.subscription}


def create(state: State, asked: dict[str, Any], client_id: str, now: datetime, subscription: Any = None) -> bool:
    """Write a new consent in ``AwaitingAuthorization``; tell whether its id was free."""
    stamp = write_instant(now)
    fresh = Consent(asked, client_id, stamp, "AwaitingAuthorization", stamp, subscription=subscription)
    return state.insert("consent", fresh.consent_id, asdict(fresh), owner=_chain(fresh))


def read(state: State, consent_id: str, now: datetime) -> Consent | None:
    """Return the consent as it stands at ``now``: one whose day has passed becomes ``Expired`` here."""
    row = state.get("consent", consent_id)
    if row is None:
        return None
    return _as_of(state, Consent(**row), now)


def chain(state: State, base_id: str, now: datetime) -> list[Consent]:
    """Return the consents of a base id as they stand at ``now``, oldest first."""
    found = [_as_of(state, Consent(**row), now) for row in state.owned("consent", f"chain {base_id}")]
    return sorted(found, key=lambda consent: (consent.created, consent.consent_id))


def _as_of(state: State, consent: Consent, now: datetime) -> Consent:
    if consent.status in LIVING and consent.expires <= now:
        return settle(state, consent, "Expired", now)
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
    """Write and return the consent with its new status and ``changes`` (``user``, ``accounts``, ``revoked_by``).

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
