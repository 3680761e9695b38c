"""Account numbers as people read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.pages import labels

if TYPE_CHECKING:
    from tpp.model.account import AccountIdentifier
    from tpp.model.words import Words

_GROUP = 4
_FULL_CARD = re.compile(r"[0-9]{12,19}")
"""A card's number with nothing hidden, by ISO/IEC 7812-1, where the shortest ones still in use have twelve digits."""

_UNGROUPED = frozenset({"MobileNumber", "UtilityName", "EWallet"})
"""Schemes whose text is no account number."""


@dataclass(frozen=True, slots=True)
class Number:
    """One identifier: what it is called, and the number as people read it.

    `plain`: the number as it is handed on, without gaps; None where a part of it is hidden.
    """

    label: Words | str
    text: str
    plain: str | None = None


def number(identifier: AccountIdentifier, *, card: bool = False) -> Number:
    """Name a number, and group a full one in fours; a masked one stays as the bank sent it. `card`: it is a card's.

    Of a card's full number only the last four digits are shown: the card itself could be paid with by the rest.
    """
    card = card or identifier.is_card_number
    label = labels.label(labels.SCHEMES, "MaskedPAN" if card else identifier.scheme or None) or identifier.scheme
    if card and (full := _FULL_CARD.fullmatch(re.sub(r"[\s-]", "", identifier.identification))):
        return Number(label, f"•••• {full[0][-_GROUP:]}")
    if card or not identifier.is_whole:
        return Number(label, identifier.identification.strip())
    plain = "".join(identifier.identification.split())
    if identifier.scheme in _UNGROUPED:
        return Number(label, identifier.identification.strip(), plain)
    return Number(label, " ".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP)), plain)
