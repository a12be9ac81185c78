"""LP-led CP-SAT: the relaxation says which columns matter, one LP-minded worker decides them.

For each level: solve the linear relaxation; free the columns whose reduced cost is small
and let CP-SAT find an incumbent among them; every column whose reduced cost exceeds the
gap between the relaxation and that incumbent cannot be in a better plan (reduced-cost
fixing), so CP-SAT proves the rest. Measured against a portfolio of workers in
`benchmarks/longgang.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from matchmaker.backends.base import LevelResult, Report, Settings, Solution, silent
from matchmaker.backends.confirmation import second_opinion
from matchmaker.backends.relaxation import Relaxation, relax, without_prices
from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.errors import Fault, InputError
from matchmaker.formulation import UNBOUNDED, Level, Program
from matchmaker.model import Floats, Integers, Status

__all__ = ["LARGEST_ROW", "accepts", "name", "solve"]

name = "cpsat"

LARGEST_ROW = 2**30
"""Rows whose Σ|coefficient| · range reaches this are refused: CP-SAT 9.15 has given wrong
proofs for large (conditional) rows (OR-Tools issue 5293)."""

FIRST_COLUMNS = 0.2
"""Share of the columns, those of least reduced cost, among which the first incumbent is sought."""

DIVE_EFFORT = 0.02
"""Share of the work limit that may go into the pairs which the relaxation leaves fractional."""

INTEGRAL = 1e-6
"""A pair this near to 0 or 1 counts as decided by the relaxation."""

TIE_EFFORT = 0.05
"""Share of the work limit that may go into choosing among equals."""

FIRST_EFFORT = 0.1
"""Share of the work limit that may go into the first incumbent."""


def accepts(program: Program) -> bool:
    """Any program: a set family is expanded into rows."""
    return program.family is None or program.family.graph is None


def solve(
    program: Program, settings: Settings, report: Report = silent, start: Integers | None = None
) -> Solution:
    """Solve all levels in order, each keeping the values reached above it.

    `start` is a feasible plan to begin with, if one is known, shape (columns,).
    """
    flat, columns = program.expand(), program.column_count
    if bool((flat.lower > flat.upper).any()):
        return Solution(Status.INFEASIBLE, None, (), name)
    results: list[LevelResult] = []
    x = None if start is None else _expanded(program, start)
    status, reproducible = Status.OPTIMAL, True
    levels = flat.levels or (Level(np.zeros(flat.column_count, np.int64), 0, 1.0),)
    for position, level in enumerate(levels):
        if level.is_tie_break and (status is not Status.OPTIMAL or not _is_safe(flat)):
            break
        _refuse_large_rows(flat)
        share = TIE_EFFORT if level.is_tie_break else 1.0
        limits = replace(settings, effort=settings.effort * share)
        search = _Search(flat, level, limits, partial(report, position))
        outcome = search.run(x)
        reproducible &= outcome.reproducible
        if outcome.x is None:
            return Solution(outcome.status, None, (), name, reproducible)
        x = outcome.x
        if not level.is_tie_break:
            status = Status.worst([status, outcome.status])
        result = outcome.result
        if program.family is not None:  # duals of the expanded rows prove nothing about the program given
            result = replace(result, certified=None, duals=None)
        results.append(result)
        flat = flat.keeping(level, outcome.result.value)
    assert x is not None
    return Solution(status, x[:columns], tuple(results[: len(flat.levels)]), name, reproducible)


def _expanded(program: Program, x: Integers) -> Integers:
    """`x` with the values of the columns that the expansion added: a part is taken iff a pair of it is."""
    family = program.family
    if family is None:
        return x
    keys, inverse = np.unique(np.column_stack([family.sources, family.part]), axis=0, return_inverse=True)
    parts = np.bincount(inverse, x[: program.pair_count], len(keys)) > 0
    return np.concatenate([x, parts.astype(np.int64)])


@dataclass(frozen=True)
class _Outcome:
    status: Status
    x: Integers | None
    result: LevelResult
    reproducible: bool = True


class _Search:
    """One level of one program: relaxation, first incumbent, proof."""

    def __init__(
        self,
        program: Program,
        level: Level,
        settings: Settings,
        report: Callable[[float | None, float | None], None],
    ) -> None:
        self.program, self.level, self.settings, self.report = program, level, settings, report
        self.reproducible = True
        self.spent = 0.0
        self.x: Integers | None = None

    def run(self, hint: Integers | None) -> _Outcome:
        """Find the level's best value, from a plan that is feasible if one is known."""
        self._offer(hint)
        try:
            relaxation = relax(self.program, self.level, self.settings.seconds_left())
        except TimeoutError:
            self.reproducible = False
            bound = rounded_bound(lagrangian_bound(self.program, self.level, np.zeros(self.program.row_count)))
            return self._outcome(bound, None)
        if relaxation is None:
            if self.x is None:
                return self._without_plan(0, None)
            # within tolerances a row that keeps a level can seem out of reach: go on without prices
            relaxation = without_prices(self.program, self.level, self.x)
        certified = rounded_bound(lagrangian_bound(self.program, self.level, relaxation.duals))
        bound = certified
        self._offer(np.rint(relaxation.x).astype(np.int64))
        self._dive(relaxation)
        self._tell(bound)
        threshold = _first_threshold(self.program, relaxation)
        effort = self.settings.effort * FIRST_EFFORT
        while not self._good_enough(bound):
            loss = np.abs(relaxation.reduced)
            if self.x is not None:
                threshold = float(certified - self._value()) + 0.5
                effort = self.settings.effort - self.spent
            free = loss <= threshold
            free |= self.program.lower == self.program.upper
            resting = np.where(relaxation.reduced > 0, self.program.upper, self.program.lower)
            proven, inner = self._solve_restricted(free, resting, effort)
            everything = bool(free.all())
            if self.x is not None:
                # a column outside costs at least the threshold against the relaxation's bound
                outside = self._value() if everything else math.floor(certified - threshold)
                bound = min(bound, max(self._value(), inner, outside))
                self._tell(bound)
                if proven and threshold >= certified - self._value():
                    break  # nothing outside can be better: the restriction's proof is the whole's
            elif everything:
                if not proven:
                    break
                return self._without_plan(bound, certified)
            else:
                threshold = max(threshold * 8, float(np.min(loss[~free])))
            if self.spent >= self.settings.effort or self.settings.seconds_left() <= 0:
                break
        return self._outcome(bound, certified, relaxation.duals)

    def _outcome(self, bound: int, certified: int | None, duals: Floats | None = None) -> _Outcome:
        if self.x is None:
            return _Outcome(Status.UNKNOWN, None, LevelResult(0, bound), self.reproducible)
        value = self._value()
        status = Status.OPTIMAL if bound <= value else Status.FEASIBLE
        return _Outcome(
            status, self.x, LevelResult(value, max(bound, value), certified, duals), self.reproducible
        )

    def _without_plan(self, bound: int, certified: int | None) -> _Outcome:
        """Infeasible, once another solver says so too."""
        seconds = self.settings.seconds_left()
        status, x = second_opinion(self.program, seconds)
        if status is Status.FEASIBLE:
            raise RuntimeError(f"two solvers disagree on whether there is a plan: {x}")
        self.reproducible &= status is Status.INFEASIBLE or seconds == float("inf")
        return _Outcome(status, None, LevelResult(0, bound, certified), self.reproducible)

    def _dive(self, relaxation: Relaxation) -> None:
        """An early incumbent: pairs that the relaxation has decided stay so, the rest is solved."""
        if self.x is not None:
            return
        pairs = np.arange(self.program.column_count) < self.program.pair_count
        decided = pairs & (np.abs(relaxation.x - np.rint(relaxation.x)) < INTEGRAL)
        self._solve_restricted(
            ~decided, np.rint(relaxation.x).astype(np.int64), self.settings.effort * DIVE_EFFORT
        )

    def _value(self) -> int:
        assert self.x is not None
        return self.level.units(self.x)

    def _offer(self, x: Integers | None) -> None:
        if x is None or len(self.program.violations(x)):
            return
        if self.x is None or self.level.units(x) > self._value():
            self.x = x

    def _good_enough(self, bound: int) -> bool:
        if self.x is None:
            return False
        value = self._value()
        return bound - value <= self.settings.gap * max(1, abs(value)) if bound > value else True

    def _tell(self, bound: int) -> None:
        self.report(self._value() if self.x is not None else None, bound)

    def _solve_restricted(
        self, free: NDArray[np.bool_], resting: Integers, effort: float
    ) -> tuple[bool, int]:
        """Let CP-SAT decide the free columns; returns (search finished, bound of the restriction)."""
        model, columns, constant = _build(self.program, self.level, free, resting, self.x)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = max(effort, 0.01)
        solver.parameters.relative_gap_limit = self.settings.gap / 2
        seconds = self.settings.seconds_left()
        if seconds != float("inf"):
            solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        status = solver.solve(model)
        self.spent += solver.deterministic_time
        if status == cp_model.MODEL_INVALID:
            raise RuntimeError(f"CP-SAT refused the model: {model.validate()}")
        if status == cp_model.INFEASIBLE:
            return True, -(2**62)
        if status == cp_model.UNKNOWN or status != cp_model.OPTIMAL:
            self.reproducible &= self.settings.seconds_left() > 0
        if status == cp_model.UNKNOWN:
            return False, 2**62
        found = resting.copy()
        found[columns] = np.array(list(solver.response_proto.solution), np.int64)
        broken = self.program.violations(found)
        if len(broken):
            raise RuntimeError(f"CP-SAT's answer breaks rows {broken[:5]}")
        self._offer(found)
        inner = round(constant - solver.best_objective_bound)
        return status == cp_model.OPTIMAL, inner + self.level.constant


