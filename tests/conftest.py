"""A small Longgang year: generated, solved and written once for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from matchmaker.demo import generate_longgang
from matchmaker.pipeline import solve
from matchmaker.plan_folder import write_plan
from matchmaker.plans import Plan
from matchmaker.scheme.files import SCENARIOS
from matchmaker.scheme.scenario import Scenario, load_scenario
from matchmaker.tables import write_dataset

SCALE, SEED = 0.05, 1


@dataclass(frozen=True)
class SolvedYear:
    """A scenario of 2 sub-districts, 37 agencies, 55 branches, 200 grids and 1,050 members, and its plan.

    ``folder`` holds scenario, scheme and ``data/``; ``plan_folder`` the plan as written.
    Neither is to be changed: a test that tampers takes a copy.
    """

    folder: Path
    tables: Mapping[str, pd.DataFrame]
    scenario: Scenario
    plan: Plan
    plan_folder: Path

    def what_if(self, folder: Path, *changes: str, **settings: str) -> Scenario:
        """The scenario with changes (YAML mappings) and settings (YAML values), its file in `folder`."""
        lines = [f"extends: {self.folder / 'scenario.yaml'}"]
        lines += [f"{key}: {value}" for key, value in settings.items()]
        if changes:
            lines += ["changes:", *(f"  - {change}" for change in changes)]
        path = folder / "what-if.yaml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return load_scenario(path)


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> SolvedYear:
    """The small year, solved in this process."""
    folder = tmp_path_factory.mktemp("longgang")
    for name in ("scenario.yaml", "scheme.yaml"):
        shutil.copy(SCENARIOS / "longgang" / name, folder / name)
    tables = generate_longgang(scale=SCALE, seed=SEED)
    write_dataset(tables, folder / "data")
    scenario = load_scenario(folder / "scenario.yaml")
    plan_folder = folder / "plan"
    plan = write_plan(solve(scenario, in_processes=False), plan_folder)
    return SolvedYear(folder, tables, scenario, plan, plan_folder)
