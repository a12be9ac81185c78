"""A plan's tables once the changes have been made, and what has become of which row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.history_names import sides_of_relations
from matchmaker.model import Dataset
from matchmaker.replan.sheet import Change, ChangeKind, Sheet, parent_table
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.row_changes import AddRow, SetRow, edited_dataset
from matchmaker.scheme.row_removal import without_rows
from matchmaker.selectors import Mask
from matchmaker.succession import with_succession
from matchmaker.tables import TABLES, canonical_frame
from matchmaker.tables.definitions_records import KINDS_OF_TABLES

__all__ = ["Changed", "changed"]

FLAGS = ("eligible", "active")
"""Columns that say who takes part; who is ill stays in the table and takes none."""

REASON = "exempt_reason"


@dataclass(frozen=True)
class Changed:
    """The tables after the changes.

    Parameters
    ----------
    dataset : Dataset
        With the ``changes`` as a table.
    links : DataFrame
        table, old, new, share: rows that are told under another id from now on.
    """

    dataset: Dataset
    links: pd.DataFrame


def changed(scheme: Scheme, dataset: Dataset, year: int, sheet: Sheet) -> Changed:
    """Make the changes: what is split and new first, then moves and mergers, then who leaves.

    Parameters
    ----------
    scheme
        Says which columns tell who takes part, and what the history's relations are about.
    dataset
        The plan's tables.
    year
        Of the plan.

    Raises
    ------
    InputError
        With every fault of what the sheet says of new rows: columns that are missing or cannot hold a value,
        references to nothing.
    """
    dataset = _with_new_rows(dataset, sheet)
    for change in sheet.of(ChangeKind.MOVES):
        dataset = _moved(dataset, change)
    links = _links(sheet)
    for change in sheet.of(ChangeKind.MERGES):
        if change.values:
            own = SetRow(change.table, change.into, change.values)
            dataset, _ = edited_dataset(dataset, [own])
    dataset = _with_successors(scheme, dataset, year, sheet, links)
    dataset, removed = _taking_part(scheme, dataset, sheet)
    for table, ids in removed.items():
        dataset, _ = without_rows(dataset, table, ids)
    tables = {name: frame for name, frame in dataset.tables.items() if name != "baseline"}
    tables["changes"] = canonical_frame("changes", sheet.table)
    dataset = Dataset(tables, dataset.keys, dataset.parents)
    return Changed(dataset, links)


def _with_new_rows(dataset: Dataset, sheet: Sheet) -> Dataset:
    """Newcomers and the parts of what is split, the upper tables first."""
    new: dict[str, list[dict[str, object]]] = {}
    for change in sheet.of(ChangeKind.COMES, ChangeKind.SPLITS):
        if change.kind is ChangeKind.SPLITS and change.into == change.id:
            if change.values:
                dataset, _ = edited_dataset(dataset, [SetRow(change.table, change.id, change.values)])
            continue
        new.setdefault(change.table, []).append(_row(dataset, change))
    for table in sorted(new, key=lambda one: _depth(dataset, one)):
        rows = [_below(dataset, table, row) for row in new[table]]
        dataset = _with_rows(dataset, table, rows)
    return dataset


def _row(dataset: Dataset, change: Change) -> dict[str, object]:
    """The new row by column: of a part all that its whole had, but for what the sheet says."""
    table, key = change.table, dataset.keys[change.table]
    names = TABLES[table].names
    row: dict[str, object] = {}
    if change.kind is ChangeKind.SPLITS:
        frame = dataset.frame(table)
        whole = frame.iloc[int(dataset.positions(table, [change.id])[0])].to_dict()
        row |= {str(name): list(value) if isinstance(value, tuple) else value
                for name, value in whole.items() if not _is_missing(value)}  # fmt: skip
        row[key] = change.into
    else:
        above = parent_table(table)
        row[key] = change.id
        if above is not None:
            row[above[0]] = change.into
        columns = {column.id: column for column in TABLES[table].columns}
        for flag in FLAGS:
            if flag in columns and flag in dataset.frame(table):
                row[flag] = True
    if change.name and names:
        row[names[0]] = change.name
    return {**row, **change.values}


def _below(dataset: Dataset, table: str, row: Mapping[str, object]) -> dict[str, object]:
    """The row with what follows from the row above it: a member's agency from the branch."""
    found = dict(row)
    above = parent_table(table)
    while above is not None and found.get(above[0]) is not None:
        column, parent = above
        position = int(dataset.positions(parent, [found[column]])[0])
        above = parent_table(parent)
        if position < 0 or above is None or TABLES[table].column(above[0]) is None:
            break
        frame = dataset.frame(parent)
        if above[0] in frame:
            found.setdefault(above[0], frame[above[0]].iloc[position])
    return found


