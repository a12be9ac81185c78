"""What-if edits of a dataset's rows: set, add, remove, without leaving anything that refers to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from matchmaker.errors import Detail, Fault, InputError, Place
from matchmaker.model import Dataset
from matchmaker.scheme.row_removal import RowEdit, without_rows
from matchmaker.scheme.typed_faults import nearest, shown
from matchmaker.tables import TABLES, choices_of
from matchmaker.tables.canonical import canonical_frame
from matchmaker.tables.cells import interpret
from matchmaker.tables.schema import Choices, Column

__all__ = [
    "AddRow",
    "DataChange",
    "DropPin",
    "RemoveRow",
    "RowEdit",
    "SetRow",
    "apply_data_changes",
    "edited_dataset",
]


@dataclass(frozen=True)
class SetRow:
    """Give columns of one row new values; `place` is where the change is written."""

    table: str
    id: str
    values: Mapping[str, Any]
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True)
class AddRow:
    """Add one row; the key is among its values. `place` is where the change is written."""

    table: str
    values: Mapping[str, Any]
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True)
class RemoveRow:
    """Take one row out, with all that lies below it; `place` is where the change is written."""

    table: str
    id: str
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True)
class DropPin:
    """Take rows out of the pins sheet: those with these words; `place` is where the change is written."""

    source: str
    target: str | None = None
    stage: str | None = None
    action: str | None = None
    place: Place = field(default=Place(), compare=False)


DataChange = SetRow | AddRow | RemoveRow | DropPin

_Wanted = Literal["value", "number", "flag", "text", "date", "code"]


def apply_data_changes(dataset: Dataset, changes: Sequence[DataChange]) -> Dataset:
    """The dataset with the changes made in order. Raises as `edited_dataset` does."""
    return edited_dataset(dataset, changes)[0]


def edited_dataset(dataset: Dataset, changes: Sequence[DataChange]) -> tuple[Dataset, tuple[RowEdit, ...]]:
    """Make the changes in order.

    Removing a row also removes what lies below it in the trees (an agency's branches,
    their members) and every row that cannot do without it (its wishes, pins, history);
    elsewhere the reference to it is emptied.

    Returns
    -------
    dataset, edits
        The new dataset, and how many rows of which table were set, added, removed or
        emptied, change by change.

    Raises
    ------
    InputError
        With the place of each change that names an unknown table, row, column or
        reference, repeats a key, or gives a value that the column cannot hold.
    """
    faults: list[Fault] = []
    edits: list[RowEdit] = []
    for change in changes:
        try:
            dataset, made = _apply(dataset, change)
            edits += made
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return dataset, tuple(edits)


def _apply(dataset: Dataset, change: DataChange) -> tuple[Dataset, tuple[RowEdit, ...]]:
    if isinstance(change, DropPin):
        return _without_pin(dataset, change)
    if change.table not in dataset.tables and change.table not in TABLES:
        raise _error(
            "scenario.unknown_table", change.place, "table", change.table, near=nearest(change.table, TABLES)
        )
    if isinstance(change, AddRow):
        return _added(dataset, change)
    position = _position(dataset, change)
    if isinstance(change, SetRow):
        return _set(dataset, change, position)
    return without_rows(dataset, change.table, [str(dataset.ids(change.table)[position])])


def _without_pin(dataset: Dataset, change: DropPin) -> tuple[Dataset, tuple[RowEdit, ...]]:
    pins = dataset.frame("pins")
    found = np.ones(len(pins), bool)
    for column, words in (
        ("source_id", change.source),
        ("target_id", change.target),
        ("stage", change.stage),
        ("action", change.action),
    ):
        if words is not None:
            found &= (pins[column] == words).to_numpy(bool) if column in pins else False
    if not found.any():
        pair = "–".join(filter(None, (change.source, change.target)))
        raise InputError([Fault("scenario.unknown_pin", change.place, pair)])
    left = pins[~found].reset_index(drop=True)
    return _with_frame(dataset, "pins", left), (RowEdit("removed", "pins", int(found.sum())),)


def _position(dataset: Dataset, change: SetRow | RemoveRow) -> int:
    if change.table not in dataset.keys:
        keyed = "、".join(sorted(set(dataset.keys) & set(dataset.tables)))
        raise _error("scenario.no_key", change.place, "table", change.table, keyed=keyed)
    found = _resolved(dataset, (change.table,), change.id)
    if found is None:
        near = nearest(change.id, [str(each) for each in dataset.ids(change.table)][:100_000])
        near = near if len(near) <= 60 else ""
        raise _error(
            "scenario.unknown_row", change.place, "id", change.id, table=change.table, near=near or "—"
        )
    return int(dataset.positions(change.table, [found])[0])


def _set(dataset: Dataset, change: SetRow, position: int) -> tuple[Dataset, tuple[RowEdit, ...]]:
    key = dataset.keys[change.table]
    values = _values(dataset, change, change.values)
    if key in values and values[key] != dataset.ids(change.table)[position]:
        raise _error("scenario.key_fixed", change.place, key, str(values[key]), table=change.table)
    frame = dataset.frame(change.table).copy()
    for column, value in values.items():
        frame[column] = _with_value(frame, column, position, value)
    return _with_frame(dataset, change.table, frame), (RowEdit("set", change.table, 1),)


def _added(dataset: Dataset, change: AddRow) -> tuple[Dataset, tuple[RowEdit, ...]]:
    table, key = TABLES.get(change.table), dataset.keys.get(change.table)
    given = dict(change.values)
    if key is not None and "id" in given and key not in given:
        given[key] = given.pop("id")
    values = _values(dataset, change, given)
    required = [column.id for column in table.columns if column.required] if table else []
    if key is not None and key not in required:
        required.append(key)
    missing = [column for column in required if values.get(column) in (None, ())]
    if missing:
        raise InputError(
            [
                _fault("scenario.column_missing", change.place, column, "", table=change.table)
                for column in missing
            ]
        )
    if key is not None and int(dataset.positions(change.table, [values[key]])[0]) >= 0:
        raise _error("scenario.row_exists", change.place, key, str(values[key]), table=change.table)
    frame = dataset.frame(change.table)
    names = [*frame.columns, *(name for name in values if name not in frame)]
    columns = {
        name: [*(frame[name] if name in frame else [None] * len(frame)), values.get(name)] for name in names
    }
    rows = pd.DataFrame({name: _retyped(frame, name, cells) for name, cells in columns.items()})
    return _with_frame(dataset, change.table, rows), (RowEdit("added", change.table, 1),)


def _retyped(frame: pd.DataFrame, column: str, cells: list[Any]) -> pd.Series:
    """The cells of a longer column in the type that the column had."""
    series = pd.Series(_objects(cells), dtype=object)
    return series.astype(frame[column].dtype) if column in frame else series


def _with_value(frame: pd.DataFrame, column: str, position: int, value: Any) -> pd.Series:
    cells = list(frame[column]) if column in frame else [None] * len(frame)
    cells[position] = value
    return _retyped(frame, column, cells)


def _objects(cells: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.object_]]:
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def _with_frame(dataset: Dataset, table: str, frame: pd.DataFrame) -> Dataset:
    return Dataset({**dataset.tables, table: canonical_frame(table, frame)}, dataset.keys, dataset.parents)


def _values(dataset: Dataset, change: SetRow | AddRow, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given values by column id, as the columns hold them."""
    frame, table = dataset.frame(change.table), TABLES.get(change.table)
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    columns: dict[str, Column | None] = {}
    for name, raw in given.items():
        column = table.find(name) if table is not None and name not in frame else None
        column = column or (table.column(name) if table is not None else None)
        if column is None and name not in frame:
            known = [str(each) for each in frame] + [each.id for each in (table.columns if table else ())]
            near = nearest(name, known)
            faults.append(
                _fault("scenario.unknown_column", change.place, name, name, table=change.table, near=near)
            )
            continue
        column_id = column.id if column else name
        columns[column_id] = column
        value = _typed(raw, column, frame.get(column_id), choices_of(dataset, column))
        if isinstance(value, _Refused) or (value is None and column is not None and column.required):
            wanted = value.wanted if isinstance(value, _Refused) else "value"
            faults.append(_fault(f"scenario.not_{wanted}", change.place, name, shown(raw), column=column_id))
        else:
            values[column_id] = value
    for column_id, column in columns.items():
        if column is not None and column.is_reference and column_id in values:
            faults += _refer(dataset, change, column, values)
    if faults:
        raise InputError(faults)
    return values


