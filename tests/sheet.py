"""The component sheet: every component in every state on one page, for tests and pictures. The product has none.

Its ledger rows are built by the product's own code from accounts that bring every state about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import g, render_template

from tests.pages.movements import booked
from tests.pages.tabs import regular_payments as made
from tests.routes import ROUTE
from tpp.model.account import Account, AccountIdentifier, Balance, CreditLine
from tpp.model.banking.beneficiary import Agent, Beneficiary, Counterparty
from tpp.model.banking.party import Claims, Party, Personal
from tpp.model.banking.product import Product, ProductCharge, ProductRate
from tpp.model.banking.transaction import Card, Charge, Merchant, RunningBalance
from tpp.model.consent import ConsentDraft
from tpp.model.figures import AccountFigures, Figures
from tpp.model.grant import Grant
from tpp.model.money import Money
from tpp.pages import transactions
from tpp.pages.accounts import build
from tpp.pages.filter import read
from tpp.pages.tabs import payees, people, product, regular
from tpp.pages.tabs.coming import Sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from tpp.pages.rows import Entry
    from tpp.pages.tabs.payees import PayeesView
    from tpp.pages.tabs.people import PeopleView
    from tpp.pages.tabs.product import ProductView
    from tpp.pages.tabs.regular import RegularView
    from tpp.pages.transactions import TransactionsView

PATH = "/components"
NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
UNTIL = NOW + timedelta(days=30)
PAYEE = Counterparty("Rent LLC", "Rent", (made.IBAN,), Agent("BICFI", "MODLAEAD", "Model Bank"))


@dataclass(frozen=True)
class Sheet:
    """What the page is shown with."""

    entries: tuple[Entry, ...]
    money: tuple[Money, ...]
    movements: TransactionsView
    regular: RegularView
    payees: PayeesView
    people: PeopleView
    products: ProductView

    @staticmethod
    def to(query: Mapping[str, str]) -> str:
        """Return the address of another filter."""
        return f"{PATH}?{urlencode(query)}"


def add_sheet(app: Flask) -> None:
    """Let an application that was made for tests or pictures answer with the sheet at its path."""
    sheet = make_sheet()
    app.add_url_rule(
        PATH, "component_sheet", lambda: render_template("pages/components.html", sheet=sheet, covered=covered)
    )


def covered(macro: Callable[..., str], *given: object) -> str:
    """Render a macro as it is where amounts are hidden."""
    shown, g.amounts_shown = g.get("amounts_shown"), False
    try:
        return macro(*given)
    finally:
        g.amounts_shown = shown


def make_sheet() -> Sheet:
    """Return rows in every state, and amounts of every kind."""
    page = build([figures()], NOW, "reference")
    entries = tuple(entry for bank in page.banks for group in bank.groups for entry in group.entries)
    amounts = tuple(_money(*each) for each in AMOUNTS)
    return Sheet(entries, amounts, movements(), regular_payments(), payee_list(), somebody(), product_sheet())


def regular_payments() -> RegularView:
    """Return regular payments in every state: one kind is not shared, one is older, amounts are known and are not."""
    sources = Sources(
        made.found([made.debit(), made.debit("NotKnown"), made.debit(status="Inactive")], error="timeout"),
        made.found([made.order("IntervalDay:10", 1, kind="Charity", payee=PAYEE), made.order("NotKnown", 2, None)]),
        made.found([made.plan(3, "7200"), made.plan(9, "5", "Arrival")], next=""),
    )
    return regular.build(made.holding("48215.60"), sources, NOW)


def payee_list() -> PayeesView:
    """Return payees: one with all there is, one without a name."""
    return payees.build(made.found([Beneficiary("1", "Activated", PAYEE, "Rent"), Beneficiary("2", "NotActivated")]))


def somebody() -> PeopleView:
    """Return somebody, as far as a bank may tell of them."""
    personal = Personal(NOW.date(), "AE", "784-1990-1234567-1", email="a@example.com", salary=Decimal(24500))
    return people.build(
        made.found([Party("1", role="Principal", claims=(Claims(full_name="Layla", personal=personal),))])
    )


def product_sheet() -> ProductView:
    """Return a product with a charge, a rate and one of which nothing is told."""
    charges = (ProductCharge("Monthly fee", "Service", _money("26.25"), every="P1M"), ProductCharge(notes="Odd"))
    rates = (ProductRate("Profit", Decimal("0.0125"), calculated="P1D"),)
    return product.build(made.found([Product("1", "Savings", "Profit savings", True, None, charges, (), rates)]))


def movements() -> TransactionsView:
    """Return transactions in every state, under a filter with a field that cannot be read.

    They stand on a page between two others: fifty rows that are alike would show no more, and take long to look at.
    """
    sent = [
        booked("-17.25", status=status, transaction_id=status) for status in ("Booked", "Pending", "Rejected", "New")
    ]
    sent += [
        booked("24500.00", kind="LocalBankTransfer", information="راتب", flags=("Payroll",)),
        booked("-89.00", "USD", merchant=Merchant("Liwa Books", "7", "5942"), card=Card("VISA", "Chip", "4444")),
        booked("-450.00", charge=Charge(_money("5.25"), included=True), booked_at=NOW - timedelta(days=40)),
        booked("-31.50", running_balance=RunningBalance(_money("61546.00"), "InterimBooked")),
        booked(money=None, booked_at=None),
    ]
    view = transactions.build(sent, read({}), more=True, unreadable=1)
    newest, *months = view.months
    return replace(
        view,
        filter=read({"least": "1", "from": "yesterday"}),
        months=(replace(newest, continues=True), *months),
        pager=replace(view.pager, number=2, pages=3, newer={}, older={"page": "3"}),
    )


def figures() -> Figures:
    """Return what was read of a connection whose accounts are in every state."""
    draft = ConsentDraft(("ReadBalances",), UNTIL, "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer")
    grant = Grant("consent", "issuer", UNTIL, NOW, draft, None, route=ROUTE)
    return Figures(grant=grant, accounts=_accounts(), at=NOW)


AMOUNTS = (
    ("201555.75", "AED"),
    ("-3812.45", "AED"),
    ("0.001", "BHD"),
    ("9999999999999.99", "USD"),
    ("48215", "JPY"),
)


def _accounts() -> tuple[AccountFigures, ...]:
    overdraft = (CreditLine(included=True, kind="Pre-Agreed", amount=_money("5000")),)
    earlier = NOW - timedelta(minutes=5)
    return (
        _one("Salary account", "48215.60"),
        _one("Household", "6340.15", lines=overdraft),
        _one("حساب الراتب", "1940.500", "BHD"),
        _one("Joint account", "9184.75", status="Dormant"),
        _one("Dollar account", "12400.00", "USD", error="timeout", at=earlier),
        _one(None, "820.00", kind="SomethingNew", tail="17"),
        _one("Rainy day", "152000.00", sub_type="Savings"),
        _one("Cashback credit card", "-3812.45", kind="InterimBooked", sub_type="CreditCard"),
        _one("Travel prepaid card", None, error="bank-fault", sub_type="PrepaidCard"),
        _one("Old card", None, error="refused", sub_type="PrepaidCard", status="Closed"),
        _one("Car finance", None, sub_type="Finance", tail=None),
    )


def _one(name: str | None, amount: str | None, currency: str = "AED", **more: Any) -> AccountFigures:
    """Make an account with at most one balance."""
    tail = more.get("tail", "10000109010101")
    account = Account(
        account_id=name or "nameless",
        nickname=name,
        status=more.get("status", "Active"),
        currency=currency,
        account_type=more.get("account_type", "Retail"),
        sub_type=more.get("sub_type", "CurrentAccount"),
        identifiers=(AccountIdentifier("IBAN", tail),) if tail else (),
    )
    kind, lines = more.get("kind", "InterimAvailable"), more.get("lines", ())
    balances = (Balance(kind, _money(amount, currency), NOW, lines),) if amount else ()
    return AccountFigures(account, balances, more.get("error"), more.get("at", NOW))


def _money(amount: str, currency: str = "AED") -> Money:
    return Money(Decimal(amount), currency)
