"""`python -m sandbox bank` and `python -m sandbox kit`: one application per process.

Everything is told on the command line, nothing is read from the environment. One line goes to standard
output when the application listens; the log goes to standard error.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.bank import create_bank
from sandbox.ground.serving import make_server, serve_until_signal
from sandbox.ground.settings import DEFAULT_BANK_URL, DEFAULT_REDIRECT_URI, BankSettings, KitSettings
from sandbox.ground.state import StateError
from sandbox.kit.starter_kit import create_kit

if TYPE_CHECKING:
    from flask import Flask

KIT_PORT = 1412
BANK_PORT = 1413
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

log = logging.getLogger("sandbox")


def main(arguments: list[str] | None = None) -> int:
    """Run one application until a signal; return 1 when it cannot start."""
    given = parser().parse_args(arguments)
    logging.basicConfig(
        level=given.log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("urllib3").setLevel(logging.INFO)
    try:
        app = bank_app(given) if given.application == "bank" else kit_app(given)
        server = make_server(app, given.host, given.port)
    except (OSError, StateError) as error:
        log.error("cannot start: %(error)s", {"error": str(error)})  # noqa: TRY400 (a traceback helps nobody here)
        return 1
    serve_until_signal(server, f"sandbox {given.application} ready on http://{given.host}:{given.port}")
    return 0


def bank_app(given: argparse.Namespace) -> Flask:
    """Return the bank that the command line describes."""
    settings = BankSettings(
        instance=given.instance,
        public_url=given.public_url,
        redirect_uri=given.redirect_uri,
        tpp_name=given.tpp_name,
        latency_ms=given.latency_ms,
        request_lifetime=given.request_lifetime,
        access_token_seconds=given.access_token_seconds,
        issue_refresh=not given.no_refresh,
        rotate_refresh=given.rotate_refresh,
        control=not given.no_control,
    )
    return create_bank(settings)


def kit_app(given: argparse.Namespace) -> Flask:
    """Return the Starter Kit that the command line describes."""
    settings = KitSettings(
        instance=given.instance,
        bank_url=given.bank_url,
        bank_public_url=given.bank_public_url or "",
        redirect_uri=given.redirect_uri,
        state_form=given.state_form,
        expiry=given.expiry,
        pass_retry_after=given.pass_retry_after,
        control=not given.no_control,
        host_names=(given.host.lower(), *(name.lower() for name in given.host_name)),
    )
    return create_kit(settings)


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    whole = argparse.ArgumentParser(prog="python -m sandbox", description="The simulated Al Tareq sandbox.")
    choices = whole.add_subparsers(dest="application", required=True)
    _bank_options(choices.add_parser("bank", help="the Model Bank and the directory"))
    _kit_options(choices.add_parser("kit", help="the Starter Kit API"))
    return whole


def _common(options: argparse.ArgumentParser, port: int) -> None:
    options.add_argument("--host", default="127.0.0.1", help="address to listen on")
    options.add_argument("--port", type=int, default=port, help="port to listen on (%(default)s)")
    options.add_argument("--instance", type=Path, required=True, help="directory of sandbox.sqlite and sandbox.key")
    options.add_argument("--redirect-uri", default=DEFAULT_REDIRECT_URI, help="the client's only redirect URI")
    options.add_argument("--no-control", action="store_true", help="no /control, and heed nothing set there earlier")
    options.add_argument("--log-level", choices=LEVELS, default="INFO")


def _bank_options(options: argparse.ArgumentParser) -> None:
    _common(options, BANK_PORT)
    options.add_argument(
        "--public-url", type=_origin, default=DEFAULT_BANK_URL, help="the browser's address of the bank"
    )
    options.add_argument("--tpp-name", default="Mizan", help="the client's trading name")
    options.add_argument("--latency-ms", type=_count, default=0, help="added to every resource call")
    options.add_argument("--request-lifetime", type=_count, default=600, help="seconds a pushed request waits")
    options.add_argument("--access-token-seconds", type=_count, default=600, help="life of an access token")
    options.add_argument("--no-refresh", action="store_true", help="give no refresh tokens")
    options.add_argument("--rotate-refresh", action="store_true", help="replace the refresh token at each use")


def _kit_options(options: argparse.ArgumentParser) -> None:
    _common(options, KIT_PORT)
    options.add_argument(
        "--bank-url", type=_origin, default=DEFAULT_BANK_URL, help="this process's address of the bank"
    )
    options.add_argument(
        "--host-name", action="append", default=[], help="one more name that callers may use; loopback ones always do"
    )
    options.add_argument("--bank-public-url", type=_origin, help="the browser's address, if another")
    options.add_argument("--state-form", choices=("opaque", "base64"), default="opaque")
    options.add_argument("--expiry", choices=("honour", "fixed"), default="honour")
    options.add_argument("--pass-retry-after", action="store_true", help="hand the bank's Retry-After on")


def _origin(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError("must start with http:// or https://")
    return text.rstrip("/")


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


if __name__ == "__main__":
    sys.exit(main())
