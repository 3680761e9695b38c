"""A small relying party for testing the bank: it signs, pushes, clicks and exchanges by itself.

It shares no code with the Starter Kit; only the client's key comes from the sandbox.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox.ground.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cheroot.wsgi import Server
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

START = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ISSUER = "http://127.0.0.1:1413/auth1"
REDIRECT_URI = "http://localhost:1411/hackathon-redirect"
DATA = "/rs1/open-finance/account-information/v1.2"
CONSENT_TYPE = "urn:openfinanceuae:account-access-consent:v1.2"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
BASICS = ["ReadAccountsBasic", "ReadBalances"]

Claims = dict[str, Any]


class _Drop:
    """The mark that takes a claim away; its name stays the same in test ids."""

    def __repr__(self) -> str:
        """Return the name."""
        return "DROP"


DROP = _Drop()


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        """Return the present instant."""
        return self.at

    def advance(self, **span: float) -> None:
        """Move forward, for example `advance(minutes=11)`."""
        self.at += timedelta(**span)

    @property
    def seconds(self) -> int:
        """Return the present instant in Unix seconds."""
        return int(self.at.timestamp())


def s256(verifier: str) -> str:
    """Return the PKCE challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def merged(claims: Claims, changes: Claims) -> Claims:
    """Return the claims with changes; `DROP` takes a claim away."""
    return {name: value for name, value in (claims | changes).items() if value is not DROP}


def consent_claims(changes: Claims | None = None) -> Claims:
    """Return a faultless consent with changes."""
    claims = {
        "ConsentId": str(uuid.uuid4()),
        "Permissions": BASICS,
        "ExpirationDateTime": (START + timedelta(days=180)).isoformat(),
        "OpenFinanceBilling": {"UserType": "Retail", "Purpose": "AccountAggregation"},
    }
    return merged(claims, changes or {})


def details(changes: Claims | None = None) -> list[Claims]:
    """Return `authorization_details` with changes in the consent."""
    return [{"type": CONSENT_TYPE, "consent": consent_claims(changes)}]


