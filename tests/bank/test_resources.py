"""The table of resources, compared with the standard."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.specs import DATA, document
from tpp.bank.resources import RESOURCES
from tpp.model.permission import BY_CODE
from tpp.model.resource import Wanted

if TYPE_CHECKING:
    from tpp.model.resource import Resource

ALL: dict[str, Resource[Any]] = {each.name: getattr(RESOURCES, each.name) for each in fields(RESOURCES)}


@pytest.mark.parametrize("name", ALL)
def test_a_resource_is_called_as_the_table_calls_it_and_allowed_by_real_permissions(name: str) -> None:
    assert ALL[name].name == name
    assert ALL[name].allowed_by
    assert ALL[name].allowed_by <= set(BY_CODE)


@pytest.mark.parametrize("name", ALL)
def test_a_resource_lies_where_the_standard_has_it(name: str) -> None:
    assert ALL[name].version == "v1.2"
    assert f"/{ALL[name].path}" in document(DATA)["paths"]


@pytest.mark.parametrize("name", ALL)
def test_nothing_of_people_is_kept_and_everything_else_is_for_a_while(name: str) -> None:
    of_people = {"ReadParty", "ReadPartyUser", "ReadPartyUserIdentity"}

    assert ALL[name].kept is not bool(ALL[name].allowed_by & of_people)


@pytest.mark.parametrize("name", ALL)
def test_a_resource_of_an_account_has_its_id_in_its_path(name: str) -> None:
    assert ALL[name].is_of_account is ("a-1" in Wanted(ALL[name], "a-1").segments)
    assert ALL[name].is_of_account is (name not in {"accounts", "user"})


def test_an_account_id_takes_its_place_in_the_path_whatever_it_looks_like() -> None:
    assert Wanted(RESOURCES.accounts).segments == ("accounts",)
    assert Wanted(RESOURCES.balances, "{AccountId}/x").segments == ("accounts", "{AccountId}/x", "balances")
