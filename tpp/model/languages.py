"""The languages that the app speaks: one list for the switch, the pages, the translations and their tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `code`: ISO 639-1; `name`: what it calls itself; `direction`: which way its lines run."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"]


DEFAULT = Language("en", "English", "ltr")
"""The one that the messages are written in; it needs no catalogue."""

LANGUAGES = {each.code: each for each in (DEFAULT, Language("ar", "العربية", "rtl"))}
"""By code, in the order of the switch. Every one but the default has a catalogue in `translations`."""
