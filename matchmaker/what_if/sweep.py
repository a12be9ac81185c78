"""A grid of scenarios solved side by side, and the trade-off curve between two of their aims.

Every plan is what solving its scenario alone gives: no plan is a start for another. What is
exactly the same in several of them, component by component, is solved once.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.errors import Detail, Fault, Infeasible, InputError, NoPlanFound, Place
from matchmaker.listeners import CountListener, unheard
from matchmaker.metrics import figures
from matchmaker.model import Status
from matchmaker.new_folder import is_free
from matchmaker.pipeline import solve
from matchmaker.plan_folder import write_plan
from matchmaker.pool import Pool
from matchmaker.row_names import stages_by_name
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Scenario, changed
from matchmaker.tables import match_key
from matchmaker.what_if.trade_off import Axis, Swept, axes, knee, on_axis

__all__ = ["Curve", "Varied", "sweep", "varied"]

MOST = 200
"""Points of a grid: a typing error must not start a week's work."""

EXACT = 9
"""Decimals of the steps of a range."""

PLANS, CHECKPOINTS = "plans", ".checkpoints"
SHEETS = ("sweep.csv", "sweep.xlsx")
"""What the folder of a sweep holds beside its plans."""


@dataclass(frozen=True)
class Varied:
    """One value of the scenario and what it is set to, one after the other.

    Parameters
    ----------
    key : str
        As in ``changes: - {set: …}``: ``objective.0.wishes``, ``rules.share.tolerance``.
    values : tuple
        In the order given.
    """

    key: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Curve:
    """A sweep: the grid, the axes, and every point in the order of the grid.

    Parameters
    ----------
    knee : int or None
        Position of the point beyond which a gain on the first axis costs most on the second; None
        where there are fewer than three different points.
    """

    scenario: Scenario
    varied: tuple[Varied, ...]
    x: Axis
    y: Axis
    points: tuple[Swept, ...]
    knee: int | None


def varied(written: str) -> Varied:
    """What ``--vary KEY=FROM..TO:STEP`` or ``--vary KEY=A,B,C`` asks for.

    Raises
    ------
    InputError
        When it is neither.
    """
    key, found, spec = written.partition("=")
    values: tuple[Any, ...] = ()
    if found and key:
        values = _range(spec) if ".." in spec else tuple(_plain(part) for part in spec.split(",") if part)
    if not values:
        raise InputError([Fault("sweep.vary", Place(key="--vary"), written)])
    return Varied(key.strip(), tuple(dict.fromkeys(values)))


def _range(spec: str) -> tuple[float, ...]:
    span, _, written = spec.partition(":")
    try:
        first, last, step = (float(part) for part in (*span.split(".."), written or "1"))
    except ValueError:
        return ()
    if step <= 0 or last < first or not np.isfinite([first, last, step]).all():
        return ()
    count = int((last - first) / step + 10.0**-EXACT) + 1
    if count > MOST:
        raise InputError([Fault("sweep.too_many", Place(key="--vary"), str(count), {"most": MOST})])
    return tuple(_number(round(first + at * step, EXACT)) for at in range(count))


def _plain(text: str) -> Any:
    try:
        return _number(float(text))
    except ValueError:
        return {"true": True, "false": False}.get(text.strip(), text.strip())


def _number(value: float) -> float:
    return int(value) if value == int(value) else value


def sweep(
    scenario: Scenario,
    grid: Sequence[Varied],
    folder: Path,
    *,
    x: str | None = None,
    y: str | None = None,
    through: str | None = None,
    listener: CountListener = unheard,
) -> Curve:
    """Solve every point of a grid, side by side, and write its plan under ``plans/``.

    Parameters
    ----------
    scenario
        What is varied. Its `limits.workers` points are solved at a time.
    grid
        Keys and values; all combinations are solved.
    folder
        New, empty, or that of an earlier run of `sweep`, which then goes on.
    x, y
        Axes: a term for its points, ``TERM:met`` for wishes met. Default: what is varied, and the
        fit (else the other aims) of the same level.
    through
        The last stage that is decided; None decides all.
    listener
        Called with how many points are done, and how many there are.

    Raises
    ------
    InputError
        With every fault of the grid, the axes, the folder and of any scenario; nothing is solved then.
    """
    scenarios = _scenarios(scenario, grid)
    both = axes(scenario.scheme, grid[0].key, x, y)
    _require_own(folder)
    through = None if through is None else _known_stage(scenario.scheme, through)
    jobs = [
        _Job(one, folder / PLANS / f"{at:0{len(str(len(scenarios)))}}", folder / CHECKPOINTS, through)
        for at, (_, one) in enumerate(scenarios, 1)
    ]
    found: list[Swept] = []
    with Pool(scenario.limits.workers) as pool:
        for job, (values, _), result in zip(jobs, scenarios, pool.each(_solved, jobs), strict=True):
            found.append(_point(scenario.scheme, both, values, job.folder, result))
            listener(len(found), len(jobs))
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    return Curve(scenario, tuple(grid), *both, tuple(found), knee(found, both[0].is_aim))


