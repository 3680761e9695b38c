"""The word that a page leaves while it asks for the figures of a connection, so that no other asks beside it.

It stays while calls that have outlived their page are under way, and ends by itself where a worker was killed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.errors import NotConnected, StoreUnavailable
from tpp.journey.shapes import Shape
from tpp.model import kinds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tpp.model.rows import Vault

SHAPE = Shape(kinds.ASKING, lambda kept: str(kept.value["by"]))

SECONDS = 12.0
"""Longer than a call can take: the transport's deadline is ten seconds."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One page's word about one connection. `mine`: a random word that tells the pages apart."""

    vault: Vault
    consent_id: str
    mine: str
    now: Callable[[], datetime]

    def begin(self) -> bool:
        """Leave the word; False where another page's is there. Without a store everybody asks."""
        with suppress(StoreUnavailable):
            return self.vault.add(kinds.ASKING, self.consent_id, SHAPE.write({"by": self.mine}), self._ends())
        return True

    def others(self) -> bool:
        """Whether a word is there."""
        return self.vault.get(kinds.ASKING, self.consent_id) is not None

    def go_on(self) -> None:
        """Let the word stay for calls that are still under way."""
        with suppress(StoreUnavailable):
            kept = self.vault.get(kinds.ASKING, self.consent_id)
            if kept is not None and SHAPE.read(kept) == self.mine:
                self.vault.replace(kinds.ASKING, kept, kept.value, self._ends())

    def end(self) -> None:
        """Take the word away, if it is still ours, or if this session may no longer look whose it is."""
        with suppress(StoreUnavailable):
            try:
                kept = self.vault.get(kinds.ASKING, self.consent_id)
                ours = kept is not None and SHAPE.read(kept) == self.mine
            except NotConnected:
                ours = True
            if ours:
                self.vault.delete(kinds.ASKING, self.consent_id)

    def _ends(self) -> float:
        return self.now().timestamp() + SECONDS
