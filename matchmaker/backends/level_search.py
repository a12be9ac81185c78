"""The search of one level: relaxation with cuts, a first plan, a better one refused.

Solve the linear relaxation and tighten it by cuts; look for a first plan
among the columns of small reduced cost; then ask for a plan better by more than the gap.
A column whose reduced cost exceeds what is left between the tightened bound and the value
asked for cannot be in such a plan (reduced-cost fixing), and of the few others CP-SAT soon
shows that there is none. Measured against a portfolio of workers and HiGHS in
`benchmarks/longgang.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.backends.base import LevelResult, Settings
from matchmaker.backends.free_columns import free_columns
from matchmaker.backends.highs import branch, second_opinion
from matchmaker.backends.neighbourhoods import neighbourhoods
from matchmaker.backends.relaxation import relax, without_prices
from matchmaker.backends.restricted import GAP_SHARE, Restricted, solve_restricted
from matchmaker.backends.tightened import ROUNDS, Tightened, tighten
from matchmaker.bounds import ROUNDING, lagrangian_bound, rounded_bound
from matchmaker.model import Floats, Integers, Status
from matchmaker.program import Level, Program

__all__ = ["Outcome", "Search"]

SMALL = 500
"""Columns up to which there is nothing to prepare: all are free at once."""

# All that follows was settled on Longgang's first stage (benchmarks/longgang.py); efforts are
# shares of the work limit.

FIRST_COLUMNS = 1.7
"""Columns among which a first plan is sought, for each row."""

GOALS = (1.0, 1.3, 1.7, 2.3, 4.0, 8.0)
"""Multiples of the gap within which a first plan shall lie, one after the other."""

UNDECIDED = 2.0
"""After a goal that was neither reached nor refused, the next is wider at least by this factor."""

GOAL_EFFORT = 0.04
FIRST_EFFORT = 0.1

PROOF_EFFORT, BRANCH_NODES = 0.04, 500
"""Work of CP-SAT before HiGHS is asked, and of HiGHS."""

MOST_FREE = 8000
"""Columns beyond which a better plan is not worth asking for: there is no refusing it."""

GROUP = 10
"""Targets whose sources are divided anew."""

GROUP_COLUMNS = 4
"""Columns that may change then, for each row of the whole."""

GROUP_EFFORT, GROUP_GAP = 0.015, 0.1
"""Work limit and share of the gap of one group."""

GROUP_ROUNDS, GROUP_GAIN = 6, 2e-6
"""Rounds at most, and the part of the value that a round must gain for another to follow."""


@dataclass(frozen=True)
class Outcome:
    """What came of a level: how far it is known, the plan, value and bound.

    `x` has shape (columns,), None where no plan was found.
    """

    status: Status
    x: Integers | None
    result: LevelResult
    reproducible: bool = True


class Search:
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

    def run(self, hint: Integers | None) -> Outcome:
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
        if not self._prove(tightened):
            self._improve(tightened)
            self._prove(tightened)
        return self._outcome(certified, relaxation.duals)

    def _first_plan(self, tightened: Tightened) -> bool:
        """Look for a plan among ever more columns of small reduced cost; True if there is none at all.

        A plan near the bound is asked for first, then ever worse ones: what is demanded
        guides CP-SAT, and refusals come soon.
        """
        loss = np.abs(tightened.reduced)
        small = len(loss) <= SMALL
        threshold = math.inf if small else _threshold(loss, FIRST_COLUMNS * self.program.row_count)
        gaps = [] if small or not self.settings.gap else [goal * self.settings.gap for goal in GOALS]
        while not self._good_enough() and self._may_go_on():
            free = self._near(tightened, threshold)
            gap = gaps.pop(0) if gaps else None
            one, below = self._asked(tightened, free, gap)
            # a column outside costs at least the threshold against the (unrounded) bound
            outside = rounded_bound(tightened.bound - threshold)
            self._lower(max(one.bound, below, outside))
            if gap is not None and one.x is None and not one.finished:
                gaps = [wider for wider in gaps if wider >= UNDECIDED * gap]
            if self.x is not None:
                if not gaps or self._value() >= self._within(gaps[0]):
                    return False
            elif gap is None:
                if bool(free.all()):
                    return one.finished
                threshold = max(threshold * 8, float(np.min(loss[~free])))
        return False

    def _asked(
        self, tightened: Tightened, free: NDArray[np.bool_], gap: float | None
    ) -> tuple[Restricted, int]:
        """Ask for a plan within a gap of the bound, or for any: what came of it, and the most of others."""
        left = self.settings.effort - self.spent
        if gap is None:
            effort = left if bool(free.all()) else min(left, self.settings.effort * FIRST_EFFORT)
            one = self._restricted(free, tightened.resting, effort, enough=self._within(self.settings.gap))
            below = -(2**62)
        else:
            wanted = self._within(gap)
            effort = min(left, self.settings.effort * GOAL_EFFORT)
            one = self._restricted(free, tightened.resting, effort, wanted, wanted)
            below = wanted - 1
        self._take(one)
        return one, below

    def _prove(self, tightened: Tightened) -> bool:
        """Ask for a plan that is better by more than the gap, until there is none; False if undecided.

        Such a plan has no column whose reduced cost exceeds what is left between the
        tightened relaxation and the value asked for; and that there is none is far sooner
        shown than how good the best is. Where CP-SAT hesitates, HiGHS is asked once.
        """
        share = PROOF_EFFORT
        while self.x is not None and not self._good_enough() and self._may_go_on():
            wanted = self._value() + self._tolerated(self._value()) + 1
            free = self._near(tightened, tightened.bound - wanted)
            if free.sum() > MOST_FREE:
                return False
            effort = min(self.settings.effort - self.spent, self.settings.effort * share)
            one = self._restricted(free, tightened.resting, effort, wanted, wanted)
            self._take(one)
            self._lower(max(one.bound, wanted - 1))
            if one.finished or one.x is not None:
                continue
            if share == 1.0:
                return False
            share = 1.0
            self._branch(tightened, free, wanted)
        return True

    def _branch(self, tightened: Tightened, free: NDArray[np.bool_], wanted: int) -> None:
        """Let HiGHS divide the free columns; of plans outside none reaches `wanted`."""
        part = free_columns(self.program, self.level, free, tightened.resting)
        value = self._value()
        # its gap is relative to what the free columns give
        gap = GAP_SHARE * self._tolerated(value) / max(1, abs(value - part.level.constant))
        branched = branch(part.program, part.level, self.settings, gap, BRANCH_NODES)
        self.reproducible &= not branched.timed_out
        self._offer(None if branched.x is None else part.whole(branched.x))
        if branched.bound is not None and branched.bound >= self._value():
            self._lower(max(branched.bound, wanted - 1))

    def _improve(self, tightened: Tightened) -> None:
        """Divide groups of targets anew, two side by side, until a round gains little."""
        rng = np.random.default_rng(0)
        loss = np.abs(tightened.reduced)
        near = self._near(tightened, _threshold(loss, GROUP_COLUMNS * self.program.row_count))
        for _ in range(GROUP_ROUNDS):
            if self.x is None or self._good_enough() or not self._may_go_on():
                break
            x, reached = self.x, self._value()
            for one in self._side_by_side(neighbourhoods(self.program, near, x, GROUP, rng), x):
                self._account(one)
                if one.x is not None:  # no pair is in two groups; a sum that breaks a row is not taken
                    self._offer(self.x + one.x - x)
            self._lower(self.bound)
            if self._value() - reached <= GROUP_GAIN * abs(reached):
                break

    def _side_by_side(self, groups: list[NDArray[np.bool_]], x: Integers) -> list[Restricted]:
        """Each group solved from `x`, on its own, so that one thread or two give the same."""
        settings = replace(self.settings, gap=self.settings.gap * GROUP_GAP)
        effort = self.settings.effort * GROUP_EFFORT

        def solved(free: NDArray[np.bool_]) -> Restricted:
            return solve_restricted(self.program, self.level, free, x, x, settings, effort)

        with ThreadPoolExecutor(min(2, self.settings.threads)) as threads:
            return list(threads.map(solved, groups))

    def _may_go_on(self) -> bool:
        if self.settings.seconds_left() <= 0:
            self.reproducible = False
            return False
        return self.spent < self.settings.effort

    def _outcome(self, certified: int | None, duals: Floats | None = None) -> Outcome:
        if self.x is None:
            return Outcome(Status.UNKNOWN, None, LevelResult(0, self.bound), self.reproducible)
        value = self._value()
        status = Status.OPTIMAL if self.bound <= value else Status.FEASIBLE
        return Outcome(status, self.x, LevelResult(value, self.bound, certified, duals), self.reproducible)

    def _without_plan(self, certified: int | None) -> Outcome:
        """Infeasible, once another solver says so too."""
        seconds = self.settings.seconds_left()
        status, x = second_opinion(self.program, seconds)
        if status is Status.FEASIBLE:
            raise RuntimeError(f"two solvers disagree on whether there is a plan: {x}")
        self.reproducible &= status is Status.INFEASIBLE or seconds == float("inf")
        return Outcome(status, None, LevelResult(0, self.bound, certified), self.reproducible)

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

    def _within(self, gap: float) -> int:
        """The least value that lies within a gap of the bound at hand."""
        return self.bound - math.floor(gap * abs(self.bound) / (1 + gap))

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
        self._account(one)
        self._offer(one.x)

    def _account(self, one: Restricted) -> None:
        self.spent += one.effort
        self.reproducible &= not one.timed_out


def _threshold(loss: Floats, count: float) -> float:
    """The loss that about `count` columns do not exceed."""
    return float(np.sort(loss)[min(int(count), len(loss) - 1)])
