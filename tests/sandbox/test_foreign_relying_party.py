"""A relying party that we did not write goes the whole way at the bank, over HTTP and by the real clock.

Discovery, the request object, the proof of the client, PKCE, the checks of the callback and of the ID token, the
refresh and the calls are those of requests-oauth2client; the browser is a plain session that fills in forms.
What is added here, because the library leaves it out:

- it pushes the parameters of a request but not a signed one: `pushed` hands it the one field `request`;
- its request object has no `iss`, `aud` and `nbf`, which RFC 9101 and FAPI 2.0 ask for: `asked` adds them;
- it does not carry the issuer from the callback on to the ID token's check: `expected` does.

`testing=True` lets it use addresses without TLS, and `aud` makes its assertions name the issuer.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

import pytest
import requests
from jwskate import InvalidSignature, Jwt, RSAJwk
from requests_oauth2client import (
    ApiClient,
    AuthorizationResponse,
    AuthorizationResponseError,
    IdToken,
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    MismatchingIdTokenIssuer,
    MismatchingIdTokenNonce,
    MismatchingIssuer,
    MismatchingState,
    MissingIssuer,
    OAuth2Client,
    PrivateKeyJwt,
    RequestParameterAuthorizationRequest,
)

from sandbox.directory.directory import client_id_of
from sandbox.ground.keys import load_key
from sandbox.ground.settings import utc_now
from sandbox.ground.state import State
from tests.sandbox.helpers import CONSENT_TYPE, DATA, REDIRECT_URI, csrf, offered, origin
from tests.sandbox.reading import soup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cheroot.wsgi import Server
    from flask import Flask
    from requests_oauth2client import AuthorizationRequest, BearerToken


def plain_session() -> requests.Session:
    """Return a session that heeds no proxy of this machine."""
    session = requests.Session()
    session.trust_env = False
    return session


@dataclass
class Foreigner:
    """The library's client of one bank, as its key and the bank's discovery make it, and a person's browser."""

    client: OAuth2Client
    key: RSAJwk
    bank: str
    browser: requests.Session

    @classmethod
    def registered(cls, bank: str, instance: Path, aud: str | None) -> Self:
        """Read the client's own key and number from the instance's files, and the bank from its discovery."""
        state = State(instance)
        key, client_id = RSAJwk(load_key(state, "client").as_dict(private=True)), client_id_of(state)
        state.close()
        client = OAuth2Client.from_discovery_endpoint(
            issuer=f"{bank}/auth1",
            auth=PrivateKeyJwt(client_id, key, alg="PS256", aud=aud),
            redirect_uri=REDIRECT_URI,
            id_token_signed_response_alg="PS256",
            session=plain_session(),
            testing=True,
        )
        return cls(client, key, bank, plain_session())

    def asked(self, **changes: Any) -> AuthorizationRequest:
        """Return a request for all basics of one consent, with the three claims that the library leaves out."""
        consent = {
            "ConsentId": str(uuid.uuid4()),
            "Permissions": ["ReadAccountsBasic", "ReadBalances"],
            "ExpirationDateTime": (utc_now() + timedelta(days=90)).isoformat(timespec="seconds"),
            "OpenFinanceBilling": {"UserType": "Retail", "Purpose": "AccountAggregation"},
        }
        own = {"iss": self.client.client_id, "aud": self.client.issuer, "nbf": Jwt.timestamp(-10)}
        asked: dict[str, Any] = {
            "scope": "accounts openid",
            "max_age": 3600,
            "authorization_details": [{"type": CONSENT_TYPE, "consent": consent}],
            "authorization_response_iss_parameter_supported": (
                self.client.authorization_response_iss_parameter_supported
            ),
        }
        return self.client.authorization_request(**(own | asked | changes))

    def pushed(self, request: AuthorizationRequest) -> str:
        """Sign the request, push it, and return the address that the browser opens."""
        signed = str(request.sign_request_jwt(self.key, lifetime=300))
        args = {"client_id": self.client.client_id, "request": signed}
        form: Any = RequestParameterAuthorizationRequest(
            request.authorization_endpoint, request.client_id, signed, args=args
        )
        return self.client.pushed_authorization_request(form).uri

    def returned(self, request: AuthorizationRequest, action: str = "authorize") -> str:
        """Let a person log in and press a button; return the address that leads them back."""
        page = self.browser.get(self.pushed(request))
        page = self._fill(page, action="login", username="mits", password="mits")
        page = self._fill(page, action=action, account=offered(page.text))
        link = soup(page.text).select_one(".go a")
        assert link is not None, page.text
        assert str(link["href"]).startswith(REDIRECT_URI)
        return str(link["href"])

    def _fill(self, page: requests.Response, **form: Any) -> requests.Response:
        answer = self.browser.post(page.url, data={"csrf": csrf(page.text)} | form)
        assert answer.status_code == 200, answer.text
        return answer

    def exchanged(self, answer: AuthorizationResponse) -> BearerToken:
        """Exchange the code; the library checks the ID token as it does so."""
        return self.client.authorization_code(answer)

    def api(self, tokens: BearerToken) -> ApiClient:
        """Return the library's caller of the data."""
        return ApiClient(self.bank + DATA, auth=tokens, session=plain_session())


def expected(answer: AuthorizationResponse, **changes: Any) -> AuthorizationResponse:
    """Return the answer with what else must hold for the ID token, above all its issuer."""
    names = ("code", "redirect_uri", "code_verifier", "state", "nonce", "max_age")
    return AuthorizationResponse(**({name: getattr(answer, name) for name in names} | changes))


