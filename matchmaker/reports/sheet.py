"""What a sheet of the workbook holds, before any file format: titles, columns, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from matchmaker.columns import values
from matchmaker.errors import InputError
from matchmaker.model import Dataset, Integers, Objects

__all__ = ["Cell", "Column", "Kind", "Sheet", "cells", "whole_numbers"]

Cell = str | int | float | None
Kind = Literal["text", "centre", "number", "whole", "points", "share", "decimal", "km", "change"]
Highlight = Literal["", "change", "fit"]


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    Parameters
    ----------
    title : str
    values : sequence of str, int, float or None
        One per row; None leaves the cell empty.
    kind : str
        ``text`` (left), ``centre`` (short words), ``number`` (running numbers), ``whole``,
        ``points``, ``decimal`` or ``km`` (amounts), ``share`` (0 to 1, shown in per cent), ``change``
        (points gained or lost).
    kinds : sequence of str
        One per row where they differ from row to row; empty where all are of `kind`.
    widest : int
        No wider than so many characters, a Chinese one counting two; longer text wraps.
    total : str
        ``sum`` or ``mean`` of the rows shown, or a text; empty for nothing.
    highlight : str
        ``change`` colours new and moved pairs, ``fit`` points below the limit of a mismatch.
    """

    title: str
    values: Sequence[Cell]
    kind: Kind = "text"
    widest: int = 28
    total: str = ""
    highlight: Highlight = ""
    kinds: Sequence[Kind] = ()


@dataclass(frozen=True)
class Sheet:
    """One list of the workbook, ready to be written.

    Parameters
    ----------
    name : str
        Of the tab, as wished for; the writer makes it valid and unique.
    title : str
    columns : tuple of Column
        Without the running number, which the writer puts first.
    band : (rows,) int64
        Rows with the same number belong together and share a background.
    notes : tuple of str
        Lines below the table.
    fixed : int
        Columns that stay in sight while scrolling, the running number included.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    band: Integers = field(default_factory=lambda: np.empty(0, np.int64))
    notes: tuple[str, ...] = ()
    fixed: int = 1

    def __len__(self) -> int:
        return len(self.columns[0].values) if self.columns else 0


def cells(dataset: Dataset, table: str, path: str, rows: Integers) -> list[Cell] | None:
    """Cells of a column or path of `table` at the given rows; None where the data do not have it at all.

    A row of -1 gives an empty cell.
    """
    try:
        column: Objects = values(dataset, table, path)
    except InputError:
        return None
    if not len(column):
        return None
    taken = column[np.maximum(rows, 0)]
    found: list[Cell] = [
        None if row < 0 or value is None or value != value else value
        for row, value in zip(rows.tolist(), taken.tolist(), strict=True)
    ]
    return found if any(cell is not None for cell in found) else None


def whole_numbers(found: list[Cell] | None) -> list[Cell] | None:
    """Numbers of people and households as whole ones."""
    if found is None:
        return None
    return [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in found]
