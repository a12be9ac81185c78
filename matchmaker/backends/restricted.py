"""One CP-SAT solve: the free columns of a program decided, the others resting where they are.

The only place that builds CP-SAT models. One worker with the strong linearisation: the
relaxation is what these programs are about.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from matchmaker.backends.base import Settings
from matchmaker.backends.free_columns import free_columns
from matchmaker.errors import Fault, InputError
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Integers
from matchmaker.program import Level, Program

__all__ = ["GAP_SHARE", "LARGEST_ROW", "Restricted", "is_safe", "refuse_large_rows", "solve_restricted"]

LARGEST_ROW = 2**30
"""Rows whose Σ|coefficient| · range reaches this are refused: CP-SAT 9.15 has given wrong
proofs for large (conditional) rows (OR-Tools issue 5293)."""

GAP_SHARE = 0.9
"""CP-SAT stops at this share of the gap asked for, so that rounding never undoes it."""


@dataclass(frozen=True)
class Restricted:
    """What is known of a program with only some columns free.

    Parameters
    ----------
    x : (columns,) int64 or None
        The best values found, resting columns included.
    finished : bool
        Solved to the gap asked for, or proven infeasible.
    bound : int
        Units of the level that no choice of the free columns exceeds.
    effort : float
        Deterministic seconds used.
    timed_out : bool
        The deadline came before the work limit.
    """

    x: Integers | None
    finished: bool
    bound: int
    effort: float
    timed_out: bool


def solve_restricted(
    program: Program,
    level: Level,
    free: NDArray[np.bool_],
    resting: Integers,
    hint: Integers | None,
    settings: Settings,
    effort: float,
    at_least: int | None = None,
    enough: int | None = None,
    light: bool = False,
) -> Restricted:
    """Maximise a level over the free columns within a work limit.

    Parameters
    ----------
    program, level
        What is solved; no set family.
    free : (columns,) bool
        Columns that CP-SAT decides.
    resting : (columns,) int64
        Values of all others.
    hint : (columns,) int64 or None
        Where to begin.
    settings
        Gap and deadline.
    effort
        Work limit in deterministic seconds.
    at_least
        Units below which a plan is not wanted: a row more, which CP-SAT refutes far sooner
        than it closes a bound. Left out where it would be too large a row.
    enough
        Units from which on the first plan found will do.
    light
        Prepare little: of a program that takes a fraction of a second, presolve is the larger half.
    """
    part = free_columns(program, level, free, resting)
    constant = part.level.constant
    model = _build(part.program, part.level, None if hint is None else hint[part.columns])
    if at_least is not None:
        _demand(model, part.program, part.level.points, at_least - constant)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = max(effort, 0.01)
    if light:
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.max_presolve_iterations = 1
        solver.parameters.symmetry_level = 0
    solver.parameters.relative_gap_limit = settings.gap * GAP_SHARE
    if settings.deadline is not None:
        solver.parameters.max_time_in_seconds = max(settings.seconds_left(), 0.01)
    stop = None if enough is None else _Enough(constant - enough)
    status = solver.solve(model, stop)
    if status == cp_model.MODEL_INVALID:
        raise RuntimeError(f"CP-SAT refused the model: {model.validate()}")
    spent = solver.deterministic_time
    if status == cp_model.INFEASIBLE:
        return Restricted(None, True, -(2**62), spent, False)
    # short of its work limit and not finished: only the clock can have stopped it
    timed_out = status != cp_model.OPTIMAL and spent < effort and settings.deadline is not None
    timed_out &= stop is None or not stop.reached
    if status == cp_model.UNKNOWN:
        return Restricted(None, False, 2**62, spent, timed_out)
    found = part.whole(np.array(list(solver.response_proto.solution), np.int64))
    broken = program.violations(found)
    if len(broken):
        raise RuntimeError(f"CP-SAT's answer breaks rows {broken[:5]}")
    bound = constant - round(solver.best_objective_bound)
    return Restricted(found, status == cp_model.OPTIMAL, bound, spent, timed_out)


def is_safe(program: Program) -> bool:
    """Whether every row is small enough for CP-SAT to be trusted."""
    return bool((_row_sizes(program) < LARGEST_ROW).all())


def refuse_large_rows(program: Program) -> None:
    """Raise an `InputError` where `is_safe` does not hold."""
    sizes = _row_sizes(program)
    if bool((sizes >= LARGEST_ROW).any()):
        found = str(int(sizes.max()))
        raise InputError([Fault("solver.large_row", found=found, details={"limit": LARGEST_ROW})])


class _Enough(cp_model.CpSolverSolutionCallback):
    """Stops at the first plan whose cost is at most `cost`."""

    def __init__(self, cost: int) -> None:
        super().__init__()
        self.cost = cost
        self.reached = False

    def on_solution_callback(self) -> None:
        """Called by CP-SAT for every plan that is better than those before."""
        if round(self.objective_value) <= self.cost:
            self.reached = True
            self.stop_search()


def _demand(model: cp_model.CpModel, program: Program, points: Integers, at_least: int) -> None:
    """The row points · columns ≥ at_least, if it is small enough to be trusted."""
    span = np.maximum(np.abs(program.lower), np.abs(program.upper))
    if int(np.abs(points) @ span) >= LARGEST_ROW:
        return
    scored = np.flatnonzero(points)
    linear = model.proto.constraints.add().linear
    linear.vars.extend(scored.tolist())
    linear.coeffs.extend(points[scored].tolist())
    linear.domain.extend([at_least, int(UNBOUNDED)])


def _row_sizes(program: Program) -> Integers:
    span = np.maximum(np.abs(program.lower), np.abs(program.upper))
    sizes: Integers = abs(program.matrix) @ span
    return sizes


def _build(program: Program, level: Level, hint: Integers | None) -> cp_model.CpModel:
    """Rows, columns and level as CP-SAT takes them."""
    model = cp_model.CpModel()
    # the proto is written directly: a Python call for each term takes five times as long
    proto = model.proto
    for low, high in zip(program.lower.tolist(), program.upper.tolist(), strict=True):
        proto.variables.add().domain.extend([low, high])
    matrix = program.matrix
    starts, indices, data = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    bounds = zip(program.row_lower.tolist(), program.row_upper.tolist(), strict=True)
    for row, (low, high) in enumerate(bounds):
        linear = proto.constraints.add().linear
        linear.vars.extend(indices[starts[row] : starts[row + 1]])
        linear.coeffs.extend(data[starts[row] : starts[row + 1]])
        linear.domain.extend([low, high])
    scored = np.flatnonzero(level.points)
    # CP-SAT minimises; an objective must be there for its bound to be read
    nothing = [0] if program.column_count else []
    proto.objective.vars.extend(scored.tolist() or nothing)
    proto.objective.coeffs.extend((-level.points[scored]).tolist() or nothing)
    if hint is not None:
        proto.solution_hint.vars.extend(range(program.column_count))
        proto.solution_hint.values.extend(hint.tolist())
    return model
