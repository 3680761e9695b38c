"""The relying party of v2.1: its consents, its paths, and its readings page by page."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from tests.sandbox import specs
from tests.sandbox.helpers import ISSUER, Claims, RelyingParty, consent_claims

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

ORIGIN = ISSUER.removesuffix("/auth1")
DATA = "/rs1/open-finance/account-information/v2.1"
CONSENT_TYPE = "urn:openfinanceuae:account-access-consent:v2.1"
CONSENTS = "/account-access-consents"


class NewerParty(RelyingParty):
    """A client that asks and reads in v2.1."""

    def pushed(self, consent: Claims | None = None) -> str:
        """Push a request with changes in the consent; return the `request_uri`."""
        response = self.push(authorization_details=details(consent))
        assert response.status_code == 200, response.text
        return str(response.get_json()["request_uri"])

    def read(self, path: str, token: str, **headers: str) -> TestResponse:
        """Read a resource below the v2.1 base path."""
        return self.machine.get(DATA + path, headers={"Authorization": f"Bearer {token}"} | headers)

    def token_for(self, user: str, *permissions: str, **consent: Any) -> str:
        """Go the whole way for `ReadAccountsBasic` and more; return the access token."""
        asked = {"Permissions": ["ReadAccountsBasic", *permissions], **consent}
        return str(self.connected(user, **asked)["access_token"])

    def own_token(self) -> str:
        """Return a fresh token of the client itself."""
        answer = self.token(grant_type="client_credentials", scope="openid accounts")
        return str(answer.get_json()["access_token"])

    def pages(self, path: str, token: str) -> list[Claims]:
        """Return every page of a resource, the next link followed as given."""
        found: list[Claims] = []
        while path:
            response = self.read(path, token)
            assert response.status_code == 200, response.text
            assert response.headers["x-fapi-interaction-id"]
            found.append(response.get_json())
            path = found[-1]["Links"].get("Next", "").removeprefix(ORIGIN + DATA)
            assert len(found) < 200
        return found


def details(changes: Claims | None = None) -> list[Claims]:
    """Return `authorization_details` of v2.1 with changes in the consent."""
    return [{"type": CONSENT_TYPE, "consent": consent_claims(changes)}]


def new_id() -> str:
    """Return a fresh `ConsentId`."""
    return str(uuid.uuid4())


def code(response: TestResponse, status: int) -> str:
    """Return the code of a refusal whose body v2.1 accepts for that status."""
    assert response.status_code == status, response.text
    assert specs.faults(specs.DATA_V21, f"AEError{status}Response", response.get_json()) == []
    return str(response.get_json()["Errors"][0]["Code"])


def bare(response: TestResponse, status: int) -> None:
    """Assert an answer without a body."""
    assert (response.status_code, response.data) == (status, b"")
