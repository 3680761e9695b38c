"""How long a bank that failed, or asked us to wait, is left alone: as a whole, or for one account.

A pause that the bank asked for (429, or 503 with `Retry-After`) is firm: nobody asks before its end. After another
failure plain visits do not ask at once again, and who presses the button does. A Starter Kit may pass no
`Retry-After` on, so there is a rule of our own; RFC 9110, section 10.2.3.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tpp.errors import BankFault, MizanError, RateLimited, StoreUnavailable
from tpp.journey import connections
from tpp.journey.shapes import Shape
from tpp.model import kinds, waits
from tpp.model.rows import New

if TYPE_CHECKING:
    from collections.abc import Callable

    from tpp.model.rows import Kept, Vault

PAUSE = timedelta(seconds=5)
"""After a failure that says nothing of waiting."""

WHOLE = ""
"""In the place of an account id: the bank itself."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Not to be asked before `until` (aware UTC); `error` is the reason word of the failure behind it."""

    error: str
    until: datetime
    firm: bool


def _noted(kept: Kept) -> tuple[str, str, Pause]:
    """Return of which connection and account a row is, and the pause; it ends with its row."""
    value = kept.value
    pause = Pause(value["error"], datetime.fromtimestamp(kept.expires_at, UTC), bool(value["firm"]))
    return value["consent_id"], value["account_id"], pause


SHAPE = Shape(kinds.WAIT, _noted)


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pauses of one connection."""

    vault: Vault
    consent_id: str
    now: Callable[[], datetime]

    def load(self) -> dict[str, Pause]:
        """Return the pauses that have not ended, by account id, and that of the bank itself under `WHOLE`."""
        noted = SHAPE.find(self.vault)
        return {account_id: pause for consent_id, account_id, pause in noted if consent_id == self.consent_id}

    def note(self, account_id: str, error: MizanError) -> Pause | None:
        """Keep the pause that follows from a failure, while the connection is here; return it."""
        pause = after(error, self.now(), whole=account_id == WHOLE)
        if pause is None:
            return None
        value = {"consent_id": self.consent_id, "account_id": account_id, "error": pause.error, "firm": pause.firm}
        with suppress(StoreUnavailable):
            row = New(kinds.WAIT, self._name(account_id), SHAPE.write(value), pause.until.timestamp())
            self.vault.put_together([row], [connections.while_kept(self.consent_id)])
        return pause

    def lift(self, account_id: str) -> None:
        """Forget one: what it was for has answered since."""
        with suppress(StoreUnavailable):
            self.vault.delete(kinds.WAIT, self._name(account_id))

    def clear(self) -> None:
        """Forget them all."""
        with suppress(StoreUnavailable):
            for consent_id, account_id, _ in SHAPE.find(self.vault):
                if consent_id == self.consent_id:
                    self.vault.delete(kinds.WAIT, self._name(account_id))

    def _name(self, account_id: str) -> str:
        return f"{self.consent_id}\0{account_id}"


def after(error: MizanError, now: datetime, *, whole: bool) -> Pause | None:
    """Return the pause that follows from a failure of the bank (`whole`) or of one account; None for none."""
    asked = getattr(error, "retry_after", None)
    if isinstance(error, RateLimited):
        seconds = waits.UNSAID.total_seconds() if asked is None else asked
    elif isinstance(error, BankFault) and asked is not None:
        seconds = asked
    elif whole:
        return Pause(error.reason, now + PAUSE, firm=False)
    else:
        return None
    return Pause(error.reason, now + min(timedelta(seconds=max(seconds, 1.0)), waits.LONGEST), firm=True)
