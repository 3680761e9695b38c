"""``authorization_details`` of a pushed request: exactly one account-access consent, a closed schema.

The permissions are those of plain v1.2, which the Starter Kit was written against: it still offers
``ReadTransactionsCredits`` and ``ReadTransactionsDebits``, which errata1 took out.
Source: UAE Open Finance Standard v1.2, pushed-authorization-endpoint,
``AEAccountAccessAuthorizationDetailsConsent``; RFC 9396 section 5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.directory import CONSENT_TYPE
from sandbox.errors import invalid_request
from sandbox.instants import one_year_after, read_instant

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

PARTY = frozenset({"ReadParty", "ReadPartyUser", "ReadPartyUserIdentity"})
ACCOUNTS = frozenset({"ReadAccountsBasic", "ReadAccountsDetail"})
ACCOUNT_BOUND = frozenset(
    {
        "ReadBalances",
        "ReadBeneficiariesBasic",
        "ReadBeneficiariesDetail",
        "ReadTransactionsBasic",
        "ReadTransactionsDetail",
        "ReadTransactionsCredits",
        "ReadTransactionsDebits",
        "ReadProduct",
        "ReadScheduledPaymentsBasic",
        "ReadScheduledPaymentsDetail",
        "ReadDirectDebits",
        "ReadStandingOrdersBasic",
        "ReadStandingOrdersDetail",
    }
)
PERMISSIONS = ACCOUNTS | ACCOUNT_BOUND | PARTY | {"ReadConsents"}
ACCOUNT_TYPES = ("Retail", "SME", "Corporate")
ACCOUNT_SUB_TYPES = ("CurrentAccount", "Savings")
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
LONGEST_ID = 128

REQUIRED = frozenset({"ConsentId", "Permissions", "ExpirationDateTime", "OpenFinanceBilling"})
OPTIONAL = frozenset(
    {
        "BaseConsentId",
        "TransactionFromDateTime",
        "TransactionToDateTime",
        "AccountType",
        "AccountSubType",
        "OnBehalfOf",
    }
)


def check_authorization_details(details: object, now: datetime) -> dict[str, Any]:
    """Return the one checked element. Raises ``OAuthError`` ``invalid_request`` naming the faulty field."""
    if not isinstance(details, list) or len(details) != 1:
        raise invalid_request("authorization_details must hold exactly one element")
    element = _closed(details[0], "authorization_details[0]", {"type", "consent"}, {"subscription"})
    if element["type"] != CONSENT_TYPE:
        raise invalid_request("type of the authorization_details is not supported")
    consent = _closed(element["consent"], "consent", REQUIRED, OPTIONAL)
    _check_ids(consent)
    _check_permissions(consent["Permissions"])
    _check_dates(consent, now)
    _check_lists(consent)
    _check_behalf(consent)
    _check_billing(consent["OpenFinanceBilling"])
    _check_subscription(element)
    return element


def _closed(value: object, where: str, required: Collection[str], optional: Collection[str]) -> dict[str, Any]:
    """Return the object if it has all it must have and nothing else."""
    if not isinstance(value, dict):
        raise invalid_request(f"{where} must be an object")
    for name in required:
        if name not in value:
            raise invalid_request(f"{name} is missing in {where}")
    for name in value:
        if name not in required and name not in optional:
            raise invalid_request(f"{where} has a field that the schema does not know")
    return value


def _check_ids(consent: dict[str, Any]) -> None:
    for name in ("ConsentId", "BaseConsentId"):
        value = consent.get(name, "-")
        if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_ID:
            raise invalid_request(f"{name} must have 1 to {LONGEST_ID} characters")


def _check_permissions(asked: object) -> None:
    if not isinstance(asked, list) or not asked:
        raise invalid_request("Permissions must be a list with at least one entry")
    if any(not isinstance(name, str) or name not in PERMISSIONS for name in asked):
        raise invalid_request("Permissions holds an unknown permission")
    if ACCOUNT_BOUND & set(asked) and not ACCOUNTS & set(asked):
        raise invalid_request("Permissions needs ReadAccountsBasic or ReadAccountsDetail for account data")


def _check_dates(consent: dict[str, Any], now: datetime) -> None:
    expires = _instant(consent, "ExpirationDateTime")
    if expires <= now:
        raise invalid_request("ExpirationDateTime must be in the future")
    if expires >= one_year_after(now):
        raise invalid_request("ExpirationDateTime must be less than one year ahead")
    window = [_instant(consent, f"Transaction{end}DateTime") for end in ("From", "To") if _has(consent, end)]
    if window != sorted(window):
        raise invalid_request("TransactionFromDateTime must not be after TransactionToDateTime")


def _has(consent: dict[str, Any], end: str) -> bool:
    return f"Transaction{end}DateTime" in consent


def _instant(consent: dict[str, Any], name: str) -> datetime:
    instant = read_instant(consent[name])
    if instant is None:
        raise invalid_request(f"{name} must be a date-time with an offset")
    return instant


def _check_lists(consent: dict[str, Any]) -> None:
    for name, known in (("AccountType", ACCOUNT_TYPES), ("AccountSubType", ACCOUNT_SUB_TYPES)):
        values = consent.get(name, [])
        if not isinstance(values, list) or any(value not in known for value in values):
            raise invalid_request(f"{name} must be a list of {', '.join(known)}")


def _check_behalf(consent: dict[str, Any]) -> None:
    if "OnBehalfOf" not in consent:
        return
    fields = {"TradingName", "LegalName", "IdentifierType", "Identifier"}
    behalf = _closed(consent["OnBehalfOf"], "OnBehalfOf", (), fields)
    if any(not isinstance(value, str) for value in behalf.values()):
        raise invalid_request("OnBehalfOf must hold text only")
    if behalf.get("IdentifierType", "Other") != "Other":
        raise invalid_request("IdentifierType of OnBehalfOf must be Other")


def _check_billing(value: object) -> None:
    billing = _closed(value, "OpenFinanceBilling", ("UserType", "Purpose"), ())
    if billing["UserType"] not in ACCOUNT_TYPES:
        raise invalid_request(f"UserType must be one of {', '.join(ACCOUNT_TYPES)}")
    if billing["Purpose"] not in PURPOSES:
        raise invalid_request(f"Purpose must be one of {', '.join(PURPOSES)}")


def _check_subscription(element: dict[str, Any]) -> None:
    if "subscription" not in element:
        return
    subscription = _closed(element["subscription"], "subscription", ("Webhook",), ())
    webhook = _closed(subscription["Webhook"], "Webhook", ("Url", "IsActive"), ())
    if not isinstance(webhook["Url"], str) or not isinstance(webhook["IsActive"], bool):
        raise invalid_request("Webhook needs a Url and IsActive true or false")
