"""Every error of the relying party, one class per cause.

    MizanError
      BankError                     the Starter Kit or the bank, while we asked it
        BankUnreachable             refused, name not found, connection broken
        BankCertificateUntrusted    something answers there, with a certificate that we do not trust
        BankTimeout                 no answer within the deadline
        MalformedResponse           an answer that cannot be read; names the JSON pointer, never the value
        UntrustedRedirect           `redirect` leads where no customer may be sent
        BankRefused                 an answer of 4xx or 5xx
          TokenRejected             401: the access token is not taken
          GrantRefused              `invalid_grant`: this code or refresh token is no good (RFC 6749, 5.2)
          RateLimited               429
          BankFault                 5xx
          ConsentHalted             the consent is stopped, invalid, run out or suspended at the bank
          AccountRefused            this resource is not given; `reason` says why
        OtherAccount                the answer is about another account than the one that was asked for
      CallbackRefused               the return from the bank fails one of our checks
        MalformedCallback           a parameter is missing, doubled or not what it must be
        UnknownAttempt              no attempt of this browser belongs to it (RFC 9700, 2.1)
          StateUnreadable           its state cannot be read, though this Starter Kit's states can
        AttemptLate                 the attempt is older than ten minutes
        IssuerMissing, IssuerMismatch   RFC 9207, 2.4
        ConsentMismatch             tokens for another consent, or claims that are not ours
          ClockDiffers              claims that by our clock are of a time to come, or over
        OtherWindow                 the code belongs to an attempt in another tab
      ConsentDenied                 the bank came back with `error` (RFC 6749, 4.1.2.1)
      SignedOut                     the customer signed out while we were at it
      StoreUnavailable              our own store cannot be read or written: full, read-only, damaged
      NotConnected                  there is no such connection here (any more)
        VaultClosed                 another return from the bank, or a sign-out, was faster
      ReconnectNeeded               only a new consent helps: no token left that the bank would take

`reason` is the stable word for logs and pages; the sentences for people are in `tpp.pages`, one file per phase.
Errors are built from values, never from upstream prose.
"""

from __future__ import annotations

import re


class MizanError(Exception):
    """Base of all; `reason` is a slug, the same for every instance of a class unless it says otherwise."""

    reason = "unexpected"

    def __str__(self) -> str:
        """Name the cause; nothing secret is ever part of it."""
        return self.reason


class BankError(MizanError):
    """Something went wrong while the Starter Kit or the bank was asked."""

    reason = "bank-error"


class BankUnreachable(BankError):
    """Nobody answers at that address."""

    reason = "unreachable"


class BankCertificateUntrusted(BankError):
    """The server's certificate fails a check; `check` says which, in the words of the TLS library."""

    reason = "certificate"

    def __init__(self, check: str) -> None:
        super().__init__(check)
        self.check = check

    def __str__(self) -> str:
        """Name the check that failed."""
        return f"{self.reason} ({self.check})"


class BankTimeout(BankError):
    """No whole answer within the deadline."""

    reason = "timeout"


class MalformedResponse(BankError):
    """An answer that cannot be used; `pointer` (RFC 6901) says where, and no value is kept."""

    reason = "malformed"

    def __init__(self, pointer: str) -> None:
        super().__init__(pointer)
        self.pointer = pointer

    def __str__(self) -> str:
        """Name the place."""
        return f"{self.reason} at {self.pointer or '/'}"


class UntrustedRedirect(BankError):
    """The `redirect` of the consent does not lead to the bank that we expect."""

    reason = "untrusted-redirect"


