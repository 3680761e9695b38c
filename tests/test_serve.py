"""What the supervisor tells the programs that it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stack import make_settings
from tpp import serve

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("control", "told"), [(True, 0), (False, 1)])
def test_the_control_is_left_out_of_bank_and_kit_alike(tmp_path: Path, *, control: bool, told: int) -> None:
    programs = serve._sandbox(make_settings(tmp_path, sandbox_control=control))
    assert [program.command.count("--no-control") for program in programs] == [told, told]
