r"""Reading JSON field by field: a field of the wrong form is left out and its JSON pointer noted, never its value.

Amounts: `^\d{1,13}(\.\d{1,5})?$` in ASCII digits, as a string. Anything else (a sign, an exponent, other
digits, a JSON number) is not an amount of this API and is not guessed at.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tpp.errors import MalformedResponse
from tpp.model.money import Money
from tpp.model.text import clean, cut, is_visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,5})?")
CURRENCY = re.compile(r"[A-Z]{3}")
LONGEST_TEXT = 500
DOUBLED: list[list[object]] = [[]]
"""What stands for a name that comes twice: neither text, truth, number nor object, and an array without an object."""

_SIGNS = {"Credit": 1, "Debit": -1}


def entries(top: Fields, name: str) -> Iterator[Fields]:
    """Return the objects of the list `Data.{name}` of a body, one after another; none where the list is missing.

    A body without `Data`, or with something else than a list there, is no answer at all: raises MalformedResponse.
    """
    data = top.inside("Data") if top.has("Data", dict) else None
    if data is None or not (data.has(name, list) or data.lacks(name)):
        raise MalformedResponse(f"/Data/{name}")
    return data.each(name)


def next_query(top: Fields) -> str | None:
    """Return the query of `Links.Next`; None where no page follows. A next page that is this page is none."""
    links = top.unnoted("Links")
    following = _place(links.exact("Next") or "")
    if not following or following == _place(links.exact("Self") or ""):
        return None
    return following.partition("#")[0].partition("?")[2]


def _place(link: str) -> str:
    """Return path and query of a link: banks and kits differ in how they write their own host."""
    return re.sub("^[a-z]+://[^/]*", "", link, flags=re.IGNORECASE)


def details(pointers: Iterable[str]) -> tuple[str, ...]:
    """Return each unreadable detail once: a pointer into another one is the same detail."""
    kept: list[str] = []
    for pointer in sorted(set(pointers)):
        if not (kept and (pointer + "/").startswith(kept[-1] + "/")):
            kept.append(pointer)
    return tuple(kept)


def iso_moment(value: object) -> datetime | None:
    """Read an ISO 8601 date-time with offset as aware UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


class Fields:
    """One JSON object and where it lies; every reader returns None for what is missing or unreadable."""

    def __init__(self, value: object, pointer: str, unreadable: list[str]) -> None:
        self._value = value if isinstance(value, dict) else {}
        self._pointer = pointer
        self._unreadable = unreadable
        if not isinstance(value, dict):
            unreadable.append(pointer)

    def has(self, name: str, kind: type) -> bool:
        """Whether a member is there, once, and of that JSON kind."""
        value = self._value.get(name)
        return isinstance(value, kind) and value != DOUBLED

    def lacks(self, name: str) -> bool:
        """Whether a member is not there at all."""
        return self._value.get(name) is None

    def text(self, name: str, longest: int = LONGEST_TEXT) -> str | None:
        """Read a string for people, without what no page may hold; a longer one is cut. None if nothing is visible."""
        value = self.exact(name)
        shown = clean(value) if value is not None else ""
        return cut(shown, longest) if is_visible(shown) else None

    def exact(self, name: str) -> str | None:
        """Read a string as it is, for what is compared or sent back and not shown."""
        value = self._value.get(name)
        if value is None or isinstance(value, str):
            return value
        self._leave_out(name)
        return None

    def needed(self, name: str) -> str | None:
        """Read a string without which the whole object is no good; its absence is noted too."""
        value = self.text(name)
        if value is None:
            self._leave_out(name)
        return value

    def truth(self, name: str) -> bool | None:
        """Read a boolean."""
        value = self._value.get(name)
        if value is None or isinstance(value, bool):
            return value
        self._leave_out(name)
        return None

    def moment(self, name: str) -> datetime | None:
        """Read an ISO 8601 date-time with offset as aware UTC."""
        value = self.text(name)
        if value is None:
            return None
        moment = iso_moment(value)
        if moment is None:
            self._leave_out(name)
        return moment

    def unsigned_money(self, name: str) -> Money | None:
        """Read an amount object without a sign."""
        if self._value.get(name) is None:
            return None
        inner = Fields(self._value[name], f"{self._pointer}/{name}", self._unreadable)
        amount, currency = inner.exact("Amount"), inner.exact("Currency")
        if not amount or not AMOUNT.fullmatch(amount) or not currency or not CURRENCY.fullmatch(currency):
            self._leave_out(name)
            return None
        return Money(Decimal(amount), currency)

    def money(self, name: str) -> Money | None:
        """Read an amount object with the sign of `CreditDebitIndicator`; without that sign it is no amount."""
        unsigned, sign = self.unsigned_money(name), _SIGNS.get(str(self._value.get("CreditDebitIndicator")))
        if unsigned is None or sign is None:
            self._leave_out(name)
            return None
        return Money(unsigned.amount * sign, unsigned.currency)

    def each(self, name: str) -> Iterator[Fields]:
        """Read the objects of an array, one after another; what is no object is left out."""
        value = self._value.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            self._leave_out(name)
            return
        for index, item in enumerate(value):
            place = f"{self._pointer}/{name}/{index}"
            if isinstance(item, dict):
                yield Fields(item, place, self._unreadable)
            else:
                self._unreadable.append(place)

    def inside(self, name: str) -> Fields:
        """Read an object; a missing one reads as empty."""
        return Fields(self._value.get(name, {}), f"{self._pointer}/{name}", self._unreadable)

    def unnoted(self, name: str) -> Fields:
        """Read an object that no page shows: what is odd in it is no detail that is left out."""
        value = self._value.get(name)
        return Fields(value if isinstance(value, dict) else {}, "", [])

    def _leave_out(self, name: str) -> None:
        self._unreadable.append(f"{self._pointer}/{name}")
