"""What the consent page and the bank's page must say alike: AUTH-10 and AUTH-11, seen from both sides."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask_babel import Babel

from sandbox.consents.rar_rules import RULES
from sandbox.pages.review import review_groups
from tests.stack import refresh_target
from tpp.model.permission import GROUPS, shown

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.stack import Browser

ASKED = sorted(RULES["v1.2"].permissions - {"ReadConsents"})
PAIRS = [list(pair) for pair in combinations(ASKED, 2)]


def words(page: str, selector: str) -> list[str]:
    """Return the words of the elements, spaces made single."""
    return [" ".join(found.get_text(" ").split()) for found in BeautifulSoup(page, "html.parser").select(selector)]


@pytest.mark.parametrize("asked", [ASKED, *([name] for name in ASKED), PAIRS], ids=["all", *ASKED, "each pair"])
def test_auth_10_both_pages_have_the_same_groups_and_as_many_sentences(asked: list[str] | list[list[str]]) -> None:
    """For every permission, alone and beside every other: what hides what, the group's name, the order."""
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        for each in asked if asked is PAIRS else [asked]:
            permissions = [str(name) for name in each]
            visible = shown(permissions)
            ours = [(group.title.msgid, sum(line.group is group for line in visible)) for group in GROUPS]
            theirs = [(group.title, len(group.lines)) for group in review_groups(permissions)]
            assert theirs == [group for group in ours if group[1]], permissions


def test_auth_10_and_auth_11_the_journey_shows_the_same_groups_and_the_same_day(browser: Browser, clock: Clock) -> None:
    """Late in the evening of UTC, when it is tomorrow in Dubai already."""
    clock.at = clock.at.replace(hour=21, minute=30)
    page = browser.get("/connect").text
    titles = words(page, "details summary")[1:]
    (day,) = words(page, ".until strong")
    bank = browser.log_in(refresh_target(browser.press_proceed().text), "rora").text
    assert words(bank, ".group > summary") == titles
    assert titles == [
        *("Your Account Details", "Your Regular Payments", "Your Account Transactions", "Contact and Party Details"),
    ]
    assert words(bank, ".until strong") == [day]
