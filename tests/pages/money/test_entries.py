"""One list over several accounts: each transaction once, on one page, on the account that it is on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from tests.bodies import NOW, account, english, figures
from tests.pages.money.read import ledger_of
from tests.pages.movements import TRANSACTIONS, booked
from tpp.model.account import AccountIdentifier
from tpp.model.banking.beneficiary import Counterparty
from tpp.model.banking.transaction import Merchant, Transaction
from tpp.model.figures import Figures, Found
from tpp.model.resource import Parsed
from tpp.model.words import Moment
from tpp.pages.filter import read
from tpp.pages.money.sources import ledger
from tpp.pages.money.view import Wanted, build
from tpp.pages.transactions import build_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tpp.pages.money.sources import Ledger
    from tpp.pages.movement import Row
    from tpp.pages.transactions import TransactionsView


def listed(found: Ledger, parameters: Mapping[str, str] | None = None, page: int = 1) -> TransactionsView:
    """Return a page of the list, as the parameters of a link ask for it."""
    return build_all(found, read(parameters or {}, found.titles, found.currencies), page)


def rows(view: TransactionsView) -> list[Row]:
    """Return all rows of one page, as they stand there."""
    return [*view.pending, *(row for month in view.months for day in month.days for row in day.rows)]


def ids(view: TransactionsView) -> list[str]:
    """Return the transactions' ids, sorted."""
    return sorted(row.source.transaction_id or "" for row in rows(view))


def said(texts: Iterable[object]) -> list[str]:
    """Return texts in English."""
    return [english(each) for each in texts]  # type: ignore[arg-type]


@given(TRANSACTIONS, TRANSACTIONS, TRANSACTIONS)
@settings(deadline=None, max_examples=40)
def test_every_transaction_of_every_account_is_on_exactly_one_page_and_on_its_own_account(
    first: list[Transaction], second: list[Transaction], third: list[Transaction]
) -> None:
    held = {"1": first * 4, "2": second * 4, "3": third * 4}
    found = ledger_of(held)
    pages = [listed(found)]
    pages += [listed(found, page=number) for number in range(2, pages[0].pager.pages + 1)]

    shown = Counter(
        (row.account.account_id if row.account else "", id(row.source)) for each in pages for row in rows(each)
    )
    assert shown == Counter((name, id(each)) for name, made in held.items() for each in made)


def test_a_row_names_its_account_and_leads_there() -> None:
    (row,) = rows(listed(ledger_of({"7": [booked("-1.00")]})))
    (fact,) = (each for each in row.facts if each.label.msgid == "Account")

    assert row.account is not None
    assert (row.account.title, row.account.account_id) == ("Account 7", "7")
    assert fact.value == row.account


SHOP = Merchant("Liwa Books", None, "5942")
IBAN = AccountIdentifier("IBAN", "AE070331234567890100001")
SCOPED = {
    "1": [
        booked("-1.00", transaction_id="a", merchant=SHOP),
        booked("-2.00", "USD", transaction_id="b"),
        booked("9.00", transaction_id="c", kind="LocalBankTransfer", flags=("Payroll",)),
    ],
    "2": [booked("-4.00", transaction_id="d", counterparty=Counterparty("Test Holder", accounts=(IBAN,)))],
    "3": [booked("-5.00", transaction_id="e", counterparty=Counterparty("LIWA books"))],
}


@pytest.mark.parametrize(
    ("parameters", "due", "chip"),
    [
        ({"account": "1"}, "abc", "Account: Account 1"),
        ({"account": "1,3"}, "abce", "2 accounts"),
        ({"currency": "USD"}, "b", "Currency: US dollars"),
        ({"own": "no"}, "abce", "Own transfers left out"),
        ({"payee": "liwa BOOKS"}, "ae", "Other side: liwa BOOKS"),
        ({"unnamed": "yes"}, "bc", "Other side not named"),
        ({"group": "salary"}, "c", "Kind: Salary"),
        ({"category": "5700"}, "a", "Shops: Other shops and restaurants"),
    ],
)
def test_each_part_of_the_scope_filters_says_so_and_can_be_taken_off(
    parameters: dict[str, str], due: str, chip: str
) -> None:
    view = listed(ledger_of(SCOPED), parameters)
    both = listed(ledger_of(SCOPED), {**parameters, "least": "0"}).filter

    assert ids(view) == sorted(due)
    assert said(each.label for each in view.filter.chips) == [chip]
    assert view.filter.query == parameters
    assert [each.query for each in both.chips] == [parameters, {"least": "0"}]


@pytest.mark.parametrize(
    "parameters",
    [
        {"account": "9"},
        {"account": "<b>,,"},
        {"currency": "ZZZ"},
        {"own": "perhaps"},
        {"unnamed": "1"},
        {"category": "5701"},
        {"category": "\u0665\u0667\u0660\u0660"},
        {"category": "9" * 5000},
        {"payee": "\u2066\u2069"},
    ],
)
def test_a_part_that_cannot_be_read_filters_nothing(parameters: dict[str, str]) -> None:
    view = listed(ledger_of(SCOPED), parameters)

    assert ids(view) == list("abcde")
    assert view.filter.query == {}
    assert set(view.filter.errors) <= {"account", "currency", "own"}


def test_a_list_of_one_account_has_no_scope() -> None:
    assert read({"account": "1", "currency": "USD", "own": "no", "payee": "x"}).query == {}


def test_accounts_and_currencies_to_choose_from_are_those_that_there_are() -> None:
    view = listed(ledger_of(SCOPED), {"account": "1,2"})

    assert [each.value for each in view.accounts] == ["1,2", "1", "2", "3"]
    assert said(each.label for each in view.accounts)[:2] == ["2 accounts", "Account 1"]
    assert [each.value for each in view.currencies] == ["AED", "USD"]


