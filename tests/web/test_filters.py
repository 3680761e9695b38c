"""Amounts as they are printed: the decimals of ISO 4217, or more where a bank sent more; and what lies in sentences."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from flask import g, render_template_string

from tpp.model.money import Bare, Money
from tpp.model.words import N_
from tpp.web.filters import ISOLATE, POP, money_parts, say

if TYPE_CHECKING:
    from tests.stack import Stack


@pytest.mark.parametrize(
    ("amount", "currency", "printed"),
    [
        ("1000.250", "IQD", "1,000.250"),
        ("1500.5", "LBP", "1,500.50"),
        ("5.50", "IRR", "5.50"),
        ("1.5", "KWD", "1.500"),
        ("500000", "JPY", "500,000"),
        ("5", "AED", "5.00"),
        ("5.12345", "AED", "5.12345"),
        ("5.10000", "AED", "5.10"),
        ("-1250", "AED", "−1,250.00"),
        ("7", "XAU", "7.00"),
        ("7", "ZZZ", "7.00"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: str, currency: str, printed: str) -> None:
    assert money_parts(Money(Decimal(amount), currency)).text == printed


def test_a_bare_amount_in_a_sentence_has_no_currency_and_keeps_its_reading_order(stack: Stack) -> None:
    words = N_("%(amount)s available", amount=Bare(Money(Decimal(-5), "AED")))

    with stack.app.test_request_context():
        g.amounts_shown = True
        assert say(words) == f"{ISOLATE}−5.00{POP} available"


def rendered(stack: Stack, template: str, language: str, **values: object) -> str:
    """Render a template in a language."""
    with stack.app.test_request_context(headers={"Accept-Language": language}):
        return render_template_string(template, **values)


def test_messages_in_templates_escape_their_values_and_not_themselves(stack: Stack) -> None:
    template = "{{ _('Shared until %(date)s', date=day) }}"
    assert rendered(stack, template, "en", day="<b>&") == "Shared until &lt;b&gt;&amp;"


def test_messages_in_templates_are_in_the_language_of_each_request(stack: Stack) -> None:
    """What is kept of one language is never shown in another."""
    template = "{{ _('Accounts') }} {{ ngettext('%(loaded)s of %(num)s account loaded.', \
'%(loaded)s of %(num)s accounts loaded.', count, loaded=1) }}"
    first = [rendered(stack, template, language, count=1) for language in ("en", "ar", "en", "ar")]
    assert first[0] == first[2] == "Accounts 1 of 1 account loaded."
    assert first[1] == first[3]
    assert re.search("[\u0600-\u06ff]", first[1])
    assert not re.search("[A-Za-z]", first[1])
    assert rendered(stack, template, "en", count=8) == "Accounts 1 of 8 accounts loaded."


def test_a_message_without_values_is_a_format_all_the_same(stack: Stack) -> None:
    assert rendered(stack, "{{ _('100%%') }} {{ _('%(count)s%%', count=5) }}", "en") == "100% 5%"
