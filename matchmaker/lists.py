"""Derived lists: what a plan says of each row of a table, without any further decision.

A list has one line for each row of a table or of a decided stage. Its columns are paths
from that row, counts of what lies below it, the partners that a stage has given to it, or
what another table says of a value. Teams, triads, contacts, chains of escalation, due
dates and posts with their duties are such lists.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from matchmaker.columns import (
    Aggregate,
    end_of,
    naming_column,
    numbers,
    unknown_column,
    values,
)
from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Dataset, Integers, Objects, SideName
from matchmaker.ordering import official_order, rows_in_order
from matchmaker.selectors import Conditions, mask

__all__ = [
    "Constant",
    "DerivedColumn",
    "DerivedList",
    "ListDefinition",
    "LookupColumn",
    "derived_list",
    "due_dates",
    "require_columns",
]

JOINT = "、"
"""Between several partners in one cell."""

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Length of each period, in months."""


class Constant(BaseModel):
    """A fixed text in place of a path."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    const: str = Field(description="The text itself")


class StageColumn(BaseModel):
    """The partners that a stage gives to the row, to the row above it, or to rows below it.

    Where a side of the stage is itself a stage, also those of the pairs that the row above
    has there: a member's firms, by way of the pair of its branch.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: str = Field(description="A stage of the scheme")
    show: str = Field("name", description="Column or path of the partner")
    side: SideName | None = Field(
        None, description="Side of the stage on which the row stands, where both would do"
    )


class LookupColumn(BaseModel):
    """What another table says: the first row whose columns have the wanted values."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lookup: str = Field(description="The table to look in")
    match: dict[str, str | Constant] = Field(
        min_length=1, description="Column of that table to a path of the row, or to {const: text}"
    )
    show: str = Field(description="Column of that table to show")


ListColumn = str | StageColumn | LookupColumn | Aggregate
"""How one column of a list is filled."""


class ListDefinition(BaseModel):
    """One derived list of a scheme."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", description="Name of the list, for commands")
    name: str = Field(min_length=1, description="Title for people")
    rows: str = Field(description="Table or stage: one line for each of its rows")
    where: Conditions | None = Field(None, description="Which rows")
    columns: dict[str, ListColumn] = Field(min_length=1, description="Head of each column, and what fills it")
    every: Literal["month", "quarter", "half_year", "year"] | None = Field(
        None, description="One line for each due date of the year"
    )

    def stages(self) -> Iterator[str]:
        """Stages that its columns name."""
        yield from (column.stage for column in self.columns.values() if isinstance(column, StageColumn))


@dataclass(frozen=True)
class DerivedColumn:
    """One column of a derived list.

    Parameters
    ----------
    title : str
        Its head; ``due`` for the due dates, which have no head of their own.
    values : (lines,) object
        Text, numbers, yes/no or tuples of text; None for nothing.
    origin : (str, str) or None
        Table and column that the values are taken from, for words of codes and for masking.
    """

    title: str
    values: Objects
    origin: tuple[str, str] | None


@dataclass(frozen=True)
class DerivedList:
    """A list with its lines in the order in which it is printed."""

    definition: ListDefinition
    columns: tuple[DerivedColumn, ...]

    def __len__(self) -> int:
        return len(self.columns[0].values)


def derived_list(dataset: Dataset, definition: ListDefinition, year: int) -> DerivedList:
    """Fill a list.

    Parameters
    ----------
    dataset
        With every decided stage as a table (`Plan.known`).
    year
        Of the due dates.

    Raises
    ------
    InputError
        For a table, column or stage that there is not.
    """
    table = definition.rows
    if table not in dataset.tables:
        raise InputError([Fault("list.no_table", Place(), table, {"list": definition.name})])
    count = len(dataset.frame(table))
    keep = np.ones(count, bool)
    if definition.where is not None:
        keep = mask(definition.where, lambda path: values(dataset, table, path), count)
    rows = rows_in_order(dataset, table)
    rows = rows[keep[rows]]
    columns = [
        DerivedColumn(title, _filled(dataset, table, column)[rows], _origin(dataset, table, column))
        for title, column in definition.columns.items()
    ]
    if definition.every is not None:
        dates = due_dates(definition.every, year)
        columns = [
            DerivedColumn(each.title, np.repeat(each.values, len(dates)), each.origin) for each in columns
        ]
        due = np.tile(np.array(dates, dtype=object), len(rows))
        columns.append(DerivedColumn("due", due, None))
    return DerivedList(definition, tuple(columns))


def require_columns(dataset: Dataset, definition: ListDefinition) -> None:
    """Raise `InputError` for whatever a list names and the dataset does not have; stages may be empty."""
    derived_list(dataset, definition, 2000)


def due_dates(every: str, year: int) -> tuple[str, ...]:
    """Last days of the periods of a year, as ISO dates."""
    months = MONTHS[every]
    return tuple(
        f"{year}-{month:02d}-{monthrange(year, month)[1]:02d}" for month in range(months, 13, months)
    )


def _filled(dataset: Dataset, table: str, column: ListColumn) -> Objects:
    """One value for each row of the table, shape (rows,)."""
    if isinstance(column, str):
        return values(dataset, table, column)
    if isinstance(column, Aggregate):
        return numbers(dataset, table, column).astype(object)
    if isinstance(column, StageColumn):
        return _partners(dataset, table, column)
    return _looked_up(dataset, table, column)


