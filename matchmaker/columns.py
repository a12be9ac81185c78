"""Columns and counts: from an expression to one value per row of a table.

A bare name is a column; ``community.weak`` climbs to a parent's column; ``community``
alone gives the parent's id. ``{count: grids}`` and ``{sum: grids.households}``
aggregate a descendant table, ``where`` restricting its rows; ``grids.count`` is the same
count where a path is wanted. Decided stages are tables below both their sides.
"""

from __future__ import annotations

import difflib

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.errors import Detail, Fault, InputError, Place
from matchmaker.model import Dataset, Floats, Integers, Objects
from matchmaker.selectors import Conditions, mask

__all__ = [
    "LARGEST",
    "NAMING",
    "Aggregate",
    "Expression",
    "ancestor_named",
    "end_of",
    "naming_column",
    "numbers",
    "unknown_column",
    "values",
]


class Aggregate(BaseModel):
    """A count or sum over the rows of a descendant table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: str | None = None
    sum: str | None = None
    where: Conditions | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Aggregate:
        if (self.count is None) == (self.sum is None):
            raise PydanticCustomError("form.aggregate", "give exactly one of count and sum")
        if self.sum is not None and self.sum.count(".") != 1:
            raise PydanticCustomError("form.sum", "sum is written table.column")
        return self

    @property
    def table(self) -> str:
        """The table whose rows are counted or summed."""
        return self.count if self.count is not None else str(self.sum).split(".")[0]


COUNT = "count"
"""Last part of a path that counts the rows of a table below."""

NAMING = ("name", "alias")
"""Columns that may say what a row is called, the first that a table has."""

LARGEST = 10**9
"""No number of a rule or stage may be larger: hundredths of points of its multiples stay exact integers."""

Expression = int | float | str | Aggregate
"""What may stand for a number per row: a number, a column, a count or a sum."""


def values(dataset: Dataset, table: str, path: str) -> Objects:
    """One value per row of `table` for the column or path `path`, shape (rows,).

    Raises
    ------
    InputError
        When neither the table nor any table above it has such a column.
    """
    return dataset.memo(("values", table, path), lambda: _values(dataset, table, path))


def numbers(dataset: Dataset, table: str, expression: Expression) -> Floats:
    """One number per row of `table`; NaN where a cell is empty, shape (rows,).

    Raises
    ------
    InputError
        For an unknown column or table, a column that does not hold numbers, or numbers beyond `LARGEST`.
    """
    if isinstance(expression, Aggregate):
        found: Floats = dataset.memo(
            ("numbers", table, expression.model_dump_json()), lambda: _aggregate(dataset, table, expression)
        )
    elif isinstance(expression, str):
        found = dataset.memo(
            ("numbers", table, "column", expression),
            lambda: _as_numbers(values(dataset, table, expression), table, expression),
        )
    else:
        found = np.full(max(len(dataset.frame(table)), 1), float(expression))
    large = found[np.abs(found) > LARGEST]
    if len(large):
        what = f"{table}.{expression}" if isinstance(expression, str) else table
        details: dict[str, Detail] = {"what": what, "largest": LARGEST}
        raise InputError([Fault("number.too_large", Place(), f"{large[0]:g}", details)])
    return found[: len(dataset.frame(table))]


def naming_column(dataset: Dataset, table: str) -> str | None:
    """The column that says what a row is called: a household has no name, only its 称谓."""
    return next((column for column in NAMING if column in dataset.frame(table)), None)


def ancestor_named(dataset: Dataset, table: str, singular: str) -> tuple[str, Integers] | None:
    """The table above `table` whose rows are called `singular`, and the way there.

    ``community`` names the table whose key is ``community_id``.
    """
    for name, key in dataset.keys.items():
        if key == f"{singular}_id":
            climbed = dataset.ancestors(table, name)
            if climbed is not None:
                return name, climbed
    return None


def end_of(dataset: Dataset, table: str, path: str) -> tuple[str, str]:
    """Table and column where a path ends; a path that leads nowhere, or to a count, ends where it begins."""
    frame = dataset.frame(table)
    if path in frame:
        return table, path
    head, _, tail = path.partition(".")
    found = ancestor_named(dataset, table, head)
    if found is not None:
        return end_of(dataset, found[0], tail) if tail else (found[0], dataset.keys[found[0]])
    if f"{path}_id" in frame:
        return table, f"{path}_id"
    return table, (naming_column(dataset, table) or path) if path == "name" else path


def unknown_column(dataset: Dataset, table: str, path: str) -> InputError:
    """The fault that `table` has no column `path`, with the nearest names."""
    known = [str(name) for name in dataset.frame(table).columns]
    near = difflib.get_close_matches(path, known, 3, 0.6)
    return InputError(
        [Fault("column.unknown", Place(), path, {"table": table, "near": "、".join(near or known)})]
    )


def _values(dataset: Dataset, table: str, path: str) -> Objects:
    frame = dataset.frame(table)
    if path in frame:
        return np.asarray(frame[path], dtype=object)
    head, _, tail = path.partition(".")
    found = ancestor_named(dataset, table, head)
    if found is not None:
        above, rows = found
        column = values(dataset, above, tail) if tail else dataset.ids(above)
        taken = np.full(len(rows), None, dtype=object)
        taken[rows >= 0] = column[rows[rows >= 0]]
        return taken
    if f"{path}_id" in frame:
        return np.asarray(frame[f"{path}_id"], dtype=object)
    if tail == COUNT and head in dataset.keys:
        return _aggregate(dataset, table, Aggregate(count=head)).astype(object)
    raise unknown_column(dataset, table, path)


def _aggregate(dataset: Dataset, table: str, aggregate: Aggregate) -> Floats:
    below = aggregate.table
    rows = dataset.ancestors(below, table)
    if rows is None:
        raise InputError([Fault("column.no_path", Place(), below, {"table": table})])
    weights: Floats = np.ones(len(rows))
    if aggregate.sum is not None:
        weights = np.nan_to_num(numbers(dataset, below, aggregate.sum.split(".")[1]))
    if aggregate.where is not None:
        weights = weights * mask(aggregate.where, lambda path: values(dataset, below, path), len(rows))
    inside = rows >= 0
    return np.bincount(rows[inside], weights[inside], minlength=len(dataset.frame(table))).astype(float)


def _as_numbers(column: Objects, table: str, path: str) -> Floats:
    # numbers first: most columns hold floats already, and pd.NA or None become NaN
    converted = pd.to_numeric(pd.Series(column, dtype=object), errors="coerce")
    result: Floats = np.asarray(converted, np.float64)
    text = next((value for value in column[np.isnan(result)] if isinstance(value, str)), None)
    if text is not None:
        raise InputError([Fault("column.not_numbers", Place(), text, {"table": table, "column": path})])
    return result
