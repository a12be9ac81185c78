"""A correction after public notice: accepted objections become the scenario of a corrected plan.

Everything else stays as it is as far as the rules allow: of each stage the first thing aimed at
is to keep the pairs of the plan that is corrected (`matchmaker.scheme.baseline_levels`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matchmaker.errors import Fault, InputError, Place
from matchmaker.new_folder import is_free, new_folder, write_text
from matchmaker.objections import ACCEPTED, Objection, Objections, read_objections
from matchmaker.pipeline import prepare
from matchmaker.plan_folder import read_plan
from matchmaker.plans import Plan
from matchmaker.publication import require_as_written
from matchmaker.scheme.baseline_levels import baseline_changes
from matchmaker.scheme.scenario import Scenario, as_written, load_scenario
from matchmaker.scheme.yaml_writer import write_yaml
from matchmaker.tables import write_dataset

__all__ = ["Correction", "correct"]


@dataclass(frozen=True)
class Correction:
    """What `correct` has written: the scenario, and the objections that it answers."""

    scenario: Scenario
    objections: Objections


def correct(plan: Path | str, sheet: Path | str, folder: Path) -> Correction:
    """Write the scenario that corrects a plan as a sheet of objections asks.

    Parameters
    ----------
    plan
        The plan's folder.
    sheet
        Workbook or CSV file with the ``objections`` table.
    folder
        New or empty; it gets ``scenario.yaml``, ``scheme.yaml`` and ``data/``.

    Raises
    ------
    InputError
        For a folder that is no plan or no longer the one that was written or published, a folder in use, and
        every fault of the sheet (`matchmaker.objections.read_objections`). Nothing is written then.
    """
    if not is_free(folder):
        raise InputError([Fault("apply.folder_in_use", Place(file=str(folder)))])
    require_as_written(plan)
    before = read_plan(plan)
    objections = read_objections(Path(sheet), before)
    with new_folder(folder) as aside:
        _write(before, Path(plan), objections, aside, folder.absolute())
        prepare(_beside(load_scenario(aside / "scenario.yaml"), Path(plan)))
    return Correction(load_scenario(folder / "scenario.yaml"), objections)


def _write(before: Plan, plan: Path, objections: Objections, aside: Path, folder: Path) -> None:
    """The files of the scenario; the plan's path as seen from `folder`, where it will stand."""
    settings = as_written(before.scenario)
    year = before.scenario.year
    scenario = {
        "name": f"{before.scenario.name}（更正）",
        "scheme": "scheme.yaml",
        "data": "data/",
        "year": year,
        "baseline": os.path.relpath(plan.absolute(), folder),
        "limits": settings["limits"],
        "tie_break": settings["tie_break"],
        "changes": [
            *_pairs(objections.of(ACCEPTED), year),
            *baseline_changes(before.scenario.scheme, before.assignments),
        ],
    }
    write_text(aside / "scheme.yaml", write_yaml(settings["scheme"]))
    write_text(aside / "scenario.yaml", write_yaml(scenario))
    tables = {name: frame for name, frame in before.dataset.tables.items() if name != "baseline"}
    for path in write_dataset({**tables, "objections": objections.table}, aside / "data"):
        path.chmod(0o600)


def _pairs(accepted: Sequence[Objection], year: int) -> list[dict[str, Any]]:
    """The pairs that accepted objections end and those that they want, each once, for this year."""
    asked: dict[tuple[str, str, str, str], list[str]] = {}
    for row in accepted:
        reason = f"异议 {row.id}：{row.reason}"
        asked.setdefault(("forbid", row.stage, *row.pair), []).append(reason)
        if row.wanted:
            asked.setdefault(("pin", row.stage, row.source, row.wanted), []).append(reason)
    return [
        {
            kind: {
                "stage": stage,
                "source": source,
                "target": target,
                "reason": "；".join(reasons),
                "until": str(year),
            }
        }
        for (kind, stage, source, target), reasons in asked.items()
    ]


def _beside(scenario: Scenario, plan: Path) -> Scenario:
    """The scenario whose baseline is found from where it is being written."""
    return scenario.model_copy(update={"baseline": plan})
