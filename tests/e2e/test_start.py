"""What is said at the start, before anything runs: one sentence, its remedy, an exit code, and no traceback."""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stack import ROOT
from tests.e2e.walker import SECONDS, new_client

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.stack import Stack


def refusal(stack: Stack) -> str:
    """Start a stack that cannot be started; return what it said."""
    assert stack.launch().wait(SECONDS) == 1
    told = stack.text()
    assert "Traceback" not in told
    assert "ready on" not in told
    assert stack.running() == []
    return told


def test_a_program_on_the_other_loopback_address_is_named_like_a_taken_port(new_stack: Callable[..., Stack]) -> None:
    """A browser asks localhost by IPv6 first, and would open the other program. Without IPv6 there is none."""
    stack = new_stack()
    try:
        other = socket.create_server(("::1", stack.port), family=socket.AF_INET6)
    except OSError:
        assert stack.start().text().count("is taken") == 0
        return
    with other:
        told = refusal(stack)
    assert f"Port {stack.port} on ::1, which the app needs too, is taken." in told
    assert "LISTEN_PORT" in told


@pytest.mark.parametrize(
    ("place", "why"),
    [("/proc/mizan", "cannot be made or written to"), ("{home}/file/below", "a file stands where a folder is needed")],
    ids=["no-folder-can-be-made", "a-file-in-its-place"],
)
def test_a_folder_that_cannot_be_made_is_one_sentence(new_stack: Callable[..., Stack], place: str, why: str) -> None:
    stack = new_stack()
    (stack.home / "file").write_text("in the way")
    stack.settings["INSTANCE_PATH"] = place.format(home=stack.home)
    told = refusal(stack)
    assert why in told
    assert len(told.splitlines()) == 1
    assert told.startswith("INSTANCE_PATH, /")
    assert "Set INSTANCE_PATH to" in told


def test_a_full_disk_at_the_start_is_one_sentence(tmp_path: Path) -> None:
    """No file of this process may grow beyond a little: that is how a full disk looks to it, for any user."""
    start = (
        "import sys; from tpp.serve import checks; from pathlib import Path; print(*checks.folder(Path(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", start, str(tmp_path / "instance")],
        cwd=ROOT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "there is no room for 2 megabytes" in done.stdout
    assert "Make room on its disk" in done.stdout
    assert list((tmp_path / "instance").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"no store at all" * 100, "it is no store of this program"), (None, "cannot be read or written")],
)
def test_a_store_that_cannot_be_used_is_one_sentence(
    new_stack: Callable[..., Stack], content: bytes | None, why: str
) -> None:
    stack = new_stack()
    stack.instance.mkdir(mode=0o700)
    place = stack.instance / "mizan.sqlite"
    if content is None:
        place.mkdir()
    else:
        place.write_bytes(content)
    told = refusal(stack)
    assert why in told
    assert len(told.splitlines()) == 1


def test_a_key_and_a_store_that_others_can_read_are_warned_of(new_stack: Callable[..., Stack]) -> None:
    stack = new_stack().start()
    assert "can be read by others" not in stack.text()
    stack.stop()
    stack.instance.chmod(0o755)
    for name in ("secret.key", "mizan.sqlite"):
        (stack.instance / name).chmod(0o644)
    since = stack.mark()
    told = stack.start().text(since)
    for name in ("secret.key", "mizan.sqlite"):
        assert f"Warning: {stack.instance / name} can be read by others on this machine: chmod 600" in told


def test_children_get_only_the_environment_that_they_need(new_stack: Callable[..., Stack]) -> None:
    """A key of the app is none of the sandbox's business, and what else is exported is nobody's."""
    stack = new_stack(SECRET_KEY="k" * 40, AWS_SECRET_ACCESS_KEY="s" * 40, GRANIAN_PORT="1", TZ="Asia/Dubai").start()
    process = stack.process
    assert process is not None
    told = {pid: Path(f"/proc/{pid}/environ").read_bytes() for pid in children_of(process.pid)}
    assert len(told) == 3
    assert [pid for pid, words in told.items() if b"AWS_SECRET" in words or b"GRANIAN" in words] == []
    assert sum(b"SECRET_KEY=kkk" in words for words in told.values()) == 1, "the app alone"
    assert all(b"TZ=Asia/Dubai" in words and b"PATH=" in words for words in told.values())


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def test_the_simulated_kit_stays_on_this_machine_whatever_the_app_listens_on(new_stack: Callable[..., Stack]) -> None:
    """It asks nobody for a password; the bank, which browsers need, listens with the app."""
    stack = new_stack(LISTEN_HOST="0.0.0.0").start()
    beyond = "127.0.0.2"
    client = new_client()
    for port in (stack.port, stack.bank_port):
        assert client.get(f"http://{beyond}:{port}/healthz", timeout=SECONDS).status_code in {200, 400, 403, 404}
    with pytest.raises(OSError):
        socket.create_connection((beyond, stack.kit_port), timeout=SECONDS)
    assert client.get(f"{stack.origin}/", timeout=SECONDS).status_code == 200
