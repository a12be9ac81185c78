"""The official order of rows: by ``sort_order``, never by a score or an id, inside the places above."""

from __future__ import annotations

import numpy as np

from matchmaker.model import Dataset, Integers

__all__ = ["official_order", "rows_in_order"]

NOWHERE = np.iinfo(np.int64).max
"""Rank of a row that has no place: it comes last."""


def official_order(dataset: Dataset, table: str) -> Integers:
    """Rank of each row in the official order: by ``sort_order``, then by id; shape (rows,)."""
    return dataset.memo(("official order", table), lambda: _official_order(dataset, table))


def rows_in_order(dataset: Dataset, table: str) -> Integers:
    """Row positions as lists print them: by the places above, the highest first, then by official order.

    The pairs of a decided stage go by their target and the places above it, then by source.
    """
    if table not in dataset.joins:
        own = np.arange(len(dataset.frame(table)), dtype=np.int64)
        return np.lexsort(_ranks(dataset, table, own)).astype(np.int64)
    frame = dataset.frame(table)
    source, target = dataset.parents[table][1], dataset.joins[table][1]
    sources = dataset.positions(source, frame["source_id"])
    targets = dataset.positions(target, frame["target_id"])
    keys = [*_ranks(dataset, source, sources)[:1], *_ranks(dataset, target, targets)]
    return np.lexsort(keys).astype(np.int64)


def _ranks(dataset: Dataset, table: str, rows: Integers) -> list[Integers]:
    """Ranks of the given rows of `table` and of the rows above them, the nearest first."""
    found, above = [], table
    while True:
        climbed = dataset.ancestors(table, above)
        if climbed is not None:
            at = np.where(rows >= 0, climbed[np.maximum(rows, 0)] if len(climbed) else -1, -1)
            order = official_order(dataset, above)
            found.append(np.where(at >= 0, order[np.maximum(at, 0)] if len(order) else NOWHERE, NOWHERE))
        if above not in dataset.parents:
            return found
        above = dataset.parents[above][1]


def _official_order(dataset: Dataset, table: str) -> Integers:
    frame = dataset.frame(table)
    given = frame["sort_order"].to_numpy(float) if "sort_order" in frame else np.full(len(frame), np.nan)
    order = np.lexsort((np.arange(len(frame)), np.where(np.isnan(given), np.inf, given)))
    rank = np.empty(len(frame), np.int64)
    rank[order] = np.arange(len(frame))
    return rank
