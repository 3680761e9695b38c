"""The money on the accounts page, from a bank's JSON to rows and sums: each figure exact, each gap said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import bodies
from tests.bodies import (
    NOW,
    account,
    aed,
    balance,
    english,
    entries,
    entry,
    figures,
    have,
    line,
    notes,
    owed,
    page,
    page_of,
)

CREDIT_SPELLINGS = [
    *("CreditCard", "Credit Card", "creditcard", "ChargeCard", "Loan", "PersonalLoan", "Overdraft"),
    *("Mortgage", "Finance", "CarFinancing", "Ijara"),
]


def said(built: Any) -> list[str]:
    """Return the lines beneath the only row's figure, in English."""
    return [english(each) for each in entry(built).captions]


def test_a_limit_is_never_added_to_what_a_card_owes() -> None:
    limit = [line("10000.00", kind="Credit")]
    built = page_of(
        balance("-1250.00", "InterimBooked", CreditLine=limit),
        balance("8750.00", CreditLine=limit),
        sub_type="CreditCard",
    )

    assert entry(built).money == aed("-1250.00")
    assert owed(built) == [aed("-1250.00")]
    assert have(built) is None
    assert said(built) == ["Owed: Booked", "8,750.00 available with the limit of 10,000.00"]


@pytest.mark.parametrize("kind", ["InterimBooked", "ClosingBooked", "InterimAvailable", "Expected"])
@pytest.mark.parametrize("sub_type", ["CurrentAccount", "Savings", "CreditCard", "Finance", None, "Unheard"])
def test_a_debit_balance_is_owed_as_it_stands(kind: str, sub_type: str | None) -> None:
    built = page_of(balance("-200.00", kind, CreditLine=[line("1000.00")]), sub_type=sub_type)

    assert entry(built).money == aed("-200.00")
    assert owed(built) == [aed("-200.00")]


@pytest.mark.parametrize("amount", ["0.00", "500.00"])
def test_a_card_that_owes_nothing_is_not_in_debt_by_its_limit(amount: str) -> None:
    limit = [line("10000.00", kind="Credit")]
    built = page_of(balance(amount, "InterimBooked", CreditLine=limit), sub_type="CreditCard")

    assert entry(built).money == aed(amount)
    assert owed(built) == []


def test_an_overdraft_within_a_balance_is_taken_off_in_row_and_sum_alike() -> None:
    built = page_of(balance("768.43", CreditLine=[line("5000.00")]))

    assert entry(built).money == aed("-4231.57")
    assert owed(built) == [aed("-4231.57")]
    assert said(built) == ["768.43 available with the overdraft of 5,000.00"]
    assert "Credit you could still use is never counted as money you have." in notes(built)


@pytest.mark.parametrize("included", [None, False, "true", 1])
def test_a_credit_line_that_does_not_say_that_it_is_included_is_not(included: object) -> None:
    """V1.2, `Included`: if not present, the credit line is not included."""
    built = page_of(balance("1500.00", CreditLine=[line("1000.00", Included=included)]))

    assert have(built) == aed("1500.00")
    assert said(built) == ["Available"]


def test_a_booked_balance_that_cannot_hold_its_limit_is_in_no_sum() -> None:
    built = page_of(balance("300.00", "InterimBooked", CreditLine=[line("1000.00")]))

    assert (have(built), owed(built)) == (None, [])
    assert entry(built).money == aed("300.00")
    assert "cannot be told" in english(entry(built).note)
    assert have(page_of(balance("1300.00", "InterimBooked", CreditLine=[line("1000.00")]))) == aed("300.00")


def test_available_above_booked_without_a_credit_line_is_explained() -> None:
    built = page_of(balance("6000.00"), balance("1000.00", "InterimBooked"))

    assert have(built) == aed("6000.00")
    assert said(built) == ["Available", "1,000.00 is booked; the rest may be an overdraft or not booked yet"]
    assert said(page_of(balance("6000.00"), balance("6500.00", "InterimBooked"))) == ["Available"]


def test_money_available_over_a_booked_debt_is_borrowed() -> None:
    built = page_of(balance("4500.00"), balance("-500.00", "InterimBooked"))

    assert have(built) is None
    assert owed(built) == [aed("-500.00")]
    assert said(built) == ["Owed: Booked", "4,500.00 available"]


@pytest.mark.parametrize("sub_type", [*CREDIT_SPELLINGS, None])
def test_where_a_debt_is_possible_booked_goes_before_available(sub_type: str | None) -> None:
    built = page_of(balance("4500.00"), balance("-500.00", "InterimBooked"), sub_type=sub_type)

    assert have(built) is None
    assert owed(built) == [aed("-500.00")]


