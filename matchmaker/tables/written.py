"""Tables read back as this program wrote them, each only when it is asked for.

A plan's inputs are normalised, and their checksums say whether they still are what was
written. Then nothing needs to be understood or validated again, and a question about one
stage need not read the rosters of the others.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from matchmaker.lazily import Lazily
from matchmaker.model import Dataset, Objects
from matchmaker.tables.canonical import TABLES, dataset_of, distinct
from matchmaker.tables.columns import PLAIN_NUMBER
from matchmaker.tables.schema import Column
from matchmaker.tables.writer import FORMULA_START, SEPARATOR

__all__ = ["read_written", "written_texts"]


def read_written(folder: Path) -> Dataset:
    """The dataset that `write_dataset` wrote into `folder` as CSV with English headers.

    Parameters
    ----------
    folder
        Nobody must have edited it since: values are taken as they stand.

    Returns
    -------
    Dataset
        What `read_dataset` returns of the same folder; a table is read when it is first asked for.
    """
    order = list(TABLES)
    found = {path.stem for path in folder.glob("*.csv")} & TABLES.keys()
    names = sorted(found, key=lambda name: (name != "codes", order.index(name)))
    paths = {name: folder / f"{name}.csv" for name in names}
    sketches = {name: _Unread(path) for name, path in paths.items()}
    tables = Lazily(tuple(names), lambda name: _frame(name, paths[name]), lambda name: sketches[name])
    empty = dataset_of({})
    return Dataset(tables, empty.keys, empty.parents)


@dataclass(frozen=True)
class _Unread:
    """A file that has not been read, as a `Sketch`."""

    path: Path

    @cached_property
    def columns(self) -> tuple[str, ...]:
        with self.path.open(encoding="utf-8", newline="") as file:
            return tuple(next(csv.reader(file), ()))

    def may_hold(self, words: str) -> bool:
        return words.replace('"', '""').encode() in self._content

    @cached_property
    def _content(self) -> bytes:
        return self.path.read_bytes()


def _frame(table_id: str, path: Path) -> pd.DataFrame:
    texts, table = written_texts(path), TABLES[table_id]
    return pd.DataFrame(
        {name: _values(table.column(name), texts[name].to_numpy(object)) for name in texts.columns},
        index=pd.RangeIndex(len(texts)),
    )


def written_texts(path: Path) -> pd.DataFrame:
    """The cells of a CSV file that this program wrote, as text; empty ones are empty texts.

    Much faster than the csv module, but a row that lacks cells would go unnoticed: for files whose
    checksums say that they are as they were written.
    """
    return pd.read_csv(
        path, dtype=object, na_filter=False, encoding="utf-8", lineterminator="\n", skip_blank_lines=False
    )


def _values(column: Column | None, cells: Objects) -> pd.Series:
    codes, uniques = distinct(cells)
    texts = [str(one) for one in uniques]
    if column is not None and column.many:
        return _spread([tuple(filter(None, _plain(text).split(SEPARATOR))) for text in texts], codes)
    if _is_number(column, texts):
        return pd.Series(np.array([text or "nan" for text in texts], np.float64)[codes])
    if _is_flag(column, texts):
        flags = [None if not text else text.lower() == "true" for text in texts]
        return pd.Series(pd.array([flags[code] for code in codes.tolist()], dtype="boolean"))
    return _spread([_plain(text) or None for text in texts], codes)


def _is_number(column: Column | None, texts: list[str]) -> bool:
    filled = [text for text in texts if text]
    if column is not None:
        return column.is_number
    return bool(filled) and all(PLAIN_NUMBER.fullmatch(text) for text in filled)


def _is_flag(column: Column | None, texts: list[str]) -> bool:
    filled = [text for text in texts if text]
    if column is not None:
        return column.kind == "flag"
    return bool(filled) and all(text.lower() in ("true", "false") for text in filled)


def _plain(text: str) -> str:
    """The text without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if text.startswith("'") and FORMULA_START.match(text[1:]) else text


def _spread(values: list[str | None] | list[tuple[str, ...]], codes: np.ndarray) -> pd.Series:
    array: Objects = np.empty(len(values), dtype=object)
    for at, value in enumerate(values):  # a slice would spread tuples over the array
        array[at] = value
    return pd.Series(array[codes], dtype=object)
