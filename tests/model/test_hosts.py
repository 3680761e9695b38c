"""Which host names are this machine, and which are test banks."""

from __future__ import annotations

import pytest

from tpp.model.hosts import beside, is_loopback, is_test_bank, reached_at


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("a.localhost", True),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        (None, False),
    ],
)
def test_loopback_is_this_machine_only(host: str | None, here: bool) -> None:
    assert is_loopback(host) is here


@pytest.mark.parametrize(
    ("host", "test"),
    [
        ("auth1.altareq1.sandbox.apihub.openfinance.ae", True),
        ("sandbox.apihub.openfinance.ae.evil.example", False),
        ("auth.bank.example", False),
        (None, False),
    ],
)
def test_only_the_sandbox_of_the_standard_is_called_a_test_bank(host: str | None, *, test: bool) -> None:
    assert is_test_bank(host) is test


@pytest.mark.parametrize(
    ("listening", "at", "other"),
    [
        ("127.0.0.1", "127.0.0.1", "::1"),
        ("127.0.0.2", "127.0.0.2", "::1"),
        ("localhost", "127.0.0.1", "::1"),
        ("0.0.0.0", "127.0.0.1", "::1"),
        ("::", "127.0.0.1", "127.0.0.1"),
        ("::1", "::1", "127.0.0.1"),
        ("192.0.2.7", "192.0.2.7", None),
        ("tpp.example", "tpp.example", None),
    ],
)
def test_a_server_is_reached_where_it_listens_and_what_may_stand_in_its_way_is_known(
    listening: str, at: str, other: str | None
) -> None:
    assert (reached_at(listening), beside(listening)) == (at, other)
