"""Faults set in the control of the running product: the page stands whatever the kit or the bank do, and heals."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from sandbox.stage.controls import APPLICATIONS, KINDS
from tests.e2e.expected import THREE, rows_on
from tests.e2e.walker import SECONDS, connect, new_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.stack import Stack

PATIENT = {"hang", "drip"}
"""What only ends at the deadline of a call."""

LONGEST_PAGE = 20.0
OLDER = "These figures are from"
MORE: dict[str, dict[str, int]] = {"latency": {"latency_ms": 300}, "status": {"status": 503}}
UPSTREAM = re.compile(r"Traceback|not available|127\.0\.0\.1:\d|ConnectionError|JSONDecode|HTTPError")


def control(stack: Stack, path: str, **values: Any) -> dict[str, Any]:
    """Set something, as a test of another program would."""
    answer = requests.post(f"{stack.bank}/control/{path}", json=values, timeout=SECONDS)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture(scope="module")
def client(stack: Stack) -> requests.Session:
    """Return a browser's cookies, connected and with figures kept."""
    client = connect(stack.origin, "rora", THREE)
    page = client.get(f"{stack.origin}/accounts", timeout=SECONDS).text
    assert rows_on(page) == stack.due(THREE, page)
    return client


@pytest.fixture(autouse=True)
def no_fault_left(stack: Stack) -> Iterator[None]:
    """Take every fault away after a test."""
    yield
    control(stack, "faults/clear")


CASES = [
    pytest.param(application, kind, marks=[pytest.mark.slow] if kind in PATIENT else [])
    for application in APPLICATIONS
    for kind in KINDS
]


@pytest.mark.parametrize(("application", "kind"), CASES)
def test_the_kept_figures_stand_through_every_fault(
    stack: Stack, client: requests.Session, application: str, kind: str
) -> None:
    since = stack.mark()
    told = control(stack, "faults", application=application, route="accounts", kind=kind, **MORE.get(kind, {}))
    assert [(each["application"], each["kind"]) for each in told["faults"]] == [(application, kind)]
    begun = time.monotonic()
    page = client.get(f"{stack.origin}/accounts?fresh=1", timeout=SECONDS)
    assert time.monotonic() - begun < LONGEST_PAGE
    assert page.status_code == 200
    assert rows_on(page.text) == stack.due(THREE, page.text)
    assert "3 of 3 accounts loaded" in page.text
    assert (OLDER in page.text) is (kind != "latency")
    assert not UPSTREAM.search(page.text)
    assert "Traceback" not in stack.text(since)


@pytest.mark.parametrize("application", APPLICATIONS)
def test_after_a_fault_the_next_page_is_whole_again(stack: Stack, client: requests.Session, application: str) -> None:
    control(stack, "faults", application=application, route="accounts", kind="status", status=500, count=2)
    assert OLDER in client.get(f"{stack.origin}/accounts?fresh=1", timeout=SECONDS).text
    control(stack, "faults/clear")

    page = client.get(f"{stack.origin}/accounts?fresh=1", timeout=SECONDS).text
    assert rows_on(page) == stack.due(THREE, page)
    assert OLDER not in page


@pytest.mark.parametrize("application", APPLICATIONS)
@pytest.mark.parametrize("kind", sorted(set(KINDS) - PATIENT - {"latency"}))
def test_a_fault_at_the_start_is_a_page_with_a_way_on(stack: Stack, application: str, kind: str) -> None:
    """No consent is shown as made, and the same press a moment later succeeds."""
    control(stack, "faults", application=application, route="par", kind=kind, **MORE.get(kind, {}))
    with pytest.raises(AssertionError, match=r"^50\d from "):
        connect(stack.origin, "mits", ())
    control(stack, "faults/clear")
    assert connect(stack.origin, "rora", THREE).get(f"{stack.origin}/accounts", timeout=SECONDS).status_code == 200


DAYS_ON = 31


def test_a_sandbox_whose_clock_was_moved_on_says_so_and_blames_no_starter_kit(stack: Stack) -> None:
    control(stack, "clock", offset=DAYS_ON * 86_400)
    try:
        client = new_client()
        home = client.get(f"{stack.origin}/", timeout=SECONDS)
        form = {"draft": re.findall(r'name="draft" value="([^"]+)"', home.text)[0]}
        page = client.post(f"{stack.origin}/connect", form, headers={"Origin": stack.origin}, timeout=SECONDS)
    finally:
        control(stack, "clock", offset=0)

    assert page.status_code == 502
    assert "The simulated bank did not accept the request" in page.text
    assert "/control" in page.text
    assert "Starter Kit" not in page.text


def test_a_return_under_a_moved_clock_names_the_clock(stack: Stack) -> None:
    """Ten minutes are enough: the ID token is then of a time to come."""
    control(stack, "clock", offset=600)
    try:
        with pytest.raises(AssertionError, match="/connect/ended/clock-differs") as led:
            connect(stack.origin, "rora", THREE)
        page = new_client().get(f"{stack.origin}{led.value.args[0].splitlines()[0]}", timeout=SECONDS)
    finally:
        control(stack, "clock", offset=0)

    assert page.status_code == 502
    assert "The simulated bank’s clock and ours do not agree" in page.text
    assert "/control" in page.text
