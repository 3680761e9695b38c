"""The account cards of the Authorisation page: title, identifier and one or two amounts.

Accounts show the whole identification in groups of four and "Balance", with "Overdraft" where there is
one; credit cards show four last digits, "Outstanding" and "Available".
Source: UAE Open Finance customer experience guidelines, Data Sharing, Authorisation page, account cards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from sandbox.amounts import PLACES, major_of
from sandbox.balances import left_of
from sandbox.ledger import levels_at
from sandbox.services import bank

if TYPE_CHECKING:
    from decimal import Decimal

    from sandbox.people import Account

HOME_CURRENCY = "AED"
MINUS = "\N{MINUS SIGN}"
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹"}


@dataclass(frozen=True)
class Row:
    """One amount with its label; ``figures`` has grouped thousands and the currency's places, and a minus if overdrawn.

    ``sign`` is the currency's, or its code where it has no sign of its own; ``AED`` is drawn by the page.
    """

    label: str
    sign: str
    figures: str


@dataclass(frozen=True)
class Card:
    """One account to tick."""

    account_id: str
    title: str
    identifier: str
    rows: tuple[Row, ...]


def card_of(account: Account) -> Card:
    """Return the card of an account in the reader's language."""
    masked = account.sub_type in ("CreditCard", "PrepaidCard")
    identifier = f"**** **** **** {account.identification[-4:]}" if masked else _grouped(account.identification)
    return Card(account.account_id, _title(account), identifier, _rows(account))


def _title(account: Account) -> str:
    titles = {"CurrentAccount": _("Current Account"), "Savings": _("Savings")}
    title = titles.get(account.sub_type, account.nickname)
    return title if account.currency == HOME_CURRENCY else f"{title} ({account.currency})"


def _rows(account: Account) -> tuple[Row, ...]:
    booked = levels_at(account, bank().now()).booked
    level = major_of(booked, account.currency)
    if account.limit is not None:
        return (
            _row(_("Outstanding"), level, account),
            _row(_("Available"), left_of(account, booked), account),
        )
    balance = _row(_("Balance"), level, account, owed=booked < 0)
    if account.overdraft is None:
        return (balance,)
    return balance, _row(_("Overdraft"), account.overdraft, account)


def _row(label: str, value: Decimal, account: Account, *, owed: bool = False) -> Row:
    sign = MINUS if owed else ""
    figures = f"{sign}{value:,.{PLACES.get(account.currency, 2)}f}"
    return Row(label, SIGNS.get(account.currency, account.currency), figures)


def _grouped(identification: str) -> str:
    return " ".join(identification[at : at + 4] for at in range(0, len(identification), 4))
