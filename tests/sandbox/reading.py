"""Reading what the bank answers: its pages as a person sees them, its refusals as a client does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from tests.sandbox.helpers import ISSUER, way_back

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.sandbox.helpers import RelyingParty

WRONG = {"action": "login", "username": "mits", "password": "x"}
MITS = [f"1000040000000000000000{number}" for number in ("02", "03", "05")]
RORA = [f"1000040000000000000000{n}" for n in ("01", "04", "06", "07", "08", "09", "10", "11")]


def soup(page: str) -> BeautifulSoup:
    """Return the parsed page."""
    return BeautifulSoup(page, "html5lib")


def words(page: str, selector: str) -> list[str]:
    """Return the visible words of the elements, spaces made single."""
    return [" ".join(found.get_text(" ").split()) for found in soup(page).select(selector)]


def refused_page(response: TestResponse) -> None:
    """Assert the bank's own error page: status 400, no redirect of any kind."""
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert "http-equiv" not in response.text
    assert words(response.text, "h1") == ["This page cannot be used"]


def error_of(page: str) -> tuple[str, str]:
    """Return the error pair of an interstitial."""
    told = way_back(page)
    assert told["iss"] == ISSUER
    return told["error"], told["error_description"]


def open_auth(party: RelyingParty, **query: str) -> TestResponse:
    """Call the authorization endpoint."""
    return party.browser.get("/auth1/auth", query_string=query)


def refused(response: TestResponse, code: str) -> str:
    """Return the description of a 400 with that code."""
    assert response.status_code == 400, response.text
    body = response.get_json()
    assert set(body) == {"error", "error_description"}
    assert body["error"] == code
    return str(body["error_description"])
