"""The two versions of the standard that the bank speaks beside each other, and what carries their names.

A consent belongs to the version of its `type` for good, and opens the resources under that version's path
alone. Source: UAE Open Finance Standard v1.2-errata1 and v2.1-errata2, account-information and `POST /par`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    View = Callable[..., ResponseReturnValue]

Version = Literal["v1.2", "v2.1"]
V12: Version = "v1.2"
V21: Version = "v2.1"
VERSIONS = (V12, V21)
FAMILY = "account-information"


def consent_type(version: Version) -> str:
    """Return the `type` of an account-access consent."""
    return f"urn:openfinanceuae:account-access-consent:{version}"


def resource_base(version: Version) -> str:
    """Return the path above every resource of the version."""
    return f"/rs1/open-finance/{FAMILY}/{version}"


def serve(blueprint: Blueprint, method: str, path: str) -> Callable[[View], View]:
    """Serve a view under the path of each version, and tell it which one as `version`."""

    def add(view: View) -> View:
        for version in VERSIONS:
            rule = resource_base(version) + path
            blueprint.add_url_rule(rule, view_func=view, methods=[method], defaults={"version": version})
        return view

    return add


BY_TYPE = {consent_type(version): version for version in VERSIONS}
