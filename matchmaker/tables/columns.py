"""From a layout to a frame: every column understood once per distinct value, every fault kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.errors import Detail
from matchmaker.tables.canonical import distinct
from matchmaker.tables.cells import EMPTY_MARKS, Cell, clean, interpret, interpret_plain
from matchmaker.tables.grids import Ledger
from matchmaker.tables.layouts import Field, Layout
from matchmaker.tables.schema import Choices, Column, Kind, Table

__all__ = ["Reading", "details_of", "read_columns"]

PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?", re.ASCII)
_OPTIONS_SHOWN = 20


@dataclass(frozen=True)
class Reading:
    """A table whose cells are understood, references not yet resolved.

    Parameters
    ----------
    layout
        Where it came from.
    frame
        Columns under their English ids (or own headers), one row per data row of the
        layout, in the order of the file.
    rejected
        Column to a mask of rows whose cell was a fault already, so that nothing more is
        said about it.
    """

    layout: Layout
    frame: pd.DataFrame
    rejected: Mapping[str, NDArray[np.bool_]]

    @property
    def table(self) -> Table:
        """The table's definition."""
        return self.layout.table

    def position(self, name: str) -> int:
        """The column of the grid that the column `name` came from."""
        return next(field.position for field in self.layout.fields if field.name == name)


def details_of(column: Column) -> dict[str, Detail]:
    """What the sentences about a column need."""
    return {"header": column.zh, "column": column.id}


def read_columns(layout: Layout, choices_of: Callable[[Column], Choices | None], ledger: Ledger) -> Reading:
    """Understand every cell of a table.

    Parameters
    ----------
    layout
        Where fields and rows stand.
    choices_of
        The list of codes of a column, as the dataset extends it.
    ledger
        Receives every faulty cell, every missing value, and what was tidied up.
    """
    cells = _transposed(layout)
    known: dict[str, pd.Series] = {}
    rejected: dict[str, NDArray[np.bool_]] = {}
    for field in layout.fields:
        raw = cells[field.position]
        lost = _lost_cells(layout, field)
        if field.column is None:
            known[field.name] = _attribute(raw, layout, ledger)
            rejected[field.name] = lost
            continue
        column = _Understanding(field.column, choices_of(field.column), field.position)
        values, faulty = _known_column(column, raw, lost, layout, ledger)
        known[field.name], rejected[field.name] = values, faulty | lost
    frame = pd.DataFrame(known, index=pd.RangeIndex(len(layout.rows)))
    reading = Reading(layout, frame, rejected)
    _check_one_of(reading, ledger)
    rows, positions = set(layout.rows), {field.position for field in layout.fields}
    for (row, position), (code, found) in layout.grid.damaged.items():
        if row in rows and position in positions:  # not in a total row, not in a 序号 column
            ledger.fault(code, layout.grid, row, position, found)
    return reading


def _transposed(layout: Layout) -> list[tuple[object, ...]]:
    rows = layout.grid.rows
    width = max((field.position for field in layout.fields), default=-1) + 1
    columns = list(zip_longest(*(rows[row] for row in layout.rows)))
    blank: tuple[object, ...] = (None,) * len(layout.rows)
    return columns + [blank] * (width - len(columns))


def _lost_cells(layout: Layout, field: Field) -> NDArray[np.bool_]:
    """Rows whose cell in this column is damaged or swallowed by a merge."""
    lost = {row for row, position in layout.grid.damaged if position == field.position}
    for merge in layout.grid.merges:
        if merge.left <= field.position <= merge.right:
            lost.update(range(merge.top, merge.bottom + 1))
            if merge.left == field.position:
                lost.discard(merge.top)
    if not lost:
        return np.zeros(len(layout.rows), bool)
    return np.fromiter((row in lost for row in layout.rows), bool, len(layout.rows))


class _Understanding(NamedTuple):
    """How to understand a column that is defined, and where it stands in the grid."""

    column: Column
    choices: Choices | None
    position: int


