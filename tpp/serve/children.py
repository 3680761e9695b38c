"""The processes that are started: each is watched, and none outlives the others.

Each child has a session of its own, so that Ctrl-C reaches only this supervisor, which asks each child once to end
(SIGTERM) and ends what has not gone in time. On Linux a child also ends when the supervisor is killed; elsewhere it
would go on.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from tpp.model.hosts import EVERYWHERE, LOOPBACK
from tpp.serve.programs import GRACE_SECONDS

if TYPE_CHECKING:
    from types import FrameType

    from tpp.serve.programs import Program

QUICK_GRACE_SECONDS = 0.4
"""On a developer's machine Ctrl-C shall be quick."""

STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
START_SECONDS = 30.0
STEP_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1


class Stop(BaseException):
    """Somebody asked us to stop."""


def supervise(programs: list[Program], welcome: str, *, quick: bool) -> int:
    """Run the programs until a signal (0) or until one of them ends by itself (1). `quick`: wait for nothing."""
    for number in STOPPING:
        signal.signal(number, _stop)
    children: list[subprocess.Popen[bytes]] = []
    try:
        _watch(programs, children, welcome)
    except Stop:
        return 0
    else:
        return 1
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        _end(children, QUICK_GRACE_SECONDS if quick else GRACE_SECONDS + 1)


def _watch(programs: list[Program], children: list[subprocess.Popen[bytes]], welcome: str) -> None:
    """Start the children and return when one of them ends by itself. Raises Stop on a signal."""
    for program in programs:
        children.append(_start(program))  # noqa: PERF401 - a signal may come between two of them
    if _all_answer(programs, children):
        tell(welcome)
    while all(child.poll() is None for child in children):
        time.sleep(STEP_SECONDS)
    tell(f"{_first_gone(programs, children)} has ended, so the rest ends too.")


def _start(program: Program) -> subprocess.Popen[bytes]:
    linux = sys.platform == "linux"
    return subprocess.Popen(  # noqa: S603 - our own commands
        program.command,
        env=dict(program.environment),
        start_new_session=True,
        preexec_fn=_die_with_parent if linux else None,  # noqa: PLW1509 - no thread runs here
    )


def _die_with_parent() -> None:
    """Ask the kernel for a SIGTERM when the supervisor dies (Linux, prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _all_answer(programs: list[Program], children: list[subprocess.Popen[bytes]]) -> bool:
    """Wait until every child accepts connections; False where one ended, or it takes too long."""
    give_up = time.monotonic() + START_SECONDS
    for program in programs:
        while not _answers(program):
            if time.monotonic() > give_up or any(child.poll() is not None for child in children):
                return False
            time.sleep(STEP_SECONDS)
    return True


def _answers(program: Program) -> bool:
    host = LOOPBACK if program.host in EVERYWHERE else program.host
    try:
        with socket.create_connection((host, program.port), timeout=1):
            return True
    except OSError:
        return False


def _first_gone(programs: list[Program], children: list[subprocess.Popen[bytes]]) -> str:
    gone = next(program for program, child in zip(programs, children, strict=True) if child.poll() is not None)
    return f"The {gone.name}"


def _end(children: list[subprocess.Popen[bytes]], grace: float) -> None:
    """Ask all to end, then end what is left, workers of a child included."""
    for child in children:
        with suppress(ProcessLookupError):
            child.terminate()
    give_up = time.monotonic() + grace
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, give_up - time.monotonic()))
    for child in children:
        _kill(child)


def _kill(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    child.wait()


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stop


def tell(*lines: str) -> None:
    """Say something to whoever started us."""
    sys.stderr.write("\n".join(lines) + "\n")
    sys.stderr.flush()
