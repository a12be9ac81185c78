"""Stages taken from an earlier plan as they stand, so that one stage alone can be decided anew.

What is taken over is judged by the scenario at hand, never by the plan that it comes from:
its points are counted again, and its bound is what the old duals prove for the rows as
they are now.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.errors import Detail, Fault, InputError, Place
from matchmaker.formulation import Level, Program
from matchmaker.judgement import Judgement, judge, level_points
from matchmaker.model import Assignment, Dataset, Floats, Objects, Problem, Status
from matchmaker.plans import LevelRecord, Results, StageRecord
from matchmaker.rebuild import stage_formulation, stage_problem
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Scenario
from matchmaker.verify import certified_bound
from matchmaker.warm import row_names, warm_start

__all__ = ["BACKEND", "StageResult", "stages_given", "taken_over"]

BACKEND = "given"
"""What the record of a stage names as its backend when it was taken over."""

NAMED = 5
"""How many pairs a message names."""


@dataclass(frozen=True)
class StageResult:
    """One decided stage of a run."""

    problem: Problem
    assignment: Assignment
    judgement: Judgement
    record: StageRecord
    certificate: Mapping[str, Floats]
    reproducible: bool


def stages_given(scheme: Scheme, stage: str, results: Results) -> tuple[str, ...]:
    """Stages that a plan gives when `stage` is decided anew, in order: all but those that depend on it.

    Raises
    ------
    InputError
        When the scheme has no such stage, or the plan lacks one that it depends on.
    """
    order = [definition.id for definition in scheme.stages]
    if stage not in order:
        place = Place(key="--stage")
        raise InputError([Fault("given.unknown_stage", place, stage, {"stages": ", ".join(order)})])
    missing = [one for one in _needed(scheme, stage) if one not in results.assignments]
    if missing:
        place = Place(key="--given")
        raise InputError([Fault("given.lacks", place, ", ".join(missing), {"stage": stage})])
    dependent = {stage}
    for one in order[order.index(stage) + 1 :]:
        read = scheme.reads(one)
        if read & dependent or not read <= results.assignments.keys():
            dependent.add(one)
    return tuple(one for one in order if one in results.assignments and one not in dependent)


def _needed(scheme: Scheme, stage: str) -> list[str]:
    """Every earlier stage that `stage` rests on, directly or through others, in order."""
    needed = set(scheme.reads(stage))
    for definition in reversed(scheme.before(stage)):
        if definition.id in needed:
            needed |= scheme.reads(definition.id)
    return [definition.id for definition in scheme.before(stage) if definition.id in needed]


def taken_over(
    scenario: Scenario, dataset: Dataset, stage: str, results: Results, decided: Mapping[str, Assignment]
) -> StageResult:
    """A stage with the pairs that a plan has for it.

    Parameters
    ----------
    dataset
        The scenario's, ready to be solved.
    results
        Of the plan.
    decided
        The stages before it.

    Raises
    ------
    InputError
        When the pairs break the scenario's rules, or are none of its candidates.
    """
    started = time.monotonic()
    scheme = scenario.scheme
    frame = results.assignments[stage].drop_duplicates(["source_id", "target_id"])
    source_ids, target_ids = (np.asarray(frame[f"{side}_id"], object) for side in ("source", "target"))
    assignment = Assignment.of(stage, source_ids, target_ids)
    problem = stage_problem(scheme, dataset, scenario.year, stage, decided)
    judgement = judge(scheme, problem, assignment)
    if judgement.violations:
        listed = [
            f"{one.rule}: " + "–".join(filter(None, (one.source_id, one.target_id)))
            for one in judgement.violations
        ]
        more = "、…" if len(listed) > NAMED else ""
        found = "、".join(listed[:NAMED]) + more
        details: dict[str, Detail] = {"stage": scheme.stage(stage).title, "count": len(listed)}
        raise InputError([Fault("given.breaks", Place(key="--given"), found, details)])
    formulation = stage_formulation(scheme, problem, ())
    levels = scheme.levels(stage)
    program = formulation.program(levels)
    names = row_names(problem, formulation, program)
    duals = _duals(results, stage, problem, program, names)
    records = tuple(
        _level_record(program, level, value, duals if position == 0 else None)
        for position, (level, value) in enumerate(
            zip(program.levels, level_points(scheme, stage, judgement.points), strict=True)
        )
    )
    closed = all(record.bound <= record.value for record in records)
    record = StageRecord(
        id=stage,
        status=Status.OPTIMAL if closed else Status.FEASIBLE,
        backend=BACKEND,
        sources=len(problem.sources),
        targets=len(problem.targets),
        pairs=problem.pair_count,
        components=len(program.components()),
        rows=program.row_count,
        columns=program.column_count,
        seconds=round(time.monotonic() - started, 3),
        ties="partial",
        levels=records,
    )
    certificate = {"level0": duals, "row.name": names.astype(str)} if records else {}
    return StageResult(problem, assignment, judgement, record, certificate, True)


def _duals(results: Results, stage: str, problem: Problem, program: Program, names: Objects) -> Floats:
    """The plan's duals of the rows as they are now; 0 where it has none."""
    level = program.levels[0] if program.levels else None
    warm = warm_start(results, stage, problem, level, names)
    known = None if warm is None else warm.start.duals
    return np.zeros(program.row_count) if known is None else known


def _level_record(program: Program, level: Level, value: float, duals: Floats | None) -> LevelRecord:
    """A level's value with a bound: from duals for the first, from the columns' bounds alone below it."""
    if duals is not None:
        bound = certified = certified_bound(program, duals) * level.scale
    else:
        nothing = np.zeros(program.row_count)
        bound, certified = rounded_bound(lagrangian_bound(program, level, nothing)) * level.scale, None
    return LevelRecord.of(value, max(bound, value), certified, level.scale)
