"""A fresh machine may lack programs: their tests are skipped with advice there, and never in continuous integration."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.needs import NEEDS_ALL, PROGRAMS

ROOT = Path(__file__).resolve().parents[1]
IN_BROWSER = "tests/e2e/test_two_tabs.py"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run tests of ours in a process that finds no program at all."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", *arguments]
    kept = {name: value for name, value in os.environ.items() if name not in {NEEDS_ALL, "PYTEST_XDIST_WORKER"}}
    everything = {**kept, "PATH": "", **environment}
    return subprocess.run(command, cwd=ROOT, env=everything, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_without_chromium_tests_in_a_browser_are_skipped_with_one_line_that_says_what_to_install(
    workers: tuple[str, ...],
) -> None:
    ran = run(IN_BROWSER, *workers)
    assert ran.returncode == 0, ran.stdout
    (advice,) = [line for line in ran.stdout.splitlines() if "apt-get install" in line]
    told = "tests skipped: Chromium is not installed: apt-get install chromium-headless-shell"
    counted = re.fullmatch(rf"(\d+) {told}", advice)
    assert counted is not None, advice
    assert int(counted[1]) > 1
    closing = ran.stdout.splitlines()[-1]
    assert closing.startswith(f"{counted[1]} skipped without Chromium in"), closing


def test_what_makes_a_missing_program_an_error_leaves_nothing_skipped() -> None:
    ran = run(IN_BROWSER, **{NEEDS_ALL: "1"})
    assert ran.returncode == 1
    assert "apt-get install chromium-headless-shell" in ran.stdout
    assert " error" in ran.stdout.splitlines()[-1]
    assert "skipped without" not in ran.stdout


def test_continuous_integration_installs_every_program_and_skips_none() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert f"export {NEEDS_ALL}=1" in script
    assert [each.package for each in PROGRAMS if each.package not in script.split()] == []
