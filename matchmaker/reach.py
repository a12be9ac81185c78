"""Which sources and targets a decided stage has paired: themselves, or rows above or below them."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Assignment, Dataset, Side, Stage

__all__ = ["reach", "related"]


def reach(
    dataset: Dataset, sources: Side, targets: Side, stage: Stage, assignment: Assignment
) -> sparse.csr_array:
    """Pairs (s, t) for which the stage has some (s′, t′), s′ equal to, above or below s, t′ likewise to t.

    Returns
    -------
    (sources, targets) bool

    Raises
    ------
    InputError
        Where no chain of parents connects the tables.
    """
    left = related(dataset, sources, stage.source_table)
    right = related(dataset, targets, stage.target_table)
    rows = dataset.positions(stage.source_table, assignment.source_ids)
    columns = dataset.positions(stage.target_table, assignment.target_ids)
    known = (rows >= 0) & (columns >= 0)  # a plan from a file may name strangers, which reach nothing
    rows, columns = rows[known], columns[known]
    links = sparse.csr_array(
        (np.ones(len(rows), np.int32), (rows, columns)), shape=(left.shape[1], right.shape[1])
    )
    return sparse.csr_array((left @ links @ right.T).astype(bool))


def related(dataset: Dataset, side: Side, other: str) -> sparse.csr_array:
    """Which rows of table `other` are equal to, above or below each row of a side."""
    above = dataset.ancestors(side.table, other)
    size = len(dataset.frame(other))
    if above is not None:
        up = above[side.rows]
        known = np.flatnonzero(up >= 0)
        return sparse.csr_array((np.ones(len(known), np.int32), (known, up[known])), shape=(len(side), size))
    below = dataset.ancestors(other, side.table)
    if below is None:
        raise InputError([Fault("problem.no_path", Place(), side.table, {"other": other})])
    place = np.full(len(dataset.frame(side.table)), -1, np.int64)
    place[side.rows] = np.arange(len(side))
    here = np.where(below >= 0, place[below], -1)
    known = np.flatnonzero(here >= 0)
    return sparse.csr_array((np.ones(len(known), np.int32), (here[known], known)), shape=(len(side), size))
