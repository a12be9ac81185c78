"""One stage of a plan after the changes: who takes over, what stays broken, what further changes bring."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from matchmaker.backends.base import Settings
from matchmaker.judgement import Judgement, judge, level_points
from matchmaker.model import Assignment, Integers, Problem, Status
from matchmaker.plans import LevelRecord, StageRecord
from matchmaker.replan.later import later_places
from matchmaker.replan.program import LEVELS_BEFORE, pose
from matchmaker.replan.search import Searched, search
from matchmaker.replan.standing import Parent, Standing
from matchmaker.replan.units import chain_above, closeness
from matchmaker.replanned import before, changes_beyond, worsened
from matchmaker.scheme.definitions import Scheme

__all__ = ["CurvePoint", "StageAfter", "replan_stage"]

BACKEND = "replan"
"""What the record of a stage names as its backend whose pairs were kept but for the changes."""

EXACT_UP_TO = 20_000
"""Pair columns up to which the search goes on until nothing better is left, whatever the gap allowed."""


@dataclass(frozen=True)
class CurvePoint:
    """What a stage is worth with so many further changes at most.

    Parameters
    ----------
    stage : str
    budget, used : int
        Further changes allowed, and made.
    broken, uncovered : int
        By how much less hard rules are broken than without further changes (1000 for each of their rows),
        and how many more targets that must have a partner have one, or have somebody in reach for a
        later relation.
    covered_again, same_unit : int
        How many more of the targets that had a partner have one again; closeness to who left.
    gains : tuple of float
        Points gained in each level of the scheme.
    proven : bool
        Whether nothing better is possible.
    """

    stage: str
    budget: int
    used: int
    broken: int
    uncovered: int
    covered_again: int
    same_unit: int
    gains: tuple[float, ...]
    proven: bool


@dataclass(frozen=True)
class StageAfter:
    """A stage after the changes.

    Parameters
    ----------
    standing : Standing
    assignment : Assignment
    judgement : Judgement
        Its violations are those that stay from the plan before.
    used : int
        Further changes made.
    curve : tuple of CurvePoint
    record : StageRecord
    """

    standing: Standing
    assignment: Assignment
    judgement: Judgement
    used: int
    curve: tuple[CurvePoint, ...]
    record: StageRecord

    @property
    def problem(self) -> Problem:
        """The stage's problem."""
        return self.standing.problem


def replan_stage(
    scheme: Scheme,
    problem: Problem,
    parent: Parent,
    links: pd.DataFrame,
    named: Mapping[str, str],
    altered: frozenset[tuple[str, str]],
    *,
    seed: int,
    settings: Settings,
    budget: int,
    budgets: Sequence[int] = (),
) -> StageAfter:
    """Let the rows that the changes touch take over, and so many others change at most.

    Parameters
    ----------
    problem
        The stage under today's data.
    parent
        The plan before.
    links
        table, old, new: what is told under another id from now on.
    named
        Sources that take over from others because the sheet says so.
    altered
        Rows that go on and are not what they were.
    seed
        Of the step that breaks ties.
    budget
        Further changes that the stage may make.
    budgets
        For which numbers of further changes to tell what they would bring; none are tried where empty.

    Raises
    ------
    RuntimeError
        When the answer breaks what its rules' own checks say must hold: a fault of the program.
    """
    started = time.monotonic()
    past = before(problem, altered)
    kept = problem.assignment(past.possible)
    as_before = judge(scheme, problem, kept)
    standing = Standing.of(problem, past, as_before.violations, parent, altered)
    wider = budget > 0 or bool(budgets)
    chosen, searched, levels = _searched(
        scheme, standing, parent, links, named, seed, settings, budget, budgets if wider else ()
    )
    changed = len(np.setxor1d(chosen, past.possible)) > 0
    assignment = problem.assignment(np.sort(chosen)) if changed else kept
    judgement = judge(scheme, problem, assignment) if changed else as_before
    worse = worsened(judgement.violations, standing.broken)
    used = changes_beyond(problem, past, assignment)
    if worse or used > budget:
        raise RuntimeError(f"{problem.stage.id}: {used} changes of {budget}, worse: {worse[:3]}")
    values = level_points(scheme, problem.stage.id, judgement.points)
    record = _record(problem, parent, values, searched, time.monotonic() - started)
    curve = () if searched is None else _curve(problem.stage.id, searched, budgets, levels)
    return StageAfter(standing, assignment, judgement, used, curve, record)


