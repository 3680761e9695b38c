"""How each version of the standard says what the two do not say alike.

The makers take what the bank keeps and return the objects of one version; what is not here is the same in both.
Source: UAE Open Finance Standard v1.2 and v2.1, account-information.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.ground.versions import V12, V21, Version
from sandbox.resources.balances import balances_of
from sandbox.resources.parties import parties_of, party_of
from sandbox.resources.products import products
from sandbox.resources.rebuilt import beneficiary_in_v21, parties_in_v21, party_in_v21, products_in_v21
from sandbox.resources.shapes import balances_in_v21, in_v21, transaction_in_v21
from sandbox.resources.transactions import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sandbox.people.holders import Account, Person
    from sandbox.resources.paging import Shape

    Row = dict[str, Any]


@dataclass(frozen=True)
class Dialect:
    """The makers of one version; `account` and `beneficiary` take the object of v1.2."""

    account: Callable[[Row, Account], Row]
    balances: Callable[[Account, datetime], list[Row]]
    beneficiary: Callable[[Row], Row]
    product: Callable[[Account], list[Row]]
    transaction: Shape
    party: Callable[[Person, Collection[str]], Row]
    parties: Callable[[Person, Account, Collection[str]], list[Row]]


DIALECTS: dict[Version, Dialect] = {
    V12: Dialect(
        account=lambda row, _account: row,
        balances=balances_of,
        beneficiary=lambda row: row,
        product=products,
        transaction=opened,
        party=party_of,
        parties=parties_of,
    ),
    V21: Dialect(
        account=in_v21,
        balances=balances_in_v21,
        beneficiary=beneficiary_in_v21,
        product=products_in_v21,
        transaction=transaction_in_v21,
        party=party_in_v21,
        parties=parties_in_v21,
    ),
}