def _with_rows(dataset: Dataset, table: str, rows: Sequence[Mapping[str, object]]) -> Dataset:
    """The dataset with more rows in a table, each read and checked beside the others."""
    frame = dataset.frame(table)
    added, _ = edited_dataset(_named_by(dataset, table, rows), [AddRow(table, row) for row in rows])
    both = pd.concat([frame, added.frame(table)], ignore_index=True) if len(frame) else added.frame(table)
    return Dataset({**dataset.tables, table: canonical_frame(table, both)}, dataset.keys, dataset.parents)


def _named_by(dataset: Dataset, table: str, rows: Sequence[Mapping[str, object]]) -> Dataset:
    """A table without rows, and of all others what the new rows name: that is looked up row by row."""
    words = {one for row in rows for value in row.values()
             for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}  # fmt: skip
    tables = {table: dataset.frame(table).iloc[:0]}
    for name in dataset.tables:
        if name in dataset.keys and name != table:
            frame = dataset.frame(name)
            columns = [dataset.keys[name], *(TABLES[name].names if name in TABLES else ())]
            named = np.zeros(len(frame), bool)
            for column in columns:
                if column in frame:
                    named |= frame[column].isin(words).to_numpy(bool)
            tables[name] = frame[named].reset_index(drop=True)
    if "codes" in dataset.tables:
        tables["codes"] = dataset.frame("codes")
    return Dataset(tables, dataset.keys, dataset.parents)


def _depth(dataset: Dataset, table: str) -> int:
    depth = 0
    while table in dataset.parents:
        table, depth = dataset.parents[table][1], depth + 1
    return depth


def _moved(dataset: Dataset, change: Change) -> Dataset:
    """The dataset with a row below another one, and what follows from that."""
    above = parent_table(change.table)
    assert above is not None
    upper = _below(dataset, change.table, {above[0]: change.into})
    values = {**upper, **change.values}
    dataset, _ = edited_dataset(dataset, [SetRow(change.table, change.id, values)])
    return _told_below(dataset, change.table, [change.id])


def _told_below(dataset: Dataset, table: str, ids: Iterable[str]) -> Dataset:
    """Columns of the rows below some rows that repeat what stands higher: a member's agency, once more."""
    tables = dict(dataset.tables)
    for below, (column, parent) in dataset.parents.items():
        above = dataset.parents.get(table)
        if parent != table or above is None or below not in tables or above[0] not in tables[below]:
            continue
        if TABLES[below].column(above[0]) is None:
            continue
        frame = tables[below]
        under = frame[column].isin(set(ids)).to_numpy(bool)
        upper = dataset.frame(table)[above[0]].to_numpy(object)[
            dataset.positions(table, frame[column][under])
        ]
        cells = frame[above[0]].to_numpy(object).copy()
        cells[under] = upper
        tables[below] = frame.assign(**{above[0]: pd.Series(cells, dtype=object)})
    return Dataset(tables, dataset.keys, dataset.parents)


def _links(sheet: Sheet) -> pd.DataFrame:
    """table, old, new, share of what is told under another id from now on."""
    rows = [
        (change.table, change.id, change.into, change.share)
        for change in sheet.of(ChangeKind.MERGES, ChangeKind.SPLITS)
    ]
    return pd.DataFrame(rows, columns=["table", "old", "new", "share"])


def _with_successors(
    scheme: Scheme, dataset: Dataset, year: int, sheet: Sheet, links: pd.DataFrame
) -> Dataset:
    """References to merged and split rows go to their successors, and the past is told in their ids.

    What lay below a row that was split lies below its first part, unless the sheet has moved it.
    """
    if not len(links):
        return dataset
    first = links.drop_duplicates(["table", "old"])
    gone = {
        str(table): {
            str(old): str(new) for old, new in zip(rows["old"], rows["new"], strict=True) if old != new
        }
        for table, rows in first.groupby("table")
    }
    stays = {(change.table, change.id) for change in sheet.changes
             if change.kind is ChangeKind.SPLITS and change.into == change.id}  # fmt: skip
    gone = {t: {o: n for o, n in ids.items() if (t, o) not in stays} for t, ids in gone.items()}
    told = pd.DataFrame(
        {
            "year": float(year),
            "kind": [KINDS_OF_TABLES.get(table, table) for table in links["table"]],
            "old_id": links["old"],
            "new_id": links["new"],
            "share": links["share"].astype(float),
        }
    )
    before = dataset.frame("succession")
    rows = canonical_frame(
        "succession", pd.concat([before, told], ignore_index=True) if len(before) else told
    )
    dataset = Dataset({**dataset.tables, "succession": rows}, dataset.keys, dataset.parents)
    dataset = with_succession(dataset, sides_of_relations(scheme), year)
    for table, ids in gone.items():
        dataset = _renamed(dataset, table, ids)
        dataset = _told_below(dataset, table, set(ids.values()))
        dataset, _ = without_rows(dataset, table, ids)
    return dataset


