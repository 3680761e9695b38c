"""One attempt to connect: begin, the numbered checks of the return, complete. The dangerous sequence is here.

The order of `complete` is the only safe one; each step is one function, numbered:

    1  every parameter at most once, code or error there        MalformedCallback
    2  the attempt of this browser that `state` belongs to      UnknownAttempt
    3  at most ten minutes old                                  AttemptLate
    4  `iss` present and the one fixed before leaving           IssuerMissing, IssuerMismatch
    5  the claim: this answer is dealt with once, by one of us  (the others get `Already`)
    6  state known: the attempt is consumed, atomically
    7  only now `error`                                         ConsentDenied
    8  the code is exchanged, once; ConsentId and claims are ours   GrantRefused, OtherWindow, ConsentMismatch
    9  state opaque: the attempt is consumed, after success
    10 the grant is kept

*State known*: it can be read and names the attempt. *State opaque*: the Starter Kit does not tell which state it
sent, so the newest live attempt is meant and PKCE keeps foreign codes out; an `error` then leaves the attempt
alive, so that a forged refusal burns nothing, and so does `invalid_grant`, three times.
Sources: RFC 6749 4.1.2 and 4.1.2.1, RFC 7636, RFC 9207 2.4, RFC 9700 2.1 and 4.4; CX-38, CX-42.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.errors import (
    AttemptLate,
    GrantRefused,
    IssuerMismatch,
    IssuerMissing,
    MalformedCallback,
    MizanError,
    OtherWindow,
    SignedOut,
    UnknownAttempt,
)
from tpp.journey.refusals import refusal_of
from tpp.model.connection import Attempt
from tpp.model.grant import Grant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from tpp.model.connection import Begun, Connection
    from tpp.model.consent import ConsentDraft
    from tpp.model.rows import Vault

WINDOW = timedelta(minutes=10)
REMEMBERED = timedelta(hours=1)
"""An attempt is kept this long, so that a late return can be told from a foreign one; a claim as long."""

MOST_TRIES = 3
MOST_LIVE = 20
CONNECTED = "connected"
POLL_SECONDS = 0.05
PATIENCE_SECONDS = 12.0

_FORMS = {
    "code": re.compile(r"[\x21-\x7e]{1,1024}"),
    "state": re.compile(r"[\x20-\x7e]{1,1024}"),
    "iss": re.compile(r"[\x21-\x7e]{1,512}"),
    "error": re.compile(r"[\x20-\x7e]{1,200}"),
    "error_description": re.compile(r"(?s).{0,2000}"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The callback's parameters after check 1; exactly one of `code` and `error` is there."""

    code: str | None = field(repr=False)
    error: str | None
    error_description: str | None
    state: str | None = field(repr=False)
    iss: str | None

    @property
    def claim(self) -> str:
        """What this answer is known by: its code, or the state that the refusal is for."""
        return f"code {self.code}" if self.code else f"state {self.state}"


