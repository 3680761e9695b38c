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
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("SPECS_DIR", "../shared/specs"))
DATA = "v1.2/uae-account-information-openapi.yaml"
AUTHORIZATION = "v1.2/uae-authorization-endpoints-openapi.yaml"
DATA_V21 = "v2.1/uae-account-information-openapi.yaml"
AUTHORIZATION_V21 = "v2.1/uae-authorization-endpoints-openapi.yaml"
PUSHED = "v1.2/uae-pushed-authorization-endpoint-openapi.yaml"
PLAIN_PUSHED = "v1.2/base/uae-pushed-authorization-endpoint-openapi.yaml"
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
    whole = Resource.from_contents(document(name), default_specification=DRAFT4)
    registry: Any = Registry().with_resource("urn:spec", whole)
    return OAS30Validator(
        {"$ref": f"urn:spec#/components/schemas/{schema}"},
        registry=registry,
        format_checker=oas30_format_checker,
    )
