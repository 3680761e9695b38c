"""The end of an access token, seen from outside: nobody notices, and the bank is asked once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from sandbox.people.published import RORA
from tests.e2e.expected import THREE, rows_on
from tests.e2e.walker import SECONDS, connect, new_client

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from tests.e2e.stack import Stack

    Clients = tuple[Stack, list[requests.Session]]

LAST_MINUTE = "30"
"""Seconds: an access token is renewed when less than sixty are left of it (`tpp.model.grant`)."""

PAGES_AT_ONCE = 12


@pytest.fixture(scope="module")
def clients(new_stack: Callable[..., Stack]) -> Clients:
    """Connect while tokens are born in their last minute, and go on with a bank whose next ones are good for long."""
    stack = new_stack(SANDBOX_ACCESS_TOKEN_SECONDS=LAST_MINUTE).start()
    connected = [connect(stack.origin, "rora", THREE) for _ in range(2)]
    del stack.settings["SANDBOX_ACCESS_TOKEN_SECONDS"]
    stack.restart()
    return stack, connected


@pytest.fixture
def stack(clients: Clients) -> Stack:
    """Return the running product."""
    return clients[0]


@pytest.fixture
def client(clients: Clients) -> requests.Session:
    """Return a browser's cookies whose access token must be renewed."""
    return clients[1].pop()


def test_a_page_renews_the_token_silently(stack: Stack, client: requests.Session) -> None:
    """The customer sees the accounts, and the bank renews once for all of the page's calls."""
    since = stack.mark()
    page = client.get(f"{stack.origin}/accounts?fresh=1", timeout=SECONDS)
    assert page.status_code == 200
    assert rows_on(page.text) == stack.due(THREE, page.text)
    assert "Did not load" not in page.text
    assert stack.renewals(since) == 1
    assert stack.exchanges(since) == 0


def test_pages_at_once_at_the_end_of_a_token_renew_it_once(stack: Stack, client: requests.Session) -> None:
    """A refresh token may rotate: a second renewal with the old one could end the connection (RFC 9700, 4.14.2)."""
    since = stack.mark()

    def load(_: int) -> requests.Response:
        tab = new_client()
        tab.cookies.update(client.cookies)
        return tab.get(f"{stack.origin}/accounts?fresh=1", timeout=SECONDS)

    with ThreadPoolExecutor(PAGES_AT_ONCE) as pool:
        pages = list(pool.map(load, range(PAGES_AT_ONCE)))
    assert [page.status_code for page in pages] == [200] * PAGES_AT_ONCE
    assert all(rows_on(page.text) == stack.due(THREE, page.text) for page in pages)
    assert stack.renewals(since) == 1


def test_pages_at_once_in_several_workers_ask_the_bank_once(new_stack: Callable[..., Stack]) -> None:
    """The word of the page that asks stands in the store, where the pages of another process find it."""
    stack = new_stack(WEB_WORKERS="2", SANDBOX_LATENCY_MS="500").start()
    cookies = connect(stack.origin, "rora", THREE).cookies
    since = stack.mark()

    def load(_: int) -> str:
        tab = new_client()
        tab.cookies.update(cookies)
        return tab.get(f"{stack.origin}/accounts", timeout=SECONDS).text

    with ThreadPoolExecutor(PAGES_AT_ONCE) as pool:
        pages = list(pool.map(load, range(PAGES_AT_ONCE)))
    assert all(rows_on(page) == stack.due(THREE, page) for page in pages)
    assert stack.readings(since) == 1 + len(THREE)


def test_a_token_that_is_good_is_left_alone(stack: Stack) -> None:
    """The other side of the same rule: no renewal before its time."""
    client = connect(stack.origin, "rora", RORA)
    since = stack.mark()
    page = client.get(f"{stack.origin}/accounts", timeout=SECONDS).text
    assert rows_on(page) == stack.due(RORA, page)
    assert stack.renewals(since) == 0
