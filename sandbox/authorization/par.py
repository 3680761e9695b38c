"""The pushed authorization request: all checks, then a consent that awaits its person.

Status 201 for a consent of v1.2 and 200 for one of v2.1, as each version declares; RFC 9126 knows 201 alone.
The form holds the request object and the proof of the client, nothing else: the schema is closed, and RFC 9126
section 3 wants every parameter of the authorization inside the object. `client_id`, which the schema leaves out
and the same section allows, is taken.
Source: RFC 9126 sections 2 and 3; UAE Open Finance Standard v1.2 and v2.1, `POST /par`.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, request

from sandbox.authorization.assertions import authenticate_client, single
from sandbox.authorization.request_object import read_request_object
from sandbox.consents import consents
from sandbox.ground.errors import invalid_request
from sandbox.ground.services import Bank, bank
from sandbox.ground.versions import BY_TYPE, V12, V21

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

STATUS = {V12: 201, V21: 200}
PREFIX = "urn:ietf:params:oauth:request_uri:"
FORM = frozenset({"client_id", "client_assertion_type", "client_assertion", "request"})
KEPT = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")

blueprint = Blueprint("par", __name__, url_prefix="/as1")


@blueprint.post("/par")
def push() -> ResponseReturnValue:
    """Take a pushed request: 201 or 200 with `request_uri` and `expires_in` (seconds), or 400."""
    served = bank()
    client = authenticate_client(request.form, served)
    if not request.form.keys() <= FORM:
        raise invalid_request("nothing but client_id, the client's proof and request may be given")
    claims = read_request_object(single(request.form, "request"), client, served)
    uri = keep_request(served, claims)
    answer = jsonify(request_uri=uri, expires_in=served.settings.request_lifetime)
    return answer, STATUS[BY_TYPE[claims["authorization_details"][0]["type"]]]


def keep_request(served: Bank, claims: dict[str, Any]) -> str:
    """Write the consent and the request together; return the `request_uri`.

    Raises `OAuthError` when the ConsentId was used before.
    """
    element = claims["authorization_details"][0]
    consent, state, version = element["consent"], served.state, BY_TYPE[element["type"]]
    uri = PREFIX + str(uuid.uuid4())
    row = {name: claims[name] for name in KEPT} | {
        "consent_id": consent["ConsentId"],
        "pushed": served.timestamp(),
    }
    state.purge(served.timestamp())
    with state.transaction():
        subscription = element.get("subscription")
        if not consents.create(state, consent, claims["client_id"], served.now(), subscription, version=version):
            raise invalid_request("ConsentId has been used before")
        state.put("request", uri, row, expires=served.timestamp() + served.settings.request_lifetime)
    return uri
