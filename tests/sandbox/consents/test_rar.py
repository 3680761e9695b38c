"""`authorization_details`: every rule has a consent that breaks it alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.helpers import (
    DROP,
    START,
    details,
    merged,
)
from tests.sandbox.reading import refused

if TYPE_CHECKING:
    from tests.sandbox.helpers import Claims, Clock, RelyingParty


ONLY_LATER = (
    "ReadStatements",
    "ReadProductFinanceRates",
    "ReadFXTransactionsBasic",
    "ReadFXTransactionsDetail",
    "ReadFXRemittanceCharges",
)
"""Permissions of v2.1; the finance rates need a certification even there."""

ACCOUNT_BOUND = (
    "ReadBalances",
    "ReadBeneficiariesBasic",
    "ReadBeneficiariesDetail",
    "ReadTransactionsBasic",
    "ReadTransactionsDetail",
    "ReadTransactionsCredits",
    "ReadTransactionsDebits",
    "ReadScheduledPaymentsBasic",
    "ReadScheduledPaymentsDetail",
    "ReadDirectDebits",
    "ReadStandingOrdersBasic",
    "ReadStandingOrdersDetail",
    "ReadProduct",
)
BY_THEMSELVES = ("ReadAccountsBasic", "ReadAccountsDetail", "ReadParty", "ReadPartyUser", "ReadPartyUserIdentity")
PURPOSES = (
    "AccountAggregation",
    "RiskAssessment",
    "TaxFiling",
    "Onboarding",
    "Verification",
    "QuoteComparison",
    "BudgetingAnalysis",
    "FinancialAdvice",
    "AuditReconciliation",
)


@pytest.mark.parametrize(
    "changes",
    [
        *({"Permissions": [name]} for name in BY_THEMSELVES),
        *({"Permissions": [name, level]} for name in ACCOUNT_BOUND for level in BY_THEMSELVES[:2]),
        {"Permissions": ["ReadConsents", "ReadAccountsBasic"]},
        *({"OpenFinanceBilling": {"UserType": "SME", "Purpose": purpose}} for purpose in PURPOSES),
        *({"OpenFinanceBilling": {"UserType": kind, "Purpose": "TaxFiling"}} for kind in ("Retail", "Corporate")),
        {"ConsentId": "c" * 128, "BaseConsentId": "b" * 128},
        {"ConsentId": "c"},
        {"TransactionFromDateTime": "2026-02-01T00:00:00Z", "TransactionToDateTime": "2026-02-01T00:00:00Z"},
        {"OnBehalfOf": {}},
        {"ExpirationDateTime": "2026-11-22T13:30:01+04:00"},
    ],
    ids=str,
)
def test_a_consent_within_the_rules_is_taken(party: RelyingParty, changes: Claims) -> None:
    assert party.push(authorization_details=details(changes)).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"ConsentId": DROP},
        {"ConsentId": ""},
        {"ConsentId": "c" * 129},
        {"ConsentId": 5},
        *({"ConsentId": name} for name in ("a/b", "/", ".", "..", "a\n", "a\x00b", "\x7f", "\x85")),
        {"BaseConsentId": ""},
        {"BaseConsentId": "b" * 129},
        {"BaseConsentId": None},
        {"Permissions": DROP},
        {"Permissions": []},
        {"Permissions": "ReadAccountsBasic"},
        {"Permissions": ["ReadEverything"]},
        {"Permissions": [["ReadAccountsBasic"]]},
        *({"Permissions": [name, "ReadAccountsBasic"]} for name in ONLY_LATER),
        *({"Permissions": [name, "ReadParty"]} for name in ACCOUNT_BOUND),
        {"ExpirationDateTime": DROP},
        {"ExpirationDateTime": "2027-01-01"},
        {"ExpirationDateTime": "2027-01-01T00:00:00"},
        {"ExpirationDateTime": "2027-13-01T00:00:00Z"},
        {"ExpirationDateTime": 1800000000},
        {"ExpirationDateTime": "2025-12-25T00:00:00.000Z"},
        {"ExpirationDateTime": START.isoformat()},
        {"ExpirationDateTime": START.replace(year=2027).isoformat()},
        {"TransactionFromDateTime": "2026-01-01"},
        {"TransactionToDateTime": None},
        {
            "TransactionFromDateTime": "2026-02-01T00:00:00Z",
            "TransactionToDateTime": "2026-01-01T00:00:00Z",
        },
        {"AccountType": ["Private"]},
        {"AccountType": "Retail"},
        {"AccountSubType": ["CreditCard"]},
        {"AccountSubType": [["Savings"]]},
        {"OnBehalfOf": "Other"},
        {"OnBehalfOf": {"Name": "x"}},
        {"OnBehalfOf": {"TradingName": 1}},
        {"OnBehalfOf": {"IdentifierType": "Licence"}},
        {"OpenFinanceBilling": DROP},
        {"OpenFinanceBilling": {"UserType": "Retail"}},
        {"OpenFinanceBilling": {"UserType": "Private", "Purpose": "AccountAggregation"}},
        {"OpenFinanceBilling": {"UserType": "Retail", "Purpose": "Curiosity"}},
        {"OpenFinanceBilling": {"UserType": "Retail", "Purpose": "TaxFiling", "Extra": 1}},
        {"FromDate": "2026-01-01"},
        {"OpenFinanceBilling": []},
        {"OpenFinanceBilling": {"UserType": "Retail", "Purpose": ["TaxFiling"]}},
    ],
    ids=str,
)
def test_a_faulty_consent_is_refused(party: RelyingParty, changes: Claims) -> None:
    refused(party.push(authorization_details=details(changes)), "invalid_request")


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "urn:openfinanceuae:account-access-consent:v2.0"},
        {"type": ["urn:openfinanceuae:account-access-consent:v1.2"]},
        {"type": DROP},
        {"consent": DROP},
        {"consent": []},
        {"locations": []},
        {"subscription": {}},
        {"subscription": {"Webhook": {"Url": "https://x.example"}}},
        {"subscription": {"Webhook": {"Url": "https://x.example", "IsActive": "yes"}}},
        {"subscription": {"Webhook": {"Url": 1, "IsActive": True}}},
        {"subscription": {"Webhook": {"Url": "https://x.example", "IsActive": True, "Secret": "x"}}},
        {"subscription": {"Webhook": {"Url": "https://x.example", "IsActive": True}, "More": 1}},
        {"subscription": None},
    ],
    ids=str,
)
def test_a_faulty_element_is_refused(party: RelyingParty, changes: Claims) -> None:
    element = merged(details()[0], changes)
    refused(party.push(authorization_details=[element]), "invalid_request")


@pytest.mark.parametrize("count", [0, 2])
def test_there_must_be_exactly_one_element(party: RelyingParty, count: int) -> None:
    elements: list[Any] = [details()[0] for _ in range(count)]
    refused(party.push(authorization_details=elements), "invalid_request")


def test_a_consent_id_is_never_taken_twice(party: RelyingParty, clock: Clock) -> None:
    party.pushed({"ConsentId": "once"})
    clock.advance(days=2)
    changes = {"ConsentId": "once", "ExpirationDateTime": (clock() + timedelta(days=9)).isoformat()}
    answer = party.push(authorization_details=details(changes))
    assert "used before" in refused(answer, "invalid_request")


def test_one_second_less_than_a_year_ahead_is_taken(party: RelyingParty) -> None:
    last = START.replace(year=2027) - timedelta(seconds=1)
    assert party.push(authorization_details=details({"ExpirationDateTime": last.isoformat()})).status_code == 201
