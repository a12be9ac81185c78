"""A folder or workbook to a dataset: all of it is read, then all its faults are told at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from matchmaker.errors import InputError, Note
from matchmaker.model import Dataset
from matchmaker.tables.canonical import TABLES, dataset_of
from matchmaker.tables.columns import Reading as TableReading
from matchmaker.tables.columns import read_columns
from matchmaker.tables.csv_files import read_csv
from matchmaker.tables.grids import Grid, Ledger
from matchmaker.tables.layouts import find_layout, near_table, table_named
from matchmaker.tables.references import Directory, check_keys, resolve_references
from matchmaker.tables.schema import Choices, Column, Option, Table, match_key
from matchmaker.tables.workbooks import content_kind, read_workbook

__all__ = ["Reading", "read_dataset"]

_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".et"})
_WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et"})


@dataclass(frozen=True)
class Reading:
    """A dataset and what has to be said about how it was read.

    Parameters
    ----------
    dataset
        Normalised and validated.
    notes
        What was tidied up (counted), and warnings.
    files
        The files that were read, in order.
    """

    dataset: Dataset
    notes: tuple[Note, ...]
    files: tuple[Path, ...]


def read_dataset(path: Path, beside: Dataset | None = None, records: bool = False) -> Reading:
    """Read a folder of CSV files (or workbooks), or one workbook or CSV file.

    Parameters
    ----------
    path
        The folder, whose files are named after tables, or the file, whose sheets are;
        names and headers in Chinese or English.
    beside
        Tables that references may point to as well, and whose ``codes`` count: the roster beside
        which records are read. They are no part of what is returned.
    records
        Whether what is read are records of the year, which may be about the roster only.

    Returns
    -------
    Reading
        The same whatever the order of files, rows and columns.

    Raises
    ------
    InputError
        With every fault of every file: places, what was found, what is expected, and
        what to do.
    """
    ledger = Ledger()
    files = _files(path, ledger)
    grids: dict[str, tuple[Table, Grid]] = {}
    for file in files:
        for table, grid in _read_file(file, ledger):
            if table.id in grids:
                first = grids[table.id][1]
                other = " ".join(filter(None, (first.file, first.sheet)))
                ledger.fault("tables.table_twice", grid, found=f"{table.zh}({table.id})", other=other)
            else:
                grids[table.id] = (table, grid)
    if not grids and not ledger.faults:
        names = "、".join(table.zh for table in TABLES.values())
        ledger.file_fault("tables.no_table", path.name, names=names)
    dataset = _understand(grids, ledger, {} if beside is None else beside.tables, records)
    if ledger.faults:
        raise InputError(ledger.faults)
    return Reading(dataset, ledger.notes, tuple(files))


def _files(path: Path, ledger: Ledger) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        ledger.file_fault("tables.not_found", str(path))
        return []
    files = []
    for file in sorted(path.iterdir()):
        if file.name.startswith("~$"):  # left by a spreadsheet program while a file is open
            ledger.note("tables.warning.open_elsewhere", Grid(file.name.removeprefix("~$"), "", []).place())
        elif file.is_file() and not file.name.startswith(".") and file.suffix.lower() in _SUFFIXES:
            files.append(file)
    return files


def _read_file(file: Path, ledger: Ledger) -> list[tuple[Table, Grid]]:
    """The tables of one file, by what it holds; its name is believed last."""
    stem_table = table_named(file.stem)
    try:
        content = file.read_bytes()
    except OSError as error:
        ledger.file_fault("tables.unreadable", file.name, found=error.strerror or "")
        return []
    kind = content_kind(content)
    is_workbook = file.suffix.lower() in _WORKBOOK_SUFFIXES
    if not is_workbook and stem_table is None and kind in ("text", "empty"):
        _note_other(file.name, "", file.stem, ledger)
        return []
    if kind == "empty":
        ledger.file_fault("tables.empty_file", file.name)
        return []
    if kind == "html":
        ledger.file_fault("tables.html", file.name)
        return []
    if (kind == "text") == is_workbook:
        place = Grid(file.name, "", []).place()
        ledger.note("tables.note.wrong_extension", place, content="CSV" if kind == "text" else "Excel")
    if kind == "text":
        grid = read_csv(file.name, content, ledger) if stem_table else None
        if stem_table is None:
            _note_other(file.name, "", file.stem, ledger)
        return [(stem_table, grid)] if stem_table and grid else []
    grids, others = read_workbook(file.name, content, lambda name: table_named(name) is not None, ledger)
    for name in others:
        _note_other(file.name, name, name, ledger)
    found = []
    for grid in grids:
        table = table_named(grid.sheet) or stem_table
        if table is None:
            _note_other(file.name, grid.sheet, grid.sheet, ledger)
            continue
        if grid.hidden:
            ledger.note("tables.warning.hidden_sheet", grid.place())
        ledger.note("tables.warning.hidden_rows", grid.place(), grid.hidden_rows)
        found.append((table, grid))
    return found


def _note_other(file: str, sheet: str, name: str, ledger: Ledger) -> None:
    near = near_table(name)
    place = Grid(file, sheet, []).place()
    if near is not None:
        ledger.note("tables.warning.near_table", place, name=name, near=f"{near.zh}({near.id})")
    else:
        ledger.note("tables.note.other_table", place, name=name)


def _understand(
    grids: Mapping[str, tuple[Table, Grid]],
    ledger: Ledger,
    beside: Mapping[str, pd.DataFrame],
    records: bool,
) -> Dataset:
    """Layouts, then cells, then keys, then references: each over all tables."""
    layouts = {
        table_id: layout
        for table_id, (table, grid) in grids.items()
        if (layout := find_layout(table, grid, ledger)) is not None
    }
    extended: dict[str, Choices] = _extensions(beside["codes"]) if "codes" in beside else {}

    def choices_of(column: Column) -> Choices | None:
        return extended.get(column.choices.id, column.choices) if column.choices else None

    readings: dict[str, TableReading] = {}
    for table_id in sorted(layouts, key=lambda each: (each != "codes", list(TABLES).index(each))):
        readings[table_id] = read_columns(layouts[table_id], choices_of, ledger)
        if table_id == "codes":
            extended.update(_extensions(readings[table_id].frame))
    # A table whose key column is missing has its own fault; references to it are not orphans.
    directories = {
        table_id: Directory(reading.table, reading.frame, *_rows(beside, table_id))
        for table_id, reading in readings.items()
        if reading.table.key and reading.table.key in reading.frame
    }
    for table_id in beside.keys() & TABLES.keys() - readings.keys():
        if TABLES[table_id].key and len(beside[table_id]):
            directories[table_id] = Directory(TABLES[table_id], beside[table_id])
    frames = {}
    for table_id, reading in readings.items():
        resolved = replace(reading, frame=resolve_references(reading, directories, ledger, records))
        check_keys(resolved, ledger)
        frames[table_id] = resolved.frame
    return dataset_of(frames) if not ledger.faults else dataset_of({})


def _rows(tables: Mapping[str, pd.DataFrame], table_id: str) -> list[pd.DataFrame]:
    return [tables[table_id]] if table_id in tables and len(tables[table_id]) else []


def _extensions(frame: pd.DataFrame) -> dict[str, Choices]:
    """The lists of codes that the dataset's own code table adds to."""
    lists: dict[str, Choices] = {}
    for table in TABLES.values():
        for column in table.columns:
            if column.choices is not None:
                for name in (column.id, column.zh):
                    lists.setdefault(match_key(name), column.choices)
    for choices in list(lists.values()):
        lists[match_key(choices.id)] = lists[match_key(choices.zh)] = choices
    if not {"code_type", "code", "name"} <= set(frame.columns):
        return {}
    added: dict[str, list[Option]] = {}
    for kind, code, name in zip(frame["code_type"], frame["code"], frame["name"], strict=True):
        meant = lists.get(match_key(kind)) if kind else None
        if meant is not None and code and name:
            added.setdefault(meant.id, []).append(Option(code, name))
    by_id = {choices.id: choices for choices in lists.values()}
    return {list_id: by_id[list_id].extended(tuple(options)) for list_id, options in added.items()}
