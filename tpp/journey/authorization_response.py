"""The authorization response as it reaches us: a callback's parameters, and check 1 on them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tpp.errors import MalformedCallback

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FORMS = {
    "code": re.compile(r"[\x20-\x7e]+"),
    "state": re.compile(r"[\x20-\x7e]+"),
    "iss": re.compile(r"[\x21-\x7e]{1,2048}"),
    "error": re.compile(r"[\x20-\x7e]{1,200}"),
    "error_description": re.compile(r"(?s).{0,2000}"),
}
"""`code` and `state` hold any of %x20-7E (RFC 6749, A.5 and A.11), and are as long as the bank likes: their limit is
the server's for a request line. The others are ours to bound: an issuer is a URL, an error a word."""


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """The callback's parameters after check 1; exactly one of `code` and `error` is there."""

    code: str | None = field(repr=False)
    error: str | None
    error_description: str | None
    state: str | None = field(repr=False)
    iss: str | None

    @property
    def claim(self) -> str:
        """What this answer is known by: a digest of its code, or of the state that the refusal is for."""
        kind, value = ("code", self.code) if self.code else ("state", self.state)
        return f"{kind} {hashlib.sha256(str(value).encode()).hexdigest()}"


def read_response(parameters: Mapping[str, Sequence[str]]) -> AuthorizationResponse:
    """Check 1: each parameter at most once and of its form, and either a code or an error (RFC 6749, 3.1)."""
    if any(len(values) != 1 for values in parameters.values()):
        raise MalformedCallback
    single = {name: values[0] for name, values in parameters.items() if name in _FORMS}
    if not all(_FORMS[name].fullmatch(value) for name, value in single.items()):
        raise MalformedCallback
    if ("code" in single) == ("error" in single):
        raise MalformedCallback
    return AuthorizationResponse(**{name: single.get(name) for name in _FORMS})
