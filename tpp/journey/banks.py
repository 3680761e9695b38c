"""The ways to banks that are offered, and which of them belongs to an attempt or a grant.

What began on one way is finished on that way, whatever is offered first today. A way that is offered no more opens
nothing: its connections have to be made anew, and they say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.errors import ReconnectNeeded

if TYPE_CHECKING:
    from tpp.model.attempt import Attempt
    from tpp.model.bank_client import BankClient, Wording
    from tpp.model.grant import Grant


@dataclass(frozen=True, slots=True)
class Banks:
    """The clients that are offered, at least one; the first is the one that the start page speaks of."""

    offered: tuple[BankClient, ...]

    @property
    def default(self) -> BankClient:
        """The client for a customer who has not chosen."""
        return self.offered[0]

    def named(self, bank_id: str) -> BankClient | None:
        """Return the client for a bank that a customer has chosen; None where that is not offered."""
        return next((each for each in self.offered if each.route.bank_id == bank_id), None)

    def offers(self, kept: Attempt | Grant) -> bool:
        """Whether what was begun or granted still has its client."""
        return self._client(kept) is not None

    def of(self, kept: Attempt | Grant) -> BankClient:
        """Return the client of an attempt or a grant. Raises ReconnectNeeded where it is offered no more."""
        client = self._client(kept)
        if client is None:
            raise ReconnectNeeded
        return client

    def wording_of(self, kept: Attempt | Grant) -> Wording | None:
        """Return in which words its client tells of failures; None where it is offered no more."""
        client = self._client(kept)
        return client.wording if client else None

    def _client(self, kept: Attempt | Grant) -> BankClient | None:
        return next((each for each in self.offered if each.route == kept.route), None)
