"""Accounts that several consents share: each is shown, and counted, once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tpp.model.figures import Figures


def without_doubles(figures: Iterable[Figures]) -> list[Figures]:
    """Keep each account once: from the newest consent that has its figure, else from the newest."""
    sources = list(figures)
    owner: dict[tuple[str, str], tuple[bool, int]] = {}
    for place, source in enumerate(sources):
        for each in source.accounts:
            key = (source.grant.issuer, each.account.account_id)
            owner[key] = min(owner.get(key, (True, place)), (not each.balances, place))
    return [
        replace(
            source,
            accounts=tuple(
                each for each in source.accounts if owner[source.grant.issuer, each.account.account_id][1] == place
            ),
        )
        for place, source in enumerate(sources)
    ]
