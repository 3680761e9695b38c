"""What a page reads beside the figures: resources of one account, or one resource of every account, side by side.

Which connection lists an account is known from what is kept; then balances and all else are asked for in one wave.
Only where no list is kept does that come first.
"""

from __future__ import annotations

import time
from concurrent.futures import wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tpp.errors import BankTimeout
from tpp.journey.reading.figures import PAGE_SECONDS, as_kept, opened, read_account, read_all
from tpp.journey.reading.one import read_one
from tpp.journey.reading.shelf import NOT_YET
from tpp.journey.reading.source import ids_of
from tpp.model.figures import Found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from concurrent.futures import Future

    from tpp.journey.reading.ask import Desk
    from tpp.model.figures import AccountFigures, Figures
    from tpp.model.grant import Grant
    from tpp.model.resource import Resource

T = TypeVar("T")

MOST_LISTS = 100
"""Of so many accounts of one connection a page reads a list."""

NOT_LOADED = "not-loaded"
"""The reason where nobody has asked before the page's deadline."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one account's page reads: every connection's figures, and resources of the account.

    `permissions`: of all connections that list the account; empty where none does.
    """

    figures: list[Figures]
    account_id: str
    permissions: frozenset[str] = frozenset()
    _found: dict[str, Found[Any]] = field(default_factory=dict)

    def of(self, resource: Resource[T]) -> Found[T] | None:
        """Return what was read of one resource; None where no connection that lists the account was granted it."""
        return self._found.get(resource.name)

    @property
    def account(self) -> AccountFigures | None:
        """Return what was read of the account itself, where two connections list it from the one that has its figure.

        None where no connection lists it.
        """
        everything = (one for source in self.figures for one in source.accounts)
        listed = (one for one in everything if one.account.account_id == self.account_id)
        return min(listed, key=lambda one: not one.balances, default=None)

    @property
    def unfinished(self) -> bool:
        """Whether a later look may bring what this one waited for in vain."""
        return any(found.error in NOT_YET for found in self._found.values())


@dataclass(frozen=True, slots=True)
class Gathered(Generic[T]):
    """One connection's accounts, and one resource of each, by AccountId; of those alone that it was granted for."""

    figures: Figures
    found: dict[str, Found[T]]


def look_at(desk: Desk, account_id: str, resources: Collection[Resource[Any]], *, fresh: bool) -> Look:
    """Read one account's balances and some resources of it in one wave, or show what is kept of them.

    `fresh`: ask for all of them in any case. What has not come by the page's deadline is said to be late.
    """
    deadline = time.monotonic() + PAGE_SECONDS
    sources = opened(desk, fresh=fresh)
    owners = [source.grant for source in sources if account_id in ids_of(desk, source)]
    ahead = _sent(desk, [(*each, account_id) for each in _granted(owners, resources)], fresh=fresh)
    figures = read_account(desk, account_id, fresh=fresh, sources=sources)
    owners = [each.grant for each in figures if account_id in {one.account.account_id for one in each.accounts}]
    if not ahead:
        ahead = _sent(desk, [(*each, account_id) for each in _granted(owners, resources)], fresh=fresh)
    wait([each for _, _, each in ahead], timeout=max(0.0, deadline - time.monotonic()))
    found = {resource.name: _result(grant, future) for grant, resource, future in ahead}
    return Look(figures, account_id, frozenset(code for grant in owners for code in grant.draft.permissions), found)


def look_at_all(desk: Desk, resource: Resource[T], *, fresh: bool) -> list[Gathered[T]]:
    """Read one resource of every account of every connection in one wave, or show what is kept of it.

    The accounts are those that are kept, however old; only where a connection's list is not kept are all read first.
    """
    deadline = time.monotonic() + PAGE_SECONDS
    sources = opened(desk, fresh=False)
    known = all(source.bodies or source.error for source in sources)
    figures = as_kept(desk, sources) if known else read_all(desk, fresh=False)
    asked = [
        (each.grant, resource, one.account.account_id)
        for each in figures
        for one in each.accounts[:MOST_LISTS]
        if resource.allowed_by & set(each.grant.draft.permissions)
    ]
    sent = _sent(desk, asked, fresh=fresh)
    wait([each for _, _, each in sent], timeout=max(0.0, deadline - time.monotonic()))
    results = [_result(grant, future) for grant, _, future in sent]
    found = {
        (grant.consent_id, account_id): result for (grant, _, account_id), result in zip(asked, results, strict=True)
    }
    return [Gathered(each, dict(_of(found, each))) for each in figures]


def _granted(owners: Iterable[Grant], resources: Iterable[Resource[Any]]) -> list[tuple[Grant, Resource[Any]]]:
    """Return for each resource the newest of the grants that allows it."""
    newest_first = list(owners)
    allowed = (
        (next((each for each in newest_first if resource.allowed_by & set(each.draft.permissions)), None), resource)
        for resource in resources
    )
    return [(grant, resource) for grant, resource in allowed if grant]


def _sent(
    desk: Desk, asked: Iterable[tuple[Grant, Resource[T], str]], *, fresh: bool
) -> list[tuple[Grant, Resource[T], Future[Found[T]]]]:
    return [
        (grant, resource, desk.pool.submit(read_one, desk, grant, resource, account_id, fresh=fresh))
        for grant, resource, account_id in asked
    ]


def _result(grant: Grant, future: Future[Found[T]]) -> Found[T]:
    """Return what came. A call that goes on without its page keeps what it brings, for the next one."""
    if future.done():
        return future.result()
    return Found(grant, error=NOT_LOADED if future.cancel() else BankTimeout.reason)


def _of(found: dict[tuple[str, str], Found[T]], each: Figures) -> Sequence[tuple[str, Found[T]]]:
    ids = (one.account.account_id for one in each.accounts)
    return [(key[1], found[key]) for one in ids if (key := (each.grant.consent_id, one)) in found]
