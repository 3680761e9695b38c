"""The shape of a row: which version it was written in, and how one of an earlier version is read today.

A row outlives the program that wrote it: a connection is kept for weeks. Every value carries the version of its shape.
One of an earlier version is upgraded step by step as it is read, and written in today's when it next changes. One that
a later program wrote, or that is not what it should be, is dropped with a word in the log: the page then goes on as if
it had never been kept. The log names the kind and the kind of fault, never a value.

What has no version was written before there were any: that is version 0. A mark, whose being there is all it says, has
no shape.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tpp.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tpp.model.rows import Kept, Value, Vault

log = logging.getLogger(__name__)

T = TypeVar("T")

VERSION = "shape"
"""Under which name a value carries its version."""

_FAULTS = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, OSError)
"""What comes of a value that is not what it should be; a moment out of range is an OSError or an OverflowError."""


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """How the rows of a kind are written and read.

    `parse`: turns a row of today's version into what it stands for, and fails on any other. `upgrades`: what makes a
    value of version 0 one of version 1, then of 1 one of 2, and so on; there are as many as versions before today's.
    """

    kind: str
    parse: Callable[[Kept], T]
    upgrades: tuple[Callable[[Value], Value], ...] = ()

    def write(self, value: Mapping[str, Any]) -> Value:
        """Return a value with the version of its shape, ready for a row."""
        return {**value, VERSION: len(self.upgrades)}

    def get(self, vault: Vault, name: str) -> T | None:
        """Read a row; None where there is none, or none that can be read."""
        kept = vault.get(self.kind, name)
        return self._opened(vault, kept) if kept else None

    def find(self, vault: Vault) -> list[T]:
        """Read all rows of the kind that can be read, in no order."""
        opened = (self._opened(vault, kept) for kept in vault.find(self.kind))
        return [each for each in opened if each is not None]

    def read(self, kept: Kept) -> T | None:
        """Read what a row holds, whichever version wrote it; None, and a word in the log, where that cannot be."""
        try:
            return self.parse(replace(kept, value=self._upgraded(kept.value)))
        except _FAULTS as err:
            fault = str(err) if isinstance(err, _NewerShapeError) else type(err).__name__
            log.warning("row dropped: %(kind)s, %(fault)s", {"kind": self.kind, "fault": fault})
            return None

    def _opened(self, vault: Vault, kept: Kept) -> T | None:
        found = self.read(kept)
        if found is None:
            with suppress(StoreUnavailable):  # it is passed over all the same
                vault.delete(self.kind, kept.name)
        return found

    def _upgraded(self, value: Value) -> Value:
        today = {name: each for name, each in value.items() if name != VERSION}
        version = value.get(VERSION, 0)
        if isinstance(version, bool) or not isinstance(version, int) or version < 0:
            raise TypeError
        if version > len(self.upgrades):
            raise _NewerShapeError(f"version {version} is newer than {len(self.upgrades)}")
        for upgrade in self.upgrades[version:]:
            today = upgrade(today)
        return today


class _NewerShapeError(ValueError):
    """A later program wrote this."""
