"""A plan after the changes of its year: stage by stage, what nothing touches stays as it is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from matchmaker.backends.base import Settings
from matchmaker.baseline import origin_of
from matchmaker.decided import with_stages
from matchmaker.listeners import StageListener, unheard
from matchmaker.memory import peak_megabytes
from matchmaker.metrics import measure
from matchmaker.model import Assignment, Dataset, Floats
from matchmaker.outcome import assignment_table, unassigned_table
from matchmaker.pipeline import EFFORT
from matchmaker.plan_folder import open_plan
from matchmaker.plans import Plan
from matchmaker.publication import require_as_written
from matchmaker.rebuild import problem_beside
from matchmaker.replan.data import changed
from matchmaker.replan.sheet import ChangeKind, Sheet, read_changes
from matchmaker.replan.stages import StageAfter, replan_stage
from matchmaker.replan.standing import Parent, told_anew
from matchmaker.replanned import altered_rows
from matchmaker.tables import canonical_frame

__all__ = [
    "BUDGETS",
    "Replanned",
    "assembled",
    "replan",
    "with_pairs_before",
    "written_already",
]

BUDGETS = (0, 1, 2, 5, 10)
"""Numbers of further changes of which it is told what they would bring."""


NO_CERTIFICATES: Mapping[str, Mapping[str, Floats]] = {}


@dataclass(frozen=True)
class Replanned:
    """A plan after the changes, and how it came about.

    Parameters
    ----------
    parent : Parent
        The plan before.
    sheet : Sheet
        What has changed.
    plan : Plan
    links : DataFrame
        table, old, new: what is told under another id from now on.
    named : mapping of str to str
        Sources that take over from others because the sheet says so.
    stages : mapping of str to StageAfter
        Those that were looked at.
    """

    parent: Parent
    sheet: Sheet
    plan: Plan
    links: pd.DataFrame
    named: Mapping[str, str]
    stages: Mapping[str, StageAfter]


def replan(
    folder: Path,
    sheet: Path,
    *,
    budget: int = 0,
    curve: bool = True,
    listener: StageListener = unheard,
) -> Replanned:
    """Change a plan in the middle of its year.

    Parameters
    ----------
    folder
        The plan's.
    sheet
        Workbook or CSV file with the ``changes`` table.
    budget
        How many pairs that the changes do not touch may change beside them.
    curve
        Whether to tell what more or fewer further changes would bring.
    listener
        Hears which stage is being looked at.

    Raises
    ------
    InputError
        For a folder that is no plan, or no longer the one that was written or published, and with every
        fault of the sheet.
    """
    started = time.monotonic()
    require_as_written(folder)
    plan = open_plan(folder)
    told = read_changes(sheet, plan.dataset)
    made = changed(plan.scenario.scheme, plan.dataset, plan.scenario.year, told)
    parent = Parent(plan, told_anew(plan, made.links))
    dataset = with_pairs_before(made.dataset, parent.pairs)
    budgets = tuple(sorted({*BUDGETS, budget})) if curve else ()
    named = {change.id: change.replaces for change in told.of(ChangeKind.COMES) if change.replaces}
    stages: dict[str, StageAfter] = {}
    decided: dict[str, Assignment] = {}
    known = dataset  # the stages decided so far are tables of it
    scenario, left = plan.scenario, budget
    altered = altered_rows(dataset)
    settings = Settings(scenario.limits.gap, EFFORT, None, scenario.limits.workers)
    for definition in scenario.scheme.stages:
        if definition.id not in plan.assignments:
            continue
        listener(definition.id)
        problem = problem_beside(scenario.scheme, known, scenario.year, definition.id, decided)
        after = replan_stage(
            scenario.scheme, problem, parent, made.links, named, altered,
            seed=scenario.tie_break.seed, settings=settings, budget=left, budgets=budgets,
        )  # fmt: skip
        left -= after.used
        decided[definition.id] = after.assignment
        known = with_stages(known, [definition.to_model()], decided)
        stages[definition.id] = after
    record = {"kind": "changes", "budget": budget, "used": budget - left,
              "curve": [asdict(point) for after in stages.values() for point in after.curve]}  # fmt: skip
    result = assembled(parent, dataset, stages, record, origin_of(folder), started)
    return Replanned(parent, told, result, made.links, named, stages)


def written_already(plan: Plan, parent: Plan, folder: Path) -> dict[str, Path]:
    """Files of the plan before that the plan after has as well, by their names in either folder."""
    same = [
        f"inputs/{name}.csv"
        for name, frame in plan.dataset.tables.items()
        if name in parent.dataset.tables and frame is parent.dataset.tables[name]
    ]
    same += [
        f"assignments/{stage}.csv"
        for stage, frame in plan.assignments.items()
        if frame.equals(parent.assignments[stage])
    ]
    return {name: folder / name for name in same if (folder / name).is_file()}


def with_pairs_before(dataset: Dataset, pairs: Mapping[str, pd.DataFrame]) -> Dataset:
    """The dataset with the pairs of the plan before as its ``baseline``."""
    frames = [
        frame.assign(stage=stage)[["stage", "source_id", "target_id"]] for stage, frame in pairs.items()
    ]
    rows = pd.concat(frames, ignore_index=True).astype(object)
    return dataset.with_table("baseline", canonical_frame("baseline", rows))


def assembled(
    parent: Parent,
    dataset: Dataset,
    stages: Mapping[str, StageAfter],
    record: Mapping[str, object],
    origin: Mapping[str, object],
    started: float,
    certificates: Mapping[str, Mapping[str, Floats]] = NO_CERTIFICATES,
) -> Plan:
    """The plan made of its stages.

    Parameters
    ----------
    parent
        The plan before.
    dataset
        Today's tables, with the pairs before.
    stages
        In order.
    record
        How it came about.
    origin
        Of the plan before.
    started
        `time.monotonic` value at the beginning.
    certificates
        Of the stages that were solved anew.
    """
    before = parent.plan
    scenario = before.scenario
    problems = {stage: one.problem for stage, one in stages.items()}
    assignments = {stage: one.assignment for stage, one in stages.items()}
    judgements = {stage: one.judgement for stage, one in stages.items()}
    findings = [
        finding for one in stages.values()
        for finding in (*one.judgement.shortfalls, *one.judgement.violations)
    ]  # fmt: skip
    return Plan(
        scenario=scenario,
        dataset=dataset,
        stages=tuple(one.record for one in stages.values()),
        assignments={
            stage: assignment_table(scenario.scheme, problems[stage], assignments[stage]) for stage in stages
        },
        unassigned=unassigned_table(problems, assignments),
        findings=tuple(sorted(findings)),
        metrics=measure(scenario, problems, assignments, judgements),
        certificates=certificates,
        reproducible=True,
        verified=True,
        seconds=time.monotonic() - started,
        peak_mb=peak_megabytes(0),
        versions=before.versions,
        baseline=dict(origin),
        replan=dict(record),
    )
