"""Addresses compiled once for all the apps of a test run: each app has its own map of the same hundred rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.routing import Rule

if TYPE_CHECKING:
    from collections.abc import Callable


class KeptRule(Rule):
    """Shares what writes an address between rules that are alike in all that goes into it."""

    _kept: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}  # noqa: RUF012 - shared on purpose

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT002 - werkzeug's own signature
        key = (self.rule, tuple(self._trace), repr(self.defaults), self._converter_kinds(), append_unknown)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]

    def _converter_kinds(self) -> tuple[tuple[str, Any], ...]:
        return tuple((name, type(self._converters[name])) for name in sorted(self._converters))
