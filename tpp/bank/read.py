r"""Reading JSON field by field: a field of the wrong form is left out and its JSON pointer noted, never its value.

Amounts: `^\d{1,13}(\.\d{1,5})?$` in ASCII digits, as a string. Anything else (a sign, an exponent, other
digits, a JSON number) is not an amount of this API and is not guessed at.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tpp.errors import MalformedResponse
from tpp.model.consent import DUBAI
from tpp.model.money import Money
from tpp.model.text import clean, cut, is_visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AMOUNT = re.compile(r"[0-9]{1,13}(\.[0-9]{1,5})?")
CURRENCY = re.compile(r"[A-Z]{3}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_PLACES = 20
"""No number of this API has more places than that before its point (`MerchantId`), or begins further behind it."""
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
    """Read an ISO 8601 date-time with offset as aware UTC; None for anything else, and where Dubai has no such day."""
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.astimezone(DUBAI).astimezone(UTC) if moment.tzinfo else None
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
        return _visible(value, longest) if value is not None else None

    def exact(self, name: str) -> str | None:
        """Read a string as it is, for what is compared or sent back and not shown."""
        value = self._value.get(name)
        if value is None or isinstance(value, str):
            return value
        self.leave_out(name)
        return None

    def needed(self, name: str) -> str | None:
        """Read a string without which the whole object is no good; its absence is noted too."""
        value = self.text(name)
        if value is None:
            self.leave_out(name)
        return value

    def truth(self, name: str) -> bool | None:
        """Read a boolean."""
        value = self._value.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.leave_out(name)
        return None

    def moment(self, name: str) -> datetime | None:
        """Read an ISO 8601 date-time with offset as aware UTC."""
        value = self.text(name)
        if value is None:
            return None
        moment = iso_moment(value)
        if moment is None:
            self.leave_out(name)
        return moment

    def day(self, name: str) -> date | None:
        """Read a calendar day, `2026-11-22` (RFC 3339, `full-date`)."""
        value = self.text(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value if DAY.fullmatch(value) else "")
        except ValueError:
            self.leave_out(name)
            return None

    def number(self, name: str) -> Decimal | None:
        """Read a JSON number that is no money, as exact as the decoder kept it."""
        value = self._value.get(name)
        if value is None:
            return None
        found = _number(value)
        if found is None:
            self.leave_out(name)
        return found

    def code(self, name: str) -> str | None:
        """Read what identifies something, as text: one bank sends a string, another a whole number."""
        value = self._value.get(name)
        if value is None or isinstance(value, str):
            return self.text(name)
        found = _number(value)
        if found is None or found != found.to_integral_value():
            self.leave_out(name)
            return None
        return f"{found:.0f}"

    def texts(self, name: str) -> tuple[str, ...]:
        """Read an array of strings; what is none is left out."""
        value = self._value.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.leave_out(name)
            return ()
        wrong = [index for index, item in enumerate(value) if not isinstance(item, str)]
        self._unreadable.extend(f"{self._pointer}/{name}/{index}" for index in wrong)
        shown = [_visible(item, LONGEST_TEXT) for item in value if isinstance(item, str)]
        return tuple(each for each in shown if each)

    def unsigned_money(self, name: str) -> Money | None:
        """Read an amount object without a sign."""
        if self._value.get(name) is None:
            return None
        inner = Fields(self._value[name], f"{self._pointer}/{name}", self._unreadable)
        amount, currency = inner.exact("Amount"), inner.exact("Currency")
        if not amount or not AMOUNT.fullmatch(amount) or not currency or not CURRENCY.fullmatch(currency):
            self.leave_out(name)
            return None
        return Money(Decimal(amount), currency)

    def money(self, name: str) -> Money | None:
        """Read an amount object with the sign of `CreditDebitIndicator`; without that sign it is no amount."""
        unsigned, sign = self.unsigned_money(name), _SIGNS.get(str(self._value.get("CreditDebitIndicator")))
        if unsigned is None or sign is None:
            self.leave_out(name)
            return None
        return Money(unsigned.amount * sign, unsigned.currency)

    def each(self, name: str) -> Iterator[Fields]:
        """Read the objects of an array, one after another; what is no object is left out."""
        value = self._value.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            self.leave_out(name)
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

    def part(self, name: str) -> Fields | None:
        """Read an object that may be missing."""
        return None if self.lacks(name) else self.inside(name)

    def unnoted(self, name: str) -> Fields:
        """Read an object that no page shows: what is odd in it is no detail that is left out."""
        value = self._value.get(name)
        return Fields(value if isinstance(value, dict) else {}, "", [])

    @property
    def quiet(self) -> Fields:
        """The same object, of which what cannot be read is no detail that is left out: the page of all shows it not."""
        return Fields(self._value, "", [])

    def leave_out(self, name: str) -> None:
        """Note a member as unreadable."""
        self._unreadable.append(f"{self._pointer}/{name}")


def _visible(value: str, longest: int) -> str | None:
    """Return what can be shown of a text; most are plain letters, and need no look at each of them."""
    if value.isascii() and value.isprintable():
        return cut(value, longest) if value.strip() else None
    shown = clean(value)
    return cut(shown, longest) if is_visible(shown) else None


def _number(value: object) -> Decimal | None:
    """Turn a JSON number into a Decimal: a float by its shortest text, which is what the bank wrote (RFC 8259, 6)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return number if number.is_finite() and abs(number.adjusted()) < MOST_PLACES else None
