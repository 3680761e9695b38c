"""Session rows: the cookie's value gives both the row's name and its key, so that the store holds neither.

Name: HMAC(server key, "id" + cookie); AES-256-GCM key: HMAC(server key, "key" + cookie). A dump of the store can
neither be read nor replayed as a cookie. Several server keys: the first writes, all read (rotation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tpp.model import kinds
from tpp.store.rotation import RotatedVault
from tpp.store.rows import Address
from tpp.store.vault import Seal, SealedVault, derive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tpp.model.rows import Value, Vault
    from tpp.store.rows import Rows


class SealedSessionRows:
    """`tpp.model.rows.SessionRows` over a backend."""

    def __init__(self, rows: Rows, server_keys: Sequence[bytes]) -> None:
        self._rows = rows
        self._keys = tuple(server_keys)

    def load(self, sid: str) -> Value | None:
        """Open a session, written under any of the server's keys."""
        for key in self._keys:
            address = _address(key, sid)
            row = self._rows.get(address)
            if row is not None:
                return _seal(key, sid).open(address.owner, row.blob)
        return None

    def create(self, sid: str, value: Mapping[str, Any], expires_at: float) -> None:
        """Write a new session under the first key."""
        address = _address(self._keys[0], sid)
        self._rows.put(address, _seal(self._keys[0], sid).close(address.owner, value), expires_at)

    def update(self, sid: str, value: Mapping[str, Any], expires_at: float) -> bool:
        """Write an existing session where it lies."""
        for key in self._keys:
            address = _address(key, sid)
            if self._rows.overwrite(address, _seal(key, sid).close(address.owner, value), expires_at):
                return True
        return False

    def delete(self, sid: str) -> None:
        """Delete a session under whichever key it was written."""
        for key in self._keys:
            self._rows.delete(_address(key, sid))


class SealedVaults:
    """`tpp.model.rows.Vaults` over a backend."""

    def __init__(self, rows: Rows, server_keys: Sequence[bytes], now: Callable[[], float]) -> None:
        self._rows = rows
        self._keys = tuple(server_keys)
        self._now = now
        self._server = self._of_server("server")

    @property
    def server(self) -> Vault:
        """The server's own vault."""
        return self._server

    def open(self, key: bytes) -> Vault:
        """Open the vault of a random key."""
        return SealedVault(self._rows, key, self._now)

    def under(self, secret: str) -> Vault:
        """Open the vault of a secret that we do not keep."""
        return self._of_server(f"under {secret}")

    def _of_server(self, purpose: str) -> Vault:
        """Open a vault of the server's first key; what its other keys have sealed opens too (rotation)."""
        keys = [derive(key, purpose) for key in self._keys]
        return self.open(keys[0]) if len(keys) == 1 else RotatedVault(self._rows, keys, self._now)

    def scrub(self) -> bool:
        """See that no file holds what has been deleted."""
        return self._rows.scrub()


def _address(key: bytes, sid: str) -> Address:
    return Address(kinds.SESSION, derive(key, f"id {sid}").hex(), "")


def _seal(key: bytes, sid: str) -> Seal:
    return Seal(derive(key, f"key {sid}"))
