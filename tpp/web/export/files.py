"""An export as the bytes of a file, made piece by piece: however long the list, no more of it than a piece is here.

CSV: RFC 4180, UTF-8 with a byte order mark, without which Excel takes it for another encoding. A spreadsheet takes a
cell of somebody else's text for a formula if it begins like one (OWASP, "CSV Injection"): such a beginning gets an
apostrophe in front, also behind a semicolon or a line break, where a spreadsheet that separates cells by semicolons
would begin another cell. Amounts stay numbers. JSON: RFC 8259, UTF-8 without a mark, amounts as text, which no program
rounds. Moments are ISO 8601 in UTC, days those of Dubai.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tpp.model.words import Words
from tpp.pages import export as pages
from tpp.web.filters import BIDI_CONTROLS, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tpp.pages.export import Cell, Export

PIECE = 64
"""Rows that are sent together."""

_FORMULA = re.compile("(^|[;\t\r\n])(?=[\\s\u200b-\u200f\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r])")
_NOT_IN_A_NAME = re.compile(r"[^\w.]+|_+")
_LONGEST_NAME = 60


def csv_pieces(export: Export) -> Iterator[bytes]:
    """Write the table, its columns named in this request's language."""
    writer = csv.writer(_Echo())
    rows = chain([pages.COLUMNS], pages.table(export))
    lines: Iterator[str] = (writer.writerow([_text(cell) for cell in row]) for row in rows)
    return _pieces(chain(["\ufeff"], lines))


class _Echo:
    """What the CSV writer takes for a file: it hands each line back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def _text(cell: Cell | tuple[Cell, ...]) -> str:
    match cell:
        case None:
            return ""
        case Decimal() | date():
            return _plain(cell)
        case tuple():
            return _harmless("; ".join(_words(each) for each in cell))
    return _harmless(_words(cell))


def _words(cell: Cell) -> str:
    return say(cell).translate(BIDI_CONTROLS) if isinstance(cell, str | Words) else _text(cell)


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, nor a part of it."""
    return _FORMULA.sub(r"\1'", text)


def json_pieces(export: Export, now: datetime) -> Iterator[bytes]:
    """Write what the list is made of, then its transactions, a line each. `now`: aware."""
    head = _json({**pages.head(export), "exported_at": now})
    objects = (_json(each) for each in pages.objects(export))
    first = next(objects, "")
    opening = f'{head[:-1]},"transactions":[\n{first}'
    return _pieces(chain([opening], (f",\n{each}" for each in objects), ["\n]}\n"]))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_spelt)


def _spelt(value: object) -> str:
    return say(value) if isinstance(value, Words) else _plain(value)


def _plain(value: object) -> str:
    """Spell an amount in full, a moment in UTC, a day."""
    match value:
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
    raise TypeError(type(value).__name__)


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """Put lines together to pieces; half a character pair, which UTF-8 has no place for, is spelt as JSON spells it."""
    left = iter(lines)
    while piece := list(islice(left, PIECE)):
        yield "".join(piece).encode("utf-8", "backslashreplace")


def disposition(export: Export, kind: str) -> str:
    """Return the header that names the file: bank, end of the account's number, first and last day (RFC 6266).

    The plain name is for programs that know no other letters than ASCII's.
    """
    banks = {source.bank for source in export.sources}
    tails = [source.tail for source in export.sources if source.tail]
    words = [*(banks if len(banks) == 1 else ()), *(tails if len(tails) == len(export.sources) == 1 else ())]
    days = [day.isoformat() for day in export.span or ()]
    plain, full = (_name([*map(spelt, words or ["transactions"]), *days], kind) for spelt in (_ascii, str))
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full, safe='')}"


def _name(words: Iterable[str], kind: str) -> str:
    parts = [_NOT_IN_A_NAME.sub("-", word)[:_LONGEST_NAME].strip("-.") for word in words]
    return f"{'-'.join(part for part in parts if part) or 'transactions'}.{kind}"


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


WRITERS: dict[str, tuple[str, Callable[[Export, datetime], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8; header=present", lambda export, _now: csv_pieces(export)),
    "json": ("application/json", json_pieces),
}
"""The media type of each kind of file, and what writes it."""
