"""What is known of host names: which are this machine, and which are the test banks of the UAE's sandbox."""

from __future__ import annotations

from ipaddress import ip_address

LOOPBACK = "127.0.0.1"
"""The address of this machine that every machine has."""

LOOPBACK_6 = "::1"
"""The same by IPv6, which a browser that is sent to `localhost` tries first; some machines have none."""

EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound
"""What a server listens on that takes every address of its machine."""

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


def reached_at(listening: str) -> str:
    """Return where this machine reaches a server of its own that listens on a host."""
    by_name = is_loopback(listening) and listening.endswith("localhost")
    return LOOPBACK if by_name or listening in EVERYWHERE else listening


def beside(listening: str) -> str | None:
    """Return the loopback address that a browser may go to in the place of a server's own, by the other family.

    None where the server listens on no address that `localhost` can mean.
    """
    if listening not in EVERYWHERE and not is_loopback(listening):
        return None
    return LOOPBACK if ":" in listening else LOOPBACK_6


def is_test_bank(host: str | None) -> bool:
    """Whether a host name is a bank's in the AlTareq sandbox, where people and money are made up."""
    return host is not None and host.endswith(TEST_BANKS)
