"""The neutral integer program: plain arrays, the only door to a solver.

A backend accepts a `Program` or not; it cuts into components, and another process can take it.
Every program is a maximisation of levels, one after the other, in integers. Rules write it
through a `matchmaker.formulation.Formulation`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.model import Integers
from matchmaker.preferences import Preferences, blocking, preferences_of
from matchmaker.rows import UNBOUNDED, RowSide
from matchmaker.set_family import SetFamily, family_of, in_one_part, in_one_piece, shape_points

__all__ = ["Level", "Program"]


@dataclass(frozen=True)
class Level:
    """One level of the objective as integers: value = scale · (constant + points @ x + shape · Σ shapes).

    Parameters
    ----------
    points : (columns,) int64
        Coefficients, divided by their greatest common divisor.
    constant : int
        What every plan has.
    scale : float
        Points per unit: the smallest step by which the level can change.
    is_tie_break : bool
        True for the last step, which only chooses among equals.
    shape : int
        Units for each hundredth of a point of the sets' shapes (`shape_points`).
    """

    points: Integers
    constant: int
    scale: float
    is_tie_break: bool = False
    shape: int = 0

    def units(self, x: Integers) -> int:
        """The level's value in its own integer units, without shapes: `Program.units` has them."""
        return int(self.constant + self.points @ x)


