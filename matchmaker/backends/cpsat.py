"""LP-led CP-SAT: the relaxation says which columns matter, one LP-minded worker decides them.

For each level: solve the linear relaxation; dive for a first plan among the pairs it
leaves fractional; then, side by side, better plans among the columns of small reduced
cost (CP-SAT) and a better bound by cuts (HiGHS). Every column whose
reduced cost exceeds the gap between the relaxation and the plan cannot be in a better
plan (reduced-cost fixing), so a last solve over the rest proves the whole. Measured
against a portfolio of workers and HiGHS in `benchmarks/longgang.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matchmaker.backends.base import LevelResult, Report, Settings, Solution, silent
from matchmaker.backends.highs import branch, second_opinion
from matchmaker.backends.relaxation import Relaxation, relax, without_prices
from matchmaker.backends.restricted import Restricted, is_safe, refuse_large_rows, solve_restricted
from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.expansion import expanded_values
from matchmaker.formulation import Level, Program
from matchmaker.model import Floats, Integers, Status

__all__ = ["accepts", "name", "solve"]

name = "cpsat"

# Shares of the work limit, settled on Longgang's first stage (benchmarks/longgang.py)

FIRST_COLUMNS = 0.2
"""Share of the columns, those of least reduced cost, among which a first plan is sought if diving fails."""

FIRST_EFFORT = 0.1
DIVE_EFFORT = 0.02
TIE_EFFORT = 0.05

STEPS = ((0.02, 0.017), (0.15, 0.03))
"""Better plans: (reduced cost as a share of the gap, share of the work limit) of each step."""

BRANCH_GAP, BRANCH_NODES = 2, 200
"""HiGHS stops at this multiple of the gap asked for, or after so many nodes."""

SMALL = 500
"""Columns up to which there is nothing to prepare: the last solve comes at once."""

INTEGRAL = 1e-6
"""A pair this near to 0 or 1 counts as decided by the relaxation."""


def accepts(program: Program) -> bool:
    """Any program: a set family is expanded into rows."""
    del program
    return True


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
    x = None if start is None else expanded_values(program, start)
    status, reproducible = Status.OPTIMAL, True
    refuse_large_rows(flat)
    levels = flat.levels or (Level(np.zeros(flat.column_count, np.int64), 0, 1.0),)
    for position, level in enumerate(levels):
        if level.is_tie_break and (status is not Status.OPTIMAL or not is_safe(flat)):
            break
        refuse_large_rows(flat)
        share = TIE_EFFORT if level.is_tie_break else 1.0
        limits = replace(settings, effort=settings.effort * share)
        search = _Search(flat, level, limits, partial(report, position))
        outcome = search.run(x)
        reproducible &= outcome.reproducible
        if outcome.x is None:
            return Solution(outcome.status, None, (), name, reproducible)
        x, result = _shapes_at_best(program, level, outcome)
        if not level.is_tie_break:
            closed = result.bound == result.value
            status = Status.worst([status, Status.OPTIMAL if closed else outcome.status])
        if program.family is not None:  # duals of the expanded rows prove nothing about the program given
            result = replace(result, certified=None, duals=None)
        results.append(result)
        flat = flat.keeping(level, result.value)
    assert x is not None
    return Solution(status, x[:columns], tuple(results[: len(flat.levels)]), name, reproducible)


def _shapes_at_best(program: Program, level: Level, outcome: _Outcome) -> tuple[Integers, LevelResult]:
    """The plan with the best values of the columns that the expansion added.

    A search that stops early may leave a set with another centre than its best one; the
    value is the plan's, not that of such columns.
    """
    assert outcome.x is not None
    if program.family is None or program.family.graph is None:
        return outcome.x, outcome.result
    x = expanded_values(program, outcome.x[: program.column_count])
    value = level.units(x)
    return x, replace(outcome.result, value=value, bound=max(outcome.result.bound, value))


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
        self.lagrangian = 0.0
        self.x: Integers | None = None

    def run(self, hint: Integers | None) -> _Outcome:
        """Find the level's best value, from a plan that is feasible if one is known."""
        self._offer(hint)
        try:
            relaxation = relax(self.program, self.level, self.settings.seconds_left())
        except TimeoutError:
            self.reproducible = False
            bound = rounded_bound(
                lagrangian_bound(self.program, self.level, np.zeros(self.program.row_count))
            )
            return self._outcome(bound, None)
        if relaxation is None:
            if self.x is None:  # HiGHS says infeasible: CP-SAT is asked before anyone believes it
                everything = np.ones(self.program.column_count, bool)
                self._take(self._restricted(everything, self.program.lower, None, self.settings.effort))
            if self.x is None:
                return self._without_plan(0, None)
            # within tolerances a row that keeps a level can seem out of reach: go on without prices
            relaxation = without_prices(self.program, self.level, self.x)
        self.lagrangian = lagrangian_bound(self.program, self.level, relaxation.duals)
        certified = rounded_bound(self.lagrangian)
        bound = certified
        self._offer(np.rint(relaxation.x).astype(np.int64))
        self._dive(relaxation)
        self._tell(bound)
        bound = self._close_in(relaxation, certified, bound)
        self._tell(bound)
        threshold = _first_threshold(self.program, relaxation)
        effort = self.settings.effort * FIRST_EFFORT
        while not self._good_enough(bound):
            if self.x is not None:
                threshold = float(certified - self._value()) + 0.5
                effort = self.settings.effort - self.spent
            free, resting = self._near(relaxation, threshold)
            one = self._restricted(free, resting, self.x, effort)
            self._take(one)
            if self.x is not None:
                bound = self._joint_bound(bound, threshold, one)
                self._tell(bound)
                if one.finished and threshold >= certified - self._value():
                    break  # nothing outside can be better: the restriction's proof is the whole's
            elif bool(free.all()):
                if not one.finished:
                    break
                return self._without_plan(bound, certified)
            else:
                threshold = max(threshold * 8, float(np.min(np.abs(relaxation.reduced)[~free])))
            if self.spent >= self.settings.effort:
                break
            if self.settings.seconds_left() <= 0:
                self.reproducible = False
                break
        return self._outcome(bound, certified, relaxation.duals)

    def _outcome(self, bound: int, certified: int | None, duals: Floats | None = None) -> _Outcome:
        if self.x is None:
            return _Outcome(Status.UNKNOWN, None, LevelResult(0, bound), self.reproducible)
        value = self._value()
        if certified is not None and certified < value:
            raise RuntimeError(f"a certified bound of {certified} lies below a plan of {value}")
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
        """An early plan: pairs that the relaxation has decided stay so, the rest is solved."""
        if self.x is not None:
            return
        pairs = np.arange(self.program.column_count) < self.program.pair_count
        decided = pairs & (np.abs(relaxation.x - np.rint(relaxation.x)) < INTEGRAL)
        resting = np.rint(relaxation.x).astype(np.int64)
        self._take(self._restricted(~decided, resting, None, self.settings.effort * DIVE_EFFORT))

    def _close_in(self, relaxation: Relaxation, certified: int, bound: int) -> int:
        """Two solvers side by side, each within its own work limit; the better of plans and bounds.

        HiGHS cuts the bound down, CP-SAT finds plans among the columns of small reduced
        cost. They know nothing of each other, so that one thread or two give the same.
        """
        if self.x is None or self.program.column_count <= SMALL or self._good_enough(bound):
            return bound
        gap = self.settings.gap * BRANCH_GAP
        with ThreadPoolExecutor(min(2, self.settings.threads)) as threads:
            branching = threads.submit(branch, self.program, self.level, self.settings, gap, BRANCH_NODES)
            improving = threads.submit(self._improving, relaxation, certified, self.x)
            branched, steps = branching.result(), improving.result()
        for one in steps:
            self._take(one)
        self.reproducible &= not branched.timed_out
        self._offer(branched.x)
        if branched.bound is None or branched.bound < self._value():
            return bound  # a bound below a plan is no bound
        return min(bound, branched.bound)

    def _improving(self, relaxation: Relaxation, certified: int, x: Integers) -> list[Restricted]:
        found: list[Restricted] = []
        for part, share in STEPS:
            threshold = part * (certified - self.level.units(x)) + 0.5
            free, resting = self._near(relaxation, threshold)
            one = self._restricted(free, resting, x, self.settings.effort * share)
            found.append(one)
            if one.x is not None and self.level.units(one.x) > self.level.units(x):
                x = one.x
        return found

    def _near(self, relaxation: Relaxation, threshold: float) -> tuple[NDArray[np.bool_], Integers]:
        """Columns of small reduced cost, and where the others rest."""
        free = np.abs(relaxation.reduced) <= threshold
        free |= self.program.lower == self.program.upper
        return free, np.where(relaxation.reduced > 0, self.program.upper, self.program.lower)

    def _joint_bound(self, bound: int, threshold: float, one: Restricted) -> int:
        """A column outside costs at least the threshold against the relaxation's (unrounded) bound."""
        return min(bound, max(self._value(), one.bound, rounded_bound(self.lagrangian - threshold)))

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

    def _restricted(
        self, free: NDArray[np.bool_], resting: Integers, hint: Integers | None, effort: float
    ) -> Restricted:
        return solve_restricted(self.program, self.level, free, resting, hint, self.settings, effort)

    def _take(self, one: Restricted) -> None:
        self.spent += one.effort
        self.reproducible &= not one.timed_out
        self._offer(one.x)


def _first_threshold(program: Program, relaxation: Relaxation) -> float:
    loss = np.sort(np.abs(relaxation.reduced))
    at = int(FIRST_COLUMNS * program.column_count)
    return float(max(loss[min(at, len(loss) - 1)], 1.0)) if len(loss) else 1.0
