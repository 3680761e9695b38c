"""Accounts that several consents share: each is shown, and counted, once.

The same account is known by its AccountId, else by scheme and full identification, in the same currency at the same
issuer: a bank may give new ids with each consent. Within one consent nothing is merged: two accounts that share a
number there are two. A name alone never makes two accounts, or two people, one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tpp.model.account import Account
    from tpp.model.figures import AccountFigures, Figures


@dataclass(frozen=True, slots=True)
class Sole:
    """One connection with the accounts that are shown under it; `elsewhere`: how many stand under another one.

    `shared`: all that the bank shares by it, wherever they are shown.
    """

    figures: Figures
    elsewhere: int = 0
    shared: tuple[Account, ...] = ()


def _has_figure(_source: Figures, each: AccountFigures) -> bool:
    return bool(each.balances)


def without_doubles(
    figures: Iterable[Figures], is_read: Callable[[Figures, AccountFigures], bool] = _has_figure
) -> list[Sole]:
    """Keep each account once: from the newest consent that has what is read of it, else from the newest.

    `is_read`: whether a consent has that of an account; without it, its figure.
    """
    sources = list(figures)
    found = [[(place, each) for each in source.accounts] for place, source in enumerate(sources)]
    same = _same_accounts(sources)
    owners: dict[int, tuple[bool, int]] = {}
    for place, each in (item for items in found for item in items):
        mark = same[place, each.account.account_id]
        owners[mark] = min(owners.get(mark, (True, place)), (not is_read(sources[place], each), place))

    def is_shown(place: int, each: AccountFigures) -> bool:
        return owners[same[place, each.account.account_id]][1] == place

    return [
        Sole(
            replace(source, accounts=own),
            len(source.accounts) - len(own),
            tuple(each.account for each in source.accounts),
        )
        for place, source in enumerate(sources)
        for own in [tuple(each for each in source.accounts if is_shown(place, each))]
    ]


def _same_accounts(sources: list[Figures]) -> dict[tuple[int, str], int]:
    """Number the accounts so that the same account of two consents has one number."""
    numbers: dict[tuple[object, ...], int] = {}
    marks: dict[tuple[int, str], int] = {}
    for place, source in enumerate(sources):
        seen: Counter[tuple[object, ...]] = Counter()
        for each in source.accounts:
            keys = list(_keys(source.grant.issuer, each.account, seen))
            known = next((numbers[key] for key in keys if key in numbers), len(marks))
            marks[place, each.account.account_id] = known
            for key in keys:
                numbers.setdefault(key, known)
    return marks


def _keys(issuer: str, account: Account, seen: Counter[tuple[object, ...]]) -> Iterable[tuple[object, ...]]:
    """Yield what an account is known by: its id first. Of several with one number, the first is like the first.

    A masked number is shared by ten thousand accounts, so it counts together with the holder's name only.
    """
    yield issuer, account.account_id
    for identifier in account.identifiers[:1]:
        number: tuple[object, ...] = (
            issuer,
            identifier.scheme,
            "".join(identifier.identification.split()),
            account.currency,
        )
        masked = not identifier.is_whole
        if masked and (account.holder_name is None or not identifier.is_telling):
            return
        number += (account.holder_name if masked else None,)
        seen[number] += 1
        yield (*number, seen[number])
