"""Which groups of rows and bounds conflict: a core that no choice of columns fulfils.

First by the linear relaxation: the least sum of violations is positive exactly where no fraction
of a plan exists, and the rows and bounds with a dual then make up a conflict (Farkas' lemma).
Where only whole numbers fail, CP-SAT: each group is assumed by a literal, and the assumptions
that suffice for infeasibility are a core. Neither is minimal; both are confirmed by re-solving.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model
from scipy import sparse
from scipy.optimize import linprog

from matchmaker.backends.base import Settings
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Integers
from matchmaker.program import Program

__all__ = ["Grouped", "conflicting_by_assumptions", "conflicting_by_relaxation"]

_NOTHING = 1e-7


@dataclass(frozen=True)
class Grouped:
    """A flat program whose rows and fixings belong to groups.

    Parameters
    ----------
    program : Program
        Bounds of the columns hold always; they have no fixings in them.
    of_row : (rows,) int64
        Group of each row.
    fix_column, fix_value, of_fixing : (fixings,) int64
        Columns fixed by a group, and to what.
    count : int
        Number of groups.
    """

    program: Program
    of_row: Integers
    fix_column: Integers
    fix_value: Integers
    of_fixing: Integers
    count: int


def conflicting_by_relaxation(grouped: Grouped, settings: Settings) -> Integers | None:
    """Groups with a part in a conflict of the linear relaxation; None where it has none (or time ran out)."""
    program = grouped.program
    lower, upper = program.lower.astype(float), program.upper.astype(float)
    np.maximum.at(lower, grouped.fix_column, grouped.fix_value)
    np.minimum.at(upper, grouped.fix_column, grouped.fix_value)
    crossed = np.flatnonzero(lower > upper)
    if len(crossed):
        here = grouped.fix_column == crossed[0]
        found = (grouped.of_fixing[here & (grouped.fix_value == value)][:1] for value in (1, 0))
        return np.unique(np.concatenate(list(found)))
    low = np.flatnonzero(program.row_lower > -UNBOUNDED)
    high = np.flatnonzero(program.row_upper < UNBOUNDED)
    rows = np.concatenate([low, high])
    if not len(rows):
        return None
    sign = np.repeat([-1.0, 1.0], [len(low), len(high)])
    body = sparse.diags_array(sign) @ program.matrix[rows].astype(float)
    limit = np.concatenate([-program.row_lower[low], program.row_upper[high]]).astype(float)
    options = {} if settings.deadline is None else {"time_limit": max(settings.seconds_left(), 0.01)}
    result = linprog(  # type: ignore[call-overload]  # its stubs know no sparse arrays
        np.concatenate([np.zeros(program.column_count), np.ones(len(rows))]),
        A_ub=sparse.hstack([body, -sparse.eye_array(len(rows))], format="csr"),
        b_ub=limit,
        bounds=np.column_stack(
            [
                np.concatenate([lower, np.zeros(len(rows))]),
                np.concatenate([np.where(upper >= UNBOUNDED, np.inf, upper), np.full(len(rows), np.inf)]),
            ]
        ),
        method="highs",
        options=options,
    )
    if result.status != 0 or result.fun < 1e-6:
        return None
    columns = program.column_count
    on_bound = np.abs(result.lower.marginals[:columns]) + np.abs(result.upper.marginals[:columns]) > _NOTHING
    used_rows = rows[np.abs(result.ineqlin.marginals) > _NOTHING]
    return np.unique(
        np.concatenate([grouped.of_row[used_rows], grouped.of_fixing[on_bound[grouped.fix_column]]])
    )


def conflicting_by_assumptions(grouped: Grouped, settings: Settings) -> Integers | None:
    """Groups that CP-SAT needs to prove that there is no plan; None where there is one, or work ran out."""
    program = grouped.program
    model = cp_model.CpModel()
    proto = model.proto
    for low, high in zip(program.lower.tolist(), program.upper.tolist(), strict=True):
        proto.variables.add().domain.extend([low, high])
    literals = [model.new_bool_var("") for _ in range(grouped.count)]
    positions = [literal.index for literal in literals]
    matrix = program.matrix
    starts, indices, data = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    bounds = zip(program.row_lower.tolist(), program.row_upper.tolist(), grouped.of_row.tolist(), strict=True)
    for row, (low, high, group) in enumerate(bounds):
        constraint = proto.constraints.add()
        constraint.enforcement_literal.extend([positions[group]])
        constraint.linear.vars.extend(indices[starts[row] : starts[row + 1]])
        constraint.linear.coeffs.extend(data[starts[row] : starts[row + 1]])
        constraint.linear.domain.extend([low, high])
    fixings = (grouped.fix_column.tolist(), grouped.fix_value.tolist(), grouped.of_fixing.tolist())
    for column, value, group in zip(*fixings, strict=True):
        constraint = proto.constraints.add()
        constraint.enforcement_literal.extend([positions[group]])
        constraint.linear.vars.extend([column])
        constraint.linear.coeffs.extend([1])
        constraint.linear.domain.extend([value, value])
    model.add_assumptions(literals)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = max(settings.effort, 0.01)
    if settings.deadline is not None:
        solver.parameters.max_time_in_seconds = max(settings.seconds_left(), 0.01)
    if solver.solve(model) != cp_model.INFEASIBLE:
        return None
    place = {position: group for group, position in enumerate(positions)}
    core = [place[position] for position in solver.sufficient_assumptions_for_infeasibility()]
    return np.unique(np.array(core, np.int64))
