"""Regular payments, payees, people and product over the wire, compared with the very bodies that the bank sent."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from bs4 import BeautifulSoup
from flask import render_template_string

from sandbox.people.everyone import ACCOUNTS
from sandbox.resources.products import products
from tests.page import Reader
from tests.pages.tabs.regular_payments import found
from tests.stack import ORIGIN, plain
from tests.web.test_tabs import BASE, REFUSED, TABS, figure
from tpp.bank import read_product
from tpp.pages.tabs import product
from tpp.web.sessions import session

if TYPE_CHECKING:
    from bs4 import Tag

    from tests.clock import Clock
    from tests.page import Page
    from tests.stack import Browser, Stack

DUBAI = timezone(timedelta(hours=4))
PEOPLE = ("rora", "layla", "faris", "noor")
AMOUNT = re.compile(r"\d\.\d{2}(?!\d)|\d,\d{3}")
KINDS = ("ScheduledPayment", "StandingOrder", "DirectDebit")
PRODUCT = """
{% from 'components/product.html' import product %}{% for each in view.sheets %}{{ product(each) }}{% endfor %}
"""


def links(browser: Browser) -> list[str]:
    """Return the addresses of all accounts of a person who has just connected."""
    return [str(each["href"]) for each in Reader(browser.client).get("/accounts").soup.select(".entry-title a")]


def connected(browser: Browser, user: str, language: str = "en") -> list[str]:
    """Connect with every account; return their addresses."""
    browser.client.set_cookie("mizan_language", language, domain="localhost")
    browser.connect(accounts=40, user=user)
    return links(browser)


def sent(stack: Stack, key: str, link: str = "/") -> Any:
    """Return what the bank sent last under a name of an account's answer, as it was on the wire; of any, without one.

    Calls that run side by side end in any order, so an answer is found by what it says of itself.
    """
    account_id = link.rpartition("/")[2] or None
    found = [data for body in stack.kit.answers if key in (data := json.loads(body).get("Data", {}))]
    return [data[key] for data in found if data.get("AccountId") == account_id][-1]


def rows(section: Tag) -> list[tuple[str, Decimal | None]]:
    """Return title and amount of each row, as they are printed."""
    return [(title(each), amount(each)) for each in section.select(".due")]


def title(row: Tag) -> str:
    """Return what a row is called."""
    return " ".join(row.select(".due-title > bdi")[0].get_text().split())


def amount(row: Tag) -> Decimal | None:
    """Return what a row says how much."""
    digits = row.select(".due-amount .money-digits")
    return figure(digits[0].get_text()) if digits else None


def worth(sent_amount: dict[str, str] | None) -> Decimal | None:
    """Read an amount as the bank wrote it."""
    return Decimal(sent_amount["Amount"]) if sent_amount else None


def day_of(text: str) -> Any:
    """Return the day in Dubai of a moment as the bank wrote it."""
    return datetime.fromisoformat(text).astimezone(DUBAI).date()


@pytest.mark.parametrize(
    ("user", "language"),
    [
        *zip(PEOPLE, ("en", "ar", "en", "ar"), strict=True),
        *(
            pytest.param(user, language, marks=pytest.mark.slow)
            for user, language in zip(PEOPLE, ("ar", "en", "ar", "en"), strict=True)
        ),
    ],
)
def test_regular_payments_payees_and_the_person_are_the_ones_that_the_bank_sent(
    stack: Stack, browser: Browser, user: str, language: str
) -> None:
    """Of every account of each of four people, in both languages; everything personal is folded away."""
    addresses = connected(browser, user, language)
    orders = sum(check_kinds(stack, browser, link) for link in addresses)
    payees = sum(check_payees(stack, browser, link) for link in addresses)
    check_person(stack, browser, addresses[0])

    assert orders >= 3
    assert payees


def check_kinds(stack: Stack, browser: Browser, link: str) -> int:
    """Compare the three kinds of one account; return how many payments there are."""
    page = Reader(browser.client).get(f"{link}/regular")
    plans, orders, debits = (sent(stack, key, link) for key in KINDS)

    assert [rows(each) for each in page.soup.select(".regular-kinds .orders")] == [
        [(each["AccountHolderName"], worth(each["InstructedAmount"])) for each in plans],
        [(each["AccountHolderName"], worth(each["NextPaymentAmount"])) for each in orders],
        [(each["Name"], worth(each.get("PreviousPaymentAmount"))) for each in debits],
    ]
    assert "IntervalMonthDay" not in page.text
    numbers = [number["Identification"] for each in (*plans, *orders) for number in each["CreditorAccount"]]
    assert all(number in page.text.replace(" ", "") for number in numbers)
    return len(plans) + len(orders) + len(debits)


def check_payees(stack: Stack, browser: Browser, link: str) -> int:
    """Compare the payees of one account; return how many there are."""
    page = Reader(browser.client).get(f"{link}/payees")
    payees = sent(stack, "Beneficiary", link)
    shown = page.soup.select(".payees .due")

    assert [title(each) for each in shown] == [each["AccountHolderName"] for each in payees]
    for row, each in zip(shown, payees, strict=True):
        numbers = [number["Identification"] for number in each["CreditorAccount"]]
        assert all(number in row.get_text().replace(" ", "") for number in numbers)
        assert (row.select_one(".chip") is None) is (each["BeneficiaryType"] == "Activated")
    return len(payees)


def check_person(stack: Stack, browser: Browser, link: str) -> None:
    """Find the name in sight, and the rest of the claims in the closed part of the page alone."""
    page = Reader(browser.client).get(f"{link}/people")
    claims = sent(stack, "Party")["VerifiedClaims"][0]["Claims"]
    (folded,) = page.soup.select(".card details")
    inside, is_open = " ".join(folded.get_text().split()), folded.has_attr("open")
    folded.decompose()
    outside = " ".join(page.soup.get_text().split())

    assert not is_open
    assert page.soup.select(".card > h3")[0].get_text() == claims["FullName"]
    year, month, day = claims["DateOfBirth"].split("-")
    address = claims["ResidentialAddress"]["Formatted"]
    for secret in (f"{day}/{month}/{year}", claims["MobileNumber"], claims["Email"], address):
        assert secret in inside
        assert secret not in outside


@pytest.mark.parametrize("user", PEOPLE)
def test_what_leaves_in_the_next_30_days_is_what_the_bank_named(
    stack: Stack, browser: Browser, clock: Clock, user: str
) -> None:
    """Each payment once, on its day; what is left is the account's own figure less all that has left."""
    today = clock().astimezone(DUBAI).date()
    last, listed = today + timedelta(days=30), 0
    for link in connected(browser, user):
        page = Reader(browser.client).get(f"{link}/regular")
        named = [(each["ScheduledPaymentDateTime"], each["InstructedAmount"]) for each in sent(stack, KINDS[0], link)]
        named += [(each["NextPaymentDateTime"], each["NextPaymentAmount"]) for each in sent(stack, KINDS[1], link)]
        expected = [(day_of(moment), worth(money)) for moment, money in named]
        expected = sorted((day, money) for day, money in expected if day <= last)
        shown = [
            (day.select("h4")[0].get_text(), -money)
            for day in page.soup.select(".coming-day")
            for row in day.select(".due")
            if (money := amount(row)) is not None
        ]

        assert shown == [(f"{day:%A} {day.day} {day:%B}", money) for day, money in expected]
        check_remainders(page)
        listed += len(shown)
    assert listed


