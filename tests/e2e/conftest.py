"""Fixtures: one Chromium for a test run, a fresh browser profile for each test, a stack for each module."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.clock import Clock
from tests.e2e.inside import LOCALES, Inside, inside
from tests.e2e.person import Person, Profile
from tests.e2e.ruler import HEIGHT, MEASURES
from tests.e2e.stack import Stack
from tests.needs import CHROMIUM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    path = CHROMIUM.find_or_skip()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def profiles(browser: Browser) -> Iterator[Callable[..., Profile]]:
    """Give a maker of fresh profiles; whatever a page complains about in one of them is an error at the end."""
    made: list[Profile] = []

    def make(**options: Any) -> Profile:
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        made.append(Profile(context))
        return made[-1]

    yield make
    for profile in made:
        profile.context.close()
    assert [complaint for profile in made for complaint in profile.complaints] == []


@pytest.fixture
def new_profile(browser: Browser) -> Iterator[Callable[..., Profile]]:
    """Return a maker of fresh profiles; whatever a page complains about in one of them fails the test."""
    with profiles(browser) as make:
        yield make


def opener(new_profile: Callable[..., Profile]) -> Callable[..., Page]:
    """Return an opener of pages in a language, at a size, that measures and axe may enter; our policy forbids it."""

    def make(language: str, size: tuple[int, int] = (390, HEIGHT), **options: Any) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        profile = new_profile(locale=LOCALES[language], viewport=viewport, bypass_csp=True, **options)
        profile.context.add_init_script(path=MEASURES)
        return profile.context.new_page()

    return make


@pytest.fixture
def open_page(new_profile: Callable[..., Profile]) -> Callable[..., Page]:
    """Return an opener of pages for one test."""
    return opener(new_profile)


@pytest.fixture(scope="module")
def open_shared_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return an opener of pages that the tests of a module look at together."""
    with profiles(browser) as make:
        yield opener(make)


@pytest.fixture
def person(new_profile: Callable[..., Profile], stack: Stack) -> Person:
    """Return somebody with a fresh profile."""
    return Person(new_profile(), stack)


@pytest.fixture(scope="module")
def new_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Stack]]:
    """Return a maker of stacks that are not started yet; they end with the module at the latest."""
    made: list[Stack] = []

    def make(**settings: str) -> Stack:
        stack = Stack(tmp_path_factory.mktemp("stack") / "home", **settings)
        made.append(stack)
        return stack

    yield make
    for stack in made:
        stack.stop()


@pytest.fixture(scope="module")
def stack(new_stack: Callable[..., Stack], made_keys: Path) -> Stack:
    """Return a running app with its sandbox, shared by the tests of a module; the sandbox has its keys already."""
    made = new_stack()
    shutil.copytree(made_keys, made.instance)
    return made.start()


@pytest.fixture(scope="module")
def new_place(made_keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Inside]]:
    """Return a maker of products in this process, each in a folder of its own; its keywords are settings of the app."""
    with ExitStack() as places:

        def make(**settings: Any) -> Inside:
            instance = shutil.copytree(made_keys, tmp_path_factory.mktemp("inside") / "instance")
            return places.enter_context(inside(instance, Clock(), **settings))

        yield make


@pytest.fixture(scope="module")
def place(new_place: Callable[..., Inside]) -> Inside:
    """Return the product in this process, shared by the tests of a module."""
    return new_place()
