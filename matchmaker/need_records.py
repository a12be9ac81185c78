"""The records behind one row's needs and supplies: items, weaknesses; functions, resources, services.

The sums of what stands here are the numbers of `matchmaker.needs_and_supply`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.model import Dataset
from matchmaker.needs_and_supply import (
    Scoring,
    codes_of,
    household_share,
    inherited_items,
    need_items,
    offered_items,
    rating_factor,
    wanted_items,
)

__all__ = ["Need", "Supply", "need_records", "supply_records"]

ITEM = "item"

CAPABILITY = frozenset({"function_codes", "skills", "inherited"})
"""Kinds of supply of which the best counts; all others add up."""


@dataclass(frozen=True)
class Need:
    """What a row needs in one category.

    Parameters
    ----------
    points : float
        Urgency points.
    counts : mapping of str to int
        Records by kind: ``item`` (open need items), ``weaknesses``, ``theme_codes``; those
        of rows above count too, though they weigh by the row's share of households.
    """

    points: float
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Supply:
    """What a row supplies in one category.

    Parameters
    ----------
    amount : float
        1 is a full supply.
    counts : mapping of str to int
        Records by kind: ``function_codes``, ``skills``, ``inherited`` (functions of what is above),
        ``strengths``, ``resources``, ``services``.
    factor : float
        For past ratings; the amount has it already.
    """

    amount: float
    counts: Mapping[str, int]
    factor: float


def need_records(dataset: Dataset, table: str, row: int, scoring: Scoring) -> Mapping[str, Need]:
    """What one row of `table` needs, by category; a decided pair needs what its target needs."""
    if table in dataset.joins:
        column, parent = dataset.joins[table]
        above = dataset.positions(parent, dataset.frame(table)[column].iloc[[row]])[0]
        return need_records(dataset, parent, int(above), scoring)
    found: dict[str, Need] = {}
    parts = [need_items(dataset, table, scoring).assign(kind=ITEM), *wanted_items(dataset, scoring)]
    for items in (part for part in parts if len(part)):
        for category, kind, points in _here(dataset, table, row, items):
            so_far = found.get(category, Need(0.0, {}))
            counts = {**so_far.counts, kind: so_far.counts.get(kind, 0) + 1}
            found[category] = Need(so_far.points + points, counts)
    return found


def supply_records(
    dataset: Dataset, table: str, row: int, scoring: Scoring, year: int
) -> Mapping[str, Supply]:
    """What one row of `table` supplies, by category; a decided pair supplies what its source does."""
    if table in dataset.joins:
        column, parent = dataset.parents[table]
        above = dataset.positions(parent, dataset.frame(table)[column].iloc[[row]])[0]
        return supply_records(dataset, parent, int(above), scoring, year)
    factor = float(rating_factor(dataset, table, scoring, year)[row])
    best: dict[str, float] = {}
    added: dict[str, float] = {}
    counts: dict[str, dict[str, int]] = {}
    for kind, items in _offers(dataset, table, row, scoring):
        here = items[(items["row"] == row).to_numpy(bool)]
        for category, value in zip(here["category"].astype(str), here["value"].astype(float), strict=True):
            of_kind = counts.setdefault(category, {})
            of_kind[kind] = of_kind.get(kind, 0) + 1
            if kind in CAPABILITY:
                best[category] = max(best.get(category, 0.0), value)
            else:
                added[category] = added.get(category, 0.0) + value
    return {
        category: Supply((best.get(category, 0.0) + added.get(category, 0.0)) * factor, of_kind, factor)
        for category, of_kind in counts.items()
    }


def _here(dataset: Dataset, table: str, row: int, items: pd.DataFrame) -> Iterator[tuple[str, str, float]]:
    """Category, kind and points of the items at, below and above a row."""
    for place, group in items.groupby("place"):
        at = group["row"].to_numpy(np.int64)
        up, down = dataset.ancestors(str(place), table), dataset.ancestors(table, str(place))
        if up is not None:
            here, part = up[at] == row, 1.0
        elif down is not None and down[row] >= 0:
            here, part = at == down[row], float(household_share(dataset, table, str(place))[row])
        else:
            continue
        chosen = group[here]
        points = chosen["value"].to_numpy(float) * part
        yield from zip(
            chosen["category"].astype(str), chosen["kind"].astype(str), points.tolist(), strict=True
        )


def _offers(dataset: Dataset, table: str, row: int, scoring: Scoring) -> Iterator[tuple[str, pd.DataFrame]]:
    """Kind and items (row, category, value) that rows of a table offer; of codes, this row's own alone."""
    own = dataset.frame(table).iloc[[row]]
    for column, value in (
        ("function_codes", scoring.function),
        ("skills", scoring.function),
        ("strengths", scoring.strength),
    ):
        yield column, codes_of(own, column).assign(value=value, row=row)
    for items in inherited_items(dataset, table, scoring):
        yield "inherited", items
    for lists, value in (("resources", scoring.resource), ("services", scoring.service)):
        yield lists, offered_items(dataset, table, lists, value, scoring.from_below)
