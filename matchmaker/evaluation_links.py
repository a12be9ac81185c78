"""Which rows belong to one another by the trees, or by what a decided stage has given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Dataset, Integers, SideName

__all__ = ["mean_of_related", "pairs_of_rows", "related"]

_SIDES: tuple[SideName, SideName] = ("source", "target")


def related(dataset: Dataset, table: str, other: str, stage: str | None) -> pd.DataFrame:
    """The rows of `other` that belong to each row of `table`: (row, other), each pair once.

    Parameters
    ----------
    stage
        None: those above or below it in the trees. Else the partners that the stage has given to
        the row, to rows below it or to the row above it, or what lies above or below these.

    Raises
    ------
    InputError
        When nothing connects the two tables.
    """
    if stage is None:
        own = np.arange(len(dataset.frame(table)), dtype=np.int64)
        found = _stepped(dataset, table, own, own, other)
        if found is None:
            raise InputError([Fault("evaluation.no_path", Place(), other, {"table": table})])
        return found
    pair, row, side = pairs_of_rows(dataset, stage, table)
    partner = _side_table(dataset, stage, "target" if side == "source" else "source")
    ids = dataset.frame(stage)["target_id" if side == "source" else "source_id"]
    at = dataset.positions(partner, ids)[pair]
    once = pd.DataFrame({"row": row, "other": at}).drop_duplicates()
    once = once[once["other"] >= 0]
    found = _stepped(
        dataset, partner, once["row"].to_numpy(np.int64), once["other"].to_numpy(np.int64), other
    )
    if found is None:
        raise InputError([Fault("evaluation.no_path", Place(), other, {"table": stage})])
    return found


def pairs_of_rows(dataset: Dataset, stage: str, table: str) -> tuple[Integers, Integers, SideName]:
    """The pairs of a stage that belong to each row of `table`.

    Rows of a side have their own pairs, rows above a side those of the rows below them, rows below
    a side those of the row above them; in this order, sources before targets.

    Returns
    -------
    pair, row : (n,) int64
        Positions in the stage's table and in `table`.
    side : str
        The side on which the rows stand.

    Raises
    ------
    InputError
        When the stage is not decided, or neither of its sides is connected with the table.
    """
    if stage not in dataset.joins:
        raise InputError([Fault("evaluation.not_decided", Place(), stage)])
    frame = dataset.frame(stage)
    tables = {side: _side_table(dataset, stage, side) for side in _SIDES}
    order = sorted(_SIDES, key=lambda side: tables[side] != table)
    for side in order:
        up = dataset.ancestors(tables[side], table)
        if up is not None:
            at = dataset.positions(tables[side], frame[f"{side}_id"])
            row = np.where(at >= 0, np.append(up, -1)[at], -1)
            return np.flatnonzero(row >= 0), row[row >= 0], side
    for side in order:
        down = dataset.ancestors(table, tables[side])
        if down is not None:
            at = dataset.positions(tables[side], frame[f"{side}_id"])
            pairs = pd.DataFrame({"at": at, "pair": np.arange(len(at))})
            rows = pd.DataFrame({"at": down, "row": np.arange(len(down))})
            met = pairs[pairs["at"] >= 0].merge(rows, on="at")
            return met["pair"].to_numpy(np.int64), met["row"].to_numpy(np.int64), side
    raise InputError([Fault("evaluation.no_path", Place(), stage, {"table": table})])


def mean_of_related(found: pd.DataFrame, value: np.ndarray, rows: int) -> tuple[np.ndarray, Integers]:
    """Mean and number of the known values of what belongs to each row, shapes (rows,); NaN for none."""
    other, row = found["other"].to_numpy(np.int64), found["row"].to_numpy(np.int64)
    known = ~np.isnan(value[other])
    count = np.bincount(row[known], minlength=rows)
    total = np.bincount(row[known], value[other][known], minlength=rows)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan), count.astype(np.int64)


def _side_table(dataset: Dataset, stage: str, side: SideName) -> str:
    return (dataset.parents if side == "source" else dataset.joins)[stage][1]


def _stepped(dataset: Dataset, table: str, row: Integers, at: Integers, other: str) -> pd.DataFrame | None:
    """(row, other) for rows that stand `at` rows of `table`: what is above these or below them."""
    up = dataset.ancestors(table, other)
    if up is not None:
        found = pd.DataFrame({"row": row, "other": up[at]})
        return found[found["other"] >= 0].drop_duplicates(ignore_index=True)
    down = dataset.ancestors(other, table)
    if down is None:
        return None
    below = pd.DataFrame({"at": down, "other": np.arange(len(down))})
    found = pd.DataFrame({"row": row, "at": at}).merge(below[below["at"] >= 0], on="at")
    return found[["row", "other"]].drop_duplicates(ignore_index=True)
