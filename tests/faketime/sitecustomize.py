"""Loaded by every Python that runs as on another day. There libfaketime leaves the monotonic clock alone, and some
versions of it then refuse the deadlines by which Python sleeps; `select` waits without one.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex) -> None:
    select.select((), (), (), float(seconds))


time.sleep = _sleep
