"""Totals and rows: exact, never across currencies, debts apart, and saying what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.bodies import english
from tests.clock import START
from tests.routes import ROUTE
from tpp.model.account import Account, AccountIdentifier, Balance, CreditLine
from tpp.model.consent import ConsentDraft
from tpp.model.figures import AccountFigures, Figures
from tpp.model.grant import Grant, TokenSet
from tpp.model.money import Money
from tpp.model.words import Words
from tpp.pages import troubles
from tpp.pages.accounts import AccountsPage, build

DRAFT = ConsentDraft(
    ("ReadBalances",), START + timedelta(days=30), "Mizan", "Model Bank", "AccountAggregation", bank_id="issuer"
)
TOKENS = TokenSet("t", START + timedelta(seconds=600))
GRANT = Grant("consent", "issuer", START + timedelta(days=30), START, DRAFT, TOKENS, route=ROUTE)


def aed(amount: str, currency: str = "AED") -> Money:
    """Make money."""
    return Money(Decimal(amount), currency)


def one(
    name: str, amount: str | None, currency: str = "AED", kind: str = "InterimAvailable", **more: Any
) -> AccountFigures:
    """Make an account with one balance."""
    lines = more.pop("lines", ())
    error = more.pop("error", None)
    account = Account(account_id=name, **{"nickname": name, "currency": currency, **more})
    found = (Balance(kind, aed(amount, currency), START, lines),) if amount is not None else ()
    return AccountFigures(account, found, error, START)


def page(*accounts: AccountFigures, **changes: Any) -> AccountsPage:
    """Build the page of one connection."""
    return build([Figures(**{"grant": GRANT, "accounts": accounts, "at": START, **changes})], START, "ref")


def rest(built: AccountsPage) -> list[tuple[str, Money]]:
    """Return the rows below the large figure."""
    return [(text(row.label), row.money) for row in built.totals.rest]


def text(words: Words | str | None) -> str:
    """Return a message's English text."""
    return words.msgid if isinstance(words, Words) else str(words)


def test_the_reference_sums_come_out() -> None:
    overdraft = (CreditLine(included=True, kind="Pre-Agreed", amount=aed("5000")),)
    built = page(
        one("Salary account", "48215.60"),
        one("Household", "6340.15", lines=overdraft),
        one("Rainy day", "152000.00", sub_type="Savings"),
        one("Dollar account", "12400.00", "USD"),
        one("Bahrain savings", "1940.500", "BHD"),
        one("Card", "-3812.45", kind="InterimBooked", sub_type="CreditCard"),
        one("Car finance", "-41200.00", kind="InterimBooked", sub_type="Finance"),
        one("Travel prepaid card", None, error="bank-fault"),
    )

    assert built.totals.hero is not None
    assert built.totals.hero.money == aed("201555.75")
    assert built.totals.hero.count is not None
    assert built.totals.hero.count.count == 3
    assert rest(built) == [
        ("You owe", aed("-45012.45")),
        ("Bahraini dinars", aed("1940.500", "BHD")),
        ("US dollars", aed("12400.00", "USD")),
    ]
    assert (built.loaded, built.count) == (7, 8)


def test_money_is_never_added_across_currencies_or_types() -> None:
    """Faults seen elsewhere: AED 400 for AED 200, debts as positive, currencies added up."""
    account = Account("a", nickname="a", currency="AED")
    balances = (
        Balance("InterimBooked", aed("200"), START),
        Balance("InterimAvailable", aed("200"), START),
        Balance("ClosingBooked", aed("150"), START),
    )
    built = page(AccountFigures(account, balances, None, START), one("b", "5", "USD"))

    assert built.totals.hero is not None
    assert built.totals.hero.money == aed("200")
    assert rest(built) == [("US dollars", aed("5", "USD"))]


def test_available_credit_of_a_card_is_not_the_customers_money() -> None:
    card = Account("c", sub_type="CreditCard", currency="AED")
    balances = (
        Balance("InterimAvailable", aed("16187.55"), START),
        Balance("InterimBooked", aed("-3812.45"), START),
    )
    built = page(AccountFigures(card, balances, None, START))

    assert built.totals.hero is None
    assert rest(built) == [("You owe", aed("-3812.45"))]


def test_money_that_is_all_borrowed_is_owed() -> None:
    lines = (CreditLine(included=True, kind=None, amount=aed("5000")),)
    built = page(one("a", "3000", lines=lines))

    assert built.totals.hero is None
    assert rest(built) == [("You owe", aed("-2000"))]


