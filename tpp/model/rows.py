"""What the store promises: rows that only their key opens, with a lifetime, compare-and-set and leases.

Times are epoch seconds (UTC). A row past its time counts as absent everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = dict[str, Any]
"""Plain JSON: strings, integers, booleans, lists and objects."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One opened row: its name, value, the version that a compare-and-set must name, and its end."""

    name: str
    value: Value
    version: int
    expires_at: float


class Vault(Protocol):
    """The rows that one key opens. Kinds and names are told apart; names never reach the disk in clear."""

    def put(self, kind: str, name: str, value: Mapping[str, Any], expires_at: float) -> None:
        """Write a row, whatever was there."""

    def add(self, kind: str, name: str, value: Mapping[str, Any], expires_at: float) -> bool:
        """Write a row only if there is none; exactly one of several callers at once gets True."""

    def get(self, kind: str, name: str) -> Kept | None:
        """Read a row."""

    def take(self, kind: str, name: str) -> Kept | None:
        """Read and delete a row in one step; exactly one of several callers at once gets it."""

    def find(self, kind: str) -> list[Kept]:
        """Read all rows of a kind, in no order."""

    def replace(self, kind: str, kept: Kept, value: Mapping[str, Any], expires_at: float) -> bool:
        """Write a row only if it is still there and unchanged since `kept` was read."""

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
