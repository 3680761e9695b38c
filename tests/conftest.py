"""Fixtures that several rooms share. Every test has its own folder and its own clock."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

import app as wiring
from sandbox.directory.directory import client_id_of
from sandbox.ground.keys import load_key
from sandbox.ground.state import State
from tests import needs
from tests import stack as stacks
from tests.clock import Clock
from tests.rules import KeptRule
from tests.sandbox import specs
from tests.templates import KeptTemplates
from tpp.web import assets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import Any

    from tests.stack import Browser, Stack

MEMORY = Path("/dev/shm")
ROOM = 1 << 30
"""Bytes that must be free there; containers may have far less."""

SELDOM = (20_000, 20, 20)
"""So much is made before garbage is looked for: a test is over soon, and an eighth of its time went into that."""

SLOW_SECONDS = 900
"""A test that hangs ends all the same, and one that draws hundreds of examples has no reason to hurry."""


def pytest_configure(config: pytest.Config) -> None:
    """Let missing programs be told of, and every app of this process share what is compiled of it.

    Folders of tests lie in memory where there is room: every instance has two stores, and a disk lets each wait.
    """
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    config.pluginmanager.register(needs)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": KeptTemplates()}
    Flask.url_rule_class = KeptRule


def pytest_collection_finish(session: pytest.Session) -> None:
    """Spare the collector of garbage what stays until the end: modules, tests, and what they were made of."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow tests the time that many examples take where other work keeps the machine busy."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW_SECONDS))


@pytest.fixture
def clock() -> Clock:
    """Return this test's clock."""
    return Clock()


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make once what every instance has: two RSA keys cost half a second, the static files a tenth."""
    path = tmp_path_factory.mktemp("keys")
    state = State(path)
    load_key(state, "bank")
    load_key(state, "client")
    client_id_of(state)
    state.close()
    assets.build(wiring.HERE / "static", path / "static", {})
    return path


@pytest.fixture
def instance(made_keys: Path, tmp_path: Path) -> Path:
    """Return a fresh instance folder in which keys and static files are made already."""
    return shutil.copytree(made_keys, tmp_path / "instance")


@pytest.fixture
def start(instance: Path, clock: Clock) -> Callable[..., AbstractContextManager[Stack]]:
    """Return a starter of stacks; its keywords change the settings of kit, bank and app."""
    return lambda **changes: stacks.stack(instance, clock, **changes)


@pytest.fixture
def stack(start: Callable[..., AbstractContextManager[Stack]]) -> Iterator[Stack]:
    """Return the whole product with its defaults."""
    with start() as parts:
        yield parts


@pytest.fixture
def browser(stack: Stack) -> Browser:
    """Return a new browser."""
    return stack.browser()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker of pytest-xdist tell how many bodies it found valid."""
    told: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if told is not None:
        told["valid"] = dict(specs.VALID)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what a worker of pytest-xdist told."""
    specs.VALID.update(getattr(node, "workeroutput", {}).get("valid", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many of the sandbox's bodies the official schemas accepted."""
    if specs.VALID:
        terminalreporter.section("bodies valid by the official schemas")
        for name, count in sorted(specs.VALID.items()):
            terminalreporter.line(f"{count:>6}  {name}")
