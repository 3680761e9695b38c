"""Every function and every test that docs/protocol.md names is there, by that name, in that place."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.trees import tree_of

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "protocol.md"
QUOTED = re.compile(r"`([^`]+)`")
DOTTED = re.compile(r"[a-z_]\w*(?:\.\w+)+")
RULE = re.compile(r"\|(?: -+ \|)+")


@dataclass(frozen=True)
class Row:
    """One row of a table: what its last two cells quote, in their order. `check` is the cell that names it."""

    check: str
    functions: tuple[str, ...]
    tests: tuple[str, ...]


def rows_of(text: str) -> list[Row]:
    """Return the rows of the tables that end in `Function` and `Test`. Raises `ValueError` on other tables."""
    found: list[Row] = []
    header: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells or RULE.fullmatch(line):
            header = header if cells else []
        elif not header:
            header = cells
            if header[-2:] != ["Function", "Test"]:
                raise ValueError(line)
        elif len(cells) != len(header):
            raise ValueError(line)
        else:
            found.append(Row(cells[-4], tuple(QUOTED.findall(cells[-2])), tuple(QUOTED.findall(cells[-1]))))
    return found


def place_of(name: str) -> tuple[Path, list[str]] | None:
    """Return the file of a dotted name, and what of the name lies inside it; None where no module has that name.

    Names count from `tpp`, else from the root. The longest module wins: the rest is a function, a class or a member.
    """
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        for base in (ROOT / "tpp", ROOT):
            place = base.joinpath(*parts[:length])
            for file in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
                if file.is_file():
                    return file, parts[length:]
    return None


def body_of(file: Path) -> list[ast.stmt]:
    """Return what stands in a file."""
    return tree_of(file).body


def defines(body: list[ast.stmt], inside: list[str]) -> bool:
    """Tell whether a name is written in a body itself; one that is only imported there does not count."""
    if not inside:
        return True
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name == inside[0]:
            return defines(node.body, inside[1:])
        if len(inside) == 1 and inside[0] in names_of(node):
            return True
    return False


def names_of(node: ast.stmt) -> set[str]:
    """Return the names that a statement gives."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def is_there(name: str) -> bool:
    """Tell whether a function, a class, a member, a constant, a module or a folder of that name exists."""
    if name.endswith("/"):
        return (ROOT / name).is_dir()
    found = place_of(name)
    return found is not None and defines(body_of(found[0]), found[1])


def missing_tests(quoted: tuple[str, ...]) -> list[str]:
    """Return which tests are not there; each belongs to the file that is named before it."""
    wrong, file = [], None
    for name in quoted:
        if name.endswith(".py"):
            file = ROOT / "tests" / name
            if not file.is_file():
                wrong.append(name)
        elif file is None or not file.is_file() or not defines(body_of(file), [name]) or not name.startswith("test_"):
            wrong.append(name)
    return wrong


TEXT = DOCUMENT.read_text(encoding="utf-8")
ROWS = rows_of(TEXT)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.check[:60])
def test_every_function_that_a_row_names_exists(row: Row) -> None:
    assert row.functions, "a check that nothing does"
    assert [name for name in row.functions if not is_there(name)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.check[:60])
def test_every_test_that_a_row_names_exists(row: Row) -> None:
    assert [name for name in row.tests if name.startswith("test_") and not name.endswith(".py")], "nothing shows it"
    assert missing_tests(row.tests) == []


def test_every_function_that_stands_between_the_tables_exists() -> None:
    prose = "\n".join(line for line in TEXT.splitlines() if not line.startswith("|"))
    named = [name for name in QUOTED.findall(prose) if DOTTED.fullmatch(name)]

    assert "journey.attempt.complete" in named
    assert [name for name in named if not is_there(name)] == []


@pytest.mark.parametrize(
    "name",
    [
        "journey.attempt.no_such_step",
        "journey.no_such_module.complete",
        "bank.transport.Transport.no_such_method",
        "sandbox.par.push",
        "sandbox.bank.load_key",
        "no_such_folder/",
    ],
)
def test_a_name_that_leads_nowhere_is_seen(name: str) -> None:
    """Also one that its module only imports."""
    assert not is_there(name)


def test_a_test_that_is_not_there_is_seen() -> None:
    here, real = "test_protocol_doc.py", "test_a_test_that_is_not_there_is_seen"
    assert missing_tests((here, real)) == []
    assert missing_tests((real,)) == [real], "no file is named"
    assert missing_tests((here, real, "test_of_nothing")) == ["test_of_nothing"]
    assert missing_tests((here, "rows_of")) == ["rows_of"], "no test"
    assert missing_tests(("sandbox/test_par.py", real)) == ["sandbox/test_par.py", real]


@pytest.mark.parametrize(
    "table", ["| Check | Function |\n| --- | --- |\n", "| Check | Clause | Function | Test |\n| a | `b` | `c` |\n"]
)
def test_a_table_of_another_form_is_not_passed_over(table: str) -> None:
    with pytest.raises(ValueError, match=r"Check|`b`"):
        rows_of(table)
