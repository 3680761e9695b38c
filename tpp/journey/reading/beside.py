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
    from collections.abc import Callable, Collection, Iterable, Sequence
    from concurrent.futures import Future

    from tpp.journey.reading.ask import Desk
    from tpp.model.figures import AccountFigures, Figures
    from tpp.model.grant import Grant
    from tpp.model.resource import Resource

    Reads = Callable[[frozenset[str]], Collection[Resource[Any]]]

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
        listing = [each for each in self.figures if self.account_id in _ids(each)]
        own = (one for each in listing if each.grant.issuer == listing[0].grant.issuer for one in each.accounts)
        listed = (one for one in own if one.account.account_id == self.account_id)
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


def look_at(desk: Desk, account_id: str, reads: Reads, *, fresh: bool) -> Look:
    """Read one account's balances and some resources of it in one wave, or show what is kept of them.

    `reads`: which resources, by the permissions of the connections that list the account. `fresh`: ask for all of them
    in any case. What has not come by the page's deadline is said to be late.
    """
    deadline = time.monotonic() + PAGE_SECONDS
    sources = opened(desk, fresh=fresh)
    owners = _of_one_bank(source.grant for source in sources if account_id in ids_of(desk, source))
    sent = _sent(desk, [(*each, account_id) for each in _granted(owners, reads)], fresh=fresh)
    figures = read_account(desk, account_id, fresh=fresh, sources=sources)
    owners = _of_one_bank(each.grant for each in figures if account_id in _ids(each))
    asked = {resource.name for _, resource, _ in sent}
    more = [(*each, account_id) for each in _granted(owners, reads) if each[1].name not in asked]
    sent += _sent(desk, more, fresh=fresh)
    wait([each for _, _, each in sent], timeout=max(0.0, deadline - time.monotonic()))
    found = {resource.name: _result(grant, future) for grant, resource, future in sent}
    return Look(figures, account_id, _permissions(owners), found)


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
    results = _as_one_consent([_result(grant, future) for grant, _, future in sent])
    found = {
        (grant.consent_id, account_id): result for (grant, _, account_id), result in zip(asked, results, strict=True)
    }
    return [Gathered(each, dict(_of(found, each))) for each in figures]


def _of_one_bank(newest_first: Iterable[Grant]) -> list[Grant]:
    """Return the grants of the newest one's bank: an account's id is a bank's own, and another may have it as well."""
    grants = list(newest_first)
    return [each for each in grants if each.issuer == grants[0].issuer]


def _ids(figures: Figures) -> set[str]:
    return {one.account.account_id for one in figures.accounts}


def _permissions(owners: Iterable[Grant]) -> frozenset[str]:
    return frozenset(code for grant in owners for code in grant.draft.permissions)


def _granted(newest_first: Sequence[Grant], reads: Reads) -> list[tuple[Grant, Resource[Any]]]:
    """Return for each resource the newest of the grants that allows it."""
    allowed = (
        (next((each for each in newest_first if resource.allowed_by & set(each.draft.permissions)), None), resource)
        for resource in reads(_permissions(newest_first))
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


def _as_one_consent(results: Sequence[Found[T]]) -> list[Found[T]]:
    """Show nothing of a consent that the bank has ended or suspended meanwhile: what it says counts for all of it."""
    lost = {each.grant.consent_id: each for each in results if each.grant.halt and each.parsed is None}
    return [lost.get(each.grant.consent_id, each) for each in results]


def _of(found: dict[tuple[str, str], Found[T]], each: Figures) -> Sequence[tuple[str, Found[T]]]:
    ids = (one.account.account_id for one in each.accounts)
    return [(key[1], found[key]) for one in ids if (key := (each.grant.consent_id, one)) in found]
