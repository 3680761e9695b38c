"""`python app.py` as a real process with its sandbox, on ports of its own, in a folder of its own.

The folder holds links to the product's files, so that it runs as from a checkout, but without a developer's `.env`
and without what their shell exports. Everything the three processes say goes into one log file.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, Self

import requests

from tests.clock import machine
from tests.e2e.expected import amounts_of, rows_between, rows_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sandbox.people.holders import Account
    from tests.e2e.expected import Row

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("app.py", "config.py", "tpp", "sandbox", "templates", "static", "translations")
PASSED_ON = ("PATH", "HOME", "LANG")
ANOTHER_DAY = ("LD_PRELOAD", "PYTHONPATH", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC", "NO_FAKE_STAT")
"""What makes the clock of a run as on another day; the product's processes go by it too."""

READY = ("Mizan is at", "sandbox bank ready", "sandbox kit ready")
START_SECONDS = 90.0
STOP_SECONDS = 10.0
STEP_SECONDS = 0.02

FIRST_PORT, PORTS_PER_WORKER, WORKERS = 20_000, 1_000, 12
"""Below the ports that the kernel gives to outgoing connections: one of those could take ours during a restart."""

_given: set[int] = set()


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Wait for a condition. Raises AssertionError, naming it, when it does not come true in time."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise AssertionError(f"waited {seconds} s in vain for: {what}")
        time.sleep(STEP_SECONDS)


def free_port() -> int:
    """Return a port that nobody has; workers of one test run draw from different ranges."""
    number = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or str(WORKERS - 1)
    first = FIRST_PORT + int(number) % WORKERS * PORTS_PER_WORKER
    numbers = list(range(first, first + PORTS_PER_WORKER))
    SystemRandom().shuffle(numbers)
    port = next(each for each in numbers if each not in _given and is_free(each))
    _given.add(port)
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Stack:
    """The app and the sandbox. `settings` are further environment variables; `home` is an empty folder."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.instance = home / "instance"
        self.port, self.kit_port, self.bank_port = free_port(), free_port(), free_port()
        self.settings = settings
        self.since = machine()
        self.process: subprocess.Popen[bytes] | None = None
        self._log = home / "log.txt"
        home.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            (home / part).symlink_to(ROOT / part)

    @property
    def origin(self) -> str:
        """The app's address."""
        return f"http://localhost:{self.port}"

    @property
    def bank(self) -> str:
        """The bank's address."""
        return f"http://127.0.0.1:{self.bank_port}"

    @property
    def kit(self) -> str:
        """The Starter Kit's address."""
        return f"http://127.0.0.1:{self.kit_port}"

    @property
    def ports(self) -> tuple[int, int, int]:
        """All ports: app, Starter Kit, bank."""
        return self.port, self.kit_port, self.bank_port

    def environment(self) -> dict[str, str]:
        """Return the environment that the product gets."""
        passed_on = (*PASSED_ON, *ANOTHER_DAY) if "FAKETIME" in os.environ else PASSED_ON
        return {
            **{name: os.environ[name] for name in passed_on if name in os.environ},
            "REDIRECT_URI": f"{self.origin}/hackathon-redirect",
            "SANDBOX_KIT_PORT": str(self.kit_port),
            "SANDBOX_BANK_PORT": str(self.bank_port),
            "INSTANCE_PATH": str(self.instance),
            **self.settings,
        }

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the processes, as a shell would: in a process group of their own. Does not wait."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=self.home,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.process

    def start(self) -> Self:
        """Start, and wait until the app answers and, where it has one, both halves of its sandbox are ready."""
        since = self.mark()
        ready = READY[:1] if "STARTER_KIT_URL" in self.settings else READY
        process = self.launch()
        wait_until(
            lambda: process.poll() is not None or all(words in self.text(since) for words in ready),
            f"the start, in {self._log}",
            START_SECONDS,
        )
        assert process.poll() is None, self.text(since)
        with requests.Session() as client:
            client.trust_env = False
            assert client.get(f"{self.origin}/healthz", timeout=START_SECONDS).status_code == 200
        return self

    def stop(self) -> None:
        """Stop everything, by force where asking does not help."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        for pid in self.running():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def restart(self) -> None:
        """Stop app and sandbox, and start both on the same ports and the same instance."""
        self.stop()
        self.start()

    def due(self, accounts: Iterable[Account], html: str) -> list[Row]:
        """Return the rows that this page of accounts must show: those of some time since the stack was made."""
        return rows_between(accounts, self.since, machine(), rows_on(html))

    def amounts(self, accounts: Iterable[Account]) -> set[str]:
        """Return every amount that these accounts had since the stack was made."""
        return amounts_of(accounts, self.since, machine())

    def running(self) -> list[int]:
        """Return the processes of this stack, whoever their parent is: each was told its instance.

        The app carries it in its environment, the sandbox on its command line.
        """
        mark, told = f"INSTANCE_PATH={self.instance}".encode(), str(self.instance).encode()
        return [
            pid
            for pid in _pids()
            if mark in _words(pid, "environ")
            or (told in _words(pid, "cmdline") and b"sandbox" in _words(pid, "cmdline"))
        ]

    def mark(self) -> int:
        """Return a place in the log, for `text` and `count`."""
        return self._log.stat().st_size if self._log.exists() else 0

    def text(self, since: int = 0) -> str:
        """Return the log from a mark on."""
        return self._log.read_bytes()[since:].decode(errors="replace")

    def count(self, words: str, since: int = 0) -> int:
        """Count the log's lines that hold these words."""
        return sum(words in line for line in self.text(since).splitlines())

    def consents(self, since: int = 0) -> int:
        """Count the consents that the Starter Kit was asked for."""
        return self.count("sandbox.kit.starter_kit request POST /consent-create/bank-data", since)

    def exchanges(self, since: int = 0) -> int:
        """Count the codes that the Starter Kit was given."""
        return self.count("sandbox.kit.starter_kit request POST /token/authorization-code", since)

    def renewals(self, since: int = 0) -> int:
        """Count the token renewals that the Starter Kit was asked for."""
        return self.count("sandbox.kit.starter_kit request POST /token/refresh-token", since)

    def readings(self, since: int = 0) -> int:
        """Count the resource calls that the bank answered."""
        return self.count("sandbox.bank request GET /rs1/", since)


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _words(pid: int, what: str) -> list[bytes]:
    """Return a process's `environ` or `cmdline`; empty for one that is gone, a zombie, or another user's."""
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes().split(b"\0")
    except OSError:
        return []
