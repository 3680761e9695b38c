"""Which accounts are looked for on the accounts page, as a value read from a parameter of its address.

An account is found when each word of the text stands somewhere in what its row says in the reader's language, or when
the text is the end of a number of the account. Amounts are not searched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tpp.model.text import clean, normalised
from tpp.model.words import N_, Words
from tpp.pages import labels
from tpp.pages.rows import group_of, masked, title_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tpp.model.account import Account

MANY = 8
"""Up to so many accounts are taken in at a glance and need no search."""

LONGEST = 100
"""What may be searched for, in characters."""

_TAIL = 4
"""A number's last characters that its row shows: fewer are searched for there only, with what else the row says."""


@dataclass(frozen=True, slots=True)
class Find:
    """What is looked for. `typed`: what stands in the field; `text`: what is searched for, "" for every account.

    `say`: puts words of ours into the reader's language. `error`: a word beside the field.
    """

    typed: str
    text: str
    say: Callable[[Words | str], str]
    error: Words | None = None

    def finds(self, account: Account, bank_name: str) -> bool:
        """Whether an account of this bank is looked for."""
        if not self.text or self._is_number_of(account):
            return True
        said = "\n".join(normalised(self.say(each)) for each in _said(account, bank_name) if each)
        return all(word in said for word in self.text.split())

    def _is_number_of(self, account: Account) -> bool:
        number = self.text.replace(" ", "")
        sent = (normalised(each.identification).replace(" ", "") for each in account.identifiers)
        return len(number) > _TAIL and any(each.endswith(number) for each in sent)


EVERY_ACCOUNT = Find("", "", str)


def read(parameter: str, say: Callable[[Words | str], str]) -> Find:
    """Read what is looked for, whatever stands in the parameter; without anything to be seen it is every account."""
    typed = clean(parameter).strip()
    if len(typed) > LONGEST:
        return Find(typed, "", say, N_("Search for at most %(longest)s characters.", longest=LONGEST))
    return Find(typed, normalised(typed), say)


def _said(account: Account, bank_name: str) -> tuple[Words | str | None, ...]:
    """Return what the page says of an account: its row's words, and those that head its groups."""
    scheme, tail = masked(account)
    return (
        title_of(account),
        account.holder_name,
        bank_name,
        labels.label(labels.ACCOUNT_TYPES, account.account_type),
        labels.of_sub_type(account.sub_type),
        group_of(account),
        labels.label(labels.STATUSES, account.status) if account.status != "Active" else None,
        scheme,
        tail,
    )
