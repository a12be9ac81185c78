"""A component over all sets that can matter at once: every (source, set) a column, rows as they are.

Small components have few sets: then all of them are columns, and the LP-led search solves
all levels, ties included, exactly. Of a larger one whose gap is nearly closed, few sets
lose less than the gap: no other can be in a better plan.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from matchmaker.backends import cpsat
from matchmaker.backends.base import LevelResult, Report, Settings, Solution, Start, silent
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.plan import Plan
from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.formulation import RowSide
from matchmaker.model import Floats, Integers
from matchmaker.program import Level, Program
from matchmaker.set_values import IMPOSSIBLE

__all__ = ["all_columns", "columns_near", "over_columns", "solve_over"]

Columns = tuple[Integers, Integers]
"""Sources, and ids of their sets."""


def columns_near(division: Division, duals: Floats, gap: float, most: int) -> Columns | None:
    """All sets that lose at most `gap` at the given duals; None where there are more than `most`."""
    value, bidders = division.values(duals), division.bidders_at(duals)
    everyone = np.arange(division.sources)
    best = bidders.or_nothing(bidders.worth(value, exact=True))
    threshold = np.maximum(best - gap - 1.0, IMPOSSIBLE / 2)
    sources, ids, count = [np.empty(0, np.int64)], [np.empty(0, np.int64)], 0
    for block, takers, score in bidders.scores(value, everyone, exact=True):
        near = score > threshold[takers]
        count += int(near.sum())
        if count > most:
            return None
        row, column = np.nonzero(near)
        sources.append(takers[column])
        ids.append(block.ids[row])
    return np.concatenate(sources), np.concatenate(ids)


def all_columns(division: Division, most: int) -> Columns | None:
    """Every set that a source may take; None where there are more than `most`."""
    if len(division.bidders.sets.members) > most:
        return None
    return columns_near(division, np.zeros(division.program.row_count), -2 * IMPOSSIBLE, most)


def over_columns(division: Division, columns: Columns) -> Program:
    """The program in which a source chooses one of the given sets, without a set family.

    Columns: the given ones, then those of the program that are no pairs. Rows: those kept
    of the program, those of what sets need, then one a source.
    """
    source, ids = columns
    whole, count = division.program, len(ids)
    own = sparse.csr_array((np.ones(count, np.int64), (source, np.arange(count))), (division.sources, count))
    beside = whole.matrix[division.rows][:, whole.pair_count :]
    # columns beside the sets choose nobody's set
    apart = sparse.csr_array((division.sources, beside.shape[1]), dtype=np.int64)
    needing, needed = division.needs(source, ids)
    matrix = sparse.block_array(
        [[division.coefficients(source, ids), beside], [needing, needed], [own, apart]],
        format="csr", dtype=np.int64,
    )  # fmt: skip
    levels = tuple(
        Level(
            np.append(division.worth(source, ids, level), level.points[whole.pair_count :]),
            level.constant,
            level.scale,
            level.is_tie_break,
        )
        for level in whole.levels
    )
    must = (~division.bidders.may_stay_empty).astype(np.int64)
    return Program(
        pair_count=count,
        lower=np.append(np.zeros(count, np.int64), whole.lower[division.extra]),
        upper=np.append(np.ones(count, np.int64), whole.upper[division.extra]),
        matrix=matrix,
        row_lower=np.concatenate([whole.row_lower[division.told], must]),
        row_upper=np.concatenate([whole.row_upper[division.told], np.ones(len(must), np.int64)]),
        row_side=np.full(matrix.shape[0], RowSide.GENERAL, np.int8),
        levels=levels,
    )


def solve_over(
    division: Division,
    columns: Columns,
    settings: Settings,
    report: Report = silent,
    plan: Plan | None = None,
) -> Solution:
    """Solve all levels over the given columns; values and bounds are those of this choice of columns."""
    program = over_columns(division, columns)
    chosen_before = None if plan is None else (plan.chosen[columns[0]] == columns[1]).astype(np.int64)
    start = None if chosen_before is None else Start(chosen_before)
    solution = cpsat.solve(program, settings, report, start)
    if solution.x is None:
        return solution
    count = len(columns[1])
    chosen = np.full(division.sources, -1, np.int64)
    taken = np.flatnonzero(solution.x[:count])
    chosen[columns[0][taken]] = columns[1][taken]
    x = Plan(chosen, solution.x[count:]).x(division)
    levels = solution.levels
    if levels and levels[0].duals is not None:
        levels = (_certified(division, levels[0].duals, levels[0]), *levels[1:])
    return replace(solution, x=x, levels=levels)


def _certified(division: Division, duals: Floats, result: LevelResult) -> LevelResult:
    """The result with the rows' duals of the program itself, and the bound that they prove."""
    own = np.zeros(division.program.row_count)
    own[division.told] = duals[: len(division.told)]
    proven = rounded_bound(lagrangian_bound(division.program, division.level, own, division.bidders.sets))
    if proven < result.value:
        raise RuntimeError(f"a certified bound of {proven} lies below a plan of {result.value}")
    return replace(result, certified=proven, duals=own)
