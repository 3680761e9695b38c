"""What is known of host names: which are this machine, and which are the test banks of the UAE's sandbox."""

from __future__ import annotations

from ipaddress import ip_address

TEST_BANKS = ".sandbox.apihub.openfinance.ae"
"""The end of every host name of the AlTareq sandbox."""


def is_loopback(host: str | None) -> bool:
    """Whether a host name is this machine: `localhost` and names below it (RFC 6761, 6.3), 127.0.0.0/8 or ::1."""
    if host is None:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_test_bank(host: str | None) -> bool:
    """Whether a host name is a bank's in the AlTareq sandbox, where people and money are made up."""
    return host is not None and host.endswith(TEST_BANKS)