@dataclass(frozen=True)
class _Refused:
    """A value that its column cannot hold, and what it holds."""

    wanted: _Wanted


def _typed(raw: Any, column: Column | None, cells: pd.Series | None, choices: Choices | None) -> Any:
    if isinstance(raw, dict) or (isinstance(raw, list) and not (column is not None and column.many)):
        return _Refused("text")
    if raw is None:
        return () if column is not None and column.many else None
    if column is None:
        return _typed_attribute(raw, cells)
    if column.kind == "flag" or isinstance(raw, bool):
        return raw if column.kind == "flag" and isinstance(raw, bool) else _Refused(_wanted(column))
    if column.is_number and isinstance(raw, str):
        return _Refused("number")
    text = "、".join(map(str, raw)) if isinstance(raw, list) else raw
    cell = interpret(text, column, choices, from_csv=False, epoch_1904=False)
    return _Refused(_wanted(column)) if cell.fault else cell.value


def _wanted(column: Column) -> _Wanted:
    if column.is_number:
        return "number"
    if column.kind in ("flag", "date"):
        return "flag" if column.kind == "flag" else "date"
    return "code" if column.choices is not None else "text"


def _typed_attribute(raw: Any, cells: pd.Series | None) -> Any:
    """A value for a column of the office's own, which holds what its other cells hold."""
    if cells is not None and pd.api.types.is_bool_dtype(cells.dtype):
        return raw if isinstance(raw, bool) else _Refused("flag")
    if cells is not None and pd.api.types.is_numeric_dtype(cells.dtype):
        is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
        return float(raw) if is_number else _Refused("number")
    return _Refused("text") if isinstance(raw, bool) else str(raw)


