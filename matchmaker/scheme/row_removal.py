"""Taking rows out of a dataset together with everything that cannot stand without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from matchmaker.model import Dataset
from matchmaker.selectors import Mask
from matchmaker.tables import TABLES
from matchmaker.tables.schema import Column, Table

__all__ = ["RowEdit", "without_rows"]

_FREE_REFERENCES = frozenset({"source_id", "target_id"})
"""Id columns whose table the row's stage decides: they count as naming a removed row only
where no other row of the dataset has that id."""


@dataclass(frozen=True)
class RowEdit:
    """How many rows of a table were set, added, removed, or had a reference emptied."""

    action: Literal["set", "added", "removed", "emptied"]
    table: str
    rows: int


def without_rows(dataset: Dataset, table: str, ids: Iterable[str]) -> tuple[Dataset, tuple[RowEdit, ...]]:
    """Remove rows, what lies below them in the trees, and what cannot do without them.

    Parameters
    ----------
    dataset
        Where to remove them.
    table, ids
        The rows to begin with, by key.

    Returns
    -------
    dataset, edits
        The new dataset; the rows removed per table, and the rows that lost an optional
        reference. A row whose required reference is gone is removed; a wish for a
        removed target is struck out, the next ones move up, and the row goes when no
        wish and no refusal is left.
    """
    removed = {table: set(ids)}
    while _spread(dataset, removed):
        pass
    free = _gone_everywhere(dataset, removed)
    tables: dict[str, pd.DataFrame] = dict(dataset.tables)
    edits: list[RowEdit] = []
    for name, frame in dataset.tables.items():
        kept = ~_lost(dataset, name, removed)
        if name not in dataset.keys:
            for column in _FREE_REFERENCES & set(frame.columns):
                definition = TABLES[name].column(column) if name in TABLES else None
                if definition is None or not definition.is_reference:
                    kept &= ~frame[column].isin(free).to_numpy(bool)
        remaining, emptied = _emptied(frame[kept].reset_index(drop=True), TABLES.get(name), removed)
        if len(remaining) < len(frame):
            edits.append(RowEdit("removed", name, len(frame) - len(remaining)))
        if emptied:
            edits.append(RowEdit("emptied", name, emptied))
        if len(remaining) < len(frame) or emptied:
            tables[name] = remaining
    return Dataset(tables, dataset.keys, dataset.parents), tuple(edits)


def _spread(dataset: Dataset, removed: dict[str, set[str]]) -> bool:
    """Add the keyed rows that go with those removed so far; whether there were any."""
    grown = False
    for name, key in dataset.keys.items():
        if name in dataset.tables and len(dataset.tables[name]):
            lost = set(dataset.tables[name].loc[_lost(dataset, name, removed), key])
            before = removed.setdefault(name, set())
            if not lost <= before:
                before |= lost
                grown = True
    return grown


def _lost(dataset: Dataset, name: str, removed: Mapping[str, set[str]]) -> Mask:
    """Rows of a table that are removed, lie below a removed row, or need one."""
    frame = dataset.tables[name]
    lost = np.zeros(len(frame), bool)
    if name in dataset.keys and name in removed:
        lost |= frame[dataset.keys[name]].isin(removed[name]).to_numpy(bool)
    if name in dataset.parents:
        column, parent = dataset.parents[name]
        if column in frame and parent in removed:
            lost |= frame[column].isin(removed[parent]).to_numpy(bool)
    table = TABLES.get(name)
    for definition in table.columns if table is not None else ():
        if definition.required and not definition.many and definition.strict and definition.id in frame:
            lost |= _names_removed(frame, definition, removed)
    if table is not None and table.one_of:
        lost |= _without_any(frame, [table.column(name) for name in table.one_of], removed)
    return lost


def _without_any(
    frame: pd.DataFrame, columns: Sequence[Column | None], removed: Mapping[str, set[str]]
) -> Mask:
    """Rows of which one of several columns must be given, and the last one given is to a removed row."""
    gone, left = np.zeros(len(frame), bool), np.zeros(len(frame), bool)
    for column in columns:
        if column is not None and column.id in frame:
            named = _names_removed(frame, column, removed)
            gone |= named
            left |= frame[column.id].notna().to_numpy(bool) & ~named
    return gone & ~left


def _names_removed(frame: pd.DataFrame, column: Column, removed: Mapping[str, set[str]]) -> Mask:
    """Rows whose reference in `column` is to a removed row."""
    found = np.zeros(len(frame), bool)
    for rows, tables in _referred_tables(frame, column):
        gone = set().union(*(removed.get(table, set()) for table in tables))
        if gone:
            found |= rows & frame[column.id].isin(gone).to_numpy(bool)
    return found


def _referred_tables(frame: pd.DataFrame, column: Column) -> list[tuple[Mask, tuple[str, ...]]]:
    """Which rows' references go to which tables."""
    if column.chooser is None:
        return [(np.ones(len(frame), bool), column.refers_to)] if column.refers_to else []
    if column.chooser.column not in frame:
        return []
    chosen = frame[column.chooser.column]
    return [((chosen == code).to_numpy(bool), tables) for code, tables in column.chooser.tables.items()]


