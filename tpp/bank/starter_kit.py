"""The way to a bank through the Starter Kit API: JSON over HTTP to a small server that holds the certificates.

Source: the Starter Kit's interface as the hackathon's documentation shows it, and its public code. What the
kit keeps to itself, we cannot check at first: its `nonce`, and, where it is an opaque UUID, its `state`. PKCE then is
what binds a code to our attempt.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import logging
import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from tpp.bank import id_token, redirects
from tpp.bank.answers import success
from tpp.bank.id_token import Expected
from tpp.bank.read import iso_moment
from tpp.bank.transport import Call
from tpp.errors import ConsentMismatch, MalformedResponse
from tpp.model.bank_client import Begun
from tpp.model.consent import Route
from tpp.model.grant import Grant, TokenSet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tpp.bank.transport import Reply, Transport
    from tpp.model.attempt import Attempt
    from tpp.model.bank_client import StateForm, Wording
    from tpp.model.consent import ConsentDraft
    from tpp.model.resource import Wanted
    from tpp.model.visit import Visit

log = logging.getLogger(__name__)

CLIENT, API_VERSION = "starter-kit", "v1.2"

RESOURCES = "/open-finance/account-information"

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_CONSENT_ID = re.compile(r"[\x21-\x7e]{1,128}")
_ACCESS_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
"""RFC 6749, A.12, but for the blank: in the header that carries it a blank ends it (RFC 6750, 2.1)."""

_REFRESH_TOKEN = re.compile(r"[\x20-\x7e]{1,32768}")
"""RFC 6749, A.17: blanks too, for it travels in a body. The length is the largest body that a kit takes, halved."""

_LONGEST_STATE = 600
_DEFAULT_SECONDS = 600
_LONGEST_SECONDS = 86400


class StarterKitClient:
    """`tpp.model.bank_client.BankClient` through a Starter Kit at `base_url`.

    `issuer`: the bank behind it; the kit has no say in that. `own`: our own origin, where nobody is sent to.
    `state_form`: whether its state must, may or cannot be read. `wording`: whether it is the simulated one.
    """

    encodes_ids = False
    """The kit pastes an id into the bank's URL as it is, whatever it was on the way here."""

    takes_queries = False
    """The kit drops the query of a call, so the bank's first page is all that it can bring."""

    refuses = frozenset({"ReadProduct"})
    """The kit reads products and asks no bank for them: its own list of permissions, checked before anything else."""

    def __init__(
        self,
        transport: Transport,
        base_url: str,
        bank_name: str,
        issuer: str,
        *,
        own: str,
        state_form: StateForm = "auto",
        wording: Wording = "starter-kit",
    ) -> None:
        self._transport = transport
        self._base = base_url.rstrip("/")
        self._issuer = issuer
        self._own = own
        self.bank_name = bank_name
        self.state_form = state_form
        self.wording = wording

    @property
    def route(self) -> Route:
        """The bank by its issuer, through a Starter Kit, under the version of the consents that a kit asks for."""
        return Route(self._issuer, CLIENT, API_VERSION)

    @property
    def way(self) -> str:
        """The kit's address and the issuer: another kit, or another bank, is another way."""
        return f"{self._base} {self._issuer}"

    def begin(self, draft: ConsentDraft, visit: Visit) -> Begun:
        """POST /consent-create/bank-data. 201 by the specification, 200 by the kit's own description.

        `valid_until` is honoured by patched kits and ignored by others.
        Raises UntrustedRedirect, MalformedResponse, and what the transport and `success` raise.
        """
        body = success(
            self._post(
                "/consent-create/bank-data",
                {
                    "data_permissions": list(draft.permissions),
                    "valid_until": draft.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                },
                "begin",
                visit,
            )
        )
        redirect = _text(body, "redirect", re.compile(r"(?s).+"))
        client_id = redirects.check(redirect, self._issuer, self._own)
        return Begun(
            redirect=redirect,
            consent_id=_text(body, "consent_id", _CONSENT_ID),
            code_verifier=_text(body, "code_verifier", _VERIFIER),
            issuer=self._issuer,
            client_id=client_id,
        )

    def recognises_state(self, state: str, attempt: Attempt) -> bool | None:
        """Read the kit's base64 JSON state; None for an opaque one.

        Both facts in it must be ours; the verifier by its S256 challenge (RFC 7636, 4.2), and it is never taken
        from here: a callback's parameters come from anybody.
        """
        told = None if self.state_form == "opaque" else read_state(state)
        if told is None:
            return None
        same_id = hmac.compare_digest(told["consent_id"].encode(), attempt.consent_id.encode())
        ours, theirs = (_challenge(verifier) for verifier in (attempt.code_verifier, told["code_verifier"]))
        return same_id and hmac.compare_digest(ours, theirs)

    def redeem(self, attempt: Attempt, code: str, state: str | None, now: datetime, visit: Visit) -> Grant:
        """POST /token/authorization-code, once. Raises GrantRefused, ConsentMismatch, MalformedResponse.

        The consent ends when the bank says, and never later than the day that the customer was shown.
        """
        proof = {"code": code, "code_verifier": attempt.code_verifier}
        body = success(self._post("/token/authorization-code", proof, "redeem", visit))
        tokens = read_tokens(body, now)
        consent = _consent_data(body)
        granted = consent.get("ConsentId")
        if granted is not None and granted != attempt.consent_id:
            raise ConsentMismatch("ConsentId")
        expected = Expected(attempt.issuer, attempt.client_id, tokens.access_token, code, state, nonce=attempt.nonce)
        identity = id_token.check(body.get("id_token"), expected, now)
        bank_until = iso_moment(consent.get("ExpirationDateTime"))
        return Grant(
            consent_id=attempt.consent_id,
            issuer=attempt.issuer,
            until=min(bank_until or attempt.draft.until, attempt.draft.until),
            authorized_at=now,
            draft=attempt.draft,
            tokens=tokens,
            bank_until=bank_until,
            client_id=attempt.client_id,
            route=attempt.route,
            nonce=identity.nonce,
            subject=identity.subject,
        )

    def refresh(self, grant: Grant, now: datetime, visit: Visit) -> TokenSet:
        """POST /token/refresh-token; the old refresh token stays where no new one comes (RFC 6749, 6).

        An ID token may come along, and must then speak of the same person, from the same bank, to us (OpenID
        Connect Core 1.0, section 12.2); else the answer counts as damaged. Raises GrantRefused, MalformedResponse.
        """
        old = grant.tokens.refresh_token if grant.tokens else None
        body = success(self._post("/token/refresh-token", {"refresh_token": old}, "refresh", visit))
        tokens = read_tokens(body, now, old)
        known = {"subject": grant.subject, "nonce": grant.nonce}
        expected = Expected(grant.issuer, grant.client_id, tokens.access_token, **known, renewal=True)
        try:
            id_token.check(body.get("id_token"), expected, now)
        except ConsentMismatch as err:
            log.warning("renewal refused: %(error)s", {"error": str(err)})
            raise MalformedResponse("/id_token") from err
        return tokens

    def get(self, access_token: str, wanted: Wanted[Any], visit: Visit) -> Mapping[str, Any]:
        """GET one resource. Every part of its path goes percent-encoded, and every name and value of its query."""
        base = f"{RESOURCES}/{wanted.resource.version}"
        path = "/".join(quote(part, safe="") for part in wanted.segments)
        query = f"?{urlencode(wanted.query)}" if wanted.query else ""
        call = Call(
            "GET",
            f"{self._base}{base}/{path}{query}",
            f"{base}/{wanted.resource.path}",
            {"Authorization": f"Bearer {access_token}", **visit_headers(visit)},
            wave=wanted.resource.name,
        )
        return success(self._transport.send(call, visit.tell))

    def _post(self, path: str, body: Mapping[str, Any], wave: str, visit: Visit) -> Reply:
        return self._transport.send(Call("POST", f"{self._base}{path}", path, json=body, wave=wave), visit.tell)