def _searched(
    scheme: Scheme,
    standing: Standing,
    parent: Parent,
    links: pd.DataFrame,
    named: Mapping[str, str],
    seed: int,
    settings: Settings,
    budget: int,
    budgets: Sequence[int],
) -> tuple[Integers, Searched | None, tuple[float, ...]]:
    """Positions of the chosen candidates, what was searched, points of a unit of each scheme level."""
    wider = budget > 0 or bool(budgets)
    openings = standing.open
    if wider and bool(standing.sources.any() or standing.targets.any() or standing.broken):
        openings = openings | (standing.around & ~standing.kept)
    at = np.flatnonzero(openings)
    close = np.zeros(standing.problem.pair_count, np.int64)
    close[at] = closeness(standing, parent, links, named, at)
    # nobody is closer than who is there: else a gap would be passed on from one target to another
    close[standing.kept] = 2 + len(chain_above(standing.problem.dataset, standing.problem.sources.table))
    places = later_places(scheme, standing, parent) if at.size else ()
    posed = pose(scheme, standing, seed, openings, close, places, budget=wider)
    if posed is None:
        return standing.past.possible, None, ()
    if posed.program.pair_count <= EXACT_UP_TO:
        settings = replace(settings, gap=0.0)
    searched = search(posed, settings, budget if wider else 0, (0, *budgets) if wider else ())
    found = searched.of(budget if wider else 0)
    resting = np.setdiff1d(standing.past.possible, posed.pairs)
    own = posed.program.levels[len(LEVELS_BEFORE) : len(LEVELS_BEFORE) + posed.scheme_levels]
    chosen = np.concatenate([resting, posed.pairs[found.chosen > 0]])
    return chosen, searched, tuple(level.scale for level in own)


def _curve(
    stage: str, searched: Searched, budgets: Sequence[int], scales: Sequence[float]
) -> tuple[CurvePoint, ...]:
    nothing = searched.of(0).value
    first = len(LEVELS_BEFORE)
    points = []
    for budget in budgets:
        found = searched.of(budget)
        more = [now - then for now, then in zip(found.value, nothing, strict=True)]
        gains = tuple(round(units * scale, 5) for units, scale in zip(more[first:], scales, strict=False))
        broken, uncovered, deserted, covered_again, same_unit = more[:first]
        points.append(
            CurvePoint(
                stage,
                budget,
                found.used,
                broken,
                uncovered + deserted,
                covered_again,
                same_unit,
                gains,
                found.proven,
            )
        )
    return tuple(points)


def _record(
    problem: Problem, parent: Parent, values: Sequence[float], searched: Searched | None, seconds: float
) -> StageRecord:
    """What the plan says of the stage: its levels are told, not bounded, as most of its pairs were kept."""
    before = parent.plan.stage(problem.stage.id)
    units = [level.unit for level in before.levels] + [0.01] * len(values)
    return StageRecord(
        id=problem.stage.id,
        status=Status.FEASIBLE,
        backend=BACKEND,
        sources=len(problem.sources),
        targets=len(problem.targets),
        pairs=problem.pair_count,
        components=0 if searched is None else searched.parts,
        rows=0,
        columns=0,
        seconds=round(seconds, 3),
        ties="partial",
        levels=tuple(
            LevelRecord.of(value, value, None, unit, searched=False)
            for value, unit in zip(values, units, strict=False)
        ),
    )
