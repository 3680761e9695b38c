"""One attempt to connect: begin, the numbered checks of the return, complete. The dangerous sequence is here.

The order of `complete` is the only safe one; each step is one function, numbered:

    1  every parameter at most once, code or error there        MalformedCallback
    2  the attempt of this browser that `state` belongs to      UnknownAttempt, StateUnreadable
    3  at most ten minutes old                                  AttemptLate
    4  `iss` present and the one fixed before leaving           IssuerMissing, IssuerMismatch
    5  the claim: this answer is dealt with once, by one of us  (the others get `Already`)
    6  state known: the attempt is consumed, atomically
    7  only now `error`                                         ConsentDenied
    8  the code is exchanged, once; ConsentId and claims are ours   GrantRefused, OtherWindow, ConsentMismatch
    9  state opaque: the attempt is consumed, after success
    10 the grant is kept, and the vault's edition with it       SignedOut, OtherWindow

*State known*: it can be read and names the attempt. *State opaque*: the Starter Kit does not tell which state it
sent, so the newest live attempt is meant and PKCE keeps foreign codes out; an `error` then leaves the attempt
alive, so that a forged refusal burns nothing, and so does `invalid_grant`, three times. A way whose state could be
read once never again gets away with one that cannot (`tpp.journey.precedents`). Each attempt's own client is asked
about the state: one that cannot read it does not hide the attempt that it names.
Sources: RFC 6749 4.1.2 and 4.1.2.1, RFC 7636, RFC 9207 2.4, RFC 9700 2.1 and 4.4; CX-38, CX-42.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tpp.errors import (
    AttemptLate,
    ConsentMismatch,
    GrantRefused,
    IssuerMismatch,
    IssuerMissing,
    MizanError,
    OtherWindow,
    SignedOut,
    StateUnreadable,
    UnknownAttempt,
    VaultClosed,
)
from tpp.journey import connections, precedents
from tpp.journey.authorization_response import read_response
from tpp.journey.claims import CONNECTED, REMEMBERED, Already, claim, recall, settle
from tpp.journey.reading.pauses import Pauses
from tpp.journey.reading.shelf import Shelf
from tpp.journey.refusals import refusal_of
from tpp.journey.shapes import Shape
from tpp.model import kinds
from tpp.model.attempt import Attempt
from tpp.model.consent import with_bank_in_draft, with_first_route

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from tpp.journey.authorization_response import AuthorizationResponse
    from tpp.journey.banks import Banks
    from tpp.model.bank_client import BankClient, Begun
    from tpp.model.consent import ConsentDraft
    from tpp.model.grant import Grant
    from tpp.model.rows import Vault
    from tpp.model.visit import Visit

WINDOW = timedelta(minutes=10)
MOST_TRIES = 3
MOST_LIVE = 20

SHAPE = Shape(
    kinds.ATTEMPT,
    lambda kept: Attempt.from_json(kept.name, kept.value),
    upgrades=(with_first_route, with_bank_in_draft),
)
STUB = Shape(kinds.STUB, lambda kept: kept.value)
"""Nothing reads it yet; it is written so that every consent made since can be named once its browser is gone."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What `complete` works with: the browser's vault, the server's own (for claims), the ways to banks.

    `remembered`: how long a connection is kept since the last visit. `edition`: a random word, made for this
    request; a success writes it into the vault, and sessions that do not know it no longer open the vault. So a
    session that somebody else began over the same vault sees nothing of what was connected (session fixation).
    `meant`: told which attempt the answer belongs to, as soon as check 2 has found it: from then on that attempt's own
    client chooses the words. `kept`: told of the answer and its grant as soon as that is kept, before any double learns
    of it.
    """

    vault: Vault
    server: Vault
    banks: Banks
    now: Callable[[], datetime]
    remembered: timedelta
    edition: str
    meant: Callable[[Attempt], None]
    kept: Callable[[AuthorizationResponse, Grant], None]
    visit: Visit


def begin(vault: Vault, client: BankClient, draft: ConsentDraft, now: Callable[[], datetime], visit: Visit) -> Begun:
    """Stage the consent and keep the attempt in its own sealed row. Raises a BankError."""
    begun = client.begin(draft, visit)
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
        route=client.route,
        nonce=begun.nonce,
    )
    vault.put(kinds.ATTEMPT, attempt.name, SHAPE.write(attempt.to_json()), (at + REMEMBERED).timestamp())
    return begun


def complete(arrival: Arrival, parameters: Mapping[str, Sequence[str]]) -> Grant | Already:
    """Deal with a return from the bank. Raises CallbackRefused, ConsentDenied, GrantRefused or a BankError."""
    answer = read_response(parameters)
    try:
        with _while_open():
            attempt, known = find_attempt(arrival, answer)
    except (UnknownAttempt, OtherWindow, SignedOut):
        earlier = recall(arrival.server, answer)
        if earlier is None:
            raise
        return earlier
    arrival.meant(attempt)
    check_age(attempt, arrival.now())
    check_issuer(attempt, answer)
    if answer.error is not None and not known:
        raise refusal_of(answer.error, answer.error_description)
    if not claim(arrival.server, answer, arrival.banks.of(attempt).wording, arrival.now()):
        return recall(arrival.server, answer) or Already(None)
    return _finish(arrival, attempt, answer, known=known)


@contextmanager
def _while_open() -> Iterator[None]:
    """Say why the vault has closed: the customer signed out, or another tab's return has been finished."""
    try:
        yield
    except VaultClosed as err:
        raise (SignedOut if err.signed_out else OtherWindow) from err


