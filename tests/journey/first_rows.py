"""Rows as they were written before they carried a version, taken from a store of that time, and as they were later.

They stay as they are, whatever the rows of today look like: a store may hold such ones for as long as a connection is
remembered. Only the addresses of the bank are made up.
"""

from __future__ import annotations

from typing import Any

ISSUER = "https://bank.example/auth1"
CONSENT = "e62aadf9-0d07-42aa-9c8c-c1fbe0875bde"
ACCOUNT = "100004000000000000000001"
CLIENT = "https://rp.example/openid_relying_party/01643bc7-a7b6-47ce-8536-43930f7d9884"
READING = "1c78d77f5006c03f"

DRAFT: dict[str, Any] = {
    "permissions": ["ReadAccountsBasic", "ReadAccountsDetail", "ReadBalances"],
    "until": 1797969599,
    "tpp_name": "Mizan",
    "bank_name": "Model Bank",
    "purpose": "AccountAggregation",
    "version": "2026-11",
}

ATTEMPT: dict[str, Any] = {
    "consent_id": CONSENT,
    "code_verifier": "6dc02b25-30d1-4a29-8c3e-75ce197a4311eeab90b2-e016-4189-af64-5430ef7ecac3",
    "issuer": ISSUER,
    "client_id": CLIENT,
    "expected_state": None,
    "draft": DRAFT,
    "started_at": 1795343400.0,
    "tries": 0,
}

CONNECTION: dict[str, Any] = {
    "consent_id": CONSENT,
    "issuer": ISSUER,
    "until": 1797969599.0,
    "authorized_at": 1795343400.0,
    "draft": DRAFT,
    "tokens": {
        "access_token": "1d188adb-358e-4102-bda6-3e887d746020",
        "expires_at": 1795344000.0,
        "refresh_token": "a71c4e33-455e-4306-a74d-bccb02186409",
    },
    "bank_until": 1797969599.0,
    "halt": None,
    "client_id": CLIENT,
    "subject": "c3d1b9f4-7e28-4b5a-8f61-5a2e90d7c422",
}

SECOND: dict[str, Any] = {"bank_id": ISSUER, "client": "starter-kit", "api_version": "v1.2", "shape": 1}
"""What version 1 added, while the route alone said which bank it is: the draft in these rows names none."""

SECOND_ATTEMPT: dict[str, Any] = {**ATTEMPT, **SECOND, "nonce": "of the request"}
SECOND_CONNECTION: dict[str, Any] = {**CONNECTION, **SECOND, "nonce": "of the request"}

BALANCES: dict[str, Any] = {
    "at": 1795343400.0,
    "reading": READING,
    "body": {
        "Data": {
            "AccountId": ACCOUNT,
            "Balance": [
                {
                    "CreditDebitIndicator": "Credit",
                    "Type": "InterimAvailable",
                    "DateTime": "2026-11-22T10:30:00+00:00",
                    "Amount": {"Amount": "48215.60", "Currency": "AED"},
                }
            ],
        }
    },
}

FIGURES: dict[str, Any] = {
    "at": 1795343400.0,
    "reading": READING,
    "accounts": {"Data": {"Account": [{"AccountId": ACCOUNT, "Nickname": "Salary account", "Currency": "AED"}]}},
    "errors": {},
    "unfinished": True,
    "balances": {},
}

LATE: dict[str, Any] = {"consent_id": CONSENT, "account_id": ACCOUNT, "answer": BALANCES}

WAIT: dict[str, Any] = {"consent_id": CONSENT, "account_id": "", "error": "rate-limited", "firm": True}

SESSION: dict[str, Any] = {
    "_permanent": True,
    "vault": "D1JwKI/UkZSViwpC7u0in9uCrBd31cApAbh+4HAGOkg=",
    "cookie_at": 1795343400,
    "seen": 1795343400,
    "epoch": "a67zHtI_KUYWI5KkBwtuWQ",
    "auth_date": 1795343400,
    "test_bank": False,
    "connected": True,
    "csrf_token": "65e2dbbcc293516f563bc01606a83edfd31f664f",
}
