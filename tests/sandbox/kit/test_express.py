"""The manners of the web framework that the real kit runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.kit_caller import BASICS, CREATE, DATA

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    Maker = Callable[..., Flask]


@pytest.mark.parametrize("body", ["{", "", "nonsense", "5", '"x"', '{"a": NaN}'])
def test_malformed_json_gets_an_html_page(kit: FlaskClient, body: str) -> None:
    answer = kit.post(CREATE, data=body, content_type="application/json")
    assert answer.status_code == 400
    if body:
        assert answer.mimetype == "text/html"
        assert "<pre>SyntaxError" in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/x"), ("POST", "/register"), ("GET", CREATE), ("DELETE", f"{DATA}/accounts"), ("GET", "/")],
)
def test_an_unknown_path_or_method_gets_an_html_page(kit: FlaskClient, method: str, path: str) -> None:
    answer = kit.open(path, method=method)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert f"<pre>Cannot {method} {path}</pre>" in answer.text


def test_the_page_for_an_unknown_path_escapes_it(kit: FlaskClient) -> None:
    assert "<script>" not in kit.get("/<script>alert(1)</script>").text


def test_too_large_a_body_gets_an_html_page(kit: FlaskClient) -> None:
    answer = kit.post(CREATE, data="x" * 110_000, content_type="application/json")
    assert answer.status_code == 413
    assert "PayloadTooLargeError" in answer.text


def test_a_trailing_slash_does_not_matter(kit: FlaskClient) -> None:
    assert kit.post(CREATE + "/", json=BASICS).status_code == 201


def test_a_fault_of_the_kit_gets_an_html_page(kit: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.kit.starter_kit.begin", None)
    answer = kit.post(CREATE, json=BASICS)
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "TypeError" not in answer.text
