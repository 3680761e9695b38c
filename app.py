"""The application, wired: a contents page. `python app.py` serves it, with the sandbox beside it by default."""

from __future__ import annotations

if __name__ == "__main__":  # it only starts the others and watches them: loading the app would keep them waiting
    from tpp import serve

    serve.leave(serve.main())

import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from tpp.bank.resources import RESOURCES
from tpp.bank.starter_kit import StarterKitClient
from tpp.bank.transport import POOL, Transport, log_record
from tpp.serve.gateway import Gateway
from tpp.store.housekeeping import housekeeping
from tpp.store.sessions import SealedSessionRows, SealedVaults
from tpp.store.sqlite import SqliteRows
from tpp.store.vault import derive
from tpp.web import assets, register
from tpp.web.services import Facts, Services

if TYPE_CHECKING:
    from collections.abc import Callable

    from config import Settings

log = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
LARGEST_FORM = 64 * 1024
QUIET_LOGGERS = ("authlib", "urllib3", "babel")
"""Held at INFO: at DEBUG one of them prints the code verifier."""


def create_app(settings: Settings | None = None, now: Callable[[], datetime] | None = None) -> Flask:
    """Wire the relying party. `now` gives aware UTC. Raises `config.SettingsError`."""
    settings = settings or config.load()
    _configure_logging(settings.log_level)
    app = Flask("mizan", template_folder=str(HERE / "templates"), static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        BABEL_TRANSLATION_DIRECTORIES=str(HERE / "translations"),
    )
    app.secret_key, *earlier = (derive(key, "forms").hex() for key in settings.server_keys())
    app.config["SECRET_KEY_FALLBACKS"] = earlier
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    register(app, _services(app, settings, now or (lambda: datetime.now(UTC))))
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def create_gateway() -> Gateway:
    """Make what the server calls, in each of its workers. Raises `config.SettingsError`."""
    return Gateway(create_app(), LARGEST_FORM)


def _services(app: Flask, settings: Settings, now: Callable[[], datetime]) -> Services:
    def seconds() -> float:
        return now().timestamp()

    rows = SqliteRows(settings.instance_path / "mizan.sqlite", seconds)
    keys = settings.server_keys()
    vaults = SealedVaults(rows, keys, seconds)

    keep_tidy = housekeeping(rows, vaults.server, seconds)
    keep_tidy()
    pictures = {_picture("logo", settings.altareq_logo): settings.altareq_logo}
    pictures |= {_picture("mark", settings.altareq_mark): settings.altareq_mark}
    extra = {name: path for name, path in pictures.items() if path}
    asset = assets.install(app, HERE / "static", settings.instance_path / "static", extra)
    return Services(
        facts=_facts(settings, asset),
        clients=(_client(settings, now),),
        resources=RESOURCES,
        vaults=vaults,
        sessions=SealedSessionRows(rows, keys),
        pool=ThreadPoolExecutor(POOL, thread_name_prefix="bank"),
        listeners=(log_record,),
        now=now,
        sleep=time.sleep,
        keep_tidy=keep_tidy,
        ping_store=rows.ping,
        asset=asset,
    )


def _client(settings: Settings, now: Callable[[], datetime]) -> StarterKitClient:
    transport = Transport(ca_file=str(settings.ca_file) if settings.ca_file else None, now=now)
    return StarterKitClient(
        transport,
        settings.kit_url,
        settings.bank_name,
        settings.issuer,
        own=settings.origin,
        state_form=settings.states,
        wording="simulated-kit" if settings.uses_sandbox else "starter-kit",
    )


def _facts(settings: Settings, asset: Callable[[str], str]) -> Facts:
    return Facts(
        tpp_name=settings.tpp_name,
        mode=settings.mode,
        origin=settings.origin,
        callback_path=settings.callback_path,
        permissions=settings.permissions,
        consent_days=settings.consent_days,
        remembered=timedelta(days=settings.remember_days),
        idle=settings.idle,
        altareq_logo=asset(_picture("logo", settings.altareq_logo)) if settings.altareq_logo else "",
        altareq_mark=asset(_picture("mark", settings.altareq_mark)) if settings.altareq_mark else "",
    )


def _picture(name: str, path: Path | None) -> str:
    """Return under which name an official picture is served; its kind is its suffix."""
    return f"img/altareq-{name}{path.suffix if path else ''}"


def _configure_logging(level: str) -> None:
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger().setLevel(level)
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLogger().level))
