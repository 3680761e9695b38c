"""Where a customer may be sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tpp.bank.redirects import check, is_loopback
from tpp.errors import UntrustedRedirect

ISSUER = "https://auth1.bank.example"
GOOD = (
    "https://auth1.bank.example/auth?client_id=https://rp.example/openid_relying_party/1"
    "&response_type=code&scope=openid&request_uri=urn:ietf:params:oauth:request_uri:1"
)
HOSTILE = (Path(__file__).parent.parent / "data" / "hostile_redirects.txt").read_text(encoding="utf-8").splitlines()


def test_the_banks_own_address_is_trusted_and_its_client_is_read() -> None:
    found = check(GOOD, ISSUER)

    assert found.issuer == ISSUER
    assert found.client_id == "https://rp.example/openid_relying_party/1"


@pytest.mark.parametrize("redirect", [line.encode().decode("unicode_escape") for line in HOSTILE if line])
def test_no_hostile_address_is_trusted(redirect: str) -> None:
    with pytest.raises(UntrustedRedirect):
        check(redirect, ISSUER)


def test_another_kits_issuer_is_its_redirect_up_to_auth() -> None:
    assert check("https://other.example/as/auth?client_id=x", None).issuer == "https://other.example/as"
    assert check("https://other.example/authorize?x", None).issuer == "https://other.example"


def test_the_model_banks_issuer_is_assumed_where_the_redirect_leads_to_it() -> None:
    assert check(GOOD, None, ISSUER).issuer == ISSUER
    assert check("https://other.example/auth?x", None, ISSUER).issuer == "https://other.example"


def test_plain_http_is_trusted_on_loopback_only() -> None:
    assert check("http://127.0.0.1:1413/auth1/auth?x", "http://127.0.0.1:1413/auth1")
    with pytest.raises(UntrustedRedirect):
        check("http://bank.example/auth?x", None)


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
