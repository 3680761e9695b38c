"""`python -m bench.slow_kit`: a Starter Kit with as many accounts as one likes, each call answered after a while.

The sandbox's people have eight accounts at most, and its two processes would be measured along with the app. This
one keeps time and nothing else: no consent, no check, one event loop, so that forty answers at once are on time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
RESOURCES = "/open-finance/account-information/v1.2/accounts"
WAITS = "/waits"
"""Tells how long callers really had to wait, by this process's own clock: a timer is never quite exact."""

SUB_TYPES = ("CurrentAccount", "Savings", "CreditCard")


class SlowKit:
    """Answers for `accounts` accounts; resource calls after `delay` seconds."""

    def __init__(self, accounts: int, delay: float) -> None:
        self._delay = delay
        self._address = ""
        self._ids = [f"{number:024}" for number in range(1, accounts + 1)]
        self._waits: list[float] = []

    async def serve(self) -> None:
        """Listen on a free port, print its address, and serve until standard input ends, as it does with the caller."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, backlog=512)
        self._address = "http://127.0.0.1:{1}".format(*server.sockets[0].getsockname())
        sys.stdout.write(f"{self._address}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after another on a connection that stays open."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                length = next(
                    (
                        int(line.split(":")[1])
                        for line in head.split("\r\n")
                        if line.lower().startswith("content-length")
                    ),
                    0,
                )
                await reader.readexactly(length)
                came = time.perf_counter()
                body = json.dumps(self._answer(path)).encode()
                start = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                if path.startswith(RESOURCES):
                    await asyncio.sleep(self._delay)
                writer.write(start.encode() + body)
                if path.startswith(RESOURCES):
                    self._waits.append(time.perf_counter() - came)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):  # the last at the very end
            writer.close()

    def _answer(self, path: str) -> dict[str, Any]:
        if path == WAITS:
            return {"milliseconds": 1000 * median(self._waits)}
        if path == "/consent-create/bank-data":
            redirect = f"{self._address}/auth?client_id=bench&request_uri=urn:bench"
            return {"redirect": redirect, "consent_id": str(uuid.uuid4()), "code_verifier": "v" * 43}
        if path.startswith("/token/"):
            return {"access_token": uuid.uuid4().hex, "token_type": "Bearer", "expires_in": 86_400}
        if path == RESOURCES:
            return {"Data": {"Account": [self._account(index, each) for index, each in enumerate(self._ids)]}}
        account_id = path.split("/")[-2]
        kinds = ("InterimAvailable", "InterimBooked", "OpeningBooked", "ClosingBooked")
        return {"Data": {"AccountId": account_id, "Balance": [self._balance(kind) for kind in kinds]}}

    def _account(self, index: int, account_id: str) -> dict[str, Any]:
        identifier = {"SchemeName": "IBAN", "Identification": f"1000010901{index:04}", "Name": f"Account {index}"}
        return {
            "AccountId": account_id,
            "AccountHolderName": "Nobody",
            "Status": "Active",
            "Currency": "AED",
            "Nickname": f"Account {index}",
            "AccountType": "Retail",
            "AccountSubType": SUB_TYPES[index % len(SUB_TYPES)],
            "AccountIdentifiers": [identifier],
        }

    def _balance(self, kind: str) -> dict[str, Any]:
        amount = {"Amount": "1234.56", "Currency": "AED"}
        moment = "2026-11-22T08:00:00+00:00"
        return {"CreditDebitIndicator": "Credit", "Type": kind, "DateTime": moment, "Amount": amount}


@contextmanager
def running(accounts: int, delay_ms: int) -> Iterator[str]:
    """Run it beside us; gives its address, the first line that it says. It ends with its input."""
    options = ("--accounts", str(accounts), "--delay-ms", str(delay_ms))
    command = [sys.executable, "-m", "bench.slow_kit", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield process.stdout.readline().strip() if process.stdout else ""


def main() -> None:
    """Run until standard input ends."""
    options = argparse.ArgumentParser(prog="python -m bench.slow_kit")
    options.add_argument("--accounts", type=int, required=True)
    options.add_argument("--delay-ms", type=int, required=True)
    given = options.parse_args()
    asyncio.run(SlowKit(given.accounts, given.delay_ms / 1000).serve())


if __name__ == "__main__":
    main()
