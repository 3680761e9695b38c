"""Which tabs an account's page has: those alone that the consent covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.permission import PARTY_READS, PAYEE_READS, PRODUCT_READS, REGULAR_READS, TRANSACTION_READS
from tpp.model.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tpp.model.words import Words


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab. `name`: in its address; `reads`: the resources that it shows, by their fields in `Resources`.

    `needs`: each of these permissions is enough; empty where the list of accounts is all it takes.
    """

    name: str
    label: Words
    reads: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()


TABS = (
    Tab("transactions", N_("Transactions"), ("transactions",), TRANSACTION_READS),
    Tab(
        "regular",
        N_("Regular payments"),
        ("direct_debits", "standing_orders", "scheduled_payments"),
        REGULAR_READS,
    ),
    Tab("payees", N_("Payees"), ("beneficiaries",), PAYEE_READS),
    Tab("product", N_("Product"), ("product",), PRODUCT_READS),
    Tab("people", N_("People"), ("user",), PARTY_READS),
    Tab("about", N_("About")),
)
"""In their order; the first that is granted opens with the account."""


def granted(permissions: Iterable[str]) -> list[Tab]:
    """Return the tabs of an account whose consent has these permissions."""
    held = set(permissions)
    return [tab for tab in TABS if not tab.needs or tab.needs & held]


def opened(tabs: Sequence[Tab], name: str | None) -> Tab | None:
    """Return the tab of a name among those that are granted; the first of them without one; None where it is not."""
    return tabs[0] if name is None else next((tab for tab in tabs if tab.name == name), None)


def named(name: str) -> Tab | None:
    """Return the tab of a name; None where there is no such tab."""
    return next((tab for tab in TABS if tab.name == name), None)
