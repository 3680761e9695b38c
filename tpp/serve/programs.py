"""What is started: each program's command, where it listens, and the environment that it gets."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import config
from tpp.model.hosts import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config import Settings

GRACE_SECONDS = 25
"""Time for requests under way when the server is asked to stop; a container should allow 30."""

MOST_REQUESTS = 1024
"""So many requests are taken in at once; the rest wait in the kernel."""

MOST_WAITING = 4096
"""So many connections wait there at once, on Linux `net.core.somaxconn` at most; it drops what comes beyond."""

HEAD_MS = 5_000
"""Time for a request's head, the time before its first byte included: a connection that is left idle ends by it too."""


@dataclass(frozen=True, slots=True)
class Program:
    """One child: its name for messages, its command, where it listens, and its whole environment."""

    name: str
    command: tuple[str, ...]
    host: str
    port: int
    environment: Mapping[str, str] = field(repr=False)


def programs_of(settings: Settings) -> list[Program]:
    """Return what these settings ask for, in the order of the start."""
    app = Program("app", _granian(settings), settings.listen_host, settings.port, config.environment_of_the_app())
    return [*(_sandbox(settings) if settings.uses_sandbox else []), app]


def _granian(settings: Settings) -> tuple[str, ...]:
    grace = 1 if settings.uses_sandbox else GRACE_SECONDS
    return (
        *(sys.executable, "-m", "granian", "--interface", "asginl", "--http", "1", "--no-ws"),
        *("--host", settings.listen_host, "--port", str(settings.port)),
        *("--workers", str(settings.workers), "--backpressure", str(MOST_REQUESTS)),
        *("--backlog", str(MOST_WAITING)),
        *("--http1-header-read-timeout", str(HEAD_MS)),
        *("--respawn-failed-workers", "--workers-kill-timeout", str(grace)),
        *("--log-level", "error", "--no-access-log", "--factory", "app:create_gateway"),
    )


def _sandbox(settings: Settings) -> list[Program]:
    """The bank listens where the app does; the kit, which asks nobody for a password, on this machine alone."""
    bank_url = f"http://{settings.sandbox_host}:{settings.sandbox_bank_port}"
    shared = (
        *("--instance", str(settings.instance_path)),
        *("--redirect-uri", settings.redirect_uri, "--log-level", settings.log_level),
        *(() if settings.sandbox_control else ("--no-control",)),
    )
    bank = (
        *("bank", "--host", settings.listen_host, "--port", str(settings.sandbox_bank_port)),
        *("--public-url", settings.bank_public_url),
        *("--tpp-name", settings.tpp_name, "--latency-ms", str(settings.sandbox_latency_ms)),
        *("--access-token-seconds", str(settings.sandbox_access_token_seconds)),
    )
    kit = (
        *("kit", "--host", LOOPBACK, "--port", str(settings.sandbox_kit_port), "--bank-url", bank_url),
        *("--bank-public-url", settings.bank_public_url),
        *("--state-form", settings.sandbox_state_form, "--expiry", settings.sandbox_expiry),
    )
    run, told = (sys.executable, "-m", "sandbox"), config.environment_of_the_sandbox()
    return [
        Program("sandbox bank", (*run, *bank, *shared), settings.listen_host, settings.sandbox_bank_port, told),
        Program("sandbox Starter Kit", (*run, *kit, *shared), LOOPBACK, settings.sandbox_kit_port, told),
    ]


def welcome(settings: Settings) -> str:
    """Say where everything is."""
    where = f"Mizan is at {settings.origin}  (Ctrl-C stops it)"
    if not settings.uses_sandbox:
        return f"{where}\nStarter Kit: {settings.kit_url}"
    return (
        f"{where}\nSimulated bank at {settings.bank_public_url}: log in there as rora / rora, or mits / mits.\n"
        f"Simulated Starter Kit at {settings.kit_url}."
    )
