"""Reading one resource, when somebody looks at an account: one call, kept for a while, with the rules of all.

What was read within the resource's own time is shown again; an older answer stays, with its time, where the bank fails
for now. What may not be kept is asked for each time. A bank that wants to be left alone is, be it as a whole or about
this resource; and what it says of the whole consent counts for all of it (`tpp.journey.halts`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from tpp.errors import MizanError
from tpp.journey import halts
from tpp.journey.reading.ask import Question, Ticket, ask
from tpp.journey.reading.further import Further, follow
from tpp.journey.reading.pauses import WHOLE, Pauses
from tpp.journey.reading.shelf import PASSING, Answer
from tpp.journey.reading.source import closed, shelf_of, why_not
from tpp.model.account import Account
from tpp.model.figures import Found
from tpp.model.resource import Wanted, joined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tpp.journey.reading.ask import Desk, Read
    from tpp.journey.reading.pauses import Pause
    from tpp.model.grant import Grant
    from tpp.model.resource import Resource

T = TypeVar("T")

NOT_SHARED = "not-shared"
"""The reason where the consent has none of the permissions that a resource needs."""

OF_ONE_PAGE = frozenset({"refused"})
"""What a bank says of a later page alone, having sent the first: a plain refusal, such as of a page that is gone."""


@dataclass(frozen=True, slots=True)
class _Look(Generic[T]):
    """One look at one resource, and what is kept of it."""

    desk: Desk
    grant: Grant
    question: Question[T]
    kept: Answer[T] | None

    @property
    def pauses(self) -> Pauses:
        """How long the bank is left alone."""
        return Pauses(self.desk.vault, self.grant.consent_id, self.desk.now)

    @property
    def pause_key(self) -> str:
        """Under which this resource waits: the account's other resources do not wait with it."""
        return f"{self.question.account_id or ''}\0{self.question.wanted.resource.name}"

    def found(self, error: str | None = None, retry_at: datetime | None = None) -> Found[T]:
        """Show what is kept."""
        if self.kept is None:
            return Found(self.grant, error=error, retry_at=retry_at)
        at = datetime.fromtimestamp(self.kept.at, UTC)
        return Found(self.grant, self.kept.read(self.question.wanted.resource), at, error, retry_at)


def read_one(
    desk: Desk,
    grant: Grant,
    resource: Resource[T],
    account_id: str,
    query: Mapping[str, str] | None = None,
    *,
    fresh: bool = False,
) -> Found[T]:
    """Read one resource of one account, or show what was read of it within its time; `fresh`: always ask.

    A resource that belongs to no account is read for the whole connection, whichever account is looked at.
    `query` counts where the way to the bank takes one; elsewhere the bank's first page is read, and kept, without it.
    """
    if error := closed(desk, grant) or _in_the_way(desk, grant, resource, account_id):
        return Found(grant, error=error, wording=desk.banks.wording_of(grant))
    whose = account_id if resource.is_of_account else None
    wanted = Wanted(resource, whose, (query or {}) if desk.banks.of(grant).takes_queries else {})
    kept = None if grant.halt else shelf_of(desk).load_one(grant.consent_id, wanted)
    look = _Look(desk, grant, Question(grant.consent_id, wanted), kept)
    if kept is not None and not fresh and desk.now().timestamp() - kept.at < resource.fresh.total_seconds():
        return look.found()
    if pause := _pause(look, fresh=fresh):
        return look.found(pause.error, pause.until if pause.firm else None)
    return _asked(look)


def _in_the_way(desk: Desk, grant: Grant, resource: Resource[T], account_id: str) -> str | None:
    """Return why this resource is not asked for at all."""
    if not resource.allowed_by & set(grant.draft.permissions):
        return NOT_SHARED
    return why_not(desk, grant, Account(account_id)) if resource.is_of_account else None


def _pause(look: _Look[T], *, fresh: bool) -> Pause | None:
    pauses = look.pauses.load()
    found = (pauses.get(WHOLE), pauses.get(look.pause_key))
    return next((each for each in found if each and (each.firm or not fresh)), None)


def _asked(look: _Look[T]) -> Found[T]:
    desk, at, ticket = look.desk, look.desk.now(), Ticket(look.grant)
    try:
        read = ask(desk, ticket, look.question)
    except MizanError as error:
        return _failed(look, error)
    grant = halts.served(desk.vault, look.grant)
    further = _further(look, ticket, read)
    if further.error and further.error.reason not in PASSING | OF_ONE_PAGE:
        return _failed(replace(look, grant=grant), further.error)
    parsed = joined(further.pages, further.cut)
    answer = Answer(at.timestamp(), read.body, parsed=parsed, later=further.bodies, cut=further.cut)
    shelf_of(desk).keep_one(grant.consent_id, look.question.wanted, answer)
    return Found(grant, parsed, at)


def _further(look: _Look[T], ticket: Ticket, first: Read[T]) -> Further[T]:
    """Read the pages that follow, where the way to the bank can ask for them; elsewhere the list says that it goes on.

    Where the bank wants to be left alone meanwhile, it is.
    """
    further = Further([first.parsed])
    if look.desk.banks.of(look.grant).takes_queries:
        follow(look.desk, ticket, look.question, further)
    if further.error:
        look.pauses.note(look.pause_key, further.error)
    return further


def _failed(look: _Look[T], error: MizanError) -> Found[T]:
    desk, shelf, consent_id = look.desk, shelf_of(look.desk), look.grant.consent_id
    if halts.ends_all(error, of_account=True):
        grant, reason = halts.lost(desk.vault, look.grant, error, desk.now())
        shelf.clear(consent_id)
        return Found(grant, error=reason)
    pause = look.pauses.note(look.pause_key, error)
    retry_at = pause.until if pause else None
    if error.reason in PASSING:
        return look.found(error.reason, retry_at)
    shelf.drop_one(consent_id, look.question.wanted)
    return Found(look.grant, error=error.reason, retry_at=retry_at)
