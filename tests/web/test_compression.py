"""What is compressed, and for whom."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.stack import Browser

TAKES_GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_a_page_is_compressed_for_whom_asks_by_themselves(browser: Browser, site: str) -> None:
    plain = browser.get("/privacy")
    answer = browser.get("/privacy", headers={**TAKES_GZIP, "Sec-Fetch-Site": site})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data) / 2
    assert len(gzip.decompress(answer.data)) == len(plain.data)
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(answer.vary)


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_a_page_that_another_site_asks_for_is_not_compressed(browser: Browser, site: str | None) -> None:
    """The length of a compressed page tells of a secret in it, beside what the address brings along."""
    answer = browser.get("/privacy", headers={**TAKES_GZIP, **({"Sec-Fetch-Site": site} if site else {})})

    assert "Content-Encoding" not in answer.headers
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(answer.vary)


@pytest.mark.parametrize("takes", ["", "identity", "gzip;q=0, br"])
def test_a_browser_that_takes_no_gzip_gets_none(browser: Browser, takes: str) -> None:
    answer = browser.get("/privacy", headers={"Accept-Encoding": takes, "Sec-Fetch-Site": "none"})

    assert "Content-Encoding" not in answer.headers
