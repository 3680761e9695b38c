"""Reading the pages that follow: all of them within bounds, what stops it said, and what came by then kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from sandbox.bank import create_bank
from sandbox.ground.keys import key_id
from sandbox.ground.services import EXTENSION
from sandbox.ground.settings import BankSettings
from sandbox.people import everyone
from tests.journey.reading.figures_bank import Bank
from tests.routes import offering
from tests.sandbox.helpers import Clock as BankClock
from tests.sandbox.helpers import RelyingParty
from tpp.bank.resources import RESOURCES
from tpp.errors import (
    AccountRefused,
    BankError,
    BankFault,
    BankRefused,
    ConsentHalted,
    OtherAccount,
    RateLimited,
    TokenRejected,
)
from tpp.journey.reading import further
from tpp.journey.reading.ask import Question, Ticket
from tpp.journey.reading.further import Further, follow
from tpp.journey.reading.one import read_one
from tpp.journey.tokens import Keyring
from tpp.model.grant import Grant
from tpp.model.resource import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.clock import Clock
    from tpp.journey.reading.ask import Desk
    from tpp.model.banking.transaction import Transaction
    from tpp.model.figures import Found
    from tpp.model.visit import Visit

TRANSACTIONS = "ReadTransactionsDetail"
ACCOUNT = everyone.BY_SUBJECT[everyone.PEOPLE[4].subject].accounts[0].account_id


@dataclass
class Paged(Bank):
    """A bank whose list of transactions has `pages`, each of ids; a page leads to the next one by `links`.

    `stops`: what the page of that place fails with.
    """

    pages: list[list[str | None]] = field(default_factory=list)
    links: dict[int, str] = field(default_factory=dict)
    stops: dict[int, BankError] = field(default_factory=dict)
    takes_queries: bool = True

    def get(self, access_token: str, wanted: Wanted[Any], _visit: Visit) -> Mapping[str, Any]:
        """Answer the page that the query names."""
        self.queries.append(wanted.query)
        if self.good_token and access_token != self.good_token:
            raise TokenRejected(401)
        place = int(wanted.query.get("page", "0"))
        if place in self.stops:
            raise self.stops[place]
        reference = {"TransactionReference": f"row {place}"}
        rows = [reference | ({"TransactionId": key} if key else {}) for key in self.pages[place]]
        query = self.links.get(place, f"page={place + 1}" if place + 1 < len(self.pages) else "")
        links = {"Self": f"https://bank.example/a?page={place}"}
        return {
            "Data": {"AccountId": wanted.account_id, "Transaction": rows},
            "Links": links | ({"Next": f"https://bank.example/a?{query}"} if query else {}),
        }


def kept(desk: Desk) -> Grant:
    """Return the connection, with transactions."""
    row = desk.vault.get("connection", "consent")
    assert row is not None
    grant = Grant.from_json(row.value)
    return replace(grant, draft=replace(grant.draft, permissions=(TRANSACTIONS,)))


def look(desk: Desk, bank: Bank, **more: Any) -> Found[Transaction]:
    """Read the transactions of an account from this bank."""
    return read_one(replace(desk, banks=offering(bank)), kept(desk), RESOURCES.transactions, "a", **more)


def ids(found: Found[Transaction]) -> list[str | None]:
    """Return the ids in their order."""
    assert found.parsed is not None
    return [each.transaction_id for each in found.parsed.items]


def cut(found: Found[Transaction]) -> tuple[str | None, bool]:
    """Return why the list ends, and whether the bank has more."""
    assert found.parsed is not None
    return found.parsed.cut, found.parsed.more


def test_the_pages_that_follow_are_read_one_after_another_and_kept_together(desk: Desk) -> None:
    bank = Paged(pages=[["a", "b"], ["c", "d"], [], ["e"]])
    first = look(desk, bank)

    assert ids(first) == ["a", "b", "c", "d", "e"]
    assert cut(first) == (None, False)
    assert [dict(each) for each in bank.queries] == [{}, {"page": "1"}, {"page": "2"}, {"page": "3"}]
    assert look(desk, bank) == first, "from the one row that is kept"
    assert len(bank.queries) == 4
    assert len(desk.vault.find("resource")) == 1


def test_a_way_that_drops_queries_reads_one_page_and_says_that_there_is_more(desk: Desk) -> None:
    bank = Paged(pages=[["a"], ["b"]], takes_queries=False)
    found = look(desk, bank)

    assert (ids(found), cut(found)) == (["a"], (None, True))
    assert bank.queries == [{}]


def test_pages_of_different_queries_are_kept_apart(desk: Desk) -> None:
    bank = Paged(pages=[["a"], ["b"], ["c"]])

    assert ids(look(desk, bank)) == ["a", "b", "c"]
    assert ids(look(desk, bank, query={"page": "1"})) == ["b", "c"]
    assert len(desk.vault.find("resource")) == 2


def test_what_moved_on_to_the_next_page_meanwhile_is_there_once(desk: Desk) -> None:
    bank = Paged(pages=[["a", "b"], ["b", "c"]])
    found = look(desk, bank)

    assert ids(found) == ["a", "b", "c"]
    assert found.parsed is not None
    assert "/Data" in found.parsed.unreadable, "the second b says something else"


def test_what_has_no_id_is_there_as_often_as_it_was_sent(desk: Desk) -> None:
    assert ids(look(desk, Paged(pages=[[None], [None, None]]))) == [None, None, None]


@pytest.mark.parametrize(
    ("links", "pages", "calls"),
    [
        ({2: "page=1"}, [["a"], ["b"], []], 3),
        ({1: "page=0&again=1"}, [["a"], ["b"]], 3),
        ({1: "page=2"}, [["a"], ["b"], ["b"], ["c"]], 3),
        ({}, [["a"], ["b"], ["b", "a"], ["c"]], 3),
    ],
    ids=["a link that was followed", "the first page by another link", "the page before by a new link", "nothing new"],
)
def test_a_page_or_link_that_repeats_ends_the_reading_and_is_said(
    desk: Desk, links: dict[int, str], pages: list[list[str | None]], calls: int
) -> None:
    bank = Paged(pages=pages, links=links)
    found = look(desk, bank)

    assert (ids(found), cut(found)) == (["a", "b"], ("repeated", True))
    assert len(bank.queries) == calls
    assert look(desk, bank) == found


def test_pages_without_ids_that_repeat_end_the_reading_too(desk: Desk) -> None:
    bank = Paged(pages=[[None, None]], links={0: "page=0&more=1"})

    assert (ids(look(desk, bank)), cut(look(desk, bank))) == ([None, None], ("repeated", True))
    assert len(bank.queries) == 2


@pytest.mark.parametrize(("name", "most"), [("MOST_PAGES", 3), ("MOST_ITEMS", 6), ("MOST_BYTES", 200)])
def test_a_list_without_end_is_read_up_to_a_limit_which_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    """In pages, in items, and in size: the two pages after the first are more than 200 bytes."""
    monkeypatch.setattr(further, name, most)
    bank = Paged(pages=[[f"{place}-{each}" for each in "ab"] for place in range(9)])
    found = look(desk, bank)

    assert (len(ids(found)), cut(found)) == (6 if name != "MOST_BYTES" else 4, ("limit", True))
    assert look(desk, bank) == found


def test_no_page_is_begun_that_would_not_come_in_time(desk: Desk) -> None:
    """Each takes two seconds, and there are six for all that follow the first one."""
    now = [0.0]

    class Slow(Paged):
        def get(self, access_token: str, wanted: Wanted[Any], visit: Visit) -> Mapping[str, Any]:
            now[0] += 2
            return super().get(access_token, wanted, visit)

    bank = Slow(pages=[[str(place)] for place in range(9)])
    wanted = Wanted(RESOURCES.transactions, "a")
    read = Further([RESOURCES.transactions.read(bank.get("tok", wanted, desk.visit))])
    laid = replace(desk, banks=offering(bank))
    follow(laid, Ticket(kept(desk)), Question("consent", wanted), read, lambda: now[0])

    assert (read.cut, len(read.pages)) == ("slow", 4)
    assert now[0] == 2 + further.SECONDS


def test_a_later_page_that_is_not_there_takes_nothing_from_those_that_came(desk: Desk) -> None:
    bank = Paged(pages=[["a"], ["b"], ["c"]], stops={2: BankRefused(404)})
    found = look(desk, bank)

    assert (ids(found), cut(found), found.error) == (["a", "b"], ("failed", True), None)


@pytest.mark.parametrize("error", [BankFault(500), RateLimited(429, None, 600.0)])
def test_a_later_page_that_fails_keeps_the_earlier_ones_and_says_so(desk: Desk, clock: Clock, error: BankError) -> None:
    bank = Paged(pages=[["a"], ["b"], ["c"]], stops={2: error})
    found = look(desk, bank)

    assert (ids(found), cut(found), found.error) == (["a", "b"], ("failed", True), None)
    clock.move(seconds=60)
    bank.stops.clear()
    again = look(desk, bank)
    if isinstance(error, RateLimited):
        assert (again.error, ids(again)) == ("rate-limited", ["a", "b"]), "the bank is left alone as it asked"
    else:
        assert ids(again) == ["a", "b", "c"]


@pytest.mark.parametrize(
    "error",
    [
        AccountRefused(403, "Consent.AccountTemporarilyBlocked", "account-blocked"),
        OtherAccount(),
        ConsentHalted(403, "Consent.Revoked", "consent-revoked", ended=True),
    ],
)
def test_a_later_page_that_is_refused_shows_nothing_of_the_list(desk: Desk, error: BankError) -> None:
    bank = Paged(pages=[["a"], ["b"]])
    look(desk, bank)
    bank.stops[1] = error
    found = look(desk, bank, fresh=True)

    assert (found.parsed, found.error) == (None, error.reason)
    assert desk.vault.find("resource") == []


def test_a_token_that_ends_between_two_pages_is_renewed_once(desk: Desk) -> None:
    class Ending(Paged):
        def get(self, access_token: str, wanted: Wanted[Any], visit: Visit) -> Mapping[str, Any]:
            self.good_token = "new-1" if wanted.query else None
            return super().get(access_token, wanted, visit)

    bank = Ending(pages=[["a"], ["b"], ["c"]])
    laid = replace(desk, keyring=Keyring(desk.vault, offering(bank), desk.now, desk.sleep, desk.visit))

    assert ids(look(laid, bank)) == ["a", "b", "c"]
    assert bank.refreshed == 1


@pytest.mark.parametrize("link", ["page=1&page=2", "x=" + "y" * 5000, "&&"], ids=["twice", "long", "nothing"])
def test_a_link_that_cannot_be_asked_for_as_it_is_ends_the_reading(desk: Desk, link: str) -> None:
    bank = Paged(pages=[["a"], ["b"], ["c"]], links={0: link})

    assert (ids(look(desk, bank)), cut(look(desk, bank))) == (["a"], ("failed", True))
    assert len(bank.queries) == 1


def test_every_transaction_of_the_simulated_bank_is_read_over_its_pages(desk: Desk, instance: Path) -> None:
    """Straight from the bank, which pages; compared with an own walk along its links."""
    app = create_bank(BankSettings(instance=instance, now=BankClock()))
    client = app.extensions[EXTENSION].client
    party = RelyingParty(app, BankClock(), client.client_id, client.key, key_id(client.key))
    token = str(party.connected("noor", Permissions=["ReadAccountsBasic", TRANSACTIONS])["access_token"])

    @dataclass
    class Straight(Bank):
        takes_queries: bool = True

        def get(self, _access_token: str, wanted: Wanted[Any], _visit: Visit) -> Mapping[str, Any]:
            self.queries.append(wanted.query)
            answer = party.read(f"/{'/'.join(wanted.segments)}?{urlencode(wanted.query)}", token)
            assert answer.status_code == 200
            body: Mapping[str, Any] = answer.get_json()
            return body

    bank = Straight()
    found = read_one(replace(desk, banks=offering(bank)), kept(desk), RESOURCES.transactions, ACCOUNT)

    expected: list[str] = []
    link: str | None = ""
    while link is not None:
        body = party.read(f"/accounts/{ACCOUNT}/transactions{link}", token).get_json()
        expected += [row["TransactionId"] for row in body["Data"]["Transaction"]]
        following = body["Links"].get("Next")
        link = f"?{following.partition('?')[2]}" if following else None
    assert len(expected) > 1000
    assert ids(found) == expected
    assert cut(found) == (None, False)
    assert len(bank.queries) > 10
