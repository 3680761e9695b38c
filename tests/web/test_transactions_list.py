"""The list of transactions as rendered: fields tied to their errors, chips, and no amount where they are hidden."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from flask import render_template_string

from tests.sheet import make_sheet, movements
from tests.stack import ORIGIN
from tpp.web.sessions import session

if TYPE_CHECKING:
    from tests.stack import Stack

TEMPLATE = """
{% from 'components/transactions.html' import filter_form, summary %}
{% from 'components/movements.html' import movements, pager %}
{{ filter_form(view, to) }}{{ summary(view) }}{{ movements(view) }}{{ pager(view, to) }}
"""
AMOUNT = re.compile(r"\d\.\d{2}|\d,\d{3}")


def rendered(stack: Stack, *, shown: bool = True) -> BeautifulSoup:
    """Render the sheet's transactions in a request of its own; hidden is what nobody has said to show."""
    if not shown:
        stack.app.template_context_processors[None].remove(session.switches)
    with stack.app.test_request_context("/", base_url=ORIGIN):
        stack.app.preprocess_request()
        html = render_template_string(TEMPLATE, view=movements(), to=make_sheet().to)
    return BeautifulSoup(html, "html.parser")


def test_hidden_amounts_leave_no_digit_of_an_amount_anywhere(stack: Stack) -> None:
    shown, hidden = rendered(stack), rendered(stack, shown=False)

    assert len(AMOUNT.findall(shown.get_text())) > 20
    assert AMOUNT.findall(str(hidden)) == []
    assert "At least ••••••" in hidden.get_text()
    assert hidden.select_one("input[name=least]:not([type=hidden])") is None
    assert "Liwa Books" in hidden.get_text()


def test_a_field_error_is_tied_to_its_field_which_keeps_what_was_typed(stack: Stack) -> None:
    page = rendered(stack)
    field = page.select_one("input[name=from]")

    assert field is not None
    assert (field["value"], field["type"], field["aria-invalid"]) == ("yesterday", "text", "true")
    error = page.find(id=str(field["aria-describedby"]))
    assert error is not None
    assert "22/11/2026" in error.get_text()


def test_every_field_has_a_label_and_the_chip_says_that_it_removes(stack: Stack) -> None:
    page = rendered(stack)

    for field in page.select("input, select"):
        assert page.select_one(f"label[for={field['id']}]"), field
    assert [" ".join(chip.get_text().split()) for chip in page.select(".filter-chip")] == [
        "Remove: At least \N{FIRST STRONG ISOLATE}1.00\N{POP DIRECTIONAL ISOLATE}"
    ]
    assert page.select_one("a[rel=next]") is not None
