"""The bytes of an exported list, read back by other means: nothing is lost, nothing rounded, nothing is a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import GeneratorType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from babel.support import NullTranslations
from flask import Flask, g
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clock import START
from tests.pages.movements import TRANSACTION, TRANSACTIONS, booked
from tests.pages.test_transactions import rows as rows_of
from tests.routes import ROUTE
from tpp.model.account import Account, AccountIdentifier
from tpp.model.banking.beneficiary import Agent, Counterparty
from tpp.model.banking.own_transfers import Entry, Held, recognised
from tpp.model.banking.transaction import (
    BankCode,
    Bill,
    Card,
    Charge,
    Exchange,
    Merchant,
    RunningBalance,
    Transaction,
)
from tpp.model.consent import ConsentDraft
from tpp.model.figures import Found
from tpp.model.grant import Grant
from tpp.model.money import Money
from tpp.model.resource import Parsed
from tpp.pages.export import FACTS, Export, Source, of_all, of_one
from tpp.pages.filter import Filter, read
from tpp.pages.money.sources import Ledger
from tpp.pages.money.sources import Source as Shared
from tpp.pages.movement import row
from tpp.pages.transactions import build as page_of
from tpp.web.export.files import csv_pieces, disposition, json_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MONEY = {"Amount", "Balance after it"}
FORMULA = re.compile("[\\s\u200b-\u200f\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
FIVE = Money(Decimal("5.00"), "AED")


@contextmanager
def english() -> Iterator[None]:
    """Speak as in a request in English in which amounts are shown."""
    with Flask("files").app_context():
        g.catalogue, g.amounts_shown = NullTranslations(), True
        yield


def source(items: Iterable[Transaction], **more: Any) -> Source:
    """Make the list of one account."""
    told = {"bank": "Model Bank", "account": "Salary", "tail": "0001", **more}
    return Source(**{"read_at": START, **told}, read=Parsed(tuple(items)))


def gathered(sources: Sequence[Source], wanted: Filter) -> Export:
    """Gather the list of one account, or of several as the page of all accounts has them."""
    if len(sources) == 1:
        return of_one(sources[0], wanted)
    accounts = [
        Account(f"a-{number}", nickname=str(each.account), identifiers=(AccountIdentifier("Other", each.tail or ""),))
        for number, each in enumerate(sources)
    ]
    held = [Held(account, each.bank, each.read.items) for account, each in zip(accounts, sources, strict=True)]
    found = [Found(_grant(each.bank), each.read, each.read_at) for each in sources]
    shown_accounts = [Shared(one.account, one.issuer, answer) for one, answer in zip(held, found, strict=True)]
    unread = Shared(Account("b"), "issuer", Found(_grant("Bank"), error="unreachable"))
    return of_all(Ledger((unread, *shown_accounts), tuple(recognised(held))), wanted)


def _grant(bank: str) -> Grant:
    draft = ConsentDraft((), START, "Mizan", bank, "AccountAggregation", bank_id="issuer")
    return Grant("consent", "issuer", START, START, draft, None, route=ROUTE)


def table(*sources: Source, wanted: Filter | None = None) -> list[dict[str, str]]:
    """Write a table and read it back."""
    with english():
        data = b"".join(csv_pieces(gathered(sources, wanted or Filter())))
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def document(*sources: Source, wanted: Filter | None = None) -> dict[str, Any]:
    """Write a document and read it back."""
    with english():
        found: dict[str, Any] = json.loads(b"".join(json_pieces(gathered(sources, wanted or Filter()), START)))
    return found


def shown(sent: list[Transaction], wanted: Filter) -> list[Transaction]:
    """Return what the pages of the list show, one page after another."""
    first = page_of(sent, wanted)
    pages = [first, *(page_of(sent, wanted, number) for number in range(2, first.pager.pages + 1))]
    return [each.source for page in pages for each in rows_of(page)]


FILTERS = st.sampled_from([{}, {"direction": "out"}, {"type": "POS"}, {"least": "1000000"}, {"q": "b"}])


@given(st.lists(TRANSACTION, max_size=4), st.integers(1, 30), FILTERS)
@settings(deadline=None, max_examples=50)
def test_both_files_have_what_the_pages_show_in_their_order_and_no_amount_is_rounded(
    made: list[Transaction], times: int, parameters: dict[str, str]
) -> None:
    sent, wanted = made * times, read(parameters)
    expected = shown(sent, wanted)
    lines, found = table(source(sent), wanted=wanted), document(source(sent), wanted=wanted)["transactions"]

    amounts = [each.money.amount if each.money else None for each in expected]
    assert [Decimal(each["Amount"]) if each["Amount"] else None for each in lines] == amounts
    assert [Decimal(each["money"]["amount"]) if "money" in each else None for each in found] == amounts
    assert [each["Currency"] for each in lines] == [each.money.currency if each.money else "" for each in expected]
    assert [each.get("information") for each in found] == [each.information for each in expected]


@given(TRANSACTIONS)
@settings(deadline=None, max_examples=100)
def test_no_text_of_a_table_is_a_formula_and_each_is_there_with_all_its_letters(made: list[Transaction]) -> None:
    for line, each in zip(table(source(made)), shown(made, Filter()), strict=True):
        for name, text in line.items():
            assert name in MONEY or not FORMULA.match(text), (name, text)
            assert not BIDI.search(text)
        assert line["Information"].replace("'", "") == BIDI.sub("", each.information or "").replace("'", "")
        for name in MONEY:
            assert re.fullmatch(r"(-?\d+(\.\d+)?)?", line[name])


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('=HYPERLINK("http://evil.example","a")', '\'=HYPERLINK("http://evil.example","a")'),
        ("+971 4 000", "'+971 4 000"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("  =1", "'  =1"),
        ("\u200b=1", "'\u200b=1"),
        ("＝1", "'＝1"),
        ("\u202e=1", "'=1"),
        ("a;=1", "a;'=1"),
        ("a\n=1", "a\n'=1"),
        ("a;\t@b", "a;'\t'@b"),
        ("a=1, -b", "a=1, -b"),
        ('say "hi", twice\r\nover', 'say "hi", twice\r\nover'),
        ("\u2067abc\u2069\u202edef", "abcdef"),
        ("سوق", "سوق"),
        ("\ud800", "\\ud800"),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_is_a_text(text: str, cell: str) -> None:
    (line,) = table(source([booked(information=text)]))

    assert line["Information"] == cell
    assert line["Amount"] == "-10.00"
    (found,) = document(source([booked(information=text)]))["transactions"]
    assert found["information"] == text


def test_a_formula_in_words_of_ours_is_a_text_too() -> None:
    """A status that only the bank knows stands first in a sentence of ours; so does an account's or a bank's name."""
    (line,) = table(source([booked(status="=1+1")], account="=2+2", bank="@bank"))

    assert (line["Status"], line["Account"], line["Bank"]) == ("'=1+1, not counted", "'=2+2", "'@bank")


def test_amounts_are_as_the_bank_sent_them_with_the_sign_of_the_list() -> None:
    amounts = ["-1250.50", "9999999999999.12345", "0.00", "-0.00", "7", "-0.00001"]
    lines = table(source(booked(each, booked_at=START - timedelta(days=n)) for n, each in enumerate(amounts)))

    assert [each["Amount"] for each in lines] == ["-1250.50", "9999999999999.12345", "0.00", "0.00", "7", "-0.00001"]
    (line,) = table(source([booked(money=None)]))
    assert (line["Amount"], line["Currency"], line["Notes"]) == ("", "", "The amount cannot be read")


def test_a_day_is_dubais_and_a_moment_is_of_utc() -> None:
    late = datetime(2026, 11, 21, 20, 30, tzinfo=UTC)
    (line,) = table(source([booked(booked_at=late)]))
    found = document(source([booked(booked_at=late)]))

    assert (line["Date"], line["Booked at"]) == ("2026-11-22", "2026-11-21T20:30:00Z")
    assert (found["transactions"][0]["day"], found["transactions"][0]["booked_at"]) == (
        "2026-11-22",
        "2026-11-21T20:30:00Z",
    )
    assert (found["exported_at"], found["coverage"][0]["last"]) == ("2026-11-22T10:30:00Z", "2026-11-22")


def test_what_the_page_says_of_a_row_is_in_the_table() -> None:
    sent = [
        booked(status="Pending", information="Fuel"),
        booked(status="Rejected", booked_at=START - timedelta(days=1)),
        booked(charge=Charge(FIVE, included=False), running_balance=RunningBalance(FIVE), flags=("Payroll",)),
    ]
    pending, charged, rejected = table(source(sent))

    assert (pending["Status"], pending["Description"], pending["Direction"]) == ("Pending", "Fuel", "Out")
    assert rejected["Status"] == "Rejected, not counted"
    assert (charged["Status"], charged["Balance after it"], charged["Currency of the balance"]) == (
        "Booked",
        "5.00",
        "AED",
    )
    assert charged["Notes"] == "A charge of AED\xa05.00 comes on top"


@given(TRANSACTION)
@settings(deadline=None, max_examples=300)
def test_every_detail_of_a_row_has_a_column(made: Transaction) -> None:
    assert {fact.label.msgid for fact in row(Entry(made)).facts} <= {label.msgid for label in FACTS}


FULL = booked(
    transaction_id="t",
    happened_at=START,
    value_at=START,
    sub_kind="Purchase",
    information="i",
    reference="r",
    statement_reference="s",
    flags=("f",),
    payment_mode="Online",
    purpose_code="p",
    counterparty=Counterparty("c", "n", (AccountIdentifier("IBAN", "AE07", "c"),), Agent("BICFI", "b", "a")),
    merchant=Merchant("m", "1", "5411"),
    card=Card("GCC", "Chip", "*1", "n"),
    bill=Bill("1", "2", "Postpaid"),
    charge=Charge(FIVE, included=True, vat=FIVE),
    exchange=Exchange("AED", "USD", "USD", Decimal("3.6725"), FIVE, START, "k"),
    running_balance=RunningBalance(FIVE, "InterimBooked"),
    bank_code=BankCode("PMNT", "CCRD", "POSD", "o", "i"),
)
NAMES = {
    *("account", "day", "title", "transaction_id", "happened_at", "booked_at", "value_at", "is_credit", "status"),
    *("money.amount", "money.currency", "kind", "sub_kind", "information", "reference", "statement_reference"),
    *("flags", "payment_mode", "purpose_code", "merchant.name", "merchant.merchant_id", "merchant.category_code"),
    *("counterparty.name", "counterparty.short_name", "counterparty.accounts.scheme"),
    *("counterparty.accounts.identification", "counterparty.accounts.name"),
    *("counterparty.agent.scheme", "counterparty.agent.identification", "counterparty.agent.name"),
    *("card.scheme", "card.kind", "card.identification", "card.name", "bill.biller_id", "bill.number", "bill.kind"),
    *("charge.money.amount", "charge.money.currency", "charge.included", "charge.vat.amount", "charge.vat.currency"),
    *("exchange.source", "exchange.target", "exchange.unit", "exchange.rate", "exchange.instructed.amount"),
    *("exchange.instructed.currency", "exchange.quoted_at", "exchange.contract", "running_balance.money.amount"),
    *("running_balance.money.currency", "running_balance.kind", "bank_code.domain", "bank_code.family"),
    *("bank_code.sub_family", "bank_code.proprietary", "bank_code.issuer"),
}


def test_the_names_in_the_file_for_programs_are_those_of_its_version() -> None:
    """Whoever changes one of them makes another version."""
    found = document(source([FULL]))

    assert found["version"] == 1
    assert set(_names(found["transactions"][0])) == NAMES
    assert set(found) == {"format", "version", "filter", "coverage", "count", "exported_at", "transactions"}
    assert set(found["coverage"][0]) == {
        *("bank", "account", "number_ends", "read_at", "read", "first", "last", "bank_has_more", "ended_by"),
        "unreadable_details",
    }


def _names(value: Any, path: str = "") -> Iterator[str]:
    match value:
        case dict():
            for name, each in value.items():
                yield from _names(each, f"{path}.{name}".strip("."))
        case list():
            for each in value:
                yield from _names(each, path)
        case _:
            yield path


def test_several_accounts_make_one_list_each_row_with_its_own() -> None:
    """And a transfer between them is called one, as on the page; an account that was not read is none of them."""
    day = timedelta(days=1)
    savings = Counterparty(accounts=(AccountIdentifier("IBAN", "AE070331234567890123456"),))
    first = source([booked("-1.00"), booked("-2.00", booked_at=START - 2 * day)])
    second = source(
        [
            booked("-3.00", booked_at=START - day, kind="LocalBankTransfer", counterparty=savings),
            booked("-4.00", status="Pending", booked_at=None),
        ],
        account="Current account",
        bank="Other Bank",
        tail="AE930331234567890123456",
    )
    third = source(
        [booked("3.00", booked_at=START - day, kind="LocalBankTransfer")],
        account="Savings",
        tail="AE070331234567890123456",
    )
    lines, found = table(first, second, third), document(first, second, third)

    assert [(each["Account"], each["Bank"], each["Amount"]) for each in lines] == [
        ("Current account", "Other Bank", "-4.00"),
        ("Salary", "Model Bank", "-1.00"),
        ("Current account", "Other Bank", "-3.00"),
        ("Savings", "Model Bank", "3.00"),
        ("Salary", "Model Bank", "-2.00"),
    ]
    own = [each["Description"] for each in lines if each["Details"].startswith("Between your own accounts")]
    assert sorted(own) == ["Current account", "Savings"]
    assert [each.get("between_own_accounts") for each in found["transactions"]] == [None, None, True, True, None]
    assert [each["account"] for each in found["coverage"]] == ["Salary", "Current account", "Savings"]
    assert [each["number_ends"] for each in found["coverage"]] == ["0001", "3456", "3456"]
    assert [found["coverage"][each["account"]]["account"] for each in found["transactions"]] == [
        each["Account"] for each in lines
    ]


def test_why_a_list_ends_is_in_the_file_for_programs() -> None:
    cut = Source("Bank", "Salary", None, Parsed((booked(),), ("/Data",), "page=2", cut="limit"), START)

    (coverage,) = document(cut, wanted=read({"q": "no such"}))["coverage"]
    assert (coverage["read"], coverage["bank_has_more"], coverage["ended_by"], coverage["unreadable_details"]) == (
        1,
        True,
        "limit",
        1,
    )


@pytest.mark.parametrize("items", [0, 1, 63, 64, 65, 400])
def test_files_are_made_a_piece_at_a_time(items: int) -> None:
    """Nothing is written before it is asked for, and what is asked for is not all of it."""
    export = of_one(source([booked()] * items), Filter())
    with english():
        for made, lines in ((csv_pieces(export), items + 2), (json_pieces(export, START), max(items, 1) + 1)):
            assert isinstance(made, GeneratorType)
            sizes = [len(each) for each in made]
            assert len(sizes) == -(-lines // 64)
            assert max(sizes) < 64 * 2000


NO_SPAN: list[Transaction] = []


@pytest.mark.parametrize(
    ("bank", "tail", "items", "plain", "full"),
    [
        ("Model Bank", "0001", [booked()], "Model-Bank-0001-2026-11-22-2026-11-22.csv", None),
        ("بنك", "0001", [booked()], "0001-2026-11-22-2026-11-22.csv", "بنك-0001-2026-11-22-2026-11-22.csv"),
        ("Crédit", None, NO_SPAN, "Credit.csv", "Crédit.csv"),
        ('../"a"\r\nX: y/\\;b\u202e', "**/1", NO_SPAN, "a-X-y-b-1.csv", None),
        ("\u202e", "...", NO_SPAN, "transactions.csv", None),
        ("b" * 500, "1", NO_SPAN, f"{'b' * 60}-1.csv", None),
    ],
)
def test_the_name_of_a_file_says_bank_end_of_number_and_days_whatever_the_bank_is_called(
    bank: str, tail: str | None, items: list[Transaction], plain: str, full: str | None
) -> None:
    told = disposition(of_one(source(items, bank=bank, tail=tail), Filter()), "csv")

    assert told == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(full or plain)}"
    assert told.isascii()
    assert told.isprintable()


def test_a_file_of_several_accounts_names_their_bank_only_if_it_is_one() -> None:
    one, other = source([booked()]), source([booked(booked_at=START - timedelta(days=40))], tail="0002")
    foreign = source([booked()], bank="Other Bank")

    assert 'filename="Model-Bank-2026-10-13-2026-11-22.json"' in disposition(gathered([one, other], Filter()), "json")
    assert 'filename="transactions-2026-11-22-2026-11-22.json"' in disposition(
        gathered([one, foreign], Filter()), "json"
    )


def test_the_span_of_an_export_is_that_of_its_rows() -> None:
    sent = [booked(), booked(booked_at=None), booked(booked_at=START - timedelta(days=400))]

    assert of_one(source(sent), Filter()).span == (date(2025, 10, 18), date(2026, 11, 22))
    assert of_one(source(sent), read({"from": "2026-01-01"})).span == (date(2026, 11, 22), date(2026, 11, 22))
    assert Export((), Filter(), ()).span is None
