"""The life of an access token: use, renew in time, renew once on a 401; many pages at once, one renewal.

Order: read the row; good enough? use it; else take the lease, read again, renew, write only if the row is
unchanged, give the lease back. Who does not get the lease waits for the holder's result. A refresh token may
rotate, so a second renewal with the old one could end the whole grant (RFC 9700, 4.14.2).

Fatal is `invalid_grant` alone (RFC 6749, 5.2): then access has ended, and the row says since when. Every other
failure leaves the row as it is. A sign-out in between deletes the row; a late renewal cannot write it back.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tpp.errors import BankError, BankTimeout, GrantRefused, NotConnected, ReconnectNeeded
from tpp.journey import connections
from tpp.journey.waiting import PATIENCE_SECONDS, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tpp.journey.banks import Banks
    from tpp.journey.connections import Connection
    from tpp.model.grant import Grant, TokenSet
    from tpp.model.rows import Vault
    from tpp.model.visit import Visit

LEASE_SECONDS = 20.0
"""Longer than a renewal can take: the transport's deadline is ten seconds."""

POLL_SECONDS = 0.02

REFUSED = "access-refused"
"""How a grant ended whose refresh token the bank no longer takes."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """What is needed to hand out a token of one browser's connections, to whoever is looking."""

    vault: Vault
    banks: Banks
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    visit: Visit

    def fresh_token(self, consent_id: str, spent: str | None = None) -> str:
        """Return an access token that is good now. `spent`: one that the bank has just refused with 401.

        Raises NotConnected, ReconnectNeeded, or a BankError when renewing fails for now.
        """
        look = partial(self._token_now, consent_id, spent)
        token = wait_for(look, self.sleep, every=POLL_SECONDS, patience=PATIENCE_SECONDS)
        if token is None:
            raise BankTimeout
        return token

    def _token_now(self, consent_id: str, spent: str | None) -> str | None:
        """Return a good token, renewed if need be; None where somebody else is at the renewal."""
        grant = self._read(consent_id).grant
        if self._good(grant.tokens, spent):
            return _access(grant)
        if grant.tokens is None or grant.tokens.refresh_token is None:
            return self._last_resort(grant, spent)
        return self._renew_alone(consent_id, spent)

    def _good(self, tokens: TokenSet | None, spent: str | None) -> bool:
        return tokens is not None and tokens.is_fresh(self.now()) and tokens.access_token != spent

    def _last_resort(self, grant: Grant, spent: str | None) -> str:
        """Without a refresh token the access token is used to its very end."""
        tokens = grant.tokens
        if tokens is not None and tokens.is_alive(self.now()) and tokens.access_token != spent:
            return tokens.access_token
        raise ReconnectNeeded

    def _renew_alone(self, consent_id: str, spent: str | None) -> str | None:
        """Renew under the lease; None where somebody else holds it."""
        holder = secrets.token_hex(8)
        if not connections.lease(self.vault, consent_id, holder, LEASE_SECONDS):
            return None
        try:
            found = self._read(consent_id)
            if self._good(found.grant.tokens, spent):
                return _access(found.grant)
            return self._renew(found, spent)
        finally:
            connections.release(self.vault, consent_id, holder)

    def _renew(self, found: Connection, spent: str | None) -> str:
        grant = found.grant
        try:
            tokens = self.banks.of(grant).refresh(grant, self.now(), self.visit)
        except GrantRefused as err:
            connections.renew(self.vault, found, grant.ended(REFUSED, self.now()))
            raise ReconnectNeeded from err
        except BankError:
            if grant.tokens and grant.tokens.is_alive(self.now()) and grant.tokens.access_token != spent:
                return grant.tokens.access_token
            raise
        return self._keep(found, tokens)

    def _keep(self, found: Connection, tokens: TokenSet) -> str:
        """Keep new tokens in the place of those that were spent, whatever else was written of the connection."""
        spent = found.grant.tokens
        for _ in range(connections.TRIES):
            if connections.renew(self.vault, found, found.grant.with_tokens(tokens)):
                return tokens.access_token
            found = self._read(found.grant.consent_id)
            if found.grant.tokens != spent:
                break
        raise NotConnected

    def _read(self, consent_id: str) -> Connection:
        found = connections.find(self.vault, consent_id)
        if found is None:
            raise NotConnected
        return found


def _access(grant: Grant) -> str:
    if grant.tokens is None:
        raise ReconnectNeeded
    return grant.tokens.access_token
