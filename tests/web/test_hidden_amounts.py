"""Amounts that are hidden unless somebody says that they are shown: what is forgotten fails closed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import render_template

from tests.bodies import NOW
from tests.sheet import figures
from tests.stack import ORIGIN
from tpp.model.money import Bare, Money
from tpp.model.words import N_
from tpp.pages.accounts import build
from tpp.web.filters import DOTS, say
from tpp.web.sessions import session

if TYPE_CHECKING:
    from flask import Flask

    from tests.stack import Stack

AMOUNT = re.compile(r"\d\.\d{2}|\d,\d{3}")
FORGETFUL = {"signed_in": True, "mode": "bank"}


def accounts_page(app: Flask, **context: object) -> str:
    """Render accounts in every state in a request of its own; return the words of the page."""
    page = build([figures()], NOW, "reference")
    with app.test_request_context("/accounts", base_url=ORIGIN):
        app.preprocess_request()
        html = render_template("pages/accounts.html", page=page, today="", **context)
    return re.sub(r"<[^>]*>", " ", html.partition("<main")[2])


def test_a_page_that_is_not_told_shows_no_amount(stack: Stack) -> None:
    """Neither a figure nor a sentence with one, whatever the view hands in."""
    told = accounts_page(stack.app)
    stack.app.template_context_processors[None].remove(session.switches)
    untold = accounts_page(stack.app, amounts_hidden=False, **FORGETFUL)

    assert len(AMOUNT.findall(told)) > 10
    assert DOTS not in told
    assert AMOUNT.findall(untold) == []
    assert untold.count(DOTS) > 5
    assert "Salary account" in untold


def test_a_sentence_that_is_not_told_has_dots_for_its_amounts(stack: Stack) -> None:
    money = Money(Decimal(5), "AED")
    with stack.app.test_request_context():
        said = [say(N_("%(amount)s available", amount=amount)) for amount in (money, Bare(money))]

    assert said == [f"{DOTS} available"] * 2