@pytest.mark.parametrize("amount", [None, Money(Decimal(5), "USD")])
def test_an_account_whose_own_money_cannot_be_told_is_left_out_and_named(amount: Money | None) -> None:
    lines = (CreditLine(included=True, kind=None, amount=amount),)
    built = page(one("a", "3000", lines=lines), one("b", "1"))

    assert built.totals.hero is not None
    assert built.totals.hero.money == aed("1")
    assert [note.count for note in built.totals.notes if "in no total" in note.msgid] == [1]
    assert "cannot be told" in text(built.banks[0].groups[0].entries[0].note)


def test_without_dirhams_the_commonest_currency_is_the_large_figure() -> None:
    built = page(one("a", "1", "USD"), one("b", "2", "EUR"), one("c", "3", "EUR"))

    assert built.totals.hero is not None
    assert built.totals.hero.money == aed("5", "EUR")


def test_the_sums_say_what_they_leave_out() -> None:
    overdraft = (CreditLine(included=True, kind=None, amount=aed("1")),)
    built = page(one("a", "5", lines=overdraft), one("b", "5", "USD"), one("c", None, error="timeout"))
    notes = [text(note) for note in built.totals.notes]

    assert "Credit you could still use is never counted as money you have." in notes
    assert "Currencies are never added together." in notes
    assert "%(title)s did not load and is missing here." in notes


@pytest.mark.parametrize("kind", ["Expected", "ClosingBooked", "PreviouslyClosedBooked", "OpeningBooked"])
def test_a_balance_that_is_not_of_now_is_said_beside_the_sum(kind: str) -> None:
    built = page(one("a", "5"), one("b", "5", kind=kind))

    assert [note.count for note in built.totals.notes if "not of now" in note.msgid] == [1]
    assert not any("not of now" in note.msgid for note in page(one("a", "5")).totals.notes)


def test_a_page_without_any_figure_has_no_totals() -> None:
    built = page(one("a", None, error="timeout"))

    assert built.totals.hero is None
    assert built.totals.rest == ()


def entry_of(figures: AccountFigures) -> Any:
    """Return the one row of a page."""
    return page(figures).banks[0].groups[0].entries[0]


def test_a_row_prefers_the_nickname_and_masks_the_number() -> None:
    numbers = (AccountIdentifier("IBAN", "AE070331234567890123456", "Name"),)
    entry = entry_of(one("id", "5", nickname="Mine", identifiers=numbers, account_type="Retail"))

    assert (entry.title, text(entry.scheme), entry.tail) == ("Mine", "IBAN", "3456")


TITLES: list[tuple[dict[str, Any], str]] = [
    ({"nickname": "Nick"}, "Nick"),
    ({"nickname": None, "identifiers": (AccountIdentifier("IBAN", "1", "Named"),)}, "Named"),
    ({"nickname": None, "description": "Described"}, "Described"),
    ({"nickname": "  ", "sub_type": "Savings"}, "Savings account"),
    ({"nickname": None, "sub_type": "GoldVault"}, "Gold Vault"),
    ({"nickname": None}, "Account"),
]


@pytest.mark.parametrize(("fields", "title"), TITLES)
def test_a_row_always_has_a_title_and_never_an_invented_one(fields: dict[str, Any], title: str) -> None:
    entry = entry_of(one("100004000000000000000002", "5", **fields))

    assert text(entry.title) == title


def test_a_row_names_its_status_unless_it_is_the_normal_one() -> None:
    assert entry_of(one("a", "5", status="Active")).status is None
    assert text(entry_of(one("a", "5", status="Dormant")).status) == "Dormant"
    assert entry_of(one("a", "5", status="FrozenByCourt")).status == "Frozen By Court"


def captions(figures: AccountFigures) -> list[str]:
    """Return the lines beneath a row's figure, in English."""
    return [english(line) for line in entry_of(figures).captions]


def test_a_row_names_the_kind_of_its_figure_on_a_debt_too() -> None:
    assert captions(one("a", "5")) == ["Available"]
    assert captions(one("a", "5", kind="ClosingBooked")) == ["Booked at end of day"]
    assert captions(one("a", "5", kind="SomethingNew")) == ["Something New"]
    assert captions(one("a", "-5")) == ["Owed: Available"]
    assert captions(one("a", "-5", kind="InterimBooked", sub_type="Loan")) == ["Owed: Booked"]


def test_a_figure_of_another_day_names_its_day() -> None:
    yesterday = (Balance("ClosingBooked", aed("5"), START - timedelta(days=1)),)

    assert captions(AccountFigures(Account("a", currency="AED"), yesterday, None, START)) == [
        "Booked at end of day, 21/11/2026"
    ]


def test_what_can_be_spent_with_borrowed_money_stands_beneath_the_own_figure() -> None:
    line = (CreditLine(included=True, kind="Pre-Agreed", amount=aed("5000")),)
    overdrawn = one("a", "768.43", lines=line, sub_type="CurrentAccount")

    assert entry_of(overdrawn).money == aed("-4231.57")
    assert captions(overdrawn) == ["768.43 available with the overdraft of 5,000.00"]


