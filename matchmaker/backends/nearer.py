"""Plans near an earlier one: of thousands within the gap, one that moves as few as it can."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

from matchmaker.backends.base import Settings, Start, silent
from matchmaker.backends.level_search import Outcome, Search
from matchmaker.model import Integers, Status
from matchmaker.program import Level, Program

__all__ = ["NEAR_ENOUGH", "nearer"]

KEEPING = (0.1, 0.025)
"""What each kept pair of an earlier plan counts, as shares of what the gap tolerates, one after the other."""

KEEPING_GAP, KEEPING_EFFORT = 0.3, 0.2
"""Gap and work limit of that search, as shares of those given."""

NEAR_ENOUGH = 2
"""A plan near the earlier one may be so many gaps away from the bound: a change of many pairs for the
last of them is nobody's wish."""


def nearer(
    flat: Program, level: Level, settings: Settings, outcome: Outcome, start: Start, x: Integers
) -> Outcome:
    """A plan that keeps more of the earlier one's pairs, if that costs little; else the one at hand.

    Among thousands of plans within the gap any may be found: without a price on changes,
    one pin would move everybody. Each kept pair counts a share of what the gap tolerates.
    """
    assert outcome.x is not None
    kept, tolerated = _kept(outcome.x, start), math.floor(settings.gap * abs(outcome.result.value))
    everything, reproducible = int(start.pairs.sum()), outcome.reproducible
    for share in KEEPING:
        price = math.floor(share * tolerated)
        if price == 0 or kept == everything:
            break
        points = level.points.copy()
        points[: flat.pair_count] += price * start.pairs
        limits = replace(settings, gap=settings.gap * KEEPING_GAP, effort=settings.effort * KEEPING_EFFORT)
        found = Search(flat, replace(level, points=points), limits, partial(silent, 0)).run(x)
        reproducible &= found.reproducible
        if found.x is None or _kept(found.x, start) <= kept:
            continue
        value = level.units(found.x)
        if outcome.result.bound - value <= NEAR_ENOUGH * tolerated:
            result = replace(outcome.result, value=value)
            status = Status.OPTIMAL if result.bound <= value else Status.FEASIBLE
            return Outcome(status, found.x, result, reproducible)
    return replace(outcome, reproducible=reproducible)


def _kept(x: Integers, start: Start) -> int:
    return int(x[: len(start.pairs)] @ start.pairs)