@dataclass
class RelyingParty:
    """A client of the bank in-process. `browser` keeps its cookies like one browser."""

    app: Flask
    clock: Clock
    client_id: str
    key: RSAKey
    kid: str
    verifier: str = field(default_factory=lambda: f"{uuid.uuid4()}{uuid.uuid4()}")
    state: str = field(default_factory=lambda: str(uuid.uuid4()))
    nonce: str = field(default_factory=lambda: str(uuid.uuid4()))

    def __post_init__(self) -> None:
        """Open the browser and the machine-to-machine client."""
        self.browser = self.app.test_client()
        self.machine = self.app.test_client(use_cookies=False)

    def sign(self, claims: Claims, *, alg: str = "PS256", key: Any = None, kid: str | None = None) -> str:
        """Return a signed JWT."""
        header = {"alg": alg, "kid": self.kid if kid is None else kid}
        if alg == "RS256":  # the registered key is marked for PS256 only
            plain = self.key.as_dict(private=True)
            key = RSAKey.import_key({name: plain[name] for name in plain if name not in ("alg", "use")})
        return jwt.encode(header, claims, key or self.key, algorithms=[alg], default_type=None)

    def assertion_claims(self, **changes: Any) -> Claims:
        """Return the claims of a faultless client assertion with changes."""
        now = self.clock.seconds
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": ISSUER,
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid.uuid4()),
        }
        return merged(claims, changes)

    def request_claims(self, **changes: Any) -> Claims:
        """Return the claims of a faultless request object with changes."""
        now = self.clock.seconds
        claims = {
            "iss": self.client_id,
            "client_id": self.client_id,
            "aud": ISSUER,
            "nbf": now - 10,
            "exp": now + 300,
            "response_type": "code",
            "scope": "accounts openid",
            "redirect_uri": REDIRECT_URI,
            "state": self.state,
            "nonce": self.nonce,
            "max_age": 3600,
            "code_challenge": s256(self.verifier),
            "code_challenge_method": "S256",
            "authorization_details": details(),
        }
        return merged(claims, changes)

    def proof(self) -> dict[str, str]:
        """Return the two form fields that prove the client."""
        return {"client_assertion_type": JWT_BEARER, "client_assertion": self.sign(self.assertion_claims())}

    def push_form(self, form: Claims) -> TestResponse:
        """Push a form as it is."""
        return self.machine.post("/as1/par", data=form)

    def push(self, **changes: Any) -> TestResponse:
        """Push a request object with changes."""
        form = {"client_id": self.client_id, "request": self.sign(self.request_claims(**changes))}
        return self.push_form(form | self.proof())

    def pushed(self, consent: Claims | None = None) -> str:
        """Push a request with changes in the consent; return the `request_uri`."""
        response = self.push(authorization_details=details(consent))
        assert response.status_code == 201, response.text
        return str(response.get_json()["request_uri"])

    def begin(self, uri: str, browser: FlaskClient | None = None) -> str:
        """Open the authorization address; return the path of the login page."""
        query = {"client_id": self.client_id, "response_type": "code", "scope": "openid", "request_uri": uri}
        response = (browser or self.browser).get("/auth1/auth", query_string=query)
        assert response.status_code == 303, response.text
        return urlsplit(response.headers["Location"]).path

    def log_in(self, user: str = "mits", consent: Claims | None = None) -> str:
        """Push, open and log in; return the path of the Authorisation page."""
        path = self.begin(self.pushed(consent))
        answer = self.submit(path, action="login", username=user, password=user)
        assert answer.status_code == 303, answer.text
        return urlsplit(answer.headers["Location"]).path

    def submit(self, path: str, **form: Any) -> TestResponse:
        """Fill the form of a page and send it."""
        return self.browser.post(path, data={"csrf": csrf(self.browser.get(path).text)} | form)

    def authorized(self, user: str = "mits", accounts: list[str] | None = None, **consent: Any) -> Claims:
        """Go the whole way in the browser; return the parameters of the way back."""
        path = self.log_in(user, consent)
        chosen = accounts or offered(self.browser.get(path).text)
        return way_back(self.submit(path, action="authorize", account=chosen).text)

    def wish(self, ending: str) -> None:
        """Say as a presenter how the next authorization ends."""
        assert self.machine.post("/control/ending", json={"ending": ending}).status_code == 200

    def token(self, **form: Any) -> TestResponse:
        """Call the token endpoint."""
        return self.machine.post("/as1/token", data=form | self.proof())

    def exchange(self, code: str, /, **changes: Any) -> TestResponse:
        """Exchange a code with this client's verifier."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": self.verifier,
        }
        return self.token(**merged(form, changes))

    def connected(self, user: str = "mits", accounts: list[str] | None = None, **consent: Any) -> Claims:
        """Go the whole way; return the token response."""
        response = self.exchange(self.authorized(user, accounts, **consent)["code"])
        assert response.status_code == 200, response.text
        body: Claims = response.get_json()
        return body

    def read(self, path: str, token: str, **headers: str) -> TestResponse:
        """Read a resource below the v1.2 base path."""
        return self.machine.get(DATA + path, headers={"Authorization": f"Bearer {token}"} | headers)

    def consent_status(self, consent_id: str) -> str:
        """Return the stored status of a consent, as the bank sees it now."""
        bank = self.app.extensions["sandbox_bank"]
        with self.app.app_context():
            from sandbox.consents import consents  # noqa: PLC0415 (only this look behind the counter needs it)

            found = consents.read(bank.state, consent_id, self.clock())
        assert found is not None
        return found.status


def csrf(page: str) -> str:
    """Return the form token of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None, page
    return found.group(1)


def offered(page: str) -> list[str]:
    """Return the account ids that a page offers."""
    return re.findall(r'name="account" value="(\d+)"', page)


def way_back(page: str) -> Claims:
    """Return the parameters of the address that an interstitial moves on to."""
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page)
    assert found is not None, page
    url = found.group(1).replace("&amp;", "&")
    assert url.startswith(REDIRECT_URI + "?"), url
    return dict(parse_qsl(urlsplit(url).query, strict_parsing=True))


@contextmanager
def served(app: Flask | None = None, threads: int = 16) -> Iterator[Server]:
    """Serve an application on a free port in a thread; `wsgi_app` may be set inside."""
    server = make_server(app, "127.0.0.1", 0, threads=threads)
    thread = Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(30)


def origin(server: Server) -> str:
    """Return the address of a served application."""
    return f"http://127.0.0.1:{server.bind_addr[1]}"
