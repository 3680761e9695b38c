"""What a bank tells us of an account and of its balances.

Only `account_id` is guaranteed; every other field is `None` or empty where the bank left it out or sent
something unreadable. Nothing here is invented. Source: account-information v1.2, `/accounts` and
`/accounts/{AccountId}/balances`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.text import is_visible

if TYPE_CHECKING:
    from datetime import datetime

    from tpp.model.money import Money

_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")

_CURRENT = frozenset({"current", "currentaccount"})
_SAVINGS = frozenset({"saving", "savings", "savingaccount", "savingsaccount"})
"""Sub-types as `spelt` writes them; both hold the holder's own money first of all."""

_LENT = re.compile(
    "card|credit|loan|lend|debt|overdraft|mortgage|financ|leas|ijara|murabaha|musharaka|tawarruq|paylater"
)
_OWN_CARDS = frozenset({"prepaidcard", "debitcard", "prepaid", "debit"})
"""Cards that spend the holder's own money."""

_MASKED_PAN = re.compile(r"[0-9]{0,8}[Xx*•]{4,}[0-9]{2,6}")
_WHOLE = re.compile(r"(?!.*xx)[a-z0-9/-]+", re.IGNORECASE)
"""A number without a sign that hides digits; two X in a row are taken for such, as no account here has them."""

_LEAST_DIGITS = 4
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


@dataclass(frozen=True, slots=True)
class AccountIdentifier:
    """One entry of `AccountIdentifiers[]`, e.g. scheme `IBAN`."""

    scheme: str
    identification: str
    name: str | None = None

    @property
    def is_card_number(self) -> bool:
        """Whether it is a masked card number: v1.2 has no scheme for one, so banks file it under another."""
        return self.scheme == "MaskedPAN" or _MASKED_PAN.fullmatch(self.identification.replace(" ", "")) is not None

    @property
    def is_whole(self) -> bool:
        """Whether it is a full number, with nothing hidden anywhere in it."""
        return not self.is_card_number and _WHOLE.fullmatch("".join(self.identification.split())) is not None

    @property
    def is_telling(self) -> bool:
        """Whether enough digits can be seen to tell it from another one of the same person."""
        return sum(map(str.isdigit, self.identification)) >= _LEAST_DIGITS

    @property
    def is_iban(self) -> bool:
        """Whether it has the form of an IBAN (ISO 13616), with or without gaps."""
        return _IBAN.fullmatch(self.identification.replace(" ", "").upper()) is not None


@dataclass(frozen=True, slots=True)
class CreditLine:
    """Borrowed money beside a balance; `included` says whether the balance already counts it."""

    included: bool
    kind: str | None
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Balance:
    """One entry of `Balance[]`: `kind` is the standard's `Type`; `money` carries the sign of the indicator."""

    kind: str
    money: Money
    at: datetime | None = None
    credit_lines: tuple[CreditLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Servicer:
    """The bank that keeps the account: `identification` is a BIC where the scheme is `BICFI`."""

    scheme: str | None
    identification: str


@dataclass(frozen=True, slots=True)
class Account:
    """One entry of `Account[]`; strings are the bank's own, untouched. `opened`, `matures`, `status_at`: aware UTC."""

    account_id: str
    nickname: str | None = None
    holder_name: str | None = None
    description: str | None = None
    status: str | None = None
    currency: str | None = None
    account_type: str | None = None
    sub_type: str | None = None
    identifiers: tuple[AccountIdentifier, ...] = ()
    holder_short_name: str | None = None
    status_at: datetime | None = None
    opened: datetime | None = None
    matures: datetime | None = None
    servicer: Servicer | None = None

    @property
    def can_be_asked(self) -> bool:
        """Whether the id may go into a path: the Starter Kit pastes it into a URL as it is."""
        return _SAFE_ID.fullmatch(self.account_id) is not None and self.account_id.strip(".") != ""

    @property
    def is_credit_product(self) -> bool:
        """Whether the bank lends here: a card, a loan or the like, however its sub-type is spelt."""
        kind = spelt(self.sub_type)
        if kind in _OWN_CARDS:
            return False
        return _LENT.search(kind) is not None if kind else self.has_card_number

    @property
    def may_owe(self) -> bool:
        """Whether a debt is possible by the account's kind: all but current and savings accounts, and cards of
        the holder's own money.
        """
        return not (self.is_current or self.is_savings or spelt(self.sub_type) in _OWN_CARDS)

    @property
    def is_current(self) -> bool:
        """Whether the bank calls it a current account, however it spells that."""
        return spelt(self.sub_type) in _CURRENT

    @property
    def is_savings(self) -> bool:
        """Whether the bank calls it a savings account, however it spells that."""
        return spelt(self.sub_type) in _SAVINGS

    @property
    def is_card(self) -> bool:
        """Whether the bank calls it a card, however it spells that."""
        return "card" in spelt(self.sub_type) or spelt(self.sub_type) in _OWN_CARDS

    @property
    def has_card_number(self) -> bool:
        """Whether the first identifier is a card's number, whatever scheme it is filed under."""
        first = next(iter(self.identifiers), None)
        return first is not None and first.is_card_number

    @property
    def own_title(self) -> str | None:
        """Return the bank's or the holder's own title: nickname, identifier's name, description; or None."""
        names = [self.nickname, *(each.name for each in self.identifiers), self.description]
        return next((name for name in names if name and is_visible(name)), None)


def spelt(sub_type: str | None) -> str:
    """Return a sub-type without gaps, signs and capitals, so that `Credit Card` and `CREDIT_CARD` are one."""
    return re.sub("[^a-z]", "", (sub_type or "").lower())