def _finish(arrival: Arrival, attempt: Attempt, answer: AuthorizationResponse, *, known: bool) -> Grant:
    """Go through steps 6 to 10 for a claimed answer, and write down where it led, for doubles and reloads."""
    outcome = MizanError.reason
    try:
        with _while_open():
            grant = _spend(arrival, attempt, answer, known=known)
        outcome = CONNECTED
    except MizanError as err:
        outcome = err.reason
        raise
    finally:
        settle(arrival.server, answer, outcome)
    return grant


def _spend(arrival: Arrival, attempt: Attempt, answer: AuthorizationResponse, *, known: bool) -> Grant:
    if known:
        precedents.note(arrival.server, arrival.banks.of(attempt).way, precedents.STATE, arrival.now())
        consume(arrival.vault, attempt)
    check_error(answer)
    grant = redeem(arrival, attempt, answer, known=known)
    check_identity(arrival, attempt, grant)
    if not known:
        consume(arrival.vault, attempt)
    keep(arrival, answer, grant)
    return grant


def find_attempt(arrival: Arrival, answer: AuthorizationResponse) -> tuple[Attempt, bool]:
    """Check 2: return the attempt, and whether its state is known. Without a state none can be meant.

    An attempt whose way is offered no more cannot be finished, and counts as none.
    """
    attempts = [each for each in live_attempts(arrival.vault) if arrival.banks.offers(each)]
    if answer.state is None or not attempts:
        raise UnknownAttempt
    verdicts = [(each, arrival.banks.of(each).recognises_state(answer.state, each)) for each in attempts]
    named = next((each for each, verdict in verdicts if verdict), None)
    if named is not None:
        return named, True
    return find_opaque(arrival, answer, [each for each, verdict in verdicts if verdict is None]), False


def find_opaque(arrival: Arrival, answer: AuthorizationResponse, unread: Sequence[Attempt]) -> Attempt:
    """Return the attempt that is meant by a state which the clients of these, newest first, cannot read.

    The issuer that the answer names tells the banks apart (RFC 9207); check 4 follows all the same. Refuse a state that
    cannot be read from a way whose states can: dropping that binding is a downgrade.
    """
    if not unread:
        raise UnknownAttempt
    of_issuer = [each for each in unread if each.issuer == answer.iss] or unread
    meant = next((each for each in of_issuer if may_be_opaque(arrival, each)), None)
    if meant is None:
        raise StateUnreadable
    return meant


def may_be_opaque(arrival: Arrival, attempt: Attempt) -> bool:
    """Whether an attempt's own way may answer with a state that cannot be read."""
    client = arrival.banks.of(attempt)
    if client.state_form == "auto":
        return not precedents.has_shown(arrival.server, client.way, precedents.STATE)
    return client.state_form == "opaque"


def live_attempts(vault: Vault) -> list[Attempt]:
    """Return this browser's attempts, newest first."""
    return sorted(SHAPE.find(vault), key=lambda each: each.started_at, reverse=True)[:MOST_LIVE]


