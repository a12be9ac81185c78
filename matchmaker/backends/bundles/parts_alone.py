"""Each part by itself: given its sources, its targets are divided to the part's own bound.

The part's own duals tell what its sources can get of it; among the sets that lose less
than the gap, so far as they are not too many, CP-SAT finds the best division.
"""

from __future__ import annotations

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.generation import Generated, add_near, generate
from matchmaker.backends.bundles.master import Master
from matchmaker.backends.bundles.partitioning import partitioned, with_present
from matchmaker.backends.bundles.plan import Plan
from matchmaker.formulation import RowSide
from matchmaker.model import Floats, Integers

__all__ = ["divide_parts"]

PART_GAP = 0.001
"""A part is left as it is when it is within this of its own bound."""

FIRST_COLUMNS, COLUMNS_PER_SOURCE = 20, 1500
"""Sets of each source with which the part's own relaxation begins, and among which it is divided."""


def divide_parts(division: Division, duals: Floats, plan: Plan, settings: Settings, parts: Integers) -> Plan:
    """Bring parts of a plan near their own bounds, given the sources they have.

    Parameters
    ----------
    division, plan
        What is divided, and how up to now.
    duals : (program's rows,) float64
        Joint duals, from which each part's own are found.
    settings
        The deadline.
    parts : (n,) int64
        Which parts.
    """
    program = division.program
    across = bool((program.row_side[division.rows] == RowSide.GENERAL).any())
    for part in parts.tolist():
        if settings.seconds_left() <= 0:
            break
        here = division.part_of(plan.chosen) == part
        inner = division.inside(part, np.flatnonzero(here))
        divided = _divided(inner, part, duals, plan, settings)
        # a part by itself does not know of rows across parts, only that its sources stay
        if not across or not len(program.violations(divided.x(division))):
            plan = divided
    return plan


def _divided(inner: Division, part: int, duals: Floats, plan: Plan, settings: Settings) -> Plan:
    members = inner.members
    generated = _own_duals(inner, duals, plan, settings)
    present = inner.worth(members, plan.chosen[members])
    gap = generated.bound - inner.level.constant - float(present.sum())
    if gap <= PART_GAP * abs(float(present.sum())):
        return plan
    value = inner.values(generated.duals)
    best = inner.bidders.worth(value, members)
    found = inner.bidders.above(value, best - gap - 1.0, COLUMNS_PER_SOURCE, members)
    group = with_present(plan, np.array([part]), members, found.source, found.ids)
    better = partitioned(inner, generated.duals, best, plan, group, settings)
    return plan if better is None else better


def _own_duals(inner: Division, duals: Floats, plan: Plan, settings: Settings) -> Generated:
    start = np.zeros(len(duals))
    start[inner.rows] = duals[inner.rows]
    master = Master(inner)
    master.add(inner.members, plan.chosen[inner.members])
    add_near(inner, master, start, FIRST_COLUMNS)
    return generate(inner, master, start, settings)
