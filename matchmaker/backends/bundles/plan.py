"""A plan of a division: a set for each source, and the columns that are no pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.backends.beside_pairs import at_best
from matchmaker.backends.bundles.division import Division
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Integers

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """A plan of a division, maybe with something missing yet.

    Parameters
    ----------
    chosen : (sources,) int64
        Id of each source's set, -1 for none.
    extra : (extra columns,) int64
        Values of the columns that are no pairs.
    """

    chosen: Integers
    extra: Integers

    def x(self, division: Division) -> Integers:
        """Values of the program's columns."""
        x = np.zeros(division.program.column_count, np.int64)
        has = np.flatnonzero(self.chosen >= 0)
        pairs = division.pairs_of(has, self.chosen[has])
        x[pairs.indices] = 1
        x[division.extra] = self.extra
        return x

    def at_best(self, division: Division, settings: Settings) -> Plan:
        """The same sets with the best values of the columns that are no pairs."""
        if not len(division.extra):
            return self
        x = at_best(division.program, [division.level], self.x(division), settings)
        return replace(self, extra=x[division.extra])

    def _with_needs(self, division: Division) -> Plan:
        """The same sets with the columns that they need, also where rows then do not fit."""
        sources = np.arange(division.sources)
        needed = division.uses.needed(sources, division.part_of(self.chosen))
        extra = self.extra.copy()
        extra[needed[needed >= 0] - division.program.pair_count] = 1
        return replace(self, extra=extra)

    def missing(self, division: Division) -> Integers:
        """Units by which each row of the program is missed, (rows,)."""
        program = division.program
        activity = program.matrix @ self.x(division)
        short = np.maximum(np.where(program.row_lower <= -UNBOUNDED, 0, program.row_lower - activity), 0)
        over = np.maximum(np.where(program.row_upper >= UNBOUNDED, 0, activity - program.row_upper), 0)
        return short + over
