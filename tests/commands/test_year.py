"""The commands that an office needs in a year, on each of the programmes."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.demo.folder import PROGRAMMES
from tests.commands.conftest import Cli


@pytest.mark.parametrize("name", sorted(PROGRAMMES))
def test_three_commands_plan_the_year(name: str, cli: Cli, tmp_path: Path) -> None:
    """An understaffed office needs no option and no file of its own: demo, solve, verify."""
    folder, out = tmp_path / "d", tmp_path / "p"
    assert cli("demo", name, folder, "--scale", 0.05).code == 0
    assert cli("solve", folder / "scenario.yaml", "--out", out).code == 0
    assert cli("verify", out).code == 0