@dataclass(frozen=True, slots=True)
class Already:
    """Somebody has dealt with this very answer: `outcome` is `CONNECTED` or a reason, None while it goes on.

    `epoch`: with a success, the word that a session over the vault must know from then on.
    """

    outcome: str | None
    epoch: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What `complete` works with: the browser's vault, the server's own (for claims), the way to the bank.

    `remembered`: how long a connection is kept since the last visit. `epoch`: a random word, made for this
    request; a success writes it into the vault, and sessions that do not know it no longer open the vault. So a
    session that somebody else began over the same vault sees nothing of what was connected (session fixation).
    """

    vault: Vault
    server: Vault
    connection: Connection
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    remembered: timedelta
    epoch: str


def begin(vault: Vault, connection: Connection, draft: ConsentDraft, now: Callable[[], datetime]) -> Begun:
    """Stage the consent and keep the attempt in its own sealed row. Raises a BankError."""
    begun = connection.begin(draft)
    at = now()
    attempt = Attempt(
        name=secrets.token_urlsafe(16),
        consent_id=begun.consent_id,
        code_verifier=begun.code_verifier,
        issuer=begun.issuer,
        client_id=begun.client_id,
        expected_state=begun.expected_state,
        draft=draft,
        started_at=at,
    )
    vault.put("attempt", attempt.name, attempt.to_json(), (at + REMEMBERED).timestamp())
    return begun


def complete(desk: Desk, parameters: Mapping[str, Sequence[str]]) -> Grant | Already:
    """Deal with a return from the bank. Raises CallbackRefused, ConsentDenied, GrantRefused or a BankError."""
    answer = read_answer(parameters)
    try:
        attempt, known = find_attempt(desk, answer)
    except UnknownAttempt:
        earlier = recall(desk.server, answer)
        if earlier is None:
            raise
        return earlier
    check_age(attempt, desk.now())
    check_issuer(attempt, answer)
    if answer.error is not None and not known:
        raise refusal_of(answer.error, answer.error_description)
    if not claim(desk, answer):
        return recall(desk.server, answer) or Already(None)
    return _finish(desk, attempt, answer, known=known)


def _finish(desk: Desk, attempt: Attempt, answer: Answer, *, known: bool) -> Grant:
    """Go through steps 6 to 10 for a claimed answer, and write down where it led, for doubles and reloads."""
    outcome = MizanError.reason
    try:
        if known:
            consume(desk.vault, attempt)
        check_error(answer)
        grant = redeem(desk, attempt, answer, known=known)
        if not known:
            consume(desk.vault, attempt)
        keep(desk, grant)
        outcome = CONNECTED
    except MizanError as err:
        outcome = err.reason
        raise
    finally:
        settle(desk, answer, outcome)
    return grant


def read_answer(parameters: Mapping[str, Sequence[str]]) -> Answer:
    """Check 1: each parameter at most once and of its form, and either a code or an error (RFC 6749, 3.1)."""
    if any(len(values) != 1 for values in parameters.values()):
        raise MalformedCallback
    single = {name: values[0] for name, values in parameters.items() if name in _FORMS}
    if not all(_FORMS[name].fullmatch(value) for name, value in single.items()):
        raise MalformedCallback
    if ("code" in single) == ("error" in single):
        raise MalformedCallback
    return Answer(**{name: single.get(name) for name in _FORMS})


def find_attempt(desk: Desk, answer: Answer) -> tuple[Attempt, bool]:
    """Check 2: return the attempt, and whether its state is known. Without a state none can be meant."""
    attempts = live_attempts(desk.vault)
    if answer.state is None or not attempts:
        raise UnknownAttempt
    verdicts = [(each, desk.connection.names(answer.state, each)) for each in attempts]
    if all(verdict is None for _, verdict in verdicts):
        return attempts[0], False
    named = next((each for each, verdict in verdicts if verdict), None)
    if named is None:
        raise UnknownAttempt
    return named, True


def live_attempts(vault: Vault) -> list[Attempt]:
    """Return this browser's attempts, newest first."""
    found = [Attempt.from_json(kept.name, kept.value) for kept in vault.find("attempt")]
    return sorted(found, key=lambda each: each.started_at, reverse=True)[:MOST_LIVE]


def check_age(attempt: Attempt, now: datetime) -> None:
    """Check 3: a login left open for long is not finished by whoever finds it."""
    if now - attempt.started_at > WINDOW:
        raise AttemptLate


def check_issuer(attempt: Attempt, answer: Answer) -> None:
    """Check 4: simple string comparison, nothing normalised (RFC 9207, section 2.4)."""
    if answer.iss is None:
        raise IssuerMissing
    if answer.iss != attempt.issuer:
        raise IssuerMismatch(attempt.issuer, answer.iss)


def claim(desk: Desk, answer: Answer) -> bool:
    """Check 5: of many identical callbacks exactly one goes on. The row holds no code, only its HMAC as name."""
    until = (desk.now() + REMEMBERED).timestamp()
    return desk.server.add("claim", answer.claim, {"outcome": None}, until)