def visit_headers(visit: Visit) -> dict[str, str]:
    """Return the customer headers of the standard, as far as a person is there (CX-51)."""
    date = visit.auth_date and visit.auth_date.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {
        "x-fapi-auth-date": date,
        "x-fapi-customer-ip-address": visit.ip_address,
        "x-customer-user-agent": visit.user_agent,
    }
    return {name: value for name, value in headers.items() if value}


def read_state(state: str) -> dict[str, str] | None:
    """Decode the kit's state: base64 of JSON with `code_verifier` and `consent_id`. None for anything else."""
    if len(state) > _LONGEST_STATE or not state.isascii():
        return None
    plain = state.replace("-", "+").replace("_", "/")
    try:
        told = json.loads(base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    found = {name: told.get(name) for name in ("code_verifier", "consent_id")}
    texts = {name: value for name, value in found.items() if isinstance(value, str) and value.isascii()}
    return texts if len(texts) == len(found) else None


def read_tokens(body: Mapping[str, Any], now: datetime, old_refresh: str | None = None) -> TokenSet:
    """Read a token response (RFC 6749, 5.1). `expires_in` in seconds; 600 where it is missing or no number.

    Raises MalformedResponse where there is no usable access token or another token type than Bearer.
    """
    if str(body.get("token_type", "")).lower() != "bearer":
        raise MalformedResponse("/token_type")
    seconds = body.get("expires_in")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds <= _LONGEST_SECONDS:
        seconds = _DEFAULT_SECONDS
    refresh = body.get("refresh_token")
    usable = isinstance(refresh, str) and _REFRESH_TOKEN.fullmatch(refresh)
    access = _text(body, "access_token", _ACCESS_TOKEN)
    return TokenSet(access, now + timedelta(seconds=seconds), refresh if usable else old_refresh)


def _consent_data(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Find the consent in `authorization_details`: three shapes are about, and the seed hides the content."""
    details = body.get("authorization_details")
    first = details[0] if isinstance(details, list) and details else None
    consent = first.get("consent") if isinstance(first, dict) else None
    for place in (consent, first):
        data = place.get("Data") if isinstance(place, dict) else None
        if isinstance(data, dict):
            return data
    return consent if isinstance(consent, dict) else {}


def _text(body: Mapping[str, Any], name: str, form: re.Pattern[str]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise MalformedResponse(f"/{name}")
    return value


def _challenge(verifier: str) -> bytes:
    return str(create_s256_code_challenge(verifier)).encode()
