"""Reading an answer of the Starter Kit: JSON of a success, or the error behind one of its many shapes.

The shapes (Starter Kit reference, section 4): `{"description"}` from its own checks, `{"error": "prose"}`,
`{"error": "code_word", "error_description"}` from the bank's OAuth endpoints, `{"Errors": [{"Code"}]}` from its
resources, a JSON string, HTML, and nothing at all. Upstream prose is never kept: only code words of the closed
lists come out of here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from tpp.bank.read import DOUBLED
from tpp.errors import (
    AccountRefused,
    BankFault,
    BankRefused,
    ConsentHalted,
    GrantRefused,
    MalformedResponse,
    RateLimited,
    TokenRejected,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tpp.bank.transport import Reply

OAUTH_CODES = frozenset(
    {
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "access_denied",
        "server_error",
        "temporarily_unavailable",
        "invalid_client_metadata",
    }
)
"""RFC 6749 sections 4.1.2.1 and 5.2, and RFC 7591 section 3.2.2; any other `error` is prose."""

HALTED = {
    "Consent.Revoked": ("consent-revoked", True),
    "Consent.Expired": ("consent-expired", True),
    "Consent.Invalid": ("consent-invalid", True),
    "Consent.Suspended": ("consent-suspended", False),
}
"""What the bank says of the whole consent (v1.2 `AEErrorCode`): our word for it, and whether it is for good."""

REFUSED = {
    "AccessToken.InvalidScope": "not-shared",
    "Consent.TransientAccountAccessFailure": "account-away",
    "Consent.AccountTemporarilyBlocked": "account-blocked",
    "Consent.PermanentAccountAccessFailure": "account-closed",
    "Consent.BusinessRuleViolation": "against-rule",
    "GenericRecoverableError": "recoverable",
    "GenericError": "generic",
}
"""What it says of one resource; the words of the `Resource` family all come down to the same."""

RESOURCE_FAMILY, RESOURCE_UNKNOWN = "Resource.", "resource-unknown"

DEEPEST = 40
"""No answer of the standards nests deeper than a dozen levels; what is kept is walked through more than once."""

BAD_REQUEST, FORBIDDEN = 400, 403

_RESOURCE_CODE = re.compile(r"[A-Za-z]{1,40}(\.[A-Za-z0-9]{1,60})?")

UNAUTHORIZED, TOO_MANY, SERVER_ERRORS = 401, 429, 500


def success(reply: Reply) -> dict[str, Any]:
    """Return the JSON object of a 2xx answer.

    Raises BankRefused or its subclass for another status, or for an OAuth error that comes as a success;
    MalformedResponse where there is no JSON object.
    """
    if not 200 <= reply.status < 300:  # noqa: PLR2004 - the class of success, RFC 9110 section 15.3
        raise refusal(reply)
    body = parse(reply.body)
    if not isinstance(body, dict):
        raise MalformedResponse("")
    if body.get("error") in OAUTH_CODES:
        raise refusal(reply)
    return body


def refusal(reply: Reply) -> BankRefused:
    """Turn an answer that is no success into the error it stands for."""
    code = error_code(parse(reply.body))
    if reply.status == UNAUTHORIZED:
        return TokenRejected(reply.status, code)
    if code == "invalid_grant":
        return GrantRefused(reply.status, code)
    if reply.status == TOO_MANY:
        return RateLimited(reply.status, code, reply.retry_after)
    if reply.status >= SERVER_ERRORS:
        return BankFault(reply.status, code, reply.retry_after)
    if code is not None and reply.status in (BAD_REQUEST, FORBIDDEN):
        return _by_code(reply.status, code)
    return BankRefused(reply.status, code)


def _by_code(status: int, code: str) -> BankRefused:
    """Tell what the bank's own word means; an unknown one is a plain refusal."""
    if code in HALTED:
        reason, ended = HALTED[code]
        return ConsentHalted(status, code, reason, ended=ended)
    known = REFUSED.get(code) or (RESOURCE_UNKNOWN if code.startswith(RESOURCE_FAMILY) else None)
    return AccountRefused(status, code, known) if known else BankRefused(status, code)


def parse(body: bytes) -> object:
    """Parse JSON; None for anything else, and for what nests deeper than `DEEPEST`.

    Amounts are strings in this API, so no float ever holds money. A name that comes twice in one object has no value
    (RFC 8259, 4: what it means is unpredictable).
    """
    try:
        parsed: object = json.loads(body, parse_constant=lambda _: None, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return parsed if _is_shallow(parsed) else None


def _is_shallow(value: object) -> bool:
    """Go down level by level, without recursion: whoever writes or reads the value later does recurse."""
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return True
    return False


def _inside(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its members; a doubled one gets a value that no reader takes for one."""
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _ in pairs)
        found |= {name: DOUBLED for name in found if times[name] > 1}
    return found


def error_code(body: object) -> str | None:
    """Return the code word of an error body, or None where it has prose only."""
    if not isinstance(body, dict):
        return None
    word = body.get("error")
    if isinstance(word, str) and word in OAUTH_CODES:
        return word
    errors = body.get("Errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    code = first.get("Code") if isinstance(first, dict) else None
    return code if isinstance(code, str) and _RESOURCE_CODE.fullmatch(code) else None
