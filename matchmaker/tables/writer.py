"""Tables to CSV files or one workbook, such that reading them back gives the same dataset."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any, Literal
from unicodedata import east_asian_width

import numpy as np
import pandas as pd
import xlsxwriter

from matchmaker.tables.canonical import TABLES, canonical_frame, distinct
from matchmaker.tables.schema import Column, Table

__all__ = ["FORMULA_START", "SEPARATOR", "write_dataset"]

Headers = Literal["en", "zh"]
FORMULA_START = re.compile(r"'*[=+\-@\t\r]")
"""Text that a spreadsheet would run when it opens a CSV file: an apostrophe is put before
it, also before text that already starts with apostrophes, so that reading can take off
exactly the one that was put there."""

_CREATED = datetime(2000, 1, 1)
_WIDEST = 40
SEPARATOR = "、"
_MAX_CELL = 32_767


def write_dataset(
    tables: Mapping[str, pd.DataFrame],
    target: Path,
    *,
    file_format: Literal["csv", "xlsx"] = "csv",
    headers: Headers = "en",
    notice: str = "",
) -> tuple[Path, ...]:
    """Write `tables` for people to fill in or for a later run to read.

    Parameters
    ----------
    tables
        Table id to frame, values as in `Dataset`. Tables are written in the order of
        the definitions, columns likewise, whatever the order given.
    target
        For CSV the folder, made where missing; for a workbook the file.
    file_format
        CSV is UTF-8 without a byte order mark, lines end in a line feed.
    headers
        English column ids and codes, or Chinese headers, sheet names and code names.
    notice
        Title line of every sheet, for instance 模拟数据. CSV files have none.

    Returns
    -------
    tuple of Path
        The files written, in order. The same tables give the same bytes. Files with
        personal data are readable by their owner only.
    """
    known = list(TABLES)
    order = sorted(tables, key=lambda each: (known.index(each) if each in TABLES else len(known), each))
    frames = {table_id: canonical_frame(table_id, tables[table_id]) for table_id in order}
    if file_format == "xlsx":
        _write_workbook(frames, target, headers, notice)
        return (target,)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for table_id, frame in frames.items():
        path = target / f"{_sheet_name(table_id, headers)}.csv"
        text = StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_header(TABLES.get(table_id), name, headers) for name in frame.columns)
        columns = [_csv_cells(_column(table_id, name), frame[name], headers) for name in frame.columns]
        writer.writerows(zip(*columns, strict=True))
        _replace(path, text.getvalue().encode(), _is_sensitive(table_id, frame))
        written.append(path)
    return tuple(written)


def _column(table_id: str, name: str) -> Column | None:
    table = TABLES.get(table_id)
    return table.column(name) if table else None


def _sheet_name(table_id: str, headers: Headers) -> str:
    table = TABLES.get(table_id)
    return table.zh if table and headers == "zh" else table_id


def _header(table: Table | None, name: str, headers: Headers) -> str:
    column = table.column(name) if table else None
    return column.zh if column and headers == "zh" else name


def _is_sensitive(table_id: str, frame: pd.DataFrame) -> bool:
    columns = (_column(table_id, name) for name in frame.columns)
    return any(column is not None and column.sensitive for column in columns)


def _replace(path: Path, content: bytes, private: bool) -> None:
    """Put `content` in place of `path` in one step, so that no half file can be read."""
    temporary = path.with_name(f".{path.name}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o644)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    temporary.replace(path)


def _texts(column: Column | None, values: pd.Series, headers: Headers) -> list[str]:
    """The cells of one column as text, empty where a value is missing."""
    codes, uniques = distinct(np.asarray(values, dtype=object))
    names = column.choices.names if column and column.choices and headers == "zh" else {}
    # Yes and no of a column of the user's own stay true and false, which reading recognises.
    written = [_text(value, names, headers if column else "en") for value in uniques]
    return [written[code] for code in codes.tolist()]


def _text(value: Any, names: Mapping[str, str], headers: Headers) -> str:
    if isinstance(value, tuple):
        return SEPARATOR.join(names.get(each, each) for each in value)
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return ("是" if value else "否") if headers == "zh" else ("true" if value else "false")
    if isinstance(value, (float, int, np.floating, np.integer)):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return names.get(value, value)


def _csv_cells(column: Column | None, values: pd.Series, headers: Headers) -> list[str]:
    cells = _texts(column, values, headers)
    if values.dtype == object:
        return [f"'{cell}" if FORMULA_START.match(cell) else cell for cell in cells]
    return cells


def _write_workbook(frames: Mapping[str, pd.DataFrame], target: Path, headers: Headers, notice: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.tmp")
    private = any(_is_sensitive(table_id, frame) for table_id, frame in frames.items())
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o644))
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(temporary), options) as book:
        book.set_properties({"created": _CREATED, "comments": notice})
        head = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True})
        title = book.add_format({"bold": True, "font_size": 14})
        as_text = book.add_format({"num_format": "@"})
        for table_id, frame in frames.items():
            sheet = book.add_worksheet(_sheet_name(table_id, headers))
            row = 0
            if notice:
                sheet.write_string(0, 0, notice, title)
                row = 1
            for at, name in enumerate(frame.columns):
                header = _header(TABLES.get(table_id), name, headers)
                sheet.write_string(row, at, header, head)
                cells = _texts(_column(table_id, name), frame[name], headers)
                numeric = frame[name].dtype == np.float64
                sheet.set_column(at, at, _width(header, cells), None if numeric else as_text)
                _write_cells(sheet, row + 1, at, frame[name] if numeric else None, cells)
            sheet.freeze_panes(row + 1, 0)
    temporary.replace(target)


def _write_cells(sheet: Any, first: int, at: int, numbers: pd.Series | None, cells: Sequence[str]) -> None:
    if numbers is not None:
        for row, number in enumerate(numbers.to_numpy().tolist(), first):
            if number == number:
                sheet.write_number(row, at, number)
        return
    for row, cell in enumerate(cells, first):
        if cell:
            sheet.write_string(row, at, cell[:_MAX_CELL])


def _width(header: str, cells: Sequence[str]) -> float:
    """Column width in characters; a Chinese character takes two, which autofit does not see."""
    longest = max(
        (sum(2 if east_asian_width(each) in "WF" else 1 for each in text) for text in {header, *cells[:500]}),
        default=8,
    )
    return float(min(max(longest + 2, 8), _WIDEST))