def _partners(dataset: Dataset, table: str, column: StageColumn) -> Objects:
    """What is shown of the partners of each row, several joined in official order."""
    stage = column.stage
    if stage not in dataset.joins:
        raise InputError([Fault("grouping.no_stage", Place(), stage)])
    frame = dataset.frame(stage)
    link = _link(dataset, table, column)
    if link is None:
        raise InputError([Fault("grouping.no_path", Place(), table, {"stage": stage})])
    partner_table, partner_ids, row_of_pair = link
    partners = dataset.positions(partner_table, frame[partner_ids])
    pair, row = row_of_pair
    shown = _shown(dataset, partner_table, column.show)
    lines = pd.DataFrame({"row": row, "partner": partners[pair]}).drop_duplicates()
    lines = lines[lines["partner"] >= 0]
    lines["rank"] = official_order(dataset, partner_table)[lines["partner"].to_numpy(np.int64)]
    lines = lines.sort_values(["row", "rank"], kind="stable")
    lines["text"] = shown[lines["partner"].to_numpy(np.int64)]
    lines = lines.dropna(subset=["text"]).drop_duplicates(["row", "text"])
    result = np.full(len(dataset.frame(table)), None, dtype=object)
    if len(lines):
        joined = lines.groupby("row")["text"].agg(lambda texts: JOINT.join(map(str, texts)))
        result[joined.index.to_numpy(np.int64)] = joined.to_numpy(object)
    return result


def _link(
    dataset: Dataset, table: str, column: StageColumn
) -> tuple[str, str, tuple[Integers, Integers]] | None:
    """Table and id column of the partners, and which pair belongs to which row.

    The side whose table is the row's own comes first. Else rows at or below a side of the stage
    come before rows above one, sources before targets; last come rows beside one, which share a
    row above with its pairs.
    """
    frame = dataset.frame(column.stage)
    source = (dataset.parents[column.stage][1], "source_id")
    target = (dataset.joins[column.stage][1], "target_id")
    sides = {"source": (*source, *target), "target": (*target, *source)}
    asked = [sides[column.side]] if column.side is not None else list(sides.values())
    asked.sort(key=lambda side: side[0] != table)
    for find in (_row_below, _row_above, _row_beside):
        for own_table, own_id, partner_table, partner_id in asked:
            ways = find(dataset, table, own_table)
            if ways is not None:
                up, down = ways
                at = dataset.positions(own_table, frame[own_id])
                meets = np.where(at >= 0, down[np.maximum(at, 0)] if len(down) else -1, -1)
                return partner_table, partner_id, _met(meets, up)
    return None


def _met(of_pair: Integers, of_row: Integers) -> tuple[Integers, Integers]:
    """Every pair with every row that it meets at one place; -1 is no place."""
    pairs = pd.DataFrame({"pair": np.flatnonzero(of_pair >= 0), "at": of_pair[of_pair >= 0]})
    rows = pd.DataFrame({"row": np.flatnonzero(of_row >= 0), "at": of_row[of_row >= 0]})
    met = pairs.merge(rows, on="at")
    return met["pair"].to_numpy(np.int64), met["row"].to_numpy(np.int64)


def _row_below(dataset: Dataset, table: str, side: str) -> tuple[Integers, Integers] | None:
    """Where rows of a table at or below a side's meet its rows: at these."""
    up = dataset.ancestors(table, side)
    return None if up is None else (up, np.arange(len(dataset.frame(side))))


def _row_above(dataset: Dataset, table: str, side: str) -> tuple[Integers, Integers] | None:
    """Where rows of a table above a side's meet its rows: at their own place."""
    down = dataset.ancestors(side, table)
    return None if down is None else (np.arange(len(dataset.frame(table))), down)


def _row_beside(dataset: Dataset, table: str, stage: str) -> tuple[Integers, Integers] | None:
    """The way up from a table and from a decided stage to the side of the stage that is above both."""
    if stage not in dataset.joins:
        return None
    for above in (dataset.parents[stage][1], dataset.joins[stage][1]):
        up, down = dataset.ancestors(table, above), dataset.ancestors(stage, above)
        if up is not None and down is not None:
            return up, down
    return None


def _shown(dataset: Dataset, table: str, path: str) -> Objects:
    """Values of a path; for ``name``, the id of a row that has no name."""
    if path == "name":
        column = naming_column(dataset, table)
        return dataset.ids(table) if column is None else values(dataset, table, column)
    return values(dataset, table, path)


def _looked_up(dataset: Dataset, table: str, column: LookupColumn) -> Objects:
    if column.lookup not in dataset.tables:
        raise InputError([Fault("list.no_lookup", Place(), column.lookup)])
    frame = dataset.frame(column.lookup)
    for name in (*column.match, column.show):
        if name not in frame:
            raise unknown_column(dataset, column.lookup, name)
    count = len(dataset.frame(table))
    wanted = {
        name: np.full(count, path.const, dtype=object)
        if isinstance(path, Constant)
        else values(dataset, table, path)
        for name, path in column.match.items()
    }
    known = frame.drop_duplicates(list(column.match))
    # merge matches missing with missing: a row that says nothing matches nothing
    known = known.dropna(subset=list(column.match))
    found = pd.DataFrame(wanted, dtype=object).merge(known, how="left", on=list(column.match))
    shown: Objects = found[column.show].to_numpy(object).copy()
    shown[pd.isna(shown)] = None
    return shown


def _origin(dataset: Dataset, table: str, column: ListColumn) -> tuple[str, str] | None:
    """Table and column of which a list's column shows the values."""
    if isinstance(column, str):
        return end_of(dataset, table, column)
    if isinstance(column, LookupColumn):
        return column.lookup, column.show
    if isinstance(column, StageColumn):
        link = _link(dataset, table, column)
        return None if link is None else end_of(dataset, link[0], column.show)
    return None
