"""`python -m tests.lighthouse`: Lighthouse's four scores of the start page and of the accounts, as on a telephone.

Needs Node 18.20 or newer (npx fetches Lighthouse itself) and Chromium. Each page is measured several times, for one
measurement on a busy machine says little; the median counts. Ends with 1 where a score is below the bar.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from tests.e2e.expected import PEOPLE
from tests.e2e.stack import Stack
from tests.e2e.walker import connect
from tests.needs import CHROMIUM

if TYPE_CHECKING:
    from collections.abc import Mapping

LIGHTHOUSE = "lighthouse@12.8.2"
"""The last one that Node 20 runs."""

CHROMIUM_FLAGS = "--headless=new --no-sandbox --disable-background-networking"
BAR = 98
RUNS = 3
PATIENCE_SECONDS = 300


def main() -> int:
    """Measure both pages; print the scores, and what cost points."""
    with tempfile.TemporaryDirectory(prefix="lighthouse-") as folder:
        stack = Stack(Path(folder) / "home").start()
        try:
            cookie = connect(stack.origin, "rora", PEOPLE["rora"]).cookies["mizan"]
            pages: dict[str, Mapping[str, str]] = {"/": {}, "/accounts": {"Cookie": f"mizan={cookie}"}}
            good = [report(path, measure(Path(folder), stack.origin + path, sent)) for path, sent in pages.items()]
        finally:
            stack.stop()
    return 0 if all(good) else 1


def measure(folder: Path, address: str, headers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Run Lighthouse over one page, several times; return its reports."""
    sent = folder / "headers.json"
    sent.write_text(json.dumps(dict(headers)), encoding="utf-8")
    return [_run(folder / f"report-{number}.json", address, sent) for number in range(RUNS)]


def report(path: str, reports: list[dict[str, Any]]) -> bool:
    """Print the median of each score, and the audits that cost points anywhere; return whether all reach the bar."""
    scores = {
        category: round(100 * median(each["categories"][category]["score"] for each in reports))
        for category in reports[0]["categories"]
    }
    say(f"{path:<10}" + "  ".join(f"{name} {score}" for name, score in scores.items()))
    for category in (name for name, score in scores.items() if score < BAR):
        for line in sorted({line for each in reports for line in _lost(each, category)}):
            say(f"  {category}: {line}")
    return all(score >= BAR for score in scores.values())


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 - what was asked for


def _run(target: Path, address: str, headers: Path) -> dict[str, Any]:
    command = ["npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json", f"--output-path={target}"]
    command += [f"--chrome-flags={CHROMIUM_FLAGS}", f"--extra-headers={headers}"]
    environment = {**os.environ, "CHROME_PATH": CHROMIUM.find(), "npm_config_loglevel": "error"}
    subprocess.run(command, env=environment, check=True, timeout=PATIENCE_SECONDS)
    found: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    if problem := found.get("runtimeError"):
        raise RuntimeError(f"{address}: {problem['message']}")
    return found


def _lost(found: dict[str, Any], category: str) -> list[str]:
    """Say which audits took points off a category."""
    audits = [(found["audits"][each["id"]], each["weight"]) for each in found["categories"][category]["auditRefs"]]
    return [
        f"{audit['title']} ({audit['id']})"
        for audit, weight in audits
        if weight and audit["score"] is not None and audit["score"] < 0.9
    ]


if __name__ == "__main__":
    sys.exit(main())