def test_a_failed_row_says_why_and_whether_trying_again_helps() -> None:
    assert entry_of(one("a", None, error="bank-fault")).retry
    assert not entry_of(one("a", None, error="not-asked")).retry
    stale = entry_of(one("a", "5", error="timeout"))
    assert (stale.money, stale.stale_at) == (aed("5"), START)


def test_accounts_are_grouped_by_kind_and_unknown_kinds_are_shown_too() -> None:
    built = page(one("a", "1", sub_type="Savings"), one("b", "1", sub_type="Unheard"), one("c", "1"))
    groups = {text(group.title): len(group.entries) for group in built.banks[0].groups}

    assert groups == {"Savings": 1, "Other accounts": 2}


def test_an_account_that_two_consents_share_counts_once() -> None:
    newer = Figures(replace(GRANT, consent_id="new"), (one("a", "5"), one("b", "1")), START)
    older = Figures(GRANT, (one("a", "5"), one("c", "1")), START)
    built = build([newer, older], START, "ref")

    assert built.totals.hero is not None
    assert built.totals.hero.money == aed("7")
    assert built.count == 3


def test_the_completion_card_stands_for_ten_minutes_with_the_consents_last_day() -> None:
    """CX-39 to CX-41."""
    built = page(one("a", "5"))

    assert built.thanks is not None
    assert built.thanks.until == GRANT.until
    assert build([Figures(GRANT, (), START)], START + timedelta(minutes=10), "ref").thanks is None
    ended = Figures(GRANT.with_tokens(None), (), None, "reconnect")
    assert build([ended], START, "ref").thanks is None


ERRORS = [each for each in troubles.BANK_ERRORS if each != "consent-suspended"]


@pytest.mark.parametrize("error", [*ERRORS, "never heard of"])
def test_a_bank_that_fails_says_so_and_offers_a_new_consent_only_where_that_helps(error: str) -> None:
    nothing = page(at=None, error=error).banks[0]
    older = page(one("a", "5"), error=error).banks[0]

    assert nothing.failure
    assert not nothing.notice
    assert older.notice
    assert not older.failure
    assert nothing.renew is (error == "token-rejected")
    assert nothing.retry is not nothing.renew
    assert nothing.reference == "ref"


def test_a_cards_available_amount_alone_is_the_banks_money() -> None:
    built = page(one("card", "15000", sub_type="CreditCard"))

    assert built.totals.hero is None
    assert "cannot be told" in text(entry_of(one("card", "15000", sub_type="CreditCard")).note)


def test_a_limit_and_its_unused_part_are_not_both_taken_off() -> None:
    lines = (
        CreditLine(included=True, kind="Credit", amount=aed("5000")),
        CreditLine(included=True, kind="Available", amount=aed("5000")),
    )
    built = page(one("a", "7000", lines=lines))

    assert built.totals.hero is not None
    assert built.totals.hero.money == aed("2000")


def test_two_credit_lines_that_may_overlap_are_not_guessed_at() -> None:
    lines = tuple(CreditLine(included=True, kind=kind, amount=aed("5000")) for kind in ("Pre-Agreed", "Temporary"))

    assert page(one("a", "7000", lines=lines)).totals.hero is None


def test_what_was_not_read_is_said_beside_the_sums() -> None:
    notes = [note.msgid for note in page(one("a", "5"), more=True, unreadable=2).totals.notes]

    assert any("more accounts than it sent" in note for note in notes)
    assert any("could not be read and is left out" in note for note in notes)


def test_money_in_a_second_currency_of_one_account_is_not_passed_over_in_silence() -> None:
    balances = (Balance("InterimAvailable", aed("100")), Balance("InterimAvailable", aed("5000", "USD")))
    built = page(AccountFigures(Account("a", currency="AED"), balances, None, START))

    assert built.totals.hero is not None
    assert built.totals.hero.money == aed("100")
    assert any(note.values.get("currencies") == "USD" for note in built.totals.notes)


def test_a_bank_that_does_not_answer_is_neither_called_active_nor_thanked_for() -> None:
    built = page(at=None, error="token-rejected")

    assert built.banks[0].state is None
    assert built.thanks is None
    assert page(one("a", "5")).banks[0].state == "active"


def test_an_account_of_two_consents_is_taken_from_the_one_that_has_its_figure() -> None:
    newer = Figures(replace(GRANT, consent_id="new"), (one("a", None, error="timeout"),), START)
    older = Figures(GRANT, (one("a", "5"),), START)
    built = build([newer, older], START, "ref")

    assert built.totals.hero is not None
    assert built.totals.hero.money == aed("5")
    assert built.count == 1
