"""What was read of made-up accounts, as the pages over all accounts take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bodies import NOW, account, figures
from tpp.model.figures import Found
from tpp.model.resource import Parsed
from tpp.pages.money.sources import Ledger, ledger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tpp.model.banking.transaction import Transaction


def ledger_of(transactions: Mapping[str, Sequence[Transaction]], *, more: bool = False, unreadable: int = 0) -> Ledger:
    """Return the ledger of accounts by id; `more`: the bank has older ones of each."""
    connection = figures([account(name) for name in transactions], {})
    parsed = {
        name: Parsed(tuple(each), ("/Data",) * unreadable, "page=2" if more else None)
        for name, each in transactions.items()
    }
    return ledger([(connection, {name: Found(connection.grant, each, NOW) for name, each in parsed.items()})])
