"""The parts of a score, each 0 to 100 for every row: ratings, orders, joint scores, points, visits, columns.

A row about which a part's records say nothing has no value there (NaN), which is not the same as 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.columns import numbers, values
from matchmaker.evaluation_forms import PERIODS, EvaluationPart, Visits
from matchmaker.evaluation_links import mean_of_related, pairs_of_rows, related
from matchmaker.model import Dataset, Floats, Integers
from matchmaker.selectors import Mask, mask
from matchmaker.tables.definitions_lists import PARTY_TABLES
from matchmaker.tables.definitions_records import RATEE_TABLES

__all__ = [
    "PartValues",
    "orders_given_out",
    "orders_of_year",
    "part_values",
    "points_of_members",
    "visits_of_pairs",
]

BEST_RATING = 5.0
"""Ratings of orders go from 1 to 5."""


@dataclass(frozen=True)
class PartValues:
    """One part for every row of a table.

    Parameters
    ----------
    value : (rows,) float
        NaN where nothing is known.
    count : (rows,) int64
        On how many raters, orders, scored rows, members or pairs it rests.
    """

    value: Floats
    count: Integers

    @property
    def mean(self) -> float:
        """Mean of the known values, 0 of members without an entry in the log included; NaN without any."""
        known = ~np.isnan(self.value)
        return float(self.value[known].mean()) if known.any() else float("nan")

    def taken(self, rows: Integers) -> PartValues:
        """The same for some rows."""
        return PartValues(self.value[rows], self.count[rows])


def part_values(
    dataset: Dataset, table: str, part: EvaluationPart, year: int, scores: Mapping[str, tuple[str, Floats]]
) -> PartValues:
    """Values of one part for every row of `table`.

    Parameters
    ----------
    dataset
        With the year's records and with every decided stage as a table (`Plan.known`).
    scores
        Table and score of each of its rows, of the entries before.

    Raises
    ------
    InputError
        For columns and stages that there are not, and tables that nothing connects.
    """
    if part.rating is not None:
        return _ratings(dataset, table, part.rating, year)
    if part.orders is not None:
        return _orders(dataset, table, part.stage, year)
    if part.score_of is not None:
        other, score = scores[part.score_of]
        found = related(dataset, table, other, part.stage)
        return PartValues(*mean_of_related(found, score, len(dataset.frame(table))))
    if part.points is not None:
        return _points(dataset, table, part, part.points, year)
    if part.visits is not None:
        return _visits(dataset, table, part.visits, year)
    value = numbers(dataset, table, part.expression if part.expression is not None else 0)
    return PartValues(value, (~np.isnan(value)).astype(np.int64))


def points_of_members(dataset: Dataset, year: int) -> pd.DataFrame | None:
    """``points``, ``hours`` and ``entries`` of each member in a year, in row order; None without records."""
    sheet = dataset.frame("points")
    if len(sheet):
        sheet = sheet[_years(sheet["date"]) == year]
    if not len(sheet):
        return None
    row = dataset.positions("members", sheet["member_id"])
    known, members = row >= 0, len(dataset.frame("members"))
    hours = sheet["hours"].fillna(0.0) if "hours" in sheet else pd.Series(0.0, index=sheet.index)
    sums = {
        name: np.bincount(row[known], amount.to_numpy(float)[known], minlength=members)
        for name, amount in (("points", sheet["points"].fillna(0.0)), ("hours", hours))
    }
    return pd.DataFrame({**sums, "entries": np.bincount(row[known], minlength=members)})


def visits_of_pairs(dataset: Dataset, visits: Visits, year: int) -> Integers | None:
    """Visits of each pair of a stage in each period, shape (pairs, periods); None without any record.

    A visit is one of a pair where the visitor is one side of it or lies below it, and the place
    visited is the other side or lies below that.
    """
    sheet = dataset.frame("visits")
    if len(sheet):
        sheet = sheet[_years(sheet["date"]) == year]
    if not len(sheet) or visits.stage not in dataset.joins:
        return None
    periods = PERIODS[visits.per]
    months = sheet["date"].astype(str).str[5:7].astype(int).to_numpy(np.int64)
    period = (months - 1) * periods // 12
    frame = dataset.frame(visits.stage)
    sides = {"source": dataset.parents[visits.stage][1], "target": dataset.joins[visits.stage][1]}
    at = {side: dataset.positions(table, frame[f"{side}_id"]) for side, table in sides.items()}
    pairs = pd.DataFrame({**at, "pair": np.arange(len(frame))})
    counts = np.zeros((len(frame), periods), np.int64)
    for visitor, visited in (("source", "target"), ("target", "source")):
        seen = pd.DataFrame(
            {
                visitor: _rows_above(dataset, sheet, "visitor", sides[visitor]),
                visited: _rows_above(dataset, sheet, "place", sides[visited]),
                "period": period,
            }
        )
        seen = seen[(seen["source"] >= 0) & (seen["target"] >= 0)]
        met = seen.merge(pairs, on=["source", "target"])
        np.add.at(counts, (met["pair"].to_numpy(np.int64), met["period"].to_numpy(np.int64)), 1)
    return counts


def orders_given_out(dataset: Dataset) -> set[str]:
    """Orders that some decided stage has given to somebody."""
    found: set[str] = set()
    for stage, (_, target) in dataset.joins.items():
        for side, table in (("source_id", dataset.parents[stage][1]), ("target_id", target)):
            if table == "orders":
                found.update(dataset.frame(stage)[side])
    return found


def orders_of_year(dataset: Dataset, year: int) -> Mask:
    """Whether each order is one of the year: by its date, without a date, or given out by the plan."""
    sheet = dataset.frame("orders")
    if "raised_on" not in sheet:
        return np.ones(len(sheet), bool)
    raised = _years(sheet["raised_on"])
    given = sheet["order_id"].isin(orders_given_out(dataset)).to_numpy(bool)
    counts: Mask = (raised == year) | (raised == 0) | given
    return counts


def _ratings(dataset: Dataset, table: str, kind: str, year: int) -> PartValues:
    rows = len(dataset.frame(table))
    sheet = dataset.frame("evaluations")
    if len(sheet):
        sheet = sheet[(sheet["year"] == year) & (sheet["rater_kind"] == kind) & sheet["score"].notna()]
    if not len(sheet):
        return PartValues(np.full(rows, np.nan), np.zeros(rows, np.int64))
    row = dataset.positions(table, sheet["ratee_id"])
    for before in RATEE_TABLES[kind][: RATEE_TABLES[kind].index(table)]:  # one id may be in several tables
        row = np.where(dataset.positions(before, sheet["ratee_id"]) >= 0, -1, row)
    told = pd.DataFrame({"row": row, "rater": sheet["rater_id"].to_numpy(object), "score": sheet["score"]})
    each = told[told["row"] >= 0].groupby(["row", "rater"])["score"].mean().reset_index()
    of_row = each["row"].to_numpy(np.int64)
    count = np.bincount(of_row, minlength=rows)
    total = np.bincount(of_row, each["score"].to_numpy(float), minlength=rows)
    return PartValues(np.where(count > 0, total / np.maximum(count, 1), np.nan), count.astype(np.int64))


def _orders(dataset: Dataset, table: str, stage: str | None, year: int) -> PartValues:
    rows = len(dataset.frame(table))
    found = related(dataset, table, "orders", stage)  # first: what nothing connects is a fault at once
    sheet = dataset.frame("orders")
    if not len(sheet) or "rating" not in sheet:
        return PartValues(np.full(rows, np.nan), np.zeros(rows, np.int64))
    rating = np.where(orders_of_year(dataset, year), sheet["rating"].to_numpy(float), np.nan)
    value = (rating - 1) / (BEST_RATING - 1) * 100
    return PartValues(*mean_of_related(found, value, rows))


def _points(dataset: Dataset, table: str, part: EvaluationPart, wanted: float, year: int) -> PartValues:
    rows, members = len(dataset.frame(table)), len(dataset.frame("members"))
    themselves = table == "members" and part.stage is None
    below = None if themselves else related(dataset, table, "members", part.stage)
    counts = np.ones(members, bool)
    if part.where is not None:
        counts = mask(part.where, lambda path: values(dataset, "members", path), members)
    found = points_of_members(dataset, year)
    if found is None:
        return PartValues(np.full(rows, np.nan), np.zeros(rows, np.int64))
    total = found["points"].to_numpy(float)
    if below is None:
        reached = np.where(counts, np.clip(total / wanted, 0.0, 1.0) * 100, np.nan)
        return PartValues(reached, found["entries"].to_numpy(np.int64))
    enough = np.where(counts, (total >= wanted) * 100.0, np.nan)
    return PartValues(*mean_of_related(below, enough, rows))


def _visits(dataset: Dataset, table: str, visits: Visits, year: int) -> PartValues:
    rows = len(dataset.frame(table))
    pair, row, _ = pairs_of_rows(dataset, visits.stage, table)
    counts = visits_of_pairs(dataset, visits, year)
    if counts is None:
        return PartValues(np.full(rows, np.nan), np.zeros(rows, np.int64))
    share = (counts >= visits.at_least).mean(axis=1) * 100
    return PartValues(*mean_of_related(pd.DataFrame({"row": row, "other": pair}), share, rows))


def _rows_above(dataset: Dataset, sheet: pd.DataFrame, who: str, table: str) -> Integers:
    """Row of `table` that each visit's visitor or place is, or lies below; -1 where there is none."""
    found = np.full(len(sheet), -1, np.int64)
    kinds, ids = sheet[f"{who}_kind"].to_numpy(object), sheet[f"{who}_id"].to_numpy(object)
    for kind in pd.unique(kinds):
        (own,) = PARTY_TABLES[str(kind)]
        up = dataset.ancestors(own, table)
        if up is not None and len(up):
            here = kinds == kind
            at = dataset.positions(own, ids[here])
            found[here] = np.where(at >= 0, up[at], -1)
    return found


def _years(dates: pd.Series) -> Integers:
    """Year of each date, 0 where there is none."""
    return np.asarray(pd.to_numeric(dates.astype(str).str[:4], errors="coerce").fillna(0), np.int64)