def _refer(dataset: Dataset, change: SetRow | AddRow, column: Column, values: dict[str, Any]) -> list[Fault]:
    """Put ids for the names that a reference gives; the references to nothing."""
    tables = column.refers_to
    if column.chooser is not None:
        kind = values.get(column.chooser.column)
        if (
            kind is None
            and isinstance(change, SetRow)
            and column.chooser.column in dataset.frame(change.table)
        ):
            row = int(dataset.positions(change.table, [change.id])[0])
            kind = dataset.frame(change.table)[column.chooser.column].iloc[row] if row >= 0 else None
        tables = column.chooser.tables.get(str(kind), ())
    present = tuple(table for table in tables if dataset.has(table))
    value = values[column.id]
    given = value if isinstance(value, tuple) else () if value is None else (value,)
    found = [_resolved(dataset, present, text) for text in given]
    if column.strict and present and None in found:
        lost = [text for text, id_ in zip(given, found, strict=True) if id_ is None]
        return [
            _fault("scenario.unknown_reference", change.place, column.id, text, table="、".join(present))
            for text in lost
        ]
    ids = tuple(id_ or text for text, id_ in zip(given, found, strict=True))
    values[column.id] = ids if isinstance(value, tuple) else (ids[0] if ids else None)
    return []


def _resolved(dataset: Dataset, tables: Sequence[str], text: str) -> str | None:
    """The id that `text` is, or that the one row of that name has; None if there is no such row."""
    for table in tables:
        if dataset.has(table) and int(dataset.positions(table, [text])[0]) >= 0:
            return text
    for table in tables:
        frame = dataset.frame(table)
        for column in TABLES[table].names if table in TABLES else ():
            if column in frame:
                rows = np.flatnonzero((frame[column] == text).to_numpy(bool))
                if len(rows) == 1:
                    return str(dataset.ids(table)[rows[0]])
    return None


def _fault(code: str, place: Place, key: str, found: str, **details: Detail) -> Fault:
    where = Place(file=place.file, line=place.line, key=".".join(filter(None, (place.key, key))))
    return Fault(code, where, found, {"key": key, **details})


def _error(code: str, place: Place, key: str, found: str, **details: Detail) -> InputError:
    return InputError([_fault(code, place, key, found, **details)])
