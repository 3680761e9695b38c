"""The one registered client, as the bank and the directory know it, and how it says that it proves itself.

Source: RFC 7523 section 2.2, `client_assertion_type`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Client:
    """The registered client: its id (a URL), its key, its only redirect URI and its trading name."""

    client_id: str
    key: RSAKey
    redirect_uri: str
    name: str
