"""The import law of the house: who may import whom, and which room may use which library."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

STANDARD = frozenset(sys.stdlib_module_names)

ROOMS = {
    "tpp.model": set[str](),
    "tpp.errors": set[str](),
    "tpp.pages": {"tpp.model"},
    "tpp.journey": {"tpp.model", "tpp.errors"},
    "tpp.bank": {"tpp.model", "tpp.errors"},
    "tpp.store": {"tpp.model", "tpp.errors"},
    "tpp.web": {"tpp.journey", "tpp.pages", "tpp.model", "tpp.errors"},
    "tpp.serve": {"config", "tpp.web", "tpp.bank", "tpp.store", "tpp.errors"},
    "app": {"config", "tpp.web", "tpp.bank", "tpp.store", "tpp.serve", "tpp.errors"},
    "config": {"tpp.model"},
    "sandbox": set[str](),
}
"""Each room may always import itself."""

LIBRARIES = {
    "tpp.model": set[str](),
    "tpp.errors": set[str](),
    "tpp.pages": set[str](),
    "tpp.journey": set[str](),
    "tpp.bank": {"requests", "urllib3", "authlib", "joserfc", "msgspec"},
    "tpp.store": {"cryptography", "redis"},
    "tpp.web": {
        *("flask", "werkzeug", "jinja2", "itsdangerous", "flask_session", "flask_wtf", "flask_babel", "babel"),
        *("prometheus_client", "whitenoise", "iso4217"),
    },
    "tpp.serve": {"granian"},
    "app": {"flask", "werkzeug", "jinja2"},
    "config": {"pydantic", "pydantic_settings"},
    "sandbox": {
        "flask",
        "werkzeug",
        "jinja2",
        "markupsafe",
        "flask_babel",
        "joserfc",
        "cryptography",
        "requests",
        "cheroot",
    },
}

FILES = sorted(
    path for path in [ROOT / "app.py", ROOT / "config.py", *ROOT.glob("tpp/**/*.py"), *ROOT.glob("sandbox/**/*.py")]
)


def module_of(path: Path) -> str:
    """Return a file's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str | None:
    """Return the room that a module is in; None for a library."""
    return max((room for room in ROOMS if module == room or module.startswith(f"{room}.")), key=len, default=None)


def imports_of(path: Path) -> set[str]:
    """Return every module that a file imports, also for types only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            deeper = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {each for each in deeper if room_of(each) != room_of(node.module)} or {node.module}
    return found


def breaches(path: Path) -> list[str]:
    """Return what a file imports against the law."""
    room = room_of(module_of(path))
    if room is None:
        return [] if module_of(path) == "tpp" else ["in no room"]
    wrong = []
    for name in imports_of(path):
        other, top = room_of(name), name.partition(".")[0]
        if other is not None:
            allowed = other == room or other in ROOMS[room]
        else:
            allowed = top in STANDARD or top in LIBRARIES[room]
        if not allowed:
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_every_file_keeps_to_the_import_law(path: Path) -> None:
    assert breaches(path) == []


def test_the_law_is_not_blind(tmp_path: Path) -> None:
    """A check that finds nothing anywhere would pass on anything."""
    assert imports_of(ROOT / "app.py") >= {"config", "tpp.bank.transport"}
    assert "flask" in imports_of(ROOT / "tpp" / "web" / "session.py")
    assert room_of("tpp.bank.read") == "tpp.bank"
    assert room_of("sandbox.par") == "sandbox"
    assert room_of("requests") is None


def uses(path: Path, module: str, name: str) -> bool:
    """Whether a file takes `name` from `module`, or reads it as an attribute."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == module and name in {a.name for a in node.names}:
            return True
        reads = isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.value, ast.Name)
        if reads and node.value.id == module:  # type: ignore[attr-defined]
            return True
    return False


def test_the_session_is_touched_in_one_file_only() -> None:
    users = [module_of(path) for path in FILES if uses(path, "flask", "session")]

    assert users == ["tpp.web.session"]


def test_the_environment_is_read_in_no_other_file_than_config() -> None:
    readers = [module_of(path) for path in FILES if uses(path, "os", "environ") or uses(path, "os", "getenv")]

    assert set(readers) <= {"config"}


@pytest.mark.parametrize("pattern", [r"verify\s*=\s*False", r"CERT_NONE", r"check_hostname", r"\bprint\("])
def test_no_file_switches_tls_checks_off_or_prints(pattern: str) -> None:
    assert [module_of(path) for path in FILES if re.search(pattern, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_every_file_stays_readable(path: Path) -> None:
    """At most 350 lines a module and 40 lines a function."""
    text = path.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert len(text.splitlines()) <= 350
    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 40] == []
