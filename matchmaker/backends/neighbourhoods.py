"""Neighbourhoods of a plan: groups of targets whose sources are divided among them anew.

Large programs are too much for one solve, but a few targets and the sources that they
have now are a small program of the same kind. The groups of a round share no pair, so
that they can be solved side by side.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.formulation import RowSide
from matchmaker.model import Integers
from matchmaker.program import Program

__all__ = ["neighbourhoods"]

CHANCE = 0.2
"""Least factor of a link between two targets; the rest is drawn, so that rounds differ."""


def neighbourhoods(
    program: Program, near: NDArray[np.bool_], x: Integers, size: int, rng: np.random.Generator
) -> list[NDArray[np.bool_]]:
    """Columns to be decided anew, group by group.

    Parameters
    ----------
    program
        No set family. Its rows of `RowSide` SOURCE and TARGET say which pairs belong together.
    near : (columns,) bool
        Columns worth a change.
    x : (columns,) int64
        The plan.
    size
        Targets a group.
    rng
        Draws which targets that have near pairs in common are put together.

    Returns
    -------
    list of (columns,) bool
        One group with all near columns where no row is a target's.
    """
    target, targets = _owners(program, RowSide.TARGET)
    source, sources = _owners(program, RowSide.SOURCE)
    pairs = program.pair_count
    owned = (target >= 0) & (source >= 0)
    if not owned.any():
        return [near]
    taken = np.flatnonzero(owned & (x[:pairs] > 0))
    close = np.flatnonzero(owned & near[:pairs])
    now = _incidence(source[taken], target[taken], sources, targets)
    links = now.T @ _incidence(source[close], target[close], sources, targets)
    links = sparse.csr_array(links + links.T)
    links.data = links.data * (CHANCE + rng.random(len(links.data)))
    group = _grouped(links, rng.permutation(targets), size)
    found = []
    for number in range(int(group.max()) + 1):
        inside = np.zeros(pairs, bool)
        inside[owned] = group[target[owned]] == number
        member = np.zeros(sources, bool)
        member[source[taken[inside[taken]]]] = True
        open_pairs = inside & (near[:pairs] | (x[:pairs] > 0))
        open_pairs[owned] &= member[source[owned]]
        found.append(_with_counters(program, open_pairs))
    return found


def _owners(program: Program, side: RowSide) -> tuple[Integers, int]:
    """For each pair the first row of a side that it is in, numbered from 0, or -1; number of rows."""
    rows = np.flatnonzero(program.row_side == side)
    entries = program.matrix[rows].tocoo()
    row, column = (np.asarray(axis, np.int64) for axis in entries.coords)
    kept = column < program.pair_count
    owner = np.full(program.pair_count, len(rows), np.int64)
    np.minimum.at(owner, column[kept], row[kept])
    return np.where(owner < len(rows), owner, -1), len(rows)


def _incidence(source: Integers, target: Integers, sources: int, targets: int) -> sparse.csr_array:
    return sparse.csr_array((np.ones(len(source)), (source, target)), shape=(sources, targets))


def _grouped(links: sparse.csr_array, order: Integers, size: int) -> Integers:
    """Number of each target's group: the first one left, then always the one with most links to it."""
    group = np.full(len(order), -1, np.int64)
    number = 0
    for first in order.tolist():
        if group[first] >= 0:
            continue
        strength = np.zeros(len(order))
        member = first
        for _ in range(size):
            group[member] = number
            strength += links[[member]].toarray().ravel()
            open_strength = np.where(group < 0, strength, -1.0)
            member = int(open_strength.argmax())
            if open_strength[member] < 0:
                break
        number += 1
    return group


def _with_counters(program: Program, pairs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pairs and all other columns in rows that they touch."""
    columns = np.append(pairs, np.zeros(program.column_count - program.pair_count, bool))
    pattern = sparse.csr_array(
        (np.ones(len(program.matrix.data), np.int64), program.matrix.indices, program.matrix.indptr),
        shape=program.matrix.shape,
    )
    touched = pattern @ columns.astype(np.int64) > 0
    beside = pattern.T @ touched.astype(np.int64) > 0
    beside[: program.pair_count] = False
    return columns | beside
