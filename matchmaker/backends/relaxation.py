"""The linear relaxation of a program: value, primal point, duals, reduced costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from matchmaker.backends.free_columns import free_columns
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Floats, Integers
from matchmaker.program import Level, Program

__all__ = ["Relaxation", "relax", "relax_some", "without_prices"]


@dataclass(frozen=True)
class Relaxation:
    """A solved linear relaxation of one level (maximisation), constant left out.

    Parameters
    ----------
    value : float
        Units.
    x : (columns,) float64
        Primal point, basic.
    duals : (rows,) float64
        Positive where a row's upper bound costs, negative where its lower bound does.
    reduced : (columns,) float64
        points − Aᵀ · duals.
    """

    value: float
    x: Floats
    duals: Floats
    reduced: Floats


def relax(program: Program, level: Level, seconds: float = float("inf")) -> Relaxation | None:
    """Solve the relaxation with HiGHS' dual simplex; None when it is infeasible.

    Raises
    ------
    TimeoutError
        When `seconds` are over first.
    """
    matrix = program.matrix.astype(np.float64)
    equal = program.row_lower == program.row_upper
    above = ~equal & (program.row_upper < UNBOUNDED)
    below = ~equal & (program.row_lower > -UNBOUNDED)
    options: dict[str, float] = {} if seconds == float("inf") else {"time_limit": seconds}
    if program.column_count == 0:
        feasible = bool(((program.row_lower <= 0) & (program.row_upper >= 0)).all())
        empty = np.empty(0)
        return Relaxation(0.0, empty, np.zeros(program.row_count), empty) if feasible else None
    # the stubs know no sparse matrices here; scipy's own documentation does
    result = linprog(  # type: ignore[call-overload]
        -level.points.astype(np.float64),
        A_ub=sparse.vstack([matrix[above], -matrix[below]], format="csr") if (above | below).any() else None,
        b_ub=np.concatenate([program.row_upper[above], -program.row_lower[below]]),
        A_eq=matrix[equal] if equal.any() else None,
        b_eq=program.row_lower[equal],
        bounds=np.column_stack([program.lower, program.upper]),
        method="highs-ds",
        options=options,
    )
    if result.status == 2:
        return None
    if result.status == 1:
        raise TimeoutError("linear relaxation")
    if result.status != 0:
        raise RuntimeError(f"linear relaxation: {result.message}")
    duals = np.zeros(program.row_count)
    ups = int(above.sum())
    if (above | below).any():
        duals[above] -= result.ineqlin.marginals[:ups]
        duals[below] += result.ineqlin.marginals[ups:]
    if equal.any():
        duals[equal] = -result.eqlin.marginals
    reduced = level.points - program.matrix.T @ duals
    return Relaxation(-float(result.fun), np.asarray(result.x), duals, reduced)


def relax_some(
    program: Program,
    level: Level,
    free: NDArray[np.bool_],
    resting: Integers,
    seconds: float = float("inf"),
) -> Relaxation | None:
    """Solve the relaxation over the free columns, the others resting where they are.

    The result covers all columns; reduced costs of resting ones are those that the duals
    give them.

    Parameters
    ----------
    program, level
        No set family.
    free : (columns,) bool
    resting : (columns,) int64
        Values of the columns that are not free.
    seconds
        As in `relax`.
    """
    part = free_columns(program, level, free, resting)
    found = relax(part.program, part.level, seconds)
    if found is None:
        return None
    x = part.resting.astype(np.float64)
    x[part.columns] = found.x
    reduced = level.points - program.matrix.T @ found.duals
    value = found.value + part.level.constant - level.constant
    return Relaxation(value, x, found.duals, reduced)


def without_prices(program: Program, level: Level, x: Integers) -> Relaxation:
    """What stands for a relaxation where none can be had: all duals 0, a known plan as its point."""
    points = level.points.astype(np.float64)
    best = float(np.where(points > 0, points * program.upper, points * program.lower).sum())
    return Relaxation(best, x.astype(np.float64), np.zeros(program.row_count), points)
