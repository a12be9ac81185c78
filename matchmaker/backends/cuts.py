"""Cuts: rows that every integer plan keeps and the relaxation's point breaks.

Mixed-integer rounding of single rows, in whole numbers throughout (Marchand and Wolsey,
"Aggregation and mixed integer rounding to solve MIPs", Operations Research 49, 2001). A
row Σ a·z ≤ b over whole numbers z ≥ 0 implies, for any divisor d that does not divide b,

    Σ (⌊a/d⌋ + max(0, a mod d − f) / (d − f)) · z ≤ ⌊b/d⌋    with f = b mod d.

Columns are counted from the bound that they are nearer to. Rows of supplies against
needs and of loads against shares are loose exactly where one partner too many would be
taken in part; this is what the rounding cuts away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.formulation import UNBOUNDED, RowSide
from matchmaker.model import Floats, Integers
from matchmaker.program import Program

__all__ = ["Cuts", "rounding_cuts", "with_cuts"]

FRACTIONAL = 1e-6
"""A column farther than this from a whole number is one that the relaxation splits."""

LEAST_DEPTH = 1e-3
"""Distance from the point to the cut below which a cut is not worth a row."""

MOST_DIVISORS = 16

LARGEST_COEFFICIENT = 2**30
"""Rows beyond it are left as they are, so that no product overflows."""


@dataclass(frozen=True)
class Cuts:
    """Rows Σ coefficient · column ≤ upper, deepest first.

    Parameters
    ----------
    matrix : csr_array, shape (cuts, columns), int64
    upper : (cuts,) int64
    """

    matrix: sparse.csr_array
    upper: Integers

    def __len__(self) -> int:
        return len(self.upper)


@dataclass(frozen=True)
class _Row:
    """One row Σ a·x ≤ b, its columns counted from the bound that the point is nearer to."""

    columns: Integers
    coefficient: Integers
    base: Integers
    flipped: NDArray[np.bool_]
    upper: int
    point: Floats


def rounding_cuts(program: Program, x: Floats, most: int) -> Cuts:
    """The deepest cut of each side of each row, at most `most` in all.

    Parameters
    ----------
    program
        No set family. Its rows may themselves be cuts.
    x : (columns,) float64
        The point to be cut off, within the column bounds.
    most
        Number of cuts wanted.
    """
    matrix = program.matrix
    split = np.abs(x - np.rint(x)) > FRACTIONAL
    largest = _row_maxima(matrix)
    # a row of ones has whole numbers on both sides already: rounding gives it back
    touched = np.flatnonzero(
        (_pattern(matrix) @ split.astype(np.int64) > 0) & (largest > 1) & (largest < LARGEST_COEFFICIENT)
    )
    activity = matrix @ x
    found: list[tuple[float, Integers, Integers, int]] = []
    for row in touched.tolist():
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        columns, coefficient = matrix.indices[entries].astype(np.int64), matrix.data[entries]
        divisors = _divisors(coefficient[split[columns]])
        for sign, bound in ((1, program.row_upper[row]), (-1, -program.row_lower[row])):
            if bound >= UNBOUNDED or bound - sign * activity[row] > largest[row]:
                continue
            cut = _deepest(_counted(program, x, columns, sign * coefficient, int(bound)), divisors)
            if cut is not None:
                found.append(cut)
    found.sort(key=lambda cut: -cut[0])
    return _as_rows(found[:most], program.column_count)


def with_cuts(program: Program, cuts: Cuts) -> Program:
    """The same program with the cuts as its last rows."""
    count = len(cuts)
    return replace(
        program,
        matrix=sparse.vstack([program.matrix, cuts.matrix], format="csr"),
        row_lower=np.append(program.row_lower, np.full(count, -UNBOUNDED)),
        row_upper=np.append(program.row_upper, cuts.upper),
        row_side=np.append(program.row_side, np.full(count, RowSide.GENERAL, np.int8)),
    )


def _row_maxima(matrix: sparse.csr_array) -> Integers:
    maxima: Integers = abs(matrix).max(axis=1).toarray().ravel()
    return maxima


def _pattern(matrix: sparse.csr_array) -> sparse.csr_array:
    return sparse.csr_array(
        (np.ones(len(matrix.data), np.int64), matrix.indices, matrix.indptr), shape=matrix.shape
    )


def _divisors(coefficient: Integers) -> Integers:
    """Divisors worth trying: the coefficients of split columns, and one more than each."""
    sizes = np.unique(np.abs(coefficient))
    candidates = np.union1d(np.concatenate([sizes, sizes + 1]), [2, 3])
    candidates = candidates[candidates > 1]
    if len(candidates) > MOST_DIVISORS:
        candidates = candidates[np.linspace(0, len(candidates) - 1, MOST_DIVISORS).astype(np.int64)]
    return candidates


def _counted(program: Program, x: Floats, columns: Integers, coefficient: Integers, bound: int) -> _Row:
    lower, upper, point = program.lower[columns], program.upper[columns], x[columns]
    flipped = point - lower > upper - point
    base = np.where(flipped, upper, lower)
    return _Row(
        columns,
        np.where(flipped, -coefficient, coefficient),
        base,
        flipped,
        bound - int(coefficient @ base),
        np.abs(point - base),
    )


def _deepest(row: _Row, divisors: Integers) -> tuple[float, Integers, Integers, int] | None:
    """(depth, columns, coefficients, upper) of the cut that lies deepest below the point, if any does."""
    divisor = divisors[row.upper % divisors != 0][:, np.newaxis]
    if not len(divisor):
        return None
    # only columns away from their bounds count towards the depth
    away = row.point > 0
    rounded, upper = _rounded(row.coefficient[away], row.upper, divisor)
    length = np.sqrt(np.maximum((rounded.astype(np.float64) ** 2).sum(axis=1), 1.0))
    depth = (rounded @ row.point[away] - upper[:, 0]) / length
    best = int(depth.argmax())
    if depth[best] < LEAST_DEPTH:
        return None
    whole, top = _rounded(row.coefficient, row.upper, divisor[best : best + 1])
    coefficient = np.where(row.flipped, -whole[0], whole[0])
    return float(depth[best]), row.columns, coefficient, int(top[0, 0]) + int(coefficient @ row.base)


def _rounded(coefficient: Integers, upper: int, divisor: Integers) -> tuple[Integers, Integers]:
    """The rounded row for each divisor, shapes (divisors, columns) and (divisors, 1), times d − f."""
    rest = upper % divisor
    factor = divisor - rest
    return factor * (coefficient // divisor) + np.maximum(coefficient % divisor - rest, 0), factor * (
        upper // divisor
    )


def _as_rows(found: list[tuple[float, Integers, Integers, int]], columns: int) -> Cuts:
    none = np.empty(0, np.int64)
    sizes = np.array([len(cut[1]) for cut in found], np.int64)
    matrix = sparse.csr_array(
        (
            np.concatenate([cut[2] for cut in found] or [none]),
            np.concatenate([cut[1] for cut in found] or [none]),
            np.concatenate([[0], np.cumsum(sizes)]),
        ),
        shape=(len(found), columns),
    )
    matrix.eliminate_zeros()
    return Cuts(matrix, np.array([cut[3] for cut in found], np.int64))
