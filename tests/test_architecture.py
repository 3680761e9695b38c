"""The import law of the house: who may import whom, and which room may use which library."""

from __future__ import annotations

import ast
import re
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.trees import tree_of
from tpp.model import kinds

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
    "tpp.serve": {"config", "tpp.web", "tpp.bank", "tpp.store", "tpp.model", "tpp.errors"},
    "app": {"config", "tpp.web", "tpp.bank", "tpp.store", "tpp.serve", "tpp.errors"},
    "config": {"tpp.model"},
    "sandbox.ground": set[str](),
    "sandbox.people": {"sandbox.ground"},
    "sandbox.consents": {"sandbox.ground"},
    "sandbox.directory": {"sandbox.ground"},
    "sandbox.ledger": {"sandbox.ground", "sandbox.people"},
    "sandbox.stage": {"sandbox.ground", "sandbox.people"},
    "sandbox.authorization": {"sandbox.ground", "sandbox.consents", "sandbox.directory"},
    "sandbox.resources": {
        *("sandbox.ground", "sandbox.ledger", "sandbox.stage", "sandbox.people", "sandbox.consents"),
        "sandbox.authorization",
    },
    "sandbox.kit": {"sandbox.ground", "sandbox.directory", "sandbox.stage"},
    "sandbox.pages": {
        *("sandbox.ground", "sandbox.people", "sandbox.consents", "sandbox.directory", "sandbox.ledger"),
        *("sandbox.stage", "sandbox.authorization", "sandbox.resources"),
    },
    "sandbox.control": {
        *("sandbox.ground", "sandbox.pages", "sandbox.authorization", "sandbox.stage", "sandbox.consents"),
        "sandbox.people",
    },
    "sandbox.bank": {
        *("sandbox.ground", "sandbox.people", "sandbox.consents", "sandbox.directory", "sandbox.ledger"),
        *("sandbox.stage", "sandbox.authorization", "sandbox.resources", "sandbox.pages", "sandbox.control"),
    },
    "sandbox.__main__": {"sandbox.ground", "sandbox.bank", "sandbox.kit"},
}
"""Each room may always import itself."""

DOOR_SIGNS = ("tpp", "sandbox")
"""In no room, since all rooms are in them: they import nothing."""