def _gone_everywhere(dataset: Dataset, removed: Mapping[str, set[str]]) -> set[str]:
    """The removed ids that no remaining row of any table has."""
    gone = set().union(*removed.values())
    for name, key in dataset.keys.items():
        if name in dataset.tables and len(dataset.tables[name]):
            gone -= set(dataset.tables[name][key]) - removed.get(name, set())
    return gone


def _emptied(
    frame: pd.DataFrame, table: Table | None, removed: Mapping[str, set[str]]
) -> tuple[pd.DataFrame, int]:
    """The frame without the optional references to removed rows, and how many rows had one."""
    if table is None or not len(frame):
        return frame, 0
    touched = np.zeros(len(frame), bool)
    columns: dict[str, Any] = {}
    struck: list[str] = []
    for name in map(str, frame.columns):
        definition = table.column(name)
        if definition is None or not definition.is_reference or (definition.required and not definition.many):
            continue
        if definition.many:
            cells, changed = _struck_out(frame, definition, removed)
            if changed.any():
                struck.append(name)
        else:
            changed = _names_removed(frame, definition, removed)
            cells = frame[name].to_numpy(object).copy()
            cells[changed] = None
        if changed.any():
            columns[name] = pd.Series(cells, dtype=object)
            touched |= changed
    if not touched.any():
        return frame, 0
    frame = frame.assign(**columns)
    if table.id == "wishes" and struck:
        frame, left = _moved_up(frame, touched)
        return frame[left].reset_index(drop=True), int((touched & left).sum())
    return frame, int(touched.sum())


def _struck_out(
    frame: pd.DataFrame, column: Column, removed: Mapping[str, set[str]]
) -> tuple[np.ndarray[Any, np.dtype[np.object_]], Mask]:
    """The cells of several values without those that name removed rows; which cells changed."""
    cells = frame[column.id].to_numpy(object).copy()
    changed = np.zeros(len(frame), bool)
    for rows, tables in _referred_tables(frame, column):
        gone = set().union(*(removed.get(table, set()) for table in tables))
        for row in np.flatnonzero(rows) if gone else ():
            value = cells[row] or ()
            if not gone.isdisjoint(value):
                cells[row] = tuple(each for each in value if each not in gone)
                changed[row] = True
    return cells, changed


def _moved_up(frame: pd.DataFrame, touched: Mask) -> tuple[pd.DataFrame, Mask]:
    """Wishes without gaps in the rows touched; which rows still say something."""
    ranks = _ranks(frame.columns)
    left = np.ones(len(frame), bool)
    cells = {name: frame[name].to_numpy(object).copy() for name in ranks}
    for row in np.flatnonzero(touched):
        wishes = [cells[name][row] for name in ranks if cells[name][row]]
        for name, value in zip(ranks, [*wishes, *[()] * len(ranks)], strict=False):
            cells[name][row] = value
        refused = frame["refused"].iloc[row] if "refused" in frame else ()
        left[row] = bool(wishes) or bool(refused)
    return frame.assign(**{name: pd.Series(value, dtype=object) for name, value in cells.items()}), left


def _ranks(columns: Sequence[str] | pd.Index) -> list[str]:
    wishes = [str(name) for name in columns if str(name).removeprefix("wish_").isdigit()]
    return sorted(wishes, key=lambda name: int(name.removeprefix("wish_")))
