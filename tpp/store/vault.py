"""Sealing: the rows that one 32-byte key opens.

From the key come three others (HMAC-SHA-256 with a word each): for the owner column, for row names, and the
AES-256-GCM key. A row on the disk is `version byte | 12-byte nonce | ciphertext and tag`, and its address is
authenticated with it, so that a row moved to another place does not open. Source: NIST SP 800-38D.
"""

from __future__ import annotations

import hmac
import json
import os
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tpp.model.rows import Kept
from tpp.store.rows import Address, Demand, Row, Write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tpp.model.rows import If, New, Value
    from tpp.store.rows import Rows

FORMAT = b"\x01"
_NONCE = 12


def derive(key: bytes, purpose: str) -> bytes:
    """Derive a 32-byte key for one purpose (HMAC-SHA-256, RFC 2104)."""
    return hmac.digest(key, purpose.encode(), "sha256")


class Seal:
    """Encrypts and opens under one AES key; `place` is authenticated, not stored."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, place: str, value: Mapping[str, Any]) -> bytes:
        """Seal a JSON value."""
        nonce = os.urandom(_NONCE)
        clear = json.dumps(value, separators=(",", ":")).encode()
        return FORMAT + nonce + self._cipher.encrypt(nonce, clear, place.encode())

    def open(self, place: str, blob: bytes) -> Value | None:
        """Open a sealed value; None where it was not sealed with this key at this place, or was changed."""
        if blob[:1] != FORMAT:
            return None
        nonce, sealed = blob[1 : 1 + _NONCE], blob[1 + _NONCE :]
        try:
            value: Value = json.loads(self._cipher.decrypt(nonce, sealed, place.encode()))
        except (InvalidTag, ValueError):
            return None
        return value


class SealedVault:
    """`tpp.model.rows.Vault` over a backend. `now` gives epoch seconds."""

    def __init__(self, rows: Rows, key: bytes, now: Callable[[], float]) -> None:
        self._rows = rows
        self._now = now
        self._owner = derive(key, "owner").hex()
        self._names = derive(key, "names")
        self._seal = Seal(derive(key, "seal"))

    def put(self, kind: str, name: str, value: Mapping[str, Any], expires_at: float) -> None:
        """Write a row, whatever was there."""
        address = self._address(kind, name)
        self._rows.put(address, self._close(address, name, value), expires_at)

    def put_together(self, rows: Sequence[New], demands: Sequence[If] = ()) -> bool:
        """Write all or none, in one step."""
        return self._rows.put_together(
            [self._write(each) for each in rows],
            [Demand(self._address(each.kind, each.name), each.there, each.version) for each in demands],
        )

    def add(self, kind: str, name: str, value: Mapping[str, Any], expires_at: float) -> bool:
        """Write a row only if there is none."""
        address = self._address(kind, name)
        return self._rows.add(address, self._close(address, name, value), expires_at)

    def get(self, kind: str, name: str) -> Kept | None:
        """Read a row."""
        return self._kept(self._rows.get(self._address(kind, name)))

    def get_beside(self, kind: str, name: str, other: str) -> tuple[Kept | None, Kept | None]:
        """Read two rows as they stand at one moment."""
        row, beside = self._rows.get_beside(self._address(kind, name), self._address(other, ""))
        return self._kept(row), self._kept(beside)

    def take(self, kind: str, name: str) -> Kept | None:
        """Read and delete a row in one step."""
        return self._kept(self._rows.take(self._address(kind, name)))

    def find(self, kind: str) -> list[Kept]:
        """Read all rows of a kind; one that does not open is left out."""
        return self._all_kept(self._rows.find(kind, self._owner))

    def find_beside(self, kind: str, other: str) -> tuple[list[Kept], Kept | None]:
        """Read all rows of a kind and one of another as they stand at one moment."""
        rows, beside = self._rows.find_beside(kind, self._address(other, ""))
        return self._all_kept(rows), self._kept(beside)

    def replace(self, kind: str, kept: Kept, value: Mapping[str, Any], expires_at: float) -> bool:
        """Compare and set."""
        address = self._address(kind, kept.name)
        row = Row(address, b"", kept.version, kept.expires_at)
        return self._rows.replace(row, self._close(address, kept.name, value), expires_at)

    def delete(self, kind: str, name: str) -> bool:
        """Delete a row."""
        return self._rows.delete(self._address(kind, name))

    def lease(self, kind: str, name: str, holder: str, seconds: float) -> bool:
        """Take the lease on an existing row."""
        return self._rows.lease(self._address(kind, name), holder, self._now() + seconds)

    def release(self, kind: str, name: str, holder: str) -> None:
        """Give the lease back."""
        self._rows.release(self._address(kind, name), holder)

    def extend(self, kind: str, expires_at: float) -> None:
        """Lengthen the life of all rows of a kind."""
        self._rows.extend(kind, self._owner, expires_at)

    def clear_but(self, kind: str) -> None:
        """Delete every row of this key but those of one kind."""
        self._rows.clear_but(self._owner, kind)

    def _address(self, kind: str, name: str) -> Address:
        return Address(kind, self._owner, derive(self._names, f"{kind}\0{name}").hex())

    def _write(self, row: New) -> Write:
        address = self._address(row.kind, row.name)
        return Write(address, self._close(address, row.name, row.value), row.expires_at)

    def _close(self, address: Address, name: str, value: Mapping[str, Any]) -> bytes:
        return self._seal.close(_place(address), {"name": name, "value": dict(value)})

    def _all_kept(self, rows: Sequence[Row]) -> list[Kept]:
        opened = (self._kept(row) for row in rows)
        return [kept for kept in opened if kept is not None]

    def _kept(self, row: Row | None) -> Kept | None:
        inside = self._seal.open(_place(row.address), row.blob) if row else None
        if row is None or inside is None:
            return None
        return Kept(inside["name"], inside["value"], row.version, row.expires_at)


def _place(address: Address) -> str:
    return f"{address.kind}\0{address.owner}\0{address.name}"
