"""What a customer has connected: the one module that reads and writes these rows.

A connection is the grant of one consent. It is kept in one step with the vault's edition, so that nobody who does not
know that could find it; it is changed by compare-and-set only, so that a renewal of the tokens and a word from the bank
do not undo each other, and what was signed out meanwhile does not come back. What has ended is still listed, with its
halt, until a new one takes its place. From then on it is history: it stays known that it was, for as long as this
browser is remembered, without a token and without anything that was read.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.errors import OtherWindow, SignedOut, StoreUnavailable
from tpp.journey import edition as editions
from tpp.journey import receipts
from tpp.journey.shapes import Shape
from tpp.model import kinds
from tpp.model.consent import with_bank_in_draft, with_first_route
from tpp.model.grant import Grant
from tpp.model.rows import If, New

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tpp.model.rows import Kept, Vault

TRIES = 5
"""A renewal of the tokens may write the row between our reading and our writing."""

STOPPED = "stopped-here"
"""How a connection ended that the customer stopped on our pages."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A grant as it was read; `row` is what a compare-and-set names."""

    grant: Grant
    row: Kept


SHAPE = Shape(
    kinds.CONNECTION,
    lambda kept: Connection(Grant.from_json(kept.value), kept),
    upgrades=(with_first_route, with_bank_in_draft),
)


PAST = Shape(kinds.HISTORY, lambda kept: Grant.from_json(kept.value))


def listed(vault: Vault) -> list[Grant]:
    """Return every grant of this browser, the ended ones among them, the newest first."""
    grants = [each.grant for each in SHAPE.find(vault)]
    return sorted(grants, key=lambda grant: grant.authorized_at, reverse=True)


def find(vault: Vault, consent_id: str) -> Connection | None:
    """Return one connection; None where it is not kept (any more)."""
    return SHAPE.get(vault, consent_id)


def keep(vault: Vault, grant: Grant, edition: str, ends: float) -> None:
    """Keep a new connection until `ends` (epoch seconds), and make `edition` the vault's, in one step.

    Raises SignedOut where the customer signed out meanwhile, OtherWindow where another return was finished: nothing is
    kept then.
    """
    rows = [New(kinds.CONNECTION, grant.consent_id, SHAPE.write(grant.to_json()), ends), editions.turn(edition, ends)]
    if not vault.put_together(rows, [editions.not_gone()]):
        raise SignedOut if editions.has_gone(vault) else OtherWindow


def renew(vault: Vault, connection: Connection, grant: Grant) -> bool:
    """Write a grant in the place of the one that was read; False, and nothing written, where it is another by now."""
    row = connection.row
    return vault.replace(kinds.CONNECTION, row, SHAPE.write(grant.to_json()), row.expires_at)


def change(vault: Vault, grant: Grant, to: Callable[[Grant], Grant]) -> Grant:
    """Change what is kept of a connection, if it is still kept; return the changed grant in any case."""
    with suppress(StoreUnavailable):
        for _ in range(TRIES):
            found = find(vault, grant.consent_id)
            if found is None or renew(vault, found, to(found.grant)):
                break
    return to(grant)


def drop(vault: Vault, consent_id: str) -> None:
    """Forget one connection."""
    vault.delete(kinds.CONNECTION, consent_id)


def retire_ended(vault: Vault, now: datetime, ends: float) -> list[str]:
    """Make history, until `ends` (epoch seconds), of the connections whose access has ended; return their consent ids.

    Nothing is written of what has been signed out meanwhile.
    """
    ended = [grant for grant in listed(vault) if grant.has_ended(now)]
    for grant in ended:
        _retire(vault, grant, ends)
    return [grant.consent_id for grant in ended]


def stop(vault: Vault, grant: Grant, now: datetime, ends: float) -> None:
    """Make history of a connection that the customer stops: its tokens are gone when this returns.

    Of one that is no longer kept nothing is written. Raises StoreUnavailable where it could not be done.
    """
    ended = grant.has_ended(now)
    _retire(vault, grant if ended else grant.ended(STOPPED, now), ends)


def _retire(vault: Vault, grant: Grant, ends: float) -> None:
    row = New(kinds.HISTORY, grant.consent_id, PAST.write(grant.past().to_json()), ends)
    vault.put_together([row], [editions.not_gone(), while_kept(grant.consent_id)])
    drop(vault, grant.consent_id)
    receipts.prolong(vault, ends)


def history(vault: Vault, now: datetime) -> list[Grant]:
    """Return every connection of this browser that has ended, the last one first; none has a token.

    Those whose place no new one has taken yet are in `listed` as well.
    """
    past = {grant.consent_id: grant for grant in PAST.find(vault)}
    past |= {grant.consent_id: grant.past() for grant in listed(vault) if grant.has_ended(now)}
    return sorted(past.values(), key=_ended_at, reverse=True)


def _ended_at(past: Grant) -> datetime:
    return past.halt.at if past.halt else past.until


def prolong(vault: Vault, ends: float) -> None:
    """Keep all connections and their history until `ends` (epoch seconds) at least, and what opens the vault."""
    vault.extend(kinds.CONNECTION, ends)
    vault.extend(kinds.HISTORY, ends)
    receipts.prolong(vault, ends)
    editions.prolong(vault, ends)


def lease(vault: Vault, consent_id: str, holder: str, seconds: float) -> bool:
    """Take the lease on a connection, under which its tokens are renewed; False where another holds it."""
    return vault.lease(kinds.CONNECTION, consent_id, holder, seconds)


def release(vault: Vault, consent_id: str, holder: str) -> None:
    """Give the lease back."""
    vault.release(kinds.CONNECTION, consent_id, holder)


def while_kept(consent_id: str) -> If:
    """Demand, for a row about a connection, that it still be kept."""
    return If(kinds.CONNECTION, consent_id)


def served(vault: Vault, consent_id: str) -> Connection | None:
    """Return a connection; None where it is gone, or the bank serves it no more."""
    found = find(vault, consent_id)
    return found if found and found.grant.tokens and found.grant.halt is None else None


def while_unchanged(connection: Connection) -> If:
    """Demand that a connection be as it was read."""
    return If(kinds.CONNECTION, connection.grant.consent_id, version=connection.row.version)
