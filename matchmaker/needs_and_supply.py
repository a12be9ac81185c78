"""What targets need and what sources supply, per category: the ground of `fit` and `coverage`.

Tables read, all optional:

- ``needs``: ``place_kind``, ``place_id``, ``category``; ``urgency``, ``weight``, ``status``;
- any table of places with ``weaknesses``, of groups with ``theme_codes``;
- ``resources`` and ``services``: ``category`` and the id of who offers them;
- the sources' own ``function_codes``, ``skills`` and ``strengths``, and their parents' ``function_codes``;
- ``evaluations``: ``ratee_id``, ``score``; ``year``, ``rater_kind``.

A decided stage's pairs supply what their sources do and need what their targets do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from matchmaker.columns import numbers
from matchmaker.errors import InputError
from matchmaker.model import POINT, Dataset, Floats, Integers, Problem

__all__ = [
    "Measured",
    "Scoring",
    "codes_of",
    "fit_points",
    "household_share",
    "inherited_items",
    "measured",
    "need_items",
    "needs_of",
    "offered_items",
    "rating_factor",
    "supplies_of",
    "table_of",
    "wanted_items",
]


BLOCK = 2**21
"""Numbers held at a time while the fit of all pairs is computed."""


class Scoring(BaseModel):
    """How much each kind of record counts; the same for `fit` and `coverage`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    urgency: float = Field(3, ge=0, description="Urgency of a need item that states none (1 to 5)")
    weakness: float = Field(3, ge=0, description="Urgency points of a weakness recorded at a place")
    theme: float = Field(3, ge=0, description="Urgency points of each category of a group's theme")
    closed: tuple[str, ...] = Field(
        ("closed", "done", "resolved", "已解决", "已办结", "办结", "已完成", "已关闭", "关闭"),
        description="Statuses of need items that no longer count",
    )
    function: float = Field(1, ge=0, description="Supply of a category among the functions or skills")
    inherited: float = Field(0.5, ge=0, le=1, description="Part of a parent's functions that counts")
    resource: float = Field(0.5, ge=0, description="Supply of each resource offered")
    service: float = Field(0.5, ge=0, description="Supply of each service offered")
    from_below: float = Field(0.5, ge=0, le=1, description="Part of what units below offer that counts")
    strength: float = Field(0.5, ge=0, description="Supply of a category among the source's strengths")
    evaluation: float = Field(0.2, ge=0, lt=1, description="Change of supply for past ratings of 100 or 60")


@dataclass(frozen=True)
class Measured:
    """Needs and supplies of one problem, for the categories that any target needs.

    Parameters
    ----------
    categories : tuple of str
        In order of their codes.
    need : (targets, categories) float64
        Urgency points.
    supply : (sources, categories) float64
        1 is a full supply.
    """

    categories: tuple[str, ...]
    need: Floats
    supply: Floats


def measured(problem: Problem, scoring: Scoring) -> Measured:
    """Needs of the problem's targets and supplies of its sources."""
    key = ("needs and supply", scoring.model_dump_json())
    return problem.memo(key, lambda: _measured(problem, scoring))


def _measured(problem: Problem, scoring: Scoring) -> Measured:
    dataset = problem.dataset
    needed = needs_of(dataset, problem.targets.table, scoring)
    offered = supplies_of(dataset, problem.sources.table, scoring, problem.year)
    categories = tuple(needed.columns)
    return Measured(
        categories,
        needed.to_numpy(float)[problem.targets.rows],
        offered.reindex(columns=needed.columns, fill_value=0.0).to_numpy(float)[problem.sources.rows],
    )


def fit_points(problem: Problem, scoring: Scoring) -> Integers:
    """Fit of every candidate pair in hundredths of a point, shape (pairs,): what `fit` rules score.

    100 · Σ_c need(t, c) · min(1, supply(s, c)) / Σ_c need(t, c); 0 where nothing is needed.
    """
    key = ("fit", scoring.model_dump_json())
    return problem.memo(key, lambda: _fit(problem, measured(problem, scoring)))


def table_of(dataset: Dataset, kind: str) -> str | None:
    """The table that a sheet's code of a kind names: ``community`` is the table keyed by ``community_id``."""
    if kind in dataset.keys:
        return kind
    return next((table for table, key in dataset.keys.items() if key == f"{kind}_id"), None)


