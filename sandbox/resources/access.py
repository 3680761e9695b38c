"""What the bearer token of a resource call opens: the client's own matters, or one person's consent.

A consent is read under the path of its own version alone. The standard only says that the two must be equal;
the refusal, 403 `Consent.Invalid`, is ours. It is also what v2.1 says of a revoked consent, having no
`Consent.Revoked`. Source: UAE Open Finance Standard v1.2, `AEErrorCode`; v2.1, `AEError403Code`.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from flask import request

from sandbox.authorization.grants import read_access
from sandbox.consents import consents
from sandbox.ground.errors import ResourceError
from sandbox.ground.services import Bank, bank
from sandbox.ground.versions import V12
from sandbox.stage.account_status import SHAREABLE, account_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.authorization.grants import Access
    from sandbox.consents.consents import Consent
    from sandbox.ground.versions import Version
    from sandbox.people.holders import Account


AUTH_DATE = "x-fapi-auth-date"
CHALLENGE, INVALID = "Bearer", 'Bearer error="invalid_token"'
DAYS, MONTHS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun", "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
FULL_DATE = re.compile(rf"({DAYS}), \d{{2}} ({MONTHS}) \d{{4}} \d{{2}}:\d{{2}}:\d{{2}} (GMT|UTC)", re.ASCII)


def permitted(version: Version, any_of: Collection[str]) -> Consent:
    """Return the consent behind the call's token, if it is of the version and holds one of the permissions.

    An empty `any_of` means a resource that no permission opens: it ends at 404.
    """
    consent = _consent_of(bank())
    check_version(consent, version)
    if consent.status == "Revoked" and version == V12:
        raise ResourceError(403, "Consent.Revoked", "The consent has been revoked.")
    if consent.status != "Authorized":
        raise ResourceError(403, "Consent.Invalid", f"The consent is {consent.status}.")
    if any_of and not set(any_of) & set(consent.permissions):
        raise ResourceError(403, "AccessToken.InvalidScope", "The consent does not hold the permission for this.")
    return consent


def check_version(consent: Consent, version: Version) -> None:
    """Raise 403 where a consent is used under the path of the other version."""
    if consent.version != version:
        raise ResourceError(403, "Consent.Invalid", f"The consent is of {consent.version}, the path of {version}.")


def access_of_call(served: Bank) -> Access:
    """Return what the call's bearer token opens.

    Raises 401 without a body but with a challenge, and 400 for a date that is none. Source: RFC 6750 section 3.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    given = token if scheme.lower() == "bearer" else ""
    access = read_access(served, given)
    if access is None:
        raise ResourceError(401, challenge=INVALID if given else CHALLENGE)
    if not all(_is_date(text) for text in request.headers.getlist(AUTH_DATE)):
        raise ResourceError(400, "Resource.InvalidFormat", f"{AUTH_DATE} is not an RFC 7231 date.")
    return access


def shared(consent: Consent, account_id: str) -> Account:
    """Return the account if it was chosen and may be shown. Source: v1.2 error codes for accounts."""
    found = account_of(consent.user, account_id) if account_id in consent.accounts else None
    if found is not None and found.status == "Suspended":
        raise ResourceError(403, "Consent.AccountTemporarilyBlocked", "The account is temporarily blocked.")
    if found is None or found.status not in SHAREABLE:
        raise ResourceError(403, "Consent.PermanentAccountAccessFailure", "The account is permanently inaccessible.")
    return found


def _is_date(text: str) -> bool:
    """Tell whether this is a day and a time that exist; the name of the weekday need not fit.

    Source: RFC 7231 section 7.1.1.1 (`IMF-fixdate`).
    """
    try:
        return FULL_DATE.fullmatch(text) is not None and bool(parsedate_to_datetime(text))
    except ValueError:
        return False


def _consent_of(served: Bank) -> Consent:
    access = access_of_call(served)
    consent = consents.read(served.state, access.consent_id, served.now()) if access.consent_id else None
    if consent is None:
        raise ResourceError(403, "AccessToken.InvalidScope", "The token is not bound to a consent.")
    return consent
