"""Amounts: whole minor units within the bank, plain decimal strings with the currency's places on the wire.

Source: ISO 4217 for the places; UAE Open Finance Standard v1.2, `AEActiveOrHistoricCurrencyAndAmount`.
"""

from __future__ import annotations

from decimal import Decimal

PLACES = {"BHD": 3}


def amount(value: Decimal, currency: str) -> dict[str, str]:
    """Return an amount object: a plain decimal string with the currency's places."""
    return {"Amount": f"{value:.{PLACES.get(currency, 2)}f}", "Currency": currency}


def unit_of(currency: str) -> int:
    """Return how many minor units are one whole unit."""
    return int(10 ** PLACES.get(currency, 2))


def minor_of(value: Decimal, currency: str) -> int:
    """Return an amount in whole minor units of its currency."""
    return int(value.scaleb(PLACES.get(currency, 2)))


def major_of(minor: int, currency: str) -> Decimal:
    """Return the unsigned amount in major units."""
    return Decimal(abs(minor)).scaleb(-PLACES.get(currency, 2))