def check_age(attempt: Attempt, now: datetime) -> None:
    """Check 3: a login left open for long is not finished by whoever finds it."""
    if now - attempt.started_at > WINDOW:
        raise AttemptLate


def check_issuer(attempt: Attempt, answer: AuthorizationResponse) -> None:
    """Check 4: simple string comparison, nothing normalised (RFC 9207, section 2.4)."""
    if answer.iss is None:
        raise IssuerMissing
    if answer.iss != attempt.issuer:
        raise IssuerMismatch(attempt.issuer, answer.iss)


def consume(vault: Vault, attempt: Attempt) -> None:
    """Checks 6 and 9: an attempt yields one grant at most. Raises UnknownAttempt if another was faster."""
    if vault.take(kinds.ATTEMPT, attempt.name) is None:
        raise UnknownAttempt


def check_error(answer: AuthorizationResponse) -> None:
    """Check 7: the bank's refusal counts only now, when we know that it answers us."""
    if answer.error is not None:
        raise refusal_of(answer.error, answer.error_description)


def redeem(arrival: Arrival, attempt: Attempt, answer: AuthorizationResponse, *, known: bool) -> Grant:
    """Check 8: exchange the code, once. With an opaque state `invalid_grant` may mean "another tab's code"."""
    try:
        client = arrival.banks.of(attempt)
        return client.redeem(attempt, answer.code or "", answer.state, arrival.now(), arrival.visit)
    except GrantRefused as err:
        if known:
            raise
        _count_try(arrival.vault, attempt)
        raise OtherWindow from err


def check_identity(arrival: Arrival, attempt: Attempt, grant: Grant) -> None:
    """Refuse an exchange without an ID token where this way has given one before, or without the `nonce` that was sent.

    Source: OpenID Connect Core 1.0, sections 3.1.3.3 and 3.1.3.7, item 11.
    """
    if attempt.nonce is not None and grant.nonce != attempt.nonce:
        raise ConsentMismatch("id_token nonce")
    way = arrival.banks.of(attempt).way
    if grant.subject is not None:
        precedents.note(arrival.server, way, precedents.ID_TOKEN, arrival.now())
    elif precedents.has_shown(arrival.server, way, precedents.ID_TOKEN):
        raise ConsentMismatch("id_token")


def _count_try(vault: Vault, attempt: Attempt) -> None:
    kept = vault.get(kinds.ATTEMPT, attempt.name)
    if kept is None:
        return
    before = SHAPE.read(kept)
    tried = replace(attempt, tries=(before.tries if before else MOST_TRIES) + 1)
    if tried.tries >= MOST_TRIES:
        vault.delete(kinds.ATTEMPT, attempt.name)
    else:
        vault.replace(kinds.ATTEMPT, kept, SHAPE.write(tried.to_json()), kept.expires_at)


def keep(arrival: Arrival, answer: AuthorizationResponse, grant: Grant) -> None:
    """Check 10: one row for the connection, one stub for what we must still know when the browser is gone.

    The connection and the new edition are written in one step: there is no moment at which a session that does not
    know the edition could find the connection. Raises SignedOut where the customer signed out while the code was
    exchanged, OtherWindow where another return was finished meanwhile: nothing is kept then.
    """
    ends = (arrival.now() + arrival.remembered).timestamp()
    make_room(arrival.vault, arrival.now, ends)
    connections.keep(arrival.vault, grant, arrival.edition, ends)
    arrival.kept(answer, grant)
    stub = {
        "consent_id": grant.consent_id,
        "bank": grant.draft.bank_name,
        "issuer": grant.issuer,
        "until": grant.until.timestamp(),
        "state": "Authorized",
        "changed_at": grant.authorized_at.timestamp(),
    }
    arrival.server.put(kinds.STUB, grant.consent_id, STUB.write(stub), grant.until.timestamp())


def make_room(vault: Vault, now: Callable[[], datetime], ends: float) -> None:
    """Make history of connections whose access has ended, and drop what was read: the new one takes their place.

    `ends`: epoch seconds, until when that history is kept.
    """
    for consent_id in connections.retire_ended(vault, now(), ends):
        Shelf(vault, now).clear(consent_id)
        Pauses(vault, consent_id, now).clear()
