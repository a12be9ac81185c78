"""The relaxation with cuts: a lower bound on what any plan must lose, and better reduced costs.

Rounds of rounding cuts and linear programs over few columns (sifting): the columns of
least reduced cost, and those that the prices of the cuts make attractive. The bound is
the Lagrangian bound over all columns, so that what the linear programs leave out is
never taken on trust.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.backends.base import Settings
from matchmaker.backends.cuts import rounding_cuts, with_cuts
from matchmaker.backends.relaxation import Relaxation, relax_some
from matchmaker.bounds import lagrangian_bound, usable_duals
from matchmaker.model import Floats, Integers
from matchmaker.program import Level, Program

__all__ = ["ROUNDS", "Tightened", "tighten"]

ROUNDS = 10

MOST_CUTS = 300
"""Cuts a round."""

COLUMNS_PER_ROW = 3
"""Pairs in the linear programs, for each row: a basis has one column a row."""

LEAST_GAIN = 3e-6
"""A round that lowers the bound by less than this part of it is the last."""

IDLE = 1e-9
"""Cuts whose price is not above this are dropped again."""


@dataclass(frozen=True)
class Tightened:
    """What the relaxation and its cuts say of one level.

    Parameters
    ----------
    bound : float
        Units (constant included) that no plan exceeds.
    reduced : (columns,) float64
        A plan with a column away from the bound it prefers loses at least |reduced| a unit
        against `bound`.
    resting : (columns,) int64
        That bound.
    timed_out : bool
        The deadline came before the last round.
    """

    bound: float
    reduced: Floats
    resting: Integers
    timed_out: bool = False


def tighten(
    program: Program, level: Level, relaxation: Relaxation, settings: Settings, rounds: int = ROUNDS
) -> Tightened:
    """Add cuts to a solved relaxation until they gain little.

    Parameters
    ----------
    program, level
        No set family.
    relaxation
        Of this program and level.
    settings
        The deadline.
    rounds
        Of cuts at most; none gives the relaxation as it is.
    """
    best = _judged(program, level, relaxation.duals)
    # columns without a choice of pairs (shortfalls, segments) are few, and cuts move them
    free = np.arange(program.column_count) >= program.pair_count
    free |= _nearest(relaxation.reduced, COLUMNS_PER_ROW * program.row_count)
    free |= relaxation.x != np.rint(relaxation.x)
    resting = np.rint(relaxation.x).astype(np.int64)
    strengthened, x, duals = program, relaxation.x, relaxation.duals
    for _ in range(rounds):
        cuts = rounding_cuts(strengthened, x, MOST_CUTS)
        if not len(cuts):
            break
        strengthened = with_cuts(_without_idle(strengthened, program.row_count, duals), cuts)
        try:
            found = _sifted(strengthened, level, free, resting, settings)
        except TimeoutError:
            return replace(best, timed_out=True)
        if found is None:  # the cuts have shown that there is no plan; whoever searches will say so
            break
        x, duals = found.x, found.duals
        one = _judged(strengthened, level, duals)
        gain = best.bound - one.bound
        best = one if gain > 0 else best
        if gain < LEAST_GAIN * abs(best.bound):
            break
    return best


def _sifted(
    program: Program, level: Level, free: NDArray[np.bool_], resting: Integers, settings: Settings
) -> Relaxation | None:
    """Solve over the free columns; columns that turn out attractive become free (in place)."""
    while True:
        found = relax_some(program, level, free, resting, settings.seconds_left())
        if found is None:
            if bool(free.all()):
                return None
            free[:] = True
            continue
        attractive = np.where(found.reduced > 0, program.upper, program.lower) != resting
        attractive &= ~free & (np.abs(found.reduced) > IDLE)
        missed = float(np.abs(found.reduced[attractive]).sum())
        free |= attractive
        if missed <= LEAST_GAIN * abs(found.value):
            return found


def _judged(program: Program, level: Level, duals: Floats) -> Tightened:
    reduced = level.points - program.matrix.T @ usable_duals(program, duals)
    return Tightened(
        lagrangian_bound(program, level, duals), reduced, np.where(reduced > 0, program.upper, program.lower)
    )


def _nearest(reduced: Floats, count: int) -> NDArray[np.bool_]:
    """The columns of least absolute reduced cost, `count` of them and those equal to the last."""
    loss = np.abs(reduced)
    if count >= len(loss):
        return np.ones(len(loss), bool)
    nearest: NDArray[np.bool_] = loss <= np.partition(loss, count)[count]
    return nearest


def _without_idle(program: Program, own_rows: int, duals: Floats) -> Program:
    """The program without the cuts that cost nothing; its own rows come first and stay."""
    kept = (np.arange(program.row_count) < own_rows) | (np.abs(duals) > IDLE)
    return replace(
        program,
        matrix=program.matrix[kept],
        row_lower=program.row_lower[kept],
        row_upper=program.row_upper[kept],
        row_side=program.row_side[kept],
    )
