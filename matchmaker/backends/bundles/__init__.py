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
from matchmaker.backends.bundles.regrouping import is_far, regroup
from matchmaker.backends.bundles.warm import plan_near, warm_duals
from matchmaker.backends.bundles.whole import all_columns, columns_near, solve_over
from matchmaker.bounds import lagrangian_bound, rounded_bound, usable_duals
from matchmaker.connected_sets import connected_sets
from matchmaker.formulation import Level, Program
from matchmaker.model import Floats, Status

__all__ = ["accepts", "name", "solve"]

name = "bundles"

SMALL = 3_000
"""Columns up to which all sets are taken into account at once from the start."""

NEARLY_CLOSED = 3_000
"""Columns within the gap up to which a last solve over them is tried."""

SEARCHING = 1.0
"""Work limit: groups tried, for each part of the component."""

MENDING = 0.75
"""Groups tried, for each part, before an earlier plan is given up as a start."""

FINISHING = 0.2
"""Share of the work limit that the last solve may use."""


def accepts(program: Program) -> bool:
    """Connected sets of targets that are taken once at most each, one level of points."""
    return is_division(program)


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
    columns = all_columns(division, SMALL)
    if columns is not None:
        return replace(solve_over(division, columns, settings, report), backend=name)
    return _generated(division, settings, report, start)


def _continued(division: Division, settings: Settings, report: Report, start: Start) -> Solution | None:
    """The earlier plan mended at the earlier prices; None where that does not come as near as it had been."""
    program, level, sets = division.program, division.level, division.bidders.sets
    plan = plan_near(division, start)
    if plan is None or start.duals is None:
        return None
    duals = usable_duals(program, start.duals)
    proven = lagrangian_bound(program, level, duals, sets)
    if not np.isfinite(proven):
        return None
    bound = rounded_bound(proven)
    report(0, None, bound)
    enough = replace(settings, gap=max(settings.gap, start.gap))
    mended = regroup(division, duals, float(bound), plan, enough, MENDING)
    x = mended.x(division)
    if len(program.violations(x)) or is_far(division, mended, float(bound), enough):
        return None
    touched = np.flatnonzero(mended.chosen != plan.chosen)
    parts = np.unique([division.part_of(one.chosen)[touched] for one in (plan, mended)])
    mended = divide_parts(division, duals, mended, settings, parts[parts >= 0])
    return _finished(division, mended, duals, bound, settings, report)


def _generated(division: Division, settings: Settings, report: Report, start: Start | None) -> Solution:
    program, level = division.program, division.level
    continued = None if start is None else _continued(division, settings, report, start)
    if continued is not None:
        return continued
    master = Master(division)
    if start is None or start.duals is None:
        first = volume_start(division, master, settings)
    else:
        first = warm_duals(division, master, start.duals)
    generated = generate(division, master, first, settings)
    proven = lagrangian_bound(program, level, generated.duals, division.bidders.sets)
    bound = rounded_bound(proven)
    if not np.isfinite(proven):  # some source has no set at all
        return Solution(Status.INFEASIBLE, None, (), name)
    report(0, None, bound)
    extra = np.clip(0, program.lower[division.extra], program.upper[division.extra])
    plan = Plan(dive(division, master, generated.point, settings), extra)
    plan = regroup(division, generated.duals, float(bound), plan, settings, SEARCHING)
    if len(program.violations(plan.x(division))):
        return _without_plan(division, settings, report)
    plan = divide_parts(division, generated.duals, plan, settings, np.arange(division.parts))
    return _finished(division, plan, generated.duals, bound, settings, report)


def _finished(
    division: Division, plan: Plan, duals: Floats, bound: int, settings: Settings, report: Report
) -> Solution:
    """The plan with its bound; where few sets lose less than the gap, the best plan over them."""
    program, level = division.program, division.level
    x = plan.x(division)
    value = program.units(level, x)
    report(0, value, bound)
    certified = max(bound, value)
    closing = bound
    columns = columns_near(division, duals, float(bound - value), NEARLY_CLOSED)
    if bound > value and columns is not None and settings.seconds_left() > 0:
        limits = replace(settings, effort=settings.effort * FINISHING)
        last = solve_over(division, columns, limits, silent, plan)
        if last.x is not None and last.levels:
            x, value = last.x, last.levels[0].value
            closing = min(bound, max(last.levels[0].bound, value))
    result = LevelResult(value, max(closing, value), certified, duals)
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
