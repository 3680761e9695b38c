"""The two processes: start, the ready line, faults at the start, and the end at a signal."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sandbox.__main__ import bank_app, kit_app, main, parser
from sandbox.kit.starter_kit import EXTENSION

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(*arguments: str) -> subprocess.Popen[str]:
    """Start one application from the repository's root."""
    command = [sys.executable, "-m", "sandbox", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def running(instance: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a bank whose resources take half a minute; return it and its port."""
    port = free_port()
    process = start("bank", "--instance", str(instance), "--port", str(port), "--latency-ms", "30000")
    assert process.stdout is not None
    assert process.stdout.readline() == f"sandbox bank ready on http://127.0.0.1:{port}\n"
    yield process, port
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_despite_idle_connections_and_slow_requests(
    running: tuple[subprocess.Popen[str], int], number: signal.Signals
) -> None:
    process, port = running
    idle = http.client.HTTPConnection("127.0.0.1", port)
    idle.request("GET", "/auth1/.well-known/openid-configuration")
    assert idle.getresponse().read()
    slow = http.client.HTTPConnection("127.0.0.1", port)
    slow.request("GET", "/rs1/open-finance/account-information/v1.2/accounts")
    time.sleep(0.2)
    process.send_signal(number)
    assert process.wait(SECONDS) == 0
    idle.close()
    slow.close()


def test_a_kit_says_when_it_is_ready(instance: Path) -> None:
    port = free_port()
    process = start("kit", "--instance", str(instance), "--port", str(port))
    assert process.stdout is not None
    assert process.stdout.readline() == f"sandbox kit ready on http://127.0.0.1:{port}\n"
    process.terminate()
    process.communicate(timeout=SECONDS)
    assert process.returncode == 0


def test_a_taken_port_is_told_in_one_line(instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        assert main(["bank", "--instance", str(instance), "--port", port]) == 1
    assert capsys.readouterr().out == ""


def test_files_that_cannot_be_used_are_told_in_one_line(instance: Path) -> None:
    (instance / "sandbox.key").write_bytes(b"short")
    process = start("kit", "--instance", str(instance), "--port", str(free_port()))
    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, out) == (1, "")
    assert "cannot start" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["bank"],
        ["bank", "--instance", "x", "--public-url", "bank.example"],
        ["bank", "--instance", "x", "--latency-ms", "-1"],
        ["kit", "--instance", "x", "--state-form", "signed"],
    ],
)
def test_a_faulty_command_line_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(arguments)


def test_the_control_can_be_left_out_of_both_applications(instance: Path) -> None:
    for name, make in (("bank", bank_app), ("kit", kit_app)):
        given = parser().parse_args([name, "--instance", str(instance), "--no-control"])
        assert make(given).test_client().get("/control").status_code == 404
    with_it = bank_app(parser().parse_args(["bank", "--instance", str(instance)]))
    assert with_it.test_client().get("/control", headers={"Host": "127.0.0.1:1413"}).status_code == 200


def test_a_kit_answers_to_its_own_names_alone(instance: Path) -> None:
    given = ["kit", "--instance", str(instance), "--host", "192.0.2.7", "--host-name", "Kit"]
    caller = kit_app(parser().parse_args(given)).test_client()
    own = (
        "127.0.0.1:1412",
        "localhost",
        "LOCALHOST:1412",
        "[::1]:1412",
        "host.docker.internal:1412",
        "192.0.2.7",
        "kit:1412",
    )
    for host in own:
        assert caller.get("/nowhere", headers={"Host": host}).status_code == 404
    for host in ("evil.example", "127.0.0.1.evil.example:1412", "192.0.2.8", "localhost.evil.example", "mykit"):
        for path in ("/nowhere", "/register", "/open-finance/account-information/v1.2/accounts"):
            answer = caller.get(path, headers={"Host": host})
            assert (answer.status_code, answer.data) == (403, b"")
            assert "Content-Type" not in answer.headers


def test_a_kit_is_told_to_hand_on_how_long_to_wait(instance: Path) -> None:
    for more, told in (([], False), (["--pass-retry-after"], True)):
        app = kit_app(parser().parse_args(["kit", "--instance", str(instance), *more]))
        assert app.extensions[EXTENSION].settings.pass_retry_after is told


def test_addresses_lose_their_trailing_slash() -> None:
    given = parser().parse_args(["bank", "--instance", "x", "--public-url", "https://bank.example/"])
    assert given.public_url == "https://bank.example"
