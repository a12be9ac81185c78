"""Assessment sheets (考核评分表): what the office gives each row by hand becomes columns of the row."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Dataset
from matchmaker.tables import TABLES
from matchmaker.tables.definitions_records import KINDS_OF_TABLES

__all__ = ["with_assessments"]

_IDENTITY = ("year", "kind", "id", "note")
_TEXTS = ("basis",)


def with_assessments(dataset: Dataset, tables: Collection[str], year: int) -> Dataset:
    """The dataset in whose `tables` the columns of the ``assessments`` sheet stand beside their own.

    They stand there, empty, without any sheet too: a formula may name them before it is filled in.
    A column of one's own with the same name is kept where the sheet says nothing of its table.

    Raises
    ------
    InputError
        When both say something.
    """
    sheet = dataset.frame("assessments")
    own = [column.id for column in TABLES["assessments"].columns]
    columns = [name for name in dict.fromkeys([*own, *map(str, sheet.columns)]) if name not in _IDENTITY]
    faults = []
    for table in sorted(tables):
        if not dataset.has(table):
            continue
        told = sheet
        if len(sheet):
            told = sheet[(sheet["year"] == year) & (sheet["kind"] == KINDS_OF_TABLES.get(table))]
        frame = dataset.frame(table)
        row = dataset.positions(table, told["id"]) if len(told) else np.empty(0, np.int64)
        added: dict[str, pd.Series] = {}
        for name in columns:
            if name in frame:
                if len(told) and name in told and told[name].notna().any():
                    faults.append(
                        Fault("evaluation.own_column", Place(sheet="assessments"), name, {"table": table})
                    )
                continue
            added[name] = _column(told, name, row, len(frame))
        dataset = dataset.with_table(table, frame.assign(**added))
    if faults:
        raise InputError(faults)
    return dataset


def _column(told: pd.DataFrame, name: str, row: np.ndarray, count: int) -> pd.Series:
    if name not in told or not len(told):
        return pd.Series(np.full(count, None, object) if name in _TEXTS else np.full(count, np.nan))
    given = told[name]
    known = row >= 0
    if given.dtype == np.float64:
        numbers = np.full(count, np.nan)
        numbers[row[known]] = given.to_numpy(float)[known]
        return pd.Series(numbers)
    texts = np.full(count, None, dtype=object)
    texts[row[known]] = given.to_numpy(object)[known]
    return pd.Series(texts, dtype=object)
