"""One WSGI application on one address, by cheroot, until a signal.

Sixty-four threads, because an application may ask for forty accounts at once and each answer may take
its time. At a signal the process ends at once: the state is safe in the database, and neither an idle
connection nor a slow request may keep the next start waiting for the port.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from cheroot.wsgi import Server

if TYPE_CHECKING:
    from flask import Flask, Response

THREADS = 64
QUEUE = 512
IDLE_CONNECTIONS = 512
IDLE_SECONDS = 60
DRAIN_SECONDS = 0.15

log = logging.getLogger(__name__)


def make_server(app: Flask | None, host: str, port: int, threads: int = THREADS) -> Server:
    """Return a server that already listens: with port 0, `server.bind_addr` names the port found.

    The application may be set later as `server.wsgi_app`. Raises `OSError` when the address is taken.
    """
    server = Server(
        (host, port),
        app,
        numthreads=threads,
        request_queue_size=QUEUE,
        timeout=IDLE_SECONDS,
        shutdown_timeout=0,
    )
    server.keep_alive_conn_limit = IDLE_CONNECTIONS
    server.prepare()
    return server


def without_type(response: Response) -> Response:
    """Take the type away from an answer that can have no body. Source: RFC 9110 sections 8.3 and 15.3.5."""
    if response.status_code == HTTPStatus.NO_CONTENT:
        response.headers.pop("Content-Type", None)
    return response


def serve_until_signal(server: Server, ready: str) -> None:
    """Serve, say `ready` on standard output, and end the process at SIGTERM or SIGINT."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    threading.Thread(target=_serve, args=(server, stopped), daemon=True).start()
    sys.stdout.write(ready + "\n")
    sys.stdout.flush()
    stopped.wait()
    _leave(server)


def _serve(server: Any, stopped: threading.Event) -> None:
    try:
        server.serve()
    except Exception:
        log.exception("server failed")
    finally:
        stopped.set()


def _leave(server: Any) -> None:
    """Close the listening socket, give running answers a moment, and go: sleeping threads are not awaited."""
    closer = threading.Thread(target=server.stop, daemon=True)
    closer.start()
    closer.join(DRAIN_SECONDS)
    logging.shutdown()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(0)
