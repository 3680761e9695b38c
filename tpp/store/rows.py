"""What a backend stores: opaque bytes under three opaque words, and the things it must do atomically.

A backend never sees a key, a name or a value. `kind` is a plain word (`connection`), `owner` and `name` are
HMACs. Times are epoch seconds; a row whose `expires_at` has passed counts as absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Address:
    """Where a row lies."""

    kind: str
    owner: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A sealed row as it was read."""

    address: Address
    blob: bytes
    version: int
    expires_at: float


@dataclass(frozen=True, slots=True)
class Write:
    """A row to be written, whatever was there."""

    address: Address
    blob: bytes
    expires_at: float


@dataclass(frozen=True, slots=True)
class Demand:
    """What another row must be at the moment of writing: there or not, and unchanged where a version is named."""

    address: Address
    there: bool
    version: int | None


class Rows(Protocol):
    """A backend. One behaviour test runs against each."""

    def put(self, address: Address, blob: bytes, expires_at: float) -> None:
        """Write, whatever was there; a row that lives goes on from its version, so that none comes twice."""

    def put_together(self, writes: Sequence[Write], demands: Sequence[Demand]) -> bool:
        """Write all in one step where every demand holds, else nothing: who looks sees all of them or none.

        In Redis: one script under the owner's hash tag, which every address here shares.
        """

    def add(self, address: Address, blob: bytes, expires_at: float) -> bool:
        """Write only if absent."""

    def get(self, address: Address) -> Row | None:
        """Read."""

    def get_beside(self, address: Address, other: Address) -> tuple[Row | None, Row | None]:
        """Read two rows as they stand at one moment: nobody writes between the one and the other."""

    def take(self, address: Address) -> Row | None:
        """Read and delete in one step."""

    def find(self, kind: str, owner: str) -> list[Row]:
        """Read all of one owner's rows of a kind."""

    def find_beside(self, kind: str, other: Address) -> tuple[list[Row], Row | None]:
        """Read all rows of a kind, and one more of the same owner's, as they stand at one moment."""

    def replace(self, row: Row, blob: bytes, expires_at: float) -> bool:
        """Write only if still there with the same version; its end never comes nearer."""

    def overwrite(self, address: Address, blob: bytes, expires_at: float) -> bool:
        """Write only if still there, whatever its version."""

    def delete(self, address: Address) -> bool:
        """Delete; tell whether it was there."""

    def lease(self, address: Address, holder: str, until: float) -> bool:
        """Take the lease of an existing row, unless another holder's has not ended."""

    def release(self, address: Address, holder: str) -> None:
        """Give the lease back, if it is still `holder`'s."""

    def extend(self, kind: str, owner: str, expires_at: float) -> None:
        """Lengthen the life of one owner's rows of a kind; never shorten it."""

    def clear_but(self, owner: str, kind: str) -> None:
        """Delete all of one owner's rows but those of one kind."""

    def sweep(self) -> int:
        """Delete what has expired; return how many rows went."""

    def scrub(self) -> bool:
        """See that no file holds what has been deleted; False where somebody who reads kept that from being done."""

    def ping(self) -> None:
        """Write and commit. Raises StoreUnavailable, as every verb does where the store cannot be used."""
