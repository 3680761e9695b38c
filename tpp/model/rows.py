"""What the store promises: rows that only their key opens, with a lifetime, compare-and-set and leases.

Times are epoch seconds (UTC). A row past its time counts as absent everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Value = dict[str, Any]
"""Plain JSON: strings, integers, booleans, lists and objects."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One opened row: its name, value, the version that a compare-and-set must name, and its end."""

    name: str
    value: Value
    version: int
    expires_at: float


@dataclass(frozen=True, slots=True)
class New:
    """A row to be written, whatever was there."""

    kind: str
    name: str
    value: Mapping[str, Any]
    expires_at: float


@dataclass(frozen=True, slots=True)
class If:
    """A demand on another row of the same vault, at the moment of writing.

    `there`: whether it must live. `version`: where named, it must be unchanged since it was read.
    """

    kind: str
    name: str = ""
    there: bool = True
    version: int | None = None


class Vault(Protocol):
    """The rows that one key opens. Kinds and names are told apart; names never reach the disk in clear."""

    def put(self, kind: str, name: str, value: Mapping[str, Any], expires_at: float) -> None:
        """Write a row, whatever was there."""

    def put_together(self, rows: Sequence[New], demands: Sequence[If] = ()) -> bool:
        """Write all rows in one step where every demand holds, else none; tell whether they were written.

        Whoever reads meanwhile sees all of them or none. `If(kind, name)`: only while that one still lives.
        """

    def add(self, kind: str, name: str, value: Mapping[str, Any], expires_at: float) -> bool:
        """Write a row only if there is none; exactly one of several callers at once gets True."""

    def get(self, kind: str, name: str) -> Kept | None:
        """Read a row."""

    def get_beside(self, kind: str, name: str, other: str) -> tuple[Kept | None, Kept | None]:
        """Read a row, and the nameless row of another kind, as both stand at one moment."""

    def take(self, kind: str, name: str) -> Kept | None:
        """Read and delete a row in one step; exactly one of several callers at once gets it."""

    def find(self, kind: str) -> list[Kept]:
        """Read all rows of a kind, in no order."""

    def find_beside(self, kind: str, other: str) -> tuple[list[Kept], Kept | None]:
        """Read all rows of a kind, and the nameless row of another one, as they stand at one moment."""

    def replace(self, kind: str, kept: Kept, value: Mapping[str, Any], expires_at: float) -> bool:
        """Write a row only if it is still there and unchanged since `kept` was read. Its end never comes nearer."""

    def delete(self, kind: str, name: str) -> bool:
        """Delete a row; tell whether it was there."""

    def lease(self, kind: str, name: str, holder: str, seconds: float) -> bool:
        """Take the lease on an existing row, unless somebody holds it; it ends by itself."""

    def release(self, kind: str, name: str, holder: str) -> None:
        """Give the lease back, if `holder` still has it."""

    def extend(self, kind: str, expires_at: float) -> None:
        """Move the end of all rows of a kind to `expires_at` where that is later."""

    def clear_but(self, kind: str) -> None:
        """Delete every row that this key opens, but those of one kind."""


class Vaults(Protocol):
    """Opens vaults."""

    def open(self, key: bytes) -> Vault:
        """Open the vault of a random 32-byte key."""

    def under(self, secret: str) -> Vault:
        """Open the vault of a secret that we do not keep, together with the server's key."""

    @property
    def server(self) -> Vault:
        """The server's own vault: nothing of a customer's is in it."""

    def scrub(self) -> bool:
        """See that what has been deleted is in none of the store's files; tell whether that could be done."""


class SessionRows(Protocol):
    """Session rows: named and opened by the cookie's value, which is not kept."""

    def load(self, sid: str) -> Value | None:
        """Open a session; None for an unknown, retired or ended one."""

    def create(self, sid: str, value: Mapping[str, Any], expires_at: float) -> None:
        """Write a new session."""

    def update(self, sid: str, value: Mapping[str, Any], expires_at: float) -> bool:
        """Write an existing session; False, and nothing written, where it has been deleted."""

    def delete(self, sid: str) -> None:
        """Delete a session."""
