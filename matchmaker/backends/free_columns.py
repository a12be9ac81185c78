"""A program over some of its columns, the others resting at given values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Integers
from matchmaker.program import Level, Program

__all__ = ["FreeColumns", "free_columns"]


@dataclass(frozen=True)
class FreeColumns:
    """The smaller program, and the way back.

    Parameters
    ----------
    program : Program
        All rows, only the free columns; no levels.
    level : Level
        Its constant includes what the resting columns give.
    columns : (free,) int64
        Their positions in the whole.
    resting : (columns,) int64
        Values of the whole, 0 for free columns.
    """

    program: Program
    level: Level
    columns: Integers
    resting: Integers

    def whole(self, x: Integers) -> Integers:
        """Values of all columns, given those of the free ones."""
        found = self.resting.copy()
        found[self.columns] = x
        return found


def free_columns(program: Program, level: Level, free: NDArray[np.bool_], resting: Integers) -> FreeColumns:
    """Take the resting columns out of a program without a set family.

    Parameters
    ----------
    program, level
        The whole.
    free : (columns,) bool
    resting : (columns,) int64
        Values of the columns that are not free.
    """
    columns = np.flatnonzero(free)
    rest = np.where(free, 0, resting)
    base = program.matrix @ rest
    inner = replace(
        program,
        pair_count=int(np.searchsorted(columns, program.pair_count)),
        lower=program.lower[columns],
        upper=program.upper[columns],
        matrix=program.matrix[:, columns].tocsr(),
        row_lower=np.where(program.row_lower <= -UNBOUNDED, -UNBOUNDED, program.row_lower - base),
        row_upper=np.where(program.row_upper >= UNBOUNDED, UNBOUNDED, program.row_upper - base),
        levels=(),
    )
    constant = level.constant + int(level.points @ rest)
    return FreeColumns(inner, replace(level, points=level.points[columns], constant=constant), columns, rest)
