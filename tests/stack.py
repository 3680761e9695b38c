"""The whole product in one process: the app as a test client, the sandbox's two halves on real sockets."""

from __future__ import annotations

import re
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import requests
from bs4 import BeautifulSoup

import app as wiring
import config
from sandbox.bank import create_bank
from sandbox.ground.services import EXTENSION as BANK
from sandbox.ground.serving import make_server
from sandbox.ground.settings import BankSettings, KitSettings
from sandbox.kit.starter_kit import EXTENSION as KIT
from sandbox.kit.starter_kit import create_kit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HOST = "localhost:1411"
COOKIE = "mizan"
ORIGIN = f"http://{HOST}"
OWN_FORM = {"Sec-Fetch-Site": "same-origin", "Origin": ORIGIN}


@dataclass
class Seen:
    """One request that reached the Starter Kit, as it was on the wire."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Recorder:
    """A WSGI layer in front of the kit: writes down every request, and can answer in its place.

    `faults` maps a path's beginning to a WSGI application.
    """

    inner: WSGIApplication
    seen: list[Seen] = field(default_factory=list)
    faults: dict[str, WSGIApplication] = field(default_factory=dict)
    answers: list[bytes] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        """Record, then hand on."""
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size) if size else b""
        environ["wsgi.input"] = _Body(body)
        headers = {
            name[5:].replace("_", "-").title(): value for name, value in environ.items() if name.startswith("HTTP_")
        }
        headers["Content-Type"] = environ.get("CONTENT_TYPE", "")
        path = environ["PATH_INFO"]
        self.seen.append(Seen(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), headers, body))
        fault = next((each for start, each in self.faults.items() if path.startswith(start)), None)
        answer = b"".join((fault or self.inner)(environ, start_response))
        self.answers.append(answer)
        return [answer]

    def paths(self) -> list[str]:
        """Return method and path of every request so far."""
        return [f"{each.method} {each.path}" for each in self.seen]

    def count(self, path: str) -> int:
        """Count the requests to a path."""
        return sum(1 for each in self.seen if each.path == path)


class _Body:
    def __init__(self, content: bytes) -> None:
        self._left = content

    def read(self, size: int = -1) -> bytes:
        """Read as a stream does."""
        size = len(self._left) if size < 0 else size
        piece, self._left = self._left[:size], self._left[size:]
        return piece


def plain(status: str, body: bytes, content_type: str = "application/json") -> WSGIApplication:
    """Make a WSGI application that always gives one answer."""

    def answer(_environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
        return [body]

    return answer


@contextmanager
def serving(app: WSGIApplication | None = None) -> Iterator[tuple[str, Any]]:
    """Serve a WSGI application on a free loopback port; gives its address and the server."""
    server = make_server(app, "127.0.0.1", 0, threads=24)  # type: ignore[arg-type]
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}", server
    finally:
        threading.Thread(target=server.stop, daemon=True).start()


@dataclass
class Stack:
    """App, kit and bank, with what a test may look at and turn."""

    app: Flask
    kit: Recorder
    bank: Flask
    bank_url: str
    kit_url: str
    settings: config.Settings

    def browser(self) -> Browser:
        """Return a new browser with no cookies."""
        return Browser(self)


@contextmanager
def stack(
    instance: Path,
    now: Callable[[], datetime],
    *,
    kit: dict[str, Any] | None = None,
    bank: dict[str, Any] | None = None,
    app: dict[str, Any] | None = None,
) -> Iterator[Stack]:
    """Start all three on one instance folder; the keywords change their settings."""
    with ExitStack() as parts:
        bank_url, bank_server = parts.enter_context(serving())
        kit_url, kit_server = parts.enter_context(serving())
        bank_settings = {"instance": instance, "public_url": bank_url, "now": now, **(bank or {})}
        bank_app = create_bank(BankSettings(**bank_settings))
        kit_settings = {"instance": instance, "bank_url": bank_url, "now": now, **(kit or {})}
        kit_app = create_kit(KitSettings(**kit_settings))
        recorder = Recorder(kit_app)
        bank_server.wsgi_app, kit_server.wsgi_app = bank_app, recorder
        known = {"starter_kit_url": kit_url, "bank_issuer": f"{bank_url}/auth1", "idle_minutes": 0}
        settings = make_settings(instance, **(known | (app or {})))
        relying_party = wiring.create_app(settings, now)
        try:
            yield Stack(relying_party, recorder, bank_app, bank_url, kit_url, settings)
        finally:
            relying_party.extensions["mizan"].pool.shutdown(cancel_futures=True)
            bank_app.extensions[BANK].state.close()
            kit_app.extensions[KIT].state.close()


def make_settings(instance: Path, **changes: Any) -> config.Settings:
    """Make settings without a look at the environment or an `.env`."""
    return config.Settings(_env_file=None, instance_path=instance, **changes)  # type: ignore[call-arg]


class Browser:
    """A person at a browser: a cookie jar at the app, another at the bank, and the forms of both."""

    def __init__(self, parts: Stack) -> None:
        self.parts = parts
        self.client: FlaskClient = parts.app.test_client()
        self.at_bank = requests.Session()
        self.at_bank.trust_env = False

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page of the app."""
        return self.client.get(path, base_url=ORIGIN, **more)

    def refresh(self) -> TestResponse:
        """Ask the banks again, and follow to the clean address."""
        return self.get("/accounts?fresh=1", follow_redirects=True)

    def post(self, path: str, data: dict[str, str], **more: Any) -> TestResponse:
        """Send one of the app's forms, as a browser does from the app's own page."""
        headers = {**OWN_FORM, **more.pop("headers", {})}
        return self.client.post(path, data=data, base_url=ORIGIN, headers=headers, **more)

    def form(self, path: str) -> dict[str, str]:
        """Return the hidden fields of a page's forms."""
        return hidden_fields(self.get(path).text)

    def press_proceed(self) -> TestResponse:
        """Open the consent page and press its button."""
        return self.post("/connect", {"draft": self.form("/connect")["draft"]})

    def begin(self) -> str:
        """Press the button; return where the interstitial leads."""
        return refresh_target(self.press_proceed().text)

    def approve(self, redirect: str, accounts: int = 3, user: str = "rora") -> str:
        """Log in at the bank, tick the first accounts, authorise; return the callback's address."""
        page = self.log_in(redirect, user)
        boxes = BeautifulSoup(page.text, "html.parser").select("input[type=checkbox]")[:accounts]
        return refresh_target(self._send(page, "authorize", [("account", str(box["value"])) for box in boxes]).text)

    def refuse(self, redirect: str, user: str = "rora") -> str:
        """Log in at the bank and press Cancel; return the callback's address."""
        return refresh_target(self._send(self.log_in(redirect, user), "cancel", []).text)

    def come_back(self, callback: str, **more: Any) -> TestResponse:
        """Follow the bank's way back to the app, not further."""
        parts = urlsplit(callback)
        return self.get(f"{parts.path}?{parts.query}", **more)

    def connect(self, accounts: int = 3, user: str = "rora") -> TestResponse:
        """Go the whole journey up to the callback's answer."""
        return self.come_back(self.approve(self.begin(), accounts, user))

    def log_in(self, redirect: str, user: str) -> requests.Response:
        """Open the bank's page and log in; returns the page with the accounts."""
        page = self.at_bank.get(redirect)
        return self._send(page, "login", [("username", user), ("password", user)])

    def _send(self, page: requests.Response, action: str, fields: list[tuple[str, str]]) -> requests.Response:
        hidden = list(hidden_fields(page.text).items())
        return self.at_bank.post(page.url, data=[*hidden, ("action", action), *fields])


def hidden_fields(html: str) -> dict[str, str]:
    """Return the hidden form fields of a page."""
    soup = BeautifulSoup(html, "html.parser")
    return {str(each["name"]): str(each.get("value", "")) for each in soup.select("input[type=hidden]")}


def refresh_target(html: str) -> str:
    """Return where a page's meta refresh leads, as a browser reads it."""
    tag = BeautifulSoup(html, "html.parser").select_one('meta[http-equiv="refresh" i]')
    assert tag is not None, html[:500]
    return re.split(r";\s*url=", str(tag["content"]), maxsplit=1, flags=re.IGNORECASE)[1].strip("'\"")


def query_of(address: str) -> dict[str, str]:
    """Return the query parameters of an address."""
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def cookie_of(browser: Browser) -> str:
    """Return the session cookie's value."""
    found = browser.client.get_cookie(COOKIE, domain="localhost")
    assert found is not None
    return found.value


def with_cookie(stack: Stack, value: str) -> Browser:
    """Return another browser that presents a cookie."""
    other = stack.browser()
    other.client.set_cookie(COOKIE, value, domain="localhost")
    return other
