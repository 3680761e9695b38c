"""What each of the two applications must be told, and nothing else.

Addresses are origins without a trailing slash; durations are whole seconds unless the name says
otherwise; the clock returns aware UTC. Nothing here is read from the environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEFAULT_REDIRECT_URI = "http://localhost:1411/hackathon-redirect"
DEFAULT_BANK_URL = "http://127.0.0.1:1413"

StateForm = Literal["opaque", "base64"]
ExpiryRule = Literal["honour", "fixed"]


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(tz=UTC)


@dataclass(frozen=True, kw_only=True)
class BankSettings:
    """Everything the bank is told at start.

    `public_url` is the address a browser uses; the issuer and all links are made from it.
    `latency_ms` is added to every resource call, in milliseconds, for benches.
    `page_size` is the most transactions or statements on one page.
    `rotate_refresh` gives a new refresh token at each refresh; the old one, used again, ends all tokens of
    the grant.
    `control` off takes `/control` away, and whatever was set there earlier counts no more.
    """

    instance: Path
    public_url: str = DEFAULT_BANK_URL
    redirect_uri: str = DEFAULT_REDIRECT_URI
    tpp_name: str = "Mizan"
    latency_ms: int = 0
    page_size: int = 100
    request_lifetime: int = 600
    interaction_seconds: int = 600
    code_seconds: int = 120
    access_token_seconds: int = 600
    issue_refresh: bool = True
    rotate_refresh: bool = False
    control: bool = True
    now: Callable[[], datetime] = utc_now

    @property
    def secure(self) -> bool:
        """Tell whether browsers come by TLS, so that cookies may ask for it."""
        return self.public_url.startswith("https:")

    @property
    def issuer(self) -> str:
        """Return the issuer identifier, above the discovery document. Source: RFC 8414 section 2."""
        return f"{self.public_url}/auth1"


@dataclass(frozen=True, kw_only=True)
class KitSettings:
    """Everything the Starter Kit is told at start.

    `bank_url` is where this process reaches the bank, `bank_public_url` where a browser does
    (empty means the same). `expiry` `fixed` repeats the real kit's out-of-date expiry.
    `control` off heeds nothing that was set on the bank's control. `host_names` are names that callers
    may use for it beside those of this machine. `pass_retry_after` hands the bank's `Retry-After` on, which
    the real kit drops.
    """

    instance: Path
    host_names: tuple[str, ...] = ()
    bank_url: str = DEFAULT_BANK_URL
    bank_public_url: str = ""
    redirect_uri: str = DEFAULT_REDIRECT_URI
    state_form: StateForm = "opaque"
    expiry: ExpiryRule = "honour"
    connect_timeout: float = 3.0
    read_timeout: float = 30.0
    pass_retry_after: bool = False
    control: bool = True
    now: Callable[[], datetime] = utc_now

    @property
    def issuer(self) -> str:
        """Return the bank's issuer as the bank itself names it: made from the browser's address."""
        return f"{self.bank_public_url or self.bank_url}/auth1"
