"""LP-led CP-SAT for any program: level after level, each keeping what the levels above have reached.

Set families and preferences are written as rows first. How one level is searched:
`matchmaker.backends.level_search`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from matchmaker.backends.base import LevelResult, Report, Settings, Solution, Start, silent
from matchmaker.backends.beside_pairs import at_best
from matchmaker.backends.level_search import Search
from matchmaker.backends.nearer import nearer
from matchmaker.backends.restricted import is_safe, refuse_large_rows
from matchmaker.backends.starting import begin
from matchmaker.expansion import expanded, expanded_values
from matchmaker.model import Integers, Status
from matchmaker.program import Level, Program

__all__ = ["accepts", "name", "solve"]

name = "cpsat"

TIE_EFFORT = 0.05
"""Share of the work limit for the last step, which only decides between equals."""


def accepts(program: Program) -> bool:
    """Any program: set families and preferences are expanded into rows."""
    del program
    return True


def solve(
    program: Program, settings: Settings, report: Report = silent, start: Start | None = None
) -> Solution:
    """Solve all levels in order, each keeping the values reached above it."""
    flat, columns = expanded(program), program.column_count
    if bool((flat.lower > flat.upper).any()):
        return Solution(Status.INFEASIBLE, None, (), name)
    results: list[LevelResult] = []
    status, reproducible = Status.OPTIMAL, True
    refuse_large_rows(flat)
    x = None if start is None else begin(program, flat, start, settings)
    levels = flat.levels or (Level(np.zeros(flat.column_count, np.int64), 0, 1.0),)
    for position, level in enumerate(levels):
        if level.is_tie_break and (status is not Status.OPTIMAL or not is_safe(flat)):
            break
        refuse_large_rows(flat)
        share = TIE_EFFORT if level.is_tie_break else 1.0
        limits = replace(settings, effort=settings.effort * share)
        search = Search(flat, level, limits, partial(report, position))
        outcome = search.run(x)
        reproducible &= outcome.reproducible
        if outcome.x is None:
            return Solution(outcome.status, None, (), name, reproducible)
        if start is not None and start.keep and x is not None and position == 0 and program.is_flat:
            outcome = nearer(flat, level, limits, outcome, start, x)
        x, result = outcome.x, outcome.result
        assert x is not None
        if result.bound > result.value:
            x = _at_best(program, position, x, settings)
            result = _valued(level, x, result)
        if not level.is_tie_break:
            closed = result.bound == result.value
            status = Status.worst([status, Status.OPTIMAL if closed else outcome.status])
        if not program.is_flat:  # duals of the expanded rows prove nothing about the program given
            result = replace(result, certified=None, duals=None)
        results.append(result)
        flat = flat.keeping(level, result.value)
    assert x is not None
    if status is not Status.OPTIMAL and len(results) > 1:  # a later level may have lifted an earlier one
        x = _at_best(program, len(results), x, settings)
        results = [_valued(level, x, one) for level, one in zip(flat.levels, results, strict=False)]
    return Solution(status, x[:columns], tuple(results[: len(flat.levels)]), name, reproducible)


def _at_best(program: Program, position: int, x: Integers, settings: Settings) -> Integers:
    """The plan with the best values, up to a level, of the columns that are no pairs.

    A search that stops early may leave a set with another centre than its best one, or a
    shortfall larger than it is; the value is the plan's, not that of such columns.
    """
    own = at_best(program, program.levels[: position + 1], x[: program.column_count], settings)
    return expanded_values(program, own)


def _valued(level: Level, x: Integers, result: LevelResult) -> LevelResult:
    """What is known of a level, for the plan as it stands."""
    value = level.units(x)
    return replace(result, value=value, bound=max(result.bound, value))
