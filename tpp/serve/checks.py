"""What is tried before anything starts: the ports, the folder, the store. Each trouble is one sentence with a remedy.

Ports are bound once: two servers would silently share one. A browser asks `localhost` by IPv6 first, so a program
on [::1] would get what is meant for us: both families are tried where we listen on this machine.
"""

from __future__ import annotations

import errno
import os
import socket
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tpp.errors import StoreUnavailable
from tpp.model.hosts import beside
from tpp.serve.programs import MOST_WAITING
from tpp.store.sqlite import NEWER, SqliteRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tpp.serve.programs import Program

ROOM = 2 * 1024 * 1024
"""Bytes that must be free at the start: the built static files and a new store."""

LONGEST_QUEUE = Path("/proc/sys/net/core/somaxconn")
"""Where Linux keeps how many connections may wait for one server, whatever that server asks for: listen(2)."""

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

ADVICE = {
    "app": "If a Starter Kit has it, start that one with PORT=1412: the redirect URI is registered for this "
    "port, so the app stays. Else stop the program that has it, or set LISTEN_PORT behind a proxy.",
    "sandbox bank": "Stop the program that has it, or set SANDBOX_BANK_PORT to a free port.",
    "sandbox Starter Kit": "If that is a real Starter Kit, set STARTER_KIT_URL to use it; else stop the program "
    "that has it, or set SANDBOX_KIT_PORT to a free port.",
}
STORE_TROUBLES = {
    "SQLITE_FULL": "its disk is full. Make room there",
    "SQLITE_NOTADB": "it is no store of this program. Move it away: a new one is made, and everybody connects anew",
    "SQLITE_CORRUPT": "it is damaged. Move it away: a new one is made, and everybody connects anew",
    NEWER: "a newer version of this program wrote it. Start that version, or set INSTANCE_PATH to another folder",
}


def ports(programs: Sequence[Program]) -> list[str]:
    """Say which ports cannot be had, and what to do about each."""
    numbers = [program.port for program in programs]
    doubled = sorted({port for port in numbers if numbers.count(port) > 1})
    if doubled:
        return [f"Port {port} is given to two of our own programs: set another port for one." for port in doubled]
    return [sentence for program in programs for sentence in _port(program)]


def _port(program: Program) -> list[str]:
    trouble = _bind(program.host, program.port)
    if trouble is not None:
        word = "is taken" if trouble.errno == errno.EADDRINUSE else f"cannot be had ({trouble.strerror})"
        needed = f"Port {program.port} on {program.host}, which the {program.name} needs, {word}."
        return [f"{needed} {ADVICE[program.name]}"]
    other = beside(program.host)
    trouble = _bind(other, program.port) if other else None
    if trouble is None or trouble.errno != errno.EADDRINUSE:  # a machine without IPv6 has no such address at all
        return []
    needed = f"Port {program.port} on {other}, which the {program.name} needs too, is taken."
    return [f"{needed} A browser that is sent to localhost may go there instead. {ADVICE[program.name]}"]


def _bind(host: str, port: int) -> OSError | None:
    """Bind once, as the server will; return why that fails. A port in TIME_WAIT is free, as it is for the server."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind((host, port))
    except OSError as err:
        return err
    return None


def queue() -> list[str]:
    """Warn where the kernel lets fewer connections wait than we ask for; it drops the others without a word."""
    try:
        allowed = int(LONGEST_QUEUE.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return []
    if allowed >= MOST_WAITING:
        return []
    return [f"net.core.somaxconn is {allowed}: of more visitors at the same moment some wait a second or longer"]


def folder(path: Path) -> list[str]:
    """Say why the instance folder cannot be made, or not be written to: a file is written there and taken away."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(bytes(ROOM))
            file.flush()
            os.fsync(file.fileno())
    except OSError as err:
        return [f"INSTANCE_PATH, {path.absolute()}, cannot be used: {_remedy(err)}."]
    return []


def _remedy(error: OSError) -> str:
    if error.errno in FULL:
        return f"there is no room for {ROOM // 1024 // 1024} megabytes ({error.strerror}). Make room on its disk"
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return "a file stands where a folder is needed. Set INSTANCE_PATH to another folder"
    return f"it cannot be made or written to ({error.strerror}). Set INSTANCE_PATH to a folder that may be written to"


def store(path: Path) -> list[str]:
    """Say why the store cannot be used. It is opened in this process alone, and closed again."""
    place = path / "mizan.sqlite"
    try:
        SqliteRows(place, time.time).ping()
    except StoreUnavailable as err:
        unknown = f"it cannot be read or written ({err.detail}). See that it belongs to this user and is no copy in use"
        return [f"The store, {place.absolute()}, cannot be used: {STORE_TROUBLES.get(err.detail, unknown)}."]
    return []
