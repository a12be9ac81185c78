"""Next year's scenario from the plans of the years before: history carried on, wishes collected anew."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Dataset
from matchmaker.movements import movements
from matchmaker.pipeline import prepare
from matchmaker.plan_folder import read_plan
from matchmaker.plans import Plan
from matchmaker.rules.pin import in_force
from matchmaker.scheme.scenario import Scenario, as_written, load_scenario
from matchmaker.scheme.yaml_writer import write_yaml
from matchmaker.tables import write_dataset

__all__ = ["NextYear", "rotate"]

COLLECTED_ANEW = ("wishes",)
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
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        faults.append(Fault("rotate.folder_in_use", Place(file=str(folder))))
    if faults:
        raise InputError(faults)
    folder = folder.absolute()
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True, mode=0o700)
    try:
        _write(read, aside, folder, year)
        scenario = load_scenario(aside / "scenario.yaml")
        dataset = prepare(scenario)
        found = movements(scenario.scheme, dataset, year)
        if folder.exists():
            folder.rmdir()
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
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
    _write_text(aside / "scheme.yaml", write_yaml(settings["scheme"]))
    _write_text(aside / "scenario.yaml", write_yaml(scenario))
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


def _write_text(path: Path, content: str) -> None:
    path.write_text(content, "utf-8", newline="\n")