class BankRefused(BankError):
    """An answer of 4xx or 5xx; `code` is a word of the standards' closed lists, or None.

    `retry_after`: seconds until the bank wants to be asked again, where it said so.
    """

    reason = "refused"

    def __init__(self, status: int, code: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.retry_after = retry_after

    def __str__(self) -> str:
        """Give status and code word."""
        return f"{self.reason} {self.status} {self.code or '-'}"


class TokenRejected(BankRefused):
    """401: the access token is expired, revoked or unknown."""

    reason = "token-rejected"


class GrantRefused(BankRefused):
    """`invalid_grant`: the code or the refresh token is used, expired, revoked or not for us."""

    reason = "grant-refused"


class RateLimited(BankRefused):
    """429: the bank asks us to wait."""

    reason = "rate-limited"


class BankFault(BankRefused):
    """5xx: a technical problem on their side."""

    reason = "bank-fault"


class ConsentHalted(BankRefused):
    """The bank no longer serves this consent. `reason`: `consent-` and how it stands there.

    `ended`: for good, so that only a new consent helps; a suspended one may come back.
    """

    def __init__(self, status: int, code: str, reason: str, *, ended: bool) -> None:
        super().__init__(status, code)
        self.reason = reason
        self.ended = ended


class AccountRefused(BankRefused):
    """The bank says by a code word why it does not give this; `reason` is our slug for the word."""

    def __init__(self, status: int, code: str, reason: str) -> None:
        super().__init__(status, code)
        self.reason = reason


class OtherAccount(BankError):
    """The answer names another account than the one that was asked for; nothing of it is used."""

    reason = "other-account"


class CallbackRefused(MizanError):
    """The callback fails one of our checks; no code was exchanged because of it."""

    reason = "callback-refused"


class MalformedCallback(CallbackRefused):
    """A parameter is missing, doubled or of the wrong form."""

    reason = "malformed-callback"


class UnknownAttempt(CallbackRefused):
    """This browser has no attempt that the callback could belong to: forged, foreign, or long gone."""

    reason = "unknown-attempt"


class StateUnreadable(UnknownAttempt):
    """The state cannot be read, though those of this Starter Kit can: by the settings, or since one was seen."""

    def __str__(self) -> str:
        """Say more than the page: whoever has changed the kit must know which setting to look at."""
        return f"{self.reason}: the state cannot be read, as this Starter Kit's states can (STATE_FORM)"


class AttemptLate(CallbackRefused):
    """The customer came back more than ten minutes after the start."""

    reason = "late"


class IssuerMissing(CallbackRefused):
    """No `iss` in the authorization response, though the bank must send one (RFC 9207, section 2)."""

    reason = "no-issuer"


class IssuerMismatch(CallbackRefused):
    """`iss` names another authorization server: a mix-up attack (RFC 9207, section 2.4), or a wrong setting.

    For the log: the issuer that was expected, and the origin of the one that came.
    """

    reason = "wrong-issuer"

    def __init__(self, expected: str = "", came: str = "") -> None:
        super().__init__(expected, came)
        self.expected = expected
        self.came = came

    def __str__(self) -> str:
        """Say what to compare. What came is somebody else's text: only its origin, printable and short."""
        origin = re.match(r"https?://[A-Za-z0-9.:\[\]-]{1,100}", self.came)
        return (
            f"{self.reason}: {self.expected[:200]} was expected, and one of {origin[0] if origin else 'no address'} "
            "came; if that is your bank, set BANK_ISSUER to its issuer"
        )


class ConsentMismatch(CallbackRefused):
    """The tokens are for another consent than ours, or the ID token is not for us; they were thrown away.

    `what`: the claim or member at fault, by its name; no value is kept.
    """

    reason = "consent-mismatch"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        """Name the claim."""
        return f"{self.reason}: {self.what}"


class ClockDiffers(ConsentMismatch):
    """The ID token is of a time to come, or over, by our clock: most likely one of the two clocks is off."""

    reason = "clock-differs"


class OtherWindow(CallbackRefused):
    """The code does not fit the newest attempt: most likely an older tab came back."""

    reason = "other-window"


class ConsentDenied(MizanError):
    """The bank answered with an error. The instance's `reason` is our slug for the pair it sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SignedOut(MizanError):
    """The customer signed out while a return was being dealt with; what came of it was not kept."""

    reason = "signed-out"


class StoreUnavailable(MizanError):
    """The store failed; `detail` is the word of the layer below (`SQLITE_FULL`, `EROFS`), never a value or a path."""

    reason = "store-unavailable"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        """Give the word for the log."""
        return f"{self.reason} {self.detail}"


class NotConnected(MizanError):
    """The connection is not (or no longer) kept in this browser."""

    reason = "not-connected"


class VaultClosed(NotConnected):
    """What this session could open when the request began, it no longer can: the edition is another one.

    `signed_out`: because the customer signed out, and not because a return from the bank was finished meanwhile.
    """

    def __init__(self, *, signed_out: bool = False) -> None:
        super().__init__(signed_out)
        self.signed_out = signed_out


class ReconnectNeeded(MizanError):
    """Access ended: no refresh token, or the bank refuses it. Only a new consent helps."""

    reason = "reconnect"
