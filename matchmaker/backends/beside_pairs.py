"""The columns that are no pairs, at their best for the pairs that were chosen.

A search that stops early may leave a shortfall larger than it is, or a place used that
nobody is in. What a plan is worth is a matter of its pairs alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.backends.restricted import solve_restricted
from matchmaker.model import Integers
from matchmaker.program import Level, Program

__all__ = ["at_best"]

EFFORT = 10.0
"""Work limit a level, in deterministic seconds: with all pairs given hardly anything is left."""


def at_best(program: Program, levels: Sequence[Level], x: Integers, settings: Settings) -> Integers:
    """The plan with the best values of its columns that are no pairs, level by level.

    Parameters
    ----------
    program
        Its rows; set families and preferences do not matter, as pairs stay.
    levels
        What the values are chosen by, the most important first.
    x : (columns,) int64
        The plan. Rows over pairs alone may be broken; where no values fit at all, it stays as it is.
    """
    free = np.arange(program.column_count) >= program.pair_count
    free &= program.lower < program.upper
    kept = program.matrix[:, np.flatnonzero(free)]
    rows = np.flatnonzero(np.diff(kept.tocsr().indptr))
    if not len(rows) and not free.any():
        return x
    inner = replace(
        program,
        lower=np.where(free, program.lower, x),  # pairs stay, even where the plan lacks a pinned one
        upper=np.where(free, program.upper, x),
        matrix=program.matrix[rows],
        row_lower=program.row_lower[rows],
        row_upper=program.row_upper[rows],
        row_side=program.row_side[rows],
        family=None,
        preferences=None,
    )
    exact = replace(settings, gap=0.0, deadline=None)
    for level in levels:
        if not level.points[free].any():
            continue
        level = replace(level, shape=0)
        found = solve_restricted(inner, level, free, x, None, exact, EFFORT).x
        if found is None:
            break
        x = found
        inner = inner.keeping(level, level.units(x))
    return x
