"""The account cards of the bank's pages: title, nickname, identifier and one or two amounts.

The title is the standard's; beneath it stands the nickname that the API gives, so that a person finds the same
account at the client. Accounts show the whole identification and "Balance", with "Overdraft" where there is one;
cards show four last digits, credit cards "Outstanding" and "Available". An IBAN is printed in groups of four; what
has no country in front is none, and stands as the API gives it.
Source: UAE Open Finance customer experience guidelines, Data Sharing, Authorisation page, account cards; ISO 13616.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from sandbox.ground.amounts import PLACES, major_of
from sandbox.ground.services import bank
from sandbox.ledger.ledger import levels_at
from sandbox.resources.balances import left_of

if TYPE_CHECKING:
    from decimal import Decimal

    from sandbox.people.holders import Account

HOME_CURRENCY = "AED"
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}", re.ASCII)
MINUS = "\N{MINUS SIGN}"
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹"}


@dataclass(frozen=True)
class Row:
    """One amount with its label; `figures` has grouped thousands and the currency's places, and a minus if overdrawn.

    `sign` is the currency's, or its code where it has no sign of its own; `AED` is drawn by the page.
    """

    label: str
    sign: str
    figures: str


@dataclass(frozen=True)
class Card:
    """One account to tick; `nickname` is empty where the title is the nickname."""

    account_id: str
    title: str
    nickname: str
    identifier: str
    rows: tuple[Row, ...]


def card_of(account: Account) -> Card:
    """Return the card of an account in the reader's language."""
    kinds = {"CurrentAccount": _("Current Account"), "Savings": _("Savings")}
    title = kinds.get(account.sub_type, account.nickname)
    return Card(
        account.account_id,
        title if account.currency == HOME_CURRENCY else f"{title} ({account.currency})",
        account.nickname if account.sub_type in kinds else "",
        _identifier(account),
        _rows(account),
    )


def _identifier(account: Account) -> str:
    if account.sub_type in ("CreditCard", "PrepaidCard"):
        return f"**** **** **** {account.identification[-4:]}"
    return _grouped(account.identification) if IBAN.match(account.identification) else account.identification


def _rows(account: Account) -> tuple[Row, ...]:
    booked = levels_at(account, bank().ledger_now()).booked
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