@pytest.mark.parametrize("sub_type", CREDIT_SPELLINGS)
def test_what_a_lender_has_available_is_nobodys_money(sub_type: str) -> None:
    built = page_of(balance("8000.00"), sub_type=sub_type)

    assert (have(built), owed(built)) == (None, [])
    assert "cannot be told" in english(entry(built).note)


def test_a_card_without_a_sub_type_is_known_by_its_number() -> None:
    card = [{"SchemeName": "MaskedPAN", "Identification": "4111XXXXXXXX2001"}]
    built = page_of(balance("8000.00"), sub_type=None, AccountIdentifiers=card)

    assert (have(built), owed(built)) == (None, [])
    paid = page_of(balance("8000.00"), balance("0.00", "InterimBooked"), sub_type=None, AccountIdentifiers=card)
    assert entry(paid).money == aed("0.00")


@pytest.mark.parametrize("sub_type", ["PrepaidCard", "Prepaid Card", "DebitCard"])
def test_a_card_of_ones_own_money_counts_as_money(sub_type: str) -> None:
    assert have(page_of(balance("820.00"), sub_type=sub_type)) == aed("820.00")


AHEAD = {"DateTime": (NOW + timedelta(days=30)).isoformat()}


@pytest.mark.parametrize("sub_type", ["CurrentAccount", "CreditCard", None])
@pytest.mark.parametrize("kind", ["ForwardAvailable", "InterimAvailable", "InterimBooked", "Expected"])
def test_a_balance_dated_ahead_never_heads_an_account(kind: str, sub_type: str | None) -> None:
    built = page_of(
        balance("500.00", "OpeningBooked"), balance("-9000.00", kind, **AHEAD), balance("9000.00", kind, **AHEAD),
        sub_type=sub_type,
    )  # fmt: skip

    assert entry(built).money == aed("500.00")
    alone = page_of(balance("9000.00", kind, **AHEAD), sub_type=sub_type)
    assert entry(alone).money is None
    assert "dates ahead" in english(entry(alone).note)


@pytest.mark.parametrize(("days", "said"), [(0, 0), (1, 1), (90, 1)])
def test_a_running_balance_of_an_earlier_day_is_said_beside_the_sum(days: int, said: int) -> None:
    built = page_of(balance("5.00", DateTime=(NOW - timedelta(days=days)).isoformat()))

    assert sum("not of now" in note for note in notes(built)) == said


def test_a_bank_whose_clock_is_a_little_ahead_is_not_put_off() -> None:
    soon = (NOW + timedelta(minutes=2)).isoformat()

    assert have(page_of(balance("5.00", DateTime=soon))) == aed("5.00")


def test_coming_payments_head_an_account_only_where_there_is_nothing_else_and_are_in_no_sum() -> None:
    built = page_of(balance("500.00", "OpeningBooked", DateTime=None), balance("9000.00", "ForwardAvailable"))
    assert have(built) == aed("500.00")

    alone = page_of(balance("9000.00", "ForwardAvailable"))
    assert entry(alone).money == aed("9000.00")
    assert have(alone) is None
    assert "still to come" in english(entry(alone).note)


@pytest.mark.parametrize("amount", ["9000.00", "-40.00"])
@pytest.mark.parametrize("sub_type", ["CurrentAccount", "CreditCard", None])
def test_an_amount_for_information_is_shown_and_in_no_sum(sub_type: str | None, amount: str) -> None:
    beside = page_of(balance("5.00", "Expected", DateTime=None), balance(amount, "Information"))
    assert have(beside) == aed("5.00"), "any other balance goes before it"

    alone = page_of(balance(amount, "Information", CreditLine=[line("100.00")]), sub_type=sub_type)
    assert entry(alone).money == aed(amount)
    assert (have(alone), owed(alone)) == (None, [])
    assert "for information only" in english(entry(alone).note)
    assert said(alone) == ["For information" if amount == "9000.00" else "Owed: For information"]


@pytest.mark.parametrize("kind", ["InterimAvailable", "ClosingBooked", "SomethingNew"])
@pytest.mark.parametrize("old_first", [True, False])
def test_of_one_type_the_newest_counts(kind: str, *, old_first: bool) -> None:
    old = balance("111.00", kind, DateTime=(NOW - timedelta(days=50)).isoformat())
    both = [old, balance("999.00", kind)]

    assert have(page_of(*(both if old_first else both[::-1]))) == aed("999.00")


