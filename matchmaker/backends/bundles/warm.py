"""A division that begins where an earlier plan ended: its prices, and such of its sets as still may be."""

from __future__ import annotations

import numpy as np

from matchmaker.backends.base import Start
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.generation import add_near
from matchmaker.backends.bundles.master import Master
from matchmaker.backends.bundles.plan import Plan
from matchmaker.bounds import usable_duals
from matchmaker.model import Floats, Integers

__all__ = ["plan_near", "warm_duals"]

FIRST_COLUMNS = 30
"""Sets of each source, those near its best at the earlier prices, with which the relaxation begins."""

ENOUGH = 0.9
"""Share of the sources that must still have their sets for the earlier plan to be a good start."""


def warm_duals(division: Division, master: Master, duals: Floats) -> Floats:
    """The earlier duals; the sets that matter at these prices go into the master."""
    duals = usable_duals(division.program, duals)
    add_near(division, master, duals, FIRST_COLUMNS)
    return duals


def plan_near(division: Division, start: Start) -> Plan | None:
    """The earlier sets that are still sets of the division; None where they are too few."""
    bidders = division.bidders
    had = start.pairs[np.maximum(bidders.pair, 0)].astype(bool) & (bidders.pair >= 0)
    chosen = np.full(division.sources, -1, np.int64)
    has = np.flatnonzero(had.any(axis=1))
    chosen[has] = _ids_of(division, had[has])
    kept = np.flatnonzero(chosen >= 0)
    size = had[kept].sum(axis=1)
    possible = (size >= bidders.minimum[kept]) & (size <= bidders.maximum[kept])
    possible &= ~(bidders.barred[kept] & had[kept]).any(axis=1)
    possible &= ~(bidders.required[kept] & ~had[kept]).any(axis=1)
    chosen[kept[~possible]] = -1
    if (chosen >= 0).sum() < ENOUGH * division.sources:
        return None
    return Plan(chosen, division.resting)


def _ids_of(division: Division, had: np.ndarray) -> Integers:
    """Id of the set with just the given targets, for each row of (n, targets); -1 where there is none."""
    sets = division.bidders.sets
    found = np.full(len(had), -1, np.int64)
    size = had.sum(axis=1)
    first = sets.part[had.argmax(axis=1)] if len(had) else np.empty(0, np.int64)
    for block in sets.blocks:
        here = np.flatnonzero((size == block.size) & (first == block.part))
        if len(here):
            overlap = (block.incidence @ had[here][:, block.targets].T.astype(np.float32)) == block.size
            at, which = np.nonzero(overlap)
            found[here[which]] = block.ids[at]
    return found