def household_share(dataset: Dataset, table: str, above: str) -> Floats:
    """Each row's part of the households of its ancestor in `above`, shape (rows,).

    Equal parts where no households are known; 0 for a row without that ancestor.
    """
    return dataset.memo(("household share", table, above), lambda: _household_share(dataset, table, above))


def needs_of(dataset: Dataset, table: str, scoring: Scoring) -> pd.DataFrame:
    """Urgency points per row of `table` (in row order) and category (columns).

    Items at a row or below it count in full, items above it by its share of households.
    A table with a ``category`` of its own (needs, posts) is its own item.
    """
    key = ("needs", table, scoring.model_dump_json())
    return dataset.memo(key, lambda: _needs(dataset, table, scoring))


def supplies_of(dataset: Dataset, table: str, scoring: Scoring, year: int) -> pd.DataFrame:
    """Supply per row of `table` (in row order) and category (columns); 1 is a full supply."""
    key = ("supplies", table, year, scoring.model_dump_json())
    return dataset.memo(key, lambda: _supplies(dataset, table, scoring, year))


def _household_share(dataset: Dataset, table: str, above: str) -> Floats:
    up = dataset.ancestors(table, above)
    count = len(dataset.frame(table))
    if up is None:
        return np.zeros(count)
    try:
        households = np.nan_to_num(numbers(dataset, table, "households"))
    except InputError:  # the table does not know households
        households = np.zeros(count)
    inside, size = up >= 0, len(dataset.frame(above))
    total = np.bincount(up[inside], households[inside], minlength=size)
    members = np.bincount(up[inside], minlength=size)
    share = np.zeros(count)
    at = up[inside]
    share[inside] = np.where(
        total[at] > 0, households[inside] / np.where(total[at] > 0, total[at], 1), 1 / members[at]
    )
    return share


def _needs(dataset: Dataset, table: str, scoring: Scoring) -> pd.DataFrame:
    if table in dataset.joins:  # a decided pair needs what its target needs
        return _climbed(
            dataset, table, dataset.joins[table], needs_of(dataset, dataset.joins[table][1], scoring)
        )
    rows = len(dataset.frame(table))
    parts = [need_items(dataset, table, scoring), *wanted_items(dataset, scoring)]
    items = pd.concat([part for part in parts if len(part)] or [_no_items()], ignore_index=True)
    codes, categories = pd.factorize(items["category"], sort=True)
    result = np.zeros((rows, len(categories)))
    for place in pd.unique(items["place"]):
        here = (items["place"] == place).to_numpy(bool)
        at = items["row"].to_numpy(np.int64)[here]
        value = items["value"].to_numpy(float)[here]
        up, down = dataset.ancestors(place, table), dataset.ancestors(table, place)
        if up is not None:
            known = up[at] >= 0
            np.add.at(result, (up[at][known], codes[here][known]), value[known])
        elif down is not None:
            above = np.zeros((len(dataset.frame(place)), len(categories)))
            np.add.at(above, (at, codes[here]), value)
            inside = down >= 0
            share = household_share(dataset, table, place)
            result[inside] += share[inside, None] * above[down[inside]]
    return _of_categories(result, categories)


def need_items(dataset: Dataset, table: str, scoring: Scoring) -> pd.DataFrame:
    """Open need items as (place table, row, category, value); for a table of items, its own rows."""
    own = dataset.frame(table)
    if len(own) and "category" in own:
        frame, place = own, np.full(len(own), table, dtype=object)
        row = np.arange(len(own), dtype=np.int64)
    else:
        frame = dataset.frame("needs")
        if not len(frame):
            return _no_items()
        place, row = _places(dataset, frame["place_kind"], frame["place_id"])
    value = _column(frame, "urgency", scoring.urgency) * _column(frame, "weight", 1.0)
    open_items = np.ones(len(frame), bool)
    if "status" in frame:
        open_items = ~frame["status"].isin(scoring.closed).to_numpy(bool)
    items = pd.DataFrame(
        {"place": place, "row": row, "category": frame["category"].to_numpy(object), "value": value}
    )
    return items[(row >= 0) & open_items & items["category"].notna().to_numpy(bool) & (value > 0)]


