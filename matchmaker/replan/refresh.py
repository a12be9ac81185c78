"""A plan with a quarter's new lists: its pairs stay and are scored anew, claims and orders are decided again.

Which stages these are, the scheme says: those whose targets are taken by their ``status`` (needs to be
claimed, orders to be done) and come with the new lists, unless a ``keep`` rule holds them.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd

from matchmaker.backends.base import Settings
from matchmaker.baseline import origin_of
from matchmaker.decided import with_stages
from matchmaker.errors import Fault, InputError, Place
from matchmaker.given import level_record
from matchmaker.judgement import judge
from matchmaker.listeners import StageListener, unheard
from matchmaker.model import Assignment, Dataset, Floats, Problem
from matchmaker.pin_checks import with_located_pins
from matchmaker.pipeline import EFFORT
from matchmaker.plan_folder import open_plan
from matchmaker.plans import Plan, StageRecord
from matchmaker.posed import posed
from matchmaker.publication import require_as_written
from matchmaker.rebuild import problem_beside
from matchmaker.replan.run import Replanned, assembled, with_pairs_before
from matchmaker.replan.sheet import Sheet
from matchmaker.replan.stages import StageAfter, replan_stage
from matchmaker.replan.standing import Parent, Standing
from matchmaker.replanned import before
from matchmaker.rules.keep import Keep
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.row_removal import without_rows
from matchmaker.solver import inline, optimise
from matchmaker.tables import read_dataset
from matchmaker.warm import certificate_of

__all__ = ["decided_again", "refresh"]

STATUS = "status"
"""Column of lists that tells which of their rows are still to be dealt with."""

NO_LINKS = pd.DataFrame(columns=["table", "old", "new", "share"])


def refresh(folder: Path, data: Path, *, listener: StageListener = unheard) -> Replanned:
    """A plan with new lists.

    Parameters
    ----------
    folder
        The plan's.
    data
        Folder, workbook or CSV file; each of its tables takes the place of the plan's as a whole.
    listener
        Hears which stage is being looked at.

    Raises
    ------
    InputError
        For a folder that is no plan, or no longer the one that was written or published, and with every
        fault of the lists.
    """
    started = time.monotonic()
    require_as_written(folder)
    plan = open_plan(folder)
    scheme, year = plan.scenario.scheme, plan.scenario.year
    tables, dataset = _with_lists(plan, data)
    parent = Parent(
        plan, {stage.id: plan.assignments[stage.id][["source_id", "target_id"]] for stage in plan.stages}
    )
    dataset = with_pairs_before(dataset, parent.pairs)
    again = decided_again(scheme, tables)
    settings = Settings(plan.scenario.limits.gap, EFFORT, None, plan.scenario.limits.workers)
    seed = plan.scenario.tie_break.seed
    stages: dict[str, StageAfter] = {}
    decided: dict[str, Assignment] = {}
    certificates: dict[str, dict[str, Floats]] = {}
    solved = []
    known = dataset
    for definition in scheme.stages:
        if definition.id not in plan.assignments:
            continue
        listener(definition.id)
        problem = problem_beside(scheme, known, year, definition.id, decided)
        after = None
        if definition.id in again:
            found = _again(scheme, problem, parent, seed, settings)
            if found is not None:
                after, certificates[definition.id] = found
                solved.append(definition.id)
        if after is None:
            after = replan_stage(
                scheme, problem, parent, NO_LINKS, {}, frozenset(), seed=seed, settings=settings, budget=0
            )
        decided[definition.id] = after.assignment
        known = with_stages(known, [definition.to_model()], decided)
        stages[definition.id] = after
    record = {
        "kind": "refresh",
        "budget": 0,
        "used": 0,
        "curve": [],
        "again": solved,
        "tables": sorted(tables),
    }
    result = assembled(parent, dataset, stages, record, origin_of(folder), started, certificates)
    return Replanned(parent, Sheet(pd.DataFrame(), ()), result, NO_LINKS, {}, stages)


def decided_again(scheme: Scheme, tables: set[str]) -> frozenset[str]:
    """Stages that new lists let be decided again: their targets are among these and taken by their status."""
    held = {rule.stage for rule in scheme.rules if isinstance(rule, Keep)}
    found = set()
    for stage in scheme.stages:
        conditions = None if stage.where is None else stage.where.target
        by_status = conditions is not None and STATUS in conditions.paths()
        if by_status and stage.to in tables and stage.id not in held:
            found.add(stage.id)
    return frozenset(found)


def _with_lists(plan: Plan, data: Path) -> tuple[set[str], Dataset]:
    """Names of the new lists, and the plan's tables with them; nothing refers to what they no longer have."""
    read = read_dataset(data, beside=plan.dataset).dataset
    unknown = sorted(read.tables.keys() - plan.dataset.tables.keys())
    if not read.tables or unknown:
        code = "replan.unknown_lists" if unknown else "replan.no_lists"
        raise InputError([Fault(code, Place(file=str(data)), "、".join(unknown))])
    dataset = plan.dataset
    for name, frame in read.tables.items():
        if name in dataset.keys:
            gone = set(dataset.ids(name)) - set(frame[dataset.keys[name]])
            if gone:
                dataset, _ = without_rows(dataset, name, gone)
    dataset = Dataset({**dataset.tables, **read.tables}, dataset.keys, dataset.parents)
    if "pins" in read.tables:
        dataset = with_located_pins(plan.scenario.scheme, dataset)
    return set(read.tables), dataset


def _again(
    scheme: Scheme, problem: Problem, parent: Parent, seed: int, settings: Settings
) -> tuple[StageAfter, dict[str, Floats]] | None:
    """The stage solved as if for the first time; None where no plan of it was found."""
    started = time.monotonic()
    stated = posed(scheme, problem, (), seed)
    optimum = optimise(stated.program, settings, inline)
    if optimum.x is None:
        return None
    assignment = problem.assignment(np.flatnonzero(optimum.x[: problem.pair_count]))
    judgement = judge(scheme, problem, assignment)
    if judgement.violations:
        raise RuntimeError(f"{problem.stage.id}: the plan breaks {judgement.violations[:3]}")
    standing = Standing.of(problem, before(problem), (), parent, frozenset())
    record = StageRecord(
        id=problem.stage.id,
        status=optimum.status,
        backend=optimum.backend,
        sources=len(problem.sources),
        targets=len(problem.targets),
        pairs=problem.pair_count,
        components=optimum.components,
        rows=stated.program.row_count,
        columns=stated.program.column_count,
        seconds=round(time.monotonic() - started, 3),
        ties=optimum.ties,
        levels=tuple(
            level_record(result, level.scale)
            for result, level in zip(optimum.levels, stated.program.levels, strict=False)
        ),
    )
    after = StageAfter(standing, assignment, judgement, 0, (), record)
    return after, certificate_of(optimum, stated.names)