def _scenarios(scenario: Scenario, grid: Sequence[Varied]) -> list[tuple[tuple[Any, ...], Scenario]]:
    """The values and the scenario of every point; all faults of them together."""
    keys = [one.key for one in grid]
    combined = list(product(*(one.values for one in grid)))
    faults: dict[str, Fault] = {}
    if len(combined) > MOST:
        raise InputError([Fault("sweep.too_many", Place(key="--vary"), str(len(combined)), {"most": MOST})])
    if len(set(keys)) < len(keys):
        raise InputError([Fault("sweep.key_twice", Place(key="--vary"), ", ".join(keys))])
    found = []
    for values in combined:
        changes = [{"set": key, "to": value} for key, value in zip(keys, values, strict=True)]
        told = ", ".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
        try:
            one = changed(scenario, changes)
        except InputError as error:
            faults |= {f"{fault.code} {fault.place} {fault.found}": fault for fault in error.faults}
            continue
        found.append((values, one.model_copy(update={"name": f"{scenario.name} {told}"})))
    if faults:
        raise InputError(list(faults.values()))
    return found


def _require_own(folder: Path) -> None:
    """Raise `InputError` where a folder holds anything but what an earlier sweep has left."""
    if is_free(folder):
        return
    own = {PLANS, CHECKPOINTS, *SHEETS}
    foreign = (
        sorted(path.name for path in folder.iterdir() if path.name not in own) if folder.is_dir() else []
    )
    if foreign or not folder.is_dir():
        raise InputError([Fault("sweep.folder_in_use", Place(file=str(folder)), "、".join(foreign))])


def _known_stage(scheme: Scheme, stage: str) -> str:
    called = stages_by_name(scheme).get(match_key(stage))
    if called is None:
        details: dict[str, Detail] = {"stages": "、".join(f"{one.title}({one.id})" for one in scheme.stages)}
        raise InputError([Fault("given.unknown_stage", Place(key="--through"), stage, details)])
    return called


@dataclass(frozen=True)
class _Job:
    """A scenario to be solved by a worker, and where its plan goes."""

    scenario: Scenario
    folder: Path
    checkpoints: Path
    through: str | None


@dataclass(frozen=True)
class _Result:
    """What a worker tells of a plan."""

    status: Status
    faults: tuple[Fault, ...] = ()
    metrics: Mapping[str, Any] | None = None
    gap: float = 0.0


def _solved(job: _Job) -> _Result:
    """Solve and write one plan; in a worker."""
    try:
        plan = solve(job.scenario, in_processes=False, checkpoints=job.checkpoints, through=job.through)
    except Infeasible as error:
        return _Result(Status.INFEASIBLE, error.faults)
    except NoPlanFound as error:
        return _Result(Status.UNKNOWN, error.faults)
    write_plan(plan, job.folder)
    gap = max((level.gap for stage in plan.stages for level in stage.levels), default=0.0)
    return _Result(plan.status, (), plan.metrics, gap)


def _point(
    scheme: Scheme, both: tuple[Axis, Axis], values: tuple[Any, ...], folder: Path, result: _Result
) -> Swept:
    if result.metrics is None:
        return Swept(values, folder, result.status, result.faults)
    x, y = (on_axis(scheme, axis, values[0], result.metrics) for axis in both)
    return Swept(values, folder, result.status, (), x, y, figures(result.metrics), result.gap)
