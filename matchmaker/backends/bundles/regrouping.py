"""Exchanges between parts: a few parts and their sources are divided anew, exactly, together.

Which part each source serves matters more than anything inside a part. The joint duals
say where a plan loses: a source's loss is what its set falls short of its best. A part
that loses much is divided anew together with those to which its sources would rather go,
over the sets that lose least, as a small set partitioning by CP-SAT.

Sources that share what their sets need (sister branches, a place) gain by coming together.
Prices share the cost out among them, so that no single one of them seems to gain by it:
such groups are looked for apart.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.partitioning import partitioned, with_present
from matchmaker.backends.bundles.plan import Plan
from matchmaker.model import Floats, Integers
from matchmaker.set_values import IMPOSSIBLE

__all__ = ["is_far", "loss_of", "regroup"]

PAIRS, TRIPLES = 2, 3
COLUMNS_PER_SOURCE = {1: 200, PAIRS: 100, TRIPLES: 70}
"""Sets of each source among which a group of so many parts is divided."""

REACH = 50
"""Sets that lose more than so many times the largest value of a pair are never wanted."""

GAINED, IN_VAIN = 0.6, 0.4
"""How far a part's turn moves back after a group with or without a gain."""


class _Parts:
    """Where sources are, what they lose there, and where they would rather be."""

    def __init__(self, division: Division, duals: Floats, for_kin: bool = False) -> None:
        self.division = division
        self.value = division.values(duals)
        self.reduced = division.reduced(duals)[: division.program.pair_count]
        self.bidders = division.bidders_at(duals)
        self.worth = self.bidders.best(self.value)[0]
        self.best = division.bidders.or_nothing(self.worth.max(axis=1, initial=IMPOSSIBLE))
        self.kin = division.uses.kin() if for_kin and division.uses else None

    def loss(self, chosen: Integers) -> Floats:
        """What each source's set falls short of its best, (sources,)."""
        has = np.flatnonzero(chosen >= 0)
        loss: Floats = self.best.copy()
        division = self.division
        shape = division.level.shape * division.bidders.sets.shape[chosen[has]]
        loss[has] -= self.reduced @ division.pairs_of(has, chosen[has]) + shape
        if self.bidders.burden is not None:
            loss[has] += self.bidders.burden[has, division.part_of(chosen)[has]]
        return loss

    def partners(self, seat: int, chosen: Integers, loss: Floats, jitter: Floats) -> Integers:
        """All parts, those first with which a part's sources, or theirs with it, promise most."""
        part = self.division.part_of(chosen)
        hope = np.maximum(self.worth - (self.best - loss)[:, np.newaxis], 0.0)
        hope[self.worth < IMPOSSIBLE / 2] = 0.0
        here = (part == seat) | (part < 0)
        promise = hope[here].sum(axis=0)
        away = np.flatnonzero(~here)
        np.add.at(promise, part[away], hope[away, seat])
        if self.kin is not None:
            self._add_kin(promise, self.kin, seat, part)
        promise *= jitter
        promise[seat] = np.inf
        return np.argsort(-promise, kind="stable")

    def _add_kin(self, promise: Floats, kin: Integers, seat: int, part: Integers) -> None:
        """Add what would no longer be needed if kin in the seat and elsewhere came together."""
        division = self.division
        saving = division.uses.shares(np.maximum(-division.level.points, 0), part)
        here = part == seat
        ours = np.bincount(kin[here], saving[here], minlength=len(kin))
        present = np.bincount(kin[here], minlength=len(kin)) > 0
        theirs = np.flatnonzero((part >= 0) & ~here & present[kin])
        np.add.at(promise, part[theirs], ours[kin[theirs]] + saving[theirs])


def regroup(
    division: Division,
    duals: Floats,
    bound: float,
    plan: Plan,
    settings: Settings,
    groups_per_part: float,
    seed: int = 0,
    for_kin: bool = False,
) -> Plan:
    """Improve a plan until it is near its bound, or the work limit is reached.

    Parameters
    ----------
    division
        What is divided.
    duals : (program's rows,) float64
        Of the joint relaxation.
    bound : float
        Units that no plan exceeds.
    plan
        Where to begin.
    settings
        Gap at which to stop, and the deadline.
    groups_per_part
        Work limit: groups tried, for each part of the program.
    seed
        Of the chance that varies which parts go together.
    for_kin
        Also count what sources save by coming together, where their sets need the same columns.
    """
    parts = _Parts(division, duals, for_kin)
    turn = np.ones(division.parts)
    random = np.random.default_rng(seed)
    size, in_vain = PAIRS, 0
    for _ in range(math.ceil(groups_per_part * division.parts)):
        missing = plan.missing(division)
        if settings.seconds_left() <= 0 or not (missing.any() or is_far(division, plan, bound, settings)):
            break
        loss = parts.loss(plan.chosen)
        part = division.part_of(plan.chosen)
        lost = np.bincount(part[part >= 0], np.maximum(loss[part >= 0], 1.0), division.parts)
        lost = lost + division.penalty * np.bincount(
            division.bidders.sets.part, missing[division.target_row], division.parts
        )
        seat = int((lost * turn).argmax())
        jitter = random.uniform(0.5, 1.0, division.parts)
        group = parts.partners(seat, plan.chosen, loss, jitter)[:size]
        better = _divided_anew(division, parts, duals, plan, group, settings)
        gained = better is not None
        plan = plan if better is None else better
        turn[group] *= GAINED if gained else IN_VAIN
        in_vain = 0 if gained else in_vain + 1
        if in_vain >= division.parts / 2:
            if size == TRIPLES:
                break
            size, in_vain = TRIPLES, 0
            turn[:] = 1.0
    return plan


def loss_of(division: Division, duals: Floats, plan: Plan) -> float:
    """What all sets of a plan together fall short of their sources' best at the given duals."""
    return float(_Parts(division, duals).loss(plan.chosen)[plan.chosen >= 0].sum())


def is_far(division: Division, plan: Plan, bound: float, settings: Settings) -> bool:
    """Whether a plan is farther from a bound than the gap asked for."""
    value = division.program.units(division.level, plan.x(division))
    return bound - value > settings.gap * max(1, abs(value))


def _divided_anew(
    division: Division, parts: _Parts, duals: Floats, plan: Plan, group: Integers, settings: Settings
) -> Plan | None:
    """The plan with a group of parts divided anew; None where nothing is gained."""
    part = division.part_of(plan.chosen)
    members = np.flatnonzero(np.isin(part, group) | (part < 0))
    sets = division.bidders.sets
    blocks = tuple(block for block in sets.blocks if block.part in group)
    inside = replace(parts.bidders, sets=replace(sets, blocks=blocks))
    floor = parts.best - REACH * division.largest
    found = inside.above(parts.value, floor, COLUMNS_PER_SOURCE[len(group)], members)
    choice = with_present(plan, group, members, found.source, found.ids)
    return partitioned(division, duals, parts.best, plan, choice, settings)