LIBRARIES = {
    "tpp.model": set[str](),
    "tpp.errors": set[str](),
    "tpp.pages": set[str](),
    "tpp.journey": set[str](),
    "tpp.bank": {"requests", "urllib3", "authlib", "joserfc", "msgspec"},
    "tpp.store": {"cryptography", "redis"},
    "tpp.web": {
        *("flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "flask_session", "flask_wtf"),
        *("flask_babel", "babel"),
        *("prometheus_client", "whitenoise", "iso4217"),
    },
    "tpp.serve": {"granian"},
    "app": {"flask", "werkzeug", "jinja2"},
    "config": {"pydantic", "pydantic_settings"},
    "sandbox.ground": {"flask", "joserfc", "cryptography", "cheroot"},
    "sandbox.people": set[str](),
    "sandbox.consents": set[str](),
    "sandbox.directory": {"flask", "joserfc"},
    "sandbox.ledger": set[str](),
    "sandbox.stage": {"flask", "werkzeug"},
    "sandbox.authorization": {"flask", "werkzeug", "flask_babel", "joserfc"},
    "sandbox.resources": {"flask", "werkzeug"},
    "sandbox.kit": {"flask", "werkzeug", "markupsafe", "joserfc", "requests"},
    "sandbox.pages": {"flask", "werkzeug", "jinja2", "flask_babel"},
    "sandbox.control": {"flask", "werkzeug", "flask_babel"},
    "sandbox.bank": {"flask", "werkzeug"},
    "sandbox.__main__": {"flask"},
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
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            deeper = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {each for each in deeper if room_of(each) != room_of(node.module)} or {node.module}
    return found


def breaches(path: Path) -> list[str]:
    """Return what a file imports against the law."""
    return wrong_for(module_of(path), imports_of(path))


def wrong_for(module: str, imported: set[str]) -> list[str]:
    """Return which of these imports the law does not allow to a module."""
    room = room_of(module)
    if room is None:
        return sorted(imported - {"__future__"}) if module in DOOR_SIGNS else ["in no room"]
    wrong = []
    for name in sorted(imported):
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
    assert "flask" in imports_of(ROOT / "tpp" / "web" / "sessions" / "session.py")
    assert room_of("tpp.bank.read") == "tpp.bank"
    assert room_of("sandbox.authorization.par") == "sandbox.authorization"
    assert room_of("requests") is None
    text = (
        "from sandbox import bank\nfrom sandbox.control import guard\nimport sandbox.stage.faults\nimport tpp.model\n"
    )
    (tmp_path / "holders.py").write_text(text, encoding="utf-8")
    seen = imports_of(tmp_path / "holders.py")
    assert wrong_for("sandbox.people.holders", seen) == sorted(
        ["sandbox.bank", "sandbox.control", "sandbox.stage.faults", "tpp.model"]
    )


@pytest.mark.parametrize("room", ROOMS)
def test_what_the_table_does_not_name_is_a_breach(room: str) -> None:
    """Also a library that only another room may use, and a module that stands in no room."""
    for other in ROOMS:
        assert wrong_for(room, {other}) == ([] if other == room or other in ROOMS[room] else [other])
    for library in set[str]().union(*LIBRARIES.values()):
        assert wrong_for(room, {library}) == ([] if library in LIBRARIES[room] else [library])
    assert wrong_for("sandbox.stray", set()) == ["in no room"]
    assert wrong_for("sandbox", {"sandbox.bank", "__future__"}) == ["sandbox.bank"]


def test_the_rooms_themselves_form_no_circle() -> None:
    assert circle(ROOMS) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports for types only count as well: who cannot be understood without the other is one with it."""
    assert circle(who_imports_whom(FILES)) == []


def test_a_circle_is_seen(tmp_path: Path) -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) != []
    graph = who_imports_whom(FILES)
    assert "sandbox.ground.keys" in graph["sandbox.ground.services"] | graph["sandbox.bank"]
    assert "sandbox.consents.consents" in graph["sandbox.consents.steps"], "a module that is named after the import"
    assert circle(graph | {"sandbox.ground.keys": {"sandbox.bank"}}) != []


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return the names along a circle, the first one again at the end; nothing where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def who_imports_whom(paths: list[Path]) -> dict[str, set[str]]:
    """Return for each of our modules which others of ours it imports; a name that is a module stands for that."""
    modules = {module_of(path) for path in paths}
    return {module_of(path): named_in(path, modules) - {module_of(path)} for path in paths}


def named_in(path: Path, modules: set[str]) -> set[str]:
    """Return which of the modules a file imports."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            deeper = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= deeper & modules or {node.module}
    return found & modules


def test_no_room_is_too_full_to_look_around_in() -> None:
    """At most 20 modules a folder, beside the sign at its door."""
    assert too_full(FILES) == []


def test_a_room_that_is_too_full_is_seen() -> None:
    more = [ROOT / "sandbox" / "stage" / f"more_{number}.py" for number in range(17)]
    assert too_full(FILES + more[:16]) == []
    assert too_full(FILES + more) == ["sandbox.stage"]


def too_full(paths: list[Path]) -> list[str]:
    """Return the folders with more than 20 modules."""
    folders = [module_of(path.parent / "__init__.py") for path in paths if path.name != "__init__.py"]
    return sorted({folder for folder in folders if folders.count(folder) > 20})


@pytest.mark.parametrize(
    "room", [room for room in ROOMS if room.startswith("sandbox.") and (ROOT / room.replace(".", "/")).is_dir()]
)
def test_every_room_of_the_sandbox_has_a_sign_at_its_door_and_nothing_else_there(room: str) -> None:
    """No name is handed on from the door: who needs something says which module has it."""
    tree = tree_of(ROOT / room.replace(".", "/") / "__init__.py")

    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def uses(path: Path, module: str, name: str) -> bool:
    """Whether a file takes `name` from `module`, or reads it as an attribute."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module == module and name in {a.name for a in node.names}:
            return True
        reads = isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.value, ast.Name)
        if reads and node.value.id == module:  # type: ignore[attr-defined]
            return True
    return False


def test_the_session_is_touched_in_one_file_only() -> None:
    users = [module_of(path) for path in FILES if uses(path, "flask", "session")]

    assert users == ["tpp.web.sessions.session"]


KINDS = {value: name for name, value in vars(kinds).items() if name.isupper() and isinstance(value, str)}

STORE_VERBS = frozenset(
    {
        *("put", "add", "get", "take", "find", "replace", "delete", "lease", "release", "extend", "clear_but"),
        *("New", "If", "Address", "Shape"),
    }
)
"""What takes a kind of row: the verbs of `tpp.model.rows.Vault`, and what a row, or a demand on one, is made with."""


def kinds_by_hand(tree: ast.Module) -> list[str]:
    """Return the kinds that a file spells out where it speaks to the store, or in a list of its own."""
    spelt: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = [*node.args, *(each.value for each in node.keywords)]
            spelt += given if name in STORE_VERBS and (name != "get" or len(given) > 1) else []
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            spelt += node.elts
    return sorted(each.value for each in spelt if isinstance(each, ast.Constant) and each.value in KINDS)


def users_of_kinds(paths: list[Path]) -> dict[str, set[str]]:
    """Return for each kind of row which modules use its name."""
    found: dict[str, set[str]] = {name: set() for name in KINDS.values()}
    for path in paths:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "kinds":
                found[node.attr].add(module_of(path))
    return found


PRODUCT = [path for path in FILES if module_of(path).startswith("tpp.")]


@pytest.mark.parametrize("path", PRODUCT, ids=module_of)
def test_no_kind_of_row_is_spelt_out_by_hand(path: Path) -> None:
    assert kinds_by_hand(tree_of(path)) == []


def test_each_kind_of_row_has_one_owner() -> None:
    """The customer's connections above all: nobody else writes or reads them. The store reads none, it lays them."""
    users = users_of_kinds([path for path in PRODUCT if room_of(module_of(path)) != "tpp.store"])

    assert users["CONNECTION"] == {"tpp.journey.connections"}
    assert {name: modules for name, modules in users.items() if len(modules) > 1} == {}


def test_a_kind_that_is_spelt_out_is_seen() -> None:
    text = """
vault.get("connection", name)
If(kind="late")
for kind in ("figures", "wait"): pass
reason = "late"
told["answer"], told.get("answer")
Blueprint("session", __name__)
"""
    assert kinds_by_hand(ast.parse(text)) == ["connection", "figures", "late", "wait"]


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
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert len(text.splitlines()) <= 350
    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 40] == []


ONE_HOME = {
    "the time of Dubai": (r"timedelta\(hours=4\)", ["tpp.model.consent"], ["sandbox.ground.instants"]),
    "the name of Arabic in itself": ("العربية", ["tpp.model.languages"], ["sandbox.pages.common"]),
    "the end of a test bank's name": (r"apihub\.openfinance\.ae", ["tpp.model.hosts"], []),
    "which host is this machine": (r"== \"localhost\"|\.endswith\(\"\.localhost\"\)", ["tpp.model.hosts"], []),
    "the address of this machine": (r"\"127\.0\.0\.1\"|\"::1\"|\"0\.0\.0\.0\"", ["tpp.model.hosts"], None),
    "the paths that are taken": (r"\"welcome-back\"", ["config"], []),
}
"""A rule that both houses have stands once in each; None: there it is no rule."""


@pytest.mark.parametrize("rule", ONE_HOME)
def test_a_rule_has_one_home_in_each_house(rule: str) -> None:
    pattern, ours, theirs = ONE_HOME[rule]
    homes = [module_of(path) for path in FILES if re.search(pattern, path.read_text(encoding="utf-8"))]
    in_the_sandbox = [module for module in homes if module.startswith("sandbox.")]

    assert [module for module in homes if module not in in_the_sandbox] == ours
    assert theirs is None or in_the_sandbox == theirs


LEVELS = {"debug": 0, "info": 0, "warning": 0, "error": 0, "exception": 0, "critical": 0, "log": 1}
"""How a line is logged, and at which place its words stand."""

NAMED = re.compile(r"%\((\w+)\)")


def odd_log_lines(tree: ast.Module) -> list[int]:
    """Return the lines that are not logged as words with named values: `log.info("begun %(id)s", {"id": ...})`."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [call.lineno for call in calls if _speaks_to_a_log(call.func) and not _is_plain(call)]


def _speaks_to_a_log(named: ast.expr) -> bool:
    if not isinstance(named, ast.Attribute) or named.attr not in LEVELS:
        return False
    of = named.value
    return (isinstance(of, ast.Name) and of.id in {"log", "logger", "logging"}) or "getLogger" in ast.unparse(of)


def _is_plain(call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    words, *values = call.args[LEVELS[call.func.attr] :] or [call]
    of = isinstance(call.func.value, ast.Name) and call.func.value.id == "log"
    if not (of and isinstance(words, ast.Constant) and isinstance(words.value, str) and not call.keywords):
        return False
    named = set(NAMED.findall(words.value))
    if re.search(r"%(?!\(\w+\)[sr])", words.value) or re.search(r"^[A-Z]|\.$", words.value):
        return False
    if not named or len(values) != 1 or not isinstance(values[0], ast.Dict):
        return not named and not values
    return {ast.literal_eval(key) for key in values[0].keys if key} == named


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_every_log_line_is_plain_words_with_named_values(path: Path) -> None:
    assert odd_log_lines(tree_of(path)) == []


@pytest.mark.parametrize(
    "line",
    [
        'log.info("begun %s", name)',
        'log.info(f"begun {name}")',
        'log.info("begun", extra={"name": name})',
        'log.info("begun %(name)s", {"id": name})',
        'log.info("begun %(name)s", values)',
        'log.info("Begun.")',
        'log.log(level, "begun %s", name)',
        'logging.getLogger("a").error("begun")',
    ],
)
def test_an_odd_log_line_is_seen(line: str) -> None:
    assert odd_log_lines(ast.parse(line)) == [1]
    assert odd_log_lines(ast.parse('log.log(level, "begun %(name)s", {"name": name})')) == []


def docs_of(tree: ast.Module) -> list[str]:
    """Return every text that stands for itself: the docstrings, and what is said below a name."""
    found = [
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    return [text for text in found if isinstance(text, str)]


OTHER_DIALECTS = re.compile(r"`{2}|^ *:(?:param|return|raises)|^ *(?:Args|Returns|Raises|Parameters):$", re.MULTILINE)
"""Two backticks, field lists, headings: here a name stands in single backticks, and the rest is said in sentences."""


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_every_docstring_speaks_one_dialect(path: Path) -> None:
    assert [text for text in docs_of(tree_of(path)) if OTHER_DIALECTS.search(text)] == []


@pytest.mark.parametrize(
    "text", ["Read `" + "`a`" + "`.", "Read.\n\n    :param a: what", "Read.\n\n    Args:\n        a: what"]
)
def test_another_dialect_is_seen(text: str) -> None:
    assert OTHER_DIALECTS.search(docs_of(ast.parse(repr(text)))[0])
