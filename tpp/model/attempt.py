"""One try to connect: what must be known of it when the browser comes back from the bank."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tpp.model.consent import ConsentDraft, Route

if TYPE_CHECKING:
    from tpp.model.rows import Value


_PLAIN = ("consent_id", "code_verifier", "issuer", "client_id", "expected_state", "nonce")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to connect, from pressing the button to the return. Each secret says what it stops.

    `code_verifier`: a stolen or planted code is worthless without it (RFC 7636). `issuer`: a second bank's
    answer passed off as this one's (RFC 9207). `expected_state`: an answer to a request of another browser.
    `nonce`: an ID token of another request, where this way lets us know it (OpenID Connect Core 1.0, 3.1.2.1).
    `name`: under which it is kept, random. `tries`: codes that the bank refused for it. `route`: its bank and its way.
    """

    name: str
    consent_id: str
    code_verifier: str = field(repr=False)
    issuer: str
    client_id: str | None
    expected_state: str | None = field(repr=False)
    draft: ConsentDraft
    started_at: datetime
    tries: int = 0
    route: Route = field(kw_only=True)
    nonce: str | None = field(default=None, repr=False, kw_only=True)

    def to_json(self) -> Value:
        """Turn into plain JSON, for a sealed row only."""
        return {
            "consent_id": self.consent_id,
            "code_verifier": self.code_verifier,
            "issuer": self.issuer,
            "client_id": self.client_id,
            "expected_state": self.expected_state,
            "draft": self.draft.to_json(),
            "started_at": self.started_at.timestamp(),
            "tries": self.tries,
            "nonce": self.nonce,
            **self.route.to_json(),
        }

    @classmethod
    def from_json(cls, name: str, value: Value) -> Attempt:
        """Read what `to_json` wrote."""
        plain = {key: value[key] for key in _PLAIN}
        started_at = datetime.fromtimestamp(value["started_at"], UTC)
        draft = ConsentDraft.from_json(value["draft"])
        route = Route.from_json(value)
        return cls(name=name, draft=draft, started_at=started_at, tries=value["tries"], route=route, **plain)
