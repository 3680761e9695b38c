"""What a list of transactions and its sums are made of, and what they leave out, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.model.days import day_of, noon
from tpp.model.words import N_, NN_, Words
from tpp.pages import troubles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tpp.model.banking.own_transfers import Entry
    from tpp.model.banking.transaction import Transaction

_MISSING = {
    None: N_("Your bank has more: only the newest page can be read through this connection."),
    "limit": N_("Your bank has more: this is as far as we read."),
    "slow": N_("Your bank has more: reading further took too long."),
    "failed": N_("Your bank has more: its next page could not be read just now."),
    "repeated": N_("Your bank sent the same page again, so reading ended there; there may be more."),
}
"""What is missing where the bank has further pages, by why they were not read."""


def notes(hits: Sequence[Transaction]) -> Iterator[Words]:
    """Say what the sums leave out."""
    if len({each.counted.currency for each in hits if each.counted}) > 1:
        yield N_("Currencies are never added together.")
    unreadable = sum(1 for each in hits if each.money is None)
    if unreadable:
        yield NN_(
            "%(count)s transaction has an amount that cannot be read; it is in no sum.",
            "%(count)s transactions have amounts that cannot be read; they are in no sum.",
            unreadable,
        )
    rejected = sum(1 for each in hits if each.is_rejected)
    if rejected:
        yield NN_(
            "%(count)s rejected transaction is shown and not counted.",
            "%(count)s rejected transactions are shown and not counted.",
            rejected,
        )
    unknown = sum(1 for each in hits if not (each.is_booked or each.is_pending or each.is_rejected))
    if unknown:
        yield NN_(
            "%(count)s transaction has a status that we do not know; it is shown and not counted.",
            "%(count)s transactions have a status that we do not know; they are shown and not counted.",
            unknown,
        )


def on_own_transfers(hits: Sequence[Entry], *, without: bool) -> Words | None:
    """Say what becomes of transfers between own accounts; None where there is none and none was left out."""
    if without:
        return N_("Transfers between your own accounts are left out.")
    if any(each.own for each in hits):
        return N_("Transfers between your own accounts are found on both sides and are in these sums.")
    return None


def coverage(sent: Sequence[Transaction], *, more: bool, unreadable: int, cut: str | None = None) -> Iterator[Words]:
    """Say which transactions all this is made of, and what is missing; `cut`: as in `tpp.model.resource.CUTS`."""
    days = [day_of(each.listed_at) for each in sent if each.listed_at]
    if not sent:
        yield N_("Your bank sent no transactions.")
    elif days:
        yield NN_(
            "From the %(count)s transaction your bank sent, %(first)s to %(last)s.",
            "From the %(count)s transactions your bank sent, %(first)s to %(last)s.",
            len(sent),
            first=noon(min(days)),
            last=noon(max(days)),
        )
    else:
        yield NN_(
            "From the %(count)s transaction your bank sent, without a date.",
            "From the %(count)s transactions your bank sent, all without a date.",
            len(sent),
        )
    if more:
        yield _MISSING.get(cut, _MISSING[None])
    if unreadable:
        yield troubles.left_out(unreadable)
