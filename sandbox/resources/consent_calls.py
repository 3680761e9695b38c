"""The consent resources of the client itself: read one, read a chain, revoke.

Only a client-credentials token with the scope `accounts` opens them; a person's token does not. A consent of
another client is as unknown as one that never was: 400 `Resource.InvalidResourceId`. A consent is revoked
from `Authorized`, `AwaitingAuthorization` and, after the pages of the customer experience guidelines,
`Suspended`; from anywhere else it is 400 `Consent.BusinessRuleViolation`, and so is a client that says
the bank did it (`RevokedBy` `LFI` or `LFI.InitiatedByUser`; the standard leaves this open, the rule is
ours). Without `RevokedBy` it was the `TPP`. A webhook subscription may change at any time.
Neither field of a `Webhook` is required in a change, so a part of one changes that part alone; where there is
none yet, a part is 400 `Body.InvalidFormat`: `/par` demands both, and what is kept always has both.

Both versions serve the same calls. A consent is read and changed under its own version's path alone, else 403
`Consent.Invalid`, and a list holds those of the path's version: the body of one would not fit the schema of the
other. For an unknown consent v2.1, which has no `Resource.InvalidResourceId`, says `Consent.Invalid`.
Source: UAE Open Finance Standard v1.2 and v2.1, `/account-access-consents`, `AEPatchConsent`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request

from sandbox.consents import consents
from sandbox.ground import strict_json
from sandbox.ground.errors import ResourceError
from sandbox.ground.services import Bank, bank
from sandbox.ground.versions import V12, Version, serve
from sandbox.resources.access import access_of_call, check_version
from sandbox.resources.account_calls import name_the_interaction, wait_a_little

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from sandbox.consents.consents import Consent

PATH = "/account-access-consents"
OURS = frozenset({"TPP", "TPP.InitiatedByUser"})
THEIRS = frozenset({"LFI", "LFI.InitiatedByUser"})
WEBHOOK = {"Url": str, "IsActive": bool}

UNKNOWN = {V12: "Resource.InvalidResourceId"}

blueprint = Blueprint("consent_calls", __name__)
blueprint.before_request(wait_a_little)
blueprint.after_request(name_the_interaction)


@serve(blueprint, "GET", PATH)
def by_base_id(version: Version) -> ResponseReturnValue:
    """List the consents of a base id: a bare array, empty where there are none."""
    served, client_id = bank(), _client()
    asked = request.args.getlist("baseConsentId")
    if len(asked) != 1 or not asked[0]:
        raise ResourceError(400, "Resource.InvalidFormat", "baseConsentId is needed, once.")
    found = consents.chain(served.state, asked[0], served.now())
    own = (each for each in found if each.client_id == client_id and each.version == version)
    return jsonify([each.body(served.settings.public_url) for each in own])


@serve(blueprint, "GET", f"{PATH}/<consent_id>")
def one(version: Version, consent_id: str) -> ResponseReturnValue:
    """Show one consent."""
    served = bank()
    return jsonify(_consent(served, version, _client(), consent_id).body(served.settings.public_url))


@serve(blueprint, "PATCH", f"{PATH}/<consent_id>")
def change(version: Version, consent_id: str) -> ResponseReturnValue:
    """Revoke a consent, change its subscription, or both: 204. It takes effect at once."""
    served, client_id = bank(), _client()
    if not request.is_json:
        raise ResourceError(415)
    data, subscription = _checked(_body())
    with served.state.transaction():
        consent = _consent(served, version, client_id, consent_id)
        if data is not None and consent.status not in consents.LIVING:
            raise ResourceError(400, "Consent.BusinessRuleViolation", f"The consent is {consent.status}.")
        if subscription is not None:
            consent = replace(consent, subscription=_merged(consent, subscription))
            consents.save(served.state, consent)
        if data is not None:
            who = data.get("RevokedBy", "TPP")
            consents.settle(served.state, consent, "Revoked", served.now(), revoked_by=who)
    return "", 204


def _merged(consent: Consent, subscription: dict[str, Any]) -> dict[str, Any]:
    """Return the consent's subscription with what is new. Raises 400 `Body.InvalidFormat` for half a webhook."""
    webhook = (consent.subscription or {}).get("Webhook", {}) | subscription["Webhook"]
    if not WEBHOOK.keys() <= webhook.keys():
        raise ResourceError(400, "Body.InvalidFormat", "A Webhook needs a Url and IsActive.")
    return {"Webhook": webhook}


def _client() -> str:
    """Return the client behind the call's own token. Raises 401, or 403 for a person's token."""
    access = access_of_call(bank())
    if access.consent_id or "accounts" not in access.scope.split(" "):
        raise ResourceError(403, "AccessToken.InvalidScope", "This needs a client-credentials token for accounts.")
    return access.client_id


def _consent(served: Bank, version: Version, client_id: str, consent_id: str) -> Consent:
    found = consents.read(served.state, consent_id, served.now())
    if found is None or found.client_id != client_id:
        raise ResourceError(400, UNKNOWN.get(version, "Consent.Invalid"), "The consent is unknown.")
    check_version(found, version)
    return found


def _body() -> Any:
    try:
        return strict_json.read(request.get_data())
    except strict_json.UnsoundJsonError as error:
        raise _malformed() from error


def _checked(body: Any) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return `Data` and `Subscription` of a sound body. Raises 400 `Body.InvalidFormat`."""
    whole = _closed(body, {"Data", "Subscription"})
    if not whole:
        raise _malformed()
    data = _closed(whole["Data"], {"Status", "RevokedBy"}) if "Data" in whole else None
    if data is not None:
        _check_revocation(data)
    subscription = _closed(whole["Subscription"], {"Webhook"}) if "Subscription" in whole else None
    if subscription is not None:
        webhook = _closed(subscription.get("Webhook"), set(WEBHOOK))
        if any(not isinstance(value, WEBHOOK[name]) for name, value in webhook.items()):
            raise _malformed()
    return data, subscription


def _check_revocation(data: dict[str, Any]) -> None:
    who = data.get("RevokedBy", "TPP")
    if data.get("Status") != "Revoked" or not isinstance(who, str) or who not in OURS | THEIRS:
        raise _malformed()
    if who in THEIRS:
        raise ResourceError(400, "Consent.BusinessRuleViolation", "A client cannot revoke in the name of the bank.")


def _closed(value: Any, known: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or not set(value) <= known:
        raise _malformed()
    return value


def _malformed() -> ResourceError:
    return ResourceError(400, "Body.InvalidFormat", "The body is not that of a change of consent.")
