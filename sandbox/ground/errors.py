"""What the bank refuses with, by who asks.

`OAuthError` is the answer of `/as1` (400 with a code word), `ResourceError` the answer of
`/rs1` (`Errors` with a code, or no body at all), `PageError` the bank's own page for a browser
that must not be sent anywhere. Source: RFC 6749 section 5.2; v1.2 `AEErrorResponse`.
"""

from __future__ import annotations


class OAuthError(Exception):
    """An OAuth error body with status 400. `description` is plain ASCII for developers."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description


class ResourceError(Exception):
    """A refusal of a resource. Without a `code` the answer has no body, as 401 and 404 demand.

    `challenge` is what `WWW-Authenticate` says of a 401.
    """

    def __init__(self, status: int, code: str = "", message: str = "", challenge: str = "") -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message
        self.challenge = challenge


class PageError(Exception):
    """The browser gets the bank's own error page, status 400, and is redirected nowhere.

    `reason` names the case for the log; the page says the same to everybody.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def invalid_request(description: str) -> OAuthError:
    """Return the refusal of a malformed request."""
    return OAuthError("invalid_request", description)


def invalid_client(description: str) -> OAuthError:
    """Return the refusal of a client that did not prove who it is."""
    return OAuthError("invalid_client", description)


def invalid_grant(description: str) -> OAuthError:
    """Return the refusal of a code, verifier or refresh token."""
    return OAuthError("invalid_grant", description)
