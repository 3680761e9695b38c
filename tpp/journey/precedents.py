"""What a way to a bank has shown once, it may not leave out later.

A Starter Kit whose state can be read binds each return to its attempt; one that shows an ID token says whom it speaks
of. Nothing announces either, so whoever can change an answer on the way could take both away and be treated like a
kit that never had them. Therefore it is written down, under the server's key, that a way (`BankClient.way`: the kit's
address and the issuer) has shown the one or the other.

Only what is ours counts: a state that names a live attempt of the very browser that brings it, and the ID token of
a code that was exchanged. With an opaque kit nobody can make such a state: it needs the verifier, which then never
leaves the server. So a forged return cannot switch the demand on for a kit that has none.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.model import kinds

if TYPE_CHECKING:
    from datetime import datetime

    from tpp.model.rows import Vault

STATE, ID_TOKEN = "readable state", "id token"
FOR_GOOD = timedelta(days=3650)


def note(server: Vault, way: str, what: str, now: datetime) -> None:
    """Write down that a way has shown this."""
    if not has_shown(server, way, what):
        server.add(kinds.SHOWN, f"{what} of {way}", {}, (now + FOR_GOOD).timestamp())


def has_shown(server: Vault, way: str, what: str) -> bool:
    """Whether a way has shown this before."""
    return server.get(kinds.SHOWN, f"{what} of {way}") is not None
