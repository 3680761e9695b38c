"""A filter of transactions: read from any text without an exception, exact in what it finds, known again by link."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bodies import english
from tests.pages.movements import TRANSACTION, booked
from tpp.model.banking.beneficiary import Counterparty
from tpp.model.banking.transaction import Merchant, Transaction
from tpp.pages.filter import LONGEST, NAMES, Filter, read

HOSTILE = st.text(max_size=130) | st.sampled_from(
    [
        *("", "0", "-1", "1e999", "NaN", "Infinity", "9" * 5000, "1,2,3", "٢٠٢٦-١١-٢٢", "2026-02-30", "0000-01-01"),
        *("31/04/2026", "²", "١٬٢٣٤٫٥٠", "\x00", "\ud800", "%(amount)s", "<script>", "' OR 1=1", "in", "POS", "1.00"),
    ]
)
PARAMETERS = st.dictionaries(st.sampled_from([*NAMES, "page", "other"]), HOSTILE)


@given(PARAMETERS, TRANSACTION)
def test_no_text_in_any_field_is_an_exception(parameters: dict[str, str], transaction: Transaction) -> None:
    """Each field filters, or has a word beside it, or asks for nothing; and it keeps what was typed."""
    wanted = read(parameters)

    assert isinstance(wanted.matches(transaction), bool)
    for name in NAMES:
        typed = wanted.typed.get(name)
        assert bool(typed) == (name in wanted.query) + (name in wanted.errors)
    assert all(english(chip.label) for chip in wanted.chips)


@given(PARAMETERS, TRANSACTION)
def test_the_links_query_leads_to_the_same_filter(parameters: dict[str, str], transaction: Transaction) -> None:
    wanted = read(parameters)
    again = read(wanted.query)

    assert again.errors == {}
    assert again.query == wanted.query
    assert again.matches(transaction) == wanted.matches(transaction)


@given(PARAMETERS)
def test_each_chip_takes_off_its_own_part_alone(parameters: dict[str, str]) -> None:
    wanted = read(parameters)

    assert len(wanted.chips) == len(wanted.query)
    for name, chip in zip(wanted.query, wanted.chips, strict=True):
        assert chip.query == wanted.without(name)
        assert chip.query == {other: value for other, value in wanted.query.items() if other != name}


@pytest.mark.parametrize("typed", ["yesterday", "2026-02-30", "31/04/2026", "0000-01-01", "22-11-2026", "²/1/2026"])
def test_a_day_that_is_none_has_a_word_beside_it_and_filters_nothing(typed: str) -> None:
    wanted = read({"from": typed, "to": typed})

    assert set(wanted.errors) == {"from", "to"}
    assert wanted.typed["from"] == typed
    assert wanted.matches(booked())


@pytest.mark.parametrize(
    "typed", ["-5", "1e5", "NaN", "9" * 400, "1,2", "12,34.5", "5 dirhams", "0x10", ".", "1.123456"]
)
def test_an_amount_that_is_none_has_a_word_beside_it_and_filters_nothing(typed: str) -> None:
    wanted = read({"least": typed})

    assert "least" in wanted.errors
    assert wanted.typed == {"least": typed}
    assert wanted.matches(booked("-0.01"))


@pytest.mark.parametrize("typed", ["1250.5", "1,250.50", "١٢٥٠٫٥", "١٬٢٥٠٫٥٠", " 1250.50 "])
def test_an_amount_is_exact_in_latin_and_arabic_digits(typed: str) -> None:
    wanted = read({"least": typed, "most": typed})

    assert (wanted.least, wanted.most, wanted.errors) == (Decimal("1250.50"), Decimal("1250.50"), {})
    assert wanted.matches(booked("-1250.50"))
    assert wanted.matches(booked("1250.5", "USD"))
    assert not wanted.matches(booked("-1250.49"))
    assert not wanted.matches(booked("-1250.501", "BHD"))


def test_limits_and_days_the_wrong_way_round_say_so_and_the_first_still_counts() -> None:
    wanted = read({"least": "20", "most": "10", "from": "2026-11-22", "to": "2026-11-21"})

    assert set(wanted.errors) == {"most", "to"}
    assert wanted.query == {"least": "20", "from": "2026-11-22"}


@pytest.mark.parametrize("typed", ["2026-11-22", "22/11/2026", "٢٢/١١/٢٠٢٦"])
def test_days_are_those_of_dubai(typed: str) -> None:
    """The day begins at 20:00 UTC of the day before."""
    wanted = read({"from": typed, "to": typed})

    assert wanted.start == wanted.end == date(2026, 11, 22)
    for moment, expected in [
        (datetime(2026, 11, 21, 19, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 21, 20, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 19, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 20, tzinfo=UTC), False),
    ]:
        assert wanted.matches(booked(booked_at=moment)) is expected
    assert not wanted.matches(booked(booked_at=None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, True) for text in ("liwa", "LIWA  BOOKS", "ｌｉｗａ", "samir", "rent", "ref-7", "st-9", "straße")),
        *((text, True) for text in ("1,250", "1250.50", "-1250.5", "−1,250.50", "strasse", "ﬁne")),
        *((text, False) for text in ("liwax", "1.250", "+1250.50", "books\nsamir", "1250.51")),
    ],
)
def test_the_search_finds_titles_other_sides_texts_and_amounts_however_they_are_written(
    *, text: str, expected: bool
) -> None:
    transaction = booked(
        "-1250.50",
        merchant=Merchant("Liwa Books"),
        counterparty=Counterparty("Samir"),
        information="Rent, fine STRASSE",
        reference="REF-7",
        statement_reference="ST-9",
    )

    assert read({"q": text}).matches(transaction) is expected


def test_a_search_that_is_too_long_is_said_and_finds_all() -> None:
    wanted = read({"q": "x" * (LONGEST + 1)})

    assert "q" in wanted.errors
    assert wanted.matches(booked())


def test_direction_and_type_find_what_the_bank_said_and_nothing_untold() -> None:
    assert read({"direction": "in"}).matches(booked("5"))
    assert not read({"direction": "in"}).matches(booked("-5"))
    assert not read({"direction": "out"}).matches(booked(is_credit=None))
    assert read({"type": "POS"}).matches(booked())
    assert read({"type": "SomethingNew"}).matches(booked(kind="SomethingNew"))
    assert not read({"type": "ATM"}).matches(booked(kind=None))
    assert "direction" in read({"direction": "up"}).errors


def test_an_unreadable_amount_is_in_no_range() -> None:
    assert not read({"least": "0"}).matches(booked(money=None))
    assert read({}).matches(booked(money=None))
    assert Filter().matches(Transaction())
