"""Plans of the programmes' generated data, and their pairs, for tests."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from matchmaker.demo.folder import write_demo
from matchmaker.lists import derived_list
from matchmaker.pipeline import solve
from matchmaker.plans import Plan
from matchmaker.scheme.scenario import load_scenario

__all__ = ["listed", "pairs", "partner_of", "planned"]


def planned(programme: str, folder: Path, scale: float, seed: int = 1, real_names: bool = False) -> Plan:
    """A programme's data written to the folder, and the plan for it."""
    write_demo(programme, folder, scale=scale, seed=seed, real_names=real_names)
    return solve(load_scenario(folder / "scenario.yaml"), in_processes=False)


def pairs(plan: Plan, stage: str) -> pd.DataFrame:
    """Columns source and target, one row a pair."""
    assignment = plan.assignment(stage)
    return pd.DataFrame({"source": assignment.source_ids, "target": assignment.target_ids}, dtype=str)


def partner_of(plan: Plan, stage: str) -> pd.Series:
    """Target of each pair by its source."""
    assignment = plan.assignment(stage)
    return pd.Series(assignment.target_ids, index=assignment.source_ids)


def listed(plan: Plan, list_id: str) -> pd.DataFrame:
    """A list of the plan's scheme, titles as columns."""
    definition = next(each for each in plan.scenario.scheme.lists if each.id == list_id)
    found = derived_list(plan.known, definition, plan.scenario.year)
    return pd.DataFrame({column.title: column.values for column in found.columns})
