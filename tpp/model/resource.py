"""A resource of a bank as a value: where it lies, who may have it, how its body is read, how long it counts as new.

The values themselves are where bodies are read, `tpp.bank.resources`, and reach the journey as data. Source:
account-information v1.2, paths and permission clusters.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import timedelta

    from tpp.model.account import Account, Balance
    from tpp.model.banking.beneficiary import Beneficiary
    from tpp.model.banking.party import Party
    from tpp.model.banking.product import Product
    from tpp.model.banking.schedule import DirectDebit, ScheduledPayment, StandingOrder
    from tpp.model.banking.transaction import Transaction

T = TypeVar("T")

ACCOUNT_ID = "{AccountId}"
"""What stands for an account's id in the path of a resource."""


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """What could be read of a body, and the JSON pointers of what could not; never a value of it.

    `next`: the query of the next page's address, as the bank wrote it (empty where that address has none); None where
    this page is the last. `keys`: the bank's ids of the items, in their order, where the reader tells them; None for
    an item without one. `cut`: why a page that follows was not read, where that was tried; one of `CUTS`.
    """

    items: tuple[T, ...]
    unreadable: tuple[str, ...] = ()
    next: str | None = None
    keys: tuple[str | None, ...] = ()
    cut: str | None = None

    @property
    def more(self) -> bool:
        """Whether the bank has another page."""
        return self.next is not None


CUTS = frozenset({"limit", "slow", "repeated", "failed"})
"""As many pages as we read; no time for another one; the bank sent the same again; the next one failed."""


def joined(pages: Sequence[Parsed[T]], cut: str | None = None) -> Parsed[T]:
    """Put the pages of one list together, in their order.

    An item whose id came on an earlier page already is there once: a list moves on while it is read. Where the two are
    not the same the later one is left out and noted, by the pointer of the list's own object.
    """
    if len(pages) == 1:
        return replace(pages[0], cut=cut) if cut else pages[0]
    items: list[T] = []
    keys: list[str | None] = []
    unreadable: list[str] = []
    known: dict[str, T] = {}
    for page in pages:
        unreadable.extend(page.unreadable)
        for key, item in zip_longest(page.keys, page.items):
            if key is None or known.setdefault(key, item) is item:
                items.append(item)
                keys.append(key)
            elif known[key] != item:
                unreadable.append("/Data")
    return Parsed(tuple(items), tuple(unreadable), pages[-1].next, tuple(keys), cut)


@dataclass(frozen=True, slots=True)
class Resource(Generic[T]):
    """One kind of thing to read. `path`: below `account-information/{version}`, with `{AccountId}` where one belongs.

    `allowed_by`: each of these permissions is enough. `read`: turns a body into the model, field by field, tolerant of
    everything but a body that is no answer at all (MalformedResponse). `fresh`: for so long what was read counts as
    new, and nobody asks again unless told to. `kept`: whether the answer may be kept at all, be it for a moment.
    """

    name: str
    path: str
    version: str
    allowed_by: frozenset[str]
    read: Callable[[object], Parsed[T]]
    fresh: timedelta
    kept: bool = True

    @property
    def is_of_account(self) -> bool:
        """Whether it belongs to one account."""
        return ACCOUNT_ID in self.path.split("/")


@dataclass(frozen=True, slots=True)
class Wanted(Generic[T]):
    """A resource as it is asked for: of which account, where it belongs to one, and with which query."""

    resource: Resource[T]
    account_id: str | None = None
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def segments(self) -> tuple[str, ...]:
        """The path, part by part and unquoted, with the account's id in its place."""
        parts = self.resource.path.split("/")
        return tuple((self.account_id or "") if part == ACCOUNT_ID else part for part in parts)


@dataclass(frozen=True, slots=True)
class Resources:
    """The table of all that is read of a bank."""

    accounts: Resource[Account]
    balances: Resource[Balance]
    transactions: Resource[Transaction]
    direct_debits: Resource[DirectDebit]
    standing_orders: Resource[StandingOrder]
    scheduled_payments: Resource[ScheduledPayment]
    beneficiaries: Resource[Beneficiary]
    product: Resource[Product]
    user: Resource[Party]
