"""One resource of one account, read on demand through app, Starter Kit and bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tpp.journey.reading.one import read_one
from tpp.model.grant import Grant
from tpp.web.routes_accounts import desk
from tpp.web.sessions import session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from tests.clock import Clock
    from tests.stack import Stack
    from tpp.model.figures import Found
    from tpp.model.rows import Vault

QUERY = {"fromBookingDateTime": "2026-01-01T00:00:00Z"}


def look(account_id: str, query: Mapping[str, str], name: str) -> Found[Any]:
    """Read a resource of one account, for the session of the request that has just been answered."""
    laid, grant = desk(opened()), Grant.from_json(opened().find("connection")[0].value)
    return read_one(laid, grant, getattr(laid.resources, name), account_id, query)


def opened() -> Vault:
    """Return the vault of that session."""
    vault = session.vault()
    assert vault is not None
    return vault


@pytest.mark.parametrize("name", ["balances", "transactions"])
def test_one_resource_of_one_account_is_read_through_the_kit_and_kept_for_its_time(
    start: Callable[..., AbstractContextManager[Stack]], clock: Clock, name: str
) -> None:
    """Also with a token that has to be renewed first, and without the query that the kit would drop."""
    with start(app={"permissions": ("ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail")}) as stack:
        browser = stack.browser()
        browser.connect()
        browser.get("/accounts")
        account_id = next(each.path for each in stack.kit.seen if each.path.endswith("/balances")).split("/")[-2]
        seen = len(stack.kit.seen)
        clock.move(minutes=9, seconds=30)
        with browser.client:
            browser.get("/privacy")
            found = [look(account_id, QUERY, name) for _ in range(2)]
            figures, rows = opened().find("figures"), opened().find("resource")

    assert (found[0].error, found[0].at) == (None, clock())
    assert found[0].parsed is not None
    assert found[0].parsed.items
    assert found[0].parsed.unreadable == ()
    assert (found[1].parsed, found[1].at) == (found[0].parsed, found[0].at)
    assert [each.path.rpartition("/")[2] for each in stack.kit.seen[seen:]] == ["refresh-token", name]
    assert {each.query for each in stack.kit.seen} == {""}
    assert len(rows) == 1
    assert "TransactionId" not in str([each.value for each in figures]), "the accounts page opens no long list"


def test_transactions_that_were_not_shared_are_not_asked_for(
    start: Callable[..., AbstractContextManager[Stack]],
) -> None:
    with start(app={"permissions": ("ReadAccountsDetail", "ReadBalances")}) as stack:
        browser = stack.browser()
        browser.connect()
        with browser.client:
            browser.get("/privacy")
            found = look("1", {}, "transactions")

    assert (found.error, found.parsed) == ("not-shared", None)
    assert [path for path in stack.kit.paths() if path.startswith("GET")] == []
