"""What the bank grants: tokens, and the consent that they stand for.

Both print presence, never a value: `access_token=present`. Moments are aware UTC.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tpp.model.consent import ConsentDraft, Route

if TYPE_CHECKING:
    from tpp.model.rows import Value

EARLY = timedelta(seconds=60)
"""A token is renewed this long before its end, so that no call starts with one that dies on the way."""

HANDLE = 20
"""Characters of the name that a connection has in addresses: eighty bits, so no two of a browser share one."""


@dataclass(frozen=True, slots=True, repr=False)
class TokenSet:
    """RFC 6749 section 5.1, as far as it is kept. `refresh_token` may be absent: the seed shows none."""

    access_token: str
    expires_at: datetime
    refresh_token: str | None = None

    def __repr__(self) -> str:
        """Print presence only."""
        refresh = "present" if self.refresh_token else "absent"
        return f"TokenSet(access_token=present, refresh_token={refresh}, expires_at={self.expires_at.isoformat()})"

    def to_json(self) -> Value:
        """Turn into plain JSON, for a sealed row only."""
        ends = self.expires_at.timestamp()
        return {"access_token": self.access_token, "expires_at": ends, "refresh_token": self.refresh_token}

    @classmethod
    def from_json(cls, value: Value) -> TokenSet:
        """Read what `to_json` wrote."""
        return cls(value["access_token"], _moment(value["expires_at"]), value["refresh_token"])

    def is_fresh(self, now: datetime) -> bool:
        """Whether the access token can be used without a thought."""
        return now < self.expires_at - EARLY

    def is_alive(self, now: datetime) -> bool:
        """Whether the access token has not ended yet."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True)
class Halt:
    """That the bank no longer serves a consent: a reason word, and when we heard of it."""

    reason: str
    at: datetime

    def to_json(self) -> Value:
        """Turn into plain JSON, for a sealed row only."""
        return {"reason": self.reason, "at": self.at.timestamp()}

    @classmethod
    def from_json(cls, value: Value) -> Halt:
        """Read what `to_json` wrote."""
        return cls(value["reason"], _moment(value["at"]))


@dataclass(frozen=True, slots=True)
class Receipt:
    """When a bank last gave something under a consent; `accounts`: how many its last list had, if one came."""

    at: datetime
    accounts: int | None = None

    def to_json(self) -> Value:
        """Turn into plain JSON, for a sealed row only."""
        return {"at": self.at.timestamp(), "accounts": self.accounts}

    @classmethod
    def from_json(cls, value: Value) -> Receipt:
        """Read what `to_json` wrote."""
        return cls(_moment(value["at"]), value["accounts"])


@dataclass(frozen=True, slots=True)
class Grant:
    """One authorised consent and its tokens; `until`: the last moment that we use it, as the customer was shown.

    `bank_until`: the consent's own end as the bank gave it, which may be later; None where it gave none. `halt`: how
    the bank ended or suspended it, as far as we have heard. `client_id` and `subject`: whom the ID token was for and of
    whom it spoke, where one came: a later one must agree, and so with its `nonce`, where it had one. `route`: which
    bank it is of, and which way led there.
    """

    consent_id: str
    issuer: str
    until: datetime
    authorized_at: datetime
    draft: ConsentDraft
    tokens: TokenSet | None = field(repr=False)
    bank_until: datetime | None = None
    halt: Halt | None = None
    client_id: str | None = None
    subject: str | None = field(default=None, repr=False)
    route: Route = field(kw_only=True)
    nonce: str | None = field(default=None, repr=False, kw_only=True)

    @property
    def handle(self) -> str:
        """By which name addresses tell it: the bank's own id stays out of every log and history of addresses."""
        return hashlib.sha256(self.consent_id.encode()).hexdigest()[:HANDLE]

    def with_tokens(self, tokens: TokenSet | None) -> Grant:
        """Return the grant with other tokens; None once access has ended."""
        return replace(self, tokens=tokens)

    def ended(self, reason: str, now: datetime) -> Grant:
        """Return the grant as the bank has ended it: without tokens."""
        return replace(self, tokens=None, halt=Halt(reason, now))

    def suspended(self, reason: str, now: datetime) -> Grant:
        """Return the grant as the bank has suspended it: its tokens wait for its return."""
        since = self.halt.at if self.halt else now
        return replace(self, halt=Halt(reason, since))

    def resumed(self) -> Grant:
        """Return the grant as one that the bank serves again."""
        return replace(self, halt=None)

    def has_ended(self, now: datetime) -> bool:
        """Whether nothing that is kept can open the data any more."""
        if self.tokens is None or now >= self.until:
            return True
        return self.tokens.refresh_token is None and not self.tokens.is_alive(now)

    def past(self) -> Grant:
        """Return what stays known of a grant that has ended: no token, nobody's name at the bank, and how it ended.

        Where the bank said nothing it ended with its last day, or with a token that could not be renewed.
        """
        ended_by_itself = Halt("consent-ended", self.until)
        if self.tokens and self.tokens.refresh_token is None and self.tokens.expires_at < self.until:
            ended_by_itself = Halt("reconnect", self.tokens.expires_at)
        halt = self.halt or ended_by_itself
        return replace(self, tokens=None, halt=halt, client_id=None, subject=None, nonce=None)

    def to_json(self) -> Value:
        """Turn into plain JSON, for a sealed row only."""
        return {
            "consent_id": self.consent_id,
            "issuer": self.issuer,
            "until": self.until.timestamp(),
            "authorized_at": self.authorized_at.timestamp(),
            "draft": self.draft.to_json(),
            "tokens": self.tokens.to_json() if self.tokens else None,
            "bank_until": self.bank_until.timestamp() if self.bank_until else None,
            "halt": self.halt.to_json() if self.halt else None,
            "client_id": self.client_id,
            "subject": self.subject,
            "nonce": self.nonce,
            **self.route.to_json(),
        }

    @classmethod
    def from_json(cls, value: Value) -> Grant:
        """Read what `to_json` wrote, also before the four that it may lack were kept."""
        tokens, bank_until, halt = value["tokens"], value.get("bank_until"), value.get("halt")
        return cls(
            value["consent_id"],
            value["issuer"],
            _moment(value["until"]),
            _moment(value["authorized_at"]),
            ConsentDraft.from_json(value["draft"]),
            TokenSet.from_json(tokens) if tokens else None,
            bank_until=_moment(bank_until) if bank_until else None,
            halt=Halt.from_json(halt) if halt else None,
            client_id=value.get("client_id"),
            subject=value.get("subject"),
            route=Route.from_json(value),
            nonce=value["nonce"],
        )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
