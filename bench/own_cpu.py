"""`python -m bench.own_cpu`: how much of the processor we use ourselves, whoever we wait for.

- one upstream call, beside the same call by urllib3 alone: a stand-in answers at once, in a process of its own;
- one plain `GET /accounts` of 8 accounts whose figures are kept, so that nobody is asked: the app's processes together,
  server included, as a browser would cause it.

Time of the processor, not of the clock, and of many rounds the least disturbed one. Machines differ all the same, and a
busy core is half as fast: the bars hold where urllib3 alone takes 0.15 ms, and each figure is judged as if it were
measured there. Exit code 1 when a bar is missed.
"""

from __future__ import annotations

import http.client
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import urllib3

from bench.slow_kit import RESOURCES, running
from sandbox.people.published import RORA
from tests.e2e import walker
from tests.e2e.stack import Stack
from tpp.bank.transport import Call, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS, CALLS, PAGES = 25, 100, 100
ALONE_MS = 0.15
"""What one call by urllib3 alone takes on the machine that the bars were set for."""

MOST_PER_CALL_MS = 0.25
MOST_PER_PAGE_MS = 4.0
SECONDS = 30
TICKS = os.sysconf("SC_CLK_TCK")
USER_TICKS, SYSTEM_TICKS = 11, 12
"""Which words behind the name in `/proc/PID/stat` hold a process's own time (proc(5): fields 14 and 15)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure in milliseconds, and what it shall be at most; without a bar it is there to compare with."""

    what: str
    milliseconds: float
    pace: float
    bar: float | None = None

    @property
    def judged(self) -> float:
        """The figure at the speed that the bars were set for. `pace`: how many times as long everything takes here."""
        return self.milliseconds / self.pace

    @property
    def missed(self) -> bool:
        """Whether it is above its bar."""
        return self.bar is not None and self.judged > self.bar


def main() -> int:
    """Measure, print, judge."""
    found = measured()
    print("Own time of the processor, the least of many rounds, milliseconds")
    print(f"(judged at the bars' speed: urllib3 alone at {ALONE_MS} ms)\n")
    print(f"{'':50}{'here':>8}{'judged':>9}{'bar':>7}")
    for each in found:
        bar = f"{each.bar:.2f}" if each.bar else ""
        print(f"{each.what:50}{each.milliseconds:8.3f}{each.judged:9.3f}{bar:>7}{'  missed' if each.missed else ''}")
    return 1 if any(each.missed for each in found) else 0


def measured() -> list[Measured]:
    """Return all figures."""
    ours, alone = upstream_call()
    pace = alone / ALONE_MS
    return [
        Measured("one upstream call", ours, pace, MOST_PER_CALL_MS),
        Measured("the same by urllib3 alone", alone, pace),
        Measured("one plain page of 8 accounts, server included", plain_page(), pace, MOST_PER_PAGE_MS),
    ]


def upstream_call() -> tuple[float, float]:
    """Return the milliseconds of one call of ours, and of one by urllib3 alone."""
    with running(accounts=1, delay_ms=0) as address:
        url = f"{address}{RESOURCES}/{1:024}/balances"
        transport, pool = Transport(), urllib3.PoolManager()
        headers = {"Authorization": "Bearer token", "x-fapi-customer-ip-address": "127.0.0.1"}
        call = Call("GET", url, "/accounts/{AccountId}/balances", headers)
        kinds = (lambda: transport.send(call).body, lambda: pool.request("GET", url, headers=headers).data)
        rounds = [[_round(kind) for kind in kinds] for _ in range(ROUNDS)]
    ours, alone = (min(each) for each in zip(*rounds, strict=True))
    return ours, alone


def _round(call: Callable[[], object]) -> float:
    began = time.thread_time()
    for _ in range(CALLS):
        call()
    return (time.thread_time() - began) * 1000 / CALLS


def plain_page() -> float:
    """Return the milliseconds that the app's processes use for one page whose figures are kept."""
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        stack = Stack(Path(home))
        try:
            client = walker.connect(stack.start().origin, "rora", RORA)
            client.get(f"{stack.origin}/accounts", timeout=SECONDS)
            before = stack.readings()
            least = min(_pages(stack, client.cookies.get("mizan") or "") for _ in range(ROUNDS))
            if stack.readings() != before:
                raise RuntimeError("the bank was asked in between")
            return least
        finally:
            stack.stop()


def _pages(stack: Stack, cookie: str) -> float:
    line = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=SECONDS)
    headers = {"Host": f"localhost:{stack.port}", "Cookie": f"mizan={cookie}"}
    began = _used(stack)
    for _ in range(PAGES):
        line.request("GET", "/accounts", headers=headers)
        answer = line.getresponse()
        if answer.read().count(b'<li class="entry') != len(RORA):
            raise RuntimeError(f"the page has status {answer.status} and not {len(RORA)} rows")
    line.close()
    return (_used(stack) - began) * 1000 / PAGES


def _used(stack: Stack) -> float:
    """Return the seconds of the processor that the stack's processes have used; its sandbox is idle meanwhile."""
    stats = [Path(f"/proc/{pid}/stat").read_text(encoding="utf-8") for pid in stack.running()]
    found = [text.rpartition(")")[2].split() for text in stats]
    return sum(int(words[USER_TICKS]) + int(words[SYSTEM_TICKS]) for words in found) / TICKS


if __name__ == "__main__":
    raise SystemExit(main())
