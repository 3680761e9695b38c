"""`authorization_details` of v2.1: every rule of its own has a consent that breaks it alone."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from sandbox.consents.rar_rules import RULES
from sandbox.ground.versions import V21
from tests.sandbox import specs
from tests.sandbox.helpers import DROP, START, consent_claims, merged
from tests.sandbox.helpers import details as details_v12
from tests.sandbox.newer import CONSENT_TYPE, details
from tests.sandbox.reading import refused

if TYPE_CHECKING:
    from tests.sandbox.helpers import Claims, RelyingParty

ELEMENT = (
    "AEBankDataSharingRichAuthorizationRequestsV21.AEBankDataSharingAuthorizationDetailsProperties",
    "AEPushedAuthorizationRequests.AEPushedAuthorizationResponseBody",
)
ID = "0f8a1c5e-6a1d-4a53-9d0a-3f1c0f6b8e21"
FULL = {
    "ConsentId": ID,
    "BaseConsentId": ID,
    "Permissions": sorted(RULES[V21].permissions),
    "FromDate": "2026-01-01",
    "ToDate": "2026-12-31",
    "AccountType": ["Retail", "SME", "Corporate"],
    "AccountSubType": ["CurrentAccount", "Savings", "CreditCard", "Mortgage", "Finance"],
    "OnBehalfOf": {"TradingName": "x", "LegalName": "y", "IdentifierType": "Other", "Identifier": "z"},
}


@pytest.mark.parametrize(
    "changes",
    [
        {"ConsentId": DROP},
        {"ConsentId": "not-a-uuid"},
        {"ConsentId": ID.replace("-", "")},
        {"ConsentId": f"{{{ID}}}"},
        {"ConsentId": f"urn:uuid:{ID}"},
        {"ConsentId": ID + "\n"},
        {"ConsentId": 5},
        {"BaseConsentId": "existing-consent-id"},
        {"BaseConsentId": None},
        {"Permissions": []},
        {"Permissions": [["ReadAccountsBasic"]]},
        {"Permissions": ["ReadAccountsBasic", "ReadConsents"]},
        {"Permissions": ["ReadAccountsBasic", "ReadTransactionsCredits"]},
        {"Permissions": ["ReadAccountsBasic", "ReadTransactionsDebits"]},
        {"Permissions": ["ReadStatements"]},
        {"Permissions": ["ReadFXTransactionsBasic", "ReadParty"]},
        {"Permissions": ["ReadFXTransactionsDetail"]},
        {"Permissions": ["ReadFXRemittanceCharges"]},
        {"ExpirationDateTime": DROP},
        {"ExpirationDateTime": START.isoformat()},
        {"ExpirationDateTime": START.replace(year=2027).isoformat()},
        {"TransactionFromDateTime": "2026-01-01T00:00:00Z"},
        {"TransactionToDateTime": "2026-01-01T00:00:00Z"},
        {"FromDate": "2026-01-01T00:00:00Z"},
        {"FromDate": "20260101"},
        {"FromDate": "2026-02-30"},
        {"FromDate": "٢٠٢٦-٠١-٠١"},
        {"FromDate": None},
        {"ToDate": "2026-W01-1"},
        {"ToDate": 20260101},
        {"FromDate": "2026-01-02", "ToDate": "2026-01-01"},
        {"AccountSubType": ["PrepaidCard"]},
        {"AccountSubType": "CreditCard"},
        {"AccountType": ["Private"]},
        {"OpenFinanceBilling": {"UserType": "Retail", "Purpose": "TaxFiling", "IsLargeCorporate": True}},
    ],
    ids=str,
)
def test_a_faulty_consent_of_v21_is_refused(party: RelyingParty, changes: Claims) -> None:
    refused(party.push(authorization_details=details(changes)), "invalid_request")


def test_finance_rates_are_refused_with_the_reason(party: RelyingParty) -> None:
    asked = ["ReadAccountsBasic", "ReadProduct", "ReadProductFinanceRates"]
    told = refused(party.push(authorization_details=details({"Permissions": asked})), "invalid_request")
    assert "ReadProductFinanceRates" in told
    assert "not certified" in told


def test_everything_that_v21_knows_is_taken_and_valid(party: RelyingParty) -> None:
    element = details(FULL)[0] | {"subscription": {"Webhook": {"Url": "https://x.example", "IsActive": True}}}
    assert specs.faults(specs.AUTHORIZATION_V21, ELEMENT[0], element) == []
    answer = party.push(authorization_details=[element])
    assert answer.status_code == 200
    assert specs.faults(specs.AUTHORIZATION_V21, ELEMENT[1], answer.get_json()) == []


@pytest.mark.parametrize("end", ["FromDate", "ToDate"])
def test_one_end_of_the_window_is_enough(party: RelyingParty, end: str) -> None:
    assert party.push(authorization_details=details({end: "2026-01-01"})).status_code == 200


def test_an_id_in_capitals_is_a_uuid(party: RelyingParty) -> None:
    assert party.push(authorization_details=details({"ConsentId": str(uuid.uuid4()).upper()})).status_code == 200


def test_each_type_keeps_to_its_own_schema(party: RelyingParty) -> None:
    new_words = consent_claims({"FromDate": "2026-01-01"})
    old_words = consent_claims({"TransactionFromDateTime": "2026-01-01T00:00:00Z"})
    old, new = details_v12()[0], details()[0]
    refused(party.push(authorization_details=[merged(old, {"consent": new_words})]), "invalid_request")
    refused(party.push(authorization_details=[merged(new, {"consent": old_words})]), "invalid_request")
    assert new["type"] == CONSENT_TYPE


def test_the_list_of_permissions_is_that_of_the_standard() -> None:
    name = "AEBankDataSharingRichAuthorizationRequests.AEBankDataSharingConsentPermissionCodes"
    known = RULES[V21].permissions | RULES[V21].certified
    assert [each for each in known if specs.faults(specs.AUTHORIZATION_V21, name, each)] == []
    assert len(known) == 21


def test_an_id_is_taken_once_in_both_versions_together(party: RelyingParty) -> None:
    assert party.push(authorization_details=details({"ConsentId": ID})).status_code == 200
    told = refused(party.push(authorization_details=details_v12({"ConsentId": ID})), "invalid_request")
    assert "used before" in told