def test_two_balances_of_one_type_and_moment_are_both_said_and_the_smaller_counts() -> None:
    built = page_of(balance("2.00"), balance("1.00"))

    assert have(built) == aed("1.00")
    assert said(built) == ["Available", "The bank also sent 2.00 for the same balance"]


def test_someone_with_a_calculator_gets_every_total_from_the_rows() -> None:
    built = page(
        figures(
            [
                account("1"),
                account("2", "CreditCard"),
                account("3", Currency="USD"),
                account("4", "Loan"),
                account("5"),
            ],
            {
                "1": [balance("768.43", CreditLine=[line("5000.00")])],
                "2": [balance("-3812.45", "InterimBooked"), balance("11187.55")],
                "3": [balance("12400.00 USD")],
                "4": [balance("4500.00")],
                "5": [balance("10.00")],
            },
        )
    )

    assert [row.money for row in [built.totals.hero, *built.totals.rest] if row] == [
        aed("10.00"), aed("-8044.02"), aed("12400.00", "USD"),
    ]  # fmt: skip
    parts = [part.money for row in [built.totals.hero, *built.totals.rest] if row for part in row.parts]
    assert sorted(map(str, parts)) == sorted(str(each.money) for each in entries(built) if each.note is None)


def test_gaps_are_said_where_there_is_no_sum_too() -> None:
    links = {"Self": "https://bank.example/1", "Next": "https://bank.example/2"}
    built = page(figures([account("1"), account("2")], {"1": [balance("1e3")], "2": []}, links))

    assert built.totals.hero is None
    assert any("more accounts than it sent" in note for note in notes(built))
    assert any("could not be read and is left out" in note for note in notes(built))


@pytest.mark.parametrize("amount", ["1e5", "-50.00", "5,000", "٥", 5, 1234.56, None, {}, "5" * 14])
def test_one_unreadable_amount_is_one_detail(amount: object) -> None:
    odd = balance("1.00", "InterimBooked") | {"Amount": {"Amount": amount, "Currency": "AED"}}
    built = page_of(balance("100.00"), odd)

    assert [note.count for note in built.totals.notes if "could not be read" in note.msgid] == [1]
    assert have(built) == aed("100.00")


@pytest.mark.parametrize(
    "field",
    [{"OpeningDate": "2017-04-05"}, {"MaturityDate": 5}, {"IsShariaCompliant": "yes"}, {"Servicer": []}],
)
def test_a_field_that_no_page_shows_is_no_detail(field: dict[str, Any]) -> None:
    assert notes(page_of(balance("100.00"), **field)) == []


def test_an_account_without_an_id_is_a_gap() -> None:
    ghost = {"Nickname": "ghost"}
    built = page(figures([account("1"), ghost], {"1": [balance("100.00")]}))

    assert [note.count for note in built.totals.notes if "could not be read" in note.msgid] == [1]


def test_a_balance_without_a_type_was_sent_and_could_not_be_read() -> None:
    one = figures([account("1")], {"1": [balance("100.00", Type=None)]})

    assert one.accounts[0].balances == ()
    assert one.accounts[0].unreadable == 1


@pytest.mark.parametrize(
    ("links", "more"),
    [
        ({"Self": "https://bank.example/a", "Next": "https://bank.example/a"}, False),
        ({"Self": "/a?page=1", "Next": "http://127.0.0.1:1/a?page=1"}, False),
        ({"Self": "https://bank.example/a", "Next": "https://bank.example/a?page=2"}, True),
        ({"Next": "https://bank.example/a?page=2"}, True),
        ({"Self": "https://bank.example/a", "Next": ""}, False),
        ({"Self": None, "Next": None}, False),
        ({"Self": 5, "Next": []}, False),
    ],
)
def test_a_next_page_that_is_this_page_is_none(links: dict[str, Any], *, more: bool) -> None:
    read = figures([account("1")], {"1": [balance("1.00")]}, links)

    assert read.more is more
    assert read.unreadable == 0


def test_an_empty_first_page_is_not_called_the_whole_list() -> None:
    built = page(figures([], {}, {"Self": "https://b/1", "Next": "https://b/2"}))

    assert "first page" in english(built.banks[0].empty)


@pytest.mark.parametrize(
    "nickname",
    [
        "\u200b\u200c",
        "\u00ad",
        "\u061c",
        "\u115f",
        "\u2800",
        "\u3164",
        "\u0000",
        " \u00a0\u3000",
        "\ufe0f",
        "\U000e0041",
    ],
)
def test_a_title_of_invisible_characters_falls_through_to_the_next_name(nickname: str) -> None:
    assert english(entry(page_of(balance("1.00"), Nickname=nickname)).title) == "Current account"
    named = [{"SchemeName": "IBAN", "Identification": "AE070331234567890121001", "Name": "Main"}]
    assert entry(page_of(balance("1.00"), Nickname=nickname, AccountIdentifiers=named)).title == "Main"


