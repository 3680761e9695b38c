"""The kit's calls to the bank, and how an answer is passed on.

The real kit sets no time limit; here one is set, so that a caller is always answered. Answers go on
unchanged; an empty one becomes the sentence that the kit's HTTP library would say, text becomes a JSON
string. No header of either side passes; a bank's `Retry-After` does where that is set.
Source: the Starter Kit's public copies.
"""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

POOL = 64
FIRST_ERROR = 400


class UnreachableError(Exception):
    """The bank did not answer. The message is what the kit tells its caller."""


@dataclass(frozen=True)
class Answer:
    """A status with a JSON body, or `None` for a success without a body; `retry_after` as the bank wrote it."""

    status: int
    body: Any = None
    retry_after: str = ""


class Upstream:
    """One pooled connection set to one bank; read-only after it is made, shared by all threads."""

    def __init__(self, base: str, connect_timeout: float, read_timeout: float) -> None:
        logging.getLogger("urllib3").setLevel(logging.INFO)  # at DEBUG it would log paths
        self._base = base
        self._timeout = (connect_timeout, read_timeout)
        self._session = requests.Session()
        self._session.trust_env = False  # a .netrc entry would replace the caller's token
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=POOL))

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """Send a form. Raises `UnreachableError`."""
        return self._send("POST", path, data=form)

    def post_json(self, path: str) -> Answer:
        """Send an empty JSON object. Raises `UnreachableError`."""
        return self._send("POST", path, json={})

    def get(self, path: str, token: str) -> Answer:
        """Read a resource with a bearer token. Raises `UnreachableError`."""
        return self._send("GET", path, headers={"Authorization": f"Bearer {token}"})

    def close(self) -> None:
        """Close the idle connections."""
        self._session.close()

    def _send(self, method: str, path: str, headers: dict[str, str] | None = None, **body: Any) -> Answer:
        named = {"x-fapi-interaction-id": str(uuid.uuid4()), "Accept": "application/json"} | (headers or {})
        try:
            response = self._session.request(
                method,
                self._base + path,
                headers=named,
                timeout=self._timeout,
                allow_redirects=False,
                **body,
            )
        except requests.Timeout as error:
            raise UnreachableError(f"timeout of {round(self._timeout[1] * 1000)}ms exceeded") from error
        except requests.ConnectionError as error:
            raise UnreachableError(f"connect ECONNREFUSED {urlsplit(self._base).netloc}") from error
        except (requests.RequestException, UnicodeError) as error:
            raise UnreachableError("Request could not be sent") from error
        return Answer(response.status_code, _read(response), response.headers.get("Retry-After", ""))


def _read(response: requests.Response) -> Any:
    if not response.content:
        failed = response.status_code >= FIRST_ERROR
        return {"error": f"Request failed with status code {response.status_code}"} if failed else None
    try:
        return json.loads(response.content)
    except ValueError:
        return response.text
