"""A vault that opens only to those who know its edition, and shuts the moment another one is written.

Every success writes a random word, the edition, in one step with the connection. A session opens the vault only if it
knows that word; whoever else holds a session over the same vault (a doubled form gives one) sees nothing of what was
connected afterwards. The word is read together with each row, as both stand at one moment (or after it, where a row is
taken): what was read beside the old word, or beside none, was there before; what came with a new word is not handed
out. A look before the read alone would leave a gap in which the new connection is written (session fixation by a race).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tpp.errors import VaultClosed
from tpp.journey.claims import REMEMBERED
from tpp.journey.shapes import Shape
from tpp.model import kinds
from tpp.model.rows import If, New

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tpp.model.rows import Kept, Value, Vault

T = TypeVar("T")

SHAPE = Shape(kinds.EDITION, lambda kept: str(kept.value["is"]))
UNREADABLE = ""
"""In the place of a word that cannot be read: no session knows it, so the vault stays shut."""


@dataclass(frozen=True, slots=True)
class OpenVault:
    """`tpp.model.rows.Vault` for one request of a session that knew the edition when it began."""

    inner: Vault
    edition: Kept | None

    @property
    def word(self) -> str | None:
        """The edition that the session knew; None where nothing has been connected yet."""
        return _word(self.edition)

    def _beside(self, now: Kept | None, found: T) -> T:
        """Hand out what was read if the edition beside it is the one of the beginning. Raises VaultClosed."""
        if _word(now) != self.word:
            raise VaultClosed(signed_out=has_gone(self.inner))
        return found

    def get(self, kind: str, name: str) -> Kept | None:
        """Read a row. Raises VaultClosed, as all that read do."""
        found, now = self.inner.get_beside(kind, name, kinds.EDITION)
        return self._beside(now, found)

    def get_beside(self, kind: str, name: str, other: str) -> tuple[Kept | None, Kept | None]:
        """Read a row, and the nameless row of another kind, as both stand at one moment."""
        found = self.inner.get_beside(kind, name, other)
        return self._beside(self.inner.get(kinds.EDITION, ""), found)

    def find(self, kind: str) -> list[Kept]:
        """Read all rows of a kind."""
        found, now = self.inner.find_beside(kind, kinds.EDITION)
        return self._beside(now, found)

    def find_beside(self, kind: str, other: str) -> tuple[list[Kept], Kept | None]:
        """Read all rows of a kind, and the nameless row of another one, as they stand at one moment."""
        found = self.inner.find_beside(kind, other)
        return self._beside(self.inner.get(kinds.EDITION, ""), found)

    def take(self, kind: str, name: str) -> Kept | None:
        """Read and delete a row in one step."""
        found = self.inner.take(kind, name)
        return self._beside(self.inner.get(kinds.EDITION, ""), found)

    def put_together(self, rows: Sequence[New], demands: Sequence[If] = ()) -> bool:
        """Write all or none; none as soon as the edition is another."""
        same = If(kinds.EDITION, there=self.edition is not None, version=self.edition.version if self.edition else None)
        return self.inner.put_together(rows, [*demands, same])

    def put(self, kind: str, name: str, value: Mapping[str, Any], expires_at: float) -> None:
        """Write a row, or nothing where the edition is another: the next read says so."""
        self.put_together([New(kind, name, value, expires_at)])

    def add(self, kind: str, name: str, value: Mapping[str, Any], expires_at: float) -> bool:
        """Write a row only if there is none."""
        return self.inner.add(kind, name, value, expires_at)

    def replace(self, kind: str, kept: Kept, value: Mapping[str, Any], expires_at: float) -> bool:
        """Compare and set."""
        return self.inner.replace(kind, kept, value, expires_at)

    def delete(self, kind: str, name: str) -> bool:
        """Delete a row."""
        return self.inner.delete(kind, name)

    def lease(self, kind: str, name: str, holder: str, seconds: float) -> bool:
        """Take the lease on an existing row."""
        return self.inner.lease(kind, name, holder, seconds)

    def release(self, kind: str, name: str, holder: str) -> None:
        """Give the lease back."""
        self.inner.release(kind, name, holder)

    def extend(self, kind: str, expires_at: float) -> None:
        """Lengthen the life of all rows of a kind."""
        self.inner.extend(kind, expires_at)

    def clear_but(self, kind: str) -> None:
        """Delete every row of this key but those of one kind."""
        self.inner.clear_but(kind)


def open_to(vault: Vault, word: str | None) -> OpenVault | None:
    """Open a vault to a session that knows `word`; None where the vault's edition is another one.

    A vault in which nothing has been connected has no edition, and opens to every session over it.
    """
    edition = vault.get(kinds.EDITION, "")
    return OpenVault(vault, edition) if edition is None or _word(edition) == word else None


def _word(kept: Kept | None) -> str | None:
    """Return the word of a row; None without a row, where nothing has been connected yet."""
    return (SHAPE.read(kept) or UNREADABLE) if kept else None


def is_edition(vault: Vault, word: str) -> bool:
    """Whether a word is the vault's edition now; of a vault in which nothing is connected none is."""
    edition = vault.get(kinds.EDITION, "")
    return edition is not None and _word(edition) == word


def turn(word: str, expires_at: float) -> New:
    """Return the row that makes a word the edition."""
    return New(kinds.EDITION, "", SHAPE.write({"is": word}), expires_at)


def renamed(value: Value) -> Value:
    """Give the word the name of today in what a session, or a return, was told while it was called an epoch."""
    rest = {name: each for name, each in value.items() if name != "epoch"}
    return rest | {"edition": value["epoch"]} if "epoch" in value else rest


def prolong(vault: Vault, ends: float) -> None:
    """Let the word stand until `ends` (epoch seconds) at least."""
    vault.extend(kinds.EDITION, ends)


def leave(vault: Vault, now: datetime) -> None:
    """Sign out: delete every row, and leave word for requests that are still under way over this vault.

    Both are tried whatever becomes of the other, and neither minds that another return has been finished meanwhile.
    Raises StoreUnavailable where one of them could not be done.
    """
    try:
        vault.add(kinds.GONE, "", {}, (now + REMEMBERED).timestamp())
    finally:
        vault.clear_but(kinds.GONE)


def has_gone(vault: Vault) -> bool:
    """Whether this vault's owner has signed out lately."""
    return vault.get(kinds.GONE, "") is not None


def not_gone() -> If:
    """Demand that nobody has signed out of this vault."""
    return If(kinds.GONE, there=False)