@pytest.mark.parametrize(
    "odd", ["\x00", "\x01", "\x0b", "\x1f", "\x7f", "\x85", "\ud800", "\ufffe", "\uffff", "\ufdd0"]
)
def test_characters_that_no_page_may_hold_never_reach_it(odd: str) -> None:
    assert entry(page_of(balance("1.00"), Nickname=f"a{odd}b")).title == "ab"


def test_a_long_name_says_that_it_is_cut() -> None:
    title = str(entry(page_of(balance("1.00"), Nickname="n" * 500)).title)

    assert len(title) == 70
    assert title.endswith("…")
    assert entry(page_of(balance("1.00"), Nickname="n" * 70)).title == "n" * 70


@pytest.mark.parametrize("scheme", ["IBAN", "AccountNumber", "MaskedPAN"])
@pytest.mark.parametrize("sub_type", ["CreditCard", "PrepaidCard", None])
def test_a_cards_number_is_never_called_an_iban(scheme: str, sub_type: str | None) -> None:
    card = [{"SchemeName": scheme, "Identification": "4111 11XX XXXX 2001"}]
    row = entry(page_of(balance("1.00"), sub_type=sub_type, AccountIdentifiers=card))

    assert (english(row.scheme), row.tail) == ("Card", "2001")


@pytest.mark.parametrize("sub_type", ["CreditCard", "Credit Card", "creditcard", "PrepaidCard", "IslamicCard"])
def test_a_cards_whole_number_is_no_iban_however_its_kind_is_spelt(sub_type: str) -> None:
    card = [{"SchemeName": "IBAN", "Identification": "4111111111112001"}]

    assert english(entry(page_of(balance("1.00"), sub_type=sub_type, AccountIdentifiers=card)).scheme) == "Card"


@pytest.mark.parametrize(
    ("sub_type", "title"),
    [("PrepaidCard", "Prepaid card"), ("ChargeCard", "Charge card"), ("CreditCard", "Credit card")],
)
def test_accounts_are_labelled_as_what_they_are(sub_type: str, title: str) -> None:
    built = page_of(balance("1.00", "InterimBooked"), sub_type=sub_type, Nickname=None, AccountType="Corporate")

    assert (english(entry(built).title), english(built.banks[0].holders[0].kind)) == (title, "Company")


SPELLINGS = [
    ("Current Account", "Current accounts", "Current account"),
    ("CURRENT_ACCOUNT", "Current accounts", "Current account"),
    ("current", "Current accounts", "current"),
    ("SavingsAccount", "Savings", "Savings Account"),
    ("savings", "Savings", "Savings account"),
    ("Credit Card", "Cards", "Credit card"),
    ("credit-card", "Cards", "Credit card"),
    ("prepaid", "Cards", "prepaid"),
    ("FINANCE", "Finance", "Finance"),
    ("Personal Loan", "Finance", "Personal Loan"),
    ("Escrow", "Other accounts", "Escrow"),
]


@pytest.mark.parametrize(("sub_type", "group", "title"), SPELLINGS)
def test_an_account_stands_in_the_group_of_its_kind_in_any_spelling(sub_type: str, group: str, title: str) -> None:
    found = page_of(balance("1.00", "InterimBooked"), sub_type=sub_type, Nickname=None).banks[0].groups

    assert [(each.title.msgid, english(each.entries[0].title)) for each in found] == [(group, title)]


# -- the same account twice ------------------------------------------------------------------------------------------


def two(*balances: str, ids: tuple[str, ...] = ("1001", "1002"), consent: str = "old", **more: Any) -> Any:
    """Read a connection with accounts of one bank; the numbers stay, whatever the ids are."""
    numbers = [[{"SchemeName": "IBAN", "Identification": f"AE07033123456789012100{place}"}] for place in (1, 2)]
    listed = [account(name, AccountIdentifiers=number, **more) for name, number in zip(ids, numbers, strict=True)]
    return figures(listed, {name: [balance(each)] for name, each in zip(ids, balances, strict=True)}, None, consent)


@pytest.mark.parametrize("ids", [("1001", "1002"), ("9001", "9002")])
def test_an_account_of_two_consents_is_one_by_its_id_or_its_number(ids: tuple[str, str]) -> None:
    built = page(two("100.00", "50.00", ids=ids, consent="new"), two("100.00", "50.00"))

    assert have(built) == aed("150.00")
    assert len(entries(built)) == 2
    assert built.banks[1].elsewhere is not None
    assert "shown under another" in built.banks[1].elsewhere.msgid


