"""Rows that no choice can fulfil, each looked at alone: a floor that all who may come cannot fill.

For each row the least and the greatest sum that its open pairs allow, with as many of them as
the degrees of the one source or target that it is about ask for and let be chosen. What this
finds is a proof; a row that it leaves may still be out of reach together with others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.formulation import Formulation, RowSide
from matchmaker.model import Integers, Problem, Side

__all__ = ["UnreachableRow", "unreachable_rows"]

_NO_END = 2**40


@dataclass(frozen=True)
class UnreachableRow:
    """A row out of reach.

    Parameters
    ----------
    row : int
        Its position among the formulation's rows.
    pairs : (n,) int64
        The choice of pairs that comes nearest, what is fixed included.
    reached, bound : int
        The row's sum with them and the bound that it does not keep, in the row's own steps.
    """

    row: int
    pairs: Integers
    reached: int
    bound: int


@dataclass(frozen=True)
class _Entries:
    """Entries of the rows: where, and what each adds at least and at most, shape (entries,) each."""

    rows: int
    row: Integers
    column: Integers
    least: Integers
    most: Integers
    is_open_pair: NDArray[np.bool_]

    def sums(self, values: Integers) -> Integers:
        total = np.zeros(self.rows, np.int64)
        np.add.at(total, self.row, values)
        return total

    def first(self, values: Integers, which: NDArray[np.bool_], count: Integers) -> NDArray[np.bool_]:
        """Of each row's entries in `which` the `count` smallest by `values`."""
        at = np.flatnonzero(which)
        order = at[np.lexsort((values[at], self.row[at]))]
        row = self.row[order]
        rank = np.arange(len(row)) - np.searchsorted(row, row)
        found = np.zeros(len(self.row), bool)
        found[order[rank < count[row]]] = True
        return found


def unreachable_rows(
    problem: Problem, formulation: Formulation, *, degrees: bool = True
) -> tuple[UnreachableRow, ...]:
    """The rows, degrees apart, whose bounds no choice of open pairs can meet.

    Parameters
    ----------
    problem, formulation
        A stage and its rows; what rules fix stays fixed.
    degrees
        Whether the degrees count; else only rows are told that no number of partners fulfils.
    """
    program = formulation.program([])
    if bool((program.lower > program.upper).any()):
        return ()  # told elsewhere, and bounds that cross allow nothing
    matrix = program.matrix.tocoo()
    row, column = (np.asarray(axis, np.int64) for axis in matrix.coords)
    low, high = matrix.data * program.lower[column], matrix.data * program.upper[column]
    is_open = (column < program.pair_count) & (program.lower[column] < program.upper[column])
    entries = _Entries(program.row_count, row, column, np.minimum(low, high), np.maximum(low, high), is_open)
    fewest, most = np.zeros(program.row_count, np.int64), np.full(program.row_count, _NO_END)
    if degrees:
        fewest, most = _degrees(problem, program.lower, program.upper, entries)
    asked = program.row_side == RowSide.GENERAL
    # the most: open pairs add the largest gains, as many as may be chosen
    gain = entries.most - entries.least
    lifted = entries.first(-gain, is_open & (gain > 0), most)
    greatest = entries.sums(np.where(is_open, entries.least + gain * lifted, entries.most))
    # the least: as many open pairs as must be chosen, those that add least
    pressed = entries.first(high, is_open, fewest)
    least = entries.sums(np.where(is_open, np.where(pressed, high, 0), entries.least))
    least = np.where(
        entries.sums((is_open & (high < 0)).astype(np.int64)) > 0, entries.sums(entries.least), least
    )
    found = []
    short = asked & (greatest < program.row_lower)
    for wrong, chosen, reached, bound in (
        (short, lifted, greatest, program.row_lower),
        (asked & (least > program.row_upper) & ~short, pressed, least, program.row_upper),
    ):
        used = chosen | ((column < program.pair_count) & (program.lower[column] > 0))
        found += [
            UnreachableRow(at, column[used & (row == at)], int(reached[at]), int(bound[at]))
            for at in np.flatnonzero(wrong).tolist()
        ]
    return tuple(sorted(found, key=lambda each: each.row))


def _degrees(
    problem: Problem, lower: Integers, upper: Integers, entries: _Entries
) -> tuple[Integers, Integers]:
    """How many of a row's open pairs must and may be chosen, by the degrees of whom it is about."""
    fewest, most = np.zeros(entries.rows, np.int64), np.full(entries.rows, _NO_END)
    pairs = entries.column < problem.pair_count
    row, column = entries.row[pairs], entries.column[pairs]
    has = np.bincount(row, minlength=entries.rows) > 0
    for side, owner in ((problem.sources, problem.pair_source), (problem.targets, problem.pair_target)):
        first, last = np.full(entries.rows, len(side)), np.full(entries.rows, -1)
        np.minimum.at(first, row, owner[column])
        np.maximum.at(last, row, owner[column])
        alone = has & (first == last)
        low, high = _open_degrees(side, owner, lower)
        inside = np.bincount(entries.row[entries.is_open_pair], minlength=entries.rows)
        all_open = np.bincount(
            owner[lower[: problem.pair_count] < upper[: problem.pair_count]], minlength=len(side)
        )
        one = first[alone]
        most[alone] = np.minimum(most[alone], high[one])
        # who must have more than there are pairs outside the row must have the rest inside
        fewest[alone] = np.maximum(fewest[alone], low[one] - (all_open[one] - inside[alone]))
    return np.maximum(fewest, 0), np.maximum(most, 0)


def _open_degrees(side: Side, owner: Integers, lower: Integers) -> tuple[Integers, Integers]:
    """Bounds on the partners of each row of a side beyond those that are fixed."""
    fixed = np.bincount(owner[lower[: len(owner)] > 0], minlength=len(side))
    return side.minimum - fixed, np.minimum(side.maximum, _NO_END) - fixed
