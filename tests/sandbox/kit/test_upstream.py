"""What passes between caller and bank, and what does not."""

from __future__ import annotations

import json
import re
import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, Response, request

from tests.sandbox.helpers import origin
from tests.sandbox.kit_caller import BASICS, CREATE, DATA, UUID, bearer

if TYPE_CHECKING:
    from collections.abc import Callable

    from cheroot.wsgi import Server

    Maker = Callable[..., Flask]


def test_queries_and_headers_do_not_pass_in_either_direction(make_kit: Maker, spy_server: Server) -> None:
    seen: list[tuple[str, dict[str, str]]] = []
    spy = Flask("spy")

    @spy.get("/rs1/<path:path>")
    def data(path: str) -> Response:
        seen.append((request.full_path, dict(request.headers)))
        answer = Response(json.dumps({"path": path}), content_type="application/json")
        answer.headers["Retry-After"] = "9"
        answer.headers["Set-Cookie"] = "a=b"
        return answer

    sent = bearer("t") | {"x-fapi-interaction-id": "mine", "x-fapi-customer-ip-address": "192.0.2.1"}
    spy_server.wsgi_app = spy
    caller = make_kit(bank_url=origin(spy_server)).test_client()
    for _ in range(2):
        path = f"{DATA}/accounts/a%20b%3Fc/balances?fromBookingDateTime=2026-01-01"
        answer = caller.get(path, headers=sent)
    full_path, headers = seen[1]
    assert full_path.endswith("/accounts/a b?c/balances?")
    assert re.fullmatch(UUID, headers["X-Fapi-Interaction-Id"])
    assert "X-Fapi-Customer-Ip-Address" not in headers
    assert "Cookie" not in headers
    assert headers["Authorization"] == "Bearer t"
    assert not {"Retry-After", "Set-Cookie", "x-fapi-interaction-id"} & set(answer.headers.keys())


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"", 429, {"error": "Request failed with status code 429"}),
        (b"<html>gateway</html>", 502, "<html>gateway</html>"),
        (b'{"a": 1}', 200, {"a": 1}),
        (b'{"Errors": []}', 500, {"Errors": []}),
    ],
)
def test_any_answer_of_the_bank_becomes_json(
    make_kit: Maker, spy_server: Server, body: bytes, status: int, expected: Any
) -> None:
    spy = Flask("spy")
    spy.add_url_rule("/rs1/<path:path>", view_func=lambda path: (body, status, {"X-Path": path}))
    spy_server.wsgi_app = spy
    caller = make_kit(bank_url=origin(spy_server)).test_client()
    answer = caller.get(f"{DATA}/accounts", headers=bearer("t"))
    assert (answer.status_code, answer.get_json()) == (status, expected)


def test_an_unreachable_bank_is_500(make_kit: Maker) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    caller = make_kit(bank_url=f"http://127.0.0.1:{port}").test_client()
    for answer in (
        caller.post(CREATE, json=BASICS),
        caller.get("/register"),
        caller.get(f"{DATA}/accounts", headers=bearer("t")),
    ):
        assert answer.status_code == 500
        assert answer.get_json() == {"error": f"connect ECONNREFUSED 127.0.0.1:{port}"}


def test_a_silent_bank_is_500_after_the_time_limit(make_kit: Maker) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        caller = make_kit(bank_url=url, read_timeout=0.2).test_client()
        answer = caller.get(f"{DATA}/accounts", headers=bearer("t"))
    assert answer.status_code == 500
    assert answer.get_json() == {"error": "timeout of 200ms exceeded"}