@pytest.fixture
def foreigner(bank_server: Server, make_bank: Callable[..., Flask], instance: Path) -> Iterator[Foreigner]:
    """Return the foreign relying party of a served bank whose clock runs as its own does."""
    bank = origin(bank_server)
    bank_server.wsgi_app = make_bank(public_url=bank, now=utc_now)
    party = Foreigner.registered(bank, instance, aud=f"{bank}/auth1")
    yield party
    for session in (party.browser, party.client.session):
        session.close()


def test_a_foreign_client_goes_from_discovery_to_the_end_of_the_consent(foreigner: Foreigner) -> None:
    client, request = foreigner.client, foreigner.asked()
    answer = expected(request.validate_callback(foreigner.returned(request)), issuer=client.issuer)
    tokens = foreigner.exchanged(answer)
    assert isinstance(tokens.id_token, IdToken)
    assert tokens.id_token.claims["nonce"] == request.nonce

    accounts = foreigner.api(tokens).get("accounts").json()["Data"]["Account"]
    assert len(accounts) == 3
    renewed = client.refresh_token(tokens)
    assert renewed.access_token != tokens.access_token
    assert foreigner.api(renewed).get("accounts").json()["Data"]["Account"] == accounts

    own = foreigner.api(client.client_credentials(scope="openid accounts"))
    consent_id = request.authorization_details[0]["consent"]["ConsentId"]
    assert own.get(f"account-access-consents/{consent_id}").json()["Data"]["Status"] == "Authorized"
    stop = {"Data": {"Status": "Revoked", "RevokedBy": "TPP.InitiatedByUser"}}
    assert own.patch(f"account-access-consents/{consent_id}", json=stop).status_code == 204
    assert own.get(f"account-access-consents/{consent_id}").json()["Data"]["RevokedBy"] == "TPP.InitiatedByUser"
    with pytest.raises(requests.HTTPError) as refused:
        foreigner.api(renewed).get("accounts")
    assert refused.value.response.status_code == 403
    assert refused.value.response.json()["Errors"][0]["Code"] == "Consent.Revoked"
    with pytest.raises(InvalidGrant):
        client.refresh_token(tokens)


def test_a_person_who_declines_is_an_error_that_the_foreign_client_can_read(foreigner: Foreigner) -> None:
    request = foreigner.asked()
    with pytest.raises(AuthorizationResponseError) as declined:
        request.validate_callback(foreigner.returned(request, action="cancel"))
    assert (declined.value.error, declined.value.description) == ("access_denied", "user_rejected_consent")


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"nonce": "another"}, MismatchingIdTokenNonce), ({"issuer": "https://bank.example"}, MismatchingIdTokenIssuer)],
)
def test_the_foreign_client_checks_the_id_token_against_its_request(
    foreigner: Foreigner, changes: dict[str, str], error: type[Exception]
) -> None:
    """Without these the journey above would prove nothing about nonce and issuer."""
    request = foreigner.asked()
    answer = request.validate_callback(foreigner.returned(request))
    with pytest.raises(error):
        foreigner.exchanged(expected(answer, **changes))


def test_the_foreign_client_checks_the_signature_with_the_keys_of_the_bank(foreigner: Foreigner) -> None:
    known = foreigner.client.authorization_server_jwks
    (key,) = known.jwks
    known.remove_jwk(key.kid)
    known.add_jwk(dict(RSAJwk.generate(alg="PS256").public_jwk()) | {"kid": key.kid})
    request = foreigner.asked()
    answer = request.validate_callback(foreigner.returned(request))
    with pytest.raises(InvalidSignature):
        foreigner.exchanged(answer)


def test_the_foreign_client_checks_state_and_issuer_of_the_callback(foreigner: Foreigner) -> None:
    request, another = foreigner.asked(), foreigner.asked()
    back = foreigner.returned(request)
    with pytest.raises(MismatchingState):
        another.validate_callback(back)
    with pytest.raises(MissingIssuer):
        request.validate_callback(back.partition("&iss=")[0])
    with pytest.raises(MismatchingIssuer):
        request.validate_callback(back + "x")


def test_refusals_of_the_bank_are_errors_that_the_foreign_client_knows(foreigner: Foreigner) -> None:
    with pytest.raises(InvalidRequest):
        foreigner.pushed(foreigner.asked(scope="openid"))
    stranger = Foreigner(foreigner.client, RSAJwk.generate(alg="PS256"), foreigner.bank, foreigner.browser)
    with pytest.raises(InvalidRequest):
        stranger.pushed(foreigner.asked())
    request = foreigner.asked()
    answer = request.validate_callback(foreigner.returned(request))
    with pytest.raises(InvalidGrant):
        foreigner.exchanged(expected(answer, code_verifier="v" * 43))
    foreigner.exchanged(answer)
    with pytest.raises(InvalidGrant):
        foreigner.exchanged(answer)


def test_an_assertion_for_the_endpoint_is_refused_to_the_foreign_client_too(
    foreigner: Foreigner, instance: Path
) -> None:
    """The library's own habit is the endpoint's address, which FAPI 2.0 leaves for the issuer."""
    habitual = Foreigner.registered(foreigner.bank, instance, aud=None)
    with pytest.raises(InvalidClient):
        habitual.pushed(habitual.asked())
    habitual.client.session.close()