@dataclass(frozen=True)
class Program:
    """An integer program in plain arrays; columns 0 … pair_count-1 are the pairs.

    Parameters
    ----------
    pair_count : int
        Number of pair columns, all of them booleans.
    lower, upper : (columns,) int64
        Bounds of the columns, fixings included.
    matrix : csr_array, shape (rows, columns), int64
        Coefficients.
    row_lower, row_upper : (rows,) int64
        Bounds of the rows; beyond ±`UNBOUNDED` there is none.
    row_side : (rows,) int8
        `RowSide` of each row.
    levels : tuple of Level
        Objective, first level first; maximised.
    family : SetFamily or None
        Sources that take sets, restricted to this program's pairs.
    preferences : Preferences or None
        Both sides' preferences, restricted likewise, where the plan must be stable.
    """

    pair_count: int
    lower: Integers
    upper: Integers
    matrix: sparse.csr_array
    row_lower: Integers
    row_upper: Integers
    row_side: NDArray[np.int8]
    levels: tuple[Level, ...]
    family: SetFamily | None = None
    preferences: Preferences | None = None

    @property
    def is_flat(self) -> bool:
        """Whether columns and rows say all that there is to say."""
        return self.family is None and self.preferences is None

    @property
    def column_count(self) -> int:
        """Pairs and auxiliary columns together."""
        return len(self.lower)

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self.row_lower)

    def violations(self, x: Integers) -> Integers:
        """Positions of the rows that `x` breaks; column bounds count as row -1.

        So do sets that may not be, and pairs that block.
        """
        activity = self.matrix @ x
        broken = np.flatnonzero((activity < self.row_lower) | (activity > self.row_upper))
        if bool(((x < self.lower) | (x > self.upper)).any()):
            broken = np.append(broken, -1)
        if self.family is not None:
            pairs = x[: self.pair_count]
            if not (in_one_part(self.family, pairs) and in_one_piece(self.family, pairs)):
                broken = np.append(broken, -1)
        if self.preferences is not None and blocking(self.preferences, x[: self.pair_count]).any():
            broken = np.append(broken, -1)
        return broken.astype(np.int64)

    def units(self, level: Level, x: Integers) -> int:
        """A level's value in its own integer units, the shapes of the sets included."""
        units = level.units(x)
        if level.shape and self.family is not None:
            units += level.shape * int(shape_points(self.family, x[: self.pair_count]).sum())
        return units

    def components(self) -> list[tuple[Integers, Integers]]:
        """Columns and rows of each independent part, by first column.

        Columns that no row touches come last, together, as one component: each of them
        is decided by its own points.
        """
        rows, columns = self.row_count, self.column_count
        row_of = np.repeat(np.arange(rows), np.diff(self.matrix.indptr))
        links: list[tuple[Integers, Integers]] = [
            (row_of.astype(np.int64), rows + self.matrix.indices.astype(np.int64))
        ]
        size = rows + columns
        if self.family is not None:
            # all columns of one source hang together through its set
            links.append((size + self.family.sources, rows + np.arange(self.pair_count)))
            size += len(self.family.minimum)
        if self.preferences is not None:  # all pairs of a row of either side: each may block the others
            for row in (self.preferences.sources, self.preferences.targets):
                links.append((size + row, rows + np.arange(self.pair_count)))
                size += int(row.max(initial=-1)) + 1
        here = np.concatenate([link[0] for link in links])
        there = np.concatenate([link[1] for link in links])
        graph = sparse.coo_array((np.ones(len(here), np.int8), (here, there)), shape=(size, size))
        _, found = sparse.csgraph.connected_components(graph, directed=False)
        labels = found.astype(np.int64)
        row_label, column_label = labels[:rows], labels[rows : rows + columns].copy()
        free = np.bincount(self.matrix.indices, minlength=columns) == 0
        if not self.is_flat:
            free[: self.pair_count] = False
        column_label[free] = size
        return _grouped(column_label, row_label)

    def split(self) -> list[tuple[Integers, Integers, Program]]:
        """The independent parts: (columns, rows, program) each; constants stay with the whole."""
        groups = self.components()
        column_order = np.concatenate([columns for columns, _ in groups] or [np.empty(0, np.int64)])
        row_order = np.concatenate([rows for _, rows in groups] or [np.empty(0, np.int64)])
        # one permutation of the whole matrix, then every part is a contiguous slice
        new_place = np.empty(self.column_count, np.int64)
        new_place[column_order] = np.arange(self.column_count)
        matrix = self.matrix[row_order]
        moved = new_place[matrix.indices]
        parts, column, row = [], 0, 0
        for columns, rows in groups:
            start, end = matrix.indptr[row], matrix.indptr[row + len(rows)]
            inner = sparse.csr_array(
                (
                    matrix.data[start:end],
                    moved[start:end] - column,
                    matrix.indptr[row : row + len(rows) + 1] - start,
                ),
                shape=(len(rows), len(columns)),
            )
            parts.append((columns, rows, self._part(columns, rows, inner)))
            column, row = column + len(columns), row + len(rows)
        return parts

    def only(self, columns: Integers) -> Program:
        """The same rows over some of the columns, the others resting at 0; constants stay with the whole."""
        rows = np.arange(self.row_count)
        return self._part(columns, rows, self.matrix[:, columns].tocsr())

    def _part(self, columns: Integers, rows: Integers, matrix: sparse.csr_array) -> Program:
        pairs = int(np.searchsorted(columns, self.pair_count))
        return Program(
            pair_count=pairs,
            lower=self.lower[columns],
            upper=self.upper[columns],
            matrix=matrix,
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
            row_side=self.row_side[rows],
            levels=tuple(replace(level, points=level.points[columns], constant=0) for level in self.levels),
            family=None if self.family is None else family_of(self.family, columns[:pairs]),
            preferences=None
            if self.preferences is None
            else preferences_of(self.preferences, columns[:pairs]),
        )

    def keeping(self, level: Level, units: int) -> Program:
        """The same program with one more row: the level's value stays at least `units`.

        Raises
        ------
        ValueError
            For a level that counts shapes: only the expanded program has columns for them.
        """
        if level.shape:
            raise ValueError("a level that counts the shapes of sets is kept by the expanded program only")
        return self._with_row(level.points, units - level.constant, int(UNBOUNDED))

    def with_at_most(self, columns: Integers, count: int) -> Program:
        """The same program with one more row: of some columns at most `count` are taken together."""
        coefficients = np.zeros(self.column_count, np.int64)
        coefficients[columns] = 1
        return self._with_row(coefficients, -int(UNBOUNDED), count)

    def _with_row(self, coefficients: Integers, lower: int, upper: int) -> Program:
        row = sparse.csr_array(coefficients[np.newaxis, :])
        return replace(
            self,
            matrix=sparse.vstack([self.matrix, row], format="csr"),
            row_lower=np.append(self.row_lower, lower),
            row_upper=np.append(self.row_upper, upper),
            row_side=np.append(self.row_side, np.int8(RowSide.GENERAL)),
        )


def _grouped(column_label: Integers, row_label: Integers) -> list[tuple[Integers, Integers]]:
    labels, columns = np.unique(column_label, return_inverse=True)
    order = np.argsort(columns, kind="stable")
    cuts = np.searchsorted(columns[order], np.arange(1, len(labels)))
    groups = np.split(order, cuts) if len(labels) else []
    row_order = np.argsort(row_label, kind="stable")
    starts = np.searchsorted(row_label[row_order], labels)
    ends = np.searchsorted(row_label[row_order], labels, side="right")
    parts = [
        (np.sort(group), np.sort(row_order[start:end]))
        for group, start, end in zip(groups, starts, ends, strict=True)
    ]
    empty = np.setdiff1d(row_label, labels)
    if len(empty):  # rows without columns: 0 must lie in their bounds, whoever solves says so
        parts.append((np.empty(0, np.int64), np.flatnonzero(np.isin(row_label, empty))))
    return sorted(parts, key=lambda part: int(part[0][0]) if len(part[0]) else 2**62)
