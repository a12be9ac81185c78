"""Rows of a program in the making: blocks of triples over numbered columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from scipy import sparse

from matchmaker.model import Integers

__all__ = ["UNBOUNDED", "Extension", "RowSide"]

UNBOUNDED = np.int64(2**60)
"""A row bound of this size or more means: no bound."""

Entries = tuple[Integers, Integers, "int | Integers"]
"""Row within the block, column, coefficient."""


class RowSide(IntEnum):
    """Which side's degrees a row limits; `GENERAL` rows limit anything else."""

    SOURCE = 0
    TARGET = 1
    GENERAL = 2


@dataclass
class Extension:
    """Columns and rows to be added to a program, block by block.

    Parameters
    ----------
    first : int
        Number of the first new column: how many the program has.
    """

    first: int
    _upper: list[Integers] = field(default_factory=list)
    _worth: list[Integers] = field(default_factory=list)
    _rows: list[tuple[Integers, Integers, Integers]] = field(default_factory=list)
    _row_lower: list[Integers] = field(default_factory=list)
    _row_upper: list[Integers] = field(default_factory=list)

    @property
    def column_count(self) -> int:
        """The program's columns and the new ones."""
        return self.first + sum(len(block) for block in self._upper)

    @property
    def row_count(self) -> int:
        """Number of new rows."""
        return sum(len(block) for block in self._row_lower)

    def columns(self, upper: Integers, worth: int | Integers = 0) -> Integers:
        """New columns from 0 to `upper`, and what a unit of each is worth; returns their numbers."""
        first = self.column_count
        self._upper.append(np.asarray(upper, np.int64))
        self._worth.append(np.broadcast_to(np.asarray(worth, np.int64), upper.shape))
        return np.arange(first, first + len(upper), dtype=np.int64)

    def rows(
        self,
        count: int,
        *entries: Entries,
        lower: np.int64 | int | Integers = -UNBOUNDED,
        upper: np.int64 | int | Integers = UNBOUNDED,
    ) -> None:
        """`count` new rows, lower ≤ Σ coefficient · column ≤ upper."""
        first = self.row_count
        for row, column, coefficient in entries:
            value = np.broadcast_to(np.asarray(coefficient, np.int64), row.shape)
            self._rows.append((row + first, column, value))
        self._row_lower.append(np.broadcast_to(np.asarray(lower, np.int64), (count,)))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, np.int64), (count,)))

    @property
    def upper(self) -> Integers:
        """Upper bounds of the new columns."""
        return _joined(self._upper)

    @property
    def worth(self) -> Integers:
        """What a unit of each new column is worth."""
        return _joined(self._worth)

    @property
    def row_bounds(self) -> tuple[Integers, Integers]:
        """Lower and upper bounds of the new rows."""
        return _joined(self._row_lower), _joined(self._row_upper)

    def matrix(self) -> sparse.csr_array:
        """Coefficients of the new rows over all columns."""
        row, column, value = (_joined([block[part] for block in self._rows]) for part in range(3))
        return sparse.csr_array((value, (row, column)), shape=(self.row_count, self.column_count))


def _joined(blocks: list[Integers]) -> Integers:
    return np.concatenate([np.empty(0, np.int64), *blocks]).astype(np.int64)
