"""Set families and preferences written as rows, for backends that know columns and rows only.

A family without a graph: one boolean per (source, part) says that the source's set lies there;
a pair needs its part (the strong form, one row a pair, which the relaxation depends on). With a
graph: `area_rows`. Preferences: `preferences.stability_rows`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from matchmaker.area_rows import AreaRows
from matchmaker.model import Integers
from matchmaker.preferences import stability_rows
from matchmaker.program import Program
from matchmaker.rows import Extension, RowSide
from matchmaker.set_family import SetFamily

__all__ = ["expanded", "expanded_values"]


def expanded(program: Program) -> Program:
    """The program with what is not flat written as rows over new columns; itself if all is flat."""
    return _with_stability(_with_sets(program))


def expanded_values(program: Program, x: Integers) -> Integers:
    """The expanded program's columns for a plan `x` of the program, shape (columns of `expanded`,).

    `x` must fulfil the family; the new columns then have their best values.
    """
    x = _set_values(program, x)
    if program.preferences is None:
        return x
    rows = stability_rows(program.preferences)
    # each sum is its pairs and the sum before it: the rows of the new columns, solved from the first on
    sums = -(rows.pairs[len(rows.blocks) :] @ x[: program.pair_count])
    chain = rows.beside[len(rows.blocks) :]
    goes_on = np.diff(chain.indptr) > 1
    total = np.cumsum(sums)
    start = np.maximum.accumulate(np.where(goes_on, 0, np.arange(len(sums))))
    return np.concatenate([x, total - (total - sums)[start]])


def _with_sets(program: Program) -> Program:
    if program.family is None:
        return program
    rows = Extension(program.column_count)
    if program.family.graph is None:
        _write_parts(program.family, rows)
    else:
        _areas(program, rows)
    low, high = rows.row_bounds
    wide = _extended(program, rows.matrix(), rows.upper, low, high)
    return replace(
        wide,
        levels=tuple(
            replace(level, points=np.append(level.points, level.shape * rows.worth), shape=0)
            for level in program.levels
        ),
        family=None,
    )


def _with_stability(program: Program) -> Program:
    if program.preferences is None:
        return program
    rows = stability_rows(program.preferences)
    between = sparse.csr_array((len(rows.lower), program.column_count - program.pair_count), dtype=np.int64)
    added = sparse.hstack([rows.pairs, between, rows.beside], format="csr")
    wide = _extended(program, added, rows.new_upper, rows.lower, rows.upper)
    none = np.zeros(len(rows.new_upper), np.int64)
    return replace(
        wide,
        levels=tuple(replace(level, points=np.concatenate([level.points, none])) for level in program.levels),
        preferences=None,
    )


def _extended(
    program: Program, added: sparse.csr_array, new_upper: Integers, low: Integers, high: Integers
) -> Program:
    """The program with new rows over its columns and new ones; its levels still lack these."""
    old = program.matrix
    wide = sparse.csr_array((old.data, old.indices, old.indptr), shape=(program.row_count, added.shape[1]))
    return replace(
        program,
        lower=np.append(program.lower, np.zeros(len(new_upper), np.int64)),
        upper=np.append(program.upper, new_upper),
        matrix=sparse.vstack([wide, added], format="csr"),
        row_lower=np.append(program.row_lower, low),
        row_upper=np.append(program.row_upper, high),
        row_side=np.append(program.row_side, np.full(len(low), RowSide.GENERAL, np.int8)),
    )


def _set_values(program: Program, x: Integers) -> Integers:
    if program.family is None:
        return x
    rows = Extension(program.column_count)
    pairs = x[: program.pair_count]
    if program.family.graph is None:
        parts = np.bincount(_write_parts(program.family, rows), pairs, len(rows.upper)) > 0
        return np.concatenate([x, parts.astype(np.int64)])
    areas = _areas(program, rows)
    values = np.concatenate([x, np.zeros(len(rows.upper), np.int64)])
    areas.fill(values)
    return values


def _write_parts(family: SetFamily, rows: Extension) -> Integers:
    """A boolean for each source and part in use; returns which of them each pair belongs to."""
    keys, inverse = np.unique(np.column_stack([family.sources, family.part]), axis=0, return_inverse=True)
    owner, part_of_pair = keys[:, 0], inverse.ravel().astype(np.int64)
    used, owner_row = np.unique(owner, return_inverse=True)
    pair, number = np.arange(len(part_of_pair)), np.arange(len(keys))
    part = rows.columns(np.ones(len(keys), np.int64))
    rows.rows(len(pair), (pair, pair, 1), (pair, part[part_of_pair], -1), upper=0)
    rows.rows(
        len(keys), (part_of_pair, pair, 1), (number, part, -family.maximum[owner]), upper=0
    )  # size of the set ≤ maximum · part
    rows.rows(len(used), (owner_row.astype(np.int64), part, 1), upper=1)
    return part_of_pair


def _areas(program: Program, rows: Extension) -> AreaRows:
    assert program.family is not None
    counted = any(level.shape for level in program.levels)
    return AreaRows(program.family, program.upper[: program.pair_count] > 0, counted, rows)
