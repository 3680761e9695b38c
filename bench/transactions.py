"""`python -m bench.transactions`: what a long list of transactions costs us, whoever we wait for.

- 100 transactions, as one page of a bank: read out of its body, filtered, built and printed on one page;
- 5,000 in fifty pages of a bank that answers at once: the first page of our list, when all pages are read and kept, and
  when it comes out of what is kept;
- both files of 5,000: time, and the most memory that their making takes beyond the list itself, beside that of 500.

Time of the processor, not of the clock, and of several rounds the least disturbed one, judged as `bench.own_cpu` does.
Memory is Python's own count (tracemalloc). Exit code 1 when a bar is missed.
"""

from __future__ import annotations

import json
import tempfile
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import render_template_string

import app as wiring
from bench.own_cpu import ALONE_MS, Measured, upstream_call
from tests.clock import START, Clock
from tests.journey.reading.figures_bank import Bank
from tests.routes import ROUTE, offering
from tests.stack import make_settings
from tpp.bank.resources import RESOURCES
from tpp.journey.reading import further
from tpp.journey.reading.ask import Desk
from tpp.journey.reading.one import read_one
from tpp.journey.tokens import Keyring
from tpp.model.consent import ConsentDraft
from tpp.model.grant import Grant, TokenSet
from tpp.model.visit import Visit
from tpp.pages import export, transactions
from tpp.pages.filter import read
from tpp.store.sqlite import SqliteRows
from tpp.store.vault import SealedVault
from tpp.web.export.files import csv_pieces, json_pieces
from tpp.web.sessions import session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tpp.model.banking.transaction import Transaction
    from tpp.model.resource import Parsed, Wanted
    from tpp.pages.export import Export

PAGE, PAGES, ROUNDS = 100, 50, 5
FEW = 500
MOST_HUNDRED_MS, MOST_FIRST_PAGE_MS = 25.0, 1000.0
MOST_FILE_BYTES = 1024 * 1024
HOURS = 3600.0
LIST = """
{%- from 'components/movements.html' import movements, pager -%}
{%- from 'components/transactions.html' import filter_form, summary -%}
{%- macro to(query) %}/accounts/1?{{ query|urlencode }}{% endmacro -%}
{{ filter_form(view, to) }}{{ summary(view) }}{{ movements(view) }}{{ pager(view, to) }}
"""


@dataclass
class Paging(Bank):
    """A bank with one long list, in pages; each answer is decoded anew, as it would be."""

    takes_queries: bool = True

    def __post_init__(self) -> None:
        """Write the pages once."""
        self.bodies = [json.dumps(_body(number)).encode() for number in range(PAGES)]

    def get(self, _access_token: str, wanted: Wanted[Any], _visit: Visit) -> Mapping[str, Any]:
        """Answer at once."""
        found: Mapping[str, Any] = json.loads(self.bodies[int(wanted.query.get("page", "0"))])
        return found


def _body(number: int) -> dict[str, Any]:
    rows = [_transaction(number * PAGE + each) for each in range(PAGE)]
    links = {"Self": f"https://bank/t?page={number}"}
    if number + 1 < PAGES:
        links["Next"] = f"https://bank/t?page={number + 1}"
    return {"Data": {"AccountId": "1", "Transaction": rows}, "Links": links, "Meta": {"TotalPages": PAGES}}


def _transaction(number: int) -> dict[str, Any]:
    """Make one with all that a bank tells of a payment by card."""
    at = (START - timedelta(hours=3 * number)).isoformat()
    money = {"Amount": f"{number % 900 + 1}.{number % 100:02}", "Currency": "AED"}
    return {
        "TransactionId": f"{number:032}",
        "TransactionDateTime": at,
        "BookingDateTime": at,
        "ValueDateTime": at,
        "TransactionReference": f"REF{number:09}",
        "TransactionType": "POS",
        "SubTransactionType": "Purchase",
        "PaymentModes": "Online",
        "CreditDebitIndicator": "Credit" if number % 9 == 0 else "Debit",
        "Status": "Booked",
        "TransactionInformation": f"Card purchase at shop {number % 97}, Dubai",
        "Amount": money,
        "Balance": {"Type": "InterimBooked", "CreditDebitIndicator": "Credit", "Amount": money},
        "MerchantDetails": {
            "MerchantName": f"Shop {number % 97}",
            "MerchantId": number,
            "MerchantCategoryCode": "5411",
        },
        "CardInstrument": {"CardSchemeName": "GCC", "InstrumentType": "Chip", "Identification": "************0001"},
        "BankTransactionCode": {"DomainCode": "PMNT", "FamilyCode": "CCRD", "SubFamilyCode": "POSD"},
        "Flags": ["Payroll"],
    }


def main() -> int:
    """Measure, print, judge."""
    found, files = measured()
    print("A long list: own time of the processor, the least of several rounds, milliseconds")
    print(f"(judged at the bars' speed: urllib3 alone at {ALONE_MS} ms)\n")
    print(f"{'':56}{'here':>9}{'judged':>9}{'bar':>8}")
    for each in found:
        bar = f"{each.bar:.0f}" if each.bar else ""
        print(f"{each.what:56}{each.milliseconds:9.1f}{each.judged:9.1f}{bar:>8}{'  missed' if each.missed else ''}")
    print("\nMemory beyond the list while a file is made, at most, kB")
    print(f"\n{'':24}{FEW:>9}{PAGE * PAGES:>9}{'bar':>8}")
    for name, few, many in files:
        late = "  missed" if many > MOST_FILE_BYTES else ""
        print(f"{name:24}{few / 1024:9.0f}{many / 1024:9.0f}{MOST_FILE_BYTES // 1024:8}{late}")
    return 1 if any(each.missed for each in found) or any(many > MOST_FILE_BYTES for _, _, many in files) else 0


