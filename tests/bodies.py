"""A bank's answers, short to write, and the page that the product makes of them: from JSON to the figure in a row."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.clock import START
from tests.routes import ROUTE
from tpp.bank import read_accounts
from tpp.model.consent import ConsentDraft
from tpp.model.figures import AccountFigures, Figures
from tpp.model.grant import Grant, TokenSet
from tpp.model.money import Bare, Money
from tpp.model.words import Words
from tpp.pages.accounts import AccountsPage, build
from tpp.web.filters import day, money_parts, money_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tpp.pages.rows import Entry

NOW = START
UNTIL = NOW + timedelta(days=30)


def account(account_id: str = "1001", sub_type: str | None = "CurrentAccount", **more: Any) -> dict[str, Any]:
    """Write one `Account`; a field that is given as None is left out."""
    fields = {
        "AccountId": account_id,
        "AccountHolderName": "Test Holder",
        "Status": "Active",
        "Currency": "AED",
        "Nickname": f"Account {account_id}",
        "AccountType": "Retail",
        "AccountSubType": sub_type,
        "AccountIdentifiers": [{"SchemeName": "IBAN", "Identification": f"AE0703312345678901{account_id:>05}"}],
        **more,
    }
    return {name: value for name, value in fields.items() if value is not None}


def balance(amount: str, kind: str = "InterimAvailable", **more: Any) -> dict[str, Any]:
    """Write one `Balance`: `-5.00 USD` is a debit of five dollars; without a currency it is dirhams."""
    digits, _, currency = amount.partition(" ")
    fields = {
        "CreditDebitIndicator": "Debit" if digits.startswith("-") else "Credit",
        "Type": kind,
        "DateTime": NOW.isoformat(),
        "Amount": {"Amount": digits.removeprefix("-"), "Currency": currency or "AED"},
        **more,
    }
    return {name: value for name, value in fields.items() if value is not None}


def line(amount: str, *, kind: str = "Pre-Agreed", **more: Any) -> dict[str, Any]:
    """Write one `CreditLine`, included unless told otherwise; None leaves the word out."""
    fields = {"Included": True, "Type": kind, "Amount": {"Amount": amount, "Currency": "AED"}, **more}
    return {name: value for name, value in fields.items() if value is not None}


def body(name: str, items: list[Any], links: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Put items into the envelope."""
    links = {"Self": "https://bank.example/here"} if links is None else links
    return {"Data": {**more, name: items}, "Links": links, "Meta": {"TotalPages": 1}}


def figures(
    accounts: list[dict[str, Any]],
    balances: Mapping[str, list[dict[str, Any]]],
    links: Mapping[str, Any] | None = None,
    consent_id: str = "consent",
) -> Figures:
    """Read what a bank answers into one connection's figures. An account without an answer has failed to load."""
    listed = read_accounts.accounts(body("Account", list(accounts), links))
    draft = ConsentDraft(("ReadBalances",), UNTIL, "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer")
    grant = Grant(consent_id, "issuer", UNTIL, NOW, draft, TokenSet("t", NOW + timedelta(seconds=600)), route=ROUTE)
    shown = []
    for each in listed.items:
        answer = balances.get(each.account_id)
        if answer is None:
            shown.append(AccountFigures(each, (), "bank-fault"))
            continue
        read = read_accounts.balances(body("Balance", answer, AccountId=each.account_id))
        shown.append(AccountFigures(each, read.items, None, NOW, len(read.unreadable)))
    return Figures(grant, tuple(shown), NOW, None, listed.more, len(listed.unreadable))


def page(*sources: Figures) -> AccountsPage:
    """Build the accounts page."""
    return build(sources, NOW, "reference")


def page_of(*balances: dict[str, Any], **fields: Any) -> AccountsPage:
    """Build the page of one account with these balances."""
    one = account(**fields)
    return page(figures([one], {one["AccountId"]: list(balances)}))


def entries(built: AccountsPage) -> list[Entry]:
    """Return all rows of a page."""
    return [entry for bank in built.banks for group in bank.groups for entry in group.entries]


def entry(built: AccountsPage) -> Entry:
    """Return the only row of a page."""
    (only,) = entries(built)
    return only


def have(built: AccountsPage) -> Money | None:
    """Return the large sum."""
    return built.totals.hero.money if built.totals.hero else None


def owed(built: AccountsPage) -> list[Money]:
    """Return the sums that are owed."""
    return [row.money for row in built.totals.rest if row.money.is_debt]


def notes(built: AccountsPage) -> list[str]:
    """Return the notes beside the sums, as message ids."""
    return [note.msgid for note in built.totals.notes]


def aed(amount: str, currency: str = "AED") -> Money:
    """Make money."""
    return Money(Decimal(amount), currency)


def english(words: Words | str | None) -> str:
    """Put the values into a message, as the page does, in English."""
    if not isinstance(words, Words):
        return str(words)
    msgid = words.plural if words.plural and words.count != 1 else words.msgid
    return msgid % {name: _value(value) for name, value in words.values.items()}


def _value(value: object) -> object:
    match value:
        case Bare():
            return money_parts(value.money).text
        case Money():
            return money_text(value)
        case datetime():
            return day(value)
        case Words():
            return english(value)
    return value
