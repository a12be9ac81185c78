"""Decided stages as tables: what later stages, lists and reports read of them.

A stage's pairs are rows of a table that bears the stage's id. Each row lies below its
source and below its target, so that paths climb from it, counts come down to it, and a
later stage may take it as its own source or target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from matchmaker.columns import naming_column
from matchmaker.model import Assignment, Dataset, Objects, Stage

__all__ = ["BETWEEN_IDS", "BETWEEN_NAMES", "may_be_pair", "pair_ids", "stage_key", "with_stages"]

BETWEEN_IDS, BETWEEN_NAMES = "+", "—"

_POSITION = ("lng", "lat")


def stage_key(stage: str) -> str:
    """Key column of a stage's table."""
    return f"{stage}_id"


def pair_ids(source_ids: Objects, target_ids: Objects) -> Objects:
    """Ids of pairs as rows of their stage's table, shape (pairs,).

    Where ids hold the sign between them, so that two pairs would have one id, the sign is
    marked in the ids.
    """
    joined: Objects = source_ids + BETWEEN_IDS + target_ids
    if len(pd.unique(joined)) == len(joined):
        return joined
    marked = [
        pd.Series(ids, dtype=object)
        .str.replace("\\", "\\\\", regex=False)
        .str.replace(BETWEEN_IDS, f"\\{BETWEEN_IDS}", regex=False)
        .to_numpy(object)
        for ids in (source_ids, target_ids)
    ]
    return np.asarray(marked[0] + BETWEEN_IDS + marked[1], object)


def may_be_pair(dataset: Dataset, stage: str, pair_id: str) -> bool:
    """Whether an id could be that of a pair of a stage: ids of rows of both sides with the sign between."""
    tables = dataset.parents[stage][1], dataset.joins[stage][1]
    cuts = [at for at, sign in enumerate(pair_id) if sign == BETWEEN_IDS]
    return any(
        all(_may_be_row(dataset, table, one) for table, one in zip(tables, sides, strict=True))
        for sides in ((pair_id[:at], pair_id[at + 1 :]) for at in cuts)
    )


def _may_be_row(dataset: Dataset, table: str, one: str) -> bool:
    """Whether a table has the id, as it is or as `pair_ids` marks it; so with pairs of pairs."""
    if table in dataset.joins:
        return may_be_pair(dataset, table, one)
    plain = one.replace(f"\\{BETWEEN_IDS}", BETWEEN_IDS).replace("\\\\", "\\")
    return bool((dataset.positions(table, [one, plain]) >= 0).any())


def with_stages(dataset: Dataset, stages: Sequence[Stage], assignments: Mapping[str, Assignment]) -> Dataset:
    """The dataset with a table for each of `stages`, in their order.

    Parameters
    ----------
    dataset
        The tables that were read.
    stages
        The stages before the one at hand, each after those that it reads itself.
    assignments
        What they decided. A stage without an assignment has a table without rows, so
        that whatever names its columns can be checked before anything is solved.

    Returns
    -------
    Dataset
        The tables have the columns ``<stage>_id``, ``source_id``, ``target_id``, ``name``,
        and ``lng``, ``lat`` where either side has them (the target's come first).
    """
    for stage in stages:
        key = stage_key(stage.id)
        with_names = replace(
            dataset,
            keys={**dataset.keys, stage.id: key},
            parents={**dataset.parents, stage.id: ("source_id", stage.source_table)},
            joins={**dataset.joins, stage.id: ("target_id", stage.target_table)},
        )
        make = partial(_table, dataset, stage, key, assignments)
        dataset = with_names.with_table_later(stage.id, make)
    return dataset


def _table(dataset: Dataset, stage: Stage, key: str, assignments: Mapping[str, Assignment]) -> pd.DataFrame:
    assignment, none = assignments.get(stage.id), np.empty(0, object)
    source_ids, target_ids = (none, none) if assignment is None else _once_each(assignment)
    names = _names(dataset, stage.source_table, source_ids), _names(dataset, stage.target_table, target_ids)
    columns: dict[str, pd.Series] = {
        key: pd.Series(pair_ids(source_ids, target_ids), dtype=object),
        "source_id": pd.Series(source_ids, dtype=object),
        "target_id": pd.Series(target_ids, dtype=object),
        "name": pd.Series(names[0] + BETWEEN_NAMES + names[1], dtype=object),
    }
    sides = ((stage.target_table, target_ids), (stage.source_table, source_ids))
    for table, ids in sides:
        frame = dataset.frame(table)
        if all(axis in frame for axis in _POSITION):
            rows = dataset.positions(table, ids)
            for axis in _POSITION:
                columns[axis] = pd.Series(_taken(frame[axis], rows), dtype=float)
            break
    return pd.DataFrame(columns)


def _once_each(assignment: Assignment) -> tuple[Objects, Objects]:
    """Ids of the pairs; one that an edited file repeats is one row here, and told by its own check."""
    pairs = pd.DataFrame({"source": assignment.source_ids, "target": assignment.target_ids}, dtype=object)
    pairs = pairs.drop_duplicates()
    return pairs["source"].to_numpy(object), pairs["target"].to_numpy(object)


def _names(dataset: Dataset, table: str, ids: Objects) -> Objects:
    """What the rows are called, or their ids where they have no name."""
    column = naming_column(dataset, table)
    if column is None:
        return ids
    names = _taken(dataset.frame(table)[column], dataset.positions(table, ids))
    return np.where(pd.isna(names), ids, names).astype(str).astype(object)  # a name may be a number


def _taken(column: pd.Series, rows: np.ndarray) -> np.ndarray:
    """Values at the given rows; missing where the row is -1."""
    values = column.to_numpy(dtype=float if column.dtype == np.float64 else object)
    taken = np.full(len(rows), np.nan if column.dtype == np.float64 else None, dtype=values.dtype)
    taken[rows >= 0] = values[rows[rows >= 0]]
    return taken
