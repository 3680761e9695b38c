"""The product behind an account: what it costs, what it earns, what borrowing costs; as the bank tells it.

v1.2 and v2.1 have different objects. Both come down to this one; what only one of them tells is None or empty of the
other. Nothing is worked out: a rate whose unit the standard leaves open stays the number that it is.
Source: account-information v1.2 and v2.1, `AEProduct`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from tpp.model.money import Money


@dataclass(frozen=True, slots=True)
class ProductCharge:
    """One charge: `money`, unsigned, or a `fraction` of an amount (0.05 is 5 %), at most `most`.

    `kind`: the standard's `ChargeType` or `Type`, raw. `every`: an ISO 8601 duration (v1.2) or a word (v2.1).
    """

    name: str | None = None
    kind: str | None = None
    money: Money | None = None
    fraction: Decimal | None = None
    most: Money | None = None
    every: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class ProductRate:
    """One rate of lending or of a deposit.

    `fraction`: v1.2, where 0.05 is 5 %. `stated`: v2.1, whose text does not say what its number counts. `calculated`
    and `applied`: how often, as an ISO 8601 duration (v1.2) or a word (v2.1). `money`: for which amount it holds.
    """

    kind: str | None = None
    fraction: Decimal | None = None
    stated: Decimal | None = None
    money: Money | None = None
    calculated: str | None = None
    applied: str | None = None
    repayment: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """One entry of `Product[]`. `kind`: the bank's own `ProductType`; `sharia_structure`: v2.1's word, raw.

    `is_islamic`: None where it is not told (v1.2 takes that for "no", which is not the bank's word). `rewards`: the
    names of what it brings.
    """

    product_id: str | None = None
    kind: str | None = None
    name: str | None = None
    is_islamic: bool | None = None
    sharia_structure: str | None = None
    charges: tuple[ProductCharge, ...] = ()
    lending_rates: tuple[ProductRate, ...] = ()
    deposit_rates: tuple[ProductRate, ...] = ()
    is_secured: bool | None = None
    needs_salary_transfer: bool | None = None
    rewards: tuple[str, ...] = ()
