"""Transfers between shown accounts: money that left one of them and came to another, told from all other money.

An amount alone makes no transfer. The rule, in the order in which pairs are made; each entry is in one pair at most:

1. A pair is two entries that are booked or pending, on two shown accounts, of one currency and one amount, one out and
   one in, listed at most three days apart. In addition the bank must say that they belong together:
   a. each names the other account by its whole number (scheme left aside, as a number with a country is an IBAN under
      any name); or one does, and the other one names no whole number at all;
   b. neither names a whole number, both carry the same reference of six characters or more with a digit in it, and
      neither names anybody else: money may be handed on under the reference that it came with;
   c. neither names a whole number, and each names the other account by its holder or by its own name; or one does, and
      the other one names nobody.
   An entry that names the whole number of an account that is not shown is in no pair: the money went elsewhere. Neither
   is a card payment, cash, a cheque or a bill that names no number of a shown account.
2. An entry whose other side cannot be seen (it is on a page of the bank that was not read, or in another currency) is
   one half of an own transfer only where it names a shown account by its number and no other bank can have that
   number: an IBAN, or the number of an account of the same bank in a transfer that the bank calls one within itself.

Source: account-information v1.2, `CreditorAccount`, `DebtorAccount`, `TransactionReference`, `TransactionType`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.model.text import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
    from datetime import datetime
    from decimal import Decimal

    from tpp.model.account import Account, AccountIdentifier
    from tpp.model.banking.transaction import Transaction

NEAR = timedelta(days=3)
"""How far the two sides of one transfer may lie apart: a weekend."""

SHORTEST_REFERENCE = 6
"""Shorter ones are counted or written by hand, and come again; so are plain words, such as that for a salary."""

WITHIN_ONE_BANK = "SameBankTransfer"

OTHER_WAYS = frozenset({"POS", "ECommerce", "ATM", "BillPayments", "Teller", "Cheque"})
"""Types of transactions that are no transfers unless a number says so."""


@dataclass(frozen=True, slots=True)
class Held:
    """One shown account with what was read of its transactions; `issuer`: the bank that gave the consent."""

    account: Account
    issuer: str
    transactions: Sequence[Transaction]


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction on a shown account. `own`: the shown account on its other side, where it is an own transfer.

    `account`: None on a list of one account, which need not name it.
    """

    transaction: Transaction
    account: Account | None = None
    own: Account | None = None


@dataclass(slots=True)
class _Side:
    """One entry while pairs are made. `place`: which account it is on.

    `numbers`: which shown accounts it names by number; `elsewhere`: whether it names a number that is none of them.
    `names`: which it names by name; `is_named`: whether it names anybody. `reference`: empty where it tells nothing.
    """

    place: int
    transaction: Transaction
    at: datetime
    amount: Decimal
    currency: str
    numbers: frozenset[int]
    elsewhere: bool
    names: frozenset[int]
    is_named: bool
    reference: str
    other: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it names no whole number, and may be a transfer all the same."""
        kind = self.transaction.kind
        return not self.numbers and not self.elsewhere and kind not in OTHER_WAYS and self.transaction.merchant is None


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way in which two entries belong together. `out`, `into`: whether an entry fits an account on the other side.

    `key`: entries pair within one key; one without a key pairs with none.
    """

    out: Callable[[_Side, int], bool]
    into: Callable[[_Side, int], bool]
    key: Callable[[_Side], Hashable] = lambda _: True


def _by_number(side: _Side, place: int) -> bool:
    return place in side.numbers


def _by_name(side: _Side, place: int) -> bool:
    return side.is_open and place in side.names


def _without_number(side: _Side, _place: int) -> bool:
    return side.is_open


def _nobody_else(side: _Side, place: int) -> bool:
    return side.is_open and (not side.is_named or place in side.names)


def _nameless(side: _Side, _place: int) -> bool:
    return side.is_open and not side.is_named


_RULES = (
    _Rule(_by_number, _by_number),
    _Rule(_by_number, _without_number),
    _Rule(_without_number, _by_number),
    _Rule(_nobody_else, _nobody_else, lambda side: side.reference),
    _Rule(_by_name, _by_name),
    _Rule(_by_name, _nameless),
    _Rule(_nameless, _by_name),
)


def recognised(held: Sequence[Held]) -> list[Entry]:
    """Return every transaction as an entry, in the order given; own transfers with the account on their other side."""
    directory = _Directory(held)
    sides = [[directory.side(place, each) for each in one.transactions] for place, one in enumerate(held)]
    _pair([side for row in sides for side in row if side])
    return [
        Entry(transaction, one.account, _other(held, directory, side))
        for one, row in zip(held, sides, strict=True)
        for transaction, side in zip(one.transactions, row, strict=True)
    ]


def _other(held: Sequence[Held], directory: _Directory, side: _Side | None) -> Account | None:
    """Return the account on the other side: of the pair, else the one that is named beyond doubt (2)."""
    if side is None:
        return None
    place = side.other if side.other is not None else directory.named_beyond_doubt(side)
    return held[place].account if place is not None else None


