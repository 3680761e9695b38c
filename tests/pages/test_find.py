"""Accounts looked for by a text, and accounts under the names of their holders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.bodies import NOW, account, balance, english, entries, figures
from tests.bodies import page as page_of
from tpp.pages import accounts, find

if TYPE_CHECKING:
    from tpp.model.words import Words
    from tpp.pages.accounts import AccountsPage

IBAN = "AE070331234567890123456"
ARABIC = {"Savings account": "حساب توفير", "Savings": "توفير"}

BANK = (
    account("1", Nickname="Rainy day", AccountHolderName="Rora Model", AccountSubType="Savings"),
    account("2", Nickname="Salary", AccountHolderName="Rora Model", AccountIdentifiers=[]),
    account("3", Nickname="Till", AccountHolderName="Noor Bakery", AccountType="SME"),
    account("4", Nickname="Trip", AccountHolderName=None, Status="Dormant"),
)
NUMBERED = [{"SchemeName": "IBAN", "Identification": f"{IBAN[:4]} {IBAN[4:]}"}]


def say(text: Words | str) -> str:
    """Speak a language of which two words are known."""
    return ARABIC.get(english(text), english(text)) if not isinstance(text, str) else text


def looked_for(text: str, *listed: dict[str, Any]) -> AccountsPage:
    """Build the page of these accounts, of 10 dirhams each, under a search."""
    bank = listed or BANK
    balances = {each["AccountId"]: [balance("10.00")] for each in bank}
    return accounts.build([figures(list(bank), balances)], NOW, "reference", find.read(text, say))


def titles(built: AccountsPage) -> list[str]:
    """Return the titles of the rows."""
    return [english(each.title) for each in entries(built)]


FOUND = [
    ("salary", ["Salary"]),
    ("SALARY", ["Salary"]),
    ("  sal  ", ["Salary"]),
    ("rora", ["Salary", "Rainy day"]),
    ("day rora", ["Rainy day"]),
    ("small business", ["Till"]),
    ("توفير", ["Rainy day"]),
    ("dormant", ["Trip"]),
    ("active", []),
    ("model bank", ["Salary", "Rainy day", "Till", "Trip"]),
    ("0003", ["Till"]),
    ("10.00", []),
    ("%(x)s <script>", []),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_an_account_is_found_by_each_word_that_its_row_says(text: str, expected: list[str]) -> None:
    built = looked_for(text)

    assert titles(built) == expected
    assert built.found == len(expected)


@pytest.mark.parametrize("text", [IBAN, "AE07 0331 2345 6789 0123 456", IBAN[-9:].lower(), "3456"])
def test_an_account_is_found_by_the_end_of_its_number(text: str) -> None:
    assert titles(looked_for(text, *BANK, account("9", AccountIdentifiers=NUMBERED))) == ["Account 9"]


@pytest.mark.parametrize("text", ["0331", "AE0", "AE0703312345678901234", "5678 9999"])
def test_digits_that_no_row_shows_find_nothing(text: str) -> None:
    assert titles(looked_for(text, account("9", AccountIdentifiers=NUMBERED))) == []


def test_totals_stay_those_of_all_accounts_while_some_are_looked_for() -> None:
    every, some, none = looked_for(""), looked_for("till"), looked_for("nowhere")

    assert every.totals == some.totals == none.totals
    assert every.totals.hero is not None
    assert (every.count, some.count, none.count) == (4, 4, 4)
    assert (every.loaded, some.loaded) == (4, 4)
    assert (every.found, none.banks) == (None, ())


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\u2028"])
def test_a_text_without_anything_to_see_finds_every_account(text: str) -> None:
    built = looked_for(text)

    assert len(entries(built)) == len(BANK)
    assert built.find is None


def test_a_search_that_is_too_long_says_so_and_hides_nothing() -> None:
    built = looked_for("x" * 101)

    assert built.find is not None
    assert english(built.find.error) == "Search for at most 100 characters."
    assert built.find.typed == "x" * 101
    assert (len(entries(built)), built.found) == (len(BANK), None)
    assert looked_for("x" * 100).found is not None


def test_the_search_is_offered_above_eight_accounts() -> None:
    many = [account(str(number)) for number in range(9)]

    assert looked_for("", *many).find is not None
    assert looked_for("", *many[:8]).find is None
    assert looked_for("one", *many[:8]).find is not None, "a bookmark must be seen to filter"


def test_a_bank_whose_accounts_are_not_known_is_not_left_out_of_a_search() -> None:
    unread = replace(figures([], {}, consent_id="other"), error="unreachable")
    known = figures([account("1")], {"1": [balance("1.00")]})
    built = accounts.build([known, unread], NOW, "reference", find.read("nowhere", say))

    assert [bool(bank.failure) for bank in built.banks] == [True]


def test_accounts_of_several_people_stand_under_their_names_in_the_banks_order() -> None:
    (bank,) = looked_for("").banks
    heads = [(each.name, english(each.kind)) for each in bank.holders]

    assert heads == [("Rora Model", "Personal"), ("Noor Bakery", "Small business"), (None, "Personal")]
    assert bank.person is None
    assert [english(group.title) for group in bank.holders[0].groups] == ["Current accounts", "Savings"]
    assert [entry.title for group in bank.groups for entry in group.entries] == ["Salary", "Rainy day", "Till", "Trip"]


def test_a_section_is_headed_by_a_person_only_where_all_its_accounts_are_theirs() -> None:
    own, foreign = account("1", AccountHolderName="Rora  Model"), account("2", AccountHolderName=None)

    def person(*listed: dict[str, Any]) -> str | None:
        return looked_for("", *listed).banks[0].person

    assert person(own, account("3", AccountHolderName="RORA MODEL")) == "Rora  Model"
    assert person(own, foreign) is None, "nobody says whose the other one is"
    assert person(foreign) is None
    assert person(account("1", AccountHolderName="\u200b")) is None


def test_what_kind_of_customer_it_is_stands_in_the_rows_where_a_persons_accounts_differ() -> None:
    mixed = [account("1"), account("2", AccountType="Corporate")]
    rows, holder = entries(looked_for("", *mixed)), looked_for("", *mixed).banks[0].holders[0]
    alike = entries(looked_for("", account("1"), account("2")))

    assert [english(each.kind) for each in rows] == ["Personal", "Company"]
    assert holder.kind is None
    assert [each.kind for each in alike] == [None, None]


def test_an_account_is_called_joint_only_by_the_bank() -> None:
    """The list of accounts has no field for it: two names are printed as they are, and nothing is concluded."""
    built = page_of(figures([account("1", AccountHolderName="A and B", Description="Joint")], {"1": []}))

    assert built.banks[0].person == "A and B"
    assert english(built.banks[0].holders[0].kind) == "Personal"