def recall(server: Vault, answer: Answer) -> Already | None:
    """Return what became of an answer that has been claimed before; None for a new one."""
    kept = server.get("claim", answer.claim)
    return Already(kept.value["outcome"], kept.value.get("epoch")) if kept else None


def settle(desk: Desk, answer: Answer, outcome: str) -> None:
    """Write down where a claimed answer led: `CONNECTED`, or the reason why not."""
    kept = desk.server.get("claim", answer.claim)
    if kept:
        epoch = desk.epoch if outcome == CONNECTED else None
        desk.server.replace("claim", kept, {"outcome": outcome, "epoch": epoch}, kept.expires_at)


def await_outcome(desk: Desk, parameters: Mapping[str, Sequence[str]]) -> Already:
    """Wait until the request that has the claim is done; without an outcome where it never comes to an end."""
    answer = read_answer(parameters)
    for _ in range(int(PATIENCE_SECONDS / POLL_SECONDS)):
        earlier = recall(desk.server, answer)
        if earlier is None or earlier.outcome:
            return earlier or Already(None)
        desk.sleep(POLL_SECONDS)
    return Already(None)


def consume(vault: Vault, attempt: Attempt) -> None:
    """Checks 6 and 9: an attempt yields one grant at most. Raises UnknownAttempt if another was faster."""
    if vault.take("attempt", attempt.name) is None:
        raise UnknownAttempt


def check_error(answer: Answer) -> None:
    """Check 7: the bank's refusal counts only now, when we know that it answers us."""
    if answer.error is not None:
        raise refusal_of(answer.error, answer.error_description)


def redeem(desk: Desk, attempt: Attempt, answer: Answer, *, known: bool) -> Grant:
    """Check 8: exchange the code, once. With an opaque state `invalid_grant` may mean "another tab's code"."""
    try:
        return desk.connection.redeem(attempt, answer.code or "", desk.now())
    except GrantRefused as err:
        if known:
            raise
        _count_try(desk.vault, attempt)
        raise OtherWindow from err


def _count_try(vault: Vault, attempt: Attempt) -> None:
    kept = vault.get("attempt", attempt.name)
    if kept is None:
        return
    tried = replace(attempt, tries=kept.value["tries"] + 1)
    if tried.tries >= MOST_TRIES:
        vault.delete("attempt", attempt.name)
    else:
        vault.replace("attempt", kept, tried.to_json(), kept.expires_at)


def keep(desk: Desk, grant: Grant) -> None:
    """Check 10: one row for the connection, one stub for what we must still know when the browser is gone.

    Raises SignedOut where the customer signed out while the code was exchanged: nothing is kept then.
    """
    ends = (desk.now() + desk.remembered).timestamp()
    forget_ended(desk.vault, desk.now())
    desk.vault.put("connection", grant.consent_id, grant.to_json(), ends)
    desk.vault.put("epoch", "", {"is": desk.epoch}, ends)
    if desk.vault.get("gone", ""):
        desk.vault.delete("connection", grant.consent_id)
        raise SignedOut
    stub = {
        "consent_id": grant.consent_id,
        "bank": grant.draft.bank_name,
        "issuer": grant.issuer,
        "until": grant.until.timestamp(),
        "state": "Authorized",
        "changed_at": grant.authorized_at.timestamp(),
    }
    desk.server.put("stub", grant.consent_id, stub, grant.until.timestamp())


def leave(vault: Vault, now: datetime) -> None:
    """Sign out: delete every row, and leave word for requests that are still under way over this vault."""
    vault.put("gone", "", {}, (now + REMEMBERED).timestamp())
    vault.clear_but("gone")


def forget_ended(vault: Vault, now: datetime) -> None:
    """Drop connections whose access has ended: the new one takes their place."""
    for kept in vault.find("connection"):
        if Grant.from_json(kept.value).has_ended(now):
            vault.delete("connection", kept.name)
            vault.delete("figures", kept.name)
