"""The pages that follow the first one of a list, read one after another: each names the next by a query.

Every bound is there so that no bank keeps a person waiting, or fills our memory: a number of pages and of items, their
size, and a time that leaves the rest of the page's own deadline to whatever else it shows. What stops the reading is
said, and what has come by then stays. Source: account-information v1.2, `Links.Next` and "Pagination".
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import parse_qsl

from tpp.errors import MizanError
from tpp.journey.reading.ask import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from tpp.journey.reading.ask import Desk, Question, Ticket
    from tpp.model.resource import Parsed
    from tpp.model.rows import Value

T = TypeVar("T")

MOST_PAGES, MOST_ITEMS = 60, 6_000
"""Two years of a busy account, in pages of 100. A page is read whole, or not at all."""

MOST_BYTES = 16 * 1024 * 1024
"""Of all further pages together, as JSON: three times what 6,000 transactions with every detail take."""

SECONDS = 6.0
"""Two thirds of what a page waits (`tpp.journey.reading.figures`); no page is begun that would end after it."""

LONGEST_QUERY = 4_096
"""What servers take of an address (RFC 9110, 4.1, asks for 8,000 of all of it)."""


@dataclass(slots=True)
class Further(Generic[T]):
    """The pages so far: the first one, as it was read, and the `bodies` of those after it. `cut`: why they end early.

    `error`: what failed, where something did.
    """

    pages: list[Parsed[T]]
    bodies: list[Value] = field(default_factory=list, repr=False)
    cut: str | None = None
    error: MizanError | None = None
    size: int = 0

    @property
    def is_full(self) -> bool:
        """Whether no further page may be read."""
        items = sum(len(each.items) for each in self.pages)
        return len(self.pages) >= MOST_PAGES or items >= MOST_ITEMS or self.size >= MOST_BYTES

    def repeats(self, page: Parsed[T]) -> bool:
        """Whether a page has nothing that an earlier one has not; an empty one repeats nothing."""
        if not page.items:
            return False
        known = {key for each in self.pages for key in each.keys}
        all_known = bool(page.keys) and None not in page.keys and known.issuperset(page.keys)
        return all_known or any(page.items == each.items for each in self.pages)


def follow(
    desk: Desk,
    ticket: Ticket,
    question: Question[T],
    further: Further[T],
    timer: Callable[[], float] = time.monotonic,
) -> None:
    """Read the pages after the first one that `further` begins with, until the list ends or something stops it.

    `timer`: seconds, from any beginning.
    """
    until, slowest = timer() + SECONDS, 0.0
    asked = {_pairs(dict(question.wanted.query))}
    while further.cut is None and (following := further.pages[-1].next) is not None:
        query = _query(following)
        if further.is_full:
            further.cut = "limit"
        elif query is None:
            further.cut = "failed"
        elif _pairs(query) in asked:
            further.cut = "repeated"
        elif timer() + slowest > until:
            further.cut = "slow"
        else:
            asked.add(_pairs(query))
            began = timer()
            _read(desk, ticket, replace(question, wanted=replace(question.wanted, query=query)), further)
            slowest = max(slowest, timer() - began)


def _read(desk: Desk, ticket: Ticket, question: Question[T], further: Further[T]) -> None:
    try:
        read = ask(desk, ticket, question)
    except MizanError as error:
        further.cut, further.error = "failed", error
        return
    if further.repeats(read.parsed):
        further.cut = "repeated"
        return
    further.pages.append(read.parsed)
    further.bodies.append(read.body)
    further.size += len(json.dumps(read.body))


def _query(following: str) -> dict[str, str] | None:
    """Read the query of a link; None for one that cannot be asked for as it is."""
    pairs = parse_qsl(following, keep_blank_values=True) if len(following) <= LONGEST_QUERY else []
    query = dict(pairs)
    return query if len(query) == len(pairs) and bool(query) == bool(following) else None


def _pairs(query: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(query.items())
