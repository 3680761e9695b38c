"""What a bank's `error` and `error_description` mean, as one of our reasons.

The pair decides, then the error alone; the text itself goes nowhere. Sources: the standard's list of
authorization errors (LFI pages), RFC 6749 section 4.1.2.1, and the v1.2 Model Bank's sentence for two cases.
"""

from __future__ import annotations

from tpp.errors import ConsentDenied

BY_DESCRIPTION = {
    "user_rejected_consent": "declined",
    "user_failed_to_authenticate": "not-authenticated",
    "user_account_blocked": "login-blocked",
    "user_lacks_eligible_accounts": "no-eligible-account",
    "consent_not_supported": "not-supported",
    "session_expired": "session-expired",
    "lfi_internal_error": "bank-error-on-the-way",
    "api_hub_communication_error": "hub-error",
    "lfi_temporarily_unavailable": "bank-unavailable",
}

BY_ERROR = {
    "access_denied": "not-approved",
    "server_error": "bank-error-on-the-way",
    "temporarily_unavailable": "bank-unavailable",
}

OTHERWISE = "request-refused"

REASONS = frozenset({*BY_DESCRIPTION.values(), *BY_ERROR.values(), OTHERWISE})

_SENTENCES = {
    "the user rejected the consent": "declined",
    "the user cancelled the transaction or failed to login": "not-approved",
}


def refusal_of(error: str, description: str | None) -> ConsentDenied:
    """Return the refusal that a pair stands for; unknown pairs fall back on the error, then on one for all."""
    told = (description or "").strip()
    reason = BY_DESCRIPTION.get(told) or _SENTENCES.get(told.rstrip(".").lower()) or BY_ERROR.get(error)
    return ConsentDenied(reason or OTHERWISE)
