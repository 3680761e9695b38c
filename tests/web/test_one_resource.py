"""One resource of one account, read on demand through app, Starter Kit and bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tpp.journey.one import read_one
from tpp.model.grant import Grant
from tpp.web import session
from tpp.web.routes_accounts import desk

if TYPE_CHECKING:
    from tests.clock import Clock
    from tests.stack import Browser, Stack
    from tpp.model.account import Balance
    from tpp.model.figures import Found

QUERY = {"fromBookingDateTime": "2026-01-01T00:00:00Z"}


def look(account_id: str) -> Found[Balance]:
    """Read the balances of one account, for the session of the request that has just been answered."""
    vault = session.vault()
    assert vault is not None
    laid = desk(vault)
    (kept,) = vault.find("connection")
    return read_one(laid, Grant.from_json(kept.value), laid.resources.balances, account_id, QUERY)


def test_one_resource_of_one_account_is_read_through_the_kit_and_kept_for_its_time(
    stack: Stack, browser: Browser, clock: Clock
) -> None:
    """Also with a token that has to be renewed first, and without the query that the kit would drop."""
    browser.connect()
    browser.get("/accounts")
    path = next(each.path for each in stack.kit.seen if each.path.endswith("/balances"))
    clock.move(minutes=9, seconds=30)
    with browser.client:
        browser.get("/privacy")
        found = [look(path.split("/")[-2]) for _ in range(2)]

    assert found[0].error is None
    assert found[0].at == clock()
    assert found[0].parsed is not None
    assert found[0].parsed.items
    assert (found[1].parsed, found[1].at) == (found[0].parsed, found[0].at)
    assert stack.kit.count(path) == 2, "once for the page of all accounts, once now"
    assert {each.query for each in stack.kit.seen} == {""}
    assert stack.kit.count("/token/refresh-token") == 1
