"""Next year's scenario from the plans of the years before: history carried on, wishes collected anew."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Dataset
from matchmaker.movements import movements
from matchmaker.new_folder import is_free, new_folder, write_text
from matchmaker.pipeline import prepare
from matchmaker.plan_folder import read_plan
from matchmaker.plans import Plan
from matchmaker.rules.pin import in_force
from matchmaker.scheme.baseline_levels import without_baseline_levels
from matchmaker.scheme.scenario import Scenario, as_written, load_scenario
from matchmaker.scheme.yaml_writer import write_yaml
from matchmaker.tables import write_dataset

__all__ = ["NextYear", "rotate"]

COLLECTED_ANEW = ("wishes", "objections", "baseline")
"""Tables that hold for one year: they begin empty."""


@dataclass(frozen=True)
class NextYear:
    """What `rotate` has written.

    Parameters
    ----------
    scenario : Scenario
        Next year's.
    dataset : Dataset
        Its data, ready to be solved.
    movements : DataFrame
        What becomes of last year's pairs (`matchmaker.movements`).
    """

    scenario: Scenario
    dataset: Dataset
    movements: pd.DataFrame


def rotate(plans: Sequence[Path | str], folder: Path, year: int | None = None) -> NextYear:
    """Write the scenario of the year after the last of some plans.

    Parameters
    ----------
    plans
        Folders, of different years.
    folder
        New or empty; it gets ``scenario.yaml``, ``scheme.yaml`` and ``data/``.
    year
        Default: the year after the latest plan's.

    Raises
    ------
    InputError
        For folders that are no plans, two plans of one year, a year that is not later, a folder
        in use, or data that the scheme cannot use.
    """
    read = sorted(((read_plan(one), Path(one)) for one in plans), key=lambda one: one[0].scenario.year)
    years = [plan.scenario.year for plan, _ in read]
    year = years[-1] + 1 if year is None else year
    faults = [
        Fault("rotate.same_year", Place(file=str(path)), str(plan.scenario.year))
        for at, (plan, path) in enumerate(read)
        if plan.scenario.year in years[:at]
    ]
    if year <= years[-1]:
        faults.append(Fault("rotate.not_later", Place(key="--year"), str(year), {"last": years[-1]}))
    if not is_free(folder):
        faults.append(Fault("rotate.folder_in_use", Place(file=str(folder))))
    if faults:
        raise InputError(faults)
    folder = folder.absolute()
    with new_folder(folder) as aside:
        _write(read, aside, folder, year)
        scenario = load_scenario(aside / "scenario.yaml")
        dataset = prepare(scenario)
        found = movements(scenario.scheme, dataset, year)
    return NextYear(load_scenario(folder / "scenario.yaml"), dataset, found)


def _write(read: Sequence[tuple[Plan, Path]], aside: Path, folder: Path, year: int) -> None:
    """The files of the scenario; paths of plans as seen from `folder`, where it will stand."""
    last = read[-1][0]
    settings = as_written(last.scenario)
    scenario = {
        "name": f"{year} 年度",
        "scheme": "scheme.yaml",
        "data": "data/",
        "year": year,
        "history": [os.path.relpath(path.absolute(), folder) for _, path in read],
        "limits": settings["limits"],
        "tie_break": {"seed": year * 10_000 + 101},
    }
    write_text(aside / "scheme.yaml", write_yaml(without_baseline_levels(settings["scheme"])))
    write_text(aside / "scenario.yaml", write_yaml(scenario))
    tables = {name: frame for name, frame in last.dataset.tables.items() if name not in COLLECTED_ANEW}
    if "pins" in tables:
        tables["pins"] = _in_force(tables["pins"], year)
    tables = {name: frame for name, frame in tables.items() if len(frame)}
    for path in write_dataset(tables, aside / "data"):
        path.chmod(0o600)


def _in_force(pins: pd.DataFrame, year: int) -> pd.DataFrame:
    """The rows of the pins sheet that still hold."""
    if "until" not in pins:
        return pins
    holds = [in_force(until if isinstance(until, str) and until else None, year) for until in pins["until"]]
    return pins[holds]
