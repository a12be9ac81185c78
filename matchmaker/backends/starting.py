"""From an earlier plan to one that a program allows: as few other pairs as possible, the rest at its best."""

from __future__ import annotations

import numpy as np

from matchmaker.backends.base import Settings, Start
from matchmaker.backends.restricted import is_safe, solve_restricted
from matchmaker.expansion import expanded_values
from matchmaker.model import Integers
from matchmaker.program import Level, Program

__all__ = ["begin"]

COMPLETING, REPAIRING = 0.02, 0.1
"""Shares of the work limit for the columns beside the pairs, and for pairs that must be others."""


def begin(program: Program, flat: Program, start: Start, settings: Settings) -> Integers | None:
    """A plan of `flat` near an earlier one; None where none is found soon.

    Parameters
    ----------
    program, flat
        The program, and the same with what is not flat written as rows.
    start
        The earlier plan's pairs.
    settings
        Work limit and deadline.

    Returns
    -------
    (columns of `flat`,) int64 or None
        Breaks no row.
    """
    x = np.zeros(program.column_count, np.int64)
    x[: program.pair_count] = start.pairs
    x = expanded_values(program, x)
    if not len(flat.violations(x)):
        return x
    if not program.is_flat or not is_safe(flat):
        return None
    x = np.clip(x, flat.lower, flat.upper)
    completed = _completed(flat, x, settings)
    return _repaired(flat, x, settings) if completed is None else completed


def _completed(flat: Program, x: Integers, settings: Settings) -> Integers | None:
    """The pairs as they are, the other columns at their best for the first level."""
    level = flat.levels[0] if flat.levels else Level(np.zeros(flat.column_count, np.int64), 0, 1.0)
    beside = np.arange(flat.column_count) >= flat.pair_count
    effort = settings.effort * COMPLETING
    return solve_restricted(flat, level, beside, x, None, settings, effort).x


def _repaired(flat: Program, x: Integers, settings: Settings) -> Integers | None:
    """As many of the pairs as the program allows."""
    points = np.zeros(flat.column_count, np.int64)
    points[: flat.pair_count] = x[: flat.pair_count]
    everything = np.ones(flat.column_count, bool)
    effort = settings.effort * REPAIRING
    kept = solve_restricted(flat, Level(points, 0, 1.0), everything, x, x, settings, effort).x
    return None if kept is None else _completed(flat, kept, settings)
