"""The disk is full while the app runs: what needs no writing goes on, what does says so, and it heals by itself.

To a process a disk is full when none of its files may grow: that is set from outside, for any user.
"""

from __future__ import annotations

import re
import resource
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.walker import SECONDS, new_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.stack import Stack

LARGEST_FILE = 4096
"""Bytes: less than the store has already, so that nothing can be added to it."""


@contextmanager
def full_disk(stack: Stack) -> Iterator[None]:
    """Let no file of the app's own processes grow for a while. The sandbox has a disk of its own."""
    app = [pid for pid in stack.running() if b"sandbox" not in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
    for pid in app:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (LARGEST_FILE, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in app:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def test_a_full_disk_is_told_and_heals(stack: Stack) -> None:
    client = new_client()
    page = client.get(f"{stack.origin}/", timeout=SECONDS)
    form = {"draft": re.findall(r'name="draft" value="([^"]+)"', page.text)[0]}
    with full_disk(stack):
        ready = client.get(f"{stack.origin}/readyz", timeout=SECONDS)
        alive = client.get(f"{stack.origin}/healthz", timeout=SECONDS)
        home = client.get(f"{stack.origin}/", timeout=SECONDS)
        begun = client.post(f"{stack.origin}/connect", form, headers={"Origin": stack.origin}, timeout=SECONDS)

    assert ready.status_code == 503
    assert ready.text.startswith("store-unavailable SQLITE_")
    assert (alive.status_code, home.status_code) == (200, 200)
    assert begun.status_code == 503
    assert "We cannot keep anything just now" in begun.text
    assert "Nothing was lost and nothing was shared." in begun.text
    assert client.get(f"{stack.origin}/readyz", timeout=SECONDS).text == "ok\n"
    begun = client.post(f"{stack.origin}/connect", form, headers={"Origin": stack.origin}, timeout=SECONDS)
    assert begun.status_code == 200, "the same press succeeds once there is room"
