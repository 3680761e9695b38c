"""Making bad objects out of a good one: any member, however deep, becomes anything."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from tpp.bank.read import DOUBLED

if TYPE_CHECKING:
    from collections.abc import Iterator

    Path = tuple[str | int, ...]

MISSING = object()
VALUES: list[Any] = [
    *(MISSING, None, "", " ", "\u200b", "Sav \ud83d", "x" * 700, "\u202egnp\u202c", "<script>", "SomethingNew"),
    *(0, -1, 7, 12.5, 1e300, float("inf"), 10**40, True, False, [], [[]], [None, 7, {"a": 1}], {}, {"a": {}}, DOUBLED),
    *("2026-02-30", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "1e5", "-5.00", "٥٠٠", "NaN", ["x"], "5411"),
]


def members(value: Any, path: Path = ()) -> Iterator[Path]:
    """Return where in an object every member is."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield (*path, name)
        yield from members(each, (*path, name))


def spoilt(good: dict[str, Any], changes: list[tuple[Path, Any]]) -> dict[str, Any]:
    """Return a copy with other values; one whose place is gone by then changes nothing."""
    made = deepcopy(good)
    for path, value in changes:
        _set(made, path, value)
    return made


def mixtures(good: dict[str, Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Make up to four objects, each with up to five members spoilt."""
    paths = list(members(good))
    changes = st.lists(st.tuples(st.sampled_from(paths), st.sampled_from(VALUES)), max_size=5)
    return st.lists(changes.map(lambda chosen: spoilt(good, chosen)), max_size=4)


def _set(made: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        if not _holds(made, step):
            return
        made = made[step]
    if not _holds(made, path[-1]):
        return
    if value is MISSING:
        del made[path[-1]]
    else:
        made[path[-1]] = deepcopy(value)


def _holds(made: Any, step: str | int) -> bool:
    return step in made if isinstance(made, dict) else isinstance(made, list) and step in range(len(made))
