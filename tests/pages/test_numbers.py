"""Account numbers as people read them; a card's full number is nowhere."""

from __future__ import annotations

import pytest

from tpp.model.account import AccountIdentifier
from tpp.pages.numbers import number

FULL = ["4111111111112001", "4111 1111 1111 2001", "4111-1111-1111-2001", " 411111112001 ", "4111111111111112001"]


@pytest.mark.parametrize("sent", FULL)
@pytest.mark.parametrize("scheme", ["MaskedPAN", "AccountNumber"])
def test_of_a_full_card_number_only_the_last_four_digits_are_shown(sent: str, scheme: str) -> None:
    """Whatever it is filed under; a bank that calls a full number masked is not believed."""
    shown = number(AccountIdentifier(scheme, sent), card=scheme != "MaskedPAN")

    assert shown.text == "•••• 2001"


@pytest.mark.parametrize(
    "sent", ["411111XXXXXX2001", "4111 11** **** 2001", "XXXXXXXXXXXX2001", "12345678", "card of R."]
)
def test_what_a_bank_has_masked_or_is_no_cards_number_stays_as_it_was_sent(sent: str) -> None:
    """Nothing is hidden twice, and nothing is made up."""
    assert number(AccountIdentifier("MaskedPAN", sent), card=True).text == sent


def test_the_number_of_an_account_is_shown_whole_and_in_fours() -> None:
    assert number(AccountIdentifier("AccountNumber", "4111111111112001")).text == "4111 1111 1111 2001"
    assert number(AccountIdentifier("IBAN", "AE070331234567890123456")).text == "AE07 0331 2345 6789 0123 456"
