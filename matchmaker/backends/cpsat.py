"""LP-led CP-SAT: the relaxation says which columns matter, one LP-minded worker decides them.

For each level: solve the linear relaxation and tighten it by cuts; look for a first plan
among the columns of small reduced cost; then ask for a plan better by more than the gap.
A column whose reduced cost exceeds what is left between the tightened bound and the value
asked for cannot be in such a plan (reduced-cost fixing), and of the few others CP-SAT soon
shows that there is none. Measured against a portfolio of workers and HiGHS in
`benchmarks/longgang.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from matchmaker.backends.base import LevelResult, Report, Settings, Solution, Start, silent
from matchmaker.backends.highs import second_opinion
from matchmaker.backends.relaxation import relax, without_prices
from matchmaker.backends.restricted import Restricted, is_safe, refuse_large_rows, solve_restricted
from matchmaker.backends.starting import begin
from matchmaker.backends.tightened import ROUNDS, Tightened, tighten
from matchmaker.bounds import ROUNDING, lagrangian_bound, rounded_bound
from matchmaker.expansion import expanded_values
from matchmaker.formulation import Level, Program
from matchmaker.model import Floats, Integers, Status

__all__ = ["accepts", "name", "solve"]

name = "cpsat"

FIRST_COLUMNS = 0.2
"""Share of the columns, those of least reduced cost, among which a first plan is sought."""

# Shares of the work limit, settled on Longgang's first stage (benchmarks/longgang.py)

FIRST_EFFORT = 0.1
TIE_EFFORT = 0.05

SMALL = 500
"""Columns up to which there is nothing to prepare: all are free at once."""


def accepts(program: Program) -> bool:
    """Any program: a set family is expanded into rows."""
    del program
    return True


def solve(
    program: Program, settings: Settings, report: Report = silent, start: Start | None = None
) -> Solution:
    """Solve all levels in order, each keeping the values reached above it."""
    flat, columns = program.expand(), program.column_count
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
    """One level of one program: relaxation with cuts, first plan, proof."""

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
        self.bound = 2**62
        self.x: Integers | None = None

    def run(self, hint: Integers | None) -> _Outcome:
        """Find the level's best value, from a plan that is feasible if one is known."""
        self._offer(hint)
        try:
            relaxation = relax(self.program, self.level, self.settings.seconds_left())
        except TimeoutError:
            self.reproducible = False
            none = np.zeros(self.program.row_count)
            self.bound = rounded_bound(lagrangian_bound(self.program, self.level, none))
            return self._outcome(None)
        if relaxation is None:
            if self.x is None:  # HiGHS says infeasible: CP-SAT is asked before anyone believes it
                everything = np.ones(self.program.column_count, bool)
                self._take(self._restricted(everything, self.program.lower, self.settings.effort))
            if self.x is None:
                return self._without_plan(None)
            # within tolerances a row that keeps a level can seem out of reach: go on without prices
            relaxation = without_prices(self.program, self.level, self.x)
        certified = rounded_bound(lagrangian_bound(self.program, self.level, relaxation.duals))
        self._offer(np.rint(relaxation.x).astype(np.int64))
        rounds = 0 if self.program.column_count <= SMALL else ROUNDS
        tightened = tighten(self.program, self.level, relaxation, self.settings, rounds)
        self.reproducible &= not tightened.timed_out
        self._lower(min(certified, rounded_bound(tightened.bound)))
        if self._first_plan(tightened):
            return self._without_plan(certified)
        self._prove(tightened)
        return self._outcome(certified, relaxation.duals)

    def _first_plan(self, tightened: Tightened) -> bool:
        """Look for a plan among ever more columns of small reduced cost; True if there is none at all."""
        threshold = _first_threshold(tightened.reduced)
        effort = self.settings.effort * FIRST_EFFORT
        while not self._good_enough() and self._may_go_on():
            free = self._near(tightened, threshold)
            if bool(free.all()):
                effort = self.settings.effort - self.spent
            one = self._restricted(free, tightened.resting, effort, enough=self._enough())
            self._take(one)
            if self.x is not None:
                # a column outside costs at least the threshold against the (unrounded) bound
                self._lower(max(one.bound, rounded_bound(tightened.bound - threshold)))
                return False
            if bool(free.all()):
                return one.finished
            threshold = max(threshold * 8, float(np.min(np.abs(tightened.reduced)[~free])))
        return False

    def _prove(self, tightened: Tightened) -> None:
        """Ask for a plan that is better by more than the gap, until there is none.

        Such a plan has no column whose reduced cost exceeds what is left between the
        tightened relaxation and the value asked for; and that there is none is far sooner
        shown than how good the best is.
        """
        while self.x is not None and not self._good_enough() and self._may_go_on():
            wanted = self._value() + self._tolerated(self._value()) + 1
            free = self._near(tightened, tightened.bound - wanted)
            one = self._restricted(
                free, tightened.resting, self.settings.effort - self.spent, wanted, self._enough()
            )
            self._take(one)
            self._lower(max(one.bound, wanted - 1))
            if not one.finished and one.x is None:
                break

    def _may_go_on(self) -> bool:
        if self.settings.seconds_left() <= 0:
            self.reproducible = False
            return False
        return self.spent < self.settings.effort

    def _outcome(self, certified: int | None, duals: Floats | None = None) -> _Outcome:
        if self.x is None:
            return _Outcome(Status.UNKNOWN, None, LevelResult(0, self.bound), self.reproducible)
        value = self._value()
        status = Status.OPTIMAL if self.bound <= value else Status.FEASIBLE
        return _Outcome(status, self.x, LevelResult(value, self.bound, certified, duals), self.reproducible)

    def _without_plan(self, certified: int | None) -> _Outcome:
        """Infeasible, once another solver says so too."""
        seconds = self.settings.seconds_left()
        status, x = second_opinion(self.program, seconds)
        if status is Status.FEASIBLE:
            raise RuntimeError(f"two solvers disagree on whether there is a plan: {x}")
        self.reproducible &= status is Status.INFEASIBLE or seconds == float("inf")
        return _Outcome(status, None, LevelResult(0, self.bound, certified), self.reproducible)

    def _near(self, tightened: Tightened, threshold: float) -> NDArray[np.bool_]:
        """Columns of small reduced cost."""
        near: NDArray[np.bool_] = np.abs(tightened.reduced) <= threshold + ROUNDING
        near |= self.program.lower == self.program.upper
        return near

    def _value(self) -> int:
        assert self.x is not None
        return self.level.units(self.x)

    def _tolerated(self, value: int) -> int:
        """Units between a value and a bound at which the level is good enough."""
        return math.floor(self.settings.gap * max(1, abs(value)))

    def _enough(self) -> int:
        """The value from which on the bound at hand proves a plan good enough."""
        return self.bound - math.floor(self.settings.gap * abs(self.bound) / (1 + self.settings.gap))

    def _good_enough(self) -> bool:
        return self.x is not None and self.bound - self._value() <= self._tolerated(self._value())

    def _lower(self, bound: int) -> None:
        """Take a bound if it is better; one below a plan shows a fault of the program."""
        self.bound = min(self.bound, bound)
        if self.x is not None and self.bound < self._value():
            raise RuntimeError(f"a bound of {self.bound} lies below a plan of {self._value()}")
        self.report(self._value() if self.x is not None else None, self.bound)

    def _restricted(
        self,
        free: NDArray[np.bool_],
        resting: Integers,
        effort: float,
        at_least: int | None = None,
        enough: int | None = None,
    ) -> Restricted:
        hint = self.x if at_least is None else None  # the plan at hand is not among those wanted
        return solve_restricted(
            self.program, self.level, free, resting, hint, self.settings, effort, at_least, enough
        )

    def _offer(self, x: Integers | None) -> None:
        if x is None or len(self.program.violations(x)):
            return
        if self.x is None or self.level.units(x) > self._value():
            self.x = x

    def _take(self, one: Restricted) -> None:
        self.spent += one.effort
        self.reproducible &= not one.timed_out
        self._offer(one.x)


def _first_threshold(reduced: Floats) -> float:
    loss = np.sort(np.abs(reduced))
    at = int(FIRST_COLUMNS * len(loss))
    if len(loss) <= SMALL:
        return float("inf")
    return max(float(loss[at]), 1.0)