def check_remainders(page: Page) -> None:
    """Take every printed payment off the account's own figure, and find what is printed to be left."""
    hero = page.soup.select_one(".sum-hero .money-digits")
    left: Decimal | None = figure(hero.get_text()) if hero and page.soup.select(".coming > dl") else None
    for day in page.soup.select(".coming-day"):
        for row in day.select(".due"):
            money = amount(row)
            left = left + money if left is not None and money is not None else None
        printed = day.select_one(".coming-left .money-digits")
        assert (figure(printed.get_text()) if printed else None) == left


def test_a_direct_debit_to_come_has_no_amount_and_says_what_it_was(stack: Stack, browser: Browser) -> None:
    link = connected(browser, "layla")[0]
    page = Reader(browser.client).get(f"{link}/regular")
    monthly = [each for each in sent(stack, KINDS[2], link) if each["Frequency"] == "Monthly"]
    unknown = [row for row in page.soup.select(".coming-day .due") if amount(row) is None]

    assert sorted(title(row) for row in unknown) == sorted(each["Name"] for each in monthly)
    assert all("Not known" in row.get_text() and "Last time it was AED" in row.get_text() for row in unknown)


def test_a_person_is_asked_for_each_time_and_kept_nowhere(stack: Stack, browser: Browser) -> None:
    link = connected(browser, "layla")[0]
    calls = len(stack.kit.seen)
    with browser.client:
        browser.get(f"{link}/people")
        browser.get(f"{link}/people")
        vault = session.vault()
        assert vault is not None
        kept = vault.find("resource")

    assert [each.path.rpartition("/")[2] for each in stack.kit.seen[calls:]] == ["parties", "parties"]
    assert kept == []


def test_other_tabs_do_not_ask_who_the_user_is_and_a_reload_asks_nobody(stack: Stack, browser: Browser) -> None:
    link = connected(browser, "layla")[0]
    calls = len(stack.kit.seen)
    for _ in range(2):
        browser.get(f"{link}/regular")
        browser.get(f"{link}/payees")

    assert sorted(each.path.rpartition("/")[2] for each in stack.kit.seen[calls:]) == [
        *("beneficiaries", "direct-debits", "scheduled-payments", "standing-orders")
    ]


