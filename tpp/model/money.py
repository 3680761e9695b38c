"""Money: a `Decimal` in major units with its ISO 4217 currency, never a float.

Source: account-information v1.2, `AEActiveOrHistoricAmount`: `Amount` is an unsigned string of at most 13
digits and 5 decimals; the sign stands beside it in `CreditDebitIndicator`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` in major units (12.5 is twelve and a half dirhams), signed; `currency` as `AED`."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        """Add two amounts of one currency. Raises ValueError for two currencies: there is no such sum."""
        if self.currency != other.currency:
            message = "amounts of two currencies cannot be added"
            raise ValueError(message)
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> Money:
        """Turn the sign round."""
        return Money(-self.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Subtract an amount of the same currency. Raises ValueError for two currencies."""
        return self + -other

    @property
    def is_debt(self) -> bool:
        """Whether this is money owed."""
        return self.amount < 0


@dataclass(frozen=True, slots=True)
class Bare:
    """An amount to be printed beside its currency, and so without it."""

    money: Money