def _places(dataset: Dataset, kinds: pd.Series, ids: pd.Series) -> tuple[np.ndarray, Integers]:
    """Table and row of each place; row -1 where nothing has that id."""
    place = np.full(len(ids), None, dtype=object)
    row = np.full(len(ids), -1, np.int64)
    for kind in pd.unique(kinds.dropna()):
        table = table_of(dataset, str(kind))
        # residents hand in through a household, grid or community: whichever has the id
        for candidate in [table] if table is not None else list(dataset.keys):
            here = np.flatnonzero((kinds == kind).to_numpy(bool) & (row < 0))
            if not len(here) or not dataset.has(candidate):
                continue
            found = dataset.positions(candidate, ids.iloc[here])
            place[here[found >= 0]], row[here] = candidate, found
    return place, row


def wanted_items(dataset: Dataset, scoring: Scoring) -> list[pd.DataFrame]:
    """What rows ask for by their own codes: places by their weaknesses, groups by their themes."""
    found = []
    for table in dataset.keys:
        for column, value in (("weaknesses", scoring.weakness), ("theme_codes", scoring.theme)):
            if dataset.has_column(table, column) and dataset.has(table):
                found.append(
                    codes_of(dataset.frame(table), column).assign(place=table, value=value, kind=column)
                )
    return found


def _supplies(dataset: Dataset, table: str, scoring: Scoring, year: int) -> pd.DataFrame:
    if table in dataset.joins:  # a decided pair supplies what its source supplies
        parent = dataset.parents[table]
        return _climbed(dataset, table, parent, supplies_of(dataset, parent[1], scoring, year))
    frame = dataset.frame(table)
    capability = [
        codes_of(frame, column).assign(value=scoring.function) for column in ("function_codes", "skills")
    ]
    capability += inherited_items(dataset, table, scoring)
    added = [codes_of(frame, "strengths").assign(value=scoring.strength)]
    added += [
        offered_items(dataset, table, lists, value, scoring.from_below)
        for lists, value in (("resources", scoring.resource), ("services", scoring.service))
    ]
    # what a source can do itself and what its parent can do is one capability, not two
    best = pd.concat(capability).groupby(["row", "category"])["value"].max().reset_index()
    items = pd.concat([best, *added], ignore_index=True)
    codes, categories = pd.factorize(items["category"], sort=True)
    result = np.zeros((len(frame), len(categories)))
    np.add.at(result, (items["row"].to_numpy(np.int64), codes), items["value"].to_numpy(float))
    return _of_categories(result * rating_factor(dataset, table, scoring, year)[:, None], categories)


def _climbed(dataset: Dataset, table: str, link: tuple[str, str], above: pd.DataFrame) -> pd.DataFrame:
    """The row of each pair's source or target, for every row of a decided stage."""
    column, parent = link
    at = dataset.positions(parent, dataset.frame(table)[column])
    return above.iloc[at].reset_index(drop=True)


def inherited_items(dataset: Dataset, table: str, scoring: Scoring) -> list[pd.DataFrame]:
    """Functions of the tables above, each step counting `inherited` of the one below it."""
    found, above, factor = [], table, 1.0
    while above in dataset.parents:
        above = dataset.parents[above][1]
        factor *= scoring.inherited
        up = dataset.ancestors(table, above)
        frame = dataset.frame(above)
        if up is None or "function_codes" not in frame:
            continue
        below = pd.DataFrame({"row": np.arange(len(up)), "above": up})
        codes = codes_of(frame, "function_codes").rename(columns={"row": "above"})
        inherited = below.merge(codes, on="above")[["row", "category"]]
        found.append(inherited.assign(value=scoring.function * factor))
    return found


def offered_items(dataset: Dataset, table: str, lists: str, value: float, from_below: float) -> pd.DataFrame:
    """Items of a list of offers, by the row of `table` that offers them or stands above who does."""
    frame = dataset.frame(lists)
    rows, values = np.full(len(frame), -1, np.int64), np.zeros(len(frame))
    owners = [
        owner
        for owner, key in dataset.keys.items()
        if owner != lists and key in frame and bool(frame[key].notna().any())
    ]
    for owner in sorted(owners, key=lambda name: name != table):  # the table itself first
        up = dataset.ancestors(owner, table)
        if up is None:
            continue
        at = dataset.positions(owner, frame[dataset.keys[owner]])
        found = np.where(at >= 0, up[at] if len(up) else -1, -1)
        new = (rows < 0) & (found >= 0)
        rows[new] = found[new]
        values[new] = value if owner == table else value * from_below
    categories = frame["category"].to_numpy(object) if len(frame) else np.empty(0, object)
    items = pd.DataFrame({"row": rows, "category": categories, "value": values})
    return items[(rows >= 0) & items["category"].notna().to_numpy(bool)]


