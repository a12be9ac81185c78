"""Stages taken from an earlier plan as they stand, so that one stage alone can be decided anew.

What is taken over is judged by the scenario at hand, never by the plan that it comes from:
its points are counted again. Where the stage's program is exactly the one that the plan
solved, its bounds hold as they stand; else the first level's bound is what the old duals
prove for the rows as they are now, and of lower levels nothing is known.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.backends.base import LevelResult, Settings
from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.errors import Detail, Fault, InputError, Place
from matchmaker.judgement import Judgement, judge, level_points
from matchmaker.model import Assignment, Dataset, Floats, Problem, Status
from matchmaker.plans import LevelRecord, Results, StageRecord
from matchmaker.posed import posed
from matchmaker.program import Level, Program
from matchmaker.rebuild import stage_problem
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Scenario
from matchmaker.solver import Optimum, WarmStart, recalled
from matchmaker.verify import certified_bound
from matchmaker.warm import certificate_of

__all__ = [
    "BACKEND",
    "StageResult",
    "level_record",
    "needed_stages",
    "stages_given",
    "taken_over",
    "unsearched_level",
]

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
    missing = [one for one in needed_stages(scheme, stage) if one not in results.assignments]
    if missing:
        place = Place(key="--given")
        raise InputError([Fault("given.lacks", place, ", ".join(missing), {"stage": stage})])
    dependent = {stage}
    for one in order[order.index(stage) + 1 :]:
        read = scheme.reads(one)
        if read & dependent or not read <= results.assignments.keys():
            dependent.add(one)
    return tuple(one for one in order if one in results.assignments and one not in dependent)


def needed_stages(scheme: Scheme, stage: str) -> list[str]:
    """Every earlier stage that `stage` rests on, directly or through others, in order."""
    needed = set(scheme.reads(stage))
    for definition in reversed(scheme.before(stage)):
        if definition.id in needed:
            needed |= scheme.reads(definition.id)
    return [definition.id for definition in scheme.before(stage) if definition.id in needed]


def taken_over(
    scenario: Scenario,
    dataset: Dataset,
    stage: str,
    results: Results,
    decided: Mapping[str, Assignment],
    settings: Settings,
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
    settings
        With which the scenario is solved: a plan's bounds hold for equal ones.

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
    stated = posed(scheme, problem, (), scenario.tie_break.seed)
    program, names, warm = stated.program, stated.names, stated.start_from(results)
    values = level_points(scheme, stage, judgement.points)
    before = None if warm is None else _found_before(program, settings, warm, values)
    if before is not None:
        records = tuple(
            level_record(result, level.scale)
            for result, level in zip(before.levels, program.levels, strict=False)  # the last breaks ties
        )
        certificate = certificate_of(before, names)
    else:
        duals = np.zeros(program.row_count)
        if warm is not None and warm.start.duals is not None:
            duals = warm.start.duals
        records = tuple(
            unsearched_level(program, level, value, duals if position == 0 else None)
            for position, (level, value) in enumerate(zip(program.levels, values, strict=False))
        )
        certificate = {"level0": duals, "row.name": names.astype(str)} if records else {}
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
        ties="partial" if before is None else before.ties,
        levels=records,
    )
    return StageResult(problem, assignment, judgement, record, certificate, True)


def level_record(result: LevelResult, scale: float) -> LevelRecord:
    """What a plan says of a level that was searched."""
    certified = None if result.certified is None else result.certified * scale
    return LevelRecord.of(result.value * scale, result.bound * scale, certified, scale)


def _found_before(
    program: Program, settings: Settings, warm: WarmStart, values: Sequence[float]
) -> Optimum | None:
    """What the plan found of this very program, where its pairs are still worth what they were."""
    found = recalled(program, settings, warm)
    if found is None or found.x is None:
        return None
    pairs = np.zeros(program.column_count, np.int64)
    pairs[: program.pair_count] = warm.start.pairs
    reached = [
        result.value * level.scale for result, level in zip(found.levels, program.levels, strict=False)
    ]
    same = np.allclose(reached, values, rtol=1e-9, atol=1e-6)
    ties = sum(known.levels[-1].value for known in found.known.values() if known.levels)
    if found.ties == "proven" and program.units(program.levels[-1], pairs) != ties:
        found = replace(found, ties="partial")  # an edited plan: worth the same, but another one
    return found if same else None


def unsearched_level(program: Program, level: Level, value: float, duals: Floats | None) -> LevelRecord:
    """A level's value with a bound: from duals for the first, from the columns' bounds alone below it."""
    if duals is not None:
        bound = certified = certified_bound(program, duals) * level.scale
    else:
        nothing = np.zeros(program.row_count)
        bound, certified = rounded_bound(lagrangian_bound(program, level, nothing)) * level.scale, None
    # duals that prove nothing are no more than the columns' bounds
    known = duals is not None and bool(duals.any())
    return LevelRecord.of(value, max(bound, value), certified, level.scale, known or bound <= value)
