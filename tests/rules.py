"""Addresses compiled once for all the apps of a test run: each app has its own map of the same hundred rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.routing import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from werkzeug.routing import BaseConverter
    from werkzeug.routing.rules import RulePart

    Parsed = tuple[tuple[RulePart, ...], list[tuple[bool, str]], dict[str, BaseConverter]]


class KeptRule(Rule):
    """Shares what reads and what writes an address between rules that are alike in all that goes into it."""

    _kept: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}  # noqa: RUF012 - shared on purpose
    _parsed: dict[tuple[object, ...], Parsed] = {}  # noqa: RUF012 - shared on purpose

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        key = (rule, *self.map.converters.items())
        if key not in self._parsed:
            begun = len(self._trace)
            parts = tuple(super()._parse_rule(rule))
            self._parsed[key] = parts, self._trace[begun:], dict(self._converters)
            return parts
        parts, trace, converters = self._parsed[key]
        self._trace += trace
        self._converters |= converters
        self.arguments |= set(converters)
        return parts

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT002 - werkzeug's own signature
        key = (self.rule, tuple(self._trace), repr(self.defaults), self._converter_kinds(), append_unknown)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]

    def _converter_kinds(self) -> tuple[tuple[str, Any], ...]:
        return tuple((name, type(self._converters[name])) for name in sorted(self._converters))
