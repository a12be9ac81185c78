"""Columns, rows and levels added to a program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from matchmaker.formulation import UNBOUNDED, RowSide
from matchmaker.model import Integers
from matchmaker.program import Level, Program

__all__ = ["Added"]


class Added:
    """Columns, entries and rows that are added to a program."""

    def __init__(self, inner: Program) -> None:
        self._inner = inner
        self._upper: list[Integers] = []
        self._triples: list[tuple[Integers, Integers, Integers]] = []
        self._bounds: list[Integers] = []

    @property
    def _width(self) -> int:
        return self._inner.column_count + sum(len(one) for one in self._upper)

    @property
    def _height(self) -> int:
        return self._inner.row_count + sum(len(one) for one in self._bounds)

    def columns(self, upper: Integers) -> Integers:
        """New columns from 0; returns their numbers."""
        first = self._width
        self._upper.append(np.asarray(upper, np.int64))
        return np.arange(first, first + len(upper), dtype=np.int64)

    def entries(self, row: Integers, column: Integers, value: Integers) -> None:
        """Coefficients in rows that are there."""
        self._triples.append((row, column, value))

    def rows(self, count: int, *entries: tuple[Integers, Integers, int], lower: Integers | int) -> None:
        """New rows, lower ≤ Σ coefficient · column."""
        first = self._height
        for row, column, value in entries:
            self._triples.append((row + first, column, np.full(len(row), value, np.int64)))
        self._bounds.append(np.broadcast_to(np.asarray(lower, np.int64), (count,)).astype(np.int64))

    def level(self, columns: Integers, points: Integers) -> Level:
        """A level of points; it is widened once all columns are there."""
        whole = np.zeros(self._width, np.int64)
        np.add.at(whole, columns, points)
        return Level(whole, 0, 1.0)

    def program(self, before: list[Level], few: list[Level]) -> Program:
        """The program with its levels between those given and the step that breaks ties."""
        inner, width = self._inner, self._width
        lower_of_new = np.concatenate([np.empty(0, np.int64), *self._bounds])
        row, column, value = (
            np.concatenate([np.empty(0, np.int64), *(one[part] for one in self._triples)])
            for part in range(3)
        )
        old = inner.matrix.tocoo()
        matrix = sparse.csr_array(
            (
                np.concatenate([old.data, value]),
                (np.concatenate([old.coords[0], row]), np.concatenate([old.coords[1], column])),
            ),
            shape=(self._height, width),
        )
        matrix.sum_duplicates()
        upper = np.concatenate([inner.upper, *self._upper])
        *own, tie = inner.levels
        levels = tuple(
            replace(
                level, points=np.concatenate([level.points, np.zeros(width - len(level.points), np.int64)])
            )
            for level in (*before, *own, *few, tie)
        )
        return replace(
            inner,
            lower=np.concatenate([inner.lower, np.zeros(width - inner.column_count, np.int64)]),
            upper=upper,
            matrix=matrix,
            row_lower=np.concatenate([inner.row_lower, lower_of_new]),
            row_upper=np.concatenate([inner.row_upper, np.full(len(lower_of_new), UNBOUNDED, np.int64)]),
            row_side=np.concatenate([inner.row_side, np.full(len(lower_of_new), RowSide.GENERAL, np.int8)]),
            levels=levels,
        )
