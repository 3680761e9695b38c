"""A vault whose key has been replaced: what lies under an older key is brought over to the first when it is asked for.

The server's own rows are found by the server's key, and so are those under a secret that we do not keep. With several
keys (`SECRET_KEY` as a list: the first writes, all read) nothing may be orphaned: a claim would be forgotten and its
code sent again, a kit's precedent would no longer hold. A row that exists under both keys counts as the first key's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tpp.store.vault import SealedVault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tpp.model.rows import If, Kept, New
    from tpp.store.rows import Rows


class RotatedVault(SealedVault):
    """`tpp.model.rows.Vault` over several keys. What is brought over begins with version 1, and without a lease."""

    def __init__(self, rows: Rows, keys: Sequence[bytes], now: Callable[[], float]) -> None:
        super().__init__(rows, keys[0], now)
        self._older = tuple(SealedVault(rows, key, now) for key in keys[1:])

    def _bring(self, kind: str, name: str) -> None:
        for vault in self._older:
            kept = vault.get(kind, name)
            if kept is not None:
                super().add(kind, name, kept.value, kept.expires_at)
                vault.delete(kind, name)

    def _bring_all(self, kind: str) -> None:
        for vault in self._older:
            for kept in vault.find(kind):
                self._bring(kind, kept.name)

    def put(self, kind: str, name: str, value: Mapping[str, Any], expires_at: float) -> None:
        """Write a row, whatever was there under any key."""
        self._bring(kind, name)
        super().put(kind, name, value, expires_at)

    def put_together(self, rows: Sequence[New], demands: Sequence[If] = ()) -> bool:
        """Write all or none, where every demand holds under any key."""
        for kind, name in [*((row.kind, row.name) for row in rows), *((each.kind, each.name) for each in demands)]:
            self._bring(kind, name)
        return super().put_together(rows, demands)

    def add(self, kind: str, name: str, value: Mapping[str, Any], expires_at: float) -> bool:
        """Write a row only if there is none under any key."""
        self._bring(kind, name)
        return super().add(kind, name, value, expires_at)

    def get(self, kind: str, name: str) -> Kept | None:
        """Read a row."""
        self._bring(kind, name)
        return super().get(kind, name)

    def get_beside(self, kind: str, name: str, other: str) -> tuple[Kept | None, Kept | None]:
        """Read two rows as they stand at one moment."""
        self._bring(kind, name)
        self._bring(other, "")
        return super().get_beside(kind, name, other)

    def take(self, kind: str, name: str) -> Kept | None:
        """Read and delete a row in one step."""
        self._bring(kind, name)
        return super().take(kind, name)

    def find(self, kind: str) -> list[Kept]:
        """Read all rows of a kind."""
        self._bring_all(kind)
        return super().find(kind)

    def find_beside(self, kind: str, other: str) -> tuple[list[Kept], Kept | None]:
        """Read all rows of a kind and one of another, as they stand at one moment."""
        self._bring_all(kind)
        self._bring(other, "")
        return super().find_beside(kind, other)

    def delete(self, kind: str, name: str) -> bool:
        """Delete a row."""
        self._bring(kind, name)
        return super().delete(kind, name)

    def lease(self, kind: str, name: str, holder: str, seconds: float) -> bool:
        """Take the lease on an existing row."""
        self._bring(kind, name)
        return super().lease(kind, name, holder, seconds)

    def extend(self, kind: str, expires_at: float) -> None:
        """Lengthen the life of all rows of a kind, under every key."""
        self._bring_all(kind)
        super().extend(kind, expires_at)

    def clear_but(self, kind: str) -> None:
        """Delete every row of every key but those of one kind."""
        self._bring_all(kind)
        for vault in self._older:
            vault.clear_but(kind)
        super().clear_but(kind)