def _first_threshold(program: Program, relaxation: Relaxation) -> float:
    loss = np.sort(np.abs(relaxation.reduced))
    at = int(FIRST_COLUMNS * program.column_count)
    return float(max(loss[min(at, len(loss) - 1)], 1.0)) if len(loss) else 1.0


def _build(
    program: Program, level: Level, free: NDArray[np.bool_], resting: Integers, hint: Integers | None
) -> tuple[cp_model.CpModel, Integers, int]:
    """The CP-SAT model of the free columns, the others resting at a bound.

    Returns
    -------
    model, columns (positions of its variables), constant (units of the resting columns).
    """
    columns = np.flatnonzero(free)
    rest = np.where(free, 0, resting)
    base = program.matrix @ rest
    inner = program.matrix[:, columns].tocsr()
    model = cp_model.CpModel()
    proto = model.proto
    for low, high in zip(program.lower[columns].tolist(), program.upper[columns].tolist(), strict=True):
        proto.variables.add().domain.extend([low, high])
    lower = np.where(program.row_lower <= -UNBOUNDED, -UNBOUNDED, program.row_lower - base)
    upper = np.where(program.row_upper >= UNBOUNDED, UNBOUNDED, program.row_upper - base)
    starts, indices, data = inner.indptr.tolist(), inner.indices.tolist(), inner.data.tolist()
    for row, (low, high) in enumerate(zip(lower.tolist(), upper.tolist(), strict=True)):
        linear = proto.constraints.add().linear
        linear.vars.extend(indices[starts[row] : starts[row + 1]])
        linear.coeffs.extend(data[starts[row] : starts[row + 1]])
        linear.domain.extend([low, high])
    points = level.points[columns]
    scored = np.flatnonzero(points)
    # CP-SAT minimises; an objective must be there for its bound to be read
    proto.objective.vars.extend(scored.tolist() or ([0] if len(columns) else []))
    proto.objective.coeffs.extend((-points[scored]).tolist() or ([0] if len(columns) else []))
    if hint is not None:
        proto.solution_hint.vars.extend(range(len(columns)))
        proto.solution_hint.values.extend(hint[columns].tolist())
    return model, columns, int(level.points @ rest)


def _row_sizes(program: Program) -> Integers:
    span = np.maximum(np.abs(program.lower), np.abs(program.upper))
    sizes: Integers = abs(program.matrix) @ span
    return sizes


def _is_safe(program: Program) -> bool:
    return bool((_row_sizes(program) < LARGEST_ROW).all())


def _refuse_large_rows(program: Program) -> None:
    sizes = _row_sizes(program)
    if bool((sizes >= LARGEST_ROW).any()):
        raise InputError([Fault("solver.large_row", found=str(int(sizes.max())), details={"limit": LARGEST_ROW})])
