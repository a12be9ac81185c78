"""What sets need beside their targets: columns that any set of a source in some part needs.

A rule that wants sister sources in one place writes a boolean for each group and place, and
rows Σ pairs ≤ times · boolean, one for each source and place. To a source that takes one set
of one part such a row says more than its sum: any set there needs the boolean, whole. Seen so
(a set counts 1, however large it is) the relaxation loses little; as sums it loses nearly all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Floats, Integers
from matchmaker.program import Program

__all__ = ["Uses", "no_uses", "uses_in"]


@dataclass(frozen=True)
class Uses:
    """The columns that sets need, and the rows that say so.

    Parameters
    ----------
    rows : (rows,) int64
        Rows of the program, ascending. None says anything else.
    column : (rows,) int64
        The column of the program that the sets of each row need.
    row_of : (sources, parts) int64
        Position in `rows` of what is said of a source's sets in a part; -1 for nothing.
    """

    rows: Integers
    column: Integers
    row_of: Integers

    def __bool__(self) -> bool:
        return len(self.rows) > 0

    def needed(self, source: Integers, part: Integers) -> Integers:
        """Column that the source's sets in the part need, -1 for none (or part -1); shape as given."""
        row = np.where(part >= 0, self.row_of[source, np.maximum(part, 0)], -1)
        return np.append(self.column, -1)[row]

    def shares(self, cost: Floats | Integers, part: Integers) -> Floats:
        """Of the cost of the column that each source's set needs, the source's share, (sources,).

        Parameters
        ----------
        cost : (columns,)
            Of the program's columns.
        part : (sources,) int64
            Where each source has its set, -1 for none; those that need the same column share its cost.
        """
        needed = self.needed(np.arange(len(part)), part)
        users = np.bincount(needed + 1, minlength=len(cost) + 1)[needed + 1]
        share: Floats = np.where(needed >= 0, cost[needed], 0) / users
        return share

    def kin(self) -> Integers:
        """A number for each source, the same for those that may need the same columns, (sources,)."""
        sources = len(self.row_of)
        source, part = np.nonzero(self.row_of >= 0)
        column = sources + self.column[self.row_of[source, part]]
        size = int(column.max(initial=sources)) + 1
        graph = sparse.coo_array((np.ones(len(source), np.int8), (source, column)), shape=(size, size))
        _, number = sparse.csgraph.connected_components(graph, directed=False)
        return number[:sources].astype(np.int64)

    def rows_over(self, source: Integers, part: Integers) -> sparse.csr_array:
        """The rows over the given sets: 1 where a set needs the row's column, (rows, n).

        Parameters
        ----------
        source, part : (n,) int64
            Of each set.
        """
        row = self.row_of[source, part]
        needing = np.flatnonzero(row >= 0)
        ones = np.ones(len(needing), np.int64)
        return sparse.csr_array((ones, (row[needing], needing)), shape=(len(self.rows), len(source)))

    def burden(self, duals: Floats) -> Floats | None:
        """What each source's sets in each part lose at the given duals of all rows, (sources, parts).

        None where they lose nothing anywhere.
        """
        own = np.append(duals[self.rows], 0.0)
        return own[self.row_of] if own.any() else None

    def reduced(self, program: Program, points: Floats | Integers, duals: Floats) -> Floats:
        """Points of the program's columns minus what they use of the rows, a set's need counting 1.

        Without what sets lose by `burden`; (columns,).
        """
        plain = duals.copy()
        plain[self.rows] = 0.0
        reduced: Floats = points - program.matrix.T @ plain
        np.add.at(reduced, self.column, duals[self.rows])
        return reduced


def no_uses(sources: int, parts: int) -> Uses:
    """Uses of a program whose sets need nothing."""
    nothing = np.empty(0, np.int64)
    return Uses(nothing, nothing, np.full((sources, parts), -1, np.int64))


def uses_in(program: Program, part_of_pair: Integers, parts: int) -> Uses:
    """The uses in a program with a set family.

    Parameters
    ----------
    program
        Each source takes one set of one part.
    part_of_pair : (pairs,) int64
        Position of each pair's part.
    parts : int
        Number of parts.
    """
    family = program.family
    assert family is not None
    cells = len(family.minimum) * parts
    needed = _needed(program)
    row = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    entry = np.flatnonzero((needed[row] >= 0) & (program.matrix.indices < program.pair_count))
    row, pair = row[entry], program.matrix.indices[entry]
    cell = family.sources[pair] * parts + part_of_pair[pair]
    whole = np.bincount(family.sources * parts + part_of_pair, minlength=cells)
    first, last = np.full(cells, program.row_count), np.full(cells, -1, np.int64)
    np.minimum.at(first, cell, row)
    np.maximum.at(last, cell, row)
    # one row has all pairs of the source in the part
    good = (np.bincount(cell, minlength=cells) == whole) & (first == last)
    told = needed >= 0
    while True:  # a row is about sets in all its parts, or stays a row like others
        told[row[~good[cell]]] = False
        lost = good[cell] & ~told[row]
        if not lost.any():
            break
        good[cell[lost]] = False
    rows = np.flatnonzero(told)
    row_of = np.where(good, np.searchsorted(rows, last), -1).astype(np.int64)
    return Uses(rows, needed[rows], row_of.reshape(-1, parts))


def _needed(program: Program) -> Integers:
    """Column that a row lets one source's pairs need, Σ pairs ≤ times · column; -1 for other rows."""
    family, pairs, matrix = program.family, program.pair_count, program.matrix
    assert family is not None
    rows = program.row_count
    row = np.repeat(np.arange(rows), np.diff(matrix.indptr))
    is_pair = matrix.indices < pairs
    is_told = (program.row_upper == 0) & (program.row_lower <= -UNBOUNDED)
    is_told &= np.bincount(row[~is_pair], minlength=rows) == 1
    is_told[row[is_pair & (matrix.data != 1)]] = False
    at, owner = row[is_pair], family.sources[matrix.indices[is_pair]]
    first, last = np.full(rows, len(family.minimum)), np.full(rows, -1, np.int64)
    np.minimum.at(first, at, owner)
    np.maximum.at(last, at, owner)
    is_told &= first == last
    needed = np.full(rows, -1, np.int64)
    beside = np.flatnonzero(~is_pair & is_told[row])
    column, its = matrix.indices[beside], row[beside]
    # no set is larger than the row lets it be when the column is 1
    most = np.minimum(np.bincount(at, minlength=rows)[its], family.maximum[last[its]])
    fits = (-matrix.data[beside] >= most) & (program.lower[column] >= 0) & (program.upper[column] == 1)
    needed[its[fits]] = column[fits]
    return needed