def rating_factor(dataset: Dataset, table: str, scoring: Scoring, year: int) -> Floats:
    """1 for no rating or one of 80; up to ±`evaluation` at 100 and 60; shape (rows,)."""
    key = ("rating factor", table, year, scoring.evaluation)
    return dataset.memo(key, lambda: _rating_factor(dataset, table, scoring, year))


def _rating_factor(dataset: Dataset, table: str, scoring: Scoring, year: int) -> Floats:
    factor = np.ones(len(dataset.frame(table)))
    frame = dataset.frame("evaluations")
    if not len(frame) or not scoring.evaluation:
        return factor
    counts = frame["score"].notna().to_numpy(bool)
    if "year" in frame:
        counts = counts & ~(frame["year"].to_numpy(float) >= year)
    if "rater_kind" in frame:  # community_agency: agencies are rated; other codes do not say whom
        rated = {
            kind: table_of(dataset, str(kind).rpartition("_")[2]) for kind in pd.unique(frame["rater_kind"])
        }
        ours = [kind for kind, found in rated.items() if found in (None, table)]
        counts = counts & frame["rater_kind"].isin(ours).to_numpy(bool)
    at = dataset.positions(table, frame["ratee_id"])
    counts = counts & (at >= 0)
    mean = pd.Series(frame["score"].to_numpy(float)[counts]).groupby(at[counts]).mean()
    deviation = np.clip((mean.to_numpy(float) - 80) / 20, -1, 1)
    factor[mean.index.to_numpy(np.int64)] += scoring.evaluation * deviation
    return factor


def codes_of(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """(row, category) for each value of a column of several values, each once a row; no rows without it."""
    if column not in frame:
        return pd.DataFrame({"row": np.empty(0, np.int64), "category": np.empty(0, object)})
    exploded = pd.Series(frame[column].to_numpy(object), dtype=object).explode().dropna()
    codes = pd.DataFrame({"row": exploded.index.to_numpy(np.int64), "category": exploded.to_numpy(object)})
    return codes.drop_duplicates()


def _column(frame: pd.DataFrame, column: str, default: float) -> Floats:
    if column not in frame:
        return np.full(len(frame), default)
    found = frame[column].to_numpy(float)
    return np.where(np.isnan(found), default, found)


def _no_items() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "place": np.empty(0, object),
            "row": np.empty(0, np.int64),
            "category": np.empty(0, object),
            "value": np.empty(0),
        }
    )


def _of_categories(values: Floats, categories: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(values, columns=pd.Index(categories, dtype=object))


def _fit(problem: Problem, known: Measured) -> Integers:
    answered = np.minimum(known.supply, 1)
    total = known.need.sum(axis=1)
    sources, targets, pairs = len(problem.sources), len(problem.targets), problem.pair_count
    result = np.zeros(pairs)
    if pairs * 4 >= sources * targets:  # most pairs are candidates: whole rows of the product
        step = max(1, BLOCK // max(targets, 1))
        for first in range(0, sources, step):
            block = answered[first : first + step] @ known.need.T
            start, end = np.searchsorted(problem.pair_source, [first, first + step])
            result[start:end] = block[problem.pair_source[start:end] - first, problem.pair_target[start:end]]
    else:
        step = max(1, BLOCK // max(len(known.categories), 1))
        for first in range(0, pairs, step):
            here = slice(first, first + step)
            result[here] = np.einsum(
                "pc,pc->p", answered[problem.pair_source[here]], known.need[problem.pair_target[here]]
            )
    share = result / np.where(total > 0, total, 1)[problem.pair_target]
    # the small step makes a half round up however the sum was made: 312.49999999999994 is 312.5
    return np.floor(share * 100 * POINT + 0.5 + 1e-6).astype(np.int64)
