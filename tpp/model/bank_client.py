"""The way to a bank: the verbs that lead there, whether through the Starter Kit or straight to it.

The journey knows this protocol only. What differs between the ways is data: what `state` tells, what can be
asked for, and later whether consents can be read and revoked; never a branch in the journey. What the customer has
connected is a connection, and its grant (`tpp.model.grant`) is what such a client brings home.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tpp.model.attempt import Attempt
    from tpp.model.consent import ConsentDraft, Route
    from tpp.model.grant import Grant, TokenSet
    from tpp.model.resource import Wanted
    from tpp.model.visit import Visit


@dataclass(frozen=True, slots=True)
class Begun:
    """A consent that awaits its customer at the bank.

    `redirect`: where the browser goes, unaltered. `issuer`: what the callback's `iss` must be (RFC 9207), fixed
    before leaving. `expected_state`: what its `state` must be, and `nonce` the ID token's, where this way to the bank
    lets us know.
    """

    redirect: str = field(repr=False)
    consent_id: str
    code_verifier: str = field(repr=False)
    issuer: str
    client_id: str | None = None
    expected_state: str | None = field(default=None, repr=False)
    nonce: str | None = field(default=None, repr=False)


StateForm = Literal["auto", "readable", "opaque"]
"""Whether `state` tells which attempt it belongs to; `auto`: as it comes, and readable for good once it was."""


Wording = Literal["starter-kit", "simulated-kit"]
"""Which words tell of its failures: they name what stands between us and the bank."""


class BankClient(Protocol):
    """One way to a bank. Every method raises a `BankError` when that way fails.

    Every call is made for a visit, and whoever listens there is told of it.
    """

    @property
    def bank_name(self) -> str:
        """The bank's name for people."""

    @property
    def route(self) -> Route:
        """What the attempts and grants of this way say of it."""

    @property
    def encodes_ids(self) -> bool:
        """Whether an AccountId of any characters reaches the bank as it is, percent-encoded on the way."""

    @property
    def takes_queries(self) -> bool:
        """Whether a query reaches the bank: without one no dates can be asked for, and no further page."""

    @property
    def refuses(self) -> frozenset[str]:
        """The permissions that cannot be asked for on this way."""

    @property
    def way(self) -> str:
        """What this way is known by: where it leads through, and to which issuer."""

    @property
    def state_form(self) -> StateForm:
        """What `state` must be here."""

    @property
    def wording(self) -> Wording:
        """In which words people are told what failed here."""

    def begin(self, draft: ConsentDraft, visit: Visit) -> Begun:
        """Stage the consent (one call, PAR behind it) and say where the browser goes."""

    def recognises_state(self, state: str, attempt: Attempt) -> bool | None:
        """Tell whether a callback's `state` belongs to `attempt`; None where this way cannot read it."""

    def redeem(self, attempt: Attempt, code: str, state: str | None, now: datetime, visit: Visit) -> Grant:
        """Exchange the code that came with `state`, once, and check all that can be checked.

        Raises GrantRefused, ConsentMismatch.
        """

    def refresh(self, grant: Grant, now: datetime, visit: Visit) -> TokenSet:
        """Get new tokens. Raises GrantRefused when the refresh token is no good."""

    def get(self, access_token: str, wanted: Wanted[Any], visit: Visit) -> Mapping[str, Any]:
        """Read one resource, with its query where it has one. Raises TokenRejected on 401."""
