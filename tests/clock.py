"""A clock that stands still until a test moves it, and the machine's for what runs as a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 22, 10, 30, 0, tzinfo=UTC)


def machine() -> datetime:
    """Return the machine's time, which the product goes by when it runs as a process; nothing else here asks for it."""
    return datetime.now(UTC)


class Clock:
    """Gives aware UTC; `sleep` moves it on without waiting."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at

    def seconds(self) -> float:
        """Return the time as epoch seconds."""
        return self.at.timestamp()

    def move(self, **span: float) -> None:
        """Move on by a `timedelta`."""
        self.at += timedelta(**span)

    def sleep(self, seconds: float) -> None:
        """Move on instead of waiting."""
        self.move(seconds=seconds)
