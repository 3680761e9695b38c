"""Planted secrets are found nowhere: not in pages, headers, logs at DEBUG, nor in any stored byte.

Three places are meant to hold one: the interstitial names the `request_uri`, the callback's own request line holds
code and state, and the session cookie is in its header.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

from tests.stack import query_of, refresh_target

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from werkzeug.test import TestResponse

    from tests.clock import Clock
    from tests.stack import Stack


@pytest.mark.parametrize("state_form", ["opaque", "base64"])
def test_planted_secrets_are_found_nowhere(
    start: Callable[..., AbstractContextManager[Stack]],
    instance: Path,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    state_form: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    with start(kit={"state_form": state_form}, bank={"rotate_refresh": True}, app={"log_level": "DEBUG"}) as stack:
        person = stack.browser()
        answers = [person.get("/"), interstitial := person.press_proceed()]
        callback = person.approve(refresh_target(interstitial.text))
        answers += [person.come_back(callback), person.get("/accounts"), person.come_back(callback)]
        clock.move(minutes=10)
        answers += [person.refresh(), person.get("/sign-out")]
        answers.append(person.come_back(person.refuse(person.begin())))
        secrets = planted(stack, callback)
        cookie = person.client.get_cookie("mizan", domain="localhost")
        assert cookie is not None
        secrets["cookie"] = cookie.value

    assert len(secrets) >= 9
    stored = {path: path.read_bytes() for path in instance.rglob("*") if path.is_file()}
    for name, secret in secrets.items():
        assert secret not in caplog.text, f"{name} is in the log"
        for answer in answers:
            assert secret not in answer.text, f"{name} is in a page"
            assert secret not in headers_without_cookie(answer), f"{name} is in a header"
        for path, content in stored.items():
            if path.name != "secret.key":
                assert secret.encode() not in content, f"{name} is in {path.name}"


def test_figures_and_names_are_not_readable_in_the_store(stack: Stack, instance: Path) -> None:
    person = stack.browser()
    person.connect(accounts=8)
    page = person.get("/accounts").text
    assert "Salary account" in page
    assert "48,215" in page

    for path in instance.glob("mizan.sqlite*"):
        content = path.read_bytes()
        for mark in (b"Salary", b"48215.60", b"100004000000000000000001", b"10000109010101", b"AED"):
            assert mark not in content


def planted(stack: Stack, callback: str) -> dict[str, str]:
    """Collect the secrets of a journey from what the Starter Kit and the bank answered."""
    created, exchanged = json.loads(stack.kit.answers[0]), json.loads(stack.kit.answers[1])
    refreshed = next(
        json.loads(answer)
        for seen, answer in zip(stack.kit.seen, stack.kit.answers, strict=True)
        if seen.path == "/token/refresh-token"
    )
    query = query_of(callback)
    return {
        "code_verifier": created["code_verifier"],
        "code": query["code"],
        "state": query["state"],
        "access_token": exchanged["access_token"],
        "refresh_token": exchanged["refresh_token"],
        "id_token": exchanged["id_token"],
        "new access_token": refreshed["access_token"],
        "new refresh_token": refreshed["refresh_token"],
        "server key": stack.settings.server_keys()[0].decode(),
    }


def headers_without_cookie(answer: TestResponse) -> str:
    """Return an answer's headers but the session cookie's."""
    return "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Set-Cookie")
