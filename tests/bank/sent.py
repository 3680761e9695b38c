"""What the sandbox's bank sends of each of its people, as JSON text, without a server: one body a resource and version.

The objects are made by the bank's own makers, so that a reader is tried on all that the bank can say. `nasty`'s are
spoilt, as when they leave the bank.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.ground.versions import V12
from sandbox.ledger.ledger import ledger_at
from sandbox.people.everyone import PEOPLE
from sandbox.people.nasty import BUSY, NASTY_ACCOUNTS, spoil
from sandbox.resources import regular
from sandbox.resources.dialects import DIALECTS
from tests.clock import START
from tpp.bank.answers import parse

if TYPE_CHECKING:
    from sandbox.ground.versions import Version
    from sandbox.people.holders import Account, Person

NAMES = tuple(person.username for person in PEOPLE)
SOUND = tuple(name for name in NAMES if name != "nasty")
ALL = (
    *("ReadTransactionsDetail", "ReadFXTransactionsDetail", "ReadBeneficiariesDetail", "ReadStandingOrdersDetail"),
    *("ReadScheduledPaymentsDetail", "ReadPartyUserIdentity"),
)
REGULAR = {
    "DirectDebit": regular.direct_debits,
    "StandingOrder": regular.standing_orders,
    "ScheduledPayment": regular.scheduled_payments,
}
MOST = 1200


def person(name: str) -> Person:
    """Return one of the people."""
    return next(each for each in PEOPLE if each.username == name)


def accounts(name: str) -> tuple[Account, ...]:
    """Return a person's accounts: of the forty hostile ones a few, the busy one among them."""
    return person(name).accounts if name != "nasty" else NASTY_ACCOUNTS[BUSY : BUSY + 4]


def rows(name: str, account: Account, kind: str, version: Version = V12) -> list[dict[str, Any]]:
    """Return the objects of one resource of one account, as they leave the bank."""
    dialect = DIALECTS[version]
    if kind == "Transaction":
        made = [dialect.transaction(flow, account, ALL) for flow in ledger_at(account, START)[:MOST]]
    elif kind == "Beneficiary":
        made = [dialect.beneficiary(row) for row in regular.beneficiaries(account, START, detail=True)]
    elif kind == "Product":
        made = dialect.product(account)
    elif kind == "Party":
        made = dialect.parties(person(name), account, ALL)
    else:
        made = REGULAR[kind](account, START, detail=True)
    return spoil(made, len(kind)) if name == "nasty" else made


def sent(name: str, kind: str, version: Version = V12) -> list[tuple[list[dict[str, Any]], object]]:
    """Return for each account the objects, and the body with them, as the product decodes it."""
    found = [(each.account_id, rows(name, each, kind, version)) for each in accounts(name)]
    return [(made, over_the_wire({"AccountId": account_id, kind: made})) for account_id, made in found]


def user(name: str, version: Version = V12) -> tuple[dict[str, Any], object]:
    """Return the user's own party, and the body of `/parties` with it."""
    (made,) = [DIALECTS[version].party(person(name), ALL)]
    if name == "nasty":
        (made,) = spoil([made], 0)
    return made, over_the_wire({"Party": made})


def over_the_wire(data: dict[str, Any]) -> object:
    """Put data into the envelope, write it as JSON and read that as the product does."""
    envelope = {"Data": data, "Links": {"Self": "https://bank.example/x"}, "Meta": {"TotalPages": 1}}
    return parse(json.dumps(envelope).encode())
