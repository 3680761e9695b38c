"""Pages of transactions, the date filters, and the window of the consent.

A page is followed by `Links.Next` alone: its `page` is sealed text that holds the account, the consent, the
filters, the instant of the first page and the place, so that the pages of one reading fit together although
time passes. It opens for the same account and consent only. What the consent opens is judged anew at
every page. Filters go by booking time; both ends count. Their time part may be absent (00:00:00), and an offset
is ignored, as the standard demands: the text is read as UTC. Beside a `page` a filter must be well-formed too, and
says nothing more. The consent's own window cuts silently.
Where one page is all, `Links.Self` repeats the filters as they were given. `Meta.LastAvailableDateTime` is the
newest booking of the past: what is pending is booked later, or never.
Source: UAE Open Finance Standard v1.2, `GET /accounts/{AccountId}/transactions`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sandbox.consents.consents import EARLIEST, LATEST
from sandbox.ground.errors import ResourceError
from sandbox.ground.instants import write_instant
from sandbox.ledger.ledger import ledger_at
from sandbox.resources.transactions import narrowed, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from werkzeug.datastructures import MultiDict

    from sandbox.consents.consents import Consent
    from sandbox.ground.services import Bank
    from sandbox.ledger.flows import Flow
    from sandbox.people.holders import Account

    Shape = Callable[[Flow, Account, Collection[str]], dict[str, Any]]

PURPOSE = "page of transactions"
FROM, TO, PAGE = "fromBookingDateTime", "toBookingDateTime", "page"
WHEN = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})([Tt ](?P<time>\d{2}:\d{2}:\d{2}(\.\d+)?)([Zz]|[+ -]\d{2}:?\d{2})?)?", re.ASCII
)


@dataclass(frozen=True)
class Asked:
    """Which part of which reading is asked for: `at` is when it began, `start` and `end` are empty if absent."""

    account: str
    consent: str
    at: str
    start: str
    end: str
    place: int = 0

    def sealed(self, served: Bank, place: int) -> str:
        """Return the `page` of another place of this reading."""
        return served.state.seal_text(PURPOSE, vars(self) | {"place": place})


@dataclass(frozen=True)
class Page:
    """One page: its objects, `Meta`, and the queries of itself and the pages around it by their link's name."""

    rows: list[dict[str, Any]]
    meta: dict[str, Any]
    number: int
    around: dict[str, str]

    def links(self, address: str) -> dict[str, str]:
        """Return `Links`: `Self` alone where one page is all."""
        return {name: f"{address}?{query}" if query else address for name, query in self.around.items()}


def page_of(
    served: Bank, consent: Consent, account: Account, query: MultiDict[str, str], shape: Shape = opened
) -> Page:
    """Return the page that the query asks for, each flow in its `shape`. Raises 400 `Resource.InvalidFormat`."""
    asked = _asked(served, consent, account, query)
    available = _opened(consent, account, datetime.fromisoformat(asked.at))
    flows = _between(available, _instant_or(asked.start, EARLIEST), _instant_or(asked.end, LATEST))
    size = served.settings.page_size
    rows = [shape(flow, account, consent.permissions) for flow in flows[asked.place : asked.place + size]]
    meta: dict[str, Any] = {"TotalPages": -(-len(flows) // size)}
    now = served.ledger_now()
    newest = next((flow for flow in available if flow.status == "Booked" and flow.booked <= now), None)
    if newest is not None:
        meta["FirstAvailableDateTime"] = write_instant(available[-1].booked)
        meta["LastAvailableDateTime"] = write_instant(newest.booked)
    return Page(rows, meta, asked.place // size, around(served, asked, len(flows), size, as_given(query, FROM, TO)))


def around(served: Bank, asked: Asked, count: int, size: int, given: str) -> dict[str, str]:
    """Return the queries of the pages around a place, by their link's name; the `given` one where one page is all."""
    last = max(count - 1, 0) // size * size
    if not last:
        return {"Self": given}
    places = {"Self": asked.place, "First": 0, "Last": last}
    if asked.place:
        places["Prev"] = max(asked.place - size, 0)
    if asked.place + size < count:
        places["Next"] = asked.place + size
    return {name: f"{PAGE}={asked.sealed(served, place)}" for name, place in places.items()}


def as_given(query: MultiDict[str, str], *filters: str) -> str:
    """Return the part of a checked query that was heeded, encoded anew."""
    heeded = (PAGE,) if PAGE in query else filters
    return urlencode([(name, value) for name, value in query.items() if name in heeded], safe=":")


def _opened(consent: Consent, account: Account, at: datetime) -> Sequence[Flow]:
    """Return what the consent opens at all, newest first: its directions and its window."""
    return narrowed(_between(ledger_at(account, at), *consent.window), consent.permissions)


def _between(flows: Sequence[Flow], start: datetime, end: datetime) -> Sequence[Flow]:
    """Return the flows booked from `start` to `end`; they are sorted, newest first."""
    first = bisect_left(flows, -end.timestamp(), key=_age)
    return flows[first : bisect_right(flows, -start.timestamp(), key=_age)]


def _age(flow: Flow) -> float:
    return -flow.booked.timestamp()


def _asked(served: Bank, consent: Consent, account: Account, query: MultiDict[str, str]) -> Asked:
    start, end = _filter(query, FROM), _filter(query, TO)
    if PAGE in query:
        row = served.state.open_text(PURPOSE, single(query, PAGE))
        if row is None or (row["account"], row["consent"]) != (account.account_id, consent.consent_id):
            raise malformed("page is not a page of this account and consent.")
        return Asked(**row)
    if start is not None and end is not None and start > end:
        raise malformed(f"{FROM} is after {TO}.")
    if end is not None and end > served.now():
        raise malformed(f"{TO} is in the future.")
    first, last = ("" if each is None else each.isoformat() for each in (start, end))
    return Asked(account.account_id, consent.consent_id, served.ledger_now().isoformat(), first, last)


def _filter(query: MultiDict[str, str], name: str) -> datetime | None:
    if name not in query:
        return None
    found = WHEN.fullmatch(single(query, name))
    try:
        if found is not None:
            return datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00:00'}").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise malformed(f"{name} is not a date-time.")


def single(query: MultiDict[str, str], name: str) -> str:
    """Return the value of a parameter that may be there once."""
    values = query.getlist(name)
    if len(values) != 1:
        raise malformed(f"{name} is there more than once.")
    return values[0]


def _instant_or(text: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else otherwise


def malformed(message: str) -> ResourceError:
    """Return the refusal of a query."""
    return ResourceError(400, "Resource.InvalidFormat", message)
