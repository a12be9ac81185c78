"""The best plans that differ enough from a plan and from one another, and what distinguishes them.

One stage is solved again and again, each time with a row for every plan found before: at least so
many of its pairs are given up. So the first alternative is the best plan that differs from the
plan, the second the best that differs from both, and so on, each within the gap that it tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.backends.base import Start
from matchmaker.listeners import CountListener, unheard
from matchmaker.model import POINT, Assignment, Floats, Integers, Status
from matchmaker.plans import Plan
from matchmaker.solver import solve_component
from matchmaker.what_if.reopened import Answer, Reopened, reopen
from matchmaker.what_if.shifts import Shift, shifts

__all__ = ["Alternative", "Alternatives", "alternatives"]

WHOLE = 100_000
"""Columns up to which a stage of several independent parts is solved as a whole."""


@dataclass(frozen=True)
class Alternative:
    """Another plan of a stage.

    Parameters
    ----------
    assignment : Assignment
    values : tuple of float
        Level values, in points.
    cost : float
        Points of the first level that it brings less than the plan; below 0 where the plan itself is
        that much short of its best.
    at_least : float or None
        Points that any plan which differs so much brings less at least, proven; None where nothing is.
    moves : tuple of Shift
        Who is elsewhere than in the plan.
    by_term : mapping of str to float
        Points by objective term less those of the plan, where they differ.
    """

    assignment: Assignment
    values: tuple[float, ...]
    cost: float
    at_least: float | None
    moves: tuple[Shift, ...]
    by_term: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "values": list(self.values),
            "cost": self.cost,
            "at_least": self.at_least,
            "by_term": self.by_term,
            "moves": [move.to_json() for move in self.moves],
        }


@dataclass(frozen=True)
class Alternatives:
    """The alternatives found, the best first.

    Parameters
    ----------
    stage : str
    apart : int
        Pairs that each gives up, at least, of the plan and of every one before it.
    found : tuple of Alternative
    ended : Status
        ``OPTIMAL`` where as many were found as asked for; ``INFEASIBLE`` where there are provably no
        more, ``UNKNOWN`` where the work limit ended the search.
    in_one_part : bool
        Whether each alternative changes one independent part of the stage only: where the parts
        together are too large to be solved as one.
    """

    stage: str
    apart: int
    found: tuple[Alternative, ...]
    ended: Status
    in_one_part: bool


def alternatives(
    plan: Plan,
    stage: str,
    count: int,
    apart: int,
    listener: CountListener = unheard,
) -> Alternatives:
    """The best plans of a stage that differ enough.

    Parameters
    ----------
    plan
        Stays as it is.
    stage
        Decided otherwise; what was decided before it stays, later stages are not looked at.
    count
        How many are looked for.
    apart
        Pairs that each gives up, at least, of the plan and of every alternative before it.
    listener
        Called with how many are found, and how many are looked for.
    """
    reopened = reopen(plan, stage)
    whole = reopened.part_count == 1 or reopened.program.column_count <= WHOLE
    before, found = [reopened.pairs], []
    ended = Status.OPTIMAL
    for number in range(count):
        answer = _whole(reopened, before, apart) if whole else _in_one_part(reopened, before, apart)
        if answer.pairs is None:
            ended = answer.status
            break
        before.append(answer.pairs)
        found.append(_alternative(reopened, answer))
        listener(number + 1, count)
    return Alternatives(stage, apart, tuple(found), ended, not whole)


def _alternative(reopened: Reopened, answer: Answer) -> Alternative:
    assert answer.pairs is not None
    assert answer.judgement is not None
    first, problem = reopened.values[0] if reopened.values else 0.0, reopened.problem
    assignment = problem.assignment(answer.pairs)
    points = answer.judgement.points
    differing = {
        term: (points[term] - before) / POINT
        for term, before in reopened.judgement.points.items()
        if points[term] != before
    }
    bound = answer.first_bound
    return Alternative(
        assignment=assignment,
        values=answer.values,
        cost=round(first - answer.values[0], 5) if answer.values else 0.0,
        at_least=None if bound is None else round(first - bound, 5),
        moves=shifts(problem.assignment(reopened.pairs), assignment),
        by_term=differing,
    )


def _whole(reopened: Reopened, before: list[Integers], apart: int) -> Answer:
    """The best plan that differs from all before, over all parts together."""
    program = reopened.program
    for pairs in before:
        program = program.with_at_most(pairs, len(pairs) - apart)
    found = solve_component(program, reopened.settings, start=_start(reopened.chosen, reopened.duals, before))
    if found.x is None:
        return Answer(found.status)
    above = (found.levels[0].bound - found.levels[0].value) * reopened.scale if reopened.values else None
    return reopened.judged(np.flatnonzero(found.x[: program.pair_count]), found.status, above)


def _in_one_part(reopened: Reopened, before: list[Integers], apart: int) -> Answer:
    """The best plan that differs from all before in one of the stage's independent parts alone."""
    best: tuple[int, Integers, Status] | None = None
    bound, statuses = -np.inf, [Status.INFEASIBLE]
    for part in reopened.parts:
        own, program = part.columns[: part.program.pair_count], part.program
        for pairs in before:
            here = np.flatnonzero(np.isin(own, pairs))
            # what such a plan gives up of an earlier one beyond this part: pairs that this plan has not
            elsewhere = len(np.setdiff1d(pairs, np.append(own, reopened.pairs)))
            program = program.with_at_most(here, len(here) - max(0, apart - elsewhere))
        duals = None if reopened.duals is None else reopened.duals[part.rows]
        found = solve_component(program, reopened.settings, start=_start(reopened.chosen[own], duals, before))
        if found.status is not Status.INFEASIBLE:
            statuses.append(Status.FEASIBLE if found.x is not None else found.status)
        if found.x is None:
            bound = bound if found.status is Status.INFEASIBLE else np.inf
            continue
        units = reopened.units(part) if reopened.values else 0
        gain = (found.levels[0].value if reopened.values else 0) - units
        bound = max(bound, (found.levels[0].bound if reopened.values else 0) - units)
        if best is None or gain > best[0]:
            outside = np.setdiff1d(reopened.pairs, own)
            best = gain, np.union1d(outside, own[found.x[: len(own)] > 0]), found.status
    if best is None:
        return Answer(Status.UNKNOWN if Status.UNKNOWN in statuses else Status.INFEASIBLE)
    above = None if not np.isfinite(bound) else (bound - best[0]) * reopened.scale
    return reopened.judged(best[1], best[2], above)


def _start(chosen: Integers, duals: Floats | None, before: list[Integers]) -> Start:
    """The plan's pairs as a hint, and its duals; rows of plans to differ from have none."""
    extended = None if duals is None else np.append(duals, np.zeros(len(before)))
    return Start(chosen, extended)