def test_parts_without_a_field_are_handed_on_by_the_form() -> None:
    parameters = {"payee": "Liwa Books", "group": "cards", "account": "1", "own": "no", "from": "2026-11-01"}
    view = listed(ledger_of(SCOPED), parameters)

    assert view.filter.kept == {"payee": "Liwa Books", "group": "cards"}
    assert view.filter.folded == 4


def test_an_account_that_two_consents_share_counts_once() -> None:
    """The newest consent that has transactions of it shows it, not the one that was granted none."""
    held = [account("1")]
    sources = [replace(figures(held, {}, consent_id=name), error=None) for name in ("new", "old")]
    made = [booked("-1.00", transaction_id="a")]

    def found(*transactions: list[Transaction] | None) -> list[str]:
        looked = [
            (source, {} if each is None else {"1": Found(source.grant, Parsed(tuple(each)), NOW)})
            for source, each in zip(sources, transactions, strict=True)
        ]
        return ids(listed(ledger(looked)))

    assert found(made, made) == ["a"]
    assert found(None, made) == ["a"]
    assert found(made, None) == ["a"]
    assert found([], made) == []


def test_an_account_that_may_not_be_asked_for_has_no_link_to_a_page() -> None:
    reaches = listed(ledger_of({"a/b": [], "1": []})).reaches

    assert [each.account_id for each in reaches] == [None, "1"]


def test_money_to_a_shown_account_is_an_own_transfer_though_its_transactions_are_not_shared() -> None:
    sources = [figures([account(name)], {}, consent_id=name) for name in ("2", "1")]
    paid = booked("-4.00", counterparty=Counterparty("Test Holder", accounts=(IBAN,)))
    found = ledger([(sources[0], {"2": Found(sources[0].grant, Parsed((paid,)), NOW)}), (sources[1], {})])

    assert [each.own.account_id for each in found.entries if each.own] == ["1"]
    assert list(found.titles) == ["2"]


def test_what_was_not_read_is_said_beside_the_sums() -> None:
    source = figures([account("1"), account("2"), account("3")], {})
    looked: dict[str, Found[Transaction]] = {
        "1": Found(source.grant, Parsed((booked("-1.00"),)), NOW - timedelta(minutes=9), "timeout"),
        "2": Found(source.grant, error="refused"),
        "3": Found(source.grant, error="timeout"),
    }
    view = listed(ledger([(source, looked)]))

    assert said(view.coverage[:2]) == [
        "From the 1 transaction your bank sent, 22/11/2026 to 22/11/2026.",
        "Transactions of 2 accounts are missing here.",
    ]
    assert view.coverage[2].msgid == "%(count)s account could not be read just now and is as of %(when)s."
    assert view.coverage[2].values == {"count": 1, "when": Moment(NOW - timedelta(minutes=9))}
    assert [english(each.failure) if each.failure else None for each in view.reaches] == [
        "Did not load: no answer in time",
        "Your bank did not share this",
        "Did not load: no answer in time",
    ]
    assert english(view.reaches[1].said) == "Nothing was read"


def test_accounts_that_could_not_be_listed_are_said_beside_the_sums_of_the_others() -> None:
    source = figures([account("1")], {}, {"Next": "https://bank.example/accounts?page=2"})
    draft = replace(source.grant.draft, permissions=("ReadTransactionsBasic",), bank_name="Other Bank")
    silent = Figures(replace(source.grant, consent_id="2", draft=draft), error="timeout")
    shares = replace(source, grant=replace(source.grant, draft=replace(draft, bank_name="Model Bank")))
    unshared = replace(silent, grant=replace(silent.grant, draft=source.grant.draft))
    over = replace(silent, error="consent-revoked")
    looked = {"1": Found(shares.grant, Parsed((booked("-1.00"),)), NOW)}
    due = [
        "The accounts of Other Bank could not be read just now and are missing here.",
        "Your bank has more accounts than it sent; only its first page can be read.",
    ]
    found = ledger([(shares, looked), (silent, {}), (unshared, {}), (over, {})])
    page = build(found, Wanted(), NOW, mirrored=False)

    assert said(listed(found).coverage[1:]) == due
    assert said(page.made_of)[-2:] == due
    assert not {*said(build(found, Wanted(accounts=("1",)), NOW, mirrored=False).made_of)} & {*due}


def test_what_the_bank_has_beyond_and_what_is_not_shared_is_said_in_sight() -> None:
    source = figures([account("1"), account("2")], {})
    draft = replace(source.grant.draft, permissions=("ReadBalances",))
    poor = replace(figures([account("8"), account("9")], {}), grant=replace(source.grant, consent_id="2", draft=draft))
    looked: dict[str, Found[Transaction]] = {
        "1": Found(source.grant, Parsed((booked("-1.00"),), next="page=2"), NOW),
        "2": Found(source.grant, Parsed((booked("-1.00"),)), NOW),
    }

    assert {
        "Of 1 account your bank has older transactions that were not read.",
        "2 accounts share no transactions and are missing here.",
    } <= {*said(listed(ledger([(source, looked), (poor, {})])).coverage)}


def test_sums_over_several_accounts_are_per_currency_and_month() -> None:
    earlier = NOW - timedelta(days=30)
    view = listed(ledger_of({"1": [booked("-1.00"), booked("-2.00", booked_at=earlier)], "2": [booked("4.00")]}))

    assert [(each.net.currency, each.net.amount) for each in view.sums] == [("AED", Decimal("1.00"))]
    assert [[(each.net.amount, each.count) for each in month.sums] for month in view.months] == [
        [(Decimal("3.00"), 2)],
        [(Decimal("-2.00"), 1)],
    ]
