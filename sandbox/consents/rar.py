"""`authorization_details` of a pushed request: exactly one account-access consent, a closed schema.

Each version has its rules in `rar_rules`; what is checked here is the same in both.
Source: UAE Open Finance Standard v1.2 and v2.1, `POST /par`; RFC 9396 section 5.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sandbox.consents.rar_rules import ACCOUNTS, REQUIRED, RULES
from sandbox.ground.errors import invalid_request
from sandbox.ground.instants import one_year_after, read_instant
from sandbox.ground.versions import BY_TYPE

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.consents.rar_rules import Rules

ACCOUNT_TYPES = ("Retail", "SME", "Corporate")
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
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def check_authorization_details(details: object, now: datetime) -> dict[str, Any]:
    """Return the one checked element. Raises `OAuthError` `invalid_request` naming the faulty field."""
    if not isinstance(details, list) or len(details) != 1:
        raise invalid_request("authorization_details must hold exactly one element")
    element = _closed(details[0], "authorization_details[0]", {"type", "consent"}, {"subscription"})
    kind = element["type"]
    if not isinstance(kind, str) or kind not in BY_TYPE:
        raise invalid_request("type of the authorization_details is not supported")
    rules = RULES[BY_TYPE[kind]]
    consent = _closed(element["consent"], "consent", REQUIRED, rules.optional)
    _check_ids(consent, rules)
    _check_permissions(consent["Permissions"], rules)
    _check_dates(consent, rules, now)
    _check_lists(consent, rules)
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


def _check_ids(consent: dict[str, Any], rules: Rules) -> None:
    for name in ("ConsentId", "BaseConsentId"):
        if name not in consent:
            continue
        value = consent[name]
        if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_ID:
            raise invalid_request(f"{name} must have 1 to {LONGEST_ID} characters")
        if rules.uuids and UUID.fullmatch(value) is None:
            raise invalid_request(f"{name} must be a UUID")
    if not _fits_a_path(consent["ConsentId"]):
        raise invalid_request("ConsentId must not hold a slash or a control character, nor be a dot or two")


def _fits_a_path(consent_id: str) -> bool:
    """Tell whether a consent of this id could be read by its path, percent-encoded. Source: RFC 3986 section 3.3."""
    unfit = any(each == "/" or unicodedata.category(each) == "Cc" for each in consent_id)
    return not unfit and consent_id not in (".", "..")


def _check_permissions(asked: object, rules: Rules) -> None:
    if not isinstance(asked, list) or not asked:
        raise invalid_request("Permissions must be a list with at least one entry")
    if any(not isinstance(name, str) for name in asked):
        raise invalid_request("Permissions must hold text only")
    if locked := rules.certified & set(asked):
        raise invalid_request(f"Permissions holds {min(locked)}, for which this client is not certified")
    if not rules.permissions.issuperset(asked):
        raise invalid_request("Permissions holds an unknown permission")
    if rules.bound & set(asked) and not ACCOUNTS & set(asked):
        raise invalid_request("Permissions needs ReadAccountsBasic or ReadAccountsDetail for account data")


def _check_dates(consent: dict[str, Any], rules: Rules, now: datetime) -> None:
    expires = _instant(consent, "ExpirationDateTime")
    if expires <= now:
        raise invalid_request("ExpirationDateTime must be in the future")
    if expires >= one_year_after(now):
        raise invalid_request("ExpirationDateTime must be less than one year ahead")
    read = _day if rules.whole_days else _instant
    window = [read(consent, name) for name in rules.window if name in consent]
    if window != sorted(window):
        raise invalid_request(f"{rules.window[0]} must not be after {rules.window[1]}")


def _instant(consent: dict[str, Any], name: str) -> datetime:
    instant = read_instant(consent[name])
    if instant is None:
        raise invalid_request(f"{name} must be a date-time with an offset")
    return instant


def _day(consent: dict[str, Any], name: str) -> date:
    text = consent[name]
    try:
        if isinstance(text, str) and DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise invalid_request(f"{name} must be a date, yyyy-mm-dd")


def _check_lists(consent: dict[str, Any], rules: Rules) -> None:
    for name, known in (("AccountType", ACCOUNT_TYPES), ("AccountSubType", rules.sub_types)):
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
