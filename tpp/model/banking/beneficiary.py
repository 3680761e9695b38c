"""Who gets money or sent it: a payee that the customer saved, and the other side of a payment.

Every field but the lists is None where the bank left it out or sent something unreadable. Source: account-information
v1.2 and v2.1, `AEBeneficiary`, and what payments share with it (`CreditorAgent`, `CreditorAccount`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tpp.model.account import AccountIdentifier


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address as lines to print, from the house to the town; `country` is a code of two letters (ISO 3166)."""

    lines: tuple[str, ...] = ()
    country: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """The bank of one side: `scheme` is `BICFI` (`identification` is a BIC then) or `Other`."""

    scheme: str | None = None
    identification: str | None = None
    name: str | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Counterparty:
    """The other side of a payment. `accounts`: by which numbers it is known; scheme "" where the bank names none."""

    name: str | None = None
    short_name: str | None = None
    accounts: tuple[AccountIdentifier, ...] = ()
    agent: Agent | None = None

    @property
    def title(self) -> str | None:
        """Return the name to show; never the name of its bank."""
        return self.name or self.short_name


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """One entry of `Beneficiary[]`.

    `kind`: the standard's `BeneficiaryType`, raw. `added_by_open_finance`: whether a payment through Open Finance made
    it, which v2.1 alone tells.
    """

    beneficiary_id: str | None = None
    kind: str | None = None
    payee: Counterparty | None = None
    reference: str | None = None
    added_by_open_finance: bool | None = None

    @property
    def is_activated(self) -> bool | None:
        """Whether it was added with strong authentication; None where that cannot be read."""
        return {"Activated": True, "NotActivated": False}.get(self.kind or "")
