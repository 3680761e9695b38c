"""Pages of statements, the date filters, and the window of the consent.

Paged and refused as transactions are. The filters go by `OpeningDate`, both ends counting, as v2.1 says; the
consent's window goes by the whole period: a statement that begins before `FromDate` or ends after `ToDate`
would tell more than was agreed. `Meta` names the first and the last instant that the open statements cover.
Source: UAE Open Finance Standard v2.1, `GET /accounts/{AccountId}/statements`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from sandbox.consents.rar import DAY
from sandbox.ground.instants import DUBAI, write_instant
from sandbox.resources import paging
from sandbox.resources.paging import Page, malformed, single
from sandbox.resources.statements import months_of, statement

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from sandbox.consents.consents import Consent
    from sandbox.ground.services import Bank
    from sandbox.people.holders import Account
    from sandbox.resources.statements import Month

PURPOSE = "page of statements"
FROM, TO = "fromStatementDate", "toStatementDate"


@dataclass(frozen=True)
class Asked(paging.Asked):
    """Which part of which reading is asked for, in days: when it began, and its ends or nothing."""

    def sealed(self, served: Bank, place: int) -> str:
        """Return the `page` of another place of this reading: no page of transactions opens here."""
        return served.state.seal_text(PURPOSE, vars(self) | {"place": place})


def page_of(served: Bank, consent: Consent, account: Account, query: MultiDict[str, str]) -> Page:
    """Return the page that the query asks for. Raises 400 `Resource.InvalidFormat`."""
    asked = _asked(served, consent, account, query)
    available = _available(consent, account, date.fromisoformat(asked.at))
    start, end = asked.start or date.min.isoformat(), asked.end or date.max.isoformat()
    found = [month for month in available if start <= month.first.isoformat() <= end]
    size = served.settings.page_size
    rows = [statement(month, account) for month in found[asked.place : asked.place + size]]
    meta: dict[str, Any] = {"TotalPages": -(-len(found) // size)}
    if available:
        meta["FirstAvailableDateTime"] = write_instant(datetime.combine(available[-1].first, time.min, DUBAI))
        meta["LastAvailableDateTime"] = write_instant(datetime.combine(available[0].last, time.max, DUBAI))
    given = paging.as_given(query, FROM, TO)
    return Page(rows, meta, asked.place // size, paging.around(served, asked, len(found), size, given))


def _available(consent: Consent, account: Account, day: date) -> list[Month]:
    """Return the months that the consent opens, newest first."""
    first, last = consent.days
    return [
        month
        for month in months_of(account, day)
        if (first is None or first <= month.first) and (last is None or month.last <= last)
    ]


def _asked(served: Bank, consent: Consent, account: Account, query: MultiDict[str, str]) -> Asked:
    start, end = _filter(query, FROM), _filter(query, TO)
    if paging.PAGE in query:
        row = served.state.open_text(PURPOSE, single(query, paging.PAGE))
        if row is None or (row["account"], row["consent"]) != (account.account_id, consent.consent_id):
            raise malformed("page is not a page of this account and consent.")
        return Asked(**row)
    day = served.ledger_now().astimezone(DUBAI).date().isoformat()
    if start and end and start > end:
        raise malformed(f"{FROM} is after {TO}.")
    if end > day:
        raise malformed(f"{TO} is in the future.")
    return Asked(account.account_id, consent.consent_id, day, start, end)


def _filter(query: MultiDict[str, str], name: str) -> str:
    """Return the day of a filter, or nothing where it is absent."""
    if name not in query:
        return ""
    text = single(query, name)
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise malformed(f"{name} is not a date.")