def measured() -> tuple[list[Measured], list[tuple[str, int, int]]]:
    """Return all figures."""
    further.SECONDS = HOURS  # what is measured is the processor's time, and a busy machine takes long by the clock
    pace = upstream_call()[1] / ALONE_MS
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        application = wiring.create_app(make_settings(home, starter_kit_url="http://kit.localhost"), lambda: START)
        with application.test_request_context("/", base_url="http://localhost:1411"):
            application.preprocess_request()
            session.reveal()
            return _times(_Laid(home), pace), _memory()


class _Laid:
    """A desk with one connection on a real store, before a bank with a long list."""

    def __init__(self, home: Path) -> None:
        clock, bank = Clock(), Paging()
        vault = SealedVault(SqliteRows(home / "bench.sqlite", clock.seconds), b"k" * 32, clock.seconds)
        permissions = ("ReadTransactionsDetail",)
        draft = ConsentDraft(permissions, START, "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer")
        tokens = TokenSet("token", START + timedelta(days=1), "refresh")
        self.grant = Grant("consent", "issuer", START + timedelta(days=30), START, draft, tokens, route=ROUTE)
        vault.put("connection", "consent", self.grant.to_json(), (START + timedelta(days=60)).timestamp())
        keyring = Keyring(vault, offering(bank), clock, time.sleep, Visit())
        pool = ThreadPoolExecutor(1)
        self.desk = Desk(vault, offering(bank), keyring, RESOURCES, pool, Visit(), clock, time.sleep)

    def list(self, *, fresh: bool) -> Parsed[Transaction]:
        """Read the list, or take it from what is kept."""
        found = read_one(self.desk, self.grant, RESOURCES.transactions, "1", fresh=fresh)
        if found.parsed is None or len(found.parsed.items) != PAGE * PAGES:
            raise RuntimeError(f"not the whole list was read: {found.error}")
        return found.parsed


def _times(laid: _Laid, pace: float) -> list[Measured]:
    read_of = RESOURCES.transactions.read
    body = json.dumps(_body(0)).encode()
    whole = export.of_one(_source(laid.list(fresh=True)), read({}))
    rows, usual = PAGE * PAGES, transactions.PAGE_SIZE

    def hundred() -> None:
        items = read_of(json.loads(body)).items
        transactions.PAGE_SIZE = PAGE
        _print(items, {}, 1)
        transactions.PAGE_SIZE = usual

    what: list[tuple[str, Callable[[], object], float | None]] = [
        (f"{PAGE} transactions: read, built, printed on one page", hundred, MOST_HUNDRED_MS),
        (f"{rows}, all pages read and kept: first page", lambda: _first(laid, fresh=True), MOST_FIRST_PAGE_MS),
        (f"{rows}, kept: first page", lambda: _first(laid, fresh=False), MOST_FIRST_PAGE_MS),
        (f"{rows}, kept: first page of a search", lambda: _first(laid, fresh=False, q="shop 7"), MOST_FIRST_PAGE_MS),
        (f"{rows} as CSV", lambda: _size(csv_pieces(whole)), None),
        (f"{rows} as JSON", lambda: _size(json_pieces(whole, START)), None),
    ]
    return [Measured(name, _least(call), pace, bar) for name, call, bar in what]


def _first(laid: _Laid, *, fresh: bool, **query: str) -> None:
    _print(laid.list(fresh=fresh).items, query, 1)


def _print(items: tuple[Transaction, ...], query: Mapping[str, str], number: int) -> None:
    view = transactions.build(items, read(query), number)
    if render_template_string(LIST, view=view).count('class="movement') < transactions.PAGE_SIZE:
        raise RuntimeError("the page has too few rows")


def _least(call: Callable[[], object]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        call()
        rounds.append((time.thread_time() - began) * 1000)
    return min(rounds)


def _source(parsed: Parsed[Transaction]) -> export.Source:
    return export.Source("Model Bank", "Current account", "0001", parsed, START)


def _memory() -> list[tuple[str, int, int]]:
    """Return for each kind of file the peak of its making, for few rows and for all."""
    parsed = RESOURCES.transactions.read(_body(0))
    items = tuple(replace(each) for _ in range(PAGES) for each in parsed.items)
    few, many = (
        export.of_one(_source(replace(parsed, items=items[:count])), read({})) for count in (FEW, PAGE * PAGES)
    )
    now = datetime(2026, 11, 22, tzinfo=UTC)
    kinds: list[tuple[str, Callable[[Export], Iterator[bytes]]]] = [
        ("CSV", csv_pieces),
        ("JSON", lambda found: json_pieces(found, now)),
    ]
    return [(name, _peak(write(few)), _peak(write(many))) for name, write in kinds]


def _peak(pieces: Iterator[bytes]) -> int:
    tracemalloc.start()
    _size(pieces)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _size(pieces: Iterator[bytes]) -> int:
    return sum(len(each) for each in pieces)


if __name__ == "__main__":
    raise SystemExit(main())