class _Directory:
    """What the shown accounts are known by."""

    def __init__(self, held: Sequence[Held]) -> None:
        self._held = held
        self._numbers: dict[str, set[int]] = {}
        self._names: dict[str, set[int]] = {}
        for place, one in enumerate(held):
            for identifier in one.account.identifiers:
                if identifier.is_whole:
                    self._numbers.setdefault(_plain(identifier), set()).add(place)
            for name in _names(one.account):
                if name and normalised(name):
                    self._names.setdefault(normalised(name), set()).add(place)

    def side(self, place: int, transaction: Transaction) -> _Side | None:
        """Return a transaction as one side of a transfer; None for what can be none."""
        money, at = transaction.money, transaction.listed_at
        if not money or at is None or not money.amount or not (transaction.is_booked or transaction.is_pending):
            return None
        other = transaction.counterparty
        whole = [each for each in (other.accounts if other else ()) if each.is_whole]
        named = [normalised(name) for name in ((other.name, other.short_name) if other else ()) if name]
        numbers = {found for each in whole for found in self._numbers.get(_plain(each), ())} - {place}
        return _Side(
            place=place,
            transaction=transaction,
            at=at,
            amount=money.amount,
            currency=money.currency,
            numbers=frozenset(numbers),
            elsewhere=bool(whole) and not numbers,
            names=frozenset({found for name in named for found in self._names.get(name, ())} - {place}),
            is_named=any(named),
            reference=_reference(transaction),
        )

    def named_beyond_doubt(self, side: _Side) -> int | None:
        """Return the account that an entry without a partner names by a number that no other bank can have (2)."""
        sure = sorted(place for place in side.numbers if self._is_sure(side, place))
        return next(iter(sorted(sure, key=lambda place: self._held[place].account.currency != side.currency)), None)

    def _is_sure(self, side: _Side, place: int) -> bool:
        other = side.transaction.counterparty
        numbers = {_plain(each): each for each in (other.accounts if other else ())}
        named = [numbers[_plain(each)] for each in self._held[place].account.identifiers if _plain(each) in numbers]
        same_bank = self._held[place].issuer == self._held[side.place].issuer
        return any(each.is_iban for each in named) or (
            bool(named) and same_bank and side.transaction.kind == WITHIN_ONE_BANK
        )


def _names(account: Account) -> Iterator[str | None]:
    """Yield what the holder and the bank call this one account; a description is shared by many."""
    yield from (account.holder_name, account.nickname, *(each.name for each in account.identifiers))


def _reference(transaction: Transaction) -> str:
    reference = normalised(transaction.reference or "")
    is_telling = len(reference) >= SHORTEST_REFERENCE and any(map(str.isdigit, reference))
    return reference if is_telling else ""


def _plain(identifier: AccountIdentifier) -> str:
    return "".join(identifier.identification.split()).upper()


def _pair(sides: Iterable[_Side]) -> None:
    """Make the pairs of each amount; surer ways go before others, and within one the earlier entries."""
    amounts: dict[tuple[str, Decimal], list[_Side]] = {}
    for side in sides:
        amounts.setdefault((side.currency, abs(side.amount)), []).append(side)
    for found in amounts.values():
        if any(side.numbers or side.names or side.reference for side in found):
            found.sort(key=lambda side: side.at)
            for rule in _RULES:
                _pair_by(rule, found)


def _pair_by(rule: _Rule, found: Sequence[_Side]) -> None:
    out, into = _by_account(found, is_out=True), _by_account(found, is_out=False)
    for source, leaving in out.items():
        for target, coming in into.items():
            if source != target:
                _walk(
                    [side for side in leaving if rule.out(side, target)],
                    [side for side in coming if rule.into(side, source)],
                    rule,
                )


def _by_account(found: Iterable[_Side], *, is_out: bool) -> dict[int, list[_Side]]:
    accounts: dict[int, list[_Side]] = {}
    for side in found:
        if side.other is None and (side.amount < 0) is is_out:
            accounts.setdefault(side.place, []).append(side)
    return accounts


def _walk(leaving: Iterable[_Side], coming: Iterable[_Side], rule: _Rule) -> None:
    """Pair in the order of time, key by key: an entry too early for any other is passed over."""
    for outs, ins in _keyed(leaving, coming, rule.key):
        first = second = 0
        while first < len(outs) and second < len(ins):
            out, into = outs[first], ins[second]
            gap = into.at - out.at
            if abs(gap) <= NEAR:
                out.other, into.other = into.place, out.place
            first += gap >= -NEAR
            second += gap <= NEAR


def _keyed(
    leaving: Iterable[_Side], coming: Iterable[_Side], key: Callable[[_Side], Hashable]
) -> Iterator[tuple[list[_Side], list[_Side]]]:
    keys: dict[Hashable, tuple[list[_Side], list[_Side]]] = {}
    for number, sides in enumerate((leaving, coming)):
        for side in sides:
            if side.other is None and key(side):
                keys.setdefault(key(side), ([], []))[number].append(side)
    yield from keys.values()