def _known_column(
    how: _Understanding, raw: tuple[object, ...], lost: NDArray[np.bool_], layout: Layout, ledger: Ledger
) -> tuple[pd.Series, NDArray[np.bool_]]:
    """The values of the column, and which rows are faulty in it."""
    (column, choices, position), grid = how, layout.grid
    codes, uniques = distinct(raw)
    options = {"from_csv": grid.lines is not None, "epoch_1904": grid.epoch_1904}
    understood = interpret_plain(uniques, column) or [
        interpret(value, column, choices, **options) for value in uniques
    ]
    counts = np.bincount(codes, minlength=len(uniques))
    for cell, count in zip(understood, counts.tolist(), strict=True):
        for mark in cell.marks:
            ledger.note(mark, grid.place(), count)
    bad = np.fromiter((bool(cell.fault) for cell in understood), bool, len(understood))
    faulty = bad[codes] if len(codes) else np.zeros(0, bool)
    for at in np.flatnonzero(faulty).tolist():
        cell = understood[codes[at]]
        details = _cell_details(column, choices, cell.fault)
        ledger.fault(cell.fault, grid, layout.rows[at], position, _shown(uniques[codes[at]]), **details)
    if column.required:
        blank = np.fromiter((cell.value in (None, ()) and not cell.fault for cell in understood), bool)
        for at in np.flatnonzero(blank[codes] & ~lost if len(codes) else []).tolist():
            ledger.fault("tables.missing_value", grid, layout.rows[at], position, **details_of(column))
    return _stored(column, understood, codes), faulty


def _shown(raw: object) -> str:
    """A cell as its user saw it: a sheet's 5 is 5.0 to the reader."""
    return raw if isinstance(raw, str) else clean(raw, as_id=False, from_csv=False)[0]


def _cell_details(column: Column, choices: Choices | None, fault: str) -> dict[str, Detail]:
    details = details_of(column)
    if fault == "tables.too_small" and column.minimum is not None:
        details["minimum"] = f"{column.minimum:g}"
    if fault == "tables.too_large" and column.maximum is not None:
        details["maximum"] = f"{column.maximum:g}"
    if fault == "tables.unknown_code" and choices is not None:
        shown = [f"{option.zh}({option.code})" for option in choices.options[:_OPTIONS_SHOWN]]
        details["options"] = "、".join(shown) + ("…" if len(choices.options) > _OPTIONS_SHOWN else "")
    return details


def _stored(column: Column, understood: list[Cell], codes: NDArray[np.intp]) -> pd.Series:
    values = [None if cell.fault else cell.value for cell in understood]
    if column.is_number:
        numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        return pd.Series(numbers[codes])
    if column.kind is Kind.FLAG:
        return pd.Series(pd.array(_objects(values)[codes].tolist(), dtype="boolean"))
    if column.many:
        values = [() if value is None else value for value in values]
    return pd.Series(_objects(values)[codes], dtype=object)


def _objects(values: list[Any]) -> NDArray[np.object_]:
    array = np.empty(len(values), dtype=object)
    for position, value in enumerate(values):  # a slice would spread tuples over the array
        array[position] = value
    return array


def _attribute(raw: tuple[object, ...], layout: Layout, ledger: Ledger) -> pd.Series:
    """A column of the user's own: numbers if all are, yes/no if all say true or false, else text."""
    codes, uniques = distinct(raw)
    from_csv = layout.grid.lines is not None
    cleaned = [clean(value, as_id=False, from_csv=from_csv) for value in uniques]
    counts = np.bincount(codes, minlength=len(uniques))
    for (text, marks), count in zip(cleaned, counts.tolist(), strict=True):
        for mark in (*marks, "tables.note.empty_mark") if text in EMPTY_MARKS else marks:
            ledger.note(mark, layout.grid.place(), count)
    texts = [None if not text or text in EMPTY_MARKS else text for text, _ in cleaned]
    filled = [text for text in texts if text is not None]
    if filled and all(PLAIN_NUMBER.fullmatch(text) for text in filled):
        return pd.Series(np.array([np.nan if text is None else float(text) for text in texts])[codes])
    if filled and all(text.lower() in ("true", "false") for text in filled):
        flags = [None if text is None else text.lower() == "true" for text in texts]
        return pd.Series(pd.array(_objects(flags)[codes].tolist(), dtype="boolean"))
    return pd.Series(_objects(texts)[codes], dtype=object)


def _check_one_of(reading: Reading, ledger: Ledger) -> None:
    """Rows that fill none of the columns of which at least one is needed."""
    wanted = reading.table.one_of
    present = [name for name in wanted if name in reading.frame]
    if not wanted:
        return
    empty = np.ones(len(reading.frame), bool)
    for name in present:
        empty &= reading.frame[name].isna().to_numpy() & ~reading.rejected[name]
    headers = "、".join(column.zh for column in reading.table.columns if column.id in wanted)
    columns = ", ".join(wanted)
    position = reading.position(present[0]) if present else -1
    for at in np.flatnonzero(empty).tolist():
        row = reading.layout.rows[at]
        ledger.fault("tables.none_of", reading.layout.grid, row, position, headers=headers, columns=columns)
