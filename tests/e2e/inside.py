"""The whole product in this process, at addresses that a browser can open: its clock, kit and faults can be turned."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.e2e.walker import connect
from tests.sheet import add_sheet
from tests.stack import plain, serving
from tests.stack import stack as whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from playwright.sync_api import BrowserContext

    from sandbox.people.holders import Account
    from tests.clock import Clock
    from tests.stack import Recorder

RESOURCES = "/open-finance/account-information/v1.2/accounts"
IDLE_MINUTES = 15
LOCALES = {"en": "en-GB", "ar": "ar-AE"}
"""What a browser of that language asks for; both houses answer in it."""


@dataclass(frozen=True)
class Inside:
    """The running product."""

    origin: str
    bank: str
    kit: Recorder
    clock: Clock

    def sign_in(self, context: BrowserContext, accounts: Iterable[Account]) -> None:
        """Give a browser the session of somebody who has just been to the bank."""
        client = connect(self.origin, "rora", accounts)
        context.add_cookies([{"name": "mizan", "value": str(client.cookies["mizan"]), "url": self.origin}])


@contextmanager
def inside(instance: Path, clock: Clock, **settings: Any) -> Iterator[Inside]:
    """Run app, Starter Kit and bank; the keywords change the app's settings. The app has the component sheet too."""
    with serving() as (_, server):
        origin = f"http://localhost:{server.bind_addr[1]}"
        redirect_uri = f"{origin}/hackathon-redirect"
        houses: dict[str, dict[str, Any]] = {
            "kit": {"redirect_uri": redirect_uri},
            "bank": {"redirect_uri": redirect_uri},
            "app": {"redirect_uri": redirect_uri, "idle_minutes": IDLE_MINUTES, "log_level": "ERROR", **settings},
        }
        with whole(instance, clock, **houses) as parts:
            services = parts.app.extensions["mizan"]
            services.banks.default.wording = "simulated-kit"
            services = replace(services, facts=replace(services.facts, mode="sandbox"))
            parts.app.extensions["mizan"] = services
            add_sheet(parts.app)
            server.wsgi_app = parts.app
            yield Inside(origin, parts.bank_url, parts.kit, clock)


def down() -> WSGIApplication:
    """Make a bank with a technical problem."""
    return plain("500 Internal Server Error", b"{}")


def scripted(accounts: Iterable[Mapping[str, Any]], balances: Mapping[str, Iterable[Any]]) -> WSGIApplication:
    """Make a bank that lists these accounts, and per account id these balances."""
    listed = {"Data": {"Account": list(accounts)}}

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        parts = environ["PATH_INFO"].removeprefix(RESOURCES).strip("/").split("/")
        body = {"Data": {"AccountId": parts[0], "Balance": list(balances[parts[0]])}} if parts[0] else listed
        return plain("200 OK", json.dumps(body).encode())(environ, start_response)

    return answer
