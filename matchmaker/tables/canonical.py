"""The one form in which a dataset's tables are kept, whatever the order of rows and columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.model import Dataset
from matchmaker.tables import (
    definitions_changes,
    definitions_lists,
    definitions_people,
    definitions_places,
    definitions_records,
    definitions_roles,
    definitions_service,
)
from matchmaker.tables.schema import Choices, Column, Option, Table

__all__ = ["TABLES", "canonical_frame", "choices_of", "dataset_of", "distinct"]

TABLES: dict[str, Table] = {
    table.id: table
    for table in chain(
        definitions_people.TABLES,
        definitions_places.TABLES,
        definitions_roles.TABLES,
        definitions_service.TABLES,
        definitions_lists.TABLES,
        definitions_records.TABLES,
        definitions_changes.TABLES,
    )
}
"""Every table the product knows, by English id."""

_KEYS = {table.id: table.key for table in TABLES.values() if table.key}
_PARENTS = {table.id: table.parent for table in TABLES.values() if table.parent}


def dataset_of(tables: Mapping[str, pd.DataFrame]) -> Dataset:
    """A dataset of frames that already hold normalised values; nothing is validated.

    Parameters
    ----------
    tables
        Table id to frame, columns under their English ids. Values follow the
        conventions of `Dataset`; NaN and None, lists and tuples, bool and nullable
        boolean are told from one another here, so plain frames will do.

    Returns
    -------
    Dataset
        Columns in the order of the definitions, further columns after them by name;
        rows in the order of the key, or of all columns for a table without a key.
    """
    return Dataset(
        {table_id: canonical_frame(table_id, frame) for table_id, frame in tables.items()},
        dict(_KEYS),
        dict(_PARENTS),
    )


def choices_of(dataset: Dataset, column: Column | None) -> Choices | None:
    """The column's list of codes, with what the ``codes`` table adds to it; None where it has none."""
    choices = column.choices if column is not None else None
    codes = dataset.frame("codes")
    if column is None or choices is None or not len(codes):
        return choices
    own = codes[codes["code_type"].isin([choices.id, choices.zh, column.id, column.zh])]
    options = (Option(str(code), str(name)) for code, name in zip(own["code"], own["name"], strict=True))
    return choices.extended(tuple(options))


def canonical_frame(table_id: str, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with columns typed and ordered, and rows sorted, as `dataset_of` says."""
    table = TABLES.get(table_id)
    columns = {
        str(name): _typed(table.column(str(name)) if table else None, frame[name]) for name in frame.columns
    }
    order = sorted(columns, key=lambda name: _column_rank(table, name))
    typed = pd.DataFrame({name: columns[name] for name in order}, index=pd.RangeIndex(len(frame)))
    if len(typed) < 2:
        return typed
    if table is not None and table.key in columns:
        rows = np.argsort(np.asarray(typed[table.key], dtype=object), kind="stable")
    else:
        rows = np.lexsort([_sort_codes(typed[name]) for name in reversed(order)])
    return typed.iloc[rows].reset_index(drop=True)


def distinct(values: Any) -> tuple[NDArray[np.intp], list[Any]]:
    """Codes, shape (rows,), and the distinct values that they number, None among them.

    Python then works once per distinct value; pandas alone would give NaN for None.
    """
    array = values if isinstance(values, np.ndarray) else _objects(values).to_numpy()
    codes, uniques = pd.factorize(array, use_na_sentinel=False)
    return codes, [None if value != value else value for value in uniques.tolist()]


def _column_rank(table: Table | None, name: str) -> tuple[int, int, str]:
    """Known columns as defined (a continued series behind its last), others by name."""
    if table is not None:
        for position, column in enumerate(table.columns):
            if column.id == name:
                return (position, 0, "")
        continued = table.column(name)
        if continued is not None:
            position = next(i for i, column in enumerate(table.columns) if column.series)
            return (position, int(re.sub(r"\D", "", name)), "")
        return (len(table.columns), 0, name)
    return (0, 0, name)


def _typed(column: Column | None, values: pd.Series) -> pd.Series:
    """`values` in the type that the definition asks for, or that they have by themselves."""
    if column is not None and column.many:
        return _objects([_as_tuple(value) for value in values])
    if column is not None and column.is_number:
        return pd.Series(pd.to_numeric(values).to_numpy(dtype="float64", na_value=np.nan))
    if (column is not None and column.kind == "flag") or pd.api.types.is_bool_dtype(values.dtype):
        flags = [None if pd.isna(value) else bool(value) for value in values]
        return pd.Series(pd.array(flags, dtype="boolean"))
    if pd.api.types.is_numeric_dtype(values.dtype) and column is None:
        return pd.Series(values.to_numpy(dtype="float64", na_value=np.nan))
    array = values.to_numpy(dtype=object)
    missing = np.asarray(pd.isna(array))
    if missing.any():
        array = array.copy()
        array[missing] = None
    return _objects(array)


def _objects(values: Any) -> pd.Series:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return pd.Series(array, dtype=object)


def _as_tuple(value: Any) -> tuple[str, ...]:
    if isinstance(value, (tuple, list, set, frozenset)):
        return tuple(value)
    return (value,) if isinstance(value, str) and value else ()


def _sort_codes(values: pd.Series) -> NDArray[Any]:
    """Numbers that sort as the column's values do, missing ones first."""
    if values.dtype == np.float64:
        return np.nan_to_num(np.asarray(values, np.float64), nan=-np.inf, posinf=np.inf, neginf=-np.inf)
    if values.dtype == "boolean":
        return np.asarray(values.to_numpy(dtype="float64", na_value=-1.0))
    codes, uniques = distinct(np.asarray(values, dtype=object))
    texts = [_sort_text(value) for value in uniques]
    ranks = {text: rank for rank, text in enumerate(sorted(set(texts)))}
    return np.asarray([ranks[text] for text in texts], dtype=np.int64)[codes]


def _sort_text(value: Any) -> str:
    if isinstance(value, tuple):
        return "\x00".join(value)
    return "" if value is None else str(value)
