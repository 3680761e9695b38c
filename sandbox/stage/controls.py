"""What tests and presenters have set: faults, the clock's offset, and how the next authorization ends.

Both applications read the same sealed row. So that a call costs next to nothing, each process keeps what
it read and looks only at the time stamp of `<instance>/sandbox.control`, which every change moves.
Counted faults are taken inside a transaction: of any number of callers, exactly so many get one.

Offsets are whole seconds, waits are milliseconds.
"""

from __future__ import annotations

import os
import time
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sandbox.ground.state import State

ROW = ("control", "held")
ENDING = ("control", "ending")
APPLICATIONS = ("bank", "kit")
KINDS = ("latency", "status", "drop", "hang", "malformed", "truncated", "drip", "html", "empty")
KEPT = ("meta", "key", "client", "registration")
ANYTHING = "*"
OWN = "/control"
DATA = "/open-finance/"
DAY = timedelta(days=1)
PLACES = {
    "par": ("/as1/par", "/consent-create/"),
    "token": ("/as1/token", "/token/"),
    "auth": ("/auth1/auth",),
}


@dataclass(frozen=True)
class Fault:
    """One fault: `route` is a name, a path prefix or `*`; `left` is `None` until it is cleared.

    `code` is what the body of a `status` says; without one there is no body.
    """

    fault_id: str
    application: str
    route: str
    kind: str
    latency_ms: int = 0
    status: int = 0
    retry_after: int | None = None
    left: int | None = None
    code: str = ""

    def fits(self, application: str, path: str) -> bool:
        """Tell whether a call of that path is meant. The control itself is never spoilt."""
        if application != self.application or path == OWN or path.startswith(f"{OWN}/"):
            return False
        if self.route == ANYTHING:
            return True
        if self.route.startswith("/"):
            return path.startswith(self.route)
        if self.route in PLACES:
            return path.startswith(PLACES[self.route])
        return DATA in path and path.rsplit("/", 1)[-1] == self.route


@dataclass(frozen=True)
class Held:
    """What is set now. `epoch` changes whenever faults are cleared."""

    offset: int = 0
    epoch: int = 0
    faults: tuple[Fault, ...] = ()


class Controls:
    """The settings of the moment, shared by both processes through the state and a time stamp.

    Switched off it holds nothing, whatever the instance remembers.
    """

    def __init__(self, state: State, instance: Path, *, on: bool = True) -> None:
        self._on = on
        self._state = state
        self._mark = instance / "sandbox.control"
        self._kept: tuple[int, Held] = (-1, Held())

    def held(self) -> Held:
        """Return what is set now."""
        if not self._on:
            return Held()
        version = self._version()
        kept = self._kept
        if kept[0] != version:
            kept = self._kept = (version, self._read())
        return kept[1]

    def shifted(self, now: Callable[[], datetime]) -> Callable[[], datetime]:
        """Return the clock with the offset of the moment added."""
        return lambda: now() + timedelta(seconds=self.held().offset)

    def shifted_by_days(self, now: Callable[[], datetime]) -> Callable[[], datetime]:
        """Return the clock with the offset of the moment added, but for one ahead by less than a day.

        Tokens end by minutes; money that is dated minutes ahead would be of no use to a client whose clock is right.
        """

        def instant() -> datetime:
            offset = timedelta(seconds=self.held().offset)
            return now() if timedelta() < offset < DAY else now() + offset

        return instant

    def take(self, application: str, path: str) -> Fault | None:
        """Return the first fault that fits, and count it."""
        seen = _first(self.held(), application, path)
        if seen is None or seen.left is None:
            return seen
        with self._state.transaction():
            held = self._read()
            found = _first(held, application, path)
            if found is None or found.left is None:
                return found
            after = () if found.left == 1 else (replace(found, left=found.left - 1),)
            at = held.faults.index(found)
            self._write(replace(held, faults=held.faults[:at] + after + held.faults[at + 1 :]))
        if not after:
            self._announce()
        return found

    def add(self, fault: Fault) -> None:
        """Set one more fault, behind the others."""
        self._change(lambda held: replace(held, faults=(*held.faults, fault)))

    def clear(self, fault_id: str = "") -> None:
        """Take one fault away, or with no id all of them."""
        self._change(
            lambda held: replace(
                held,
                epoch=held.epoch + 1,
                faults=tuple(each for each in held.faults if fault_id and each.fault_id != fault_id),
            )
        )

    def set_offset(self, seconds: int) -> None:
        """Move the clock of both applications."""
        self._change(lambda held: replace(held, offset=seconds))

    def put_right(self) -> None:
        """Take all faults away and set the clock."""
        self._change(lambda held: Held(epoch=held.epoch + 1))

    def current(self) -> Held:
        """Return what is set, with exact counts."""
        return self._read()

    def reset(self) -> None:
        """Forget everything but the keys and the registered client."""
        with self._state.transaction():
            epoch = self._read().epoch + 1
            self._state.clear_except(KEPT)
            self._write(Held(epoch=epoch))
        self._announce()

    def _change(self, change: Callable[[Held], Held]) -> None:
        with self._state.transaction():
            self._write(change(self._read()))
        self._announce()

    def _read(self) -> Held:
        row = self._state.get(*ROW)
        if row is None:
            return Held()
        return Held(row["offset"], row["epoch"], tuple(Fault(**each) for each in row["faults"]))

    def _write(self, held: Held) -> None:
        row: dict[str, Any] = asdict(held)
        self._state.put(*ROW, row)

    def _version(self) -> int:
        try:
            return os.stat(self._mark).st_mtime_ns  # noqa: PTH116 (on every call: a Path costs three times as much)
        except FileNotFoundError:
            return 0

    def _announce(self) -> None:
        stamp = max(time.time_ns(), self._version() + 1)
        self._mark.touch(mode=0o600)
        os.utime(self._mark, ns=(stamp, stamp))


def _first(held: Held, application: str, path: str) -> Fault | None:
    return next((fault for fault in held.faults if fault.fits(application, path)), None)


def set_ending(state: State, name: str) -> None:
    """Say how the next authorization ends; an empty name means as usual."""
    state.put(*ENDING, {"name": name})


def read_ending(state: State) -> str:
    """Return how the next authorization will end."""
    row = state.get(*ENDING)
    return "" if row is None else str(row["name"])


def take_ending(state: State) -> str:
    """Return how this authorization ends, and forget it. The caller holds the transaction."""
    name = read_ending(state)
    state.delete(*ENDING)
    return name
