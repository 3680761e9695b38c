"""The journey without a browser, for what needs a session and no page: presses by sending the pages' own forms."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.people.holders import Account

Fields = list[tuple[str, str]]
SECONDS = 30


def new_client() -> requests.Session:
    """Return a client that keeps cookies and knows no proxy."""
    client = requests.Session()
    client.trust_env = False
    return client


def submit(
    client: requests.Session,
    answer: requests.Response,
    button: Mapping[str, str],
    fields: Iterable[tuple[str, str]] = (),
) -> requests.Response:
    """Send the form that holds a button of these attributes, with its hidden fields and more."""
    soup = BeautifulSoup(answer.text, "html5lib")
    pressed = soup.find("button", attrs=dict(button))
    form = pressed.find_parent("form") if pressed else None
    assert pressed is not None, f"no button {button} at {answer.url}"
    assert form is not None
    data: Fields = [(str(each["name"]), str(each["value"])) for each in form.select('input[type="hidden"]')]
    if pressed.get("name"):
        data.append((str(pressed["name"]), str(pressed["value"])))
    address = urljoin(answer.url, str(form.get("action", "")))
    origin = "/".join(address.split("/")[:3])
    sent = client.post(address, data=[*data, *fields], headers={"Origin": origin}, timeout=SECONDS)
    assert sent.status_code == 200, f"{sent.status_code} from {address}"
    return sent


def onward(client: requests.Session, answer: requests.Response, link: str) -> requests.Response:
    """Follow the link that a page offers beside moving on by itself."""
    found = BeautifulSoup(answer.text, "html5lib").select_one(link)
    assert found is not None, f"no {link} at {answer.url}"
    return client.get(urljoin(answer.url, str(found["href"])), timeout=SECONDS)


def approve(client: requests.Session, origin: str, username: str, accounts: Iterable[Account]) -> str:
    """Go the way up to the bank's last page; return where it leads back to, without going there."""
    home = client.get(f"{origin}/connect", timeout=SECONDS)
    login = onward(client, submit(client, home, {"class": "altareq-button"}), "a.onward")
    person = [("username", username), ("password", username)]
    choice = submit(client, login, {"value": "login"}, person)
    ticked = [("account", each.account_id) for each in accounts]
    last = submit(client, choice, {"value": "authorize"}, ticked)
    found = BeautifulSoup(last.text, "html5lib").select_one(".go a")
    assert found is not None, f"no way back at {last.url}"
    return str(found["href"])


def connect(origin: str, username: str, accounts: Iterable[Account]) -> requests.Session:
    """Go the whole way up to the return from the bank; the accounts page itself is not asked for."""
    client = new_client()
    back = client.get(approve(client, origin, username, accounts), timeout=SECONDS, allow_redirects=False)
    assert back.status_code == 303
    assert back.headers["Location"].endswith("/accounts"), back.headers["Location"]
    return client
