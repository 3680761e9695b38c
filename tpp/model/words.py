"""Words for people, marked here and translated at the edge.

Inner rooms never translate: they hand out `Words`, a message id (the English text) with its values, and
the web's `say` filter turns them into the reader's language. Texts that a bank sent stay plain `str`, so a
template can tell our words from theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Words:
    """One translatable message: `msgid % values`, with `plural` chosen by `count` where one is given."""

    msgid: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """A value of `Words` that is printed as a time of day, with its day where that is another than the reader's.

    `at`: aware. `spoken`: as the end of a sentence, "at 14:45"; else bare, "14:45".
    """

    at: datetime
    spoken: bool = False


def N_(msgid: str, **values: object) -> Words:  # noqa: N802 - the marker that message extraction looks for
    """Mark `msgid` for translation and bind the values that it names in `%(name)s` form."""
    return Words(msgid, values)


def NN_(singular: str, plural: str, count: int, **values: object) -> Words:  # noqa: N802 - as above
    """Mark a message that depends on `count`; `%(count)s` is always among its values."""
    return Words(singular, {"count": count, **values}, plural, count)
