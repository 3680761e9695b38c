"""When a bank last gave something under a consent: a date and a number, which outlive what was read.

It moves with each call that succeeds and with nothing else, and is written in one step with what was read, or alone
where that is not kept. It stays known as long as the connection is, as history too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.journey.shapes import Shape
from tpp.model import kinds
from tpp.model.grant import Receipt
from tpp.model.rows import New

if TYPE_CHECKING:
    from tpp.model.rows import Vault

SHAPE = Shape(kinds.RECEIPT, lambda kept: Receipt.from_json(kept.value))


def find(vault: Vault, consent_id: str) -> Receipt | None:
    """Return what is known; None where the bank has given nothing yet."""
    return SHAPE.get(vault, consent_id)


def row(vault: Vault, consent_id: str, new: Receipt, ends: float) -> New:
    """Return the row that tells of a call, until `ends` (epoch seconds); a late answer moves nothing back."""
    known = find(vault, consent_id)
    accounts = new.accounts if new.accounts is not None or known is None else known.accounts
    told = Receipt(max(new.at, known.at) if known else new.at, accounts)
    return New(kinds.RECEIPT, consent_id, SHAPE.write(told.to_json()), ends)


def prolong(vault: Vault, ends: float) -> None:
    """Keep all of them until `ends` (epoch seconds) at least."""
    vault.extend(kinds.RECEIPT, ends)
