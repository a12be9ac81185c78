"""Sets of targets, connected and compact: columns generated over the whole component.

1. `connected_sets` enumerates all sets; `generate` prices them against joint duals over all
   parts, which gives the bound of the component as a whole.
2. `dive` turns the relaxation into a plan.
3. `regroup` divides a few parts at a time anew until the gap closes or the work limit is reached.
4. `divide_parts` brings each part to its own bound, given its sources.

A small component is solved over all its sets at once, exactly. Where there are too many
sets, the program is written as rows and CP-SAT takes it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchmaker.backends import cpsat
from matchmaker.backends.base import LevelResult, Report, Settings, Solution, Start, silent
from matchmaker.backends.bundles.diving import dive
from matchmaker.backends.bundles.division import Division, division_of, is_division
from matchmaker.backends.bundles.generation import generate, volume_start
from matchmaker.backends.bundles.master import Master
from matchmaker.backends.bundles.parts_alone import divide_parts
from matchmaker.backends.bundles.plan import Plan
from matchmaker.backends.bundles.regrouping import is_far, loss_of, regroup
from matchmaker.backends.bundles.warm import plan_near, warm_duals
from matchmaker.backends.bundles.whole import all_columns, columns_near, solve_over
from matchmaker.bounds import lagrangian_bound, rounded_bound, usable_duals
from matchmaker.connected_sets import connected_sets
from matchmaker.model import Floats, Status
from matchmaker.program import Level, Program
from matchmaker.set_values import IMPOSSIBLE

__all__ = ["accepts", "name", "solve"]

name = "bundles"

SMALL = 3_000
"""Columns up to which all sets are taken into account at once from the start."""

NEARLY_CLOSED = 10_000
"""Columns within the gap up to which a last solve over them is tried."""

SEARCHING = 1.0
"""Work limit: groups tried, for each part of the component."""

ATTEMPTS, FAR = 4, 0.01
"""Searches at most, each with other groups: another follows while there is no plan, or one so far away."""

AS_GOOD = 1.5
"""A mended plan may be so many times as far from its bound as what was kept of the earlier one."""

MENDING = 0.75
"""Groups tried, for each part, before an earlier plan is given up as a start."""

FINISHING = 0.1
"""Share of the work limit that the last solve may use."""


def accepts(program: Program) -> bool:
    """Connected sets of targets that are taken once at most each, one level of points."""
    return program.preferences is None and is_division(program)


def solve(
    program: Program, settings: Settings, report: Report = silent, start: Start | None = None
) -> Solution:
    """A plan and a bound for the whole component; of large ones ties are left as they fall."""
    assert program.family is not None
    sets = connected_sets(program.family)
    if sets is None:
        return cpsat.solve(program, settings, report, start)
    level = program.levels[0] if program.levels else Level(np.zeros(program.column_count, np.int64), 0, 1.0)
    division = division_of(program, level, sets)
    if division.largest * int(program.family.maximum.max(initial=1)) >= -IMPOSSIBLE / 4:
        return cpsat.solve(program, settings, report, start)  # sums that could pass for `IMPOSSIBLE`
    columns = all_columns(division, SMALL)
    if columns is not None:
        return replace(solve_over(division, columns, settings, report), backend=name)
    return _generated(division, settings, report, start)


def _generated(division: Division, settings: Settings, report: Report, start: Start | None) -> Solution:
    """Prices over the whole component, a plan from them, exchanges between its parts."""
    program = division.program
    before = None if start is None else plan_near(division, start)
    if start is not None and before is not None:
        before = before.at_best(division, settings)
        mended = _mended(division, settings, report, start, before)
        if isinstance(mended, Solution):
            return mended
        before = mended
    master = Master(division)
    if start is None or start.duals is None:
        first = volume_start(division, master, settings)
    else:
        first = warm_duals(division, master, start.duals)
    generated = generate(division, master, first, settings)
    proven = lagrangian_bound(program, division.level, generated.duals, division.bidders.sets)
    if not np.isfinite(proven):  # some source has no set at all
        return Solution(Status.INFEASIBLE, None, (), name)
    bound = rounded_bound(proven)
    report(0, None, bound)
    plan = before
    if plan is None:
        plan = Plan(dive(division, master, generated.point, settings), division.resting)
        plan = plan.at_best(division, settings)
    far = replace(settings, gap=max(settings.gap, FAR))
    for attempt in range(ATTEMPTS):
        for_kin = attempt % 2 == 1
        plan = regroup(division, generated.duals, float(bound), plan, settings, SEARCHING, attempt, for_kin)
        broken = len(program.violations(plan.x(division))) > 0
        if not broken and not is_far(division, plan, float(bound), far):
            break
    if broken:
        return _without_plan(division, settings, report)
    plan = divide_parts(division, generated.duals, plan, settings, np.arange(division.parts))
    return _finished(division, plan, generated.duals, bound, settings, report)


def _mended(
    division: Division, settings: Settings, report: Report, start: Start, before: Plan
) -> Solution | Plan:
    """The earlier plan mended at its own prices: good enough if it is as near its bound as it had been."""
    program, level = division.program, division.level
    if start.duals is None:
        return before
    duals = usable_duals(program, start.duals)
    proven = lagrangian_bound(program, level, duals, division.bidders.sets)
    if not np.isfinite(proven):
        return before
    bound = rounded_bound(proven)
    report(0, None, bound)
    value = program.units(level, before.x(division))
    had = loss_of(division, duals, before) / max(1, abs(value))
    enough = replace(settings, gap=max(settings.gap, start.gap, AS_GOOD * had))
    plan = regroup(division, duals, float(bound), before, enough, MENDING)
    if len(program.violations(plan.x(division))) or is_far(division, plan, float(bound), enough):
        return plan
    touched = np.flatnonzero(plan.chosen != before.chosen)
    parts = np.unique([division.part_of(one.chosen)[touched] for one in (before, plan)])
    plan = divide_parts(division, duals, plan, settings, parts[parts >= 0])
    return _finished(division, plan, duals, bound, settings, report)


def _finished(
    division: Division, plan: Plan, duals: Floats, bound: int, settings: Settings, report: Report
) -> Solution:
    """The plan with its bound; where few sets lose less than the gap, the best plan over them."""
    program, level = division.program, division.level
    plan = plan.at_best(division, settings)
    x = plan.x(division)
    value = program.units(level, x)
    report(0, value, bound)
    if bound < value:
        raise RuntimeError(f"a certified bound of {bound} lies below a plan of {value}")
    closing = bound
    columns = columns_near(division, duals, float(bound - value), NEARLY_CLOSED)
    if bound > value and columns is not None and settings.seconds_left() > 0:
        limits = replace(settings, effort=settings.effort * FINISHING)
        last = solve_over(division, columns, limits, silent, plan)
        if last.x is not None and last.levels:
            closing = min(bound, max(last.levels[0].bound, value))
            if last.levels[0].value > value:
                x, value = last.x, last.levels[0].value
    result = LevelResult(value, closing, bound, duals)
    status = Status.OPTIMAL if result.bound == value else Status.FEASIBLE
    report(0, value, result.bound)
    return Solution(status, x, (result,), name, settings.seconds_left() > 0)


def _without_plan(division: Division, settings: Settings, report: Report) -> Solution:
    """Whether there is a plan at all, when the search has found none.

    Prices for covering alone, without points, may prove that there is none; else the
    program is written as rows.
    """
    nothing = Level(np.zeros(division.program.column_count, np.int64), 0, 1.0)
    bare = division_of(division.program, nothing, division.bidders.sets)
    master = Master(bare)
    generated = generate(bare, master, volume_start(bare, master, settings), settings)
    proven = lagrangian_bound(division.program, nothing, generated.duals, division.bidders.sets)
    if rounded_bound(proven) < 0:  # every plan is worth 0 here
        return Solution(Status.INFEASIBLE, None, (), name)
    return cpsat.solve(division.program, settings, report)
