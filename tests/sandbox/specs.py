"""The official schemas of v1.2 and v2.1, where they are at hand: nothing of them is kept here.

`VALID` counts the bodies found valid, by document; the test run prints it at its end.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("SPECS_DIR", "../shared/specs"))
DATA = "v1.2/uae-account-information-openapi.yaml"
AUTHORIZATION = "v1.2/uae-authorization-endpoints-openapi.yaml"
DATA_V21 = "v2.1/uae-account-information-openapi.yaml"
AUTHORIZATION_V21 = "v2.1/uae-authorization-endpoints-openapi.yaml"
PUSHED = "v1.2/uae-pushed-authorization-endpoint-openapi.yaml"
PLAIN_PUSHED = "v1.2/base/uae-pushed-authorization-endpoint-openapi.yaml"
SCHEMAS = "#/components/schemas/"
VALID: Counter[str] = Counter()


@cache
def document(name: str) -> Any:
    """Return an official document. Skips without the files."""
    path = (ROOT / FOLDER / name).resolve()
    if not path.is_file():
        pytest.skip(f"the official schemas are not here: {path} (set SPECS_DIR)")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # both are safe loaders


def faults(name: str, schema: str, body: Any) -> list[tuple[str, str]]:
    """Return what is wrong with a body, as JSON paths and messages. Skips without the files."""
    found = [(fault.json_path, fault.message) for fault in _validator(name, schema).iter_errors(body)]
    VALID[name] += not found
    return found


@cache
def _validator(name: str, schema: str) -> Any:
    schemas = _inlined(name)
    named = {"components": {"schemas": schemas}}  # a discriminator's mapping is looked up there
    return OAS30Validator({"allOf": [schemas[schema]], **named}, format_checker=oas30_format_checker)


@cache
def _inlined(name: str) -> dict[str, Any]:
    """Return a document's schemas with what every reference names in its place: looked up once, not for every value."""
    schemas = document(name)["components"]["schemas"]
    made: dict[str, Any] = {each: {} for each in schemas}

    def inline(node: Any) -> Any:
        if isinstance(node, list):
            return [inline(each) for each in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):  # what stands beside a reference counts for nothing
            return made[node["$ref"].removeprefix(SCHEMAS)]
        return {key: inline(each) for key, each in node.items()}

    for each, written in schemas.items():
        made[each] |= {"allOf": [inline(written)]} if "$ref" in written else inline(written)
    return made