def test_a_section_whose_accounts_stand_elsewhere_is_not_called_empty() -> None:
    """It says how many there are, and still whose."""
    built = page(two("100.00", "50.00", consent="new"), two("100.00", "50.00"))
    said = [(bank.empty, bank.elsewhere and bank.elsewhere.count, bank.people) for bank in built.banks]

    assert said == [(None, None, ("Test Holder",)), (None, 2, ("Test Holder",))]


def test_one_number_in_two_currencies_is_two_accounts() -> None:
    number = [{"SchemeName": "IBAN", "Identification": "AE070331234567890123456"}]
    first = figures([account("1", AccountIdentifiers=number)], {"1": [balance("5.00")]}, None, "old")
    second = figures(
        [account("2", AccountIdentifiers=number, Currency="USD")], {"2": [balance("7.00 USD")]}, None, "new"
    )

    assert len(entries(page(second, first))) == 2


def test_two_accounts_with_one_number_in_one_consent_stay_two() -> None:
    number = [{"SchemeName": "IBAN", "Identification": "AE070331234567890123456"}]
    both = [account("1", AccountIdentifiers=number), account("2", AccountIdentifiers=number)]
    built = page(figures(both, {"1": [balance("120.00")], "2": [balance("50.00")]}))

    assert have(built) == aed("170.00")


def test_cards_of_two_people_with_one_masked_number_stay_two() -> None:
    card = [{"SchemeName": "MaskedPAN", "Identification": "4111XXXXXXXX2001"}]

    def held(by: str | None, name: str) -> Any:
        one = account(name, "CreditCard", AccountIdentifiers=card, AccountHolderName=by)
        return figures([one], {name: [balance("-5.00", "InterimBooked")]}, None, name)

    assert owed(page(held("Rora", "1"), held("Mits", "2"))) == [aed("-10.00")]
    assert owed(page(held("Rora", "1"), held("Rora", "2"))) == [aed("-5.00")]
    assert owed(page(held(None, "1"), held(None, "2"))) == [aed("-10.00")]


MASKED = [
    "AE07****1234",
    "XXXX1234",
    "AE07 0331 xxxx xxxx 1234",
    "•••1234",
    "...1234",
    "1234########",
    "12340…",
    "●● 1234",
]


@pytest.mark.parametrize("number", MASKED)
def test_a_masked_number_makes_no_two_peoples_accounts_one(number: str) -> None:
    masked = [{"SchemeName": "IBAN", "Identification": number}]

    def held(by: str | None, name: str) -> Any:
        one = account(name, AccountIdentifiers=masked, AccountHolderName=by)
        return figures([one], {name: [balance("5.00")]}, None, name)

    assert have(page(held("Rora", "1"), held("Mits", "2"))) == aed("10.00")
    assert have(page(held("Rora", "1"), held("Rora", "2"))) == aed("5.00")
    assert have(page(held(None, "1"), held(None, "2"))) == aed("10.00")


@pytest.mark.parametrize("number", ["•••", "XXXXXXXX", "***12"])
def test_a_number_that_is_hidden_as_a_whole_tells_nothing(number: str) -> None:
    hidden = [{"SchemeName": "AccountNumber", "Identification": number}]
    first, second = (
        figures([account(name, AccountIdentifiers=hidden)], {name: [balance("5.00")]}, None, name)
        for name in ("1", "2")
    )

    assert have(page(first, second)) == aed("10.00")


def test_a_section_says_in_whose_names_its_accounts_are() -> None:
    rora = two("1.00", "2.00", AccountHolderName="Rora  Model")
    mits = two("1.00", "2.00", ids=("3", "4"), AccountHolderName="Mits Model", Currency="USD")

    assert [bank.people for bank in page(rora, mits).banks] == [("Rora  Model",), ("Mits Model",)]
    assert page(bodies.figures([account("1", AccountHolderName=None)], {"1": []})).banks[0].people == ()


def test_several_names_are_each_said_once_in_the_order_of_the_accounts() -> None:
    names = ["Rora Nasser", "Rora Trading", "RORA  NASSER"]
    listed = [account(str(place), AccountHolderName=name) for place, name in enumerate(names)]
    built = page(figures(listed, {str(place): [balance("1.00")] for place in range(3)}))

    assert built.banks[0].people == ("Rora Nasser", "Rora Trading")
