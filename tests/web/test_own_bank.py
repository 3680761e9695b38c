"""With more than one bank on offer, what is said of a bank is said of the one that it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup

from tests.stack import ORIGIN, plain, query_of, refresh_target
from tests.web.test_callback import CALLBACK, EXCHANGE
from tests.web.test_old_rows import vault_of
from tpp.bank.starter_kit import StarterKitClient
from tpp.model import kinds
from tpp.web.choices import offer
from tpp.web.routes_connect import sign_form

if TYPE_CHECKING:
    from tests.stack import Browser, Stack
    from tpp.model.bank_client import BankClient


def also_offered(stack: Stack, **changes: Any) -> None:
    """Offer another bank first, on a way of its own; what has begun goes on as it began."""
    services = stack.app.extensions["mizan"]
    settled = services.banks.default
    transport, issuer = settled._transport, "https://other.example"
    other = StarterKitClient(transport, stack.kit_url, "First Bank", issuer, own=ORIGIN, **changes)
    stack.app.extensions["mizan"] = replace(services, clients=(other, settled))


def test_a_failed_return_is_told_in_the_words_of_its_own_attempts_client(stack: Stack) -> None:
    """Also when it comes again, from another browser too, and when the page is reloaded."""
    stack.app.extensions["mizan"].banks.default.wording = "simulated-kit"
    person, stranger = stack.browser(), stack.browser()
    callback = person.approve(person.begin())
    also_offered(stack, wording="starter-kit")
    stack.kit.faults[EXCHANGE] = plain("500 Internal Server Error", b"{}")

    for browser in (person, person, stranger):
        answer = browser.come_back(callback)
        assert answer.location.startswith("/connect/ended/bank-fault?")
        assert query_of(answer.location)["words"] == "simulated-kit"


def test_a_failure_page_takes_its_words_from_its_address_only_where_they_are_a_clients(stack: Stack) -> None:
    person, hint = stack.browser(), "put it back there"
    usual, simulated, made_up = (
        person.get(f"/connect/ended/clock-differs{query}").text
        for query in ("", "?words=simulated-kit", "?words=<b>made-up")
    )

    assert [hint in page for page in (usual, simulated, made_up)] == [False, True, False]
    assert "made-up" not in made_up


def test_a_return_that_belongs_to_no_attempt_is_told_in_the_usual_words(stack: Stack) -> None:
    answer = stack.browser().get(f"{CALLBACK}?code=c&state=s&iss=i")

    assert "words" not in query_of(answer.location)


def words_of(page: str) -> str:
    """Return the words of a page, one blank between them."""
    return " ".join(BeautifulSoup(page, "html.parser").get_text().split())


def connected_twice(stack: Stack, person: Browser) -> None:
    """Connect, and lay a connection to another bank beside it that ends a day later."""
    person.connect()
    vault = vault_of(stack, person)
    (kept,) = vault.find(kinds.CONNECTION)
    draft = {**kept.value["draft"], "bank_name": "Other Bank"}
    changes = {"consent_id": "other", "draft": draft, "until": kept.value["until"] + 86400}
    vault.put(kinds.CONNECTION, "other", {**kept.value, **changes}, kept.expires_at)


def test_signing_out_names_each_bank_that_shares_something_with_its_last_day(stack: Stack, browser: Browser) -> None:
    connected_twice(stack, browser)
    also_offered(stack)
    words = words_of(browser.get("/sign-out").text)

    assert "Your consent at Model Bank stays until 22/12/2026" in words
    assert "Your consent at Other Bank stays until 23/12/2026" in words
    assert "First Bank" not in words


def test_after_signing_out_a_bank_is_named_only_where_no_other_is_offered(stack: Stack, browser: Browser) -> None:
    alone = words_of(browser.get("/signed-out").text)
    also_offered(stack)
    beside = words_of(browser.get("/signed-out").text)

    assert "Your consent at Model Bank is still there" in alone
    assert "Your consent at each bank is still there" in beside
    assert "First Bank" not in beside


def form_for(stack: Stack, client: BankClient, **changes: Any) -> dict[str, str]:
    """Sign the form of a page that showed a bank's draft."""
    with stack.app.test_request_context("/", base_url=ORIGIN):
        return {"draft": sign_form(replace(offer(client).draft, **changes))}


def test_a_form_begins_at_the_bank_that_it_is_for(stack: Stack, browser: Browser) -> None:
    """Not at the one that is offered first, and what is kept of it says so."""
    settled = stack.app.extensions["mizan"].banks.default
    also_offered(stack)
    answer = browser.post("/connect", form_for(stack, settled))
    browser.come_back(browser.approve(refresh_target(answer.text)))

    (kept,) = vault_of(stack, browser).find(kinds.CONNECTION)
    assert (kept.value["bank_id"], kept.value["draft"]["bank_id"]) == (settled.route.bank_id,) * 2
    assert kept.value["draft"]["bank_name"] == "Model Bank"
    assert "Salary account" in browser.get("/accounts").text


def test_a_form_for_a_bank_that_is_not_offered_or_under_anothers_name_asks_for_nothing(
    stack: Stack, browser: Browser
) -> None:
    settled = stack.app.extensions["mizan"].banks.default
    also_offered(stack)
    for changes in (
        {"bank_id": "https://gone.example"},
        {"bank_id": "https://other.example"},
        {"bank_name": "Another"},
    ):
        assert browser.post("/connect", form_for(stack, settled, **changes)).status_code == 400
    assert stack.kit.paths() == []


def test_what_fails_at_the_start_is_told_in_the_words_of_the_bank_that_was_chosen(
    stack: Stack, browser: Browser
) -> None:
    settled = stack.app.extensions["mizan"].banks.default
    settled.wording = "simulated-kit"
    also_offered(stack, wording="starter-kit")
    first = stack.app.extensions["mizan"].banks.default
    for client in (first, settled):
        client._base = "http://127.0.0.1:9"
        said = words_of(browser.post("/connect", form_for(stack, client)).text)
        assert ("stop the app" in said) is (client is settled)
