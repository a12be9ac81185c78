"""Accepted edits as a what-if scenario: the plan's own, with pins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from matchmaker.errors import Fault, InputError, Place
from matchmaker.explain.moves import MoveVerdict
from matchmaker.new_folder import is_free, new_folder, write_text
from matchmaker.pipeline import prepare
from matchmaker.plans import Plan
from matchmaker.scheme.scenario import load_scenario
from matchmaker.scheme.yaml_writer import write_yaml
from matchmaker.what_if.reopened import Reopened

__all__ = ["require_free_folder", "write_what_if"]


def require_free_folder(folder: Path) -> None:
    """Raise `InputError` where the folder holds something already."""
    if not is_free(folder):
        raise InputError([Fault("apply.folder_in_use", Place(file=str(folder)))])


def write_what_if(
    plan: Plan, plan_folder: Path, reopened: Reopened, verdict: MoveVerdict, folder: Path, reason: str
) -> Path:
    """Write ``scenario.yaml`` into a new or empty folder; the plan itself stays.

    Parameters
    ----------
    plan_folder
        Where the plan stands: the scenario extends its own, and reads its inputs.
    reason
        Of the pins, for the lists.

    Returns
    -------
    Path
        The scenario.

    Raises
    ------
    InputError
        When the folder holds something already.
    """
    require_free_folder(folder)
    folder = folder.absolute()
    base = os.path.relpath(plan_folder.absolute() / "scenario.yaml", folder)
    year = str(plan.scenario.year)
    several = set(reopened.problem.sources.ids[reopened.problem.sources.maximum > 1].tolist())
    asked = [("pin", pair) for pair in verdict.edits]
    # whoever may have several would else have what was replaced besides
    asked += [("forbid", pair) for pair in verdict.ended if pair[0] in several]
    changes: list[dict[str, Any]] = [
        {kind: {"stage": verdict.stage, "source": source, "target": target, "reason": reason, "until": year}}
        for kind, (source, target) in asked
    ]
    scenario = {"extends": base, "name": f"{plan.scenario.name}（{reason}）", "changes": changes}
    with new_folder(folder) as aside:
        write_text(aside / "scenario.yaml", write_yaml(scenario))
    path = folder / "scenario.yaml"
    prepare(load_scenario(path))
    return path
