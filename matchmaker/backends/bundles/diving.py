"""A first plan from the relaxation: its largest columns are taken, the rest is solved again.

Columns go on being generated among what is left (a diving heuristic with column
generation, Sadykov and others, INFORMS Journal on Computing 31, 2019). What the dive
cannot cover any more is left to the exchanges between parts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.master import Master, Point
from matchmaker.model import Integers
from matchmaker.set_values import Bidders

__all__ = ["dive"]

SHARE = 0.07
"""Share of the sources left that are decided in each step, at least."""

SURE, HARDLY = 0.9, 0.05
"""Columns above the first are taken in any case, those below the second in none."""

COLUMNS_PER_SOURCE = 40


def dive(division: Division, master: Master, point: Point, settings: Settings) -> Integers:
    """A set for every source, as far as there are any left.

    Parameters
    ----------
    division, master
        The program and its generated columns; more are added, and the master ends with this plan.
    point
        The relaxation to begin with.
    settings
        Its deadline stops the dive.

    Returns
    -------
    (sources,) int64
        Id of each source's set, -1 for none; no target is in two of them.
    """
    bidders = division.bidders
    chosen = np.full(division.sources, -1, np.int64)
    gone = np.zeros(len(bidders.sets.targets), bool)
    remaining, barred = bidders, np.empty(0, bool)
    while True:
        taken = _take(division, master, point, chosen, gone)
        if not len(taken):
            break
        master.take(taken)
        barred = _bar(division, master, chosen, gone, barred)
        left = np.flatnonzero(chosen < 0)
        if not len(left) or settings.seconds_left() <= 0:
            break
        remaining = _without(remaining, gone)
        point = master.solve(fixed=True)
        remaining = replace(remaining, burden=division.uses.burden(point.duals))
        found = remaining.above(
            division.values(point.duals), point.source_duals + 1e-6, COLUMNS_PER_SOURCE, left
        )
        if master.add(found.source, found.ids) and division.uses:
            # one simplex for what was fixed, the other for what came in: with rows of needs
            # either would begin anew after both
            point = master.solve()
    return chosen


def _bar(
    division: Division, master: Master, chosen: Integers, gone: np.ndarray, barred: np.ndarray
) -> np.ndarray:
    """Bar columns of decided sources, and those with a target that is gone; which are barred now."""
    members = division.bidders.sets.members[master.ids]
    dead = (gone[members] & (members >= 0)).any(axis=1) | (chosen[master.source] >= 0)
    dead &= chosen[master.source] != master.ids
    before = np.zeros(len(dead), bool)
    before[: len(barred)] = barred
    master.bar(np.flatnonzero(dead & ~before))
    return dead


def _take(division: Division, master: Master, point: Point, chosen: Integers, gone: np.ndarray) -> Integers:
    """Decide sources by the largest columns; `chosen` and `gone` are changed. Their columns."""
    members = division.bidders.sets.members
    wanted = max(1, int(SHARE * (chosen < 0).sum()))
    order = np.argsort(-point.x, kind="stable")
    order = order[point.x[order] >= HARDLY]
    taken: list[int] = []
    for column in order.tolist():
        if len(taken) >= wanted and point.x[column] < SURE:
            break
        source, ids = int(master.source[column]), int(master.ids[column])
        targets = members[ids][members[ids] >= 0]
        if chosen[source] >= 0 or gone[targets].any():
            continue
        chosen[source] = ids
        gone[targets] = True
        taken.append(column)
    return np.array(taken, np.int64)


def _without(bidders: Bidders, gone: np.ndarray) -> Bidders:
    return replace(bidders, sets=bidders.sets.without(gone))
