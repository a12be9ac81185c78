"""Next year's scenario from the plans of the years before: history carried on, wishes collected anew."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from matchmaker.errors import Fault, InputError, Place
from matchmaker.last_scores import without_last_scores
from matchmaker.model import Dataset
from matchmaker.movements import movements
from matchmaker.new_folder import is_free, new_folder, write_text
from matchmaker.pipeline import prepare
from matchmaker.plan_folder import checksum, read_plan
from matchmaker.plans import Plan
from matchmaker.rules.pin import in_force
from matchmaker.scheme.baseline_levels import without_baseline_levels
from matchmaker.scheme.scenario import Scenario, as_written, load_scenario
from matchmaker.scheme.yaml_writer import write_yaml
from matchmaker.tables import canonical_frame, read_dataset, write_dataset
from matchmaker.year_end import evaluation_faults

__all__ = ["NextYear", "rotate"]

EVALUATED = ("scores", "evaluations")
"""Tables that an evaluation of the year adds to."""

COLLECTED_ANEW = ("wishes", "objections", "baseline", "changes", "points", "visits", "assessments")
"""Tables that hold for one year: they begin empty. What was done in a year is told by its scores."""


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


def rotate(
    plans: Sequence[Path | str],
    folder: Path,
    year: int | None = None,
    evaluated: Sequence[Path | str] = (),
) -> NextYear:
    """Write the scenario of the year after the last of some plans.

    Parameters
    ----------
    plans
        Folders, of different years.
    folder
        New or empty; it gets ``scenario.yaml``, ``scheme.yaml`` and ``data/``.
    year
        Default: the year after the latest plan's.
    evaluated
        Folders that `evaluate` has written of some of the plans: their scores and ratings go on.

    Raises
    ------
    InputError
        For folders that are no plans, two plans of one year, a year that is not later, a folder
        in use, evaluations of other plans, or data that the scheme cannot use.
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
    checksums = {checksum(path / "plan.json") for _, path in read}
    for one in evaluated:
        faults += evaluation_faults(Path(one), checksums)
    if faults:
        raise InputError(faults)
    folder = folder.absolute()
    with new_folder(folder) as aside:
        _write(read, aside, folder, year, [Path(one) for one in evaluated])
        scenario = load_scenario(aside / "scenario.yaml")
        dataset = prepare(scenario)
        found = movements(scenario.scheme, dataset, year)
    return NextYear(load_scenario(folder / "scenario.yaml"), dataset, found)


def _write(
    read: Sequence[tuple[Plan, Path]], aside: Path, folder: Path, year: int, evaluated: Sequence[Path]
) -> None:
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
    tables = {name: without_last_scores(frame) for name, frame in tables.items() if len(frame)}
    for one in evaluated:
        tables |= _with_evaluation(tables, last.dataset, one)
    for path in write_dataset(tables, aside / "data"):
        path.chmod(0o600)


def _with_evaluation(
    tables: Mapping[str, pd.DataFrame], roster: Dataset, folder: Path
) -> dict[str, pd.DataFrame]:
    """The scores and ratings with those of an evaluated year, which replace earlier ones of that year."""
    found = read_dataset(folder / "data", beside=roster).dataset.tables
    merged = {}
    for name in EVALUATED:
        if name in found and len(found[name]):
            own = tables.get(name, found[name].iloc[:0])
            rest = own[~own["year"].isin(found[name]["year"])]
            merged[name] = canonical_frame(name, pd.concat([rest, found[name]], ignore_index=True))
    return merged


def _in_force(pins: pd.DataFrame, year: int) -> pd.DataFrame:
    """The rows of the pins sheet that still hold."""
    if "until" not in pins:
        return pins
    holds = [in_force(until if isinstance(until, str) and until else None, year) for until in pins["until"]]
    return pins[holds]
