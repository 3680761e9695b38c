"""Where a customer may be sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tpp.bank import redirects
from tpp.errors import UntrustedRedirect

ISSUER = "https://auth1.bank.example"
OWN = "http://localhost:1411"
GOOD = (
    "https://auth1.bank.example/auth?client_id=https://rp.example/openid_relying_party/1"
    "&response_type=code&scope=openid&request_uri=urn:ietf:params:oauth:request_uri:1"
)
HOSTILE = (Path(__file__).parent.parent / "data" / "hostile_redirects.txt").read_text(encoding="utf-8").splitlines()


def check(redirect: str, issuer: str = ISSUER, own: str = OWN) -> str | None:
    """Check an address."""
    return redirects.check(redirect, issuer, own)


def test_the_banks_own_address_is_trusted_and_its_client_is_read() -> None:
    assert check(GOOD) == "https://rp.example/openid_relying_party/1"
    assert check(GOOD.replace("client_id", "x")) is None
    assert check(f"{GOOD}&client_id=another") is None, "of two none is meant"


@pytest.mark.parametrize("redirect", [line.encode().decode("unicode_escape") for line in HOSTILE if line])
def test_no_hostile_address_is_trusted(redirect: str) -> None:
    with pytest.raises(UntrustedRedirect):
        check(redirect)


STRANGE = [
    "https://other.example/as/auth?client_id=x",
    "https://auth1.bank.example.other.example/auth?x",
    "https://bank.example/auth?x",
    "https://auth2.bank.example/auth?x",
    "https://auth1.bank.example:8443/auth?x",
    "http://auth1.bank.example/auth?x",
]


@pytest.mark.parametrize("redirect", STRANGE)
def test_the_kit_may_not_choose_the_bank(redirect: str) -> None:
    with pytest.raises(UntrustedRedirect):
        check(redirect)


OURSELVES = [
    ("http://localhost:1411/auth?x", "http://localhost:1411"),
    ("http://127.0.0.1:1411/sign-out?x", "http://localhost:1411"),
    ("http://[::1]:1411/auth?x", "http://localhost:1411"),
    ("http://a.localhost:1411/auth?x", "http://localhost:1411"),
    ("https://tpp.example/auth?x", "https://tpp.example"),
    ("https://tpp.example:443/auth?x", "https://tpp.example"),
]


@pytest.mark.parametrize(("redirect", "own"), OURSELVES)
def test_nobody_is_sent_to_ourselves_even_where_the_settings_name_us(redirect: str, own: str) -> None:
    issuer = redirect.partition("/auth")[0].partition("/sign-out")[0]
    with pytest.raises(UntrustedRedirect):
        check(redirect, issuer, own)


def test_another_port_of_this_machine_is_not_ourselves() -> None:
    assert check("http://127.0.0.1:1413/auth1/auth?client_id=x", "http://127.0.0.1:1413/auth1") == "x"


def test_plain_http_is_trusted_on_loopback_only() -> None:
    assert check("http://127.0.0.1:1413/auth1/auth?client_id=x", "http://127.0.0.1:1413/auth1")
    with pytest.raises(UntrustedRedirect):
        check("http://bank.example/auth?x", "http://bank.example")
