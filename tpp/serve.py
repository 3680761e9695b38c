"""Starting and stopping: the server, and in sandbox mode the sandbox's two processes beside it.

Each child has a session of its own, so that Ctrl-C reaches only this supervisor, which asks each child once to end
(SIGTERM) and ends what has not gone in time. On Linux a child also ends when the supervisor is killed; elsewhere it
would go on. Ports are tried before anything starts: two servers would silently share one. Nothing is opened before
the server makes its workers.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import config

if TYPE_CHECKING:
    from types import FrameType

    from config import Settings

log = logging.getLogger(__name__)

THREADS = 64
GRACE_SECONDS = 25
"""Time for requests under way when the server is asked to stop; a container should allow 30."""

SANDBOX_GRACE_SECONDS = 0.4
"""On a developer's machine Ctrl-C shall be quick."""

HERE = Path(__file__).resolve().parent.parent
"""Programs, templates and a relative `instance` are found from here, wherever the app is started from."""

STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
START_SECONDS = 30.0
STEP_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Program:
    """One child: its name for messages, its command, and where it listens."""

    name: str
    command: tuple[str, ...]
    host: str
    port: int


class Stop(BaseException):
    """Somebody asked us to stop."""


def main() -> int:
    """Serve until told to stop; return the process's exit code."""
    os.chdir(HERE)
    try:
        settings = config.load()
        settings.server_keys()
    except config.SettingsError as err:
        _tell("These settings cannot be used:", *(f"  - {fault}" for fault in err.faults), "See .env.example.")
        return 2
    for warning in settings.warnings:
        _tell(f"Warning: {warning}.")
    programs = _programs(settings)
    troubles = _troubles(programs)
    if troubles:
        _tell(*troubles)
        return 1
    return _supervise(programs, settings)


def leave(code: int) -> NoReturn:
    """End this process at once: an interpreter that has loaded the whole app takes its time to take it apart."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _troubles(programs: list[Program]) -> list[str]:
    """Say which ports cannot be had, and what to do about each."""
    ports = [program.port for program in programs]
    doubled = sorted({port for port in ports if ports.count(port) > 1})
    if doubled:
        return [f"Port {port} is given to two of our own programs: set another port for one." for port in doubled]
    tries = [(program, _trouble(program.host, program.port)) for program in programs]
    return [_what_to_do(program, trouble) for program, trouble in tries if trouble]


def _programs(settings: Settings) -> list[Program]:
    sandbox = _sandbox(settings) if settings.uses_sandbox else []
    return [*sandbox, Program("app", _granian(settings), settings.listen_host, settings.port)]


def _granian(settings: Settings) -> tuple[str, ...]:
    grace = 1 if settings.uses_sandbox else GRACE_SECONDS
    return (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", settings.listen_host, "--port", str(settings.port)),
        *("--workers", str(settings.web_workers), "--blocking-threads", str(THREADS), "--backpressure", "1024"),
        *("--respawn-failed-workers", "--workers-kill-timeout", str(grace)),
        *("--log-level", "error", "--no-access-log", "--factory", "app:create_app"),
    )


def _sandbox(settings: Settings) -> list[Program]:
    host = settings.listen_host
    bank_url = f"http://{settings.sandbox_host}:{settings.sandbox_bank_port}"
    shared = (
        *("--host", host, "--instance", str(settings.instance_path)),
        *("--redirect-uri", settings.redirect_uri, "--log-level", settings.log_level),
        *(() if settings.sandbox_control else ("--no-control",)),
    )
    bank = (
        *("bank", "--port", str(settings.sandbox_bank_port), "--public-url", settings.bank_public_url),
        *("--tpp-name", settings.tpp_name, "--latency-ms", str(settings.sandbox_latency_ms)),
        *("--access-token-seconds", str(settings.sandbox_access_token_seconds)),
    )
    kit = (
        *("kit", "--port", str(settings.sandbox_kit_port), "--bank-url", bank_url),
        *("--bank-public-url", settings.bank_public_url),
        *("--state-form", settings.sandbox_state_form, "--expiry", settings.sandbox_expiry),
    )
    run = (sys.executable, "-m", "sandbox")
    return [
        Program("sandbox bank", (*run, *bank, *shared), host, settings.sandbox_bank_port),
        Program("sandbox Starter Kit", (*run, *kit, *shared), host, settings.sandbox_kit_port),
    ]


def _trouble(host: str, port: int) -> str | None:
    """Bind once, as the server will; say why that fails. A port in TIME_WAIT is free, as it is for the server."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as err:
            return "is taken" if err.errno == errno.EADDRINUSE else f"cannot be had ({err.strerror})"
    return None


def _what_to_do(program: Program, trouble: str) -> str:
    advice = {
        "app": "If a Starter Kit has it, start that one with PORT=1412: the redirect URI is registered for this "
        "port, so the app stays. Else stop the program that has it, or set LISTEN_PORT behind a proxy.",
        "sandbox bank": "Stop the program that has it, or set SANDBOX_BANK_PORT to a free port.",
        "sandbox Starter Kit": "If that is a real Starter Kit, set STARTER_KIT_URL to use it; else stop the program "
        "that has it, or set SANDBOX_KIT_PORT to a free port.",
    }
    return f"Port {program.port} on {program.host}, which the {program.name} needs, {trouble}. {advice[program.name]}"


def _supervise(programs: list[Program], settings: Settings) -> int:
    for number in STOPPING:
        signal.signal(number, _stop)
    children: list[subprocess.Popen[bytes]] = []
    try:
        _watch(programs, children, settings)
    except Stop:
        return 0
    else:
        return 1
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        _end(children, SANDBOX_GRACE_SECONDS if settings.uses_sandbox else GRACE_SECONDS + 1)


def _watch(programs: list[Program], children: list[subprocess.Popen[bytes]], settings: Settings) -> None:
    """Start the children and return when one of them ends by itself. Raises Stop on a signal."""
    for program in programs:
        children.append(_start(program))  # noqa: PERF401 - a signal may come between two of them
    if _all_answer(programs, children):
        _tell(_welcome(settings))
    while all(child.poll() is None for child in children):
        time.sleep(STEP_SECONDS)
    _tell(f"{_first_gone(programs, children)} has ended, so the rest ends too.")


def _start(program: Program) -> subprocess.Popen[bytes]:
    linux = sys.platform == "linux"
    return subprocess.Popen(program.command, start_new_session=True, preexec_fn=_die_with_parent if linux else None)  # noqa: PLW1509, S603


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
    host = "127.0.0.1" if program.host == "0.0.0.0" else program.host  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((host, program.port), timeout=1):
            return True
    except OSError:
        return False


def _welcome(settings: Settings) -> str:
    where = f"Mizan is at {settings.origin}  (Ctrl-C stops it)"
    if not settings.uses_sandbox:
        return f"{where}\nStarter Kit: {settings.kit_url}"
    return (
        f"{where}\nSimulated bank at {settings.bank_public_url}: log in there as rora / rora, or mits / mits.\n"
        f"Simulated Starter Kit at {settings.kit_url}."
    )


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


def _tell(*lines: str) -> None:
    sys.stderr.write("\n".join(lines) + "\n")
    sys.stderr.flush()
