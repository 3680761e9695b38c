"""What the supervisor tells the programs that it starts."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from tests.stack import make_settings
from tpp.serve import checks, programs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("control", "told"), [(True, 0), (False, 1)])
def test_the_control_is_left_out_of_bank_and_kit_alike(tmp_path: Path, *, control: bool, told: int) -> None:
    started = programs._sandbox(make_settings(tmp_path, sandbox_control=control))
    assert [program.command.count("--no-control") for program in started] == [told, told]


@pytest.mark.parametrize(
    ("host", "other", "code", "named"),
    [
        ("127.0.0.1", "::1", errno.EADDRINUSE, True),
        ("0.0.0.0", "::1", errno.EADDRINUSE, True),
        ("::1", "127.0.0.1", errno.EADDRINUSE, True),
        ("::", "127.0.0.1", errno.EADDRINUSE, True),
        ("localhost", "::1", errno.EADDRINUSE, True),
        ("127.0.0.1", "::1", errno.EADDRNOTAVAIL, False),
        ("127.0.0.1", "::1", errno.EAFNOSUPPORT, False),
        ("192.0.2.7", "::1", errno.EADDRINUSE, False),
    ],
)
def test_both_loopback_addresses_are_tried_and_a_missing_family_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, other: str, code: int, *, named: bool
) -> None:
    taken = {other: OSError(code, "x")}
    monkeypatch.setattr(checks, "_bind", lambda host, _port: taken.get(host))
    app = programs.programs_of(make_settings(tmp_path, listen_host=host, starter_kit_url="http://localhost:1412"))
    told = checks.ports(app)

    assert [f"Port 1411 on {other}, which the app needs too, is taken." in each for each in told] == [True] * named


@pytest.mark.parametrize(("allowed", "warnings"), [("128\n", 1), ("4096\n", 0), ("65535\n", 0), ("", 0), (None, 0)])
def test_a_kernel_that_keeps_the_queue_of_connections_short_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: str | None, warnings: int
) -> None:
    limit = tmp_path / "somaxconn"
    if allowed is not None:
        limit.write_text(allowed)
    monkeypatch.setattr(checks, "LONGEST_QUEUE", limit)
    assert [f"is {(allowed or '').strip()}:" in each for each in checks.queue()] == [True] * warnings