def _renamed(dataset: Dataset, table: str, new: Mapping[str, str]) -> Dataset:
    """Every reference to some rows of a table, put to other ones; the rows themselves stay."""
    tables = dict(dataset.tables)
    for name, frame in dataset.tables.items():
        definition = TABLES.get(name)
        columns: dict[str, pd.Series] = {}
        for column in definition.columns if definition is not None else ():
            if column.id not in frame or not column.is_reference:
                continue
            meant = _referring(frame, column.refers_to, column.chooser, table)
            if not meant.any():
                continue
            cells = frame[column.id].to_numpy(object).copy()
            for row in np.flatnonzero(meant):
                value = cells[row]
                if isinstance(value, tuple):
                    cells[row] = tuple(dict.fromkeys(new.get(one, one) for one in value))
                else:
                    cells[row] = new.get(value, value)
            columns[column.id] = pd.Series(cells, dtype=object)
        if columns:
            tables[name] = frame.assign(**columns)
    return Dataset(tables, dataset.keys, dataset.parents)


def _referring(frame: pd.DataFrame, fixed: tuple[str, ...], chooser: object, table: str) -> Mask:
    """Rows whose reference is to rows of a table."""
    if table in fixed:
        return np.ones(len(frame), bool)
    column = getattr(chooser, "column", None)
    if column is None or column not in frame:
        return np.zeros(len(frame), bool)
    kinds = [kind for kind, tables in getattr(chooser, "tables", {}).items() if table in tables]
    found: Mask = frame[column].isin(kinds).to_numpy(bool)
    return found


def _taking_part(scheme: Scheme, dataset: Dataset, sheet: Sheet) -> tuple[Dataset, dict[str, list[str]]]:
    """Who is ill takes no part, who is back does; whoever has no such column leaves, like the others."""
    removed: dict[str, list[str]] = {}
    marks: dict[str, list[tuple[Change, bool]]] = {}
    for change in sheet.changes:
        if change.kind in (ChangeKind.LEAVES, ChangeKind.CLOSES):
            removed.setdefault(change.table, []).append(change.id)
        elif change.kind in (ChangeKind.ILL, ChangeKind.RETURNS):
            flag = _flag(scheme, dataset, change.table)
            if flag:
                marks.setdefault(change.table, []).append((change, change.kind is ChangeKind.RETURNS))
            elif change.kind is ChangeKind.ILL:
                removed.setdefault(change.table, []).append(change.id)
    tables = dict(dataset.tables)
    for table, listed in marks.items():
        frame = tables[table].copy()
        at = dataset.positions(table, [change.id for change, _ in listed])
        flag = _flag(scheme, dataset, table)
        frame.loc[at, flag] = [back for _, back in listed]
        if TABLES[table].column(REASON) is not None:
            cells = frame[REASON].to_numpy(object).copy() if REASON in frame else np.full(len(frame), None)
            cells[at] = [None if back else _why(change) for change, back in listed]
            frame[REASON] = pd.Series(cells, dtype=object)
        tables[table] = frame
    return Dataset(tables, dataset.keys, dataset.parents), removed


def _why(change: Change) -> str:
    return (change.reason or "病休") + (f"，至{change.until}" if change.until else "")


def _flag(scheme: Scheme, dataset: Dataset, table: str) -> str:
    """The column of a table by which the scheme tells who takes part; empty where there is none."""
    for stage in scheme.stages:
        for side, one in (("source", stage.from_), ("target", stage.to)):
            conditions = getattr(stage.where, side, None)
            named = set(conditions.paths()) if one == table and conditions is not None else set()
            for flag in FLAGS:
                if flag in named and flag in dataset.frame(table):
                    return flag
    return ""


def _is_missing(value: object) -> bool:
    return value is None or value == () or (not isinstance(value, tuple) and bool(pd.isna(value)))  # type: ignore[call-overload]
