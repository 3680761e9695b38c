"""What a bank may send, and how long a name may be, without a page falling apart: in either script and direction."""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.expected import THREE
from tests.e2e.inside import RESOURCES, scripted
from tests.e2e.ruler import HEIGHT, LAYOUT, Ruler
from tests.e2e.tour import OPEN, Tour

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.e2e.inside import Inside

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 960, 1280)
RLO, RLE, RLI, PDI, PDF, LRO, RLM = "\u202e", "\u202b", "\u2067", "\u2069", "\u202c", "\u202d", "\u200f"

BIDI = (
    f"Savings{RLO}000,1",
    f"{RLE}open{RLI}{LRO}twice",
    f"{RLM}الادخار{RLO}abc",
    f"{PDF}{PDI}closed{RLO}early",
    f"{PDI}{LRO}مغلق",
)
"""Names that would turn what stands beside them: overrides left open, and some that close what we opened."""

NAMES = (
    "Salary account",
    "حساب الراتب الشهري",
    "W" * 140,
    "ش" * 140,
    "Joint حساب account مشترك 2026",
    "<script>alert(1)</script>" + "&amp;" * 10,
    "e" + "\u0301" * 60,
    "\N{FAMILY}" * 40,
    *BIDI,
)
AMOUNTS = (
    ("0.001", "BHD"),
    ("9999999999999.999", "BHD"),
    ("0.01", "AED"),
    ("9999999999999.99", "AED"),
    ("1", "JPY"),
    ("9999999999999", "JPY"),
    ("123456789.12345", "USD"),
    ("48215.60", "AED"),
)
KINDS = ("CurrentAccount", "Savings", "CreditCard", "Mortgage", "AnEntirelyNewSortOfAccountThatNobodyHasHeardOf" * 2)
MANY = 40

SENTENCES = {
    "home": (".consent .sheet > p", ".consent > .small", ".step p"),
    "redirect": (".onward",),
    "accounts": (".thanks .sheet > p",),
}
"""Where our own words stand around a bank's name."""


def account(number: int, name: str, kind: str) -> dict[str, Any]:
    """Write an account as a bank does, with that name in every place that a page may show."""
    return {
        "AccountId": f"acc{number}",
        "Nickname": name,
        "Status": "Active" if number % 3 else name,
        "Currency": "AED",
        "AccountType": "Retail" if number % 2 else name,
        "AccountSubType": kind,
        "AccountIdentifiers": [{"SchemeName": "IBAN" if number % 2 else name, "Identification": name, "Name": name}],
    }


def balance(number: int, amount: str, currency: str) -> dict[str, Any]:
    """Write a balance as a bank does; some are owed, some hold borrowed money, some are of an unknown kind."""
    money = {"Amount": amount, "Currency": currency}
    found: dict[str, Any] = {
        "Type": "InterimAvailable" if number % 5 else "AKindOfBalanceThatNoStandardKnowsOfAtAll" * 2,
        "CreditDebitIndicator": "Debit" if number % 4 == 0 else "Credit",
        "Amount": money,
    }
    return found | ({"CreditLine": [{"Included": True, "Amount": money}]} if number % 7 == 0 else {})


def bad_bank(place: Inside) -> None:
    """Let the bank say the worst from now on: forty accounts, the twelfth of them without a balance."""
    pairs = islice(zip(cycle(NAMES), cycle(KINDS), cycle(AMOUNTS), strict=False), MANY)
    accounts, balances = [], {}
    for number, (name, kind, amount) in enumerate(pairs):
        accounts.append(account(number, name, kind))
        balances[f"acc{number}"] = [balance(number, *amount)] if number != 11 else []
    place.kit.faults[RESOURCES] = scripted(accounts, balances)


@pytest.mark.parametrize("widths", [(320, 960), pytest.param(WIDTHS, marks=pytest.mark.slow)], ids=["few", "all"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_worst_forty_accounts_stay_in_their_rows(
    open_page: Callable[..., Page], place: Inside, language: str, widths: tuple[int, ...]
) -> None:
    """Names, kinds and amounts in every form: nothing scrolls sideways, leaves its row or lies upon anything else."""
    page = open_page(language)
    place.sign_in(page.context, THREE)
    bad_bank(place)
    page.goto(f"{place.origin}/accounts?fresh=1")
    assert page.locator("li.entry").count() == MANY
    ruler = Ruler(page)
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        ruler.measure(str(width), (*LAYOUT, "leaving"))
    del place.kit.faults[RESOURCES]
    assert not ruler.faults, "\n".join(ruler.faults)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_name_turns_the_sentence_around_it(open_page: Callable[..., Page], place: Inside, language: str) -> None:
    """A missing account is named in a note of ours, and in the name of a button: our words keep their order."""
    page = open_page(language, (1280, HEIGHT))
    place.sign_in(page.context, THREE)
    ruler = Ruler(page)
    for number, name in enumerate(BIDI):
        there = account(6, name, "CurrentAccount"), account(1, "Other", "Savings")
        for each in there:
            each["AccountIdentifiers"][0]["Identification"] = f"1000010901{number:04}"
        place.kit.faults[RESOURCES] = scripted(there, {"acc6": [], "acc1": [balance(1, "1234.50", "AED")]})
        page.goto(f"{place.origin}/accounts?fresh=1")
        del place.kit.faults[RESOURCES]
        assert page.locator(".entry-id").first.inner_text().endswith(f"{number:04}"), "the page before is shown"
        for selector in (".overview > .small", ".entry-title", ".entry-id", ".entry-failure", ".entry-caption"):
            assert page.locator(selector).count() > 0
            found = page.evaluate("([selector, name]) => measures.disorder(selector, name)", [selector, name])
            ruler.faults += [f"{name!a}, {selector}: {fault}" for fault in found]
        ruler.measure(ascii(name), ["backwards"], ".entry-id bdi[dir=ltr], .money-digits")
    assert not ruler.faults, "\n".join(ruler.faults)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "بنك النموذج الأول"),
        pytest.param("ar", "The First Model Bank", marks=pytest.mark.slow),
        pytest.param("en", "ب" * 60, marks=pytest.mark.slow),
        ("ar", "W" * 60),
        pytest.param("en", f"Bank{RLO}knaB", marks=pytest.mark.slow),
        pytest.param("ar", f"بنك{LRO}abc", marks=pytest.mark.slow),
    ],
    ids=[
        "Arabic in English",
        "English in Arabic",
        "long in English",
        "long in Arabic",
        "override",
        "override in Arabic",
    ],
)
def test_a_banks_name_in_the_other_script_fits_every_page(
    open_page: Callable[..., Page], new_place: Callable[..., Inside], language: str, name: str
) -> None:
    """On the consent page, on the way and above the accounts: it fits at 320 px, and our words keep their order."""
    place = new_place(bank_name=name)
    page = open_page(language, (320, HEIGHT))
    ruler = Ruler(page)

    def look(station: str) -> None:
        if station.startswith("bank:"):
            return
        ruler.measure(station)
        for selector in SENTENCES.get(station, ()):
            assert page.locator(selector).count() > 0
            found = page.evaluate("([selector, name]) => measures.disorder(selector, name)", [selector, name])
            ruler.faults += [f"{station}, {selector}: {fault}" for fault in found]

    tour = Tour(page, place, look)
    tour.main_pages()
    page.goto(f"{place.origin}/connect")
    page.evaluate(OPEN)
    look("home")
    tour.leaving()
    assert not ruler.faults, "\n".join(ruler.faults)