def test_one_refused_kind_says_so_once_and_the_others_stay(stack: Stack, browser: Browser) -> None:
    link = connected(browser, "layla")[0]
    stack.kit.faults[f"{BASE}/{link.rpartition('/')[2]}/direct-debits"] = plain("403 Forbidden", REFUSED)
    page = Reader(browser.client).get(f"{link}/regular")

    assert page.text.count("Your bank did not share this.") == 1
    assert "share this.." not in page.text
    assert "Not in this list: Direct debits." in page.text
    assert len(page.soup.select(".regular-kinds .due")) == 3
    assert page.soup.select(".coming-left")


def test_one_kind_that_fails_for_now_stays_with_its_time(stack: Stack, browser: Browser, clock: Clock) -> None:
    link = connected(browser, "layla")[0]
    before = rows(Reader(browser.client).get(f"{link}/regular").soup.select(".orders")[2])
    clock.move(minutes=5)
    stack.kit.faults[f"{BASE}/{link.rpartition('/')[2]}/direct-debits"] = plain("500 Internal Server Error", b"prose")
    page = Reader(browser.client).get(f"{link}/regular")

    assert "What you see is from 14:30." in page.text
    assert "3 direct debits, as of 14:30" in page.text
    assert rows(page.soup.select(".orders")[2]) == before
    assert "prose" not in page.html


def test_a_refused_person_and_payees_say_so(stack: Stack, browser: Browser) -> None:
    link = connected(browser, "layla")[0]
    stack.kit.faults["/open-finance/account-information/v1.2/parties"] = plain("403 Forbidden", REFUSED)
    stack.kit.faults[f"{BASE}/{link.rpartition('/')[2]}/beneficiaries"] = plain("403 Forbidden", REFUSED)

    for tab in ("people", "payees"):
        page = Reader(browser.client).get(f"{link}/{tab}")
        assert "Your bank did not share this." in page.text
        assert not page.soup.select(".card, .due")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_hostile_data_is_a_page_on_which_nothing_runs(browser: Browser, language: str) -> None:
    for link in connected(browser, "nasty", language)[:14]:
        for tab in ("regular", "payees", "people"):
            page = Reader(browser.client).get(f"{link}/{tab}")
            assert not page.soup.select("body script, img, [onerror]")
            assert page.soup.select(".tab-panel")


@pytest.mark.parametrize("user", ["layla", "noor"])
def test_hidden_amounts_are_hidden_on_every_tab(browser: Browser, user: str) -> None:
    link = connected(browser, user)[0]
    shown = Reader(browser.client).get(f"{link}/regular").text
    form = BeautifulSoup(browser.get("/accounts").text, "html.parser").select(".hide form, form.hide")[0]
    fields = {str(each["name"]): str(each.get("value", "")) for each in form.select("[name]")}
    browser.post(str(form["action"]), fields)

    assert len(AMOUNT.findall(shown)) > 10
    for tab in ("regular", "payees", "people"):
        page = Reader(browser.client).get(f"{link}/{tab}")
        assert AMOUNT.findall(page.text) == []
        assert "••••••" in page.text


def test_the_product_has_no_tab_where_the_kit_does_not_ask_for_it(browser: Browser) -> None:
    link = connected(browser, "layla")[0]
    page = Reader(browser.client).get(link)

    assert [each.get_text() for each in page.soup.select(TABS)] == [
        *("Transactions", "Regular payments", "Payees", "People", "About")
    ]
    assert browser.get(f"{link}/product").status_code == 404


@pytest.mark.parametrize("user", ["rora", "layla"])
def test_the_product_of_an_account_is_shown_as_the_bank_tells_it(stack: Stack, browser: Browser, user: str) -> None:
    for link in connected(browser, user):
        (row,) = products(ACCOUNTS[link.rpartition("/")[2]])
        view = product.build(found(read_product.products({"Data": {"Product": [row]}}).items))
        with stack.app.test_request_context("/", base_url=ORIGIN):
            stack.app.preprocess_request()
            soup = BeautifulSoup(render_template_string(PRODUCT, view=view), "html.parser")

        rates = [each["Rate"] for each in (*row.get("DepositRates", ()), *row.get("LendingRates", ()))]
        printed = [each.get_text().strip() for each in soup.select(".due-amount")]
        assert soup.select("h3")[0].get_text() == row["ProductName"]
        assert [figure(each) for each in printed] == [
            *(Decimal(each["Amount"]["Amount"]) for each in row.get("Charges", ())),
            *(Decimal(each) * 100 for each in rates),
        ]
