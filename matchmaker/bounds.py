"""Bounds that anyone can recompute: the Lagrangian bound of given row duals, in numpy.

For any duals y, every feasible x fulfils c·x ≤ Σ_i (y_i⁺ upper_i − y_i⁻ lower_i)
+ max over the column bounds (or over the sets of a family) of (c − Aᵀy)·x: weak
duality, whatever gave the duals. No solver is needed to believe it.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from matchmaker.connected_sets import ConnectedSets, connected_sets
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Floats, Integers
from matchmaker.program import Level, Program
from matchmaker.set_family import SetFamily
from matchmaker.set_uses import Uses, no_uses, uses_in
from matchmaker.set_values import IMPOSSIBLE, bidders_of

__all__ = ["best_sets", "lagrangian_bound", "rounded_bound", "usable_duals"]

ROUND_OFF = 2.0**-47
"""Relative error of a sum of a million products, pairwise (Higham, Accuracy and Stability, 2002, §4.2)."""

ROUNDING = 1e-6
"""A level is whole units; a computed bound this much above a whole number is that number."""


def lagrangian_bound(
    program: Program, level: Level, duals: Floats, sets: ConnectedSets | None = None
) -> float:
    """Upper bound on a level's units (constant included) that the row duals prove.

    Parameters
    ----------
    program
        Rows, column bounds and set family.
    level
        What is maximised.
    duals : (rows,) float64
        Any numbers; those with the wrong sign for a one-sided row are taken as 0.
    sets
        The connected sets of the program's family, where they are known already.
    """
    upper_open, lower_open = program.row_upper >= UNBOUNDED, program.row_lower <= -UNBOUNDED
    y = usable_duals(program, duals)
    bound_used = np.where(
        y > 0, np.where(upper_open, 0, program.row_upper), np.where(lower_open, 0, program.row_lower)
    )
    rows = float((y * bound_used).sum())
    if program.family is not None and program.family.graph is not None:
        sets = connected_sets(program.family) if sets is None else sets
    uses = _uses(program, sets)
    reduced = uses.reduced(program, level.points, y)
    if program.family is None:
        columns = float(np.where(reduced > 0, reduced * program.upper, reduced * program.lower).sum())
    else:
        pairs = program.pair_count
        extra = reduced[pairs:]
        columns = float(
            np.where(extra > 0, extra * program.upper[pairs:], extra * program.lower[pairs:]).sum()
        )
        allowed = program.upper[:pairs] > 0
        forced = program.lower[:pairs] > 0
        if program.family.graph is None:
            columns += float(best_sets(program.family, reduced[:pairs], allowed, forced)[0].sum())
        else:
            burden = uses.burden(y)
            columns += _best_connected(program.family, level, reduced[:pairs], allowed, forced, sets, burden)
    return level.constant + rows + columns + _round_off(program, level, y, bound_used)


def _uses(program: Program, sets: ConnectedSets | None) -> Uses:
    """What connected sets need beside their targets; nothing where they are too many to be known."""
    family = program.family
    if family is None or sets is None:
        return no_uses(0, 0)
    return uses_in(program, sets.part[np.searchsorted(sets.targets, family.targets)], sets.parts)


def _best_connected(
    family: SetFamily,
    level: Level,
    value: Floats,
    allowed: np.ndarray,
    forced: np.ndarray,
    sets: ConnectedSets | None,
    burden: Floats | None,
) -> float:
    """At least what the most valuable connected sets of all sources are worth together."""
    shape = 0 if sets is None else level.shape * int(np.abs(sets.shape).max(initial=0))
    most = min(int(family.maximum.max(initial=0)), len(value))
    beside = 0.0 if burden is None else float(np.abs(burden).max(initial=0))
    largest = float(np.abs(value).max(initial=0)) * most + shape + beside
    # too many, or sums that could pass for `IMPOSSIBLE`:
    # without connectedness, and with all neighbours that a set could have
    if sets is None or largest >= -IMPOSSIBLE / 4:
        worth = float(best_sets(replace(family, graph=None), value, allowed, forced)[0].sum())
        sides = 0 if family.shape is None else max(level.shape * family.shape.sides, 0)
        return worth + sides * float((family.maximum * (family.maximum - 1) // 2).sum())
    bidders = replace(bidders_of(family, sets, allowed, forced, float(level.shape)), burden=burden)
    best = bidders.or_nothing(bidders.worth(bidders.dense(value), exact=True))
    if bool((best < IMPOSSIBLE / 2).any()):
        return -np.inf
    return float(best.sum()) + ROUND_OFF * (shape + beside) * len(best)


def usable_duals(program: Program, duals: Floats) -> Floats:
    """The duals with 0 for those whose sign calls on a bound that the row does not have."""
    upper_open, lower_open = program.row_upper >= UNBOUNDED, program.row_lower <= -UNBOUNDED
    return np.where((upper_open & (duals > 0)) | (lower_open & (duals < 0)), 0.0, duals)


def _round_off(program: Program, level: Level, duals: Floats, bound_used: Floats) -> float:
    """More than floating point can have lost: large duals that cancel must not lower the bound."""
    span = np.maximum(np.abs(program.lower), np.abs(program.upper))
    terms = np.abs(level.points) + abs(program.matrix).T @ np.abs(duals)
    return ROUND_OFF * float(np.abs(duals * bound_used).sum() + (terms * span).sum())


def rounded_bound(bound: float) -> int:
    """The greatest whole number of units that a computed bound allows; ±2⁶² for an infinite one."""
    if not math.isfinite(bound):
        return -(2**62) if bound < 0 else 2**62
    return math.floor(bound + ROUNDING)


def best_sets(
    family: SetFamily, value: Floats, allowed: np.ndarray, forced: np.ndarray
) -> tuple[Floats, Integers, np.ndarray]:
    """For each source its most valuable set: one part, any targets of it, size within bounds.

    Parameters
    ----------
    family
        Without a graph: `matchmaker.set_values` knows connected sets.
    value : (pairs,) float64
        Value of each pair.
    allowed, forced : (pairs,) bool
        Pairs that may, and that must, be in the source's set.

    Returns
    -------
    value : (sources,) float64
        −inf where a source has no set at all.
    part : (sources,) int64
        The part chosen, -1 for an empty set.
    chosen : (pairs,) bool
        The pairs of the sets.
    """
    if family.graph is not None:
        raise NotImplementedError("sets that must be connected are not priced here")
    sources = len(family.minimum)
    # forced pairs first, forbidden ones last, the rest by value: then a set is a prefix
    rank_value = np.where(forced, np.inf, np.where(allowed, value, -np.inf))
    order = np.lexsort((-rank_value, family.part, family.sources))
    source, part = family.sources[order], family.part[order]
    new = np.empty(len(order), bool)
    new[:1] = True
    new[1:] = (source[1:] != source[:-1]) | (part[1:] != part[:-1])
    start = np.flatnonzero(new)
    group = np.cumsum(new) - 1
    place = np.arange(len(order)) - start[group]
    own = source[start]
    size_allowed = np.bincount(group, allowed[order], len(start)).astype(np.int64)
    must = np.bincount(group, forced[order], len(start)).astype(np.int64)
    gain = np.bincount(group, (allowed[order] & (value[order] > 0)) | forced[order], len(start)).astype(
        np.int64
    )
    size = np.minimum(np.clip(gain, family.minimum[own], family.maximum[own]), size_allowed)
    taken = place < size[group]
    worth = np.bincount(group, np.where(taken, np.where(taken, value[order], 0), 0), len(start))
    forced_per_source = np.bincount(own, must, sources).astype(np.int64)
    impossible = (size < family.minimum[own]) | (size < must) | (must < forced_per_source[own])
    worth = np.where(impossible, -np.inf, worth)
    best = np.full(sources, -np.inf)
    np.maximum.at(best, own, worth)
    # a source that may stay without targets compares with the empty set
    empty = (family.minimum == 0) & (forced_per_source == 0) & (best < 0)
    best[empty] = 0.0
    winner = np.full(sources, len(start), np.int64)
    at_best = np.flatnonzero((worth == best[own]) & ~empty[own] & ~impossible)
    np.minimum.at(winner, own[at_best], at_best)
    has = winner < len(start)
    chosen_part = np.full(sources, -1, np.int64)
    chosen_part[has] = part[start[winner[has]]]
    is_winner = np.zeros(len(start) + 1, bool)
    is_winner[winner[has]] = True
    chosen = np.zeros(len(order), bool)
    chosen[order] = taken & is_winner[group]
    return best, chosen_part, chosen
