"""Set families written as rows, for backends that know no sets.

Without a graph: one boolean per (source, part) says that the source's set lies there; a
pair needs its part (the strong form, one row a pair, which the relaxation depends on).
With a graph: `area_rows`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from matchmaker.area_rows import AreaRows
from matchmaker.formulation import Program
from matchmaker.model import Integers
from matchmaker.rows import Extension, RowSide
from matchmaker.set_family import SetFamily

__all__ = ["expanded", "expanded_values"]


def expanded(program: Program) -> Program:
    """The program with its set family written as rows over new columns; itself if it has none."""
    if program.family is None:
        return program
    rows = Extension(program.column_count)
    if program.family.graph is None:
        _write_parts(program.family, rows)
    else:
        _areas(program, rows)
    extra, old = rows.matrix(), program.matrix
    wide = sparse.csr_array((old.data, old.indices, old.indptr), shape=(program.row_count, extra.shape[1]))
    low, high = rows.row_bounds
    return replace(
        program,
        lower=np.append(program.lower, np.zeros(len(rows.upper), np.int64)),
        upper=np.append(program.upper, rows.upper),
        matrix=sparse.vstack([wide, extra], format="csr"),
        row_lower=np.append(program.row_lower, low),
        row_upper=np.append(program.row_upper, high),
        row_side=np.append(program.row_side, np.full(len(low), RowSide.GENERAL, np.int8)),
        levels=tuple(
            replace(level, points=np.append(level.points, level.shape * rows.worth), shape=0)
            for level in program.levels
        ),
        family=None,
    )


def expanded_values(program: Program, x: Integers) -> Integers:
    """The expanded program's columns for a plan `x` of the program, shape (columns of `expanded`,).

    `x` must fulfil the family; the new columns then have their best values.
    """
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
