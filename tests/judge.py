"""An independent judge of programs: HiGHS through scipy, which no backend of ours uses.

It decides small programs exactly. Rules are held against their checks with it, and
backends against its optima.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.expansion import expanded
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import POINT, Integers
from matchmaker.program import Program

__all__ = ["allowed", "best", "fixed", "hundredths"]


def fixed(program: Program, pairs: Integers) -> Program:
    """`program` with its pair columns fixed to the given booleans, where its own bounds let them."""
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[: program.pair_count] = np.maximum(lower[: program.pair_count], pairs)
    upper[: program.pair_count] = np.minimum(upper[: program.pair_count], pairs)
    return replace(program, lower=lower, upper=upper)


def best(program: Program, level: int | None = None) -> tuple[Integers, int] | None:
    """An optimal column vector and the level's units; None where the program is infeasible.

    Without a level any feasible vector is as good as another, and the units are 0.
    """
    program = expanded(program)
    if bool((program.lower > program.upper).any()):
        return None
    if program.column_count == 0 or bool((program.lower == program.upper).all()):
        x = program.lower.copy()  # nothing to decide
        if len(program.violations(x)):
            return None
    else:
        found = _solve(program, level)
        if found is None:
            return None
        x = found
    return x, 0 if level is None else program.levels[level].units(x)


def _solve(program: Program, level: int | None) -> Integers | None:
    points = np.zeros(program.column_count) if level is None else program.levels[level].points
    constraints = []
    if program.row_count:
        low = np.where(program.row_lower <= -UNBOUNDED, -np.inf, program.row_lower)
        high = np.where(program.row_upper >= UNBOUNDED, np.inf, program.row_upper)
        constraints = [LinearConstraint(program.matrix.astype(float), low, high)]
    result = milp(
        -np.asarray(points, float),
        integrality=np.ones(program.column_count),
        bounds=Bounds(program.lower, program.upper),
        constraints=constraints,
        options={"mip_rel_gap": 0},
    )
    if result.status == 2:
        return None
    assert result.status == 0, result.message
    x = np.rint(result.x).astype(np.int64)
    assert not len(program.violations(x)), "the judge's answer breaks the program"
    return x


def allowed(program: Program, pairs: Integers) -> bool:
    """Whether the program has a solution with exactly these pairs."""
    return best(fixed(program, pairs)) is not None


def hundredths(program: Program, plans: Integers, level: int = 0) -> list[int] | None:
    """The most that each plan can give on a level, in hundredths of a point at weight 1.

    Parameters
    ----------
    plans : (plans, pairs) int64
        Pairs chosen in each plan.

    Returns
    -------
    list of int, or None where the program does not allow one of the plans
    """
    program = expanded(program)
    one = program.levels[level]
    count, columns = plans.shape[0], program.column_count
    lower, upper = np.tile(program.lower, (count, 1)), np.tile(program.upper, (count, 1))
    lower[:, : program.pair_count] = np.maximum(lower[:, : program.pair_count], plans)
    upper[:, : program.pair_count] = np.minimum(upper[:, : program.pair_count], plans)
    # all plans side by side in one program: a solver call each would take far longer
    together = replace(
        program,
        pair_count=0,
        lower=lower.ravel(),
        upper=upper.ravel(),
        matrix=sparse.csr_array(sparse.kron(sparse.eye_array(count, dtype=np.int64), program.matrix, "csr")),
        row_lower=np.tile(program.row_lower, count),
        row_upper=np.tile(program.row_upper, count),
        row_side=np.tile(program.row_side, count),
        levels=(replace(one, points=np.tile(one.points, count), constant=0),),
    )
    found = best(together, 0)
    if found is None:
        return None
    return [round(one.units(x) * one.scale * POINT) for x in found[0].reshape(count, columns)]
